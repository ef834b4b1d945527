import numpy as np
import pandas as pd
import pytest
from reviewed import ACTUALS, CLEAN, MONTHS, UNITS, findings, kpi, limits, spoiled

from bsclib.design.review.findings import check_scorecard
from bsclib.model.build import build

ALL = [row["id"] for row in CLEAN["kpis"]]
PARTS = ["actual", "numerator", "denominator"]


def of(kpi, units=UNITS, months=MONTHS):
    return ACTUALS["kpi"].eq(kpi) & ACTUALS["unit"].isin(units) & ACTUALS["period"].isin(months)


def without(*where):
    """The actuals without the rows of these."""
    return ACTUALS[~np.logical_or.reduce(where)]


def blank(*where):
    """The actuals with nothing observed there."""
    return ACTUALS.assign(**{name: ACTUALS[name].mask(np.logical_or.reduce(where)) for name in PARTS})


def set_to(values, *where):
    """The actuals with other values there; those KPIs come without parts."""
    there = np.logical_or.reduce(where)
    whole = ACTUALS["kpi"].isin(ACTUALS.loc[there, "kpi"])
    parts = {name: ACTUALS[name].mask(whole) for name in ("numerator", "denominator")}
    return ACTUALS.assign(actual=ACTUALS["actual"].mask(there, values), **parts)


def quarterly(kpi, end="2025-12"):
    """The actuals with one KPI's by quarters."""
    quarters = [f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)]
    quarters = [one for one in quarters if one <= f"{end[:4]}-Q{(int(end[5:]) + 2) // 3}"]
    rows = [(unit, kpi, one, 3.9 + 0.01 * i + 0.3 * (i % 2)) for unit in UNITS for i, one in enumerate(quarters)]
    rows = pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual"])
    return pd.concat([without(of(kpi)), rows.assign(numerator=rows["actual"] * 100, denominator=100.0)])


SUMMED = kpi("training", aggregate="sum", formula="hours", measured_in="hours")
MEAN = kpi("csat", aggregate="mean", formula="mean of the answers")


class TestMissing:
    def test_never(self):
        assert findings(actuals=without(of("sla"))) == ["BSC701 sla"]
        assert findings(actuals=blank(of("sla"))) == ["BSC701 sla"]
        assert findings(actuals=without(of("sla", UNITS[:2]))) == ["BSC711 sla"]

    @pytest.mark.parametrize("empty", [ACTUALS[:0], blank(of(ALL[0], UNITS, []), ACTUALS["kpi"].notna())])
    def test_nothing_at_all_is_said_once(self, empty):
        assert findings(actuals=empty) == ["BSC701 town"]

    @pytest.mark.parametrize(
        ("months", "found"), [(1, []), (2, ["BSC702 sla"]), (12, ["BSC702 sla"]), (33, ["BSC702 sla"])]
    )
    def test_stale(self, months, found):
        assert findings(actuals=without(of("sla", months=MONTHS[-months:]))) == found
        assert findings(actuals=blank(of("sla", months=MONTHS[-months:]))) == found

    def test_stale_in_one_unit(self):
        late = without(of("sla", ["East"], MONTHS[-3:]))
        found = check_scorecard(build(CLEAN), late)
        assert found["what"].tolist() == [
            "it is monthly, and its last actual in East is of September 2025; the actuals reach December 2025"
        ]
        assert findings(limits(stale=3), actuals=late) == []

    def test_a_quarter_is_not_late_before_its_next_one_has_ended(self):
        quarters = kpi("sla", frequency="quarterly")
        assert findings(quarters, actuals=without(of("sla", months=MONTHS[-5:]))) == []
        assert findings(quarters, actuals=without(of("sla", months=MONTHS[-6:]))) == ["BSC702 sla"]
        assert findings(kpi("sla", frequency="yearly"), actuals=without(of("sla", months=MONTHS[-23:]))) == []
        assert findings(kpi("sla", frequency="yearly"), actuals=without(of("sla", months=MONTHS[-24:]))) == [
            "BSC702 sla"
        ]

    @pytest.mark.parametrize(("missing", "found"), [(7, []), (8, ["BSC703 sla"])])
    def test_gaps(self, missing, found):
        assert findings(actuals=blank(of("sla", ["North"], MONTHS[3 : 3 + missing]))) == found
        assert findings(actuals=without(of("sla", ["North"], MONTHS[3 : 3 + missing]))) == found
        assert findings(limits(gaps=0.3), actuals=blank(of("sla", ["North"], MONTHS[3 : 3 + missing]))) == []

    def test_what_is_said_of_gaps(self):
        gaps = without(of("sla", ["North"], MONTHS[3:13]), of("sla", ["East"], MONTHS[3:14]))
        assert check_scorecard(build(CLEAN), gaps)["what"].tolist() == [
            "between the first and the last actual in North and East, 11 of 36 are missing at worst"
        ]

    def test_a_late_beginning_is_no_gap(self):
        assert findings(actuals=without(of("sla", months=MONTHS[:20]))) == []

    def test_one_gap_is_no_habit(self):
        assert findings(actuals=without(of("sla", months=[*MONTHS[:33], MONTHS[34]]))) == []

    def test_a_denominator_of_zero_is_an_observation(self):
        nothing = ACTUALS.assign(
            actual=ACTUALS["actual"].mask(of("sla", months=MONTHS[10:30])),
            numerator=ACTUALS["numerator"].mask(of("sla", months=MONTHS[10:30]), 0),
            denominator=ACTUALS["denominator"].mask(of("sla", months=MONTHS[10:30]), 0),
        )
        assert findings(actuals=nothing) == []


