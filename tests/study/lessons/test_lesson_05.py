"""What lesson 05 stages: whether there is a choice, and what is compared."""

from planned import CARD, fitted

from bsclib.model.build import build
from bsclib.scenarios.budget import Allocation, allocate
from bsclib.study.lessons.lesson_05 import as_scenarios, can_plan


def test_a_choice_needs_two():
    assert can_plan(build(CARD))
    assert not can_plan(build(CARD | {"initiatives": [CARD["initiatives"][0], CARD["initiatives"][3]]}))


def test_what_is_compared():
    fit = fitted()
    allocation = allocate(fit, 60, horizon=12, draws=10)
    options = as_scenarios(allocation, fit.scorecard, "school", horizon=12)
    assert [one.id for one in options] == ["one-alone", "everything", "chosen"]
    assert options[1].initiatives == ("school", "sorting", "scales")
    starts = dict(zip(allocation.chosen["initiative"], allocation.chosen["start"].astype(str), strict=True))
    assert options[2].initiatives == starts
    mine = as_scenarios(allocation, fit.scorecard, "school", {"speed": "+3"}, ["school"], 12)[-1]
    assert (mine.id, mine.changes, mine.initiatives, mine.horizon) == ("mine", {"speed": "+3"}, ("school",), 12)
    none = Allocation(**vars(allocation) | {"chosen": allocation.chosen.iloc[:0]})
    assert [one.id for one in as_scenarios(none, fit.scorecard, "school")] == ["one-alone", "everything"]
