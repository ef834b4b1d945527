"""The pages without a browser: what an address means, what an upload changes, what is said when something fails."""

import os
import sys
from types import SimpleNamespace

import pytest
import served

from bsclib import read_actuals, read_scorecard, widgets
from bsclib.app import pages
from bsclib.app.pages import Case, Shell, place, table
from bsclib.app.upload import LARGEST
from bsclib.errors import Fault, ReportError, ScorecardError
from bsclib.widgets.scores import Explorer


@pytest.fixture(scope="module")
def case():
    card = read_scorecard("enterprise")
    return Case(card, read_actuals("enterprise", card))


@pytest.fixture
def shell(case, monkeypatch):
    """Somebody looks, and what is sent to them is kept."""
    monkeypatch.setitem(os.environ, "VOILA_BASE_URL", "/")
    shell_of = SimpleNamespace(kernel=SimpleNamespace(get_parent=lambda _: {}))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell_of))
    made = Shell(case, lambda *_: "<p>Report</p>")
    made.sent = []
    monkeypatch.setattr(made, "send", lambda content, buffers=None: made.sent.append((content, buffers)))
    return made


def upload(shell, name, *parts):
    for at, part in enumerate(parts):
        content = {"kind": "part", "name": name, "first": at == 0, "last": at == len(parts) - 1}
        shell.heard(shell, content, [memoryview(part)])


@pytest.mark.parametrize(
    ("query", "moved"),
    [
        ({"missing": "zero"}, {"missing": "zero"}),
        ({"missing": "../../etc/passwd"}, {}),
        ({"missing": "<b>", "at_risk": "nan", "unit": "nobody"}, {}),
        ({"at_risk": "0.5"}, {"at_risk": 0.5}),
        ({"at_risk": "-7", "on_target": "1e9"}, {"at_risk": 0.0, "on_target": 1.0}),
        ({"as_of": "2025-12", "stranger": "1"}, {"as_of": "2025-12"}),
    ],
    ids=lambda given: "-".join(map(str, given)),
)
def test_an_address_places_controls_and_what_it_cannot_mean_is_passed_over(case, query, moved):
    live = Explorer(case.scorecard, case.actuals).live()
    place(live, query)
    assert live.asked["values"] == live.start | moved
    place(live, {})
    assert live.asked["values"] == live.start


def test_points_that_are_marked_are_no_matter_of_the_address(case):
    live = widgets.signals.Explorer(case.scorecard, case.actuals).live()
    marked = [["2025-11", "one_off", case.scorecard.kpis[0].id, "a strike"]]
    live.asked = {"turn": 1, "values": {**live.asked["values"], "marked": marked}}
    place(live, {"marked": "<b>", "kind": "reorganisation"})
    assert live.asked["values"] == {**live.start, "marked": marked, "kind": "reorganisation"}


def test_the_address_tells_what_was_moved(shell):
    shell.route = {"page": "scorecard", "query": {"missing": "zero"}, "turn": 1}
    assert len(shell.body.children) == 2
    assert ({"kind": "drawn", "turn": 1}, None) in shell.sent
    assert shell.sent[-2][0] == {"kind": "address", "page": "scorecard", "query": {"missing": "zero"}}
    live = shell.body.children[0]
    live.asked = {"turn": 9, "values": {**live.asked["values"], "at_risk": 0.5}}
    assert shell.sent[-1][0]["query"] == {"at_risk": 0.5, "missing": "zero"}


@pytest.mark.parametrize("page", ["report", "../../etc", "__class__", ""])
def test_a_page_without_explorers_shows_none(shell, page):
    shell.route = {"page": page, "query": {}, "turn": 1}
    assert shell.body.children == ()


@pytest.mark.parametrize(
    ("problem", "words"), [(ScorecardError("there is no link"), "there is no link"), (KeyError("/srv/x"), pages.BROKEN)]
)
def test_a_page_that_cannot_be_drawn_says_so_and_the_others_still_work(shell, monkeypatch, problem, words):
    def broken(*_):
        raise problem

    monkeypatch.setattr(widgets, "explore_map", broken)
    shell.route = {"page": "map", "query": {}, "turn": 1}
    assert words in shell.body.children[0].value
    assert "/srv/x" not in shell.body.children[0].value
    shell.route = {"page": "scorecard", "query": {}, "turn": 2}
    assert len(shell.body.children) == 2


def test_a_faulty_file_changes_nothing_and_its_faults_are_a_table(shell, case):
    upload(shell, "mine.csv", b"kpi,period,actual\n<script>,", b"2026-01,3\n")
    assert shell.case is case
    assert shell.shown["said"] == pages.FAULTY
    assert '<td data-head="Where">mine.csv, line 2' in shell.shown["table"]
    assert "&lt;script&gt;" in shell.shown["table"]
    assert "<script>" not in shell.shown["table"]


def test_a_good_file_is_shown_and_the_example_can_be_had_again(shell, case):
    upload(shell, "mine.csv", f"kpi,period,actual\n{case.scorecard.kpis[0].id},2026-01,3\n".encode())
    assert shell.shown["own"]
    assert shell.case.actuals["actual"].tolist() == [3]
    assert "The overall score is" in shell.body.children[0].value
    shell.heard(shell, {"kind": "example"}, [])
    assert shell.case is case
    assert not shell.shown["own"]


def test_the_same_words_twice_are_said_twice(shell):
    turns = []
    shell.observe(lambda change: turns.append(change["new"]["turn"]), "shown")
    for _ in range(2):
        upload(shell, "mine.csv", b"")
    assert len(turns) == 2


def test_a_file_that_is_too_large_is_forgotten_at_once(shell, case):
    part = bytes(LARGEST // 2)
    upload(shell, "big.csv", part, part, b"x", b"y")
    assert "larger than 20 MB" in shell.shown["said"]
    assert shell.case is case
    assert shell.upload is None


def test_a_failure_of_ours_is_a_sentence_without_its_traceback(shell, monkeypatch):
    def broken(*_):
        raise RuntimeError("/srv/secret")

    monkeypatch.setattr(pages, "read_upload", broken)
    upload(shell, "mine.csv", b"x")
    assert shell.shown["said"] == pages.UNREAD


@pytest.mark.parametrize("content", [{}, {"kind": "exec", "code": "1"}, {"kind": "answers", "answers": ["1", "2"]}])
def test_a_message_that_no_page_sends_does_no_harm(shell, case, content):
    shell.heard(shell, content, [])
    assert shell.case is case


def test_a_report_is_handed_over_and_a_failure_is_told(shell):
    served.run(shell.make_report(""))
    content, (html,) = shell.sent[-1]
    assert html == b"<p>Report</p>"
    assert content["name"] == "enterprise.html"

    def fails(*_):
        raise ReportError(Fault("", "there is no unit 'x'"))

    shell.report = fails
    served.run(shell.make_report("x"))
    assert shell.sent[-1] == ({"kind": "report", "said": "there is no unit 'x'."}, None)


def test_a_table_of_faults_has_no_empty_column_and_an_end():
    html = table(ScorecardError([Fault(f"KPIs!A{row}", "wrong" * 100) for row in range(300)]))
    assert html.count("<th scope") == 2
    assert "and 100 more" in html
    assert len(html) < 100_000
