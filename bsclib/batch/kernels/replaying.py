"""A notebook's outputs, made by nbclient from what its kernel said.

The cells ran without a client, so a log of their messages is played to one afterwards: outputs come out as they do for
every other notebook, and the process that runs the cells does not wait for it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode, from_dict
from nbformat.v4.rwbase import rejoin_lines

from bsclib.batch.kernels.frames import record, records


def replay(notebook: Mapping[str, Any], log: bytes, failed: int | None = None) -> NotebookNode:
    """The executed notebook, from the records of what its kernel said; a cell that failed may not have said so."""
    node = blank_notebook(notebook)
    client = NotebookClient(node, record_timing=False)
    client.reset_execution_trackers()
    client.kc = _NOBODY
    index, cell = -1, from_dict({})
    for content in records(log):
        head, _, body = content.partition(b"\n")
        about = json.loads(head)
        if "cell" in about:
            index = about["cell"]
            cell = node.cells[index]
            client.clear_before_next_output = False
        elif "ran" in about:
            mark_run(cell, about["failed"])
        elif index >= 0 and about["parent"] == f"cell-{index}":  # nbclient drops what earlier cells still say
            client.process_message(message(about, body), cell, index)
    if failed is not None and 0 <= failed < len(node.cells):
        mark_run(node.cells[failed], True)
    client.set_widgets_metadata()
    return close_notebook(node)


def warm_up() -> None:
    """Do once what takes long the first time: nbformat compiles its schema."""
    content = json.dumps({"name": "stdout", "text": ""}).encode()
    about = json.dumps({"type": "stream", "parent": "cell-0", "buffers": []}).encode()
    log = record(b'{"cell": 0}') + record(about + b"\n" + content)
    replay({"cells": [{"cell_type": "code", "metadata": {}}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, log)


def blank_notebook(notebook: Mapping[str, Any]) -> NotebookNode:
    """Make a notebook's nodes, with no outputs and papermill's word that no cell has run."""
    node = rejoin_lines(from_dict(dict(notebook)))
    for cell in node.cells:
        cell.metadata["papermill"] = from_dict({"exception": None, "status": "pending"})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    node.metadata.pop("widgets", None)
    return node


def mark_run(cell: NotebookNode, failed: bool) -> None:
    """Note that a cell has run; what it printed is put together."""
    cell.metadata.papermill.update(status="failed" if failed else "completed", exception=failed)


def close_notebook(node: NotebookNode) -> NotebookNode:
    """Finish the executed notebook as papermill does, without its times."""
    from ipykernel.ipkernel import IPythonKernel

    failed = next((n for n, cell in enumerate(node.cells) if cell.metadata.papermill["status"] == "failed"), None)
    for cell in node.cells[:failed]:
        cell.metadata.papermill.update(status="completed", exception=False)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.outputs = _merged(cell.outputs)
    node.metadata.setdefault("papermill", from_dict({}))["exception"] = failed is not None
    node.metadata["language_info"] = from_dict(IPythonKernel.language_info)
    return node


_NOBODY: Any = SimpleNamespace(
    session=SimpleNamespace(msg=lambda *_, **__: {}), shell_channel=SimpleNamespace(send=lambda *_: None)
)


def message(about: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Make a message, as it would arrive, of the two halves of its record."""
    return {
        "msg_type": about["type"],
        "header": {"msg_type": about["type"]},
        "parent_header": {"msg_id": about["parent"]},
        "metadata": {},
        "content": json.loads(content),
        "buffers": [base64.b64decode(text) for text in about["buffers"]],
    }


def _merged(outputs: list[Any]) -> list[Any]:
    """Put printed text that follows its like together, however it arrived."""
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged
