"""What evidence says is in its columns: it survives a file, and another choice of words."""

import numpy as np
import pandas as pd
import pytest

from bsclib import read_actuals, read_scorecard
from bsclib.actuals.table import check_actuals
from bsclib.causality.chains import causal_chains, lineage
from bsclib.causality.evidence.links import TYPES, evidence_by_unit, link_evidence
from bsclib.causality.map_claims import map_quality, map_words, placebo_check, supported_links
from bsclib.errors import UnknownNameError
from bsclib.plots import alt_text, plot_link, plot_strategy_map
from bsclib.reporting.evidence_tables import evidence_table


@pytest.fixture(scope="module")
def meridian():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    extra = card.links[0].model_copy(update={"sign": None, "lag": None, "cause": card.links[5].cause})
    card = card.model_copy(update={"links": (*card.links, extra)})
    return card, actuals, link_evidence(card, actuals)


def through_csv(evidence, folder):
    evidence.to_csv(folder / "evidence.csv", index=False)
    return pd.read_csv(folder / "evidence.csv")


def through_parquet(evidence, folder):
    evidence.to_parquet(folder / "evidence.parquet")
    return pd.read_parquet(folder / "evidence.parquet")


def lines(figure_axes):
    """What every line of a picture looks like: its colour, its width, its points."""
    artists = [line for axes in figure_axes.figure.axes for line in axes.lines]
    return [repr((line.get_color(), line.get_linewidth(), line.get_xydata().round(9).tolist())) for line in artists]


def told(card, actuals, evidence):
    """Everything that is said and drawn of evidence."""
    pair = "patch-latency", "audit-findings"
    pictures = plot_strategy_map(card, evidence=evidence), plot_link(evidence, card, actuals, *pair)
    tables = [
        evidence_table(evidence),
        placebo_check(evidence),
        causal_chains(evidence),
        lineage(evidence, "mttr"),
    ]
    return {
        "words": map_words(evidence, map_quality(card, evidence)),
        "links": supported_links(card, evidence),
        "tables": [table.to_string() for table in tables],
        "pictures": [(alt_text(axes), lines(axes)) for axes in pictures],
    }


@pytest.mark.parametrize("through", [through_csv, through_parquet])
def test_evidence_from_a_file_gives_the_same_words_and_pictures(meridian, through, tmp_path):
    card, actuals, evidence = meridian
    assert told(card, actuals, through(evidence, tmp_path)) == told(card, actuals, evidence)


def test_no_word_of_a_reason_is_read_back(meridian):
    card, actuals, evidence = meridian
    reworded = told(card, actuals, evidence.assign(reason="Said otherwise."))
    plain = told(card, actuals, evidence)
    for part in ("words", "links", "tables"):
        assert reworded[part] == plain[part]


def test_each_column_has_its_type(meridian):
    assert {name: str(dtype) for name, dtype in meridian[2].dtypes.items()} == TYPES
    assert meridian[2].attrs == {}


def early(actuals, months):
    """The actuals of the first months."""
    return actuals[actuals["period"].astype(str) <= sorted(actuals["period"].astype(str).unique())[months - 1]]


@pytest.mark.parametrize("months", [6, 12])
def test_the_first_year_has_too_little_data_and_everything_is_said_of_it(meridian, months):
    card, actuals, _ = meridian
    few = early(actuals, months)
    evidence = link_evidence(card, few)
    assert set(evidence["verdict"]) <= {"too_little_data", "not_testable"}
    assert not any("far more than chance" in line for line in told(card, few, evidence)["words"])


def test_the_largest_numbers_beside_the_smallest_leave_standard_output_clean(meridian, capfd):
    card, actuals, _ = meridian
    some = early(actuals[actuals["unit"] == actuals["unit"].iloc[0]], 40).reset_index(drop=True)
    sizes = np.resize([1e18, 5e-324, -1e18, 0.0, 1.0, 1e-300, 1e9], len(some))
    card = card.model_copy(update={"links": card.links[:6]})
    evidence = link_evidence(card, check_actuals(some[["kpi", "period"]].assign(actual=sizes)))
    assert set(evidence["verdict"]) <= {"supported", "refuted", "too_little_data", "not_testable"}
    assert not np.isinf(evidence["estimate"].to_numpy(float)).any()
    assert capfd.readouterr() == ("", "")


def test_a_link_that_the_map_does_not_claim_is_named():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    with pytest.raises(UnknownNameError, match=r"there is no link 'mtrr -> sla-met'.*did you mean 'mttr -> sla-met'"):
        evidence_by_unit(card, actuals, "mtrr", "sla-met")
