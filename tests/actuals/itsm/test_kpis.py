"""KPIs of tickets, changes and projects: by hand, beside a plain second count, and what must always hold."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib import read_scorecard
from bsclib.actuals.itsm.calendar import ServiceCalendar
from bsclib.actuals.itsm.clock import due_time, service_hours
from bsclib.actuals.itsm.kpis import ticket_kpis
from bsclib.actuals.table import check_actuals
from bsclib.errors import ActualsError, UnknownNameError
from bsclib.files.catalogue import kpi_catalogue
from bsclib.model.build import build
from bsclib.scoring.scores import score

DESK = ServiceCalendar({"mon-fri": ["9:00-12:00", "13:00-17:00"]}, ["2024-05-01"], "Europe/Berlin")
TIMES = ("opened", "responded", "restored", "resolved", "closed", "planned_end")


def table(*rows, **columns):
    """Tickets from rows of text; times are of UTC."""
    frame = pd.DataFrame([{"number": f"A{place}", **row} for place, row in enumerate(rows)])
    for name in TIMES:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame.assign(**columns)


def figures(actuals, kpi, unit=""):
    """A KPI's actual, numerator and denominator by period; NaN is None."""
    rows = actuals[(actuals["kpi"] == kpi) & (actuals["unit"] == unit)]
    parts = rows[["actual", "numerator", "denominator"]].astype(object).where(lambda part: part.notna(), None)
    return dict(zip(rows["period"], map(tuple, parts.to_numpy()), strict=True))


# ---- published ------------------------------------------------------------------------------------------------------


def test_devlake_lead_time_pr1():
    """DevLake's end-to-end test, which rounds minutes up; finished is started and the duration."""
    change = {"kind": "deployment", "opened": "2023-04-10T04:51:47", "resolved": "2023-04-13T07:29:14"}
    actual, _, number = figures(ticket_kpis(table(change)), "lead-time-for-changes")["2023-04"]
    assert math.ceil(actual * 60) == 4478
    assert number == 1


def test_devlake_cfr_a_deployment_with_three_incidents_failed_once():
    deployments = [
        {"kind": "deployment", "resolved": f"2024-03-0{day}T10:00", "deployment": f"D{day}"} for day in range(1, 6)
    ]
    incidents = [
        {"kind": "incident", "opened": f"2024-03-0{hour}T12:00", "resolved": "2024-03-09T12:00", "deployment": name}
        for hour, name in enumerate(["D1", "D1", "D1", "D2"], start=5)
    ]
    assert figures(ticket_kpis(table(*deployments, *incidents)), "change-failure-rate") == {"2024-03": (40.0, 2, 5)}


def test_devlake_fdrt_is_from_the_deployment_and_mttr_from_the_incident():
    rows = [
        {"kind": "deployment", "resolved": "2024-03-05T10:00", "deployment": "D1"},
        {"kind": "incident", "opened": "2024-03-05T10:20", "resolved": "2024-03-05T11:00", "deployment": "D1"},
    ]
    actuals = ticket_kpis(table(*rows))
    assert figures(actuals, "failed-deployment-recovery-time")["2024-03"] == (1.0, 60, 1)
    assert figures(actuals, "mean-time-to-restore")["2024-03"] == (pytest.approx(40 / 60), 40, 1)


def test_devlake_median_erratum_a_median_lies_between_and_no_data_is_none():
    """DevLake's page takes the lower of the two in the middle, 20, and draws a month without data as 0."""
    rows = [
        {"kind": "incident", "opened": "2024-03-05T10:00", "resolved": f"2024-03-05T10:{minutes}"}
        for minutes in (10, 20, 30, 40)
    ]
    rows.append({"kind": "incident", "opened": "2024-05-05T10:00", "resolved": "2024-05-05T10:10"})
    actuals = ticket_kpis(table(*rows))
    assert figures(actuals, "median-time-to-restore") == {
        "2024-03": (pytest.approx(25 / 60), None, 4),
        "2024-05": (pytest.approx(10 / 60), None, 1),
    }
    assert "2024-04" not in set(actuals["period"][actuals["kpi"] != "ticket-backlog"])


