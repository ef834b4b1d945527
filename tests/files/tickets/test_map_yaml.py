"""The map as YAML: lines in errors, the text of a proposal, and the schema that ships."""

import json
import re
from pathlib import Path

import pytest

from bsclib.errors import ScorecardError
from bsclib.files.tickets import map_yaml
from bsclib.files.tickets.map_yaml import build_map, map_text, read_map
from bsclib.files.tickets.ticket_map import Columns


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "tickets.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_faults_have_their_lines_and_are_said_at_once(written):
    text = "columns:\n  number: N\n  opend: O\nzone: Nowhere\nstates:\n  Closed: shut\n  No: open\n"
    with pytest.raises(ScorecardError, match="line 7: a field's name should be text"):
        read_map(written(text))
    with pytest.raises(ScorecardError) as error:
        read_map(written(text.replace("No:", "'No':")))
    message = str(error.value)
    assert "tickets.yaml, line 3, columns.opend: there is no field 'opend'" in message
    assert "tickets.yaml, line 4, zone: this is no time zone" in message
    assert "tickets.yaml, line 6, states.Closed: this word is not known here" in message


@pytest.mark.parametrize("text", ["", "[]", "columns: [", "\tcolumns: x"])
def test_what_is_no_map(text, written):
    with pytest.raises(ScorecardError, match=r"tickets.yaml"):
        read_map(written(text))


def test_a_proposal_is_read_as_it_was_meant(written):
    data = {
        "columns": {"number": "No", "opened": {"column": "O: x", "measured_in": "minutes"}, "state": "# S"},
        "dates": "%d.%m.%Y",
        "zone": "UTC",
        "decimal": ",",
        "states": {"7": "closed", "1e3": "open", "yes": "hold", "Größe: 1": "new"},
        "kinds": {"null": "request"},
    }
    text = map_text(data, {("zone",): "which?", ("states", "7"): "sure", ("dates",): "so", ("columns",): "one"})
    assert read_map(written(text)) == build_map(data)
    assert "zone: UTC  # unsure: which?\n" in text
    assert "  '7': closed  # unsure: sure\n" in text
    assert "columns:  # unsure: one\n" in text


def test_the_schema_that_ships_is_current():
    shipped = Path(map_yaml.__file__).with_name("tickets.schema.json").read_text(encoding="utf-8")
    assert shipped == map_yaml.schema_text(), "run: make derived"


def test_the_schema_takes_a_heading_as_a_bare_text():
    columns = json.loads(map_yaml.schema_text())["$defs"]["Columns"]["properties"]
    assert {"type": "string"} in columns["number"]["anyOf"]


def test_the_map_in_the_documentation_is_read(written):
    page = (Path(__file__).parents[3] / "docs" / "tickets.md").read_text(encoding="utf-8")
    example = re.search(r"(?s)```yaml\n(.*?)```", page)[1]
    read_map(written(example.replace("DE-BY, ", "")))
    named = {name for cell in re.findall(r"(?m)^\| (`[\w`, ]+) \|", page) for name in re.findall(r"\w+", cell)}
    assert named == set(Columns.model_fields)
