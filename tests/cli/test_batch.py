"""`bsc batch` and `bsc diff`, as a person types them; what a batch does is in tests/reports."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from notebooks_made import PARAMETERS, code, markdown, notebook
from pools import Pool
from rich.console import Console
from rich.progress import Progress

from bsclib.batch import run as module
from bsclib.batch.progress import Tally
from bsclib.cli import batch as batch_verbs
from bsclib.cli.verbs import Verbs

RUNS = "print(unit)\nif unit == 'bad': raise KeyError(unit)"


@pytest.fixture
def bsc(tmp_path, monkeypatch):
    """Type a command in a folder with a notebook and a plan."""
    nbformat.write(notebook(markdown("# R"), code(PARAMETERS, "parameters"), code(RUNS)), tmp_path / "made.ipynb")
    (tmp_path / "plan.csv").write_text("unit,months\nApps,12\nDesk,\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "_kernels", lambda *_: Pool())
    monkeypatch.setattr("bsclib.batch.progress.versions", lambda: {"bsclib": "0"})
    main = Verbs(commands={"batch": batch_verbs.batch, "diff": batch_verbs.diff})

    def typed(*words):
        return CliRunner().invoke(main, [str(word) for word in words])

    return typed


def test_a_batch_from_a_file(bsc, tmp_path):
    done = bsc("batch", "made.ipynb", "-o", "out", "--plan", "plan.csv", "--formats", "ipynb, HTML")
    assert (done.exit_code, done.stdout) == (0, "out/index.html (2 made)\n")
    assert done.stderr.splitlines()[0] == "0 of 2: starting"
    assert done.stderr.splitlines()[-1].startswith("2 of 2: 2 done")
    assert sorted(one.name for one in (tmp_path / "out").glob("*.[hi]*")) == [
        "Apps-months-12.html",
        "Apps-months-12.ipynb",
        "Desk.html",
        "Desk.ipynb",
        "index.html",
    ]


def test_over_department_there_is_a_page_for_each_owner_of_a_goal_above(bsc):
    done = bsc("batch", "09_shared_language", "-o", "out", "--over", "department", "--dry-run")
    assert "Chief-operating-officer" in done.stdout
    assert done.stdout.endswith("4 reports: 4 to run.\n")
    refused = bsc("batch", "09_shared_language", "-o", "out", "--over", "department", "-p", "scorecard", "lakeside")
    assert refused.exit_code == 2
    assert "no department owns a goal that this scorecard supports" in refused.stderr


def test_over_unit_with_what_is_the_same_in_all(bsc, tmp_path):
    asks = notebook(code("scorecard: str = ''\n" + PARAMETERS, "parameters"))
    nbformat.write(asks, tmp_path / "other.ipynb")
    given = ["-p", "scorecard", "meridian", "-p", "months", "6"]
    done = bsc("batch", "other.ipynb", "-o", "out", "--over", "unit", *given, "--formats", "ipynb")
    assert done.stdout == "out/index.html (5 made)\n"
    reports = json.loads((tmp_path / "out" / "manifest.json").read_text())["reports"]
    assert reports[0]["parameters"] == {"scorecard": "meridian", "unit": "Antwerp", "months": 6}


def test_a_failure_is_told_and_is_the_exit_code(bsc):
    Path("plan.csv").write_text("unit\nbad\ngood\n")
    done = bsc("batch", "made.ipynb", "-o", "out", "--plan", "plan.csv", "--formats", "ipynb")
    assert (done.exit_code, done.stdout) == (1, "out/index.html (1 made, 1 failed)\n")
    assert "bad: made.ipynb, cell 3 under \"R\": the cell failed with KeyError: 'bad'." in done.stderr
    again = bsc("batch", "made.ipynb", "-o", "out", "--plan", "plan.csv", "--formats", "ipynb", "--resume")
    assert (again.exit_code, again.stdout) == (1, "out/index.html (1 kept, 1 failed)\n")


def test_a_dry_run_prints_the_plan_and_changes_nothing(bsc, tmp_path):
    done = bsc("batch", "made.ipynb", "-o", "out", "--plan", "plan.csv", "--dry-run")
    assert done.exit_code == 0
    assert "Apps-months-12" in done.stdout
    assert done.stdout.endswith("2 reports: 2 to run.\n")
    assert not (tmp_path / "out").exists()


def test_a_dry_run_does_not_print_a_long_text_in_full(bsc, tmp_path):
    (tmp_path / "long.csv").write_text(f"name,unit\nlong,{'x' * 1_000_000}\n")
    done = bsc("batch", "made.ipynb", "-o", "out", "--plan", "long.csv", "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.count("x") == batch_verbs.LONGEST - 1


def test_an_interrupt_is_the_exit_code(bsc, monkeypatch):
    monkeypatch.setattr(module, "_kernels", lambda *_: Pool(before=lambda job: os.kill(os.getpid(), signal.SIGINT)))
    done = bsc("batch", "made.ipynb", "-o", "out", "--plan", "plan.csv", "--formats", "ipynb")
    assert (done.exit_code, done.stdout) == (130, "out/index.html (1 made, 1 left out)\n")
    assert batch_verbs.STOPPING in done.stderr
    assert "Next: the same command with --resume makes the rest." in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--plan", "plan.csv", "--over", "unit"], 2, "Give --plan or --over, not both"),
        (["-p", "mnoths", "3"], 2, "there is no parameter 'mnoths'.*did you mean 'months'"),
        (["--over", "months"], 2, "'months' is not one of 'unit', 'department'"),
        (["--plan", "gone.csv"], 1, "gone.csv: this cannot be read"),
        (["--formats", "word"], 1, "there is no format 'word'"),
        (["--timeout", "0"], 2, "0.0 is not in the range x>0"),
        (["--memory", "-1"], 2, "not in the range"),
        (["--workers", "0"], 2, "not in the range"),
        (["--house", "gone.yaml"], 1, "gone.yaml"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(bsc, words, code, said):
    done = bsc("batch", "made.ipynb", "-o", "out", *words)
    assert done.exit_code == code
    assert re.search(said, " ".join(done.stderr.split()))
    assert done.stdout == ""


def test_a_notebook_that_is_not_there(bsc):
    done = bsc("batch", "gone.ipynb", "-o", "out")
    assert done.exit_code == 2
    assert "gone.ipynb: the notebook cannot be read: No such file" in done.stderr


def test_the_difference_of_two_batches(bsc):
    for folder, months in (("old", "6"), ("new", "12")):
        bsc("batch", "made.ipynb", "-o", folder, "-p", "months", months, "--formats", "ipynb")
    assert bsc("diff", "old", "new").stdout
    rows = json.loads(bsc("diff", "old", "new", "--format", "json").stdout)
    assert {row["name"] for row in rows} >= {"made"}


def test_in_a_terminal_there_is_a_bar_and_no_lines():
    out = io.StringIO()
    with Progress(console=Console(file=out, force_terminal=True)) as bar:
        watch = batch_verbs._Watch(bar, 4)
        watch(Tally(total=4, kept=1))
        watch(Tally(total=4, kept=1, done=1, why="there is no fork"))
        watch(Tally(total=4, kept=1, done=2, why="there is no fork", stopping=True))
        assert bar.tasks[0].completed == 3
        assert "1 kept, 2 done" in bar.tasks[0].description
    assert out.getvalue().count("ordinary kernels are used, because there is no fork") == 1
    assert out.getvalue().count("Stopping") == 1


def test_lines_come_now_and_then(monkeypatch, capsys):
    clock = [0.0]
    monkeypatch.setattr(batch_verbs.time, "monotonic", lambda: clock[0])
    watch = batch_verbs._Watch(Progress(disable=True), 100)
    for done in range(101):
        clock[0] = done * 1.0
        watch(Tally(total=100, done=done))
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["0 of 100: starting", "10 of 100: 10 done, 1.0 a second, 1 min 30 s left"]
    assert lines[-1] == "100 of 100: 100 done, 1.0 a second"
    assert len(lines) == 11


@pytest.mark.parametrize(
    ("tally", "seconds", "words"),
    [
        (Tally(total=5), 3, "starting"),
        (Tally(total=5, failed=1), 10, "1 failed, 10.0 s each, 40 s left"),
        (Tally(total=10_000, done=5_000), 500, "5,000 done, 10.0 a second, 8 min 20 s left"),
        (Tally(total=10_000, kept=10_000), 0, "10,000 kept"),
        (Tally(total=9, done=1, stopping=True), 1, "1 done, 1.0 a second"),
    ],
)
def test_progress_in_words(tally, seconds, words):
    assert batch_verbs.progress_words(tally, seconds) == words


def test_the_help_loads_nothing_heavy():
    heavy = "[one for one in ('pandas', 'rich', 'bsclib.batch') if one in sys.modules]"
    look = [sys.executable, "-c", f"import sys, bsclib.cli.batch; print({heavy})"]
    assert subprocess.run(look, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_a_page_cannot_show_is_said_at_the_end(bsc, tmp_path):
    """A chart that a script draws does not vanish with "1 made"."""
    import bsclib.batch.finish as finish

    chart = {"output_type": "display_data", "data": {"application/vnd.bokehjs_exec.v0+json": ""}, "metadata": {}}
    with pytest.MonkeyPatch.context() as patch:
        contents = finish._contents

        def with_chart(notebook_, arguments, notes):
            notebook_["cells"][-1]["outputs"].append(chart)
            return contents(notebook_, arguments, notes)

        patch.setattr(finish, "_contents", with_chart)
        ran = bsc("batch", "made.ipynb", "-o", "out", "--plan", "plan.csv")
    assert ran.exit_code == 0
    assert 'Note: made.ipynb, cell 3 under "R": a chart that a script would draw cannot be shown' in ran.stderr
    assert "(2 made, 2 with notes)" in ran.stdout


def test_a_dry_run_shows_no_secret(bsc, tmp_path):
    nbformat.write(notebook(code("password: str = ''", "parameters")), tmp_path / "secret.ipynb")
    ran = bsc("batch", "secret.ipynb", "-o", "out", "-p", "password", "hunter2", "--dry-run")
    assert ran.exit_code == 0
    assert "hunter2" not in ran.output
