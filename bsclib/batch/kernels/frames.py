"""Messages between processes: a header of plain values and a body of bytes, and records one after another in a log."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

_HEAD = struct.Struct(">IQ")
_SIZE = struct.Struct(">I")


def encode(header: dict[str, Any], body: bytes = b"") -> bytes:
    """A message: a header of plain values and a body of bytes that is not looked at."""
    head = json.dumps(header).encode()
    return b"".join((_HEAD.pack(len(head), len(body)), head, body))


class Incoming:
    """Messages, as `encode` makes them, out of bytes that arrive in pieces."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Take more bytes; give the messages that are whole by now."""
        self._data += data
        while len(self._data) >= _HEAD.size:
            head, body = _HEAD.unpack_from(self._data)
            end = _HEAD.size + head + body
            if len(self._data) < end:
                return
            message = bytes(memoryview(self._data)[_HEAD.size : end])
            del self._data[:end]
            yield json.loads(message[:head]), message[head:]


def record(content: bytes) -> bytes:
    """Put bytes as they stand in a log: their length comes first."""
    return _SIZE.pack(len(content)) + content


def records(log: bytes) -> Iterator[bytes]:
    """Read a log; a last record that was cut off is left out."""
    place = 0
    while place + _SIZE.size <= len(log):
        (size,) = _SIZE.unpack_from(log, place)
        place += _SIZE.size + size
        if place > len(log):
            return
        yield log[place - size : place]
