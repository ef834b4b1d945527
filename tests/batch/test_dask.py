"""Reports on two Dask workers on loopback; of the workers one is killed on the way, and at last the scheduler."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from bsclib.batch import dask as cluster
from bsclib.batch import run_batch
from bsclib.batch.dask import check_folders, check_versions, open_cluster
from bsclib.batch.kernels import Job
from bsclib.batch.keys import versions
from bsclib.batch.run import preview_batch
from bsclib.errors import ReportError

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.system


def tiny(folder, seconds=0.2):
    """A notebook that notes in a folder that it ran, and takes a moment."""
    cells = [
        ("markdown", "# Tiny", []),
        ("code", "n: int = 0  # which", ["parameters"]),
        ("code", f"import time\nopen({str(folder / 'ran')!r}, 'a').write(f'{{n}}\\n')\ntime.sleep({seconds})\nn", []),
    ]
    made = [
        {"cell_type": kind, "id": f"c{at}", "metadata": {"tags": tags}, "source": source}
        for at, (kind, source, tags) in enumerate(cells)
    ]
    for cell in made[1:]:
        cell |= {"execution_count": None, "outputs": []}
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def rows(count):
    return [{"n": n} for n in range(count)]


def ran(folder):
    return Counter((folder / "ran").read_text().split())


class Dask:
    """A scheduler and its workers, each a process."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp())
        self.workers = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self.file)
        while not self.file.exists() or not self.file.read_text().endswith("}"):
            assert self.scheduler.poll() is None
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]

    @property
    def file(self):
        return self.folder / "scheduler.json"

    def have(self, count):
        self.workers = [one for one in self.workers if one.poll() is None]
        while len(self.workers) < count:
            self.workers.append(self._start("worker", self.address, "--nthreads", "1", "--no-nanny"))
        return self

    def _start(self, *command):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        with (self.folder / "said").open("a") as said:
            line = [sys.executable, "-m", "dask", *map(str, command), "--no-dashboard"]
            return subprocess.Popen(line, env=env, cwd=self.folder, stdout=said, stderr=said)

    def end(self):
        for one in (*self.workers, self.scheduler):
            one.kill()
            one.wait()


@pytest.fixture(scope="module")
def dask():
    found = Dask()
    yield found.have(2)
    found.end()


def test_what_a_lost_worker_had_begun_is_made_again_once(dask, tmp_path):
    dask.have(2)
    lost = []

    def progress(tally):
        if tally.done == 3 and not lost:
            lost.append(dask.workers[0].pid)
            dask.workers[0].send_signal(signal.SIGKILL)

    notebook = tiny(tmp_path)
    notebook["cells"][2]["source"] += "\n1 / (n - 1)"
    made = run_batch(notebook, tmp_path / "out", rows(8), scheduler=dask.address, progress=progress)
    assert lost
    assert list(made["state"]) == ["done", "failed", *["done"] * 6]
    assert "ZeroDivisionError" in made["error"][1]
    assert {file.stem for file in (tmp_path / "out").glob("n-*.html")} == set(made["name"]) - {"n-1"}
    counts = ran(tmp_path)
    assert set(counts) == {str(n) for n in range(8)}
    assert max(counts.values()) <= 2
    assert sum(counts.values()) <= 8 + 1  # the worker that was lost ran one report at a time
    assert not list((tmp_path / "out").glob(".*.json"))


def test_when_told_to_stop_what_runs_comes_to_its_end(dask, tmp_path):
    (tmp_path / "out").mkdir()
    jobs = (
        Job(f"job-{n}", filled(tiny(tmp_path), n), str(tmp_path), arguments={"folder": str(tmp_path / "out")})
        for n in range(20)
    )
    with open_cluster(dask.have(1).address) as workers:
        results = []
        for result in workers.run(jobs):
            workers.stop()
            results.append(result)
    assert all(result.failure is None for result in results)
    assert sum(ran(tmp_path).values()) == len(results) < 20


def filled(notebook, n):
    return {
        **notebook,
        "cells": [*notebook["cells"][:1], {**notebook["cells"][1], "source": f"n = {n}"}, notebook["cells"][2]],
    }


def test_workers_with_another_kit_are_refused(dask, tmp_path, monkeypatch):
    other = {**versions(), "source": "f" * 64}
    monkeypatch.setattr(cluster, "versions", lambda: other)
    with pytest.raises(
        ReportError, match=r"worker tcp.*other reports than the client.*source of the kit.*ffffffffffff"
    ):
        run_batch(tiny(tmp_path), tmp_path / "out", rows(1), scheduler=dask.have(1).address)
    assert not (tmp_path / "ran").exists()


def test_a_scheduler_that_is_gone_leaves_what_is_whole(dask, tmp_path):
    dask.have(1)

    def progress(tally):
        if tally.done == 2:
            dask.scheduler.send_signal(signal.SIGKILL)

    with pytest.raises(ReportError, match="it is gone"):
        run_batch(tiny(tmp_path), tmp_path / "out", rows(6), scheduler=dask.address, progress=progress)
    whole = {file.stem for file in (tmp_path / "out").glob("n-*.html")}
    assert (tmp_path / "out" / "index.html").exists()
    would = preview_batch(tiny(tmp_path), tmp_path / "out", rows(6), resume=True)
    assert set(would["name"][would["would"] == "keep"]) <= whole
    assert (would["would"] == "keep").sum() >= 2


def test_no_scheduler_is_said_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(ReportError, match=r"none answers. Got: tcp://127.0.0.1:9. Allowed: tcp://HOST:PORT"):
        run_batch(tiny(tmp_path), tmp_path / "out", rows(1), scheduler="tcp://127.0.0.1:9")


def test_dask_that_is_not_installed_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ReportError, match=r"not installed here.*bsclib\[dask\]"):
        open_cluster("tcp://127.0.0.1:8786")


def test_a_worker_must_see_the_folders(tmp_path):
    proof = tmp_path / ".0123456789abcdef.json"
    assert "does not see the folder of the reports" in check_folders(str(proof), str(tmp_path))[0]
    proof.write_text("another")
    assert check_folders(str(proof), str(tmp_path))
    proof.write_text("0123456789abcdef")
    assert check_folders(str(proof), str(tmp_path)) == ()
    assert "in which the notebooks run" in check_folders(str(proof), str(tmp_path / "none"))[0]


def test_versions_that_both_have_must_be_the_same():
    here = versions()
    assert check_versions(here) == ()
    assert check_versions({**here, "packages": {**here["packages"], "only-here": "1"}}) == ()
    found = check_versions({**here, "packages": {**here["packages"], "pandas": "0.1"}})
    assert found[1].startswith("pandas ")
    assert found[2] == "pandas 0.1"
