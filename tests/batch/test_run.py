import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from notebooks_made import PARAMETERS, code, markdown, notebook
from pools import Pool

from bsclib.batch import plan, run_batch
from bsclib.batch import run as module
from bsclib.batch.folder import claim_folder
from bsclib.batch.run import preview_batch
from bsclib.errors import ReportError

RUNS = """\
print(unit, months)
if unit == "bad":
    raise KeyError(unit)"""
UNITS = ["a", "b", "c", "d"]
MADE_WITH = {"python": "3", "bsclib": "0", "source": "", "packages": {}}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    file = tmp_path_factory.mktemp("source") / "made.ipynb"
    nbformat.write(notebook(markdown("# The report"), code(PARAMETERS, "parameters"), code(RUNS)), file)
    return file


@pytest.fixture
def pool(monkeypatch):
    """The pool that runs the next batch; `before` is called with each job."""
    made = Pool()
    monkeypatch.setattr(module, "_kernels", lambda *_: made)
    monkeypatch.setattr("bsclib.batch.progress.versions", lambda: MADE_WITH)
    return made


@pytest.fixture
def run(pool, source, tmp_path):
    """Run a batch of these units; what ran is in `run.ran`."""

    def once(units=UNITS, formats=("ipynb",), **options):
        pool.ran.clear()
        pool.stopped = pool.killed = False
        rows = [{"unit": unit} for unit in units]
        return run_batch(source, tmp_path / "out", rows, formats=formats, **options)

    once.pool, once.folder = pool, tmp_path / "out"
    return once


def contents(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name not in ("run.log", "journal.jsonl")}


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


# ---- a batch that goes well -----------------------------------------------------------------------------------------


def test_a_batch_makes_its_reports_an_index_and_a_manifest(run):
    made = run(formats=("html", "ipynb"))
    assert made.columns.tolist() == ["name", "unit", "state", "seconds", "output", "error", "notes", "interrupted"]
    assert made["name"].tolist() == made["unit"].tolist() == UNITS
    assert set(made["state"]) == {"done"}
    assert made["output"].tolist() == [str(run.folder / f"{unit}.html") for unit in UNITS]
    assert made["seconds"].tolist() == [pytest.approx(0.03)] * 4
    assert set(made["interrupted"]) == {0}
    files = {f"{unit}.{ending}" for unit in UNITS for ending in ("html", "ipynb")}
    assert set(contents(run.folder)) == files | {"index.html", "manifest.json", ".lock"}
    found = manifest(run.folder)
    assert [report["name"] for report in found["reports"]] == UNITS
    assert found["notebook"]["name"] == "made.ipynb"
    assert (found["formats"], found["parameters"], found["house"]) == (["html", "ipynb"], ["unit"], None)
    assert "a.html" in (run.folder / "index.html").read_text(encoding="utf-8")
    assert len((run.folder / "run.log").read_text().splitlines()) == 6


def test_the_same_input_gives_the_same_bytes(run, tmp_path):
    run(units=["a", "bad", "c"], formats=("html", "ipynb"))
    first = contents(run.folder)
    run.folder.rename(tmp_path / "first")
    run(units=["a", "bad", "c"], formats=("html", "ipynb"))
    assert contents(run.folder) == first


def test_progress_is_told_from_the_beginning(run):
    told = []
    run(units=["a", "bad"], progress=lambda tally: told.append((tally.done, tally.failed, tally.left, tally.total)))
    assert told == [(0, 0, 2, 2), (1, 0, 1, 2), (1, 1, 0, 2)]


def test_rows_that_are_the_same_are_made_once(run):
    made = run(units=["a", "b", "a"])
    assert run.pool.ran == ["a", "b"]
    assert made["name"].tolist() == ["a", "b", "a-2"]
    assert made["output"].iloc[2] == made["output"].iloc[0]
    assert [report["state"] for report in manifest(run.folder)["reports"]] == ["done"] * 3


