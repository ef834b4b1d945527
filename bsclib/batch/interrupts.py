"""Being told to stop: once, to end well; twice, at once; a third time ends the process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Listens for Ctrl-C, and for the SIGTERM of a service or a machine that is shut down, while its block runs."""

    # A process that a script starts in the background is told to ignore Ctrl-C; here it listens all the same. Outside
    # the main thread nobody can listen, so nothing is changed there.

    def __init__(self, once: Callable[[], None], twice: Callable[[], None]):
        self.signal = 0  # which came first
        self._next = [once, twice]
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._told) for number in SIGNALS}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, before in self._before.items():
            signal.signal(number, before if before is not None else signal.SIG_DFL)
        self._before = {}

    def _told(self, number: int, frame: FrameType | None) -> None:
        self.signal = self.signal or number
        act = self._next.pop(0)
        if not self._next:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        act()
