import html
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
from notebooks_made import PARAMETERS, code, markdown, notebook, png
from pools import Pool

from bsclib.batch import check_parameters, run_batch, run_report, to_html
from bsclib.errors import ReportError

ASKS = code(PARAMETERS, "parameters")


def saved(folder, *cells, name="made.ipynb"):
    nbformat.write(notebook(markdown("# The report"), ASKS, *cells), folder / name)
    return folder / name


# ---- a run that goes well -------------------------------------------------------------------------------------------

TELLS = """\
import os, sys
from IPython.display import Image, display
print([sys.executable, os.getcwd(), unit, months, open("here.txt").read()])"""
DRAWS = f"""\
import base64
picture = base64.b64decode({png(4, 2)!r})
display(Image(picture), metadata={{"image/png": {{"alt": "two rows of four"}}}})"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run, in a home that is empty and beside a kernel `python3` that is another Python."""
    folder = tmp_path_factory.mktemp("run")
    source = saved(folder, markdown("## Part"), code(TELLS), code(DRAWS), code("solution = 1", "solution"))
    (folder / "here.txt").write_text("a relative path")
    other = folder / "kernels" / "python3"
    other.mkdir(parents=True)
    (other / "kernel.json").write_text('{"argv": ["/nowhere/python"], "display_name": "x", "language": "python"}')
    (folder / "home").mkdir()
    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        patch.setenv("HOME", str(folder / "home"))
        patch.chdir(folder)
        report = run_report(
            source,
            "deep/reports",
            {"months": "12", "unit": 'a "name" \\ שלום'},
            formats=["html", "ipynb"],
            progress=lambda done, total: told.append((done, total)),
        )
        report = report.resolve()
    return folder, report, told


def test_the_report_is_written_with_the_values_that_were_given(run):
    folder, report, _ = run
    assert report == folder / "deep" / "reports" / "index.html"
    text = report.read_text(encoding="utf-8")
    assert "<title>The report</title>" in text
    assert 'alt="two rows of four"' in text
    assert '<td>a "name" \\ שלום</td>' in html.unescape(text)
    assert sorted(one.name for one in report.parent.iterdir()) == ["index.html", "index.ipynb"]


def test_the_kernel_is_this_python_in_the_callers_folder(run):
    folder, report, _ = run
    executed = json.loads(report.with_suffix(".ipynb").read_text(encoding="utf-8"))
    printed = next("".join(o["text"]) for c in executed["cells"] for o in c.get("outputs", []) if "text" in o)
    expected = [sys.executable, str(folder.resolve()), 'a "name" \\ שלום', 12, "a relative path"]
    assert printed.strip() == str(expected)


def test_progress_counts_the_code_cells(run):
    assert run[2] == [(done, 5) for done in range(6)]  # the values that were given are a cell, too


def test_the_kept_notebook_is_valid_and_makes_the_same_page(run):
    _, report, _ = run
    kept = nbformat.read(report.with_suffix(".ipynb"), as_version=4)
    nbformat.validate(kept)
    assert to_html(kept) == to_html(report.with_suffix(".ipynb")) == report.read_text(encoding="utf-8")


# ---- runs that fail -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "said"),
    [
        # What fails otherwise fails in the batch below.
        (
            "from bsclib.errors import ActualsError, Fault\nraise ActualsError(Fault('a.csv, line 3', 'no number'))",
            r"a\.csv, line 3: no number\. Fix",
        ),
        ("import os; os._exit(3)", r"the cell ended the process \(exit code 3\)"),
        ("import bsclib; from IPython.display import *; Image(b'\\x89PNG', format='png')", "no alternative text"),
    ],
)
def test_a_failure_names_the_cell_keeps_the_old_report_and_the_notebook(tmp_path, source, said):
    source = saved(tmp_path, markdown("## Part"), code("first = 1"), code(source), code("never = 1"))
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("old")
    with pytest.raises(ReportError, match=rf'made\.ipynb, cell 5 under "Part": .*{said}') as caught:
        run_report(source, out, {"months": 3}, timeout=3)
    assert f"the notebook as far as it ran is kept in {out / 'index.failed.ipynb'}." in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert (out / "index.html").read_text() == "old"
    assert sorted(one.name for one in out.iterdir()) == ["index.failed.ipynb", "index.html"]
    assert len(nbformat.read(out / "index.failed.ipynb", as_version=4).cells) == 7


def test_the_notebook_of_an_earlier_failure_goes_when_the_report_is_there(tmp_path):
    (tmp_path / "index.failed.ipynb").write_text("{}")
    (tmp_path / "index.html").write_text("old")
    source = saved(tmp_path, code("raise ValueError", "raises-exception"))
    assert "ValueError" in run_report(source, tmp_path).read_text(encoding="utf-8")
    assert not (tmp_path / "index.failed.ipynb").exists()