# ---- by hand --------------------------------------------------------------------------------------------------------

MARCH = [
    # Within 8 service hours: Monday 9:00 to 12:00 in Berlin; over them: Monday to Wednesday; on hold in between.
    {"opened": "2024-03-04T08:00", "resolved": "2024-03-04T11:00", "hold_hours": 0},
    {"opened": "2024-03-04T08:00", "resolved": "2024-03-06T08:00", "hold_hours": 0},
    {"opened": "2024-03-04T08:00", "resolved": "2024-03-06T08:00", "hold_hours": 6.5},
    {"opened": "2024-03-28T08:00", "resolved": None, "hold_hours": 0},  # past its goal before the month is over
]


def march(**columns):
    return table(*MARCH, unit="Rome", goal_resolution=8.0, kind="incident", **columns)


def test_open_tickets_past_their_goal_count_as_missed():
    actuals = ticket_kpis(march(), {"": DESK}, as_of="2024-03")
    assert figures(actuals, "sla-attainment") == {"2024-03": (50.0, 2, 4)}
    assert figures(actuals, "sla-attainment-solved") == {"2024-03": (pytest.approx(200 / 3), 2, 3)}
    without = ticket_kpis(march(), {"": DESK}, as_of="2024-03", open_missed=False)
    assert figures(without, "sla-attainment") == {"2024-03": (pytest.approx(200 / 3), 2, 3)}


def test_an_open_ticket_is_missed_at_each_months_end_until_it_is_solved():
    late = {"opened": "2024-03-28T08:00", "resolved": "2024-05-14T08:00", "goal_resolution": 8.0}
    actuals = ticket_kpis(table(late), {"": DESK}, as_of="2024-06")
    assert figures(actuals, "sla-attainment") == dict.fromkeys(("2024-03", "2024-04", "2024-05"), (0, 0, 1))
    by_opening = ticket_kpis(table(late), {"": DESK}, as_of="2024-04", counted_in="opened")
    assert figures(by_opening, "sla-attainment") == {"2024-03": (0, 0, 1)}


def test_a_goal_spent_at_closing_is_not_exceeded_while_the_service_is_closed():
    """Friday, 10:00 in Berlin, and 6 hours end at closing, 17:00; the month ends on the Sunday after."""
    spent = {"opened": "2024-03-29T09:00", "resolved": "2024-03-31T10:00", "goal_resolution": 6.0}
    still = table(spent | {"resolved": None})
    assert figures(ticket_kpis(still, {"": DESK}, as_of="2024-03"), "sla-attainment") == {}
    assert figures(ticket_kpis(still, {"": DESK}, as_of="2024-04"), "sla-attainment") == {"2024-04": (0, 0, 1)}
    assert figures(ticket_kpis(table(spent), {"": DESK}), "sla-attainment") == {"2024-03": (100, 1, 1)}


def test_a_ticket_on_hold_is_not_past_its_goal():
    rows = table({"opened": "2024-03-04T08:00", "goal_resolution": 8.0})
    holds = pd.DataFrame({"number": ["A0"], "start": pd.to_datetime(["2024-03-04T10:00Z"]), "end": pd.NaT})
    kpis = {
        name: ticket_kpis(rows, {"": DESK}, held, as_of="2024-03") for name, held in (("held", holds), ("not", None))
    }
    assert figures(kpis["held"], "sla-attainment") == {}
    assert figures(kpis["not"], "sla-attainment") == {"2024-03": (0, 0, 1)}


