"""What a worker makes of a notebook that has run, in its own process."""

import os
import time
import uuid

import pytest
from faults import made
from nbformat import from_dict

from bsclib.batch.kernels import worker
from bsclib.batch.kernels.jobs import Failure, Job


def failing(notebook, failure, arguments):
    raise SystemExit(f"no {arguments['what']}")


def job(finish, **arguments):
    return Job("a", made(["1"]), os.curdir, finish=finish, arguments=arguments)


def test_the_function_is_given_the_notebook_the_failure_and_its_arguments(tmp_path):
    failure = Failure("error", 1, "no")
    given, after = worker._finish(job("finishers:keep", path=str(tmp_path / "a")), {"cells": []}, failure)
    assert (given, after) == ({"failure": failure.plain()}, None)
    assert (tmp_path / "a").read_text() == '{"cells": []}'


def test_whatever_it_raises_is_the_reports_failure(monkeypatch):
    monkeypatch.setattr("finishers.keep", failing)
    value, failure = worker._finish(job("finishers:keep", what="room"), {}, None)
    assert value is None
    assert failure.what == "the report could not be finished: SystemExit: no room"
    assert (failure.kind, failure.cell) == ("error", -1)
    assert worker._finish(job("no_such_module:f"), {}, None)[1].ename == "ModuleNotFoundError"


def test_no_memory_is_said(monkeypatch):
    def hungry(*_):
        raise MemoryError

    monkeypatch.setattr("finishers.keep", hungry)
    assert worker._finish(job("finishers:keep"), {}, None)[1].kind == "memory"


def test_a_report_that_is_never_finished_fails(monkeypatch):
    monkeypatch.setattr("finishers.keep", lambda *_: time.sleep(60))
    monkeypatch.setattr(worker, "FINISHING", 0.2)
    slow = Job("a", made(["1"]), os.curdir, timeout=0.1, finish="finishers:keep")
    assert "it took longer than 0.2 seconds" in worker._finish(slow, {}, None)[1].what


def raised(ename, evalue, *tags):
    notebook = made(["1"])
    notebook.cells[0].metadata["tags"] = list(tags)
    notebook.cells[0].outputs = [{"output_type": "error", "ename": ename, "evalue": evalue, "traceback": []}]
    return worker._raised(from_dict(notebook))


def test_an_end_that_is_meant_is_none():
    assert raised("SystemExit", "0") is raised("SystemExit", "") is None
    assert raised("ValueError", "no", "raises-exception") is None
    assert raised("SystemExit", "3").kind == "exit"
    assert raised("ValueError", "no").what == "the cell failed with ValueError: no"


def test_an_error_that_is_only_printed_is_one():
    notebook = made(["%nothing"])
    notebook.cells[0].metadata["papermill"] = {"exception": True, "status": "failed"}
    assert worker._raised(from_dict(notebook)).what == "the cell failed with an error"
    printed = {"output_type": "stream", "name": "stderr", "text": "UsageError: Line magic not found.\n"}
    notebook.cells[0].outputs = [printed]
    assert worker._raised(from_dict(notebook)).what == "the cell failed with UsageError: Line magic not found"


def test_what_differs_between_two_runs_is_taken_out():
    both = []
    for pid, name in ((11, "a" * 32), (222, "b" * 32)):
        notebook = made(["1"])
        text = f"/x/ipykernel_{pid}/123.py:2: UserWarning: careful {name}"
        svg = f'<svg><dc:date>{pid}</dc:date><path id="m{name[:10]}"/><use href="#m{name[:10]}"/></svg>'
        notebook.cells[0].outputs = [
            {"output_type": "stream", "name": "stderr", "text": text},
            {"output_type": "display_data", "data": {worker.SVG: svg}, "metadata": {}},
        ]
        notebook.cells[0].metadata["papermill"] = {"status": "completed", "start_time": str(pid), "exception": False}
        notebook.metadata["widgets"] = {worker.WIDGETS: {"state": {name: {}}}}
        notebook.metadata["papermill"] = {"duration": pid, "parameters": {"n": 1}, "exception": None}
        both.append(worker._tidy(from_dict(notebook)))
    assert both[0] == both[1]
    assert "/x/ipykernel/123.py:2: UserWarning" in both[0].cells[0].outputs[0].text
    svg = both[0].cells[0].outputs[1].data[worker.SVG]
    assert svg == '<svg><path id="m0000000001"/><use href="#m0000000001"/></svg>'
    assert both[0].metadata.papermill == {"parameters": {"n": 1}, "exception": None}


@pytest.mark.parametrize("between", ["-", "_", ""])
def test_addresses_and_names_of_elements_are_taken_out_and_what_is_shown_stays(between):
    ticket, both = "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b", []
    for name, address in (("3f2401ab-8dda-4f6c-97cb-7012acee33e3", "0x7f68b081c850"), (str(uuid.uuid4()), "0x55f0a8")):
        drawn = name.replace("-", between)
        html = f"<p id='box{drawn}-1'>{ticket}</p><label for=\"box{drawn}-1\">ab</label>"
        shown = {"text/html": html, "text/plain": f"[<lines.Line2D at {address}>] {ticket} at 0x12345678"}
        notebook = made(["1"])
        notebook.cells[0].outputs = [{"output_type": "display_data", "data": shown, "metadata": {}}]
        both.append(worker._tidy(from_dict(notebook)).cells[0].outputs[0].data)
    assert both[0] == both[1]
    assert both[0]["text/plain"] == f"[<lines.Line2D at 0x…>] {ticket} at 0x12345678"
    box = f"box{1:032x}-1"
    assert both[0]["text/html"] == f"<p id='{box}'>{ticket}</p><label for=\"{box}\">ab</label>"
