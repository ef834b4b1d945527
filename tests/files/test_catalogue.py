"""The KPI catalogue holds together: words are known, formulas explained, and another KPI shows each gaming."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib import read_scorecard
from bsclib.errors import ScorecardError, UnknownNameError
from bsclib.files.catalogue import (
    CONFIDENCE,
    OBJECTIVES_OF_COBIT,
    PRACTICES,
    as_kpi,
    entry,
    find_kpis,
    kpi_catalogue,
    practice_coverage,
)
from bsclib.model.build import build
from bsclib.model.perspectives import GENERIC_TO_IT, PERSPECTIVES

FILE = Path(__file__).parents[2] / "datasets" / "kpi_catalog.csv"
CATALOGUE = kpi_catalogue().set_index("id", drop=False)

# How much risk IT may run is for management to say, so it is Corporate contribution; the generic set has no such
# perspective, and the controls are processes there.
RISKS = {
    "open-audit-findings",
    "overdue-audit-findings",
    "repeat-audit-findings",
    "risks-above-appetite",
    "surprise-incidents",
    "risk-actions-on-time",
    "control-effectiveness",
    "control-test-coverage",
    "compliance-met",
    "regulatory-breaches",
    "supplier-concentration",
    "exit-plans-tested",
    "licence-shortfall",
}

# Where a KPI of a shipped scorecard differs from its entry, and why.
JUSTIFIED = {("meridian", "technical-debt", "aggregate"): "an average of the applications, each of which counts once"}


def parts(row):
    """What each name of a formula counts."""
    return dict(part.split(": ") for part in row["parts"].split("; "))


def names(formula):
    return {node.id for node in ast.walk(ast.parse(formula, mode="eval")) if isinstance(node, ast.Name)}


def divided_by_names(formula):
    divisions = [node for node in ast.walk(ast.parse(formula, mode="eval")) if isinstance(node, ast.BinOp)]
    below = [node.right for node in divisions if isinstance(node.op, ast.Div)]
    return any(isinstance(node, ast.Name) for part in below for node in ast.walk(part))


# ---- the whole ------------------------------------------------------------------------------------------------------


def test_it_is_large_and_balanced():
    assert len(CATALOGUE) >= 130
    counts = CATALOGUE["it_perspective"].value_counts()
    assert counts.min() >= 25
    assert counts.max() / len(CATALOGUE) <= 0.45, "about 40 % internal process is what Kaplan and Norton found"
    assert set(counts.index) == {one.id for one in PERSPECTIVES["it"]}
    roles = CATALOGUE.groupby("it_perspective")["role"].value_counts(normalize=True)
    assert roles.min() >= 0.2, "outcomes and drivers in each perspective"


def test_the_file_is_text_as_it_is_written_everywhere():
    data = FILE.read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    assert data.decode("utf-8").isascii(), "so that every spreadsheet opens it"
    assert pd.read_csv(FILE, dtype=str, keep_default_na=False).equals(kpi_catalogue())


def test_entries_stand_by_perspective():
    assert CATALOGUE["it_perspective"].unique().tolist() == [one.id for one in PERSPECTIVES["it"]]


def test_ids_names_formulas_and_sentences_are_used_once():
    for column in ("id", "name", "formula", "gamed_by"):
        assert CATALOGUE[column][CATALOGUE[column].duplicated()].tolist() == []


def test_practices_are_those_of_itil_4_and_each_has_a_kpi():
    # ITIL 4: 14 general, 17 service and 3 technical management practices, each group in the order of the alphabet.
    groups = PRACTICES[:14], PRACTICES[14:31], PRACTICES[31:]
    assert [len(group) for group in groups] == [14, 17, 3]
    assert all(list(group) == sorted(group, key=str.casefold) for group in groups)
    assert len(set(PRACTICES)) == 34
    assert set(CATALOGUE["practice"]) == set(PRACTICES)


def test_objectives_are_those_of_cobit_2019_and_each_has_a_kpi():
    # COBIT 2019: EDM 5, APO 14, BAI 11, DSS 6, MEA 4, 40 in all.
    domains = pd.Series(OBJECTIVES_OF_COBIT).str[:3].value_counts()
    assert domains.to_dict() == {"EDM": 5, "APO": 14, "BAI": 11, "DSS": 6, "MEA": 4}
    assert (OBJECTIVES_OF_COBIT[0], OBJECTIVES_OF_COBIT[18], OBJECTIVES_OF_COBIT[-1]) == ("EDM01", "APO14", "MEA04")
    assert set(CATALOGUE["cobit"]) == set(OBJECTIVES_OF_COBIT)


TOPICS = """
return on investment ROI; cost savings; revenue from IT; budget variance; lights on; cost per user; unit cost; cloud
waste; benefits realised; business case; net present value; payback; shadow; service level SLA; satisfaction;
recommend NPS; user retention; first contact FCR; customer effort; usability; adoption; self-service; abandoned;
mean time to restore MTTR; mean time between failures MTBF; mean time detect MTTD; availability; major incidents;
recurring; problem; deployment frequency; lead time for changes; change failure rate; failed deployment recover;
rework rate; emergency; release; backlog age; schedule variance; cost variance; CPI; SPI; milestones; cycle time;
productivity; test coverage; patch latency; vulnerabilities; security incidents; audit findings; continuity; backup;
recovery; risk; compliance; supplier; licence; configuration; data quality; carbon; training hours; engagement;
attrition; certification; knowledge reuse; innovation; technical debt; bus factor; succession; skills; automation;
utilisation; toil; architecture; improvements; ideas
"""


@pytest.mark.parametrize("topic", re.split(r";\s+", TOPICS.strip()))
def test_what_people_look_for_is_there(topic):
    assert len(find_kpis(text=topic)), topic


def test_a_name_means_the_same_in_every_formula():
    told = defaultdict(set)
    for _, row in CATALOGUE.iterrows():
        for name, what in parts(row).items():
            told[name].add(what.partition(",")[0])
    assert {name: what for name, what in told.items() if len(what) > 1} == {}


# ---- each entry -----------------------------------------------------------------------------------------------------


def broken(holds):
    """The ids of the entries for which something does not hold."""
    return [id for id, row in CATALOGUE.iterrows() if not holds(row)]


def test_parts_explain_exactly_the_names_of_the_formula():
    arithmetic = (ast.Expression, ast.BinOp, ast.Name, ast.Load, ast.Constant, ast.Add, ast.Sub, ast.Mult, ast.Div)
    trees = {id: ast.walk(ast.parse(formula, mode="eval")) for id, formula in CATALOGUE["formula"].items()}
    assert [id for id, tree in trees.items() if not all(isinstance(node, arithmetic) for node in tree)] == []
    assert broken(lambda row: set(parts(row)) == names(row["formula"])) == []
    assert broken(lambda row: all(re.fullmatch(r"[a-z0-9].*[^. ]", what) for what in parts(row).values())) == []


def adds_up(row):
    """How actuals of its formula add up over time."""
    if divided_by_names(row["formula"]):
        return "ratio"
    if re.fullmatch(r"(median|percentile)_\w+", row["formula"]):
        return "mean"
    return "last" if all("at the end of the period" in what for what in parts(row).values()) else "sum"


def test_ratios_stocks_and_counts_add_up_as_such():
    assert broken(lambda row: row["aggregate"] == adds_up(row)) == []
    assert broken(lambda row: ("at the end of the period" in row["parts"]) == (row["aggregate"] == "last")) == []


def test_shares_and_only_shares_are_measured_in_percent():
    def in_percent(row):
        return row["formula"].startswith(("100 *", "1200 *")) and row["measured_in"] != "points"

    assert broken(lambda row: in_percent(row) == (row["measured_in"] == "%")) == []


def test_both_perspectives_are_the_same_one_but_for_risks():
    assert set(broken(lambda row: GENERIC_TO_IT[row["perspective"]] == row["it_perspective"])) == RISKS
    risks = CATALOGUE.loc[sorted(RISKS), ["perspective", "it_perspective"]].drop_duplicates()
    assert risks.values.tolist() == [["internal_process", "corporate_contribution"]]


def test_each_gaming_is_one_plain_sentence_and_another_kpi_shows_it():
    assert broken(lambda row: re.fullmatch(r"[A-Z][^.;:]{20,130}\.", row["gamed_by"])) == []
    assert broken(lambda row: row["counter_kpi"] in CATALOGUE.index and row["counter_kpi"] != row["id"]) == []


def test_each_is_as_sure_as_its_source():
    sure = {"common practice": {"common"}, "ours": {"ours"}}
    assert broken(lambda row: row["confidence"] in sure.get(row["source"], {"established", "cited"})) == []
    assert set(CATALOGUE["confidence"]) == set(CONFIDENCE)
    named = CATALOGUE["source"][CATALOGUE["confidence"].isin(["established", "cited"])]
    assert [source for source in named.unique() if "," not in source] == [], "who, and what"


def test_they_use_the_words_of_the_house():
    strange = r"\b(metrics?|indicators?|initiatives?|employees?|utilize|polarity)\b|  |^ | $"
    columns = ["name", "parts", "gamed_by"]
    assert broken(lambda row: not any(re.search(strange, row[column].casefold()) for column in columns)) == []


def test_each_makes_a_kpi_that_can_be_scored():
    given = {"higher_is_better": {"target": 9, "baseline": 1}, "lower_is_better": {"target": 1, "baseline": 9}}
    given["within_range"] = {"target": [1, 9]}
    kpis = [as_kpi(id, "aim", **given[direction]) for id, direction in CATALOGUE["direction"].items()]
    aims = [{"id": "aim", "name": "Aim", "perspective": "user_orientation"}]
    scorecard = build({"id": "x", "name": "X", "perspectives": "it", "objectives": aims, "kpis": kpis})
    taken = ["name", "formula", "measured_in", "direction", "role", "frequency", "aggregate", "catalogue"]
    expected = CATALOGUE.assign(catalogue=CATALOGUE["id"])[taken].values.tolist()
    assert [[getattr(kpi, field) for field in taken] for kpi in scorecard.kpis] == expected


# ---- definitions as their sources give them -------------------------------------------------------------------------


def value(id, **given):
    """What an entry's formula gives."""
    return eval(compile(ast.parse(entry(id)["formula"], mode="eval"), id, "eval"), {}, given)