def test_times_holds_and_hands():
    rows = march(reopened=[0, 1, 0, 0], reassigned=[0, 2, 1, 5])
    actuals = ticket_kpis(rows, {"": DESK}, as_of="2024-03")
    # The clock: 3, 48, 48 hours; service: 3 (9:00 to 12:00 in Berlin), 14, 14.
    assert figures(actuals, "mean-time-to-restore")["2024-03"] == (33.0, 99 * 60, 3)
    assert figures(actuals, "median-restore-service-hours")["2024-03"] == (14.0, None, 3)
    assert figures(actuals, "restore-service-hours-p90")["2024-03"] == (14.0, None, 3)
    assert figures(actuals, "on-hold-share")["2024-03"] == (pytest.approx(100 * 6.5 / 31), 390, 31 * 60)
    assert figures(actuals, "first-contact-resolution")["2024-03"] == (pytest.approx(100 / 3), 1, 3)
    assert figures(actuals, "hand-overs")["2024-03"] == (1.0, 3, 3)
    assert figures(actuals, "reopen-rate")["2024-03"] == (pytest.approx(100 / 3), 1, 3)
    assert figures(actuals, "throughput")["2024-03"] == (3.0, None, None)


def test_backlog_and_its_age_at_each_months_end():
    rows = table(
        {"opened": "2024-03-01T00:00", "resolved": "2024-05-10T00:00"},
        {"opened": "2024-03-21T00:00", "resolved": "2024-04-10T00:00"},
        {"opened": "2024-03-31T00:00", "resolved": None},
    )
    actuals = ticket_kpis(rows, as_of="2024-05")
    assert {month: row[0] for month, row in figures(actuals, "ticket-backlog").items()} == {
        "2024-03": 3, "2024-04": 2, "2024-05": 1,
    }  # fmt: skip
    assert figures(actuals, "backlog-age")["2024-03"] == (
        pytest.approx((31 + 11 + 1) / 3, abs=1e-4),
        pytest.approx(43, abs=1e-4),
        3,
    )
    assert figures(actuals, "aged-tickets")["2024-03"][0] == pytest.approx(100 / 3), (
        "one of three is older than 30 days"
    )
    assert figures(actuals, "aged-tickets")["2024-04"][:2] == (100.0, 2)


def test_answers_against_their_goals():
    rows = table(
        {"opened": "2024-03-04T08:00", "responded": "2024-03-04T08:30"},
        {"opened": "2024-03-04T08:00", "responded": "2024-03-04T10:30"},
        {"opened": "2024-03-04T08:00", "responded": None},
        goal_response=1.0,
    )
    actuals = ticket_kpis(rows, {"": DESK}, as_of="2024-03")
    assert figures(actuals, "response-attainment") == {"2024-03": (pytest.approx(100 / 3), 1, 3)}
    assert figures(actuals, "response-attainment-answered") == {"2024-03": (50.0, 1, 2)}
    assert figures(actuals, "first-response-time") == {"2024-03": (90.0, None, 2)}


def test_without_a_goal_the_exports_own_verdict_counts():
    rows = table(*MARCH[:3], own_met=pd.array([True, False, None], dtype="boolean"))
    assert figures(ticket_kpis(rows), "sla-attainment") == {"2024-03": (50.0, 1, 2)}


def test_restored_is_when_the_service_works_again():
    rows = table({**MARCH[1], "restored": "2024-03-04T09:00", "kind": "incident"}, MARCH[0])
    actuals = ticket_kpis(rows, {"": DESK})
    assert figures(actuals, "mean-time-to-restore")["2024-03"] == (1.0, 60, 1)
    assert figures(actuals, "mean-restore-service-hours")["2024-03"] == (1.0, 60, 1)
    assert figures(actuals, "resolution-time")["2024-03"] == ((3 + 48) / 2, None, 2)


def test_problems_have_kpis_of_their_own():
    rows = table(
        {"kind": "problem", "opened": "2024-03-01T00:00", "resolved": "2024-03-11T00:00"},
        {"kind": "problem", "opened": "2024-03-01T00:00", "resolved": None},
        {"kind": "incident", "opened": "2024-03-01T00:00", "resolved": "2024-03-02T00:00"},
    )
    actuals = ticket_kpis(rows)
    assert figures(actuals, "problem-time") == {"2024-03": (10.0, None, 1)}
    assert figures(actuals, "problem-backlog") == {"2024-03": (1.0, None, None)}
    assert figures(actuals, "throughput") == {"2024-03": (1.0, None, None)}


