"""How other people's files are read: `import.yaml`, which is proposed once, may be corrected, and serves every month.

It names what the columns of each table mean, by their headings, and what the files do not say themselves: which way a
KPI is better, or the year of months without one. Months are not named in it, so that the next one needs no word.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field

from bsclib.errors import ScorecardError
from bsclib.files import atomic, yaml_part
from bsclib.files.paths import AnyPath
from bsclib.files.scorecard_yaml import PlainDumper
from bsclib.files.yaml_part import build_part, read_part
from bsclib.model.validation import Loc
from bsclib.model.values import Id, Name, Number, Part, Period, Text, Word

FILE = "import.yaml"
Role = Literal[
    "kpi", "id", "unit", "period", "year", "kind", "actual", "numerator", "denominator", "target", "year_target",
    "floor", "baseline", "prior_year", "objective", "perspective", "direction", "measured_in", "owner", "weight",
    "frequency", "aggregate", "value", "total", "difference", "forecast", "status", "comment", "leave_out",
]  # fmt: skip
Group = Literal["kpi", "unit", "objective", "perspective", "period", "kind", "leave_out"]
_Year = Annotated[int, Field(strict=True, ge=1900, le=2199)]


class TableMapping(Part):
    """How one sheet's table, or a CSV file, is read; a heading that is a month need not stand in `columns`."""

    sheet: Text = ""  # its title; empty for a CSV file
    leave_out: bool = False
    columns: dict[str, Role] = Field(default={})
    titles: Group | None = None  # what a line between the rows names, such as Customer above three KPIs
    sheet_is: Group | None = None  # what the sheet's own title names
    kpi: Text = ""  # where no column says it
    unit: Text = ""
    period: Period | None = None
    decimal: Literal[".", ","] | None = None
    dates: Literal["day_first", "month_first"] | None = None
    year: _Year | None = None  # of the first month that has none


class KpiMapping(Part):
    """What the files do not say of a KPI, by the name that they give it."""

    leave_out: bool = False
    id: Id | None = None
    objective: Text = ""
    direction: Literal["higher_is_better", "lower_is_better", "within_range"] | None = None
    target: Number | tuple[Number, Number] | None = None
    floor: Number | tuple[Number, Number] | None = None
    aggregate: Word | None = None
    measured_in: Text = ""
    cumulates: Literal["year", "quarter", "month"] | None = None  # month: each month has the target to itself
    times: Number | None = None  # every value of it is multiplied by this, such as 100 for shares


class ImportMapping(Part):
    """How other people's files are read, as `import.yaml` holds it.

    Parameters
    ----------
    format : 1
    id, name : str, optional
        Of a new scorecard.
    tables : sequence of {sheet, columns, titles, sheet_is, kpi, unit, period, decimal, dates, year, leave_out}
        A row for each sheet's table: what its columns mean by their headings (`kpi`, `unit`, `period`, `actual`,
        `target` and others), what titles between its rows and the sheet's own title name, what no column says, its
        decimal sign, whether days or months stand first, the year of months that have none.
    kpis : mapping of {id, objective, direction, target, floor, aggregate, measured_in, cumulates, times, leave_out},
        optional
        What the files do not say of a KPI, by the name that they give it.
    periods : mapping of periods, optional
        What a heading means that is no month as it stands, such as ``Season 26: 2026``.
    baseline : {"first_actual", "none"}, default "first_actual"
        Whether a KPI without floor and baseline starts at its first actual, or is asked about.
    year_starts : int, optional
        The month, 1 to 12, in which fiscal years such as ``FY2026`` start.
    unreadable : {"leave_out"}, optional
        Leave out values that cannot be read, instead of asking.
    changed : {"take", "keep"}, optional
        What becomes of values that differ from those that are there already.

    Examples
    --------
    >>> ImportMapping(kpis={"Sales": {"direction": "higher_is_better"}}).kpis["Sales"].direction
    'higher_is_better'
    """

    format: Literal[1] = 1
    id: Id | None = None
    name: Name | None = None
    tables: tuple[TableMapping, ...] = ()
    kpis: dict[str, KpiMapping] = Field(default={})
    periods: dict[str, Period] = Field(default={})  # what a heading means that is no month as it stands
    baseline: Literal["first_actual", "none"] = "first_actual"
    year_starts: Annotated[int, Field(strict=True, ge=1, le=12)] | None = None
    unreadable: Literal["leave_out"] | None = None
    changed: Literal["take", "keep"] | None = None


