"""What the shipped tables hold, as a Frictionless data package, and the page that says it to people.

Every table has a schema: fields with types, units and constraints, keys, and what an empty cell means. Row counts and
hashes are taken from the files themselves, so a package that is out of date can be told from one that is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from bsclib.files.catalogue import CONFIDENCE, LEVELS, OBJECTIVES_OF_COBIT, PRACTICES
from bsclib.files.datasets import schema_columns
from bsclib.files.goal_tables import ALIGNMENT_GOALS, ENTERPRISE_GOALS, RATINGS, STRENGTHS
from bsclib.model.nouns import KPI
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.model.values import Word

Descriptor = dict[str, Any]

LICENCE = {
    "name": "CC0-1.0",
    "title": "Creative Commons CC0 1.0 (no rights reserved)",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
}
COMMAND = "python -m tools.datasets.build datasets"
_KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"
_PERIOD = r"\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?"


def package(sets: Sequence[Descriptor], resources: Iterable[Descriptor]) -> Descriptor:
    """Put a data package together."""
    return {
        "profile": "data-package",
        "name": "bsclib-datasets",
        "title": "Data sets of the IT balanced scorecard workbook",
        "description": "Scorecards, actuals and tickets of invented organisations, from a seeded generator; "
        "and a catalogue of KPIs.",
        "licenses": [LICENCE],
        "generator": COMMAND,
        "datasets": list(sets),
        "resources": list(resources),
    }


def table(root: Path, path: str, about: str, schema: Descriptor, dataset: str) -> Descriptor:
    """Describe a CSV file under `root`: what it holds, its schema, rows, size and hash."""
    data = (root / path).read_bytes()
    return {
        **_file(path, about, data, dataset),
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "header": True},
        "rows": data.count(b"\n") - 1,
        "schema": schema,
    }


def document(root: Path, path: str, about: str, dataset: str) -> Descriptor:
    """Describe a YAML file under `root`."""
    data = (root / path).read_bytes()
    return {
        **_file(path, about, data, dataset),
        "profile": "data-resource",
        "format": "yaml",
        "mediatype": "application/yaml",
    }


def _file(path: str, about: str, data: bytes, dataset: str) -> Descriptor:
    return {
        "name": path.replace("/", "-").replace(".", "-"),
        "path": path,
        "description": about,
        "dataset": dataset,
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }


# ------------------------------------------------------------------------------------------------------------- schemas


def _field(name: str, type: str, about: str, unit: str = "", **constraints: Any) -> Descriptor:
    field: Descriptor = {"name": name, "type": type, "description": about}
    if type == "datetime":
        field["format"] = "%Y-%m-%dT%H:%M"
    if unit:
        field["unit"] = unit
    return {**field, "constraints": constraints} if constraints else field


def actuals_schema(units: Sequence[str], kpis: Sequence[str]) -> Descriptor:
    """Describe a table of actuals."""
    named = [unit for unit in units if unit]
    unit = {"required": True, "enum": named} if named else {"maxLength": 0}
    return {
        "fields": [
            _field("unit", "string", "the unit that reports; empty for the whole organisation", **unit),
            _field("kpi", "string", "id of the KPI in scorecard.yaml", required=True, enum=list(kpis)),
            _field("period", "string", "ISO month, quarter or year", required=True, pattern=_PERIOD),
            _field(
                "actual", "number", "what was observed; of a ratio, rounded", "as the KPI's measured_in", required=True
            ),
            _field("numerator", "number", "first part of a ratio's formula; empty for other KPIs"),
            _field("denominator", "number", "second part of a ratio's formula; empty for other KPIs", minimum=0),
        ],
        "primaryKey": ["unit", "kpi", "period"] if named else ["kpi", "period"],
        "missingValues": [""],
    }


def targets_schema(units: Sequence[str], kpis: Sequence[str]) -> Descriptor:
    """Describe a table of the targets of units."""
    return {
        "fields": [
            _field("unit", "string", "the unit that has this target", required=True, enum=list(units)),
            _field("kpi", "string", "id of the KPI in scorecard.yaml", required=True, enum=list(kpis)),
            _field("period", "string", "the date of the target; empty if it always holds", pattern=_PERIOD),
            _field("target", "number", "what the KPI should be by then", "as the KPI's measured_in", required=True),
            _field("floor", "number", "where the score is 0; empty for the KPI's own", "as the KPI's measured_in"),
        ],
        "primaryKey": ["unit", "kpi", "period"],
        "missingValues": [""],
    }


def tickets_schema(units: Sequence[str], categories: Sequence[str]) -> Descriptor:
    """Describe a table of tickets."""
    return {
        "fields": [
            _field("number", "string", "the ticket's number", required=True, unique=True, pattern=r"MF-\d{6}"),
            _field("unit", "string", "the unit that works on it", required=True, enum=list(units)),
            _field(
                "kind", "string", "something broke, or something is wanted", required=True, enum=["incident", "request"]
            ),
            _field("priority", "integer", "1 is the most urgent", required=True, minimum=1, maximum=4),
            _field("state", "string", "how it stands", required=True, enum=["open", "resolved", "closed"]),
            _field("category", "string", "what it is about", required=True, enum=sorted(categories)),
            _field("opened", "datetime", "when it came in, in UTC", required=True),
            _field("restored", "datetime", "when the service worked again; incidents that are solved"),
            _field("resolved", "datetime", "when it was solved; empty while it is open"),
            _field("closed", "datetime", "when it was closed, days after it was solved; empty until then"),
            _field("reopened", "integer", "how often it was opened again", "times", required=True, minimum=0),
            _field(
                "reassigned",
                "integer",
                "how often it changed hands; 0 is solved by whoever answered first",
                "times",
                required=True,
                minimum=0,
            ),
            _field("hold_hours", "number", "during which its clock stood still", "h", required=True, minimum=0),
            _field("own_met", "boolean", "solved within its service level, time on hold left out; empty while open"),
            _field("goal_resolution", "integer", "within which it has to be solved", "h", required=True, minimum=1),
            _field("rating", "integer", "the user's answer, where there is one", "of 5", minimum=1, maximum=5),
        ],
        "primaryKey": ["number"],
        "missingValues": [""],
    }


def holds_schema() -> Descriptor:
    """Describe a table of holds."""
    return {
        "fields": [
            _field("number", "string", "the ticket's number", required=True, pattern=r"MF-\d{6}"),
            _field("reason", "string", "who is waited for", required=True, enum=["user", "supplier"]),
            _field("start", "datetime", "when the waiting began, in UTC", required=True),
            _field("end", "datetime", "when it ended", required=True),
        ],
        "primaryKey": ["number", "reason"],
        "missingValues": [""],
    }


def catalogue_schema() -> Descriptor:
    """Describe the KPI catalogue."""
    generic, it = ([perspective.id for perspective in PERSPECTIVES[kind]] for kind in ("generic", "it"))
    words = {name: get_args(KPI.model_fields[name].annotation) for name in ("direction", "role", "frequency")}
    names = r"[a-z][a-z0-9_]*"
    return {
        "fields": [
            _field("id", "string", "what a KPI's `catalogue` names", required=True, unique=True, pattern=_KEBAB),
            _field("name", "string", "what people call it", required=True, unique=True),
            _field("formula", "string", "names joined by + - * /", required=True, pattern=r"[a-z0-9_+*/(). -]+"),
            _field(
                "parts",
                "string",
                "what each name of the formula counts, separated by semicolons",
                required=True,
                pattern=rf"{names}: [^:;]+(; {names}: [^:;]+)*",
            ),
            _field("measured_in", "string", "unit; amounts are in EUR, and may be in any currency", required=True),
            *(_words(name, "as of a KPI", allowed) for name, allowed in words.items()),
            _words("aggregate", "how actuals add up over time", get_args(Word)),
            _words("perspective", "of Kaplan and Norton's four", generic),
            _words("it_perspective", "of Van Grembergen and Van Bruggen's four for IT", it),
            _words("practice", "practice of ITIL 4 that it serves most", PRACTICES),
            _words("cobit", "objective of COBIT 2019 that it serves most", OBJECTIVES_OF_COBIT),
            _words("gaming_risk", "how easily the number is made to look good", LEVELS),
            _field("gamed_by", "string", "how it is made to look good", required=True, unique=True),
            _field("counter_kpi", "string", "id of the KPI that would show it", required=True, pattern=_KEBAB),
            _words("effort", "to collect it", LEVELS),
            _field("source", "string", "where the definition is from", required=True),
            _words("confidence", "compared with its source, credited to it, in wide use, or proposed here", CONFIDENCE),
        ],
        "primaryKey": ["id"],
        "foreignKeys": [{"fields": ["counter_kpi"], "reference": {"resource": "", "fields": ["id"]}}],
        "missingValues": [""],
    }


def ratings_schema() -> Descriptor:
    """Describe the ratings of the enterprise goals."""
    about = "how important the goal is, from 1 (not important) to 5 (most important)"
    rating = _field("rating", "integer", about, required=True, minimum=RATINGS[0], maximum=RATINGS[-1])
    return {"fields": [_goal(ENTERPRISE_GOALS), rating], "primaryKey": ["goal"], "missingValues": [""]}


def strengths_schema(down: Sequence[str], across: Sequence[str]) -> Descriptor:
    """Describe a table of which goal serves which."""
    about = "how strongly it serves the goal of the row: 2 primary, 1 secondary, 0 not at all"
    limits = {"required": True, "minimum": STRENGTHS[0], "maximum": STRENGTHS[-1]}
    fields = [_goal(down), *(_field(id, "integer", about, **limits) for id in across)]
    return {"fields": fields, "primaryKey": ["goal"], "missingValues": [""]}


def goal_table_schemas() -> dict[str, tuple[str, Descriptor]]:
    """What each table of the goals cascade holds, and its schema."""
    made_up = "made up, of the shape of COBIT 2019's own"
    goals = strengths_schema(ENTERPRISE_GOALS, ALIGNMENT_GOALS)
    objectives = strengths_schema(ALIGNMENT_GOALS, OBJECTIVES_OF_COBIT)
    return {
        "ratings.csv": ("ratings of the 13 enterprise goals, made up", ratings_schema()),
        "enterprise_goals.csv": (f"which alignment goal serves which enterprise goal: {made_up}", goals),
        "alignment_goals.csv": (f"which objective serves which alignment goal: {made_up}", objectives),
    }


def _goal(ids: Sequence[str]) -> Descriptor:
    return _field("goal", "string", "id of the goal in COBIT 2019", required=True, unique=True, enum=list(ids))


def _words(name: str, about: str, allowed: Iterable[str]) -> Descriptor:
    return _field(name, "string", about, required=True, enum=list(allowed))


# ------------------------------------------------------------------------------------------------------- for people


def to_json(descriptor: Descriptor) -> str:
    """The package as `datapackage.json` holds it."""
    return json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"


def to_markdown(descriptor: Descriptor) -> str:
    """The page `README.md` beside the data, made from the package and from nothing else."""
    lines = [
        f"# {descriptor['title']}",
        "",
        descriptor["description"],
        "",
        f"This page and `datapackage.json` are written by `{descriptor['generator']}`,",
        "which makes the tables again, byte for byte. Do not edit them by hand.",
        "",
        *_rows(("data set", "what it is", "units", "KPIs", "months"), map(_overview, descriptor["datasets"])),
    ]
    for entry in descriptor["datasets"]:
        files = [res for res in descriptor["resources"] if res["dataset"] == entry["name"]]
        lines += ["", f"## {entry['title']}", "", f"{entry['description']} Load it by its name, `{entry['name']}`.", ""]
        lines += _rows(("file", "rows", "what it holds"), (_file_row(res) for res in files))
        lines += ["", f"Made by {entry['generator']}, seed {entry['seed']}, {entry['first']} to {entry['last']}."]
        for res in files:
            if "schema" in res:
                lines += ["", f"### {res['path']}", "", *_columns(res["schema"])]
    beside = [res for res in descriptor["resources"] if not res["dataset"]]
    if beside:
        lines += ["", "## Beside the data sets", "", *_rows(("file", "rows", "what it holds"), map(_file_row, beside))]
        for res in beside:
            if "schema" in res:
                lines += ["", f"### {res['path']}", "", *_columns(res["schema"])]
    licences = ", ".join(f"[{licence['title']}]({licence['path']})" for licence in descriptor["licenses"])
    return "\n".join([*lines, "", "## Licence", "", f"{licences}.", ""])


def _overview(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"`{entry['name']}`", entry["title"], str(entry["units"]), str(entry["kpis"]), str(entry["months"]))


def _file_row(resource: Mapping[str, Any]) -> tuple[str, ...]:
    rows = f"{resource['rows']:,}" if "rows" in resource else ""
    return (f"[{resource['path']}]({resource['path']})", rows, resource["description"])


def _columns(schema: Mapping[str, Any]) -> list[str]:
    columns = schema_columns(schema)
    columns["column"] = "`" + columns["column"] + "`"
    key = f"Key: {_quoted(schema['primaryKey'])}. "
    for other in schema.get("foreignKeys", ()):
        key += f"{_quoted(other['fields'])} refers to {_quoted(other['reference']['fields'])} of the same table. "
    return [
        *_rows(tuple(columns.columns), (tuple(row) for row in columns.to_numpy())),
        "",
        f"{key}An empty cell is a missing value.",
    ]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _rows(head: tuple[str, ...], body: Iterable[tuple[str, ...]]) -> list[str]:
    rows = [head, tuple("---" for _ in head), *body]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
