"""Which initiatives wait for which."""

from bsclib.model.initiatives import Initiative, waited_for

WORKS = [
    Initiative(id=id, name=id.title(), after=after)
    for id, after in {"gates": ["tests"], "tests": ["tools", "staff"], "tools": [], "staff": [], "paint": []}.items()
]


def test_what_waits_waits_for_all_that_comes_before_it():
    assert waited_for(WORKS, ["gates"]) == ["tests", "tools", "staff"]
    assert waited_for(WORKS, ["tests"]) == ["tools", "staff"]


def test_what_is_among_them_is_not_waited_for():
    assert waited_for(WORKS, ["gates", "tools"]) == ["tests", "staff"]
    assert waited_for(WORKS, [one.id for one in WORKS]) == waited_for(WORKS, ["paint"]) == waited_for([], []) == []