@dataclass(frozen=True)
class Question:
    """What only a person can say: the field of `import.yaml` that waits for it, and the answers there are."""

    field: Loc
    text: str
    choices: tuple[str, ...] = ()  # none: a number, or what the text says
    shown: tuple[str, ...] = ()  # what it is about, as it stands in the file
    form: str = "a number"

    @property
    def hint(self) -> str:
        """The answers, for a comment."""
        return " or ".join(self.choices) if self.choices else self.form


def read_mapping(path: AnyPath) -> ImportMapping:
    """Read an ``import.yaml``.

    Parameters
    ----------
    path : path-like
        The file, such as ``my-scorecard/import.yaml``.

    Raises
    ------
    ScorecardError
        With line and field of every fault.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp(), "import.yaml")
    >>> _ = file.write_text("kpis: {Sales: {direction: higher}}")
    >>> read_mapping(file)
    Traceback (most recent call last):
    ...
    bsclib.errors.ScorecardError: import.yaml, line 1, kpis.Sales.direction: this word is not known here. Got: ...
    """
    return read_part(
        Path(path), ImportMapping, _fields, "file of imports", "format: 1, and let bsc import write the rest"
    )


def build_mapping(data: Any) -> ImportMapping:
    """Make a mapping from plain data; every fault is said at once."""
    return build_part(data, ImportMapping, _fields)


def _fields(loc: Loc) -> Iterable[str]:
    parts: dict[str, type[Part]] = {"tables": TableMapping, "kpis": KpiMapping}
    return parts.get(str(loc[0]) if len(loc) > 1 else "", ImportMapping).model_fields


class _Dumper(PlainDumper):
    """Writes what is left open as an empty field."""


_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def mapping_text(mapping: ImportMapping, open_: Iterable[Question] = ()) -> str:
    """A mapping as the text of its file; what is still open has an empty field with its answers in a comment."""
    data = mapping.model_dump(exclude_defaults=True, mode="json")
    data = {"format": 1, **data}
    open_ = list(open_)
    for question in open_:
        _set(data, question.field, None)
    order = ["format", *list(ImportMapping.model_fields)]
    data = dict(sorted(data.items(), key=lambda pair: order.index(pair[0])))
    text = "# How other people's files are read here. Next month: bsc import FILE -o this folder\n"
    text += yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    lines = text.splitlines()
    for question in open_:
        line = field_line(text, question.field)
        lines[line - 1] += f"  # {question.hint}"
    return "\n".join(lines) + "\n"


def field_line(text: str, field: Loc) -> int:
    """The line of a file's text on which a field stands."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in field:
        if isinstance(node, yaml.MappingNode):
            key, node = next((key, value) for key, value in node.value if key.value == str(step))
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            node = node.value[int(step)]
    return line


def _set(data: Any, field: Loc, value: Any) -> None:
    for step, after in itertools.pairwise(field):
        if isinstance(data, list):
            while len(data) <= int(step):
                data.append({})
            data = data[int(step)]
        else:
            data = data.setdefault(step, [] if isinstance(after, int) else {})
    data[field[-1]] = value


def answered(mapping: ImportMapping, question: Question, answer: Any) -> ImportMapping:
    """The mapping with one answer in it."""
    data = mapping.model_dump(exclude_defaults=True, mode="json")
    _set(data, question.field, answer)
    return build_mapping(data)


def answer_of(question: Question, text: str) -> Any:
    """What a person's answer means: a choice, which may be shortened, a number, a range, or a text."""
    given = text.strip()
    if question.choices:
        begun = [choice for choice in question.choices if given and choice.startswith(given.casefold())]
        if given not in question.choices and len(begun) != 1:
            raise ValueError(f"{given!r} is none of {question.hint}")
        given = given if given in question.choices else begun[0]
        return float(given) if question.field[-1] == "times" else given
    if question.field[-1] in ("target", "floor"):
        edges = given.strip("[]() ").split(",") if "," in given else [given]
        numbers = [float(edge.strip().rstrip("% ")) for edge in edges]
        return numbers if len(numbers) > 1 else numbers[0]
    return int(given) if question.field[-1] in ("year", "year_starts") else given


def write_mapping(mapping: ImportMapping, path: Path, open_: Iterable[Question] = ()) -> None:
    """Write an `import.yaml`, whole or not at all."""
    atomic.write_text(path, mapping_text(mapping, open_), ScorecardError)


def schema_text() -> str:
    """The JSON Schema as it ships in ``import.schema.json``."""
    return yaml_part.schema_text(ImportMapping, "import.yaml")


if __name__ == "__main__":
    atomic.write_text(Path(__file__).with_name("import.schema.json"), schema_text())