def test_any_parameters_make_a_name_and_reach_the_notebook(run):
    odd = ["../../x", "a\nb", '"', "CON", "x" * 100_000, "'''; raise", "🚚", "A/B", "a b"]
    made = run(units=odd)
    assert set(made["state"]) == {"done"}
    assert {Path(one).parent for one in made["output"]} == {run.folder}
    for unit, file in zip(odd, made["output"], strict=True):
        cells = nbformat.read(file, as_version=4).cells
        assert cells[-1].outputs[0].text == f"{unit} 24\n"
    assert len((run.folder / "manifest.json").read_text(encoding="utf-8")) < 20_000


def test_a_notebook_in_memory_and_a_plan_made_before(run, tmp_path):
    made = notebook(code(PARAMETERS, "parameters"), code("1"))
    frame = plan(made, {"unit": ["a", "b"], "months": [6, 12]})
    found = run_batch(made, tmp_path / "other", frame, formats=["ipynb"])
    assert found["months"].tolist() == [6, 12, 6, 12]
    assert set(found["state"]) == {"done"}


# ---- failures -------------------------------------------------------------------------------------------------------


def test_one_failure_costs_one_report(run):
    made = run(units=["a", "bad", "c"], formats=("html",)).set_index("name")
    assert made["state"].to_dict() == {"a": "done", "bad": "failed", "c": "done"}
    assert made.loc["bad", "error"] == "made.ipynb, cell 3 under \"The report\": the cell failed with KeyError: 'bad'."
    assert made.loc["bad", "output"] == str(run.folder / "bad.failed.ipynb")
    assert "KeyError" in (run.folder / "index.html").read_text(encoding="utf-8")
    assert manifest(run.folder)["reports"][1]["files"]["failed"]["path"] == "bad.failed.ipynb"
    kept = nbformat.read(run.folder / "bad.failed.ipynb", as_version=4)
    assert kept.cells[-1].outputs[-1].ename == "KeyError"


def test_after_a_failure_no_more_are_begun_if_so_asked(run):
    made = run(units=["a", "bad", "c", "d"], fail_fast=True)
    assert made["state"].tolist() == ["done", "failed", "left_out", "left_out"]
    assert manifest(run.folder)["reports"][3]["state"] == "left_out"
    assert not (run.folder / "c.ipynb").exists()


def test_a_report_that_is_lost_is_told(run, monkeypatch):
    from bsclib.batch.kernels.jobs import Failure, Result

    lost = Failure("died", -1, "the process was killed from outside")
    monkeypatch.setattr(run.pool, "run", lambda jobs: (Result(job.name, lost) for job in jobs))
    made = run(units=["a"])
    assert made["error"].tolist() == ["made.ipynb: the process was killed from outside."]
    monkeypatch.setattr(run.pool, "run", lambda jobs: (Result(job.name) for job in jobs))
    assert run(units=["a"])["error"].tolist() == ["made.ipynb: its files could not be written."]


def test_a_failure_leaves_the_report_of_an_earlier_run(run, source, monkeypatch):
    run(units=["a"])
    before = (run.folder / "a.ipynb").read_bytes()
    run.pool.before = lambda job: job.notebook["cells"].append({**job.notebook["cells"][-1], "source": "1/0"})
    made = run(units=["a"])
    assert made["state"].tolist() == ["failed"]
    assert (run.folder / "a.ipynb").read_bytes() == before
    run.pool.before = lambda job: None
    assert run(units=["a"], resume=True)["state"].tolist() == ["done"]
    assert not (run.folder / "a.failed.ipynb").exists()


# ---- going on -------------------------------------------------------------------------------------------------------


def test_what_is_whole_is_kept_and_what_failed_is_tried_again(run):
    run(units=["a", "bad", "c"])
    before = contents(run.folder)
    made = run(units=["a", "bad", "c"], resume=True)
    assert run.pool.ran == ["bad"]
    assert made["state"].tolist() == ["kept", "failed", "kept"]
    assert made["seconds"].tolist()[::2] == [0, 0]
    assert contents(run.folder) == before


