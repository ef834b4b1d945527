import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bsclib.periods import span
from bsclib.values import Dated, Name, Target, Weight, check_format, shape, weight_at


@pytest.mark.parametrize("bad", ["a\nb", "a\x00b", "a\u2028b", "\ud800", "a\x1bb"])
def test_control_characters_are_refused(bad):
    with pytest.raises(ValidationError, match=r"is a control character|string_unicode|valid string"):
        TypeAdapter(Name).validate_python(bad)


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
