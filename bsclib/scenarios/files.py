"""Scenarios as YAML files: read with the line of every fault, written as a person would write them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bsclib.errors import BscError, Fault, ScorecardError, UnknownNameError, nearest
from bsclib.files import atomic, yaml_tree
from bsclib.files.paths import locate
from bsclib.files.scorecard_yaml import dump_fields
from bsclib.files.yaml_tree import Node
from bsclib.scenarios.definition import Scenario, build_scenario

AnyPath = str | os.PathLike[str]
FOLDER = "scenarios"
ENDINGS = (".yaml", ".yml")
_FIELDS = "id, name, question, changes, initiatives, horizon and unit"


def read_scenario(path: AnyPath) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    path : path-like
        A YAML file, or one that ships: the name of a data set and its own, such as ``meridian/automate-first``. In a
        folder of a scorecard, scenarios lie in ``scenarios``, and ``my-scorecard/NAME`` finds one there too.

    Returns
    -------
    Scenario

    Raises
    ------
    UnknownNameError
        When there is no such file; the nearest one is named.
    BscError
        With file, line and field of every fault.

    Examples
    --------
    >>> read_scenario("meridian/automate-first").initiatives
    ('runbooks', 'release-gates')
    """
    file = _located(path)
    try:
        root = yaml_tree.read_tree(file, "scenario", _FIELDS)
    except ScorecardError as error:
        raise BscError(error.faults) from None
    faults = [*_traps(root, file.name)]
    if faults:
        raise BscError(faults)
    return build_scenario(yaml_tree.plain(root), lambda loc: f"{file.name}, {yaml_tree.place(root, loc)}")


def write_scenario(scenario: Scenario, path: AnyPath) -> None:
    """Write a scenario to a YAML file, whole or not at all. What equals its default is left out.

    Parameters
    ----------
    scenario : Scenario
    path : path-like
        The file, which ends in .yaml or .yml; an existing one is replaced, comments and all.

    Raises
    ------
    BscError
        When it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_scenario(Scenario(id="faster", name="Faster", changes={"mttr": "-1"}), f"{folder}/faster.yaml")
    ...     print(Path(folder, "faster.yaml").read_text(), end="")
    id: faster
    name: Faster
    changes: {mttr: '-1'}
    """
    target = Path(path)
    if target.suffix.casefold() not in ENDINGS:
        raise BscError(Fault(str(target), "a scenario is a YAML file", target.suffix, fix="let its name end in .yaml"))
    atomic.write_text(target, dump_fields(scenario), BscError)


def _traps(root: Node, name: str) -> list[Fault]:
    """What YAML reads as something else than a person means."""
    faults = []
    for field, missing, fix in (
        ("changes", "this KPI has no change", "write one, such as +10%, or delete the line"),
        (
            "initiatives",
            "this initiative has no start",
            "write a month, such as 2026-09, or list the ids alone, to start as planned",
        ),
    ):
        node = root.value.get(field)
        for id, row in node.value.items() if node is not None and isinstance(node.value, dict) else ():
            place = f"{name}, line {row.line}, {field}.{id}"
            if row.value is None:
                faults.append(Fault(place, missing, fix=fix))
            elif field == "changes" and re.match(r"[-+]", row.written) and not isinstance(row.value, str):
                what = "without quotes this is a number, and its sign says nothing"
                quoted = f'"{row.written}" for so much more or less, or "={row.written.lstrip("+")}" for a level'
                faults.append(Fault(place, what, row.written, fix=f"write {quoted}"))
    return faults


def _located(path: AnyPath) -> Path:
    given = Path(path)
    if given.is_file():
        return given
    folder, known = _beside(given)
    if folder is not None and given.name in known:
        return known[given.name]
    guess = nearest(given.name, known)
    what = f"there is no scenario {str(path)[:200]!r}"
    allowed = ", ".join(f"{given.parent.as_posix()}/{name}" for name in known) if known else "a YAML file"
    fix = f"did you mean '{given.parent.as_posix()}/{guess}'?" if guess else ""
    raise UnknownNameError(Fault("", what, allowed=allowed, fix=fix))


def _beside(given: Path) -> tuple[Path | None, dict[str, Path]]:
    """The folder of scenarios beside a scorecard, and its scenarios by name."""
    try:
        home = locate(given.parent)
    except UnknownNameError:
        return None, {}
    folder = (home if home.is_dir() else home.parent) / FOLDER
    files = sorted(file for ending in ENDINGS for file in folder.glob(f"*{ending}")) if folder.is_dir() else []
    return folder, {file.stem: file for file in files}
