"""The KPI catalogue: KPIs to choose from, what each counts, how it is gamed and which other KPI would show that.

The catalogue ships as ``datasets/kpi_catalog.csv``, a row a KPI. A KPI of a scorecard names its entry in the field
`catalogue`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

import pandas as pd

from bsclib import wording
from bsclib.errors import Fault, UnknownNameError, nearest, unknown
from bsclib.files.paths import shipped_folder
from bsclib.model.build import build_kpi
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.perspectives import PERSPECTIVES

PRACTICES = (
    "Architecture management", "Continual improvement", "Information security management", "Knowledge management",
    "Measurement and reporting", "Organizational change management", "Portfolio management", "Project management",
    "Relationship management", "Risk management", "Service financial management", "Strategy management",
    "Supplier management", "Workforce and talent management",
    "Availability management", "Business analysis", "Capacity and performance management", "Change enablement",
    "Incident management", "IT asset management", "Monitoring and event management", "Problem management",
    "Release management", "Service catalogue management", "Service configuration management",
    "Service continuity management", "Service design", "Service desk", "Service level management",
    "Service request management", "Service validation and testing",
    "Deployment management", "Infrastructure and platform management", "Software development and management",
)  # fmt: skip
"""The practices of ITIL 4 by their names: 14 of general management, 17 of service management, 3 technical ones."""

PRACTICE_GROUPS = ("general management",) * 14 + ("service management",) * 17 + ("technical management",) * 3
"""The group that each practice belongs to."""

OBJECTIVES_OF_COBIT = tuple(
    f"{domain}{number:02}"
    for domain, count in {"EDM": 5, "APO": 14, "BAI": 11, "DSS": 6, "MEA": 4}.items()
    for number in range(1, count + 1)
)
"""The ids of the 40 governance and management objectives of COBIT 2019."""

LEVELS = ("low", "medium", "high")
"""What `gaming_risk` and `effort` may be."""

CONFIDENCE = ("established", "cited", "common", "ours")
"""How sure a definition is: compared with the source that is named, credited to it but not compared, in wide use, or
proposed here."""

_ROLES = get_args(KPI.model_fields["role"].annotation)
_SETS = {"generic": "perspective", "it": "it_perspective"}
_SEARCHED = ["id", "name", "formula", "parts", "gamed_by"]
_TAKEN = ["name", "formula", "measured_in", "direction", "role", "frequency", "aggregate"]


def kpi_catalogue() -> pd.DataFrame:
    """List the KPIs of the catalogue.

    Returns
    -------
    DataFrame
        A row a KPI, in the order of the IT perspectives, all columns text: `id`; `name`; `formula` (names joined by
        ``+ - * /``); `parts` (what each of these names counts); `measured_in`; `direction`, `role`, `frequency` and
        `aggregate` (as of a KPI); `perspective` (generic) and `it_perspective`; `practice` (of ITIL 4); `cobit`
        (objective of COBIT 2019); `gaming_risk` (low, medium, high); `gamed_by` (how one makes the number look good);
        `counter_kpi` (the entry that would show it); `effort` (to collect: low, medium, high); `source`; `confidence`
        (established: compared with the source that is named; cited: credited to it, not compared; common: in wide use;
        ours: proposed here).

    Examples
    --------
    >>> catalogue = kpi_catalogue()
    >>> catalogue.loc[catalogue["id"] == "mean-time-to-restore", ["formula", "counter_kpi"]].values.tolist()
    [['restore_minutes / incidents / 60', 'reopen-rate']]
    """
    return _table().copy()


@cache
def _table() -> pd.DataFrame:
    return pd.read_csv(shipped_folder() / "datasets" / "kpi_catalog.csv", dtype=str, keep_default_na=False)


def find_kpis(
    text: str = "", perspective: str = "", practice: str = "", role: str = "", cobit: str = ""
) -> pd.DataFrame:
    """Find KPIs in the catalogue; all conditions hold together, and upper and lower case are the same.

    Parameters
    ----------
    text : str, optional
        Words, each of which stands in the id, the name, the formula, its parts or how it is gamed; in any order.
    perspective : str, optional
        Id of a perspective, of either set: ``"customer"`` or ``"user_orientation"``.
    practice : str, optional
        Name of an ITIL 4 practice.
    role : str, optional
        ``"leading"`` or ``"lagging"``.
    cobit : str, optional
        Id of a COBIT 2019 objective, such as ``"DSS02"``.

    Returns
    -------
    DataFrame
        As `kpi_catalogue` gives it, numbered from 0; empty when no KPI is like that.

    Raises
    ------
    UnknownNameError
        For a perspective, practice, role or objective that there is not, with the nearest one.

    Examples
    --------
    >>> find_kpis(text="promoters recommend")["id"].tolist()
    ['net-promoter-score']
    >>> find_kpis(practice="incident management", role="leading")["id"].tolist()
    ['hand-overs', 'backlog-age']
    >>> find_kpis(practice="incident managment")
    Traceback (most recent call last):
    ...
    bsclib.errors.UnknownNameError: there is no practice of ITIL 4 'incident managment'. ... mean 'Incident management'?
    """
    table = _table()
    keep = pd.Series(True, index=table.index)
    if perspective:
        columns = {part.id: column for kind, column in _SETS.items() for part in PERSPECTIVES[kind]}
        id = _known("perspective", perspective, columns)
        keep &= table[columns[id]] == id
    if practice:
        keep &= table["practice"] == _known("practice of ITIL 4", practice, PRACTICES)
    if role:
        keep &= table["role"] == _known("role", role, _ROLES)
    if cobit:
        keep &= table["cobit"] == _known("objective of COBIT 2019", cobit, OBJECTIVES_OF_COBIT)
    said = table[_SEARCHED].agg(" ".join, axis=1).str.casefold()
    for word in text.casefold().split():
        keep &= said.str.contains(word, regex=False)
    return table[keep].reset_index(drop=True)


def practice_coverage(scorecard: Scorecard) -> pd.DataFrame:
    """Count the KPIs of a scorecard that serve each practice of ITIL 4, beside those that the catalogue has.

    Parameters
    ----------
    scorecard : Scorecard
        A KPI serves the practice of its `catalogue` entry; without one it serves none.

    Returns
    -------
    DataFrame
        A row a practice, 34 of them, in ITIL's order: `practice`; `group` (general management, service management,
        technical management); `kpis`: how many; `names`: which, in a text; `in_catalogue`: how many there are to
        choose from.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> coverage = practice_coverage(read_scorecard("meridian")).set_index("practice")
    >>> coverage.loc["Service desk", "names"]
    'User satisfaction after a ticket, Solved at first contact and Cost per ticket'
    >>> int((coverage["kpis"] == 0).sum())
    19
    """
    practice = _table().set_index("id")["practice"]
    rows = []
    for name, group in zip(PRACTICES, PRACTICE_GROUPS, strict=True):
        mine = [kpi.name for kpi in scorecard.kpis if practice.get(kpi.catalogue) == name]
        rows.append((name, group, len(mine), wording.listed(mine), int((practice == name).sum())))
    return pd.DataFrame(rows, columns=["practice", "group", "kpis", "names", "in_catalogue"])


def _known(kind: str, name: str, allowed: Iterable[str]) -> str:
    """The allowed name that is the given one, whatever its case."""
    for spelling in allowed:
        if spelling.casefold() == name.strip().casefold():
            return spelling
    raise UnknownNameError(unknown(kind, name, allowed))


def entry(id: str) -> pd.Series:
    """One KPI of the catalogue, a row of `kpi_catalogue`, by its id."""
    table = _table().set_index("id", drop=False)
    if id not in table.index:
        alike = nearest(id, table.index) or find_kpis(text=id)["id"].get(0, "")
        fix = f"did you mean {alike!r}?" if alike else "find it by its words: bsc kpis --text WORDS"
        raise UnknownNameError(Fault("", f"the catalogue has no KPI {id!r}", fix=fix))
    return table.loc[id].copy()


def as_kpi(id: str, /, objective: str, target: Any, **more: Any) -> KPI:
    """Make a KPI of a scorecard from its entry; what only the organisation knows is given.

    Parameters
    ----------
    id : str
        Id in the catalogue; the KPI takes it as its own, unless `more` gives it another one.
    objective : str
        Id of the objective that it measures.
    target : number, range or dated path
        As of a KPI.
    **more
        Any other field of a KPI, such as `baseline` or `owner`. A field that the entry has is replaced.

    Raises
    ------
    UnknownNameError
        When the catalogue has no such entry.
    ScorecardError
        When the KPI could not be scored, or has no such field.

    Examples
    --------
    >>> kpi = as_kpi("mean-time-to-restore", "restore-fast", target=4, baseline=9)
    >>> kpi.aggregate, kpi.show(4.5)
    ('ratio', '4.5 hours')
    """
    row = entry(id)
    taken = {"id": id, "objective": objective, "target": target, "catalogue": id, **row[_TAKEN]}
    return build_kpi(taken | more, lambda field: f"{id}, {field}")
