import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from faults import FAULTS, made
from kernel_runs import run

from bsclib.batch.kernels.jobs import Job, open_kernels, why_ordinary
from bsclib.errors import BscError

pytestmark = [pytest.mark.system, pytest.mark.skipif(why_ordinary() != "", reason="no warm kernels here")]


def tiny(count, source="import os\nos.getpid()"):
    return [Job(str(number), made([source]), os.curdir) for number in range(count)]


def gone(pid, seconds=20.0):
    """Whether a process is gone soon."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def one():
    """One warm parent for the tests that leave it well."""
    with open_kernels(2) as kernels:
        list(kernels.run(tiny(1)))
        yield kernels


def test_jobs_are_taken_no_earlier_than_needed(one):
    taken = []
    results = one.run(job for job in tiny(6) if not taken.append(job.name))
    next(results)
    assert len(taken) <= 3
    assert len(list(results)) == 5
    assert len(taken) == 6


def test_a_pool_runs_one_lot_after_another_on_one_parent(one):
    before = one.warm.process.pid
    assert sorted(result.name for result in one.run(tiny(3))) == ["0", "1", "2"]
    assert one.warm.process.pid == before


def test_a_notebook_too_large_for_one_piece_arrives_whole(one):
    (result,) = one.run(tiny(1, f"text = {'x' * 3_000_000!r}\nassert len(text) == 3_000_000"))
    assert result.failure is None


def test_a_parent_starts_before_the_first_result_is_asked_for():
    with open_kernels(1) as kernels:
        results = kernels.run(tiny(1))
        assert kernels.warm.process.poll() is None
        assert not kernels.warm.ready
        assert [one.failure for one in results] == [None]


def test_what_a_notebook_started_is_asked_to_end(one, tmp_path):
    asked = tmp_path / "asked"
    child = f"""
import pathlib, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(asked)!r}).touch(), exit()))
print("ready", flush=True)
time.sleep(60)
"""
    source = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {child!r}], stdout=subprocess.PIPE)
child.stdout.readline()
"""
    assert [result.failure for result in one.run(tiny(1, source))] == [None]
    assert asked.exists()


def test_the_folder_of_a_job_may_be_missing(one):
    (result,) = one.run([Job("a", made(["1"]), "/no/such/folder")])
    assert result.failure.what == "the folder /no/such/folder cannot be worked in: No such file or directory"


def test_from_a_thread_of_a_program_with_threads(one):
    found = []
    thread = threading.Thread(target=lambda: found.extend(one.run(tiny(2))))
    thread.start()
    thread.join(60)
    assert len(found) == 2


def test_a_parent_that_is_killed_is_replaced_and_its_jobs_run_again():
    with open_kernels(2) as kernels:
        jobs = [Job("long", made(["import time; time.sleep(1.5)"]), "."), *tiny(1)]
        results = kernels.run(jobs)
        assert next(results).name == "0"
        os.kill(kernels.warm.process.pid, signal.SIGKILL)
        (long,) = results
        assert (long.name, long.failure, long.attempts) == ("long", None, 2)


def test_a_parent_that_is_killed_between_two_jobs_is_replaced():
    with open_kernels(1) as kernels:
        assert [one.failure for one in kernels.run(tiny(1))] == [None]
        os.kill(kernels.warm.process.pid, signal.SIGKILL)
        assert [one.failure for one in kernels.run(tiny(3))] == [None] * 3


def test_a_process_killed_while_it_finishes_a_report_is_tried_once_more(one, tmp_path):
    (result,) = one.run([Job("a", made(["1"]), ".", 600, "finishers:killed_once", {"path": str(tmp_path / "first")})])
    assert (result.failure, result.value, result.attempts) == (None, {"failure": None}, 2)


def test_stop_lets_what_runs_come_to_its_end(tmp_path):
    with open_kernels(1) as kernels:
        results = kernels.run(tiny(9))
        next(results)
        kernels.stop()
        assert len(list(results)) <= 1


