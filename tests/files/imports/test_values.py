import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.files.imports.cells import Cell
from bsclib.files.imports.values import Value, decimal_signs, is_colour, is_nothing, is_open, read_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("≤ 3 %", Value(3, "%", "<=")),
        ("<= 3%", Value(3, "%", "<=")),
        ("≥95%", Value(95, "%", ">=")),
        ("max. 3", Value(3, "", "<=")),
        ("at least 90", Value(90, "", ">=")),
        ("mindestens 90", Value(90, "", ">=")),
        ("8 days", Value(8, "days")),
        ("924 m", Value(924, "m")),
        ("(1,200)", Value(-1200)),
        ("($1,200.50)", Value(-1200.5, "USD")),
        ("-3.5", Value(-3.5)),
        ("−3.5", Value(-3.5)),
        ("$500", Value(500, "USD")),
        ("1200 €", Value(1200, "EUR")),
        ("1.2k", Value(1200)),
        ("12 k€", Value(12000, "EUR")),
        ("$1.2m", Value(1_200_000, "USD")),
        ("3.2 Mio", Value(3_200_000)),
        ("1 234", Value(1234)),
        ("1'234.5", Value(1234.5)),
        ("6:30", Value(6.5, "hours")),
        ("30:15:00", Value(30.25, "hours")),
        ("Yes", Value(1, "yes/no")),
        ("nein", Value(0, "yes/no")),
        ("✓", Value(1, "yes/no")),
        ("4 – 6 days", Value(4, "days", "", 6)),
        ("between 95 and 98 %", Value(95, "%", "", 98)),
        ("1e5", Value(100_000)),
        ("about thirty", None),
        ("3/5", None),
        ("12.3.4", None),
        ("v2.1", None),
    ],
)
def test_a_text_says_its_value(text, value):
    assert read_value(Cell(text)) == value


def test_a_decimal_comma_turns_both_signs():
    assert read_value(Cell("1.234,5"), ",") == Value(1234.5)
    assert read_value(Cell("1.234,5"), ".") is None
    assert read_value(Cell("88,5 %"), ",") == Value(88.5, "%")


@pytest.mark.parametrize(
    ("texts", "signs"),
    [
        (["1.234,5"], {","}),
        (["1,234.5"], {"."}),
        (["1,234"], {",", "."}),
        (["1,234", "1,5"], {","}),
        (["1,234,567"], {"."}),
        (["(1,200)", "$500"], {",", "."}),
        (["1.5", "1,5"], set()),
        (["8 days", "Yes"], {",", "."}),
    ],
)
def test_all_numbers_together_settle_the_decimal_sign(texts, signs):
    assert decimal_signs(map(Cell, texts)) == signs


def test_a_number_is_open_that_the_other_sign_makes_another():
    assert [is_open(Cell(text)) for text in ("1,200", "1.200", "1,5", "500", 1.2)] == [True, True, False, False, False]


@pytest.mark.parametrize("word", ["-", "n/a", "N/A", "tbd", "k.A.", "—"])
def test_a_word_for_nothing_is_no_value(word):
    assert is_nothing(Cell(word))
    assert read_value(Cell(word)) is None


@pytest.mark.parametrize("word", ["Green", "🔴", "gelb", "at risk"])
def test_a_colour_is_no_value(word):
    assert is_colour(Cell(word))
    assert read_value(Cell(word)) is None


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)), st.sampled_from([".", ","]))
def test_a_number_with_its_thousands_apart_is_read_back(number, point):
    text = f"{number:,.2f}"
    text = text if point == "." else text.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert read_value(Cell(text), point) == Value(number)


@given(st.text(max_size=20))
def test_any_text_is_a_value_or_none(text):
    read_value(Cell(text))
    read_value(Cell(text), ",")
    decimal_signs([Cell(text)])
