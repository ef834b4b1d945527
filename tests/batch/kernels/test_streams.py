import io
import logging

import pytest

from bsclib.batch.kernels import streams
from bsclib.batch.kernels.streams import OutStream


@pytest.fixture
def early():
    return OutStream("stdout")


def test_before_there_is_a_kernel_it_only_notes_that_somebody_wrote(early):
    early.write("")
    assert not early.noise
    print("x", file=early, flush=True)
    early.close()
    assert (early.noise, early.closed, early.isatty(), early.encoding) == (True, False, False, "UTF-8")
    with pytest.raises(io.UnsupportedOperation):
        early.fileno()


def test_a_handler_that_took_hold_of_it_writes_to_the_kernel(early, monkeypatch):
    handler = logging.StreamHandler(early)
    written = []
    monkeypatch.setattr("ipykernel.iostream.OutStream.write", lambda self, text: written.append(text))
    monkeypatch.setattr("ipykernel.iostream.OutStream.__init__", lambda self, *_, **__: None)
    monkeypatch.setattr("ipykernel.iostream.OutStream.parent_header", {"msg_id": "1"})
    monkeypatch.setattr("ipykernel.iostream.OutStream.flush", lambda self: None)
    early.open(None, None)
    handler.emit(logging.LogRecord("a", logging.INFO, "", 0, "line", (), None))
    assert written == ["line\n"]


def test_of_a_cell_without_end_enough_is_sent(early, monkeypatch):
    monkeypatch.setattr(streams, "ENOUGH", 10)
    written = []
    monkeypatch.setattr("ipykernel.iostream.OutStream.write", lambda self, text: written.append(text))
    header = {"msg_id": "1"}
    monkeypatch.setattr("ipykernel.iostream.OutStream.parent_header", header)
    early.early = False
    for _ in range(5):
        assert early.write("123456") in (None, 6)
    header["msg_id"] = "2"
    early.write("next")
    assert written == ["123456", "123456", "next"]