def test_cancelled_tickets_and_those_over_without_a_time_are_left_out():
    states = ["resolved", "cancelled", "closed", "open"]
    rows = table(MARCH[0], MARCH[1], {"opened": "2024-03-04T08:00"}, MARCH[2], state=states)
    actuals = ticket_kpis(rows, as_of="2024-03")
    assert figures(actuals, "throughput") == {"2024-03": (1.0, None, None)}
    assert figures(actuals, "ticket-backlog") == {"2024-03": (1.0, None, None)}, "reopened: its solution is past"


def test_months_are_those_of_the_calendars_zone():
    rows = table({"opened": "2024-02-29T20:00", "resolved": "2024-02-29T23:30"})
    assert set(ticket_kpis(rows)["period"]) == {"2024-02"}
    assert list(figures(ticket_kpis(rows, {"": DESK}), "resolution-time")) == ["2024-03"]
    assert list(figures(ticket_kpis(rows, zone="America/New_York"), "resolution-time")) == ["2024-02"]


def test_the_month_a_ticket_counts_in():
    rows = table({"opened": "2024-01-30", "resolved": "2024-02-20", "closed": "2024-03-05", "state": "closed"})
    months = {
        way: list(figures(ticket_kpis(rows, counted_in=way), "resolution-time"))
        for way in ("opened", "resolved", "closed")
    }
    assert months == {"opened": ["2024-01"], "resolved": ["2024-02"], "closed": ["2024-03"]}


# ---- changes and projects -------------------------------------------------------------------------------------------


def changes():
    return table(
        {"kind": "change", "opened": "2024-03-01", "resolved": "2024-03-04T10:00", "deployment": "D1", "failed": False},
        {"kind": "change", "opened": "2024-03-02", "resolved": "2024-03-04T10:00", "deployment": "D1", "failed": True},
        {"kind": "change", "opened": "2024-03-03", "resolved": "2024-03-04T15:00", "failed": False},
        {"kind": "hotfix", "opened": "2024-03-05", "resolved": "2024-03-05T09:00", "failed": False},
        {"kind": "change", "opened": "2024-03-05", "resolved": "2024-03-06T09:00", "failed": None},
        unit=["Rome", "Rome", "Rome", "Rome", "Oslo"],
    )


def test_changes_go_out_in_deployments():
    actuals = ticket_kpis(changes())
    assert figures(actuals, "deployment-frequency")["2024-03"][0] == 4
    assert figures(actuals, "deployment-days")["2024-03"][0] == 3
    assert figures(actuals, "change-failure-rate") == {"2024-03": (pytest.approx(100 / 3), 1, 3)}
    assert figures(actuals, "deployment-rework-rate") == {"2024-03": (25.0, 1, 4)}
    assert figures(actuals, "change-success-rate") == {"2024-03": (pytest.approx(200 / 3), 2, 3)}
    assert figures(actuals, "lead-time-for-changes")["2024-03"] == (39.0, None, 5)
    assert figures(actuals, "change-failure-rate", "Oslo") == {}, "nobody says whether it failed"


def test_two_units_deploy_on_one_day():
    rows = changes().assign(resolved=pd.Timestamp("2024-03-07T10:00Z"), deployment=None)
    actuals = ticket_kpis(rows)
    days = {unit: figures(actuals, "deployment-days", unit)["2024-03"][0] for unit in ("", "Rome", "Oslo")}
    assert days == {"": 1, "Rome": 1, "Oslo": 1}


def test_no_hotfix_at_all_says_nothing_of_rework():
    assert figures(ticket_kpis(changes().query("kind == 'change'")), "deployment-rework-rate") == {}


