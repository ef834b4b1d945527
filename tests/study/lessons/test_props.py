from pathlib import Path

import nbformat
import oddities
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk

from bsclib import link_evidence, read_actuals, read_scorecard, write_scorecard
from bsclib.causality.map_claims import placebo_warning
from bsclib.causality.simulation import simulate
from bsclib.causality.truth import build_truth
from bsclib.design.selection.influence import claimed_influence
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.errors import BscError, ScorecardError
from bsclib.model.edit import keep
from bsclib.scoring.scores import score
from bsclib.study.lessons.props import (
    instructive_kpi,
    judged_in_pairs,
    known_influence,
    known_truth,
    misjudged,
    mistyped,
    more_candidates,
)
from bsclib.wording import percent

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


@pytest.fixture(scope="module")
def meridian():
    return read_scorecard("meridian")


@pytest.mark.parametrize("name", ["meridian", "enterprise", "lakeside"])
def test_what_ships_has_its_truth(name):
    card = read_scorecard(name)
    assert known_truth(card, name) == known_truth(card)
    assert {kpi.id for kpi in card.kpis} <= {
        *known_truth(card).processes,
        *(one.kpi for one in known_truth(card).identities),
    }


def test_a_narrowed_scorecard_is_known_by_its_id(meridian, tmp_path):
    mine = keep(meridian, ["restore-fast", "automate-work"])
    write_scorecard(mine, tmp_path / "mine")
    assert known_truth(mine, str(tmp_path / "mine")) == known_truth(meridian)


def test_a_truth_beside_it_comes_first(meridian, tmp_path):
    mine = keep(meridian, ["restore-fast"])
    write_scorecard(mine, tmp_path)
    truth = build_truth({"processes": {"mttr": {"level": 3}}})
    (tmp_path / "truth.yaml").write_text("processes: {mttr: {level: 3}}")
    assert known_truth(mine, str(tmp_path)) == truth
    assert known_truth(mine, str(tmp_path / "scorecard.yaml")) == truth


def test_a_truth_that_does_not_know_every_kpi_is_another_ones(meridian):
    kept = keep(meridian, ["restore-fast"])
    other = kept.kpis[0].model_copy(update={"id": "other"})
    assert known_truth(kept.model_copy(update={"kpis": (other,)})) is None


def test_what_was_observed_has_no_truth(meridian, tmp_path):
    mine = meridian.model_copy(update={"id": "ours"})
    assert known_truth(mine) is None
    assert known_truth(mine, str(tmp_path / "gone")) is None


def test_a_truth_that_is_none_is_said(meridian, tmp_path):
    (tmp_path / "truth.yaml").write_text("processes: 3", encoding="utf-8")
    with pytest.raises(ScorecardError, match=r"truth\.yaml"):
        known_truth(meridian, str(tmp_path))


def test_ratings_come_back_as_they_were_saved(meridian, tmp_path):
    ratings = claimed_influence(meridian).astype(float)
    ratings.to_csv(tmp_path / "influence.csv")
    found = known_influence(str(tmp_path))
    assert found.to_numpy().tolist() == ratings.to_numpy().tolist()
    assert found.index.tolist() == ratings.index.tolist() == found.columns.tolist()


@pytest.mark.parametrize("path", ["", "meridian", "nowhere"])
def test_without_ratings(path):
    assert known_influence(path) is None


def test_ratings_that_are_no_numbers(tmp_path):
    (tmp_path / "influence.csv").write_text("cause,a\na,much\n", encoding="utf-8")
    with pytest.raises(BscError, match="no table of influence"):
        known_influence(str(tmp_path))


def test_a_few_are_judged_from_the_most_to_the_least():
    impact = pd.Series({"a": 2.0, "b": 5.0, "c": 1.0, "d": 3.0, "e": 4.0})
    assert judged_in_pairs(impact, most=3) == {("b", "d"): 2.0, ("b", "c"): 5.0, ("d", "c"): 3.0}
    assert judged_in_pairs(impact[:1]) == {}
    assert judged_in_pairs(pd.Series({"a": 2.5, "b": 1.0})) == {("a", "b"): 3.0}, "halves go up"


@given(st.lists(st.integers(2, 10).map(lambda twice: twice / 2), min_size=2, max_size=9))
def test_judgements_follow_the_impacts(impacts):
    impact = pd.Series(impacts, index=[f"o{i}" for i in range(len(impacts))])
    judged = judged_in_pairs(impact)
    assert all(impact[one] >= impact[other] and times in range(1, 10) for (one, other), times in judged.items())
    compared = sorted({one for pair in judged for one in pair})
    assert len(compared) == min(len(impacts), 4)
    found = ahp(pairwise(compared, judged))
    assert found.consistent
    assert found.weights[impact.idxmax()] == pytest.approx(found.weights.max())


