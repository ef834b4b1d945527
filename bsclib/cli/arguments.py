"""What the `bsc` command takes: paths, folders and periods, checked before a verb begins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bsclib.model import periods


class Checked(click.ParamType):
    """A value that a function checks; what the function has to say is the message."""

    def __init__(self, name: str, check: Callable[[str], Any]):
        self.name, self.check = name, check

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Check it."""
        try:
            return self.check(value)
        except (ValueError, OSError) as error:
            self.fail(f"{error}.", param, ctx)


def _folder(text: str) -> Path:
    """A folder need not be there yet, but nothing on the way to it may be a file."""
    path = Path(text)
    if file := next((one for one in (path, *path.parents) if one.exists() and not one.is_dir()), None):
        raise ValueError(f"{file} is a file, not a folder")
    return path


FOLDER = Checked("dir", _folder)
"""A folder to write to."""
PERIOD = Checked("period", periods.check_period)
"""An ISO period."""
