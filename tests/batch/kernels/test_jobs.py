from bsclib.batch.kernels.jobs import Failure, call_finish, failure_of


def failing(notebook, failure, arguments):
    raise SystemExit(f"no {arguments['what']}")


def job(finish, **arguments):
    return {"finish": finish, "arguments": arguments}


def test_the_function_is_given_the_notebook_the_failure_and_its_arguments(tmp_path):
    failure = Failure("error", 1, "no")
    given = call_finish(job("finishers:keep", path=str(tmp_path / "a")), lambda: {"cells": []}, failure)
    assert given["value"] == {"failure": failure.plain()}
    assert (tmp_path / "a").read_text() == '{"cells": []}'


def test_whatever_it_raises_is_the_reports_failure(monkeypatch):
    monkeypatch.setattr("finishers.keep", failing)
    (failure,) = call_finish(job("finishers:keep", what="room"), dict, None).values()
    assert failure["what"] == "the report could not be finished: SystemExit: no room"
    assert (failure["kind"], failure["cell"]) == ("error", -1)
    assert call_finish(job("no_such_module:f"), dict, None)["failure"]["ename"] == "ModuleNotFoundError"


def test_no_memory_is_said(monkeypatch):
    def hungry():
        raise MemoryError

    assert call_finish(job("finishers:keep"), hungry, None)["failure"]["kind"] == "memory"


def test_an_error_is_put_into_words():
    assert failure_of(2, "KeyError", "'mttr'").what == "the cell failed with KeyError: 'mttr'"
    assert failure_of(2, "ValueError", "x" * 20_000).evalue == "x" * 10_000 + "…"
