import numpy as np
import pytest

from bsclib.model.advice import number_advice, plain_number


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("$500", "leave out $: write 500"),
        ("-€ 4.50", "leave out €: write -4.50"),
        ("500 EUR", "leave out EUR: write 500"),
        ("$1,200", "leave out $: write plain digits"),
        ("1,200 h", "leave out h: write plain digits"),
        ("4,5 h", "leave out h: write 4.5"),
        ("−5", "write -5"),
        ("(1,200)", "brackets are no minus here: write a minus and plain digits"),
        ("(1200)", "brackets are no minus here: write -1200"),
        ("($1200)", "brackets are no minus here: write -1200"),
        ("Yes", "write 1 or 0: 1 for yes, 0 for no"),
        ("FALSE", "write 1 or 0: 1 for yes, 0 for no"),
        (np.True_, "write 1 or 0: 1 for yes, 0 for no"),
        ("Green", "a colour is no observation: write the number that was judged by it"),
        ("08:30", "this is a time or a duration: write 8.5, which is 08:30 in hours"),
        ("30:30:00", "this is a time or a duration: write 30.5, which is 30:30:00 in hours"),
        ("1 day, 6:30:00", "this is a time or a duration: write 30.5, which is 1 day, 6:30:00 in hours"),
        ("4.5 h", "leave out h: write 4.5"),
        ("8 days", "leave out days: write 8"),
        ("-3 °C", "leave out °C: write -3"),
        ("~4", "write 4"),
        ("< 4", "a bound is no value: write the number that was observed"),
        ("≤ 3 %", "a bound is no value: write the number that was observed"),
        ("1.2k", "write it in full: 1200"),
        ("-2 million", "write it in full: -2000000"),
        ("95%", "write 95 without %"),
        ("95 % or so", "leave out the % sign"),
        ("1,234.50", "leave out what separates the thousands"),
        ("1 234", "leave out what separates the thousands"),
        ("4,5", "write all numbers with the same decimal sign"),
        ("date 2024", "Excel has made a date of it: format the cell as a number and type it again"),
        ("closed", "write the number that was observed; leave the cell empty only if there was none"),
        ("#N/A", "leave the cell empty if nothing was observed"),
    ],
)
def test_what_was_observed_is_kept(text, advice):
    assert number_advice(text) == advice


def test_a_decimal_comma_stays_one():
    assert number_advice("4,5 h", ",") == "leave out h: write 4,5"
    assert number_advice("08:30", ",").startswith("this is a time or a duration: write 8,5,")


def test_what_is_defined_was_not_observed():
    assert [plain_number(text) for text in ("95%", "soon", "Yes")] == ["write 95 without %", "", ""]
