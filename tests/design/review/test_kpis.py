import pytest
from reviewed import ACTUALS, CLEAN, accept, drop, findings, kpi, limits, link, new_kpi, part, spoiled

from bsclib.design.review.findings import check_scorecard
from bsclib.files.catalogue import entry
from bsclib.model.build import build

ALL = [part("objectives", one["id"], owner="Jo") for one in CLEAN["objectives"]]
LAGGING = [kpi("training", role="lagging"), kpi("automation", role="lagging")]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([limits(kpis=[2, 3])], []),
        ([limits(kpis=[2, 2])], []),
        (
            [limits(kpis=[3, 4])],
            [f"BSC201 {one}" for one in ("corporate_contribution", "user_orientation")]
            + [f"BSC201 {one}" for one in ("operational_excellence", "future_orientation")],
        ),
        (
            [limits(kpis=[1, 1], objectives=[5, 5])],
            [
                f"BSC201 {one}"
                for one in (
                    "corporate_contribution",
                    "user_orientation",
                    "operational_excellence",
                    "future_orientation",
                )
            ],
        ),
        # Nothing drives the perspective's results: it has no leading KPI, and no link comes in from outside.
        (LAGGING, ["BSC202 future_orientation"]),
        ([*LAGGING, link("csat", "training", lag=6)], []),
        (
            [drop("links", "automation -> cost")],
            ["BSC202 corporate_contribution", "BSC504 cost", "BSC504 change-share"],
        ),
        ([drop("links", "automation -> cost"), kpi("cost", role="leading")], ["BSC507 cost", "BSC504 change-share"]),
        (
            [kpi("csat", role="leading"), kpi("sla", role="leading")],
            ["BSC203 user_orientation", "BSC507 csat", "BSC507 sla"],
        ),
        ([part("objectives", "learn", owner=None), kpi("training", owner="A")], ["BSC102 learn", "BSC204 automation"]),
        ([kpi("csat", formula=None)], ["BSC205 csat"]),
        ([kpi("csat", measured_in=None)], ["BSC206 csat"]),
        ([kpi("mttr", catalogue="it-cost-per-user")], ["BSC207 mttr"]),
        ([kpi("mttr", catalogue="it-cost-per-user", guarded_by=["failed"])], []),
        ([kpi("mttr", aggregate="mean")], ["BSC208 mttr"]),
        ([kpi("mttr", aggregate=None)], ["BSC208 mttr"]),
        ([kpi("mttr", across_units="mean")], ["BSC208 mttr"]),
        ([kpi("mttr", aggregate="mean", formula="mean of hours from detection to restoration")], []),
        ([kpi("mttr", aggregate="mean", formula="restore_minutes / 60")], []),
        ([kpi("sla", aggregate="sum", formula="share of requests")], ["BSC209 sla"]),
        ([kpi("sla", aggregate="last")], ["BSC208 sla"]),  # the last shares of units are averaged
        ([kpi("sla", aggregate="last", across_units="sum")], ["BSC209 sla"]),
        ([kpi("sla", aggregate="last", across_units="ratio")], []),
        ([kpi("cost", aggregate="sum")], ["BSC209 cost"]),
        ([kpi("cost", aggregate="sum", across_units="ratio")], []),  # a year's cost per head is the months' sum
        ([kpi("csat", formula="minutes/(incidents) / 60")], ["BSC210 csat, mttr", "BSC503 mttr -> csat"]),
        ([kpi("csat", formula="Median of  days"), kpi("sla", formula="median of days")], ["BSC210 csat, sla"]),
        (
            [kpi("csat", catalogue="x", formula=None), kpi("sla", catalogue="x"), accept("BSC211"), accept("BSC205")],
            ["BSC210 csat, sla"],
        ),
        ([kpi("csat", catalogue="x"), kpi("sla", catalogue="x"), accept("BSC211")], []),  # two services, one definition
        ([kpi("mttr", catalogue="mean-time-to-restor")], ["BSC211 mttr"]),
        ([kpi("mttr", catalogue="mean-time-to-restore", guarded_by=["failed"])], []),
        ([kpi("cost", catalogue="net-promoter-score")], ["BSC211 cost"]),
        ([kpi("change-share", catalogue="net-promoter-score")], []),  # a range is no contradiction
        ([kpi("sla", weight=0)], ["BSC212 sla"]),
        ([kpi("sla", weight=[{"period": "2024-01", "value": 0}, {"period": "2025-01", "value": 1}])], []),
        ([kpi("sla", weight=0), kpi("cost", guarded_by=["sla"])], []),
        ([kpi("failed", weight=0), new_kpi("more", objective="change")], []),  # a link touches it
        ([limits(all_kpis=7)], ["BSC213 town"]),
        ([limits(all_kpis=8)], []),
    ],
)
def test_what_is_unwise_is_found_where_it_is(changes, found):
    assert findings(*changes) == found


