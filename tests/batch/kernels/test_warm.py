import os
import time
from pathlib import Path

import pytest
from faults import FAULTS, LOOKS, PLANTS, made
from kernel_runs import run

from bsclib.batch.kernels.engine import CUT
from bsclib.batch.kernels.jobs import why_ordinary

warm = pytest.importorskip("bsclib.batch.kernels.warm", reason="no warm kernels here")
pytestmark = [pytest.mark.system, pytest.mark.skipif(why_ordinary() != "", reason="no warm kernels here")]


def commands():
    """The command lines of all processes."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(one.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """All that can go wrong on two workers of one warm parent, and notebooks that plant things and look for them."""
    jobs = [(name, made(cells)) for name, cells in FAULTS.items()]
    jobs[1:1] = [("looks", made(LOOKS)), ("plants", made(PLANTS)), ("looks", made(LOOKS))]
    jobs += [("plants", made(PLANTS)), ("looks", made(LOOKS))]
    left = []

    def between(kernels, result):
        if result.name == names["outlived"]:
            until = time.monotonic() + 10
            while (found := [one for one in commands() if "sleep 432" in one]) and time.monotonic() < until:
                time.sleep(0.02)
            left.append(found)

    names = {name: str(number) for number, (name, _) in enumerate(jobs)}
    found = run(jobs, tmp_path_factory.mktemp("faulty") / "in", between=between)
    found["left"] = left
    return found


def outcome(faulty, name):
    (one,) = faulty[name]
    failure = one.result.failure
    return (failure and (failure.kind, failure.cell)), one.cells


@pytest.mark.parametrize(
    ("name", "failure", "cells"),
    [
        ("raises", ("error", 1), [["before\n"], ["error"], []]),
        ("hangs", ("timeout", 0), [["partly\n", "error"], []]),
        ("will not be interrupted", ("timeout", 0), [["partly\n", "error"]]),
        ("prints 100 MB without Python", None, [["y" * 1_000_000 + CUT]]),
        ("forks and prints", None, [["in a fork\n"]]),
        ("os._exit", ("exit", 0), [["said\n", "error"]]),
        ("exit()", None, [["execute_result"], [], ["execute_result"]]),
        ("killed", ("died", 0), [["error"]]),
        ("segfault", ("died", 0), [["said\n", "error"]]),
        ("eats memory", ("memory", 0), [["error"]]),
        ("frees memory", None, [["the report may use 0.3 GiB\n"], []]),
        ("closes files", None, [["before\n"], ["closed\n"], ["after\n"]]),
        ("outlived", None, [[]]),
        ("writes outside", None, [[]]),
        ("leaves files open", None, [[], []]),
        ("broken source", ("error", 0), [["error"], []]),
        ("no source", None, [[], []]),
    ],
)
def test_what_goes_wrong_costs_one_report(faulty, name, failure, cells):
    assert outcome(faulty, name) == (failure, cells)


def test_printed_text_is_cut_once(faulty):
    (text,), after = outcome(faulty, "prints 100 MB")[1]
    assert after == ["next\n"]
    assert text.endswith(CUT)
    assert len(text) == 1_000_000 + len(CUT)


def test_a_fork_in_a_cell_ends_with_its_cell(faulty):
    failure, cells = outcome(faulty, "forks")
    assert failure is None
    written = "".join(cells[0])  # both write at once: their lines may come mixed
    assert sorted(written.replace("\n", "")) == sorted("childparent")
    assert cells[1] == ["after\n"]


def test_sys_exit_ends_the_run_and_is_shown(faulty):
    (one,) = faulty["sys.exit"]
    assert one.result.failure.what == "the cell ended the run before its end"
    assert one.notebook["cells"][0]["outputs"][0]["ename"] == "SystemExit"
    assert one.cells[1] == []


def test_the_failure_says_what_happened(faulty):
    said = {name: faulty[name][0].result.failure.what for name in ("raises", "hangs", "killed", "segfault", "os._exit")}
    assert said == {
        "raises": "the cell failed with ValueError: no",
        "hangs": "the cell took longer than 5 seconds and was stopped",
        "killed": "the process died (SIGKILL)",
        "segfault": "the process died (SIGSEGV)",
        "os._exit": "the cell ended the process (exit code 3)",
    }
    assert "more memory than the report may have" in faulty["eats memory"][0].result.failure.what


def test_a_process_killed_from_outside_is_tried_again_once(faulty):
    assert faulty["killed"][0].result.attempts == 2
    assert faulty["segfault"][0].result.attempts == 1


def test_the_notebook_tells_how_far_it_came(faulty):
    cells = faulty["raises"][0].notebook["cells"]
    assert [cell["metadata"]["papermill"]["status"] for cell in cells] == ["completed", "failed", "pending"]
    assert faulty["raises"][0].notebook["metadata"]["papermill"] == {"exception": True}


def test_what_finishes_the_report_is_told(faulty):
    value = faulty["hangs"][0].result.value
    assert value["failure"] == faulty["hangs"][0].result.failure.plain()


def test_what_a_notebook_starts_ends_with_it(faulty):
    assert faulty["left"] == [[]]


def test_files_that_were_left_open_are_written(faulty, tmp_path_factory):
    folder = next(path for path in tmp_path_factory.getbasetemp().glob("faulty*/in"))
    assert (folder / "held.txt").read_text() == "kept"
    assert (folder / "end.txt").read_text() == "end"
    assert (folder.parent / "outside.txt").read_text() == "x"  # a notebook may write where its user may


def test_nothing_of_one_notebook_is_found_in_the_next(faulty):
    found = [one.notebook["cells"][0]["outputs"][0]["data"]["text/plain"] for one in faulty["looks"]]
    assert found == ["[]"] * 3


def test_each_process_draws_its_own_numbers(faulty):
    drawn = {one.notebook["cells"][1]["outputs"][0]["data"]["text/plain"] for one in faulty["looks"]}
    assert len(drawn) == 3


def test_memory_and_time_are_told(faulty):
    (one,) = faulty["eats memory"]
    assert 200 < one.result.peak_mb < 2000
    assert 5 < faulty["hangs"][0].result.seconds_cells < 60
    assert all(found.result.seconds_finish > 0 for found in faulty["looks"])


def test_nothing_is_left_when_kernels_are_closed(faulty):
    time.sleep(0.1)
    mine = str(os.getpid())
    children = Path(f"/proc/self/task/{mine}/children").read_text().split()
    names = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children]
    assert not [name for name in names if b"bsclib.batch.kernels.warm" in name]
    assert not [one for one in commands() if "sleep 432" in one]


def test_a_kernel_that_will_not_hear_of_its_memory_is_ended(monkeypatch):
    """First a MemoryError is raised in it; it is ended when it uses much more, or still too much after a while."""
    used, told, ended, now = {}, [], [], [10.0]
    monkeypatch.setattr(warm, "_used", used.get)
    monkeypatch.setattr(warm, "_kill", ended.append)
    monkeypatch.setattr(warm.os, "kill", lambda pid, _: told.append(pid))
    monkeypatch.setattr(warm.time, "monotonic", lambda: now[0])
    parent = object.__new__(warm.Parent)
    parent.kernels = {pid: warm.Kernel(pid, None, 0, 100) for pid in (1, 2, 3, 4)}
    for now[0], *each in ([10.0, 90, 110, 110, 110], [10.1, 90, 126, 90, 110], [12.2, 90, 126, 110, 110]):
        used.update(zip((1, 2, 3, 4), each, strict=True))
        parent._weigh()
    assert told == [2, 3, 4, 3]
    assert ended == [2, 4]
    assert [kernel.why for kernel in parent.kernels.values()] == ["", "memory", "", "memory"]