def test_without_resume_everything_is_made_again(run):
    run()
    run()
    assert run.pool.ran == UNITS


@pytest.mark.parametrize("change", ["gone", "other"])
def test_a_file_that_changed_or_went_is_made_again(run, change):
    run(formats=("ipynb", "html"))
    before = contents(run.folder)
    if change == "gone":
        (run.folder / "b.html").unlink()
    else:
        (run.folder / "b.html").write_text("other")
    run(formats=("ipynb", "html"), resume=True)
    assert run.pool.ran == ["b"]
    assert contents(run.folder) == before


def test_a_plan_that_has_grown_makes_what_is_new(run):
    run(units=["a", "b"])
    run(units=["c", "a", "b"], resume=True)
    assert run.pool.ran == ["c"]
    assert [report["name"] for report in manifest(run.folder)["reports"]] == ["c", "a", "b"]


def test_other_formats_make_all_again_and_leave_none_of_the_old(run):
    run(units=["a"], formats=("ipynb", "html"))
    run(units=["a"], formats=("html",), resume=True)
    assert run.pool.ran == ["a"]
    assert set(contents(run.folder)) == {"a.html", "index.html", "manifest.json", ".lock"}


def test_changed_data_are_computed_again(run, source, tmp_path):
    data = tmp_path / "data.csv"
    rows = [{"unit": str(data)}, {"unit": "b"}]
    for text, ran in (("1", 2), ("1", 0), ("2", 1)):
        data.write_text(text)
        run.pool.ran.clear()
        run_batch(source, tmp_path / "out", rows, formats=["ipynb"], resume=True)
        assert len(run.pool.ran) == ran


def test_what_a_dry_run_says_is_what_then_happens(run, source):
    rows = [{"unit": unit} for unit in ["a", "b", "a"]]
    assert preview_batch(source, run.folder, rows, ["ipynb"])["would"].tolist() == ["run", "run", "share"]
    assert not run.folder.exists()
    run(units=["a", "b"])
    (run.folder / "b.ipynb").unlink()
    before = contents(run.folder)
    found = preview_batch(source, run.folder, rows, ["ipynb"], resume=True)
    assert found["would"].tolist() == ["keep", "run", "keep"]
    assert contents(run.folder) == before


KILLED = """\
import os, sys, time
sys.path.insert(0, sys.argv[1])
from pools import Pool
from bsclib.batch import run as batch, run_batch, progress as standing
standing.versions = lambda: {"python": "3", "bsclib": "0", "source": "", "packages": {}}
def slowly(job):
    with open(sys.argv[3] + ".ran", "a") as ran:
        ran.write(job.arguments["name"] + "\\n")
    time.sleep(float(sys.argv[4]))
batch._kernels = lambda *_: Pool(before=slowly)
rows = [{"unit": f"{unit}"} for unit in range(12)]
made = run_batch(sys.argv[2], sys.argv[3], rows, formats=["ipynb"], resume=True)
sys.exit(int(made["interrupted"].iloc[0]))
"""


def started(source, folder, pause, **options):
    here = str(Path(__file__).parents[1])
    command = [sys.executable, "-c", KILLED, here, str(source), str(folder), str(pause)]
    return subprocess.Popen(command, **options)