class TestOftenOnTarget:
    """A KPI is expected at 3.8 at the end of 2022 and at 4.2 at the end of 2026."""

    def varied(self, low, high, *where):
        return set_to(np.linspace(low, high, len(ACTUALS)) + 0.05 * (np.arange(len(ACTUALS)) % 2), *where)

    def test_never_off_target(self):
        easy = self.varied(4.3, 4.6, of("csat"))
        assert findings(MEAN, actuals=easy) == ["BSC704 csat"]
        assert findings(MEAN, limits(watched=36), actuals=easy) == ["BSC704 csat"]
        assert findings(MEAN, limits(watched=37), actuals=easy) == []

    def test_it_is_not_too_easy_where_one_unit_misses_it(self):
        mostly = self.varied(4.3, 4.6, of("csat", UNITS[:2]), of("csat", ["South"], MONTHS[:-1]))
        mostly.loc[of("csat", ["South"], MONTHS[-1:]), "actual"] = 3.9
        assert findings(MEAN, actuals=mostly) == []

    def test_nor_if_it_has_not_been_watched_for_long(self):
        assert (
            findings(MEAN, actuals=self.varied(4.3, 4.6, of("csat"))[lambda rows: ~of("csat", months=MONTHS[:13])])
            == []
        )

    def test_never_on_target(self):
        assert findings(MEAN, actuals=self.varied(3.2, 3.5, of("csat"))) == ["BSC705 csat"]
        once = self.varied(3.2, 3.5, of("csat", UNITS[:2]), of("csat", ["South"], MONTHS[:-1]))
        once.loc[of("csat", ["South"], MONTHS[-1:]), "actual"] = 4.5
        assert findings(MEAN, actuals=once) == []

    def test_a_range_that_is_kept_is_not_too_easy(self):
        inside = kpi("change-share", aggregate="mean", formula="mean of shares")
        kept = set_to(22 + 4 * np.random.default_rng(1).random(len(ACTUALS)), of("change-share"))
        assert findings(inside, actuals=kept) == []

    def test_statuses_are_those_of_the_method(self):
        assert check_scorecard(build(CLEAN), ACTUALS).empty
        other = check_scorecard(build(CLEAN), ACTUALS, method="sap_achievement")
        assert other[["rule", "where"]].values.tolist() == [["BSC704", "sla"]]


