from samples import desk, one_kpi

from bsclib.model.perspectives import GENERIC_TO_IT, PERSPECTIVES


def test_both_sets_of_perspectives_and_their_mapping():
    assert [one.id for one in PERSPECTIVES["generic"]] == [
        "financial",
        "customer",
        "internal_process",
        "learning_growth",
    ]
    assert GENERIC_TO_IT["customer"] == "user_orientation"
    assert list(GENERIC_TO_IT.values()) == [one.id for one in PERSPECTIVES["it"]]
    assert desk().perspectives == PERSPECTIVES["it"]


def test_a_scorecard_may_define_its_own_perspectives():
    assert [one.name for one in one_kpi().perspectives] == ["P"]