def waited_for(folder, reports):
    """Wait until so many reports are in the journal."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        file = folder / "journal.jsonl"
        if file.exists() and file.read_bytes().count(b'"key"') >= reports:
            return
        time.sleep(0.01)
    pytest.fail("the batch does not come on")


@pytest.mark.system
@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_killed_at_once_it_goes_on_and_makes_nothing_whole_again(source, tmp_path, pool):
    folder = tmp_path / "out"
    with started(source, folder, 0.05) as process:
        waited_for(folder, 6)
        process.kill()
    assert not (folder / "index.html").exists()
    (folder / ".0123456789abcdef.ipynb").write_text("half")
    with started(source, folder, 0) as process:
        assert process.wait() == 0
    ran = (tmp_path / "out.ran").read_text().split()
    assert set(ran) == {f"{unit}" for unit in range(12)}
    assert len(ran) <= 12 + 1  # a kill may cost the report that was at work
    rows = [{"unit": f"{unit}"} for unit in range(12)]
    run_batch(source, tmp_path / "whole", rows, formats=["ipynb"])
    assert contents(folder) == contents(tmp_path / "whole")


@pytest.mark.system
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_told_to_stop_in_the_background_it_ends_well(source, tmp_path):
    """A script starts its background processes with Ctrl-C ignored; cron's have no terminal."""
    folder = tmp_path / "out"
    options = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN), "stdin": subprocess.DEVNULL}
    with started(source, folder, 0.1, start_new_session=True, **options) as process:
        waited_for(folder, 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == signal.SIGINT
    states = [report["state"] for report in manifest(folder)["reports"]]
    done = states.count("done")
    assert 2 <= done < 12
    assert states == ["done"] * done + ["left_out"] * (12 - done)
    assert len((tmp_path / "out.ran").read_text().split()) == done  # what ran came to its end
    assert "left out" in (folder / "index.html").read_text(encoding="utf-8").replace("_", " ").lower()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_told_twice_it_stops_at_once_and_still_writes_the_index(run):
    def told(job):
        if job.arguments["name"] == "b":
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    run.pool.before = told
    made = run()
    assert set(made["interrupted"]) == {signal.SIGINT}
    assert made["state"].tolist() == ["done", "left_out", "left_out", "left_out"]
    assert (run.folder / "index.html").exists()


def test_told_once_no_more_are_begun(run):
    told = []

    def stop(job):
        if job.arguments["name"] == "b":
            os.kill(os.getpid(), signal.SIGINT)

    run.pool.before = stop
    made = run(progress=lambda tally: told.append(tally.stopping))
    assert made["state"].tolist() == ["done", "done", "left_out", "left_out"]
    assert told == [False, False, True, True]
    run.pool.before = lambda job: None
    assert run(resume=True)["state"].tolist() == ["kept", "kept", "done", "done"]


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"formats": ["htm"]}, "there is no format 'htm'.*did you mean 'html'"),
        ({"formats": []}, "a list of formats is needed"),
        ({"formats": "html"}, "a list of formats is needed. Got: 'html'"),
        ({"formats": ["html", "html"]}, "a format stands twice"),
        ({"workers": 0}, "workers: nothing can run"),
        ({"timeout": 0, "memory": -1}, "2 faults"),
        ({"timeout": float("nan")}, "a cell needs a time"),
        ({"house": "gone.yaml"}, "gone.yaml"),
    ],
)
def test_options_that_make_no_sense(run, options, said):
    with pytest.raises(ReportError, match=re.compile(said, re.DOTALL)):
        run(**options)
    assert run.pool.ran == []


def test_wrong_parameters_are_refused_before_anything_runs(run, source):
    with pytest.raises(ReportError, match="2 faults"):
        run_batch(source, run.folder, [{"unit": "a"}, {"unti": "b", "months": "x"}])
    with pytest.raises(ReportError, match="there is not a single row"):
        run_batch(source, run.folder, pd.DataFrame({"name": []}))
    assert run.pool.ran == []


def test_a_folder_at_work_or_of_another_batch_is_refused(run, source, tmp_path):
    run(units=["a", "b"])
    before = contents(run.folder)
    with claim_folder(run.folder), pytest.raises(ReportError, match="a batch is at work in this folder"):
        run(units=["a", "b"])
    with pytest.raises(ReportError, match=r"holds another batch.*does not have: b"):
        run(units=["a"])
    with pytest.raises(ReportError, match="with other parameters: a and b"):
        run_batch(source, run.folder, plan(source, {"unit": ["a", "b"]}, parameters={"months": 3}), formats=["ipynb"])
    assert run.pool.ran == []
    assert contents(run.folder) == before


def test_what_reads_a_plan_is_imported_when_one_is_read():
    source = "import sys, bsclib.batch.run\nassert not {'pydantic', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", source], check=True)