class TestAlike:
    def test_two_kpis_that_are_one(self):
        copy = ACTUALS[of("csat")].assign(kpi="sla")
        copy = copy.assign(actual=copy["actual"] * 21, numerator=np.nan, denominator=np.nan)
        both = pd.concat([without(of("sla")), copy], ignore_index=True)
        as_mean = kpi("sla", aggregate="mean", formula="share of requests"), MEAN
        assert findings(*as_mean, actuals=both.drop(columns=["numerator", "denominator"]))[0] == "BSC706 csat, sla"
        upside_down = both.assign(actual=both["actual"].where(both["kpi"] != "sla", 200 - both["actual"]))
        upside_down = upside_down.drop(columns=["numerator", "denominator"])
        assert "BSC706 csat, sla" in findings(*as_mean, limits(twins=0.99), actuals=upside_down)

    def test_a_shared_trend_makes_no_twins(self):
        rising = np.arange(len(ACTUALS)) % 36 * 0.02
        noise = np.random.default_rng(3).normal(scale=0.02, size=len(ACTUALS))
        both = set_to(3.3 + rising + noise, of("csat"), of("training"))
        cases = MEAN, kpi("training", aggregate="mean", formula="mean of hours", measured_in="points")
        assert not [one for one in findings(*cases, actuals=both) if one.startswith("BSC706")]

    def test_two_years_are_needed(self):
        copy = ACTUALS[of("csat")].assign(kpi="sla", numerator=np.nan, denominator=np.nan)
        both = pd.concat([without(of("sla")), copy.assign(actual=copy["actual"] * 20)], ignore_index=True)
        both = both[both["period"] >= "2024-02"]
        as_mean = kpi("sla", aggregate="mean", formula="share of requests"), kpi("csat")
        assert not [one for one in findings(*as_mean, actuals=both) if one.startswith("BSC706")]

    @pytest.mark.parametrize(("months", "found"), [(12, ["BSC707 csat"]), (11, [])])
    def test_constant(self, months, found):
        assert findings(MEAN, actuals=set_to(4.4, of("csat", months=MONTHS[-months:]))) == found

    def test_what_is_perfect_may_stay_so(self):
        none = kpi("failed", aggregate="mean", formula="share of changes", floor=20)
        assert findings(none, actuals=set_to(0, of("failed", months=MONTHS[-12:]))) == []
        full = kpi("sla", aggregate="mean", formula="share of requests")
        assert findings(full, actuals=set_to(100, of("sla", months=MONTHS[-12:]))) == []


class TestImpossible:
    def test_a_share_beyond_the_whole(self):
        whole = kpi("sla", aggregate="mean", formula="share of requests")
        beyond = set_to(104, of("sla", ["East"], MONTHS[4:6]))
        found = check_scorecard(build(spoiled(whole)), beyond)
        assert found[["rule", "where", "what"]].values.tolist() == [
            ["BSC708", "sla", "104% in East in 2023-05, and 1 other: a share like this lies between 0 and 100 %"]
        ]
        assert findings(whole, actuals=set_to(100, of("sla", ["East"], MONTHS[4:6]))) == []

    def test_less_than_nothing(self):
        hours = kpi("mttr", aggregate="mean", formula="hours to restore")
        assert findings(hours, actuals=set_to(-0.1, of("mttr", ["East"], MONTHS[4:5]))) == ["BSC708 mttr"]
        euros = kpi("cost", aggregate="mean", formula="what a ticket costs")
        assert findings(euros, actuals=set_to(-0.1, of("cost", ["East"], MONTHS[4:5]))) == []

    def test_outside_limits_that_are_stated(self):
        hours = kpi("mttr", aggregate="mean", limits=[2, 90])
        [(where, what)] = said(set_to(91, of("mttr", ["East"], MONTHS[4:5])), "BSC708", hours)
        assert where == "mttr"
        assert what == "91 hours in East in 2023-05: its limits say not below 2 hours and not above 90 hours"
        wider = kpi("mttr", aggregate="mean", limits=[-9, None])
        assert said(set_to(-0.1, of("mttr", ["East"], MONTHS[4:5])), "BSC708", wider) == []