def projects():
    return table(
        {"resolved": "2024-03-10", "planned_end": "2024-03-10", "planned_cost": 100, "actual_cost": 109},
        {"resolved": "2024-03-15", "planned_end": "2024-03-10", "planned_cost": 100, "actual_cost": 111},
        {"resolved": "2024-03-05", "planned_end": "2024-03-15", "planned_cost": 200, "actual_cost": 200},
        {"resolved": None, "planned_end": "2024-02-20", "planned_cost": 50, "actual_cost": None},
        kind="project",
    )


def test_projects_with_a_stated_tolerance():
    actuals = ticket_kpis(projects())
    assert figures(actuals, "projects-on-time")["2024-03"] == (50.0, 2, 4)
    assert figures(actuals, "projects-within-budget") == {"2024-03": (pytest.approx(100 / 3), 1, 3)}
    assert figures(actuals, "project-delay") == {"2024-03": (pytest.approx(-5 / 3), -5, 3)}
    assert figures(actuals, "project-cost-overrun") == {"2024-03": (5.0, 20, 400)}
    kinder = ticket_kpis(projects(), days_late=5, over_budget=0.1, open_missed=False)
    assert figures(kinder, "projects-on-time")["2024-03"] == (100.0, 3, 3)
    assert figures(kinder, "projects-within-budget")["2024-03"] == (pytest.approx(200 / 3), 2, 3)


def test_a_project_that_ends_on_its_planned_day_is_on_time():
    rows = table({"kind": "project", "resolved": "2024-03-10T15:00", "planned_end": "2024-03-10"})
    assert figures(ticket_kpis(rows), "projects-on-time")["2024-03"] == (100.0, 1, 1)


# ---- a plain second count, and what must always hold ----------------------------------------------------------------


def drawn(seed, size=120):
    """Tickets of three units, some open, some without a goal, on two calendars."""
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2024-01-03", tz="UTC") + pd.to_timedelta(rng.integers(0, 90 * 1440, size), unit="min")
    opened = pd.Series(opened)
    taken = pd.to_timedelta(rng.exponential(3000, size).astype(int), unit="min")
    solved = (opened + taken).where(rng.random(size) < 0.8)
    return pd.DataFrame(
        {
            "number": [f"A{place}" for place in rng.permutation(size)],
            "unit": rng.choice(["Rome", "Oslo", ""], size),
            "kind": rng.choice(["incident", "request"], size),
            "opened": opened,
            "resolved": solved,
            "goal_resolution": rng.choice([4.0, 16.0, np.nan], size),
            "hold_hours": rng.choice([0.0, 2.0, np.nan], size),
            "reopened": pd.array(rng.choice([0, 1], size), dtype="Int64"),
            "calendar": rng.choice(["", "desk"], size),
        }
    )


def plain(tickets, unit, month):
    """Some KPIs of a unit's month, ticket by ticket."""
    zone = "Europe/Berlin"
    start = pd.Timestamp(month, tz=zone)
    end = start + pd.offsets.MonthBegin()
    clock, met, missed, still, reopened = [], 0, 0, 0, 0
    for row in tickets.itertuples():
        if unit and row.unit != unit:
            continue
        calendar = {"desk": DESK, "": ServiceCalendar({"mon-sun": "0:00-24:00"})}[row.calendar]
        hold = 0 if np.isnan(row.hold_hours) else row.hold_hours
        solved = row.resolved is not pd.NaT and row.resolved < end
        still += row.opened < end and not solved
        if solved and row.resolved >= start:
            clock.append((row.resolved - row.opened).total_seconds() / 3600)
            reopened += row.reopened
            if not np.isnan(row.goal_resolution):
                within = max(service_hours(row.opened, row.resolved, calendar) - hold, 0) <= row.goal_resolution + 1e-9
                met, missed = met + within, missed + (not within)
        elif not solved and not np.isnan(row.goal_resolution):
            missed += due_time(row.opened, row.goal_resolution + hold, calendar) < end
    return clock, met, missed, still, reopened


