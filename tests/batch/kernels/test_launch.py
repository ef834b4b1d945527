import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from faults import made
from kernel_runs import run

from bsclib.batch.kernels.jobs import why_ordinary
from bsclib.batch.kernels.launch import ONE_THREAD, Fork, RefusedError, Warm, connect, environment, fork_kernel

WARM = pytest.mark.skipif(why_ordinary() != "", reason="no warm kernels here")


def test_libraries_use_one_thread_unless_the_caller_says_otherwise(monkeypatch):
    for name in ONE_THREAD:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    found = environment()
    assert [found[name] for name in ONE_THREAD] == ["4", "1", "1", "1"]


@pytest.mark.system
@WARM
def test_what_is_only_reserved_does_not_count_as_memory(tmp_path):
    """Three hundred threads reserve more than two gigabytes for their stacks, and use next to nothing."""
    threads = (
        "import threading\ndone = threading.Event()\n"
        "many = [threading.Thread(target=done.wait) for _ in range(300)]\n"
        "for one in many: one.start()\nprint(threading.active_count() >= 300)\ndone.set()\n"
        "import numpy as np\nreserved = np.empty(500_000_000)"
    )
    (one,) = run([("threads", made([threads]))], tmp_path / "in", memory=0.3, timeout=60)["threads"]
    assert (one.result.failure, one.cells) == (None, [["True\n"]])


@pytest.mark.system
@WARM
def test_nobody_else_may_enter_its_folder_and_nothing_is_left_of_it():
    warm = Warm()
    folder = Path(warm.open()).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_ISSOCK(Path(warm.address).stat().st_mode)
    warm.close()
    assert not folder.exists()


@pytest.mark.system
@WARM
def test_a_parent_that_holds_more_than_modules_forks_nothing_until_it_is_replaced():
    warm = Warm()
    try:
        warm.open()
        warm.learn(["this"])  # it prints when it is imported
        assert warm.connection.poll(30)
        ask = {"kernel": "no such file", "cwd": os.curdir, "env": {}, "memory": 0}
        with pytest.raises(RefusedError):
            Fork(warm.address, ask)
        first = warm.process.pid
        warm.open()
        assert (warm.skip, warm.process.pid != first) == (["this"], True)
        kernel = Fork(warm.address, ask)
        kernel.kill()
        assert kernel.wait(30) == -9
    finally:
        warm.close()


@pytest.mark.system
@WARM
def test_a_process_of_its_own_starts_its_own_parent(monkeypatch):
    monkeypatch.setattr("bsclib.batch.kernels.launch._SHARED", shared := [])
    kernel = fork_kernel({"kernel": "no such file", "cwd": os.curdir, "env": {}, "memory": 0}, ["json"])
    try:
        assert "json" in shared[0].preload
        kernel.kill()
        assert kernel.wait(30) == -9
    finally:
        shared[0].close()


@pytest.mark.system
@WARM
def test_who_is_gone_before_the_answer_takes_nobody_along():
    warm = Warm()
    try:
        asker = connect(warm.open())
        os.kill(warm.process.pid, signal.SIGSTOP)
        asker.send({"kernel": "no such file", "cwd": os.curdir, "env": {}, "memory": 0})
        asker.close()
        os.kill(warm.process.pid, signal.SIGCONT)
        kernel = Fork(warm.address, {"kernel": "no such file", "cwd": os.curdir, "env": {}, "memory": 0})
        kernel.kill()
        assert kernel.wait(30) == -9
    finally:
        warm.close()


def test_a_worker_whose_parent_is_gone_goes_with_it(tmp_path):
    worker = (
        f"from bsclib.batch.kernels.launch import *; WORKS_FOR.append({str(tmp_path / 'gone')!r}); fork_kernel({{}})"
    )
    done = subprocess.run([sys.executable, "-c", worker], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