class TestHowItComes:
    def test_coarser_than_stated(self):
        assert findings(actuals=quarterly("csat")) == ["BSC710 csat"]
        assert findings(kpi("csat", frequency="quarterly"), actuals=quarterly("csat")) == ["BSC510 mttr -> csat"]
        assert findings(kpi("csat", frequency="weekly"), actuals=ACTUALS) == ["BSC710 csat"]

    def test_a_history_by_quarters_is_no_fault(self):
        both = pd.concat([quarterly("csat", "2024-12"), ACTUALS[of("csat", months=MONTHS[24:])]])
        assert findings(actuals=both) == []

    def test_one_unit_of_two_is_not_alone(self):
        two = ACTUALS[ACTUALS["unit"] != "South"]
        assert findings(actuals=two[~of("sla", ["North"])[two.index]]) == []
        assert findings(actuals=without(of("sla", UNITS[1:]))) == ["BSC711 sla"]

    def test_an_actual_of_the_whole_is_everybodys(self):
        whole = ACTUALS.assign(unit=ACTUALS["unit"].where(~of("sla"), ""))
        assert findings(actuals=whole[~whole.duplicated(["unit", "kpi", "period"])]) == []


def test_an_actual_of_a_year_is_one_that_is_impossible():
    rows = pd.DataFrame({"unit": "", "kpi": "sla", "period": ["2024", "2025"], "actual": [150.0, 99.0]})
    found = check_scorecard(build(spoiled(kpi("sla", frequency="yearly"))), rows)
    wrong = found.loc[found["rule"] == "BSC708", "what"].tolist()
    assert wrong == ["150% in 2024-01: a share like this lies between 0 and 100 %"]


def test_a_window_of_one_month_is_the_last_month():
    worst = set_to(100, of("mttr"))
    found = check_scorecard(build(spoiled(kpi("mttr", aggregate="mean"), limits(watched=1))), worst)
    said = found.loc[(found["rule"] == "BSC705") & (found["where"] == "mttr"), "what"].tolist()
    assert said == ["“Mean time to restore” was never on target in the last month, in any unit"]


def said(rows, rule, *changes):
    """What a rule says of these rows."""
    found = check_scorecard(build(spoiled(*changes)), rows)
    return found.loc[found["rule"] == rule, ["where", "what"]].values.tolist()


def of_whole(kpi, *rows):
    return pd.DataFrame(rows, columns=["period", *PARTS]).assign(kpi=kpi)


class TestContradiction:
    def test_an_actual_beside_other_parts(self):
        rows = of_whole("sla", ("2026-01", 50, 90, 100), ("2026-02", 97, 97, 100))
        assert said(rows, "BSC712") == [["sla", "2026-01: 50% beside 90 / 100, which is 90%"]]

    def test_parts_of_nothing_and_of_the_largest_contradict_nobody(self):
        rows = of_whole("sla", ("2026-01", 50, 0, 0), ("2026-02", 97, 1, 0), ("2026-03", 1, 1e16, 1e18))
        assert said(rows, "BSC712") == []

    def test_lower_is_better_in_units(self):
        rows = of_whole("mttr", *[(f"2026-0{i}", 6.5, 18720, 40) for i in range(1, 6)]).assign(unit="North")
        first = "North in 2026-01: 6.5 hours beside 18,720 / 40, which is 7.8 hours"
        ((where, what),) = said(rows, "BSC712")
        assert (where, what.split("; ")[0], what.split("; ")[-1]) == ("mttr", first, "and 2 other rows")

    @pytest.mark.parametrize(
        ("actual", "numerator", "denominator", "wrong"),
        [
            (98, 9835, 10000, False),
            (98.4, 9835, 10000, False),
            (98.35, 9835, 10000, False),
            (98.3, 9836, 10000, True),
            (99.99, 9960, 10000, True),
            (97, 96.4, 100, True),
            (np.nan, 90, 100, False),
            (100, 0, 0, False),
        ],
    )
    def test_a_rounded_actual_is_none(self, actual, numerator, denominator, wrong):
        assert bool(said(of_whole("sla", ("2026-01", actual, numerator, denominator)), "BSC712")) is wrong

    @pytest.mark.parametrize(("actual", "wrong"), [(12300, False), (12340, False), (12350, True), (12000, True)])
    def test_a_large_number_may_be_of_three_figures(self, actual, wrong):
        assert bool(said(of_whole("cost", ("2026-01", actual, 12341, 1)), "BSC712")) is wrong