def test_more_for_the_perspective_that_has_fewest():
    found = more_candidates(desk())
    assert set(found["it_perspective"]) == {"user_orientation"}
    own = more_candidates(oddities.card())
    assert own["perspective"].nunique() == 4, "for perspectives of its own, all of the catalogue"


def test_what_it_has_is_no_candidate_again():
    card = oddities.card(oddities.kpi("mine", catalogue="reopen-rate"), oddities.kpi("patch-latency"))
    assert not {"reopen-rate", "patch-latency"} & set(more_candidates(card)["id"])


def test_one_actual_is_mistyped():
    actuals = read_actuals("meridian")
    before = actuals.copy(deep=True)
    typed, unit = mistyped(actuals, "mttr")
    pd.testing.assert_frame_equal(actuals, before)
    [wrong] = typed.index[typed["actual"].ne(actuals["actual"]) & actuals["actual"].notna()]
    assert (typed.loc[wrong, "unit"], typed.loc[wrong, "kpi"]) == (unit, "mttr")
    assert typed.loc[wrong, ["actual", "numerator"]].tolist() == [
        10 * value for value in actuals.loc[wrong, ["actual", "numerator"]]
    ]
    assert mistyped(actuals, "nobody")[1] == ""


def test_a_change_is_shown_of_a_kpi_with_one_target():
    """k0 is held against what is due of a year, k1 against a target of each unit."""
    own = [{"unit": "North", "target": 5}]
    kpis = [oddities.kpi(aggregate="sum", cumulates="year"), oddities.kpi("k1", unit_targets=own), oddities.kpi("k2")]
    rows = [("North", kpi["id"], "2025-01", 6.0) for kpi in kpis]
    for count, told in ((3, "k2"), (2, "")):
        card = oddities.card(*kpis[:count])
        assert instructive_kpi(score(card, oddities.actuals(*rows[:count])), card) == told


@pytest.fixture(scope="module")
def evidence(meridian):
    return link_evidence(meridian, read_actuals("meridian"))


class TestMisjudged:
    """The running case has one false link that passes and one true link that is missed, and lesson 04 tells of both."""

    def test_one_of_each_kind(self, meridian, evidence):
        wrong = misjudged(evidence, known_truth(meridian))
        assert wrong[["link", "exists", "verdict", "robust"]].to_numpy().tolist() == [
            ["deployment-frequency → project-on-time", "no", "supported", "yes"],
            ["project-on-time → benefits-realised", "yes", "too little data", ""],
        ]

    def test_the_signs_that_the_lesson_names(self, meridian, evidence):
        weakest = evidence["hidden_driver"].where(evidence["verdict"] == "supported")
        share = percent(misjudged(evidence, known_truth(meridian))["hidden_driver"].max())
        assert share == percent(weakest.min())
        passed, tested = evidence.loc[0, ["placebos_supported", "placebos"]]
        assert not placebo_warning(evidence)
        (table,) = [cell for cell in lesson("04_cause_and_effect") if "did it warn?" in cell]
        assert f"{passed} of {tested} pass" in table
        assert f"{share}, the smallest of all {weakest.count()} supported links" in table

    def test_more_months_find_the_missed_one_and_let_a_second_false_one_pass(self, meridian, evidence):
        truth = known_truth(meridian)
        later = link_evidence(meridian, simulate(meridian, truth, months=120))
        rows = misjudged(evidence, truth, later)
        assert rows[["number", "exists", "verdict", "robust"]].to_numpy().tolist() == [
            [3, "no", "supported", "no"],
            [11, "no", "supported", "yes"],
            [18, "yes", "supported", "no"],
        ]
        assert [percent(share) for share in rows["hidden_driver"]] == ["18 %", "24 %", "19 %"]
        false = evidence.index[evidence["effect"] == "project-on-time"].item()
        assert later.loc[false, "q"] < evidence.loc[false, "q"]
        assert later.loc[false, "hidden_driver"] > evidence.loc[false, "hidden_driver"]

    def test_a_map_without_links_is_wrong_about_none(self, meridian, evidence):
        assert misjudged(evidence.iloc[:0], known_truth(meridian)).empty


def lesson(name):
    return [cell.source for cell in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells]
