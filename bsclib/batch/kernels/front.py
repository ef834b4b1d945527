"""The part of a front end that output widgets count on: they ask for what a cell shows, and are told what that was."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

_MODULE = "@jupyter-widgets/output"


class Front:
    """Follows a kernel's messages from its first output widget on, as nbclient does, and collects what it answers."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.client: Any = None

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message as it would arrive."""
        if self.client is None:
            state = message["content"].get("data", {}).get("state", {}) if message["msg_type"] == "comm_open" else {}
            if state.get("_model_module") != _MODULE:
                return
            self.client = self._client()
        try:
            self.client.process_message(message, self.client.nb.cells[0], 0)
        except Exception:  # what nbclient cannot follow goes into the log all the same
            self.client.reset_execution_trackers()

    def _client(self) -> Any:
        client = NotebookClient(new_notebook(cells=[new_code_cell()]), record_timing=False)
        client.reset_execution_trackers()
        client.kc = SimpleNamespace(  # type: ignore[assignment]
            session=SimpleNamespace(msg=self._message), shell_channel=SimpleNamespace(send=self.answers.append)
        )
        return client

    @staticmethod
    def _message(kind: str, content: dict[str, Any], parent: Any = None, metadata: Any = None) -> dict[str, Any]:
        header = {"msg_id": "front", "msg_type": kind, "username": "", "session": "", "date": "", "version": "5.3"}
        return {
            "header": header,
            "msg_id": "front",
            "msg_type": kind,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "buffers": [],
        }