class TestTwinUnits:
    def units(self, *names):
        rows = [(name, "mttr", f"2026-0{i}", 5) for i, name in enumerate(names, 1)]
        return pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual"])

    def test_the_rows_are_named(self):
        assert said(self.units("North", "north", "North"), "BSC713") == [
            [
                "town",
                "'North' (2 rows: mttr in 2026-01 and mttr in 2026-03) and 'north' (1 row: mttr in 2026-02) "
                "differ only in capitals",
            ]
        ]

    @pytest.mark.parametrize(
        ("names", "differ"),
        [
            (("Service desk", "Service-desk"), "spaces or dashes"),
            (("Service desk", "Service  desk", "Servicedesk"), "spaces or dashes"),
            (("Team–A", "team a"), "capitals, spaces or dashes"),
            (("STRASSE", "straße"), "capitals"),
        ],
    )
    def test_what_looks_alike(self, names, differ):
        ((_, what),) = said(self.units(*names), "BSC713")
        assert what.endswith(f"differ only in {differ}")

    @pytest.mark.parametrize("names", [("Site 1-12", "Site 11-2"), ("North", "South"), ("1-1", "11"), ("A", "")])
    def test_what_does_not(self, names):
        assert said(self.units(*names), "BSC713") == []


class TestTotal:
    def units(self, **given):
        rows = [(u, "training", f"2026-{m:02d}", x) for u, xs in given.items() for m, x in enumerate(xs, 1)]
        return pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual"])

    def test_a_total_among_the_units(self):
        rows = self.units(North=[400, 420], South=[300, 310], Total=[700, 730])
        what = "unit 'Total' is the sum of North and South in every period, for “Training hours”: 730 hours in 2026-02"
        assert said(rows, "BSC714", SUMMED) == [["town", what]]

    def test_the_largest_that_can_be_observed_are_added_up_without_a_warning(self):
        rows = self.units(North=[1e18, 1e18], South=[1e18, -1e18], East=[1e18, 5e-324], All=[1e18, 0.0])
        assert said(rows, "BSC714", SUMMED) == []

    @pytest.mark.parametrize(
        ("given", "found"),
        [
            ({"North": [4], "TOTAL": [4]}, True),
            ({"North": [4], "South": [4]}, False),
            ({"A": [1, 2, 4], "B": [2, 5, 7], "Harbour": [3, 7, 11]}, True),
            ({"A": [1, 2], "B": [2, 5], "Harbour": [3, 7]}, False),
            ({"A": [1, 2, 4], "B": [2, 5, 7], "Total": [3, 7, 12]}, False),
            ({"A": [0, 0, 0], "B": [2, 5, 7], "Harbour": [2, 5, 7]}, False),
            ({"A": [1, None, 4], "B": [2, 5, 7], "Total": [3, 9, 11]}, True),
            ({"A": [0.1, 0.1, 0.7], "B": [0.2, 0.7, 0.1], "Harbour": [0.3, 0.8, 0.8]}, True),
        ],
    )
    def test_in_every_period_and_not_by_chance(self, given, found):
        assert bool(said(self.units(**given), "BSC714", SUMMED)) is found

    def test_a_mean_counts_nothing_twice(self):
        rows = self.units(North=[400, 420], South=[300, 310], Total=[700, 730])
        assert said(rows, "BSC714", kpi("training", aggregate="mean", formula="hours")) == []

    def test_the_organisations_own_rows_are_no_unit(self):
        rows = self.units(North=[400, 420], South=[300, 310], Total=[700, 730])
        assert said(rows.assign(unit=rows["unit"].replace("Total", "")), "BSC714", SUMMED) == []

    def test_quarters(self):
        rows = self.units(North=[400], South=[300], Total=[700]).assign(period="2026-Q1")
        assert len(said(rows, "BSC714", SUMMED)) == 1


