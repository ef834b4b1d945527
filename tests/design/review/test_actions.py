import pytest
from reviewed import ACTUALS, add, findings

ACTION = {"id": "roster", "action": "Staff the evenings", "kpi": "mttr", "owner": "Head", "due": "2026-03"}
ACTION |= {"expected_effect": -1}


def action(**fields):
    return add("actions", **{name: value for name, value in (ACTION | fields).items() if value is not None})


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, []),
        ({"due": "2025-12"}, []),  # the last month of the actuals is not over
        ({"due": "2025-11"}, ["BSC811 roster"]),
        ({"due": "2025-11", "state": "dropped"}, []),
        ({"owner": None}, ["BSC812 roster"]),
        ({"due": None}, ["BSC812 roster"]),
        ({"owner": None, "state": "dropped"}, []),
        ({"kpi": "mtr"}, ["BSC813 roster"]),
        ({"kpi": "mtr", "outcome": "the KPI was retired"}, []),
        ({"unit": "Noth"}, ["BSC814 roster"]),
        ({"unit": "North"}, []),
        ({"state": "finished"}, ["BSC815 roster"]),
        ({"state": "finished", "finished": "2025-06"}, []),
        ({"state": "finished", "finished": "2026-01"}, ["BSC816 roster"]),
        ({"decided": "2027"}, ["BSC816 roster"]),
        ({"expected_effect": None}, ["BSC817 roster"]),
    ],
)
def test_what_is_unwise_in_the_register_is_found(fields, found):
    assert findings(action(**fields), actuals=ACTUALS) == found


@pytest.mark.parametrize(("unit", "found"), [("Noth", ["BSC814 hire"]), ("North", [])])
def test_an_initiative_in_a_unit_that_no_actual_is_of_is_found(unit, found):
    work = {"id": "hire", "name": "Hire", "unit": unit, "changes": [{"kpi": "mttr", "by": -1}]}
    more = add("initiatives", **work, owner="Head", start="2026-01")
    assert [each for each in findings(more, actuals=ACTUALS) if "BSC814" in each] == found
