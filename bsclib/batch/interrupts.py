"""Being told to stop: once, to end well; twice, at once; a third time ends the process."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def interrupt() -> None:
    """What Ctrl-C does to Python."""
    raise KeyboardInterrupt


@contextlib.contextmanager
def interrupts(once: Callable[[], None], twice: Callable[[], None]) -> Iterator[list[int]]:
    """Listen for Ctrl-C, and for the SIGTERM of a service or a machine that is shut down; gives what came, in order."""
    # A process that a script starts in the background is told to ignore Ctrl-C; here it listens all the same. Outside
    # the main thread nobody can listen, so nothing is changed there.
    came: list[int] = []

    def hear(number: int, _: FrameType | None) -> None:
        came.append(number)
        if len(came) == 1:
            once()
            return
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        twice()

    listens = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, hear) for number in SIGNALS} if listens else {}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