def test_kernels_that_do_not_start_leave_everything_as_it_was(run, monkeypatch):
    run()
    before = contents(run.folder)

    def broken(_):
        raise ReportError("no scheduler answers")

    monkeypatch.setattr(Pool, "__enter__", broken)
    with pytest.raises(ReportError, match="no scheduler answers"):
        run()
    assert contents(run.folder) == before


def test_kernels_that_break_on_the_way_lose_nothing_that_was_made(run):
    def breaks(job):
        if job.arguments["name"] == "c":
            raise RuntimeError("broken")

    run.pool.before = breaks
    with pytest.raises(RuntimeError, match="broken"):
        run()
    assert [report["state"] for report in manifest(run.folder)["reports"]] == ["done", "done", "left_out", "left_out"]
    run.pool.before = lambda job: None
    assert run(resume=True)["state"].tolist() == ["kept", "kept", "done", "done"]


# ---- disks ----------------------------------------------------------------------------------------------------------


def test_a_journal_that_cannot_be_written_costs_the_report(run, monkeypatch):
    true, room = os.write, [2]  # the heading and the first report

    def write(file, data):
        room[0] -= 1
        if room[0] == -1:
            raise OSError(28, "No space left on device")
        return true(file, data)

    monkeypatch.setattr("bsclib.batch.journal.os.write", write)
    made = run()
    assert made["state"].tolist() == ["done", "failed", "done", "done"]
    assert "the journal cannot be used: No space left on device" in made["error"].iloc[1]
    monkeypatch.undo()


def test_an_index_that_cannot_be_written_is_said_and_the_reports_are_there(run, monkeypatch):
    run()
    before = contents(run.folder)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bsclib.files.atomic._settle", full)
    monkeypatch.setattr("bsclib.batch.run.Batch.to_do", lambda _: {})
    with pytest.raises(ReportError, match=r"2 faults:\n.*manifest\.json: this cannot be written.*\n.*index\.html"):
        run(resume=True)
    monkeypatch.undo()
    assert contents(run.folder) == before


FILLS = """\
import sys
sys.path.insert(0, sys.argv[1])
from pools import Pool
from bsclib.batch import run as batch, run_batch, progress as standing
standing.versions = lambda: {"python": "3", "bsclib": "0", "source": "", "packages": {}}
batch._kernels = lambda *_: Pool()
rows = [{"unit": unit} for unit in ("small", "big", "also small")]
made = run_batch(sys.argv[2], sys.argv[3], rows, formats=["ipynb"])
print(made[["state", "error"]].to_csv(index=False))
"""