def test_itil_service_design_availability_and_reliability():
    # OGC, ITIL Service Design, 2007: 5020 hours with two breaks, of 6 hours and of 14.
    minutes, down = 5020 * 60, 20 * 60
    up = minutes - down
    assert value("service-availability", up_minutes=up, service_minutes=minutes) == pytest.approx(99.6, abs=0.005)
    assert value("mean-time-between-failures", service_minutes=minutes, down_minutes=down, failures=2) == 2500
    assert value("mean-time-to-restore", restore_minutes=down, incidents=2) == 10


def test_earned_value_as_pmi_defines_it():
    # SV = EV - PV, CV = EV - AC, SPI = EV / PV, CPI = EV / AC.
    earned, planned, cost = 350, 400, 450
    assert value("schedule-variance", earned_value=earned, planned_value=planned) == -50
    assert value("cost-variance", earned_value=earned, actual_cost=cost) == -100
    assert value("schedule-performance-index", earned_value=earned, planned_value=planned) == 0.875
    assert value("cost-performance-index", earned_value=earned, actual_cost=cost) == pytest.approx(0.78, abs=0.005)


def test_net_promoter_score_is_promoters_less_detractors():
    assert value("net-promoter-score", promoters=60, detractors=25, survey_answers=100) == 35


def test_apdex_counts_who_tolerates_half():
    assert value("apdex", satisfied=60, tolerating=30, samples=100) == 0.75


