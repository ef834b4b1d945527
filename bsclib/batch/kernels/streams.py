"""What `sys.stdout` and `sys.stderr` are in a kernel, made before there is one.

Many a library takes hold of them when it is imported: a log handler, a progress bar. In the warm parent it takes hold
of these, and in each fork they are the kernel's own.
"""

from __future__ import annotations

from typing import Any

from ipykernel import iostream

ENOUGH = 2_000_000  # characters of a cell that are sent; whoever listens keeps less


class OutStream(iostream.OutStream):
    """One of a kernel's streams; until it is opened it only notes whether anything was written."""

    early = True
    noise = False
    cell: Any = None
    written = 0  # characters since the cell began
    echo = None
    _isatty = _should_watch = False
    _fid: Any = None
    _original_stdstream_copy: Any = None
    pub_thread: Any = False

    def __init__(self, name: str):
        self.name = name

    def open(self, session: Any, thread: Any, **how: Any) -> None:
        """Become the stream of a kernel."""
        super().__init__(session, thread, self.name, **how)
        self.early = False

    def write(self, string: str) -> Any:
        """Write, or note that somebody would have written."""
        if self.early:
            self.noise = self.noise or bool(string)
            return len(string)
        cell = self.parent_header.get("msg_id")
        if cell != self.cell:
            self.cell, self.written = cell, 0
        self.written += len(string)
        return len(string) if self.written - len(string) > ENOUGH else super().write(string)

    def flush(self) -> None:
        """Send what was written."""
        if not self.early:
            super().flush()

    def close(self) -> None:
        """Do nothing while there is nothing to close."""
        if not self.early:
            super().close()


STREAMS = (OutStream("stdout"), OutStream("stderr"))
