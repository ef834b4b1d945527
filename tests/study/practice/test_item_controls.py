"""A question as controls, without a browser."""

import pytest
import sat

from bsclib.study.practice.answering import read_answer
from bsclib.study.practice.item_controls import ItemControls

KINDS = [({}, (2,)), (sat.SEVERAL, (0, 2)), (sat.ORDER, (1, 0, 2)), (sat.MATCH, (1, 0, 2))]


@pytest.mark.parametrize(("fields", "places"), KINDS)
def test_what_the_controls_show_is_what_they_say(fields, places):
    put = sat.item(**fields)
    controls = ItemControls(put, "Question 1 of 1")
    assert read_answer(controls.places, put) == ()
    controls.show(places)
    assert read_answer(controls.places, put) == places
    assert read_answer(ItemControls(put, "", places).places, put) == places


@pytest.mark.parametrize(("fields", "places"), KINDS)
def test_each_control_has_a_name_and_the_group_a_label(fields, places):
    controls = ItemControls(sat.item(stem='Is "this" <b>it</b>?', **fields), "Question 1 of 1")
    box = controls.box()
    assert "bsclib-group" in box._dom_classes
    assert 'data-label="Question 1 of 1: Is &quot;this&quot; &lt;b&gt;it&lt;/b&gt;?"' in box.children[0].value
    named = [control.description or " ".join(text for text, _ in control.options) for control in controls.controls]
    assert all(named)


def test_what_was_explained_can_be_answered_no_more():
    controls = ItemControls(sat.item(**sat.SEVERAL), "")
    controls.lock()
    assert all(control.disabled for control in controls.controls)