@pytest.mark.parametrize("seed", range(4))
def test_it_agrees_with_a_plain_count(seed):
    tickets = drawn(seed)
    actuals = ticket_kpis(tickets, {"desk": DESK}, as_of="2024-04")
    for unit in ("", "Rome", "Oslo"):
        for month in ("2024-01", "2024-02", "2024-03", "2024-04"):
            clock, met, missed, still, reopened = plain(tickets, unit, month)

            def of(kpi, unit=unit, month=month):
                return figures(actuals, kpi, unit).get(month)

            assert (of("ticket-backlog") or [0])[0] == still
            assert (of("throughput") or [0])[0] == len(clock)
            assert of("sla-attainment") == (
                (pytest.approx(100 * met / (met + missed)), met, met + missed) if met + missed else None
            )
            assert (of("reopen-rate") or (None, 0, 0))[1:] == (reopened, len(clock))
            if clock:
                assert of("resolution-time")[0] == pytest.approx(np.median(clock))


@given(st.integers(0, 1000), st.lists(st.integers(0, 120), max_size=4))
def test_batches_give_the_same_bytes_as_one_piece(seed, cuts):
    tickets = drawn(seed)
    edges = [0, *sorted(cuts), 120]
    batches = (tickets.iloc[low:high] for low, high in itertools.pairwise(edges))
    whole = ticket_kpis(tickets, {"desk": DESK})
    pd.testing.assert_frame_equal(ticket_kpis(batches, {"desk": DESK}), whole, check_exact=True)


@given(st.integers(0, 1000))
def test_what_happens_later_changes_no_month(seed):
    tickets = drawn(seed)
    early = ticket_kpis(tickets, {"desk": DESK}, as_of="2024-02")
    late = ticket_kpis(tickets, {"desk": DESK}, as_of="2024-04")
    keys = ["kpi", "unit", "period"]
    both = [frame.sort_values(keys, ignore_index=True) for frame in (early, late[late["period"] <= "2024-02"])]
    pd.testing.assert_frame_equal(*both)


@given(st.integers(0, 1000))
def test_the_order_of_tickets_changes_nothing(seed):
    tickets = drawn(seed)
    shuffled = tickets.sample(frac=1, random_state=seed)
    both = [ticket_kpis(frame, {"desk": DESK}) for frame in (tickets, shuffled)]
    pd.testing.assert_frame_equal(*both, check_exact=True)


# ---- as actuals -----------------------------------------------------------------------------------------------------


def test_each_kpi_is_defined_in_the_catalogue():
    told = {"responded": pd.Timestamp("2024-03-29T08:00Z"), "goal_response": 4.0, "reopened": 0, "reassigned": 0}
    rows = [march(**told), march(**told).assign(kind="request"), march().assign(kind="problem"), changes(), projects()]
    bad = {"kind": "incident", "opened": "2024-03-04T11:00", "resolved": "2024-03-04T12:00", "deployment": "D1"}
    everything = pd.concat([*rows, table(bad)], ignore_index=True)
    actuals = ticket_kpis(everything.assign(number=everything.index.astype("str")), as_of="2024-03")
    computed, catalogue = set(actuals["kpi"]), kpi_catalogue().set_index("id")
    assert computed <= set(catalogue.index)
    assert len(computed) == 34
    parts = actuals[actuals["unit"] == ""].set_index("kpi")
    ratios = set(catalogue.index[catalogue["aggregate"] == "ratio"]) & computed
    assert parts.loc[sorted(ratios), "numerator"].notna().all(), "what the catalogue calls a ratio has its parts"
    assert parts.loc[sorted(computed - ratios), "numerator"].isna().all()


