import io
import json

import pandas as pd
import pytest
from rich.console import Console

from bsclib import read_actuals, read_scorecard, score, terminal
from bsclib.starters import TEMPLATE


@pytest.fixture(scope="module")
def card():
    return read_scorecard(TEMPLATE)


@pytest.fixture(scope="module")
def actuals(card):
    return read_actuals(TEMPLATE, card)


@pytest.fixture
def out():
    return Console(file=io.StringIO(), width=120, markup=False, emoji=False, highlight=False)


def test_console_is_wide_where_there_is_no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert terminal.console().width == 120
    monkeypatch.setenv("COLUMNS", "70")
    assert terminal.console().width == 70


def test_a_wrapped_name_keeps_its_place_in_the_tree(card, actuals, out):
    out.width = 70
    terminal.show_scores(out, score(card, actuals), card)
    lines = out.file.getvalue().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("      Requests done"))
    assert lines[at + 1].startswith("      ")


def test_no_more_units_than_one_wants_to_read(card, actuals, out):
    many = pd.concat([actuals.assign(unit=f"unit {number:02d}") for number in range(terminal.MOST_UNITS + 3)])
    many = many[many["kpi"] == "user-satisfaction"].drop_duplicates(["unit", "period"])
    terminal.show_scores(out, score(card, many), card)
    text = out.file.getvalue()
    assert text.count("unit ") == terminal.MOST_UNITS
    assert text.endswith("and 3 more units, which score as high or higher\n")


def test_progress_is_silent_where_there_is_no_terminal(capsys):
    with terminal.progress("Working") as step:
        step(1, 2)
    assert capsys.readouterr() == ("", "")


def test_facts_of_the_organisation_alone(card, actuals):
    alone = actuals[actuals["unit"] == "Applications"].assign(unit="").astype({"unit": "category"})
    facts = dict(terminal.facts(card, alone))
    assert facts["Units"] == "none: every row is of the organisation as a whole"
    assert facts["It has"] == "4 perspectives, 6 objectives, 8 KPIs, 3 links, 1 initiative, 1 event"
    assert facts["Actuals"].endswith("rows, 2025-01 to 2026-06")


def test_facts_of_an_empty_table(card, actuals):
    facts = dict(terminal.facts(card, actuals.head(0)))
    assert facts["Actuals"] == "0 rows"
    assert facts["Without rows"].startswith("budget-spent, ")


def test_long_lists_are_cut(card, actuals):
    units = pd.Categorical([f"u{number}" for number in range(len(actuals))])
    assert dict(terminal.facts(card, actuals.assign(unit=units)))["Units"].endswith("and 253 more")


def test_frame_leaves_out_empty_columns(out):
    terminal.show_frame(out, pd.DataFrame({"a": ["[x]", "y"], "b": ["", ""], "c": [1, 2]}))
    assert [line.split() for line in out.file.getvalue().splitlines()] == [["a", "c"], ["[x]", "1"], ["y", "2"]]


class Narrow(io.RawIOBase):
    """Takes a few bytes at a time, as a pipe that is full does."""

    def __init__(self):
        self.taken = b""

    def write(self, data):
        self.taken += bytes(data[:7])
        return len(data[:7])


@pytest.mark.parametrize("how", ["csv", "json"])
def test_frame_is_written_whole(how):
    pipe = Narrow()
    terminal.write_frame(pipe, pd.DataFrame({"name": ['ü, "x"', "y"], "score": [0.1 + 0.2, None]}), how)
    if how == "json":
        assert json.loads(pipe.taken) == [{"name": 'ü, "x"', "score": 0.1 + 0.2}, {"name": "y", "score": None}]
    else:
        assert pipe.taken.decode() == 'name,score\n"ü, ""x""",0.30000000000000004\ny,\n'


def test_empty_frame_is_an_empty_list():
    out = io.BytesIO()
    terminal.write_frame(out, pd.DataFrame({"score": []}), "json")
    assert json.loads(out.getvalue()) == []
