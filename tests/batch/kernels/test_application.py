import json
import os

import pytest

from bsclib.batch.kernels import application
from bsclib.batch.kernels.application import CUT, LEFT_OUT, Outlet, Recorder
from bsclib.batch.kernels.frames import records
from bsclib.batch.kernels.streams import OutStream


@pytest.fixture
def recorder(tmp_path, monkeypatch):
    monkeypatch.setattr(application, "TEXT", 10)
    monkeypatch.setattr(application, "RICH", 200)
    one = Recorder()
    with (tmp_path / "log").open("wb", buffering=0) as file:
        one.log_file, one.home = file.fileno(), os.getpid()
        one.begin()
        one.path = tmp_path / "log"
        yield one


def read(recorder):
    halves = [content.partition(b"\n")[::2] for content in records(recorder.path.read_bytes())]
    return [(json.loads(about)["type"], json.loads(said)) for about, said in halves]


def test_printed_text_is_cut_once_a_cell(recorder):
    for text in ("12345", "67890123", "more"):
        recorder.send(None, "stream", {"name": "stdout", "text": text})
    recorder.begin()
    recorder.send(None, "stream", {"name": "stdout", "text": "next"})
    assert [said["text"] for _, said in read(recorder)] == ["12345", "67890" + CUT, "next"]


def test_what_shows_too_much_is_left_out_once_a_cell(recorder):
    for size in (50, 500, 500):
        recorder.send(None, "display_data", {"data": {"text/plain": "x" * size}, "metadata": {}})
    assert [said["data"]["text/plain"] for _, said in read(recorder)] == ["x" * 50, LEFT_OUT]


def test_a_widgets_bytes_are_recorded(recorder):
    recorder.send(None, "comm_msg", {"comm_id": "w", "data": {}}, buffers=[b"\0\1"])
    (content,) = records(recorder.path.read_bytes())
    assert json.loads(content.partition(b"\n")[0])["buffers"] == ["AAE="]


def test_a_stream_is_ipykernels_own_and_flushes_at_once_or_later(recorder):
    later = []
    stream = OutStream("stdout")
    stream.open(recorder, Outlet(lambda seconds, flush: later.append((seconds, flush))), watchfd=False)
    stream._original_stdstream_copy = 1
    assert (type(stream).__name__, stream.isatty(), stream.fileno(), stream.closed) == ("OutStream", False, 1, False)
    stream.write("a")
    stream.write("b")
    assert read(recorder) == []
    ((_, flush),) = later
    flush()
    stream.write("c")
    stream.flush()
    assert [said["text"] for _, said in read(recorder)] == ["ab", "c"]


def test_what_a_forked_process_prints_goes_by_its_file(recorder, capfd):
    recorder.home = -1
    recorder.send(None, "stream", {"name": "stdout", "text": "here"})
    recorder.send(None, "display_data", {"data": {}, "metadata": {}})
    assert (capfd.readouterr().out, read(recorder)) == ("here", [])
