from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks_made import PARAMETERS, code, markdown, notebook

from bsclib.errors import ReportError
from bsclib.reporting.notebook import Parameter, check_parameters, read_notebook, read_parameters

TYPED = """\
# What this report is about.
%matplotlib inline
scorecard: str = "meridian"  # name of a shipped data set, or a path
unit: str | None = None  # a unit
months: int = 24
share: float = 0.5  # a = b
units: "list[str]" = ["Apps",
  "Data"]  # which units
weights: dict[str, float] = {}
draft: bool = False
method: Literal["kit", "other"] = "kit"
limit: Optional[int] = None
when: Timestamp = now()
anything = None
count = 3
label = "x"
"""


def asking(source):
    return notebook(markdown("# Title"), code(source, "parameters"))


def checked(**values):
    return check_parameters(asking(TYPED), values)


def test_the_cell_is_read_with_types_defaults_and_comments():
    found = {one.name: one for one in read_parameters(asking(TYPED))}
    assert list(found)[:3] == ["scorecard", "unit", "months"]
    assert found["scorecard"] == Parameter("scorecard", "str", "meridian", "name of a shipped data set, or a path")
    assert found["unit"] == Parameter("unit", "str | None", None, "a unit")
    assert found["share"].help == "a = b"
    assert found["units"] == Parameter("units", "list[str]", ["Apps", "Data"], "which units")
    assert found["when"].default == "now()"
    assert found["count"] == Parameter("count", "", 3, "")


def test_papermill_sees_the_same_plain_parameters(tmp_path):
    import nbformat
    import papermill

    nbformat.write(asking(PARAMETERS), tmp_path / "a.ipynb")
    seen = papermill.inspect_notebook(str(tmp_path / "a.ipynb"))
    ours = read_parameters(tmp_path / "a.ipynb")
    assert [(p["name"], p["inferred_type_name"], p["help"]) for p in seen.values()] == [
        (p.name, p.annotation, p.help) for p in ours
    ]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("months", "3", 3),
        ("months", np.int64(3), 3),
        ("share", "1", 1.0),
        ("share", 1, 1.0),
        ("draft", "TRUE", True),
        ("draft", "false", False),
        ("unit", "none", "none"),
        ("unit", None, None),
        ("limit", "none", None),
        ("limit", "4", 4),
        ("scorecard", Path("a") / "b", str(Path("a") / "b")),
        ("scorecard", "3", "3"),
        ("scorecard", 'it\'s "quoted" \\ שלום 😀\n', 'it\'s "quoted" \\ שלום 😀\n'),
        ("units", '["Apps"]', ["Apps"]),
        ("units", "['Apps']", ["Apps"]),
        ("units", ("Apps",), ["Apps"]),
        ("weights", '{"a": 1}', {"a": 1.0}),
        ("method", "other", "other"),
        ("anything", "4", 4),
        ("count", "4", 4),
        ("count", "four", "four"),
        ("label", "4", "4"),
    ],
)
def test_values_are_read_as_the_type_asks(name, value, expected):
    found = checked(**{name: value})
    assert found == {name: expected}
    assert type(found[name]) is type(expected)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("months", "abc", r"int \(a whole number\)"),
        ("months", "3.0", "int"),
        ("months", True, "int"),
        ("months", "[" * 100_000, "int"),
        ("share", "much", r"float \(a number\)"),
        ("draft", "yes", r"bool \(true or false\)"),
        ("draft", 1, "bool"),
        ("scorecard", 3, r"str \(text\)"),
        ("scorecard", "\udc80", "str"),
        ("units", "Apps,Data", r'list\[str\] \(a list such as \["a", "b"\]\)'),
        ("units", "[1]", "list"),
        ("weights", {1: 2.0}, "dict"),
        ("method", "best", "Literal"),
        ("anything", object(), "text, numbers"),
    ],
)
def test_a_wrong_type_is_refused(name, value, allowed):
    with pytest.raises(
        ReportError, match=rf"parameter '{name}': the value has the wrong type. Got: .*Allowed: {allowed}"
    ):
        checked(**{name: value})


def test_an_unknown_name_gets_the_nearest_and_all_faults_come_at_once():
    with pytest.raises(ReportError, match=r"no parameter 'mnoths'.*did you mean 'months'") as caught:
        checked(mnoths=3, share="much", unit="Apps")
    assert len(caught.value.faults) == 2


def test_a_notebook_without_the_cell():
    plain = notebook(markdown("# Title"), code("1"))
    assert read_parameters(plain) is None
    assert check_parameters(plain, {}) == {}
    with pytest.raises(ReportError, match="no cell is tagged `parameters`"):
        check_parameters(plain, {"unit": "Apps"})


def test_a_cell_that_is_not_python():
    with pytest.raises(ReportError, match="parameters cell, line 2: this is not Python"):
        check_parameters(asking("a: int = 1\nb c\n"), {"a": 2})


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "not a notebook"),
        (b"[1]", "no cells"),
        (b'{"worksheets": []}', "format 4"),
        (b"\xff\xfe", "not a notebook"),
        (b"[" * 100_000, "not a notebook"),
    ],
)
def test_files_that_are_no_notebook(tmp_path, content, what):
    (tmp_path / "a.ipynb").write_bytes(content)
    with pytest.raises(ReportError, match=rf"a\.ipynb.*{what}"):
        read_notebook(tmp_path / "a.ipynb")


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(ReportError, match=r"gone\.ipynb: the notebook cannot be read: No such file"):
        read_notebook(tmp_path / "gone.ipynb")


@given(st.text())
def test_any_text_arrives_as_it_is(text):
    """Whatever a person writes for a text stays that text, through papermill's own way of writing it into a cell."""
    from papermill.translators import PythonTranslator

    value = checked(scorecard=text)["scorecard"]
    assert value == text
    assert eval(PythonTranslator.translate(value)) == text