class TestTwoScales:
    @pytest.mark.parametrize(
        ("target", "floor", "direction", "actuals", "what"),
        [
            (
                95,
                75,
                "higher_is_better",
                [0.97, 0.91],
                "lie between 0.91% and 0.97%, and the target is 95%",
            ),
            (3, 10, "lower_is_better", [0.02, 0.02], "are all 0.02%, and the target is 3%"),
            (0.97, 0.75, "higher_is_better", [97, 91], "lie between 91% and 97%, and the target is 0.97%"),
            (0.03, 0.1, "lower_is_better", [2, 5], "lie between 2% and 5%, and the target is 0.03%"),
            (
                [70, 80],
                None,
                "within_range",
                [0.75, 0.8],
                "lie between 0.75% and 0.8%, and the target is 80%",
            ),
            (95, 75, "higher_is_better", [0.97, 91], ""),
            (0.5, 1, "lower_is_better", [0.4, 0.7], ""),
            (0.5, 1, "lower_is_better", [3, 2], ""),
            (2, 10, "lower_is_better", [0, 0], ""),
        ],
    )
    def test_a_hundred_times_apart(self, target, floor, direction, actuals, what):
        assert self.said({"": actuals}, target=target, floor=floor, direction=direction) == (
            [f"the actuals {what}"] if what else []
        )

    def test_of_one_unit(self):
        what = "the actuals in North lie between 0.91% and 0.97%, and the target is 95%"
        assert self.said({"North": [0.97, 0.91], "South": [97, 91]}) == [what]
        # A unit may be good at what it does.
        few = {"North": [0.3, 0.4], "South": [2.5, 2]}
        assert self.said(few, target=2, floor=10, direction="lower_is_better") == []

    @pytest.mark.parametrize(
        ("unit", "actuals", "target", "found"),
        [("share", [0.97], 95, True), ("", [97], 0.97, True), ("", [1], 5, False), ("hours", [0.5], 4, False)],
    )
    def test_shares_too_and_no_other_measure(self, unit, actuals, target, found):
        assert bool(self.said({"": actuals}, target=target, floor=target / 2, measured_in=unit)) is found

    @staticmethod
    def said(units, target=95, floor=75, **fields):
        one = {"id": "k", "name": "K", "objective": "o", "measured_in": "%", "direction": "higher_is_better"}
        data = {"id": "town", "name": "Town", "perspectives": [{"id": "p", "name": "P"}]}
        data["objectives"] = [{"id": "o", "name": "O", "perspective": "p"}]
        data["kpis"] = [one | {"target": target, "floor": floor} | fields]
        rows = [
            (unit, "k", f"2025-{month:02d}", value)
            for unit, values in units.items()
            for month, value in enumerate(values, 1)
        ]
        actuals = pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual"])
        frame = check_scorecard(build(data), actuals)
        assert set(frame.loc[frame["rule"] == "BSC720", "severity"]) <= {"high"}
        return frame.loc[frame["rule"] == "BSC720", "what"].tolist()