@pytest.mark.system
@pytest.mark.skipif(
    not Path("/dev/shm").exists() or os.name == "nt" or os.geteuid() != 0, reason="needs a disk to fill"
)
def test_a_disk_that_is_full(tmp_path):
    """A disk of 200 kB, on which one report has no room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], check=False).returncode:
        pytest.skip("no disk can be made here")
    try:
        source = tmp_path / "made.ipynb"
        prints = "print('x' * (1_000_000 if unit == 'big' else 10))"
        nbformat.write(notebook(code(PARAMETERS, "parameters"), code(prints)), source)
        here = str(Path(__file__).parents[1])
        command = [sys.executable, "-c", FILLS, here, str(source), str(disk / "out")]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        assert [line.partition(",")[0] for line in told[1:4]] == ["done", "failed", "done"]
        assert "No space left on device. Fix: make room on the disk" in told[2]
        names = {one.name for one in (disk / "out").iterdir()}
        assert names == {
            ".lock",
            "index.html",
            "journal.jsonl",
            "manifest.json",
            "run.log",
            "small.ipynb",
            "also-small.ipynb",
        }
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(os.name == "nt", reason="needs a folder that nobody can write to")
def test_a_folder_that_nobody_can_write_to(run, source):
    with pytest.raises(ReportError, match="nothing can be written here"):
        run_batch(source, "/proc/self/reports", [{"unit": "a"}])


def test_a_clock_that_is_set_back_changes_nothing(run, monkeypatch):
    run(units=["a"])
    monkeypatch.setattr(time, "time", lambda: 0.0)
    for file in run.folder.iterdir():
        os.utime(file, (1, 1))
    assert run(units=["a"], resume=True)["state"].tolist() == ["kept"]


# ---- what happens meanwhile, and what readers may see ----------------------------------------------------------------


def test_reports_that_somebody_took_away_meanwhile_have_failed(run):
    def taken(job):
        if job.arguments["name"] == "c":
            (run.folder / "a.ipynb").unlink()

    run.pool.before = taken
    made = run().set_index("name")
    assert made["state"].to_dict() == {"a": "failed", "b": "done", "c": "done", "d": "done"}
    assert "a.ipynb is gone: somebody took it away meanwhile" in made.loc["a", "error"]
    assert manifest(run.folder)["reports"][0]["state"] == "failed"
    run.pool.before = lambda job: None
    assert run(resume=True)["state"].tolist() == ["done", "kept", "kept", "kept"]


def test_a_folder_that_was_taken_away_meanwhile_is_no_success(run):
    import shutil

    run.pool.before = lambda job: shutil.rmtree(run.folder) if job.arguments["name"] == "c" else None
    made = run()
    assert "failed" in set(made["state"])
    assert made.set_index("name").loc["a", "state"] == "failed"


def test_data_that_change_meanwhile_are_said(run, source, tmp_path):
    data, still = tmp_path / "data.csv", tmp_path / "still.csv"
    data.write_text("1")
    still.write_text("1")
    run.pool.before = lambda job: data.write_text("2")
    rows = [{"unit": str(data)}, {"unit": str(still)}, {"unit": "b"}]
    made = run_batch(source, tmp_path / "out", rows, formats=["ipynb"])
    assert ["its data changed while the batch ran" in note for note in made["notes"]] == [True, False, False]
    assert "its data changed" in manifest(tmp_path / "out")["reports"][0]["notes"][0]


SECRETS = """\
unit: str = ""
password: str = ""
code: str = ""  # secret: for the door"""


def test_a_secret_stands_in_nothing_that_is_written(pool, tmp_path):
    shows = code("print('with', password, code); assert unit != 'bad', password")
    notebook_ = notebook(markdown("# T"), code(SECRETS, "parameters"), shows)
    rows = [{"unit": unit, "password": "hunter2", "code": f"d00r{unit}"} for unit in ("a", "bad")]
    made = run_batch(notebook_, tmp_path / "out", rows, formats=["html", "ipynb"])
    assert made["state"].tolist() == ["done", "failed"]
    assert made["name"].tolist() == ["a", "bad"]
    for file in (tmp_path / "out").iterdir():
        assert "hunter2" not in file.read_text(encoding="utf-8"), file.name
        assert "d00r" not in file.read_text(encoding="utf-8"), file.name
    assert "•••" in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert "with ••• •••" in (tmp_path / "out" / "a.html").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize(("folder", "file"), [(0o700, 0o600), (0o750, 0o640), (0o755, 0o644)])
def test_nobody_reads_a_report_who_may_not_read_its_folder(run, folder, file):
    before = os.umask(0o022)
    try:
        run.folder.mkdir()
        run.folder.chmod(folder)
        run(units=["a", "bad"], formats=("html", "ipynb"))
    finally:
        os.umask(before)
    modes = {one.name: one.stat().st_mode & 0o777 for one in run.folder.iterdir() if one.name != ".lock"}
    assert set(modes.values()) == {file}, modes


def test_a_path_as_it_was_typed_stands_in_no_page(run, source, tmp_path):
    data = tmp_path / "client" / "costs.csv"
    data.parent.mkdir()
    data.write_text("1")
    run_batch(source, tmp_path / "out", [{"unit": str(data)}], formats=["html"])
    pages = list((tmp_path / "out").glob("*.html"))
    assert len(pages) == 2
    for file in pages:
        text = file.read_text(encoding="utf-8")
        assert "costs.csv" in text
        assert "<td>" + str(data) not in text
