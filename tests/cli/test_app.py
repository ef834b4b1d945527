"""`bsc app` at the command line: what it takes, and what it says when it cannot begin."""

import json
import re
import signal
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbconvert.exporters import Exporter
from traitlets.config import Config

from bsclib import ReportError
from bsclib.app import server, upload
from bsclib.cli import app as verb
from bsclib.cli.commands import main

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "app.md").read_text(encoding="utf-8")


@pytest.fixture
def served(monkeypatch):
    """What the server would be asked for."""
    asked, opened = {}, []

    def serve(code, ready, **options):
        asked.update(options, code=code)
        ready("http://127.0.0.1:1/")

    monkeypatch.setattr(server, "serve", serve)
    monkeypatch.setattr("webbrowser.open", opened.append)
    return asked, opened


def bsc(*words):
    return CliRunner().invoke(main, list(words))


def test_without_a_path_it_is_the_shipped_case_for_this_machine_alone(served):
    asked, opened = served
    result = bsc("app")
    assert result.output == "The app is at http://127.0.0.1:1/\nThe app has ended.\n"
    assert asked["code"] == "from bsclib.cli.app import page\npage('meridian')"
    assert {"host": "127.0.0.1", "port": 8866, "most": 8, "debug": False}.items() <= asked.items()
    assert opened == ["http://127.0.0.1:1/"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_whoever_stops_it_while_it_starts_reads_one_sentence(monkeypatch, number):
    before = signal.getsignal(number)
    monkeypatch.setattr(server, "serve", lambda *_, **__: signal.raise_signal(number))
    result = bsc("app")
    assert (result.exit_code, result.output) == (0, "The app has ended.\n")
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("words", [["--no-browser"], ["--host", "0.0.0.0"]])
def test_no_browser_is_opened_where_nobody_wants_or_may_see_it(served, words):
    assert bsc("app", "enterprise", *words).exit_code == 0
    assert served[1] == []


def test_a_scorecard_of_ones_own_is_looked_over_first(served, tmp_path):
    (tmp_path / "scorecard.yaml").write_text("id: x\n")
    result = bsc("app", str(tmp_path))
    assert result.exit_code == 1
    assert "scorecard.yaml" in result.output
    assert served[0] == {}
    assert bsc("app", "meridan").exit_code == 2
    assert bsc("app", "--port", "70000").exit_code == 2
    assert bsc("app", "--visitors", "0").exit_code == 2


def test_without_voila_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "bsclib.app.server")
    monkeypatch.setitem(sys.modules, "voila", None)
    for name in [name for name in sys.modules if name.startswith(("voila.", "bsclib.app."))]:
        monkeypatch.delitem(sys.modules, name)
    result = bsc("app")
    assert result.exit_code == 1
    assert result.output == f"Error: {verb.INSTALL}.\n"


def test_a_report_that_fails_says_why_without_a_path(tmp_path):
    with pytest.raises(ReportError, match="the report could not be made: there is neither a file") as caught:
        verb.report(tmp_path / "nothing", tmp_path / "out", "")
    assert str(tmp_path) not in str(caught.value)


def test_the_guide_states_the_limits_that_hold():
    assert f"up to {upload.LARGEST // 1_000_000} MB" in DOC
    named = set(re.findall(r"`(\.\w+)`", DOC))
    assert set(upload.KINDS) <= named
    assert set(upload.FILES) - {"scorecard.yml", "scorecard.xlsx", "actuals.parquet"} <= set(
        re.findall(r"`([\w.]+)`", DOC)
    )


def test_voila_leaves_notes_and_solutions_out_of_every_lesson():
    shared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert shared["shared-data"] == {"bsclib/app/voila.json": "etc/jupyter/voila.json"}
    settings = Config(json.loads((ROOT / "bsclib" / "app" / "voila.json").read_text()))
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shown, _ = Exporter(config=settings).from_notebook_node(nbformat.read(file, 4))
        assert shown.cells
        assert not {"notes", "solution"} & {tag for cell in shown.cells for tag in cell.metadata.get("tags", [])}
