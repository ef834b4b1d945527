import threading

import pytest
from faults import FAULTS, made
from kernel_runs import run

from bsclib.batch.kernels.jobs import Job, open_kernels


@pytest.fixture
def ordinary(monkeypatch):
    monkeypatch.setattr("bsclib.batch.kernels.jobs.why_ordinary", lambda: "of this test")


def test_the_same_comes_of_it_on_ordinary_kernels(ordinary, tmp_path):
    jobs = {name: made(FAULTS[name]) for name in ("raises", "hangs", "os._exit", "no source")}
    jobs |= {"broken": {"cells": 7}, "shows": made(["print(1)\n2"])}
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
        "broken": ("died", -1),
        "shows": None,
    }
    assert found["raises"][0].cells == [["before\n"], ["error"], []]
    assert found["hangs"][0].cells == [["partly\n"], []]
    assert found["shows"][0].cells == [["1\n", "execute_result"]]
    assert found["raises"][0].result.value["failure"] == found["raises"][0].result.failure.plain()


def test_kill_ends_what_runs(ordinary):
    with open_kernels(1) as kernels:
        assert (kernels.kind, kernels.why) == ("ordinary", "of this test")
        threading.Timer(3, kernels.kill).start()
        assert list(kernels.run([Job("a", made(["import time; time.sleep(1000)"]), ".", 1000)])) == []
