"""What the `bsc` command takes: paths, folders and periods, checked before a verb begins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bsclib import periods


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


def _source(text: str) -> str:
    """The file scorecard.yaml stands for its folder, which has the actuals too; a folder for the one workbook in it."""
    path = Path(text)
    if path.name in ("scorecard.yaml", "scorecard.yml") and path.is_file():
        return str(path.parent)
    if path.is_dir() and [file.name for file in path.glob("scorecard.*")] == ["scorecard.xlsx"]:
        return str(path / "scorecard.xlsx")
    return text


def _folder(text: str) -> Path:
    """A folder need not be there yet, but nothing on the way to it may be a file."""
    path = Path(text)
    if file := next((one for one in (path, *path.parents) if one.exists() and not one.is_dir()), None):
        raise ValueError(f"{file} is a file, not a folder")
    return path


SOURCE = Checked("path", _source)
"""A scorecard: a folder, a workbook, or the name of a data set."""
FOLDER = Checked("dir", _folder)
"""A folder to write to."""
PERIOD = Checked("period", periods.check_period)
"""An ISO period."""
