"""The running case: the same bytes again, tickets that agree with actuals, and the story that lessons count on."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bsclib.actuals.itsm.calendar import ROUND_THE_CLOCK
from bsclib.actuals.itsm.clock import service_hours
from bsclib.actuals.itsm.gaming import find_gaming
from bsclib.actuals.itsm.kpis import ticket_kpis
from bsclib.causality.simulation import simulate, true_series
from bsclib.causality.truth import read_truth
from bsclib.design.review.findings import check_scorecard
from bsclib.files.datasets import answer_key
from bsclib.files.scorecards import read_actuals, read_scorecard
from bsclib.model import periods
from bsclib.scoring.scores import score
from bsclib.study.places import part_of
from tools.datasets import build as case
from tools.datasets.cobit import goal_tables
from tools.datasets.tower import BELOW

DATA = Path(__file__).parents[2] / "datasets"
FOLDERS = ("meridian", "meridian/enterprise", "lakeside")
SOURCES = [f"{folder}/{name}" for folder in FOLDERS for name in ("scorecard.yaml", "truth.yaml")]
SOURCES += [f"{folder}/scorecard.yaml" for folder, *_ in BELOW.values()] + ["meridian/operations/targets.csv"]
SOURCES += [f"meridian/scenarios/{name}.yaml" for name in ("automate-first", "train-people")]
SOURCES += [
    "meridian/actions.yaml",
    "meridian/board_page.yaml",
    "lakeside/answer_key.yaml",
    "kpi_catalog.csv",
    "published_examples.yaml",
    "exams.yaml",
]
SOURCES += [f"questions/{file.name}" for file in sorted((DATA / "questions").glob("*.yaml"))]
MADE = [
    "meridian/actuals.csv",
    "meridian/tickets.csv",
    "meridian/holds.csv",
    "meridian/enterprise/actuals.csv",
    *(f"{folder}/actuals.csv" for folder, *_ in BELOW.values()),
    "lakeside/actuals.csv",
    *(f"cobit-example/{name}" for name in goal_tables()),
    "datapackage.json",
    "README.md",
]
AS_OF = "2026-06"


@pytest.fixture(scope="module")
def meridian():
    scorecard = read_scorecard(DATA / "meridian")
    return scorecard, read_actuals(DATA / "meridian", scorecard)


@pytest.fixture(scope="module")
def scores(meridian):
    return score(*meridian)


@pytest.fixture(scope="module")
def truth():
    return read_truth(DATA / "meridian" / "truth.yaml")


@pytest.fixture(scope="module")
def tickets():
    times = ["opened", "restored", "resolved", "closed"]
    table = pd.read_csv(DATA / "meridian" / "tickets.csv", parse_dates=times)
    return table.assign(**{name: table[name].dt.tz_localize("UTC") for name in times})


@pytest.fixture(scope="module")
def solved(tickets):
    found = tickets[tickets["resolved"].notna()]
    return found.assign(period=found["resolved"].dt.strftime("%Y-%m"), all=1)


def status(scores, id, unit="", period=AS_OF):
    return scores.query("id == @id and unit == @unit and period == @period")["status"].item()


# ------------------------------------------------------------------------------------------------------ the same again


def test_everything_is_made_again_byte_for_byte(tmp_path):
    for source in SOURCES:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / source, tmp_path / source)
    command = [sys.executable, "-m", "tools.datasets.build", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=DATA.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for name in MADE:
        same = (tmp_path / name).read_bytes() == (DATA / name).read_bytes()
        assert same, f"{name} is out of date: run `python -m tools.datasets.build datasets`"
    assert sorted(one for one in tmp_path.rglob("*") if one.is_file()) == sorted(tmp_path / o for o in SOURCES + MADE)


@pytest.mark.parametrize("name", [name for name in MADE if name.endswith(".csv")])
def test_tables_have_unix_line_ends_and_short_numbers(name):
    text = (DATA / name).read_bytes()
    assert b"\r" not in text
    assert text.endswith(b"\n")
    assert b"e+" not in text
    assert max(len(cell) for row in text.split(b"\n") for cell in row.split(b",")) < 30


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: folder"),
        (["nowhere"], "nowhere does not hold the data sets"),
        ([str(DATA.parent)], "does not hold the data sets: name the checkout's folder, as datasets"),
        (["--site"], "the following arguments are required: folder"),
    ],
    ids=["nothing", "no folder", "the checkout", "an option"],
)
def test_the_command_wants_the_data_sets(capsys, arguments, said):
    with pytest.raises(SystemExit, match="2"):
        case.main(arguments)
    assert said in capsys.readouterr().err


# -------------------------------------------------------------------------------------------------------- the tickets


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator"), [("csat", "rating", "answered"), ("cost-per-ticket", None, "all")]
)
def test_sums_over_tickets_are_the_parts_in_the_actuals(meridian, solved, kpi, numerator, denominator):
    sums = solved.assign(answered=solved["rating"].notna()).groupby(["unit", "period"]).sum(numeric_only=True)
    stated = stated_of(meridian[1], kpi)
    assert sums[denominator].reindex(stated.index).tolist() == stated["denominator"].tolist()
    if numerator:
        assert sums[numerator].reindex(stated.index).tolist() == stated["numerator"].tolist()


def stated_of(actuals, kpi, first="2025-07"):
    """What the actuals state of a KPI of tickets, by unit and month."""
    actuals = actuals.astype({"unit": str, "period": str})
    stated = actuals[(actuals["kpi"] == kpi) & (actuals["period"] >= first)].set_index(["unit", "period"])
    assert len(stated) == 5 * (12 + (first < "2025-07"))
    return stated


@pytest.fixture(scope="module")
def computed(tickets, meridian):
    table = tickets.drop(columns=["category", "rating"])
    return ticket_kpis(table, scorecard=meridian[0]).set_index(["kpi", "unit", "period"])


@pytest.mark.parametrize("kpi", ["sla-met", "first-contact-resolution", "reopen-rate", "mttr", "on-hold-share"])
def test_tickets_give_the_actuals_again(meridian, computed, kpi):
    stated = stated_of(meridian[1], kpi)
    ours = computed.loc[kpi].reindex(stated.index)
    for part in ("numerator", "denominator"):
        assert ours[part].tolist() == stated[part].tolist()
    assert ours["actual"].tolist() == pytest.approx(stated["actual"].tolist(), abs=1e-3)


def test_tickets_open_at_each_months_end_are_the_backlog(meridian, computed):
    stated = stated_of(meridian[1], "backlog", "2025-06")
    assert computed.loc["backlog"].reindex(stated.index)["actual"].tolist() == stated["actual"].tolist()


def test_antwerp_parks_tickets_that_would_miss_their_level(tickets):
    found = find_gaming(tickets.drop(columns=["category", "rating"])).set_index("unit")
    assert found.index[found["look"]].tolist() == ["Antwerp"]
    share = found["met_by_hold_share"]
    assert 1.4 * share.drop("Antwerp").max() < share["Antwerp"] < 0.15, "to be found, and not at a glance"
    assert found["false_alarm"].max() < 0.02


def test_holds_that_overlap_are_those_of_the_tickets(tickets):
    holds = pd.read_csv(DATA / "meridian" / "holds.csv", parse_dates=["start", "end"])
    holds = holds.assign(**{name: holds[name].dt.tz_localize("UTC") for name in ("start", "end")})
    mine = tickets[tickets["number"].isin(holds["number"])].set_index("number")
    net = service_hours(mine["opened"], mine["resolved"], ROUND_THE_CLOCK, holds)
    gross = service_hours(mine["opened"], mine["resolved"], ROUND_THE_CLOCK)
    assert (gross - net).tolist() == pytest.approx(mine["hold_hours"].tolist(), abs=1e-3)
    lengths = (holds["end"] - holds["start"]).groupby(holds["number"]).sum() / pd.Timedelta(hours=1)
    assert (lengths.reindex(mine.index) > mine["hold_hours"] + 0.01).sum() >= 10, "added up, they would count twice"


# ---------------------------------------------------------------------------------------------------------- the story


def test_the_case_is_as_large_as_it_is_said_to_be(meridian):
    scorecard, actuals = meridian
    assert len(scorecard.kpis) == 27
    assert len(scorecard.objectives) == 18
    assert actuals["unit"].nunique() == 5
    months = [span for period in actuals["period"].unique() for span in periods.span(period)]
    assert (periods.period_of(min(months)), periods.period_of(max(months))) == ("2021-07", AS_OF)
    assert {kpi.aggregate for kpi in scorecard.kpis} == {"ratio", "sum", "mean", "last"}
    assert {kpi.direction for kpi in scorecard.kpis} == {"higher_is_better", "lower_is_better", "within_range"}
    assert {kpi.frequency for kpi in scorecard.kpis} == {"monthly", "quarterly"}
    assert all(one.owner for one in (*scorecard.objectives, *scorecard.kpis, *scorecard.initiatives))


def test_objectives_support_goals_of_the_enterprise_and_one_goal_has_no_support(meridian):
    enterprise = read_scorecard(DATA / "meridian" / "enterprise")
    supported = {support.goal for objective in meridian[0].objectives for support in objective.supports}
    goals = {f"enterprise.{objective.id}" for objective in enterprise.objectives}
    assert enterprise.id == "enterprise"
    assert goals - supported == {"enterprise.greener-freight"}
    assert supported <= goals


def test_the_truth_has_a_verdict_on_every_link_that_is_claimed(meridian, truth):
    claimed = {(link.cause, link.effect): link for link in meridian[0].links}
    true = {(link.cause, link.effect): link for link in truth.links}
    false = {(link.cause, link.effect) for link in truth.false_links}
    assert claimed.keys() == (claimed.keys() & true.keys()) | false
    assert not true.keys() & false
    assert len(false) == 4
    for pair in claimed.keys() & true.keys():
        assert claimed[pair].sign == ("+" if true[pair].by > 0 else "-")
        assert abs(claimed[pair].lag - true[pair].lag) <= claimed[pair].window
        assert claimed[pair].smallest_effect < abs(true[pair].by)


def test_the_whole_is_at_risk_and_kpis_stand_in_all_colours(scores):
    assert status(scores, "meridian") == "at_risk"
    kpis = scores.query("level == 'kpi' and unit == '' and period == @AS_OF")
    assert kpis["status"].value_counts()[["on_target", "at_risk", "off_target"]].min() >= 6


def test_a_red_kpi_hides_under_a_green_objective(scores):
    for unit in ("", "Hamburg"):
        assert status(scores, "keep-promises", unit) == "on_target"
        assert status(scores, "on-hold-share", unit) == "off_target"


def test_genoa_is_in_trouble_and_was_not_a_year_before(scores):
    whole = scores.query("level == 'scorecard'").astype({"unit": str, "period": str})
    score = whole.pivot(index="period", columns="unit", values="score")
    assert score.loc[AS_OF].idxmin() == "Genoa"
    assert status(scores, "meridian", "Genoa") == "off_target"
    assert score.loc["2025-07", "Genoa"] > 85
    assert score.loc[AS_OF, "Genoa"] < score.loc["2025-07", "Genoa"] - 15


def test_some_kpis_rose_and_some_fell_since_the_month_before(scores):
    kpis = scores.query("level == 'kpi' and unit == ''").astype({"id": str, "period": str})
    score = kpis.pivot(index="id", columns="period", values="score")
    change = score[AS_OF] - score["2026-05"]
    assert (change > 1).sum() >= 3
    assert (change < -1).sum() >= 3


def test_one_kpi_starts_late_and_some_months_are_missing(meridian, scores):
    first = meridian[1].astype({"period": str}).groupby("kpi", observed=True)["period"].min()
    assert first["cloud-waste"] == "2023-04"
    assert (first.drop("cloud-waste") <= "2021-Q3").all()
    assert status(scores, "training-hours", "Genoa") == "no_data"
    assert status(scores, "reopen-rate", "", "2024-07") == "no_data"


# ------------------------------------------------------------------------------------------------- links in the data


def lagged(frames, kpi, lag):
    return frames[kpi].groupby("unit").shift(lag).to_numpy(dtype=float)


def t_value(frames, scorecard, link, lag, *others):
    """Of a link between monthly KPIs, units pooled: beside own past, trends, months, events and the other causes."""
    unit, month = frames.index.codes[0], frames.index.codes[1]
    drawn = [(one.cause, one.lag) for one in scorecard.links if one.effect == link.effect and one.cause != link.cause]
    columns = [lagged(frames, link.cause, lag), lagged(frames, link.effect, 1)]
    columns += [lagged(frames, cause, other) for cause, other in [*drawn, *others]]
    columns += [(unit == u) * one for u in range(5) for one in (np.ones(len(unit)), month)]
    columns += [(month % 12 == m) * 1.0 for m in range(1, 12)]
    for event in scorecard.events:
        if {link.cause, link.effect} & set(event.kpis):
            since = periods.span(event.period)[0] - periods.span("2021-07")[0]
            columns.append((month == since if event.kind == "one_off" else month >= since) * 1.0)
    x, y = np.column_stack(columns), frames[link.effect].to_numpy()
    keep = ~np.isnan(x).any(axis=1) & ~np.isnan(y)
    x, y = x[keep], y[keep]
    found, *_ = np.linalg.lstsq(x, y, rcond=None)
    spread = ((y - x @ found) ** 2).sum() / (len(y) - x.shape[1])
    return found[0] / np.sqrt(spread * np.linalg.pinv(x.T @ x)[0, 0])


@pytest.fixture(scope="module")
def monthly(meridian):
    """The actuals of monthly KPIs, a column each, and the links between them that are no arithmetic."""
    scorecard, actuals = meridian
    kpis = [kpi.id for kpi in scorecard.kpis if kpi.frequency == "monthly"]
    rows = actuals[actuals["kpi"].isin(kpis)].astype({"unit": str, "kpi": str, "period": str})
    frames = rows.pivot(index=["unit", "period"], columns="kpi", values="actual")
    return frames, [link for link in scorecard.links if {link.cause, link.effect} <= {*kpis} - {"budget-variance"}]


def test_true_links_show_in_the_data(meridian, truth, monthly):
    lags = {(link.cause, link.effect): link.lag for link in truth.links}
    frames, links = monthly
    found = [
        t_value(frames, meridian[0], link, lags[link.cause, link.effect]) * (1 if link.sign == "+" else -1)
        for link in links
        if (link.cause, link.effect) in lags
    ]
    assert len(found) == 13
    assert min(found) > 3.5


def test_a_false_link_shows_as_long_as_what_drives_both_ends_is_unseen(meridian, truth, monthly):
    real = {(link.cause, link.effect) for link in truth.links}
    frames, links = monthly
    (false,) = [link for link in links if (link.cause, link.effect) not in real]
    assert (false.cause, false.effect) == ("deployment-frequency", "project-on-time")
    assert t_value(frames, meridian[0], false, false.lag) > 3.5
    unseen = pd.DataFrame(true_series(truth)["change-requests"], columns=list(truth.units)).unstack().to_numpy()
    (driven,) = [link.lag for link in truth.links if (link.cause, link.effect) == ("change-requests", false.effect)]
    known = frames.assign(**{"change-requests": unseen})
    assert abs(t_value(known, meridian[0], false, false.lag, ("change-requests", driven))) < 1.5


# ------------------------------------------------------------------------------------------------- the case for review


@pytest.fixture(scope="module")
def lakeside():
    scorecard = read_scorecard(DATA / "lakeside")
    return scorecard, read_actuals(DATA / "lakeside", scorecard)


@pytest.fixture(scope="module")
def lakeside_scores(lakeside):
    return score(*lakeside)


def by_month(scores, kpi, column="actual", unit=""):
    rows = scores[(scores["id"] == kpi) & (scores["unit"] == unit)]
    return rows.set_index(rows["period"].astype(str))[column]


def places(frame):
    return set(zip(frame["rule"], frame["where"], strict=True))


def test_the_review_finds_every_planted_fault_and_nothing_else(lakeside):
    key = answer_key("lakeside")
    assert places(check_scorecard(*lakeside)) == places(key)
    assert len(key) == len(places(key)) >= 24
    assert key["rule"].nunique() >= 22
    assert {part_of(where, lakeside[0]) for where in key["where"]} >= {"objective", "KPI", "link", "initiative"}


def test_without_actuals_the_review_finds_a_part_of_the_faults_and_nothing_else(lakeside):
    found = places(check_scorecard(lakeside[0]))
    assert found < places(answer_key("lakeside"))
    assert not {rule for rule, _ in found if rule.startswith("BSC7")}


def test_half_of_what_can_be_flagged_is_without_a_fault(lakeside):
    scorecard = lakeside[0]
    faulty = {id for where in answer_key("lakeside")["where"] for id in where.split(", ")}
    every = {*scorecard.names, *(one.id for one in scorecard.initiatives)}
    every |= {f"{link.cause} -> {link.effect}" for link in scorecard.links}
    assert faulty < every | {scorecard.id}
    assert len(every - faulty) > len(every) / 2


def test_the_key_is_written_to_be_read_out():
    key = answer_key("lakeside")
    assert all(text.endswith(".") and 20 < len(text) < 160 for text in [*key["what"], *key["why"]])
    assert key["what"].is_unique
    assert key["why"].is_unique


def test_lakeside_is_a_town_councils_and_smaller_than_meridian(lakeside):
    scorecard, actuals = lakeside
    assert [one.id for one in scorecard.perspectives] == [
        "customer",
        "financial",
        "internal_process",
        "learning_growth",
    ]
    assert (len(scorecard.kpis), len(scorecard.objectives), actuals["unit"].nunique()) == (20, 15, 3)
    months = [span for period in actuals["period"].unique() for span in periods.span(period)]
    assert (periods.period_of(min(months)), periods.period_of(max(months))) == ("2023-07", AS_OF)


def test_lakeside_looks_better_than_it_is(lakeside_scores):
    now = lakeside_scores[lakeside_scores["period"] == AS_OF].astype({"unit": str, "id": str})
    assert now.query("id == 'lakeside'")["status"].tolist() == ["at_risk"] * 4
    citizens = now.query("id == 'customer'")
    assert citizens["status"].tolist() == ["on_target"] * 4
    assert status(lakeside_scores, "protect-data") == status(lakeside_scores, "include-everyone") == "no_data"


def test_what_the_key_says_of_the_actuals_is_so(lakeside, lakeside_scores):
    whole = by_month(lakeside_scores, "online-requests")[AS_OF]
    units = [by_month(lakeside_scores, "online-requests", unit=unit)[AS_OF] for unit in lakeside[1]["unit"].unique()]
    assert round(whole) == 89
    assert max(units) < 100 / 3

    years = by_month(lakeside_scores, "restore-time").groupby(
        lambda month: (int(month[:4]) * 12 + int(month[5:]) - 7) // 12
    )
    assert years.mean().is_monotonic_increasing
    assert status(lakeside_scores, "restore-time") == "on_target"

    assert by_month(lakeside_scores, "patch-time").dropna().index[-1] == "2025-10"
    assert round(by_month(lakeside_scores, "shared-contracts", unit="Libraries")["2025-11"]) == 125
    share = by_month(lakeside_scores, "stay-available", "weight") / 11
    assert f"{share[AS_OF]:.0%}" == "73%"
    assert set(by_month(lakeside_scores, "change-failure", "score")) == {0, 100}
    both = [by_month(lakeside_scores, kpi)[AS_OF] for kpi in ("requests-on-time", "service-level")]
    assert abs(both[0] - both[1]) > 1


def test_what_is_really_so_at_lakeside_has_a_verdict_on_every_link(lakeside):
    truth = read_truth(DATA / "lakeside" / "truth.yaml")
    claimed = {(link.cause, link.effect) for link in lakeside[0].links}
    true = {(link.cause, link.effect) for link in truth.links}
    false = {(link.cause, link.effect) for link in truth.false_links}
    assert not true & false
    assert claimed == (claimed & true) | false


def test_the_faults_in_the_data_are_planted_and_no_accident_of_chance(lakeside):
    scorecard, truth = lakeside[0], read_truth(DATA / "lakeside" / "truth.yaml")
    key = places(answer_key("lakeside"))
    for seed in (1, 2, 3):
        found = places(check_scorecard(scorecard, simulate(scorecard, truth, months=36, rng=seed)))
        assert key <= found
