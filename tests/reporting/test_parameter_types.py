"""What is given to a parameter of each type, by its annotation or by its default."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks_made import code, notebook

from bsclib.errors import ReportError
from bsclib.reporting.notebook import check_parameters

IMPORTS = """\
import datetime
import decimal
from datetime import date
from decimal import Decimal
from pathlib import Path
"""


def received(line, text):
    name = line.splitlines()[-1].partition("=")[0].partition(":")[0].strip()
    return check_parameters(notebook(code(IMPORTS + line, "parameters")), {name: text})[name]


@pytest.mark.parametrize(
    ("line", "text", "value"),
    [
        ("timeout = 60 * 60", "120", 120),
        ("size = 2**10", "4096", 4096),
        ("size = 2**10", "1.5", 1.5),
        ("limit = float('inf')", "12", 12),
        ("limit = float('inf')", "inf", math.inf),
        ("limit = 3", "-inf", -math.inf),
        ("limit = 3", "None", None),
        ("units = list('ab')", '["c"]', ["c"]),
        ("units = sorted({'a': 1})", "all", "all"),
        ("label = 'a' + 'b'", "4", "4"),
        ("red = False", "0", False),
        ("red = False", "no", False),
        ("red = not True", "Yes", True),
        ("red = True", "off", False),
        ("red = True", 0, 0),
        ("red = True", "2", 2),
        ("path = Path('a')", "b", "b"),
        ("pair = (1, 2)", "(3, 4)", [3, 4]),
        ("pair: tuple[int, int] = (1, 2)", "[3, 4]", [3, 4]),
        ("pair: tuple[int, ...] = ()", "(3, 4, 5)", [3, 4, 5]),
        ("pair: tuple = ()", "(3, 'a')", [3, "a"]),
        ("units: Sequence[str] = ()", '["a"]', ["a"]),
        ("units: typing.List[str] = []", '["a"]', ["a"]),
        ("share: Annotated[float, 'of all'] = 0.5", "0.25", 0.25),
        ("share: float = 0.5", "inf", math.inf),
        ("share: float | None = None", "None", None),
        ("unit: str | None = 'x'", "None", None),
        ("unit: str = 'x'", "None", "None"),
        ("unit: Optional[int] = 3", "null", None),
        ("unit: Literal['a', 'b'] = 'a'", "b", "b"),
        ("table: dict[str, int] = {}", '{"a": 1}', {"a": 1}),
        ("table: Mapping[str, list[int]] = {}", '{"a": [1]}', {"a": [1]}),
        ("anything: Any = 3", "a", "a"),
        ("anything: object = 3", "a", "a"),
        ("unit = unknown_name", "a", "a"),
    ],
)
def test_a_value_is_received_as_the_type_asks(line, text, value):
    found = received(line, text)
    assert (found, type(found)) == (value, type(value))


def test_nan_is_a_number():
    assert math.isnan(received("share: float = 0.5", "nan"))
    assert math.isnan(received("share = 0.5", "nan"))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("pair: tuple[int, int] = (1, 2)", "[3]"),
        ("pair: tuple[int, int] = (1, 2)", "3"),
        ("pair: tuple[int, int] = (1, 2)", '["a", 4]'),
        ("units: Sequence[str] = ()", "a"),
        ("units: Sequence[str] = ()", "[1]"),
        ("unit: Literal['a', 'b'] = 'a'", "c"),
        ("share: Annotated[float, 'of all'] = 0.5", "much"),
        ("unit: Optional[int] = 3", "three"),
        ("red = False", "maybe"),
        ("red: bool = False", "0"),
    ],
)
def test_a_value_of_another_type_is_refused(line, text):
    with pytest.raises(ReportError, match="the value has the wrong type"):
        received(line, text)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("cost: Decimal = Decimal('1')", "Decimal"),
        ("cost: decimal.Decimal = Decimal('1')", "decimal.Decimal"),
        ("cost = Decimal('1')", "Decimal"),
        ("start: date = date(2026, 1, 1)", "date"),
        ("start: datetime.date | None = None", "datetime.date"),
        ("start = date(2026, 1, 1)", "date"),
        ("start: Optional[date] = None", "date"),
        ("days: list[date] = []", "date"),
        ("table: dict[int, str] = {}", "dict"),
        ("kinds: set[str] = set()", "set"),
        ("when: Timestamp = now()", "Timestamp"),
        ("kinds = {1, 2}", "set"),
        ("kinds = set()", "set"),
        ("raw = b'x'", "bytes"),
    ],
)
def test_what_would_arrive_as_text_is_refused_with_a_remedy(line, named):
    with pytest.raises(ReportError, match=rf"a notebook cannot be given a {named}: it would receive a text.*Fix: make"):
        received(line, "2026-02-03")


def test_a_default_is_worked_out_where_it_can_do_no_harm(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert received("import sys; sys.exit(3)\ncount = 2 * 3", "7") == 7  # as papermill reads it
    assert received("print('noise')\ncount = 2 * 3", "7") == 7


@given(st.floats(allow_nan=False) | st.integers(-(10**30), 10**30) | st.booleans() | st.none())
def test_what_papermill_writes_is_what_was_received(value):
    from papermill.translators import PythonTranslator

    found = check_parameters(notebook(code("anything: Any = None", "parameters")), {"anything": value})["anything"]
    assert eval(PythonTranslator.translate(found)) == value