def test_delivery_as_dora_names_it():
    # dora.dev since 2024: lead time, frequency, recovery time of a failed deployment, change failures and rework.
    assert set(CATALOGUE.index[CATALOGUE["source"].str.startswith("DORA")]) == {
        "lead-time-for-changes",
        "deployment-frequency",
        "failed-deployment-recovery-time",
        "change-failure-rate",
        "deployment-rework-rate",
        "reliability-targets-met",  # the fifth from 2021 on, until rework took its place in 2024
    }


# ---- search ---------------------------------------------------------------------------------------------------------


def test_conditions_hold_together():
    found = find_kpis(text="incident", perspective="operational_excellence", practice="Problem management")
    assert found["id"].tolist() == ["recurring-incidents", "problem-time", "problem-backlog"]
    assert find_kpis(text="incident", perspective="customer", practice="Problem management").empty
    assert set(find_kpis(cobit="DSS02", role="leading")["role"]) == {"leading"}


def test_a_perspective_of_either_set_is_known():
    assert find_kpis(perspective="customer").equals(find_kpis(perspective="user_orientation"))
    risks = set(find_kpis(perspective="corporate_contribution")["id"]) - set(find_kpis(perspective="financial")["id"])
    assert risks == RISKS


def test_upper_and_lower_case_are_the_same():
    asked = {"text": "mttr", "perspective": "Internal_Process", "practice": "INCIDENT MANAGEMENT", "cobit": "dss02"}
    assert find_kpis(**asked, role="Lagging")["id"].tolist() == ["mean-time-to-restore"]


