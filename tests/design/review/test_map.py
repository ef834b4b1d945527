import pytest
from reviewed import drop, findings, kpi, link

LINKS = ("training -> failed", "automation -> mttr", "automation -> cost", "mttr -> csat", "failed -> csat")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([link("mttr", "csat", sign=None)], ["BSC501 mttr -> csat"]),
        ([link("mttr", "csat", lag=None)], ["BSC501 mttr -> csat"]),
        ([link("mttr", "csat", lag=0)], []),
        ([link("csat", "failed", lag=0)], ["BSC502 csat, failed"]),
        ([link("csat", "failed", lag=None)], ["BSC501 csat -> failed", "BSC502 csat, failed"]),
        ([link("csat", "failed", lag=1)], []),
        ([link("csat", "sla", lag=0), link("sla", "failed", lag=0)], ["BSC502 csat, sla, failed"]),
        ([kpi("csat", formula="minutes / answers")], ["BSC503 mttr -> csat"]),
        ([kpi("csat", formula="100 * incidents / answers")], ["BSC503 mttr -> csat"]),
        ([kpi("csat", formula="100 * ok / incidents")], []),
        (
            [drop("links", "automation -> mttr", "mttr -> csat"), link("automation", "failed")],
            ["BSC504 mttr"],
        ),
        (
            [drop("links", "automation -> mttr", "mttr -> csat"), link("automation", "failed"),
             kpi("cost", guarded_by=["mttr"])],
            [],
        ),
        ([drop("links", "mttr -> csat"), link("training", "cost", lag=2)], []),
        ([drop("links", "mttr -> csat"), link("failed", "sla", lag=2), link("automation", "failed")],
         ["BSC505 failed"]),
        (
            [drop("links", *LINKS), link("training", "failed"), link("failed", "mttr"), link("mttr", "cost"),
             link("cost", "csat"), link("automation", "training")],
            ["BSC506 town"],
        ),
        ([drop("links", "automation -> mttr", "automation -> cost"), link("training", "cost")],
         ["BSC507 automation"]),
        ([link("mttr", "csat", why="")], ["BSC509 mttr -> csat"]),
        ([kpi("csat", frequency="quarterly")], ["BSC510 mttr -> csat"]),
        ([kpi("csat", frequency="quarterly"), link("mttr", "csat", lag=3)], []),
        ([kpi("mttr", frequency="yearly"), link("mttr", "csat", lag=12)], ["BSC510 automation -> mttr"]),
        ([kpi("mttr", frequency="weekly")], []),
    ],
)  # fmt: skip
def test_what_is_unwise_is_found_where_it_is(changes, found):
    assert findings(*changes) == found


def test_without_links_only_that_is_said():
    assert findings(drop("links", *LINKS)) == [
        *(f"BSC202 {one}" for one in ("corporate_contribution", "user_orientation", "operational_excellence")),
        "BSC203 future_orientation",
        "BSC508 town",
    ]


def test_two_lines_are_no_chain_and_a_ring_is_none():
    two = [link("training", "failed"), link("failed", "csat"), link("automation", "mttr"), link("mttr", "cost")]
    assert not [one for one in findings(drop("links", *LINKS), *two) if one.startswith("BSC506")]
    ring = [link("training", "failed"), link("failed", "csat"), link("csat", "cost"), link("cost", "training")]
    assert not [one for one in findings(drop("links", *LINKS), *ring) if one.startswith("BSC506")]


def test_a_pair_that_is_linked_at_two_lags_is_found_once():
    again = {"cause": "mttr", "effect": "csat", "sign": "-", "lag": 2}
    twice = findings(lambda data: data["links"].append(again), link("mttr", "csat", sign=None))
    assert twice == ["BSC501 mttr -> csat", "BSC509 mttr -> csat"]
