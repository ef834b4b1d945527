"""Tiny notebooks for tests, put together cell by cell."""

import base64
import struct
import zlib

from nbformat import v4

PARAMETERS = """\
unit: str = ""  # unit to report on; empty for all
months: int = 24  # how many months the trends show
"""


def png(wide=1200, high=300):
    """A plain picture of that many pixels, as a notebook holds it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x40\x90\xa0" * wide for _ in range(high))
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def markdown(source, *tags):
    return v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source="", *tags, shows=()):
    return v4.new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(shows))


def shown(kind, content, **facts):
    return v4.new_output("display_data", data={kind: content}, metadata={kind: facts} if facts else {})


def notebook(*cells):
    metadata = {
        "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"},
        "language_info": {"name": "python", "version": "3.11.7"},
    }
    return v4.new_notebook(cells=list(cells), metadata=metadata)
