"""Maps proposed for exports of many systems, in five languages."""

import pandas as pd
import pytest
from exported import EXPORTS

from bsclib.actuals.itsm.table import check_tickets
from bsclib.errors import ActualsError
from bsclib.files.tickets.guess import guess_map, plain
from bsclib.files.tickets.map_yaml import build_map, map_text, read_map
from bsclib.files.tickets.read import preview, read_tickets


@pytest.fixture
def written(tmp_path):
    def write(text, name="export.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return write


def heading(entry):
    return entry if isinstance(entry, str) else entry.get("column", "")


@pytest.mark.parametrize("name", EXPORTS)
def test_each_systems_export_is_recognised(name, written):
    export, guess = EXPORTS[name], guess_map(written(EXPORTS[name].text))
    columns = {field: heading(entry) for field, entry in guess.data["columns"].items()}
    assert {field: columns.get(field) for field in export.columns} == export.columns
    assert guess.data.get("states", {}) == export.states
    assert guess.data.get("dates", "") == export.dates
    assert guess.data.get("zone", "") == export.zone


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_proposed_reads_every_row(name, written, tmp_path):
    export, file = EXPORTS[name], written(EXPORTS[name].text)
    guess = guess_map(file)
    yaml = tmp_path / "tickets.yaml"
    yaml.write_text(map_text(guess.data, guess.doubts), encoding="utf-8")
    read = read_tickets(file, yaml)
    assert read.used == 1
    assert read.rejected.empty, read.rejected["reason"].tolist()
    first = read.tickets.iloc[0]
    assert (first["number"], f"{first['opened']:%Y-%m-%d %H:%M}") == export.first
    check_tickets(read.tickets)
    shown = preview(file, read_map(yaml))
    pd.testing.assert_frame_equal(shown, read.tickets.head(3))


@pytest.mark.parametrize("name", EXPORTS)
def test_at_most_two_lines_need_a_hand(name, written):
    assert len(guess_map(written(EXPORTS[name].text)).doubts) <= 2