# ---- what is refused before anything runs ----------------------------------------------------------------------------


@pytest.fixture
def nothing_runs(monkeypatch):
    monkeypatch.setattr("bsclib.batch.report.open_kernels", lambda *_, **__: pytest.fail("the notebook ran"))


@pytest.mark.usefixtures("nothing_runs")
class TestRefused:
    def test_parameters(self, tmp_path):
        with pytest.raises(
            ReportError, match=r"2 faults:\n.*'mnoths'.*did you mean 'months'.*\n.*'months'.*whole number"
        ):
            run_report(saved(tmp_path), tmp_path, {"mnoths": 1, "months": "abc"})
        assert check_parameters(saved(tmp_path), {"months": "3"}) == {"months": 3}

    def test_a_folder_under_a_file(self, tmp_path):
        (tmp_path / "file").write_text("x")
        with pytest.raises(ReportError, match=r"nothing can be written here: .*file is a file, not a folder"):
            run_report(saved(tmp_path), tmp_path / "file" / "reports")
        assert (tmp_path / "file").read_text() == "x"

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write anywhere")
    def test_a_folder_that_is_write_protected(self, tmp_path):
        (tmp_path / "out").mkdir(mode=0o500)
        with pytest.raises(ReportError, match="nothing can be written here: Permission denied"):
            run_report(saved(tmp_path), tmp_path / "out")

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write to")
    def test_a_folder_that_nobody_can_write_to(self, tmp_path):
        with pytest.raises(ReportError, match="nothing can be written here"):
            run_report(saved(tmp_path), "/proc/self/reports")

    @pytest.mark.parametrize("name", ["", "..", "a/b", "../a", "a\0b"])
    def test_a_name_that_is_no_file_name(self, tmp_path, name):
        with pytest.raises(ReportError, match="this cannot be a file name"):
            run_report(saved(tmp_path), tmp_path, name=name)

    def test_a_notebook_that_does_not_exist(self, tmp_path):
        with pytest.raises(ReportError, match="cannot be read: No such file"):
            run_report(tmp_path / "gone.ipynb", tmp_path)

    def test_a_notebook_in_another_language(self, tmp_path):
        foreign = notebook(markdown("# T"))
        foreign.metadata = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
        with pytest.raises(ReportError, match="this notebook is not in Python"):
            run_report(foreign, tmp_path)

    def test_a_notebook_that_is_not_valid(self, tmp_path):
        with pytest.raises(ReportError, match="not a valid notebook"):
            run_report({"cells": [{"cell_type": "heading"}], "metadata": {}}, tmp_path)


def test_a_full_disk_leaves_the_old_report(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bsclib.batch.report.open_kernels", lambda *_, **__: Pool())
    monkeypatch.setattr(Path, "write_bytes", full)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("old")
    with pytest.raises(ReportError, match=r"index\.html: this cannot be written: No space left on device.*make room"):
        run_report(saved(tmp_path), tmp_path / "out")
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["index.html"]
    assert (tmp_path / "out" / "index.html").read_text() == "old"


# ---- many reports, on the real kernels; what a batch does besides is in tests/reports/test_batch.py ------------------


HARD = """\
import time
if unit == "raises":
    raise KeyError("mttr")
if unit == "hangs":
    time.sleep(600)
if unit == "ends":
    raise SystemExit(3)
print(unit)"""


@pytest.mark.skipif(sys.platform != "linux", reason="ordinary kernels take their time")
def test_a_batch_of_notebooks_that_fail_in_every_way(tmp_path):
    made = run_batch(
        saved(tmp_path, code(HARD)),
        tmp_path / "out",
        {"unit": ["good", "raises", "hangs", "ends"]},
        workers=2,
        timeout=3,
    ).set_index("name")
    assert made["state"].to_dict() == {"good": "done", "raises": "failed", "hangs": "failed", "ends": "failed"}
    where = 'made.ipynb, cell 3 under "The report": the cell '
    assert made.loc["raises", "error"] == f"{where}failed with KeyError: 'mttr'."
    assert made.loc["hangs", "error"].startswith(f"{where}took longer than 3 seconds")
    assert made.loc["ends", "error"].startswith(f"{where}ended the run before its end")
    files = {"good.html", "raises.failed.ipynb", "hangs.failed.ipynb", "ends.failed.ipynb", "index.html"}
    others = {".lock", "manifest.json", "journal.jsonl", "run.log"}
    assert {one.name for one in (tmp_path / "out").iterdir()} == files | others
    assert (made["seconds"] > 0).all()