@given(st.data())
def test_a_kpi_is_found_by_any_of_its_words_in_any_order(data):
    row = CATALOGUE.iloc[data.draw(st.integers(0, len(CATALOGUE) - 1))]
    words = " ".join(row[["id", "name", "formula", "parts", "gamed_by"]]).upper().split()
    some = data.draw(st.lists(st.sampled_from(words), max_size=4))
    assert row["id"] in set(find_kpis(text="  ".join(some))["id"])


def test_nothing_asked_is_everything():
    assert find_kpis().equals(kpi_catalogue())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"perspective": "custmer"}, "no perspective 'custmer'.*did you mean 'customer'"),
        ({"practice": "Change control"}, "no practice of ITIL 4 'Change control'.*Change enablement"),
        ({"role": "laging"}, "no role 'laging'.*did you mean 'lagging'"),
        ({"cobit": "DSS07"}, "no objective of COBIT 2019 'DSS07'"),
    ],
)
def test_an_unknown_name_is_told_the_nearest(asked, said):
    with pytest.raises(UnknownNameError, match=said):
        find_kpis(**asked)


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("reopen_rate", "did you mean 'reopen-rate'"),
        ("MTBF", "did you mean 'mean-time-between-failures'"),
        ("xyzzy", "bsc kpis --text WORDS"),
    ],
)
def test_an_unknown_entry_is_told_one_like_it(id, said):
    with pytest.raises(UnknownNameError, match=said):
        entry(id)


def test_what_is_given_is_a_copy():
    table, row = kpi_catalogue(), entry("reopen-rate")
    table["name"] = row["name"] = "spoilt"
    assert entry("reopen-rate")["name"] == "Tickets reopened"


def test_the_practices_that_a_scorecard_covers():
    scorecard = read_scorecard("meridian")
    coverage = practice_coverage(scorecard)
    assert coverage["practice"].tolist() == list(PRACTICES)
    assert coverage["group"].value_counts().to_dict() == {
        "service management": 17, "general management": 14, "technical management": 3,
    }  # fmt: skip
    assert coverage["in_catalogue"].sum() == len(CATALOGUE)
    assert coverage["kpis"].sum() == sum(bool(kpi.catalogue) for kpi in scorecard.kpis)
    aims = [{"id": "aim", "name": "Aim", "perspective": "user_orientation"}]
    kpis = [as_kpi("reopen-rate", "aim", 1, baseline=9, catalogue="")]
    own = build({"id": "x", "name": "X", "perspectives": "it", "objectives": aims, "kpis": kpis})
    assert practice_coverage(own)["kpis"].sum() == 0, "a KPI of one's own serves none"


# ---- KPIs of a scorecard --------------------------------------------------------------------------------------------


def test_as_kpi_takes_the_entry_and_what_is_given():
    kpi = as_kpi("it-cost-per-user", "control-cost", 180, baseline=210, id="cost", measured_in="CHF a month", weight=2)
    assert (kpi.id, kpi.catalogue, kpi.measured_in, kpi.weight) == ("cost", "it-cost-per-user", "CHF a month", 2)
    assert (kpi.name, kpi.direction, kpi.aggregate) == ("IT cost per user", "lower_is_better", "ratio")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "reopen-rate"),
        ({"baseline": 9, "ownr": "me"}, "reopen-rate, ownr.*did you mean 'owner'"),
        ({"baseline": 9, "frequency": "montly"}, "reopen-rate, frequency.*did you mean 'monthly'"),
    ],
)
def test_as_kpi_says_what_is_wrong(more, said):
    with pytest.raises(ScorecardError, match=said):
        as_kpi("reopen-rate", "solve", 5, **more)
    with pytest.raises(UnknownNameError, match="did you mean 'reopen-rate'"):
        as_kpi("reopen-rat", "solve", 5)


@pytest.mark.parametrize("folder", ["meridian", "enterprise"])
def test_shipped_kpis_agree_with_their_entries(folder):
    scorecard = read_scorecard(folder)
    named = [kpi for kpi in scorecard.kpis if kpi.catalogue]
    assert named == list(scorecard.kpis) or folder == "enterprise"
    differ = {
        (scorecard.id, kpi.id, field)
        for kpi in named
        for field in ("direction", "role", "aggregate", "frequency")
        if getattr(kpi, field) != entry(kpi.catalogue)[field]
    }
    assert differ == {key for key in JUSTIFIED if key[0] == scorecard.id}
