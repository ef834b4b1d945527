import json

from faults import made
from hypothesis import given
from hypothesis import strategies as st

from bsclib.batch.kernels.frames import Incoming, encode, record, records
from bsclib.batch.kernels.replaying import replay


def stream(text, cell=0, name="stdout"):
    return said("stream", {"name": name, "text": text}, cell)


def said(kind, content, cell=0, buffers=()):
    about = {"type": kind, "parent": f"cell-{cell}", "buffers": list(buffers)}
    return record(json.dumps(about).encode() + b"\n" + json.dumps(content).encode())


def marks(**what):
    return record(json.dumps(what).encode())


def outputs(*records_, cells=2, **how):
    return [cell.outputs for cell in replay(made(["x"] * cells), b"".join(records_), **how).cells]


def test_printed_text_that_follows_its_like_is_one_output():
    first, _ = outputs(marks(cell=0), stream("a"), stream("b"), stream("c", name="stderr"), stream("d"))
    assert [(one.name, one.text) for one in first] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_what_an_earlier_cell_still_says_is_dropped_as_nbclient_does():
    first, second = outputs(
        marks(cell=0), stream("a"), marks(ran=0, failed=False), marks(cell=1), stream("late", cell=0)
    )
    assert [one.text for one in first] == ["a"]
    assert second == []


def test_a_record_that_was_cut_off_is_left_out():
    log = marks(cell=0) + stream("a") + stream("b")
    assert [one.text for one in outputs(log[:-3])[0]] == ["a"]


def test_cells_say_what_became_of_them():
    log = marks(cell=0) + marks(ran=0, failed=False) + marks(cell=1) + stream("partly", cell=1)
    node = replay(made(["x"] * 3), log, failed=1)
    assert [cell.metadata.papermill["status"] for cell in node.cells] == ["completed", "failed", "pending"]
    assert [cell.metadata.papermill["exception"] for cell in node.cells] == [False, True, None]
    assert node.metadata.papermill["exception"] is True
    assert node.cells[1].outputs[0].text == "partly"


def test_what_the_notebook_held_before_is_gone():
    notebook = made(["x"])
    notebook.cells[0].outputs = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    notebook.cells[0].execution_count = 7
    notebook.metadata.widgets = {"old": {}}
    node = replay(notebook, b"")
    assert (node.cells[0].outputs, node.cells[0].execution_count, "widgets" in node.metadata) == ([], None, False)
    assert notebook.cells[0].execution_count == 7


def test_a_source_in_lines_is_one_text():
    node = replay({"cells": [{"cell_type": "code", "metadata": {}, "source": ["a\n", "b"]}], "metadata": {}}, b"")
    assert node.cells[0].source == "a\nb"


def test_a_widgets_bytes_are_kept():
    state = {"_model_name": "M", "_model_module": "m", "_model_module_version": "1"}
    data = {"state": state, "buffer_paths": [["value"]]}
    opened = said("comm_open", {"comm_id": "w", "target_name": "jupyter.widget", "data": data}, buffers=["AAE="])
    node = replay(made(["x"]), marks(cell=0) + opened)
    kept = node.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]["w"]
    assert kept["buffers"] == [{"data": "AAE=", "encoding": "base64", "path": ["value"]}]


@given(st.lists(st.binary(max_size=20)), st.integers(0, 30))
def test_records_are_read_as_they_were_written(contents, cut):
    log = b"".join(map(record, contents))
    assert list(records(log)) == contents
    whole = list(records(log[: len(log) - cut]))
    assert whole == contents[: len(whole)]


@given(st.lists(st.tuples(st.dictionaries(st.text(), st.integers()), st.binary())), st.integers(1, 50))
def test_messages_arrive_whole_in_whatever_pieces(messages, size):
    data = b"".join(encode(*one) for one in messages)
    incoming = Incoming()
    found = [one for place in range(0, len(data), size) for one in incoming.feed(data[place : place + size])]
    assert found == messages
