import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bsclib.model.periods import span
from bsclib.model.values import Accepted, Dated, Limits, Name, Review, Target, Weight, check_format, shape, weight_at


@pytest.mark.parametrize("bad", ["a\nb", "a\x00b", "a\u2028b", "\ud800", "a\x1bb"])
def test_control_characters_are_refused(bad):
    with pytest.raises(ValidationError, match=r"is a control character|string_unicode|valid string"):
        TypeAdapter(Name).validate_python(bad)


@pytest.mark.parametrize("turns", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_what_turns_the_direction_of_words_is_refused(turns):
    with pytest.raises(ValidationError, match=r"U\+.{4} turns the direction of the words around it: leave it out"):
        TypeAdapter(Name).validate_python(f"a{turns}b")
    assert TypeAdapter(Name).validate_python("مرحبا שלום")


@pytest.mark.parametrize("good", ["Ärger & <b>", "سرعة", "🚚 on time", "x" * 500])
def test_any_other_text_is_kept(good):
    assert TypeAdapter(Name).validate_python(good) == good


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (4, "number"),
        ([1, 2], "range"),
        ({"period": "2024", "value": 1}, "dated"),
        ([{"period": "2024", "value": 1}], "path"),
    ],
)
def test_shapes(value, kind):
    assert shape(value) == kind


def test_one_dated_target_is_a_path_of_one():
    path = TypeAdapter(Target).validate_python({"period": "2024", "value": 3})
    assert path == (Dated(period="2024", value=3),)


@pytest.mark.parametrize("bad", [True, "4", float("nan"), float("inf"), None, [1, 2, 3], []])
def test_what_is_no_target(bad):
    with pytest.raises(ValidationError, match="validation error"):
        TypeAdapter(Target).validate_python(bad)


def test_weights_change_on_a_date_spider_weights():
    weight = TypeAdapter(Weight).validate_python([{"period": "2020-01", "value": 2}, {"period": "2020-07", "value": 7}])
    months = np.array([span(period)[0] for period in ("2019-12", "2020-01", "2020-06", "2020-07", "2020-08")])
    assert weight_at(weight, months).tolist() == [2, 2, 2, 7, 7]


@given(st.floats(0, 1e6))
def test_a_bare_weight_always_holds(weight):
    assert (weight_at(weight, np.arange(3)) == weight).all()


@pytest.mark.parametrize("text", ["{:.1f} h", "{}", "€ {:,.0f}", "{:.1%}"])
def test_formats(text):
    assert check_format(text) == text
    assert text.format(1.0)


@pytest.mark.parametrize("text", ["{0.__class__}", "{:999999f}", "plain", "{} {}", "{:d}", "{name}"])
def test_formats_that_are_not(text):
    with pytest.raises(ValueError, match="one number in braces"):
        check_format(text)


def test_a_scorecard_says_nothing_of_its_review_unless_it_wants_to():
    assert Review() == Review(limits=Limits(), accepted=())
    assert (Limits().objectives, Limits().owner, Limits().twins) == ((15, 20), 7, 0.95)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"objectives": [9, 3]}, r"objectives is \[fewest, most\]; got 9 and 3"),
        ({"kpis": [-1, 3]}, r"kpis is \[fewest, most\]; got -1 and 3"),
        ({"kpis": 5}, r"write two numbers, \[fewest, most\]"),
        ({"kpis": [1, 2, 3]}, r"write two numbers, \[fewest, most\]"),
        ({"twins": 1.1}, "less than or equal to 1"),
        ({"watched": 0}, "greater than or equal to 1"),
        ({"owner": -1}, "greater than or equal to 0"),
        ({"owner": "7"}, "valid number"),
        ({"ownr": 7}, "Extra inputs"),
    ],
)
def test_limits_that_cannot_be(limits, message):
    with pytest.raises(ValidationError, match=message):
        Limits(**limits)


@pytest.mark.parametrize("rule", ["207", "BSC7", "BSC0207", "bsc207", "BSC001", ""])
def test_a_rule_is_named_as_the_review_names_it(rule):
    with pytest.raises(ValidationError, match="a rule is written as BSC207"):
        Accepted(rule=rule, why="because")


def test_what_is_accepted_has_a_reason():
    with pytest.raises(ValidationError, match="at least 1 item"):
        Accepted(rule="BSC207", why=" ")
