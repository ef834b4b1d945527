import oddities
from samples import desk

from bsclib.study.lessons.lesson_02 import more_candidates


def test_more_for_the_perspective_that_has_fewest():
    found = more_candidates(desk())
    assert set(found["it_perspective"]) == {"user_orientation"}
    own = more_candidates(oddities.card())
    assert own["perspective"].nunique() == 4, "for perspectives of its own, all of the catalogue"


def test_what_it_has_is_no_candidate_again():
    card = oddities.card(oddities.kpi("mine", catalogue="reopen-rate"), oddities.kpi("patch-latency"))
    assert not {"reopen-rate", "patch-latency"} & set(more_candidates(card)["id"])
