import numpy as np
import pandas as pd
import pytest
import tested
from samples import desk

from bsclib.causality.expert_opinion import WORDS, experts_and_data
from bsclib.design.selection.influence import dematel
from bsclib.errors import BscError, UnknownNameError

KPIS = ["mttr", "load", "cost", "leavers"]


def matrix(ids, **influence):
    """0 everywhere but where it says, as `cause__effect`."""
    found = pd.DataFrame(0.0, index=ids, columns=ids)
    for pair, value in influence.items():
        cause, effect = pair.split("__")
        found.loc[cause, effect] = value
    return found


def pairs(found):
    return {(row.cause, row.effect): row.word for row in found.itertuples()}


def test_each_disagreement_has_its_word():
    card = tested.chain()
    total = matrix(KPIS, leavers__mttr=0.1, mttr__cost=0.9, load__cost=0.6, mttr__load=0.9)
    found = experts_and_data(total, tested.evidence(card), card)
    assert found[["cause", "effect", "strength", "verdict", "word"]].to_numpy().tolist() == [
        ["mttr", "cost", "strong", "refuted", "contradicted"],
        ["load", "cost", "strong", "too_little_data", "unproven"],
        ["leavers", "mttr", "weak", "supported", "overlooked"],
    ], "what cannot be tested disagrees with nobody"
    assert tuple(found["word"]) == WORDS
    assert found["threshold"].tolist() == pytest.approx([2.5 / 12] * 3)
    assert found["experts"].tolist() == [0.9, 0.6, 0.1]


@pytest.mark.parametrize(("strong", "verdict"), [(True, "supported"), (False, "refuted"), (False, "too_little_data")])
def test_who_agrees_is_left_out(strong, verdict):
    card = desk(links=tested.CHAIN[:1])
    total = matrix(KPIS, leavers__mttr=1.0 if strong else 0.0, cost__load=1.0)
    assert experts_and_data(total, tested.evidence(card, [verdict]), card).empty


def test_the_strongest_of_a_kind_come_first():
    card = desk(
        links=[{"cause": cause, "effect": "cost", "sign": "+", "lag": 1} for cause in ("mttr", "load", "leavers")]
    )
    total = matrix(KPIS, mttr__cost=0.5, load__cost=0.8, leavers__cost=0.6)
    found = experts_and_data(total, tested.evidence(card, ["refuted"]), card)
    assert found["cause"].tolist() == ["load", "leavers", "mttr"]


def test_among_objectives_the_best_verdict_counts():
    card = tested.chain()  # mttr and load measure one objective, cost another, leavers a third
    total = matrix(["fast", "cheap", "steady"], fast__cheap=0.9, steady__fast=0.8)
    found = experts_and_data(total, tested.evidence(card, ["too_little_data", "refuted", "too_little_data"]), card)
    assert pairs(found) == {("fast", "cheap"): "unproven", ("steady", "fast"): "unproven"}
    assert found.set_index("cause")["links"].to_dict() == {"fast": 2, "steady": 1}
    found = experts_and_data(total, tested.evidence(card, ["supported", "refuted", "supported"]), card)
    assert found.empty
    found = experts_and_data(total, tested.evidence(card, ["supported", "refuted", "refuted"]), card)
    assert pairs(found) == {("fast", "cheap"): "contradicted"}


def test_links_within_one_objective_or_outside_the_matrix_are_not_compared():
    card = tested.chain()
    found = experts_and_data(matrix(["fast", "steady"], steady__fast=1.0), tested.evidence(card, ["refuted"]), card)
    assert pairs(found) == {("steady", "fast"): "contradicted"}
    found = experts_and_data(matrix(["mttr", "cost"], mttr__cost=1.0), tested.evidence(card, ["refuted"]), card)
    assert pairs(found) == {("mttr", "cost"): "contradicted"}


def test_it_takes_what_dematel_gives():
    card = tested.chain()
    ratings = matrix(KPIS, leavers__mttr=1, mttr__cost=4, load__cost=2, mttr__load=1)
    total = dematel(ratings).total
    found = experts_and_data(total, tested.evidence(card), card)
    off = total.to_numpy()[~np.eye(4, dtype=bool)]
    assert found["threshold"].iloc[0] == pytest.approx(off.mean())
    assert pairs(found)["mttr", "cost"] == "contradicted"


def test_no_links_and_one_element():
    bare = desk()
    assert experts_and_data(matrix(KPIS), tested.evidence(bare), bare).empty
    assert experts_and_data(matrix(["mttr"]), tested.evidence(tested.chain()), tested.chain()).empty


def test_what_does_not_fit_is_refused():
    card = tested.chain()
    found = tested.evidence(card)
    with pytest.raises(BscError, match="rows and columns are not the same elements"):
        experts_and_data(matrix(KPIS).iloc[:, ::-1], found, card)
    with pytest.raises(BscError, match="not the same elements"):
        experts_and_data(matrix(KPIS).iloc[:2], found, card)
    with pytest.raises(UnknownNameError, match=r"there is no KPI 'mtrr'.*did you mean 'mttr'"):
        experts_and_data(matrix(["mtrr", "cost"]), found, card)
    with pytest.raises(UnknownNameError, match=r"there is no objective 'cheep'.*did you mean 'cheap'"):
        experts_and_data(matrix(["fast", "cheep"]), found, card)