def test_actuals_are_ready_to_be_scored():
    kpis = [
        {
            "id": "sla",
            "objective": "aim",
            "catalogue": "sla-attainment",
            "formula": "100 * met / due",
            "aggregate": "ratio",
        },
        {"id": "half", "objective": "aim", "catalogue": "median-restore-service-hours", "direction": "lower_is_better"},
        {
            "id": "open",
            "objective": "aim",
            "catalogue": "ticket-backlog",
            "direction": "lower_is_better",
            "aggregate": "last",
        },
        {"id": "other", "objective": "aim"},
    ]
    filled = [{"name": kpi["id"], "direction": "higher_is_better", "target": 90, "baseline": 50} | kpi for kpi in kpis]
    aims = [{"id": "aim", "name": "Aim", "perspective": "customer"}]
    scorecard = build({"id": "x", "name": "X", "perspectives": "generic", "objectives": aims, "kpis": filled})
    actuals = ticket_kpis(march(), {"": DESK}, scorecard=scorecard, as_of="2024-03")
    assert set(actuals["kpi"]) == {"sla", "half", "open"}
    check_actuals(actuals, scorecard)
    scores = score(scorecard, actuals).query("unit == 'Rome' and id == 'sla'")
    assert scores["actual"].tolist() == [50.0]


def test_a_scorecards_formula_scales_the_parts():
    more = {"direction": "lower_is_better", "target": 9, "baseline": 99, "aggregate": "ratio"}
    formula = {"catalogue": "mean-time-to-restore", "formula": "restore_minutes / incidents"}
    minutes = {"id": "mttr", "name": "M", "objective": "aim", **more, **formula}
    aims = [{"id": "aim", "name": "Aim", "perspective": "customer"}]
    scorecard = build({"id": "x", "name": "X", "perspectives": "generic", "objectives": aims, "kpis": [minutes]})
    actuals = ticket_kpis(march(), {"": DESK}, scorecard=scorecard, as_of="2024-03")
    assert figures(actuals, "mttr") == {"2024-03": (33 * 60, 99 * 60, 3)}


def test_a_scorecard_without_kpis_of_tickets_has_none():
    assert ticket_kpis(march(), scorecard=read_scorecard("enterprise")).empty


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"counted_in": "due"}, "no time to count a ticket in 'due'"),
        ({"zone": "Berlin"}, "no zone 'Berlin'"),
        ({"as_of": "March"}, "as_of: 'March' is not a period"),
        ({"as_of": pd.Timestamp("2024-03-01")}, "as_of: this time has no zone"),
        ({"as_of": "2023-01"}, "nothing happened in it. Got: as of 2023-01"),
    ],
)
def test_arguments_that_cannot_be_read(arguments, message):
    with pytest.raises((ActualsError, UnknownNameError), match=message):
        ticket_kpis(march(), {"": DESK}, **arguments)


def test_a_calendar_that_is_not_given():
    with pytest.raises(UnknownNameError, match=r"no service calendar 'dsk'.*did you mean 'desk'"):
        ticket_kpis(march(calendar="dsk"), {"desk": DESK})


def test_calendars_are_given_by_name():
    with pytest.raises(ActualsError, match=r"calendars are given by their names. Got: ServiceCalendar"):
        ticket_kpis(march(), DESK)


def test_holds_find_their_tickets_when_numbers_are_numbers():
    rows = march().assign(number=[1, 2, 3, 4], hold_hours=None)
    times = {"start": pd.to_datetime(["2024-03-04T08:00Z"]), "end": pd.to_datetime(["2024-03-06T08:00Z"])}
    actuals = ticket_kpis(rows, {"": DESK}, pd.DataFrame({"number": [2], **times}), as_of="2024-03")
    assert figures(actuals, "on-hold-share")["2024-03"] == (pytest.approx(100 * 14 / 31), 14 * 60, 31 * 60)


def test_no_tickets_at_all():
    with pytest.raises(ActualsError, match="there are no tickets in it"):
        ticket_kpis([])
    with pytest.raises(ActualsError, match="nothing happened in it"):
        ticket_kpis(march().iloc[:0])