def test_kill_ends_what_runs():
    with open_kernels(1) as kernels:
        list(kernels.run(tiny(1)))
        sleepers = kernels.run([Job("a", made(["import time; time.sleep(1000)"]), ".")])
        timer = threading.Timer(0.5, kernels.kill)
        timer.start()
        parent = kernels.warm.process.pid
        assert list(sleepers) == []
        assert gone(parent)


LEFT = """
import os, sys
from faults import FAULTS, made
from bsclib.batch.kernels.jobs import Job
from bsclib.batch.kernels.jobs import open_kernels
with open_kernels(1) as kernels:
    source = "import os, subprocess, time\\nsubprocess.Popen(['sleep', '4326'])\\nprint(os.getpid())\\ntime.sleep(1000)"
    list(kernels.run([Job("a", made(["1"]), ".")]))
    print(kernels.warm.process.pid, flush=True)
    list(kernels.run([Job("a", made([source]), ".")]))
"""


def test_nothing_is_left_when_the_client_is_killed():
    path = os.pathsep.join([str(Path(__file__).parents[3]), str(Path(__file__).parents[2])])
    client = subprocess.Popen(
        [sys.executable, "-c", LEFT], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    parent = int(client.stdout.readline())
    until = time.monotonic() + 20
    children = ""
    while not children and time.monotonic() < until:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        time.sleep(0.05)
    time.sleep(0.3)
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    client.stdout.close()
    assert children
    assert gone(parent)
    assert all(gone(int(pid)) for pid in children.split())
    assert not [one for one in Path("/proc").glob("[0-9]*/cmdline") if b"sleep\x004326" in read(one)]


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_an_import_that_does_more_than_import_is_left_to_the_notebook(tmp_path, monkeypatch):
    """What prints at its import prints in the cell that imports it, in each report anew."""
    found = run([("a", made(["import this"])), ("b", made(["import this"]))], tmp_path / "in", workers=1)
    assert all("Beautiful is better than ugly" in found[name][0].cells[0][0] for name in "ab")


def test_a_program_that_cannot_start_is_said(monkeypatch):
    monkeypatch.setattr("bsclib.batch.kernels.launch.PROGRAM", "raise SystemExit('no such thing')")
    with (
        open_kernels(1) as kernels,
        pytest.raises(BscError, match=r"the process that runs the notebooks does not start\. Got: no such thing"),
    ):
        list(kernels.run(tiny(1)))


# ---- where processes cannot be forked safely ---------------------------------------------------------------------


@pytest.fixture
def ordinary(monkeypatch):
    monkeypatch.setattr("bsclib.batch.kernels.pool.why_ordinary", lambda: "of this test")


def test_the_same_comes_of_it_on_ordinary_kernels(ordinary, tmp_path):
    jobs = {name: made(FAULTS[name]) for name in ("raises", "hangs", "os._exit", "no source")}
    jobs |= {"shows": made(["print(1)\n2"])}
    found = run(jobs.items(), tmp_path / "in", timeout=6)
    outcomes = {
        name: one.result.failure and (one.result.failure.kind, one.result.failure.cell)
        for name, (one,) in found.items()
    }
    assert outcomes == {
        "raises": ("error", 1),
        "hangs": ("timeout", 0),
        "os._exit": ("died", 0),
        "no source": None,
        "shows": None,
    }
    assert found["raises"][0].cells == [["before\n"], ["error"], []]
    assert found["hangs"][0].cells == [["partly\n", "error"], []]
    assert found["shows"][0].cells == [["1\n", "execute_result"]]
    assert found["raises"][0].result.value["failure"] == found["raises"][0].result.failure.plain()


def test_kill_ends_what_runs_on_ordinary_kernels(ordinary):
    with open_kernels(1) as kernels:
        assert kernels.why == "of this test"
        threading.Timer(3, kernels.kill).start()
        assert list(kernels.run([Job("a", made(["import time; time.sleep(1000)"]), ".", 1000)])) == []
