import io
import json
import re

import pandas as pd
import pytest
import tested
from rich.console import Console

from bsclib import read_actuals, read_scorecard, score
from bsclib.causality.map_claims import map_quality, map_words
from bsclib.cli import terminal
from bsclib.cli.new import TEMPLATE
from bsclib.cli.verbs import FOR_EXCEL


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
    facts = dict(terminal.scorecard_facts(card, alone))
    assert facts["Units"] == "none: every row is of the organisation as a whole"
    assert facts["It has"] == "4 perspectives, 6 objectives, 8 KPIs, 6 links, 1 initiative, 1 event"
    assert facts["Actuals"].endswith("rows, 2025-01 to 2026-06")


def test_facts_of_an_empty_table(card, actuals):
    facts = dict(terminal.scorecard_facts(card, actuals.head(0)))
    assert facts["Actuals"] == "none: the table is empty"
    assert set(facts) == {"Scorecard", "It has", "Actuals"}
    none = dict(terminal.scorecard_facts(card, None))
    assert none["Actuals"] == "none: there is no file of them, so what needs them is not looked at"


def test_long_lists_are_cut(card, actuals):
    units = pd.Categorical([f"u{number}" for number in range(len(actuals))])
    assert dict(terminal.scorecard_facts(card, actuals.assign(unit=units)))["Units"].endswith("and 253 more")


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


def test_findings_are_shown_by_severity_each_rule_once(out):
    columns = ["rule", "severity", "where", "what", "why", "fix", "source"]
    rows = [
        ("BSC103", "high", "[red]", "no KPI measures it", "nobody will know", "measure it", "us"),
        ("BSC102", "medium", "a", "nobody owns it", "nobody does it", "name one", "them"),
        ("BSC102", "medium", "b", "nobody owns it either", "nobody does it", "name one", "them"),
    ]
    found = pd.DataFrame(rows, columns=columns)
    terminal.show_findings(out, found)
    assert [line.rstrip() for line in out.file.getvalue().splitlines()] == [
        "",
        "high (1)",
        "  BSC103  nobody will know",
        "    [red]  no KPI measures it",
        "    Fix: measure it. Source: us.",
        "",
        "medium (2)",
        "  BSC102  nobody does it",
        "    a  nobody owns it",
        "    b  nobody owns it either",
        "    Fix: name one. Source: them.",
        "",
        "3 findings.",
    ]


@pytest.mark.parametrize(
    ("accepted", "said"),
    [(0, "No findings."), (1, "No findings.\n1 is accepted by the scorecard, with a reason.")],
)
def test_no_findings(out, accepted, said):
    none = pd.DataFrame({"rule": [], "severity": []})
    terminal.show_findings(out, none, accepted)
    assert out.file.getvalue().strip() == said


def printed(out, card, found):
    out.width = 200
    terminal.show_links(out, found, card, map_words(found, map_quality(card, found)))
    return [line.rstrip() for line in out.file.getvalue().splitlines()]


def test_links_are_shown_with_their_numbers(out):
    card = tested.chain()
    found = tested.evidence(card, sizes=[3.0], p=[0.004, 0.5, 0.0004, float("nan")])
    found = found.assign(placebos=20, placebos_supported=9)
    lines = printed(out, card, found)
    assert lines[0] == "Service desk: all units together"
    rows = [re.sub(" {2,}", "  ", line) for line in lines[3:7]]
    assert rows[0] == "✓ supported  leavers → mttr  - 6  −1.5  −2.1 to −0.9  12  0.004  0.010"
    assert rows[1].startswith("✗ refuted  mttr → cost  + 2  6  3.6 to 8.4  24  0.500")
    assert rows[2] == "? too little data  load → cost  + 1  3  1.8 to 4.2  36  <0.001  0.010"
    assert rows[3] == "⊘ not testable  mttr → load  48"
    assert lines[8] == "leavers → mttr: Why leavers does this to mttr."
    assert lines[13:] == [
        "4 links: 1 supported, 1 refuted, 1 too little data, 1 not testable.",
        "Of 20 placebo links, which nobody claimed, 9 (45 %) would have been supported; chance alone allows 3 %.",
        "That is far more than chance: something unseen moves these KPIs together.",
        "The map: 25 % supported, 25 % contradicted, 50 % untested.",
        "Longest chain without a supported link: mttr → load → cost.",
        "What no data can tell: whether something that nobody measured drives both ends of a link.",
        "Easiest to explain away: leavers → mttr, by a driver that makes up 30 % of the noise of both.",
    ]


def test_links_of_which_none_is_supported(out):
    card = tested.chain()
    lines = printed(out, card, tested.evidence(card, ["refuted"], unit="North"))
    assert lines[0] == "Service desk: North"
    assert lines[13] == "4 links: 4 refuted."
    assert not any("placebo" in line or "explain away" in line for line in lines)


def test_words_of_others_do_not_steer_the_terminal(capsys):
    out = terminal.console()
    terminal.show_frame(out, pd.DataFrame({"a\x1b[31m": ["b\u202ec"]}))
    out.print("plain", soft_wrap=True)
    assert capsys.readouterr().out.split() == [r"a\x1b[31m", r"b\u202ec", "plain"]


def test_a_file_for_excel_has_its_mark_and_no_formula():
    frame = pd.DataFrame({"=x": ["=1+1", "ü"], "n": [-1.5, None]})
    terminal.write_frame(written := io.BytesIO(), frame, FOR_EXCEL)
    assert written.getvalue() == "\ufeff'=x,n\r\n'=1+1,-1.5\r\nü,\r\n".encode()