def test_a_perspective_without_kpis_is_not_said_to_have_too_few():
    gone = drop("kpis", "csat", "sla"), drop("links", "mttr -> csat", "failed -> csat")
    assert findings(*gone) == ["BSC103 please"]


def test_one_kpi_alone_is_not_all_of_a_kind():
    assert findings(drop("kpis", "change-share"), drop("links", "automation -> cost")) == ["BSC504 cost"]


def test_parts_of_what_is_averaged_are_seen_in_the_actuals():
    words = kpi("mttr", aggregate="mean", formula="hours to restore")
    assert findings(words, actuals=ACTUALS) == ["BSC208 mttr"]
    assert findings(words, actuals=ACTUALS.drop(columns=["numerator", "denominator"])) == [
        f"BSC803 {id}" for id in ("cost", "change-share", "csat", "sla", "failed", "training", "automation")
    ]


def test_one_unit_alone_adds_nothing_up():
    one = ACTUALS[ACTUALS["unit"] == "North"]
    added_up = kpi("sla", aggregate="last", across_units="sum")
    assert findings(added_up, actuals=one) == []
    assert findings(added_up, actuals=ACTUALS) == ["BSC209 sla"]


def test_the_counter_kpi_is_named_if_it_is_there():
    counter = entry("it-cost-per-user")["counter_kpi"]
    offer = f"“{entry(counter)['name']}” of the catalogue would."
    alone = check_scorecard(build(spoiled(kpi("cost", catalogue="it-cost-per-user"))))
    assert f"no KPI guards it; {offer} How it is gamed: " in alone["what"].iloc[0]
    there = kpi("cost", catalogue="it-cost-per-user"), kpi("failed", catalogue=counter)
    assert "no KPI guards it; “Changes that failed” would." in check_scorecard(build(spoiled(*there)))["what"].iloc[0]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (ALL, ["BSC801 town"]),
        ([*ALL, kpi("mttr", owner="Max")], []),
        ([*ALL, limits(owner=8)], []),
        ([limits(owner=1)], ["BSC801 town"]),
    ],
)
def test_owners_of_too_much(changes, found):
    assert findings(*changes) == found


def test_a_ratio_whose_parts_nobody_gives():
    bare = ACTUALS.copy()
    bare.loc[bare["kpi"] == "mttr", ["numerator", "denominator"]] = None
    assert findings(actuals=bare) == ["BSC803 mttr"]
    bare.loc[bare.index[bare["kpi"] == "mttr"][:1], ["numerator", "denominator"]] = ACTUALS.loc[
        ACTUALS.index[ACTUALS["kpi"] == "mttr"][:1], ["numerator", "denominator"]
    ]
    assert findings(actuals=bare) == []
    assert (
        findings(
            kpi("mttr", aggregate="mean", formula="hours"),
            actuals=bare.drop(columns="numerator").drop(columns="denominator"),
        )[0]
        == "BSC803 cost"
    )


class TestLookAlike:
    @pytest.mark.parametrize(
        ("twin", "differ"),
        [("CSAT", "capitals"), ("cs-at", "spaces or dashes"), ("CS_AT", "capitals, spaces or dashes")],
    )
    def test_ids_that_differ_only_in_how_they_are_typed(self, twin, differ):
        found = check_scorecard(build(spoiled(new_kpi(twin))))
        what = f"'csat' and '{twin}' differ only in {differ}"
        assert found.loc[found["rule"] == "BSC214", ["where", "what"]].values.tolist() == [[f"csat, {twin}", what]]

    def test_with_actuals_their_rows_are_counted(self):
        found = check_scorecard(build(spoiled(new_kpi("CSAT"))), ACTUALS)
        assert found.loc[found["rule"] == "BSC214", "what"].tolist() == [
            "'csat' (108 rows) and 'CSAT' (0 rows) differ only in capitals"
        ]

    def test_other_numbers_are_other_kpis(self):
        assert not [one for one in findings(new_kpi("q1-12"), new_kpi("q11-2")) if one.startswith("BSC214")]
