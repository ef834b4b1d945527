from pathlib import Path

import pytest

import bsclib
from bsclib.errors import ScorecardError
from bsclib.files.imports import mapping as mappings
from bsclib.files.imports.mapping import ImportMapping, Question, answer_of, answered, build_mapping, read_mapping

FAULTY = """\
format: 2
tables:
  - sheet: Finance
    colums: {Table: kpi}
    columns: {Region: unitt}
    dates: dayfirst
    period: Febuary
kpis:
  Sales: {direction: higher, target: 12 EUR}
changed: maybe
"""


def test_every_fault_has_its_line_and_field(tmp_path):
    (tmp_path / "import.yaml").write_text(FAULTY)
    with pytest.raises(ScorecardError) as caught:
        read_mapping(tmp_path / "import.yaml")
    said = [str(fault) for fault in caught.value.faults]
    expected = [
        "import.yaml, line 1, format: a newer kit wrote this file. Got: 2.",
        "import.yaml, line 5, tables[0].columns.Region: this word is not known here. Got: 'unitt'.",
        "import.yaml, line 7, tables[0].period: 'Febuary' is not a period",
        "import.yaml, line 6, tables[0].dates: this word is not known here. Got: 'dayfirst'.",
        "import.yaml, line 4, tables[0].colums: there is no field 'colums'.",
        "import.yaml, line 9, kpis.Sales.direction: this word is not known here. Got: 'higher'.",
        "import.yaml, line 9, kpis.Sales.target: this should be a number. Got: '12 EUR'.",
        "import.yaml, line 10, changed: this word is not known here. Got: 'maybe'.",
    ]
    assert len(said) == len(expected)
    for text, start in zip(said, expected, strict=True):
        assert text.startswith(start)
    assert "did you mean 'unit'?" in said[1]


def test_what_is_written_is_read_again(tmp_path):
    data = {
        "tables": [{"sheet": "no", "columns": {"2026": "total", "on": "unit", "": "kpi"}, "decimal": ","}],
        "kpis": {"yes": {"id": "a", "target": [1.0, 2.0]}, "1.5": {"direction": "lower_is_better"}},
        "periods": {"FY26": "2026"},
    }
    mapping = build_mapping(data)
    mappings.write_mapping(mapping, tmp_path / "import.yaml")
    assert read_mapping(tmp_path / "import.yaml") == mapping


def test_an_open_question_is_an_empty_field_with_its_answers(tmp_path):
    asked = [
        Question(("kpis", "Sales", "direction"), "which way?", ("up", "down")),
        Question(("tables", 1, "columns", "Blob"), "what is it?", ("kpi", "unit")),
        Question(("changed",), "which?", ("take", "keep")),
    ]
    mapping = build_mapping({"tables": [{"sheet": "A"}, {"sheet": "B"}], "kpis": {"Sales": {"id": "sales"}}})
    text = mappings.mapping_text(mapping, asked)
    for question in asked:
        line = text.splitlines()[mappings.field_line(text, question.field) - 1]
        assert line.strip().startswith(f"{question.field[-1]}:")
        assert line.endswith(f"# {question.hint}")
    (tmp_path / "import.yaml").write_text(text)
    assert read_mapping(tmp_path / "import.yaml") == mapping


@pytest.mark.parametrize(
    ("field", "choices", "text", "answer"),
    [
        (("kpis", "Sales", "direction"), ("higher_is_better", "lower_is_better"), "low", "lower_is_better"),
        (("kpis", "Sales", "target"), (), "12.5", 12.5),
        (("kpis", "Sales", "target"), (), "[4, 6]", (4.0, 6.0)),
        (("kpis", "Sales", "times"), ("100", "1"), "100", 100.0),
        (("tables", 0, "year"), (), "2026", 2026),
        (("tables", 0, "period"), (), "2026-03", "2026-03"),
    ],
)
def test_an_answer_lands_in_its_field(field, choices, text, answer):
    question = Question(field, "?", choices)
    mapping = answered(ImportMapping(), question, answer_of(question, text))
    value = mapping
    for step in field:
        value = value[step] if isinstance(value, dict | tuple) else getattr(value, step)
    assert value == answer


def test_an_answer_that_is_none_is_refused():
    question = Question(("changed",), "?", ("take", "keep"))
    with pytest.raises(ValueError, match="'both' is none of take or keep"):
        answer_of(question, "both")


def test_the_schema_that_ships_is_current():
    shipped = Path(bsclib.__file__).with_name("files") / "imports" / "import.schema.json"
    assert shipped.read_text(encoding="utf-8") == mappings.schema_text(), "run: make derived"
