"""Where things are: a path, or the name of a data set that ships; and where what ships is kept.

What ships lies inside an installed package, and beside it in a checkout. An existing path wins over a name, so that
nobody's own folder ``meridian`` is passed over.
"""

from __future__ import annotations

import os
from pathlib import Path

from bsclib.errors import BscError, Fault, UnknownNameError, nearest, suggestion

AnyPath = str | os.PathLike[str]


def shipped_folder() -> Path:
    """The folder that holds ``datasets/`` and ``notebooks/``: inside an installed package, else the checkout."""
    package = Path(__file__).parents[1]
    if (package / "_shipped").is_dir():
        return package / "_shipped"
    if (package.parent / "datasets").is_dir():
        return package.parent
    raise BscError(Fault(str(package), "the data sets that ship are not installed", fix="install bsclib again"))


def locate(path_or_name: AnyPath) -> Path:
    """The path of a file or folder, or of a data set that ships."""
    path = Path(path_or_name)
    if os.fspath(path_or_name) and _exists(path):
        return path
    sets = _shipped_sets()
    name = path.as_posix()
    if name in sets:
        return sets[name]
    what = f"there is neither a file or folder {str(path_or_name)[:200]!r} nor a data set of that name"
    fix = suggestion(name, sets) or _nearest_file(path)
    raise UnknownNameError(Fault("", what, allowed=f"a path, or one of {', '.join(sets) or 'no data set'}", fix=fix))


def _shipped_sets() -> dict[str, Path]:
    try:
        root = shipped_folder() / "datasets"
    except BscError:
        return {}
    return {file.parent.name: file.parent for file in sorted(root.rglob("scorecard.yaml"))}


def _nearest_file(path: Path) -> str:
    if not path.name or not _exists(path.parent) or not path.parent.is_dir():
        return ""
    guess = nearest(
        path.name, (file.name for file in path.parent.iterdir() if not file.name.startswith(".") and _exists(file))
    )
    return f"did you mean {str(path.parent / guess)!r}?" if guess else ""


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file could have
        return False
