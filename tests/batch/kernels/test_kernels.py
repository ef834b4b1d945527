import os
import sys

import pytest
from notebooks_made import code, notebook

from bsclib.batch.kernels import jobs
from bsclib.batch.kernels.jobs import Job, open_kernels


def test_kernels_are_ordinary_where_forking_is_not_safe(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with open_kernels(1) as kernels:
        assert kernels.why == jobs.why_ordinary() == "processes can be forked safely on Linux only"
        assert list(kernels.run([])) == []


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are warm on Linux only")
def test_nothing_is_started_for_no_jobs():
    with open_kernels(1) as kernels:
        assert kernels.why == ""
        assert list(kernels.run([])) == []


def test_a_job_holds_what_it_was_given(tmp_path):
    job = Job("a", notebook(code("1")), os.fspath(tmp_path))
    assert (job.timeout, job.finish, job.arguments) == (600, "", {})
