import pytest
from reviewed import ACTUALS, findings, kpi, limits, new_kpi, part


def path(*points):
    return [{"period": period, "value": value} for period, value in points]


def perspective(weight):
    """Give one of the IT perspectives a weight."""

    def change(data):
        ids = ("corporate_contribution", "user_orientation", "operational_excellence", "future_orientation")
        data["perspectives"] = [{"id": id, "name": id, "weight": weight if id == ids[0] else 1} for id in ids]

    return change


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([perspective(5)], ["BSC401 corporate_contribution"]),
        ([perspective(4.5)], []),
        ([perspective(5), limits(heaviest=0.7)], []),
        ([part("objectives", "restore", weight=9)], []),  # of two children one may well be the heavier
        ([new_kpi("a", weight=8)], ["BSC401 a"]),
        ([perspective(path(("2023-01", 9), ("2024-01", 1)))], []),  # what holds now counts
        ([kpi("csat", weight=60)], ["BSC402 sla"]),
        ([kpi("csat", weight=48)], []),
        ([kpi("csat", weight=0), kpi("sla", weight=5)], []),
        ([kpi("csat", weight=60), limits(lightest=0.01)], []),
    ],
)
def test_what_is_unwise_is_found_where_it_is(changes, found):
    assert findings(*changes) == found


OFTEN = path(("2024-01", 1), ("2025-02", 2), ("2025-06", 1))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (kpi("csat", weight=OFTEN), ["BSC403 csat"]),
        (part("objectives", "save", weight=OFTEN), ["BSC403 save"]),
        (perspective(OFTEN), ["BSC403 corporate_contribution"]),
        (kpi("csat", weight=path(("2024-01", 1), ("2024-12", 2), ("2025-06", 1))), []),
        (kpi("csat", weight=path(("2025-02", 1), ("2025-06", 2))), []),  # the first one held before
        (kpi("csat", weight=path(("2024-01", 1), ("2025-02", 1), ("2025-06", 2))), []),
        (kpi("csat", weight=path(("2024-01", 1), ("2026-02", 2), ("2026-06", 1))), []),  # not yet
    ],
)
def test_weights_that_are_moved_too_often(change, found):
    assert findings(change, actuals=ACTUALS) == found


def test_without_actuals_time_is_counted_back_from_the_last_change():
    often = kpi("csat", weight=path(("2020-01", 1), ("2020-12", 2), ("2021-06", 1)))
    assert findings(often) == ["BSC403 csat"]
    assert findings(often, actuals=ACTUALS) == []


@pytest.mark.parametrize(("last", "found"), [("2025-07", ["BSC403 csat"]), ("2025-06", []), ("2026-02", [])])
def test_a_weight_that_was_changed_lately(last, found):
    changed = kpi("csat", weight=path(("2024-01", 1), (last, 2)))
    assert findings(changed, actuals=ACTUALS) == found
    assert findings(changed) == []
    assert findings(changed, limits(settled=0), actuals=ACTUALS) == []
