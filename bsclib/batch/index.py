"""The index of a batch: one page on which ten thousand reports can be sorted, searched and opened.

It is one file that needs no server and asks for nothing: it works from a file share, and without its script it is a
plain table. Every row is in the table from the start; the script takes rows out of sight until they are scrolled to,
for a browser lays out two hundred rows at once and ten thousand in many seconds.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bsclib.model.status import SYMBOLS, words
from bsclib.plots.palette import COLOURS, ink_on
from bsclib.reporting.brand import Brand, css_text
from bsclib.reporting.notebook import KIND
from bsclib.wording import counted, number, signed, truncated

STATUSES = ("off_target", "at_risk", "undecided", "on_target", "no_data")  # as they are counted
STATES = {"failed": "✗", "left_out": "–", "made": "✓"}  # reports without a status
WIDTH, HEIGHT = 100, 24
LONGEST = 200  # letters of a parameter in a cell
FORMATS = {"html": "HTML", "pdf": "PDF", "xlsx": "Excel", "ipynb": "Notebook"}


def index_html(manifest: Mapping[str, Any], house: Brand | None = None) -> str:
    """The whole page, from what ``manifest.json`` holds; the same manifest gives the same bytes."""
    house = house or Brand()
    reports = sorted(manifest.get("reports", ()), key=lambda report: _kind(report) not in ("failed", "left_out"))
    values = {
        str(name): {_value((report.get("parameters") or {}).get(name)) for report in reports}
        for name in manifest.get("parameters", ())
    }
    shared = {name: each.pop() for name, each in values.items() if len(each) == 1 and len(reports) > 1}
    own = [name for name in values if name not in shared]
    same = ", ".join(f"{escape(name)} = {escape(value) or '<i>empty</i>'}" for name, value in shared.items())
    low, high = scale = _scale(reports)
    kinds = [_kind(report) for report in reports]
    row = functools.partial(_row, own=own, scale=scale, write=house.write)
    notebook = str((manifest.get("notebook") or {}).get("name", ""))
    title = f"Reports: {notebook.removesuffix('.ipynb')}" if notebook else "Reports"
    ground, script = _part("../../../reporting/page/templates/report/ground.css"), _part("script.js")
    chips = [f".{kind} {{ background: {colour}; color: {ink_on(colour)}; }}" for kind, colour in COLOURS.items()]
    holes = {
        "TITLE": escape(title),
        "DIGEST": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "STYLE": "\n".join([ground, _part("style.css"), *chips, _labels(own), house.css]),
        "LOGO": f'<img class="logo" src="{house.logo}" alt="Logo">' if house.logo else "",
        "HOUSE": escape(house.name or manifest.get("kind", KIND)),
        "HEADLINE": escape(_headline(kinds)),
        "SHARED": f"<p>The same for all: {same}.</p>" if same else "",
        "CHOICES": _choices(kinds),
        "HEADS": _heads(own, house.write(f"{low:,.0f} to {high:,.0f}")),
        "ROWS": "\n".join(map(row, reports, kinds)),
        "MADE": _made(manifest),
        "SCRIPT": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda hole: holes[hole[1]], _part("page.html"))


@functools.cache
def _part(name: str) -> str:
    return (Path(__file__).parent / "templates" / "index" / name).read_text(encoding="utf-8")


def _kind(report: Mapping[str, Any]) -> str:
    """What is said of a report: that it failed or was left out, else its status."""
    if report.get("state") in ("failed", "left_out"):
        return str(report["state"])
    status = (report.get("summary") or {}).get("status")
    return status if status in SYMBOLS else "made"


def _counts(kinds: Sequence[str]) -> list[tuple[str, int]]:
    counts = [(kind, kinds.count(kind)) for kind in ("failed", "left_out", *STATUSES, "made")]
    return [(kind, count) for kind, count in counts if count]


def _headline(kinds: Sequence[str]) -> str:
    if not kinds:
        return "No report."
    parts = [f"{count:,} {words(kind)}" for kind, count in _counts(kinds)]
    return f"{counted(len(kinds), 'report')}: {', '.join(parts)}."


def _choices(kinds: Sequence[str]) -> str:
    """Write the boxes by which a status is shown or not."""
    box = '<label><input type="checkbox" name="status" value="{}"> {} {}</label>'
    counts = _counts(kinds)
    return "".join(box.format(kind, _chip(kind), f"{count:,}") for kind, count in counts) if len(counts) > 1 else ""


def _chip(kind: str) -> str:
    return f'<span class="s {kind}">{SYMBOLS.get(kind) or STATES[kind]} {words(kind)}</span>'


def _labels(own: Sequence[str]) -> str:
    """Name the parameters where a narrow screen has no room for the heads of columns."""
    rules = []
    for at, name in enumerate(own):
        for rows, place in ((":not(.apart)", at + 6), (".apart", at + 4)):
            label = css_text(f"{name}: ")
            rules.append(f"tbody tr{rows} > :nth-child({place})::before {{ content: {label}; color: var(--soft); }}")
    return f"@media screen and (max-width: 40rem) {{ {' '.join(rules)} }}"


def _value(value: Any) -> str:
    """A parameter as a cell shows it."""
    return truncated("" if value is None else str(value), LONGEST)


def _heads(own: Sequence[str], between: str) -> str:
    sorted_by = (("Report", ""), ("Status", ""), ("Score", " data-number"), ("Change", " data-number"))
    heads = [f'<th scope="col" data-sort{kind}>{name}</th>' for name, kind in sorted_by]
    heads.append(f'<th scope="col">Trend<span class="range">{between}</span></th>')
    heads += [f'<th scope="col" data-sort>{escape(name)}</th>' for name in own]
    return "".join([*heads, '<th scope="col">Files</th>'])


def _row(
    report: Mapping[str, Any], kind: str, own: Sequence[str], scale: tuple[float, float], write: Callable[[str], str]
) -> str:
    files, summary, values = (report.get(part) or {} for part in ("files", "summary", "parameters"))
    name = str(report.get("name", ""))
    page = _link(files["html"], name) if "html" in files else escape(name)
    title = f"<small>{escape(str(summary['title']))}</small>" if summary.get("title") else ""
    apart = kind in ("failed", "left_out")
    cells = [f'<th scope="row" dir="auto">{page}{title}</th>', f"<td>{_chip(kind)}</td>"]
    if apart:
        reason = str(report.get("error") or ("It was not begun." if kind == "left_out" else "It failed."))
        cells.append(f'<td class="said" colspan="3" dir="auto">{escape(reason)}</td>')
    else:
        cells += [
            _number(summary.get("score"), number, write),
            _number(summary.get("change"), signed, write),
            f"<td>{_sparkline(summary.get('trend') or (), scale)}</td>",
        ]
    cells += [f'<td dir="auto">{escape(_value(values.get(name)))}</td>' for name in own]
    links = [_link(file, FORMATS.get(form, form.upper())) for form, file in files.items() if form != "failed"]
    if kind == "failed":
        links.append(_link(files.get("failed") or {"path": f"{name}.failed.ipynb"}, "The notebook that failed"))
    cells.append(f'<td class="files">{" ".join(links)}</td>')
    marked = ' class="apart"' if apart else ""
    return f'<tr data-kind="{kind}"{marked}>{"".join(cells)}</tr>'


def _link(file: Mapping[str, Any], text: str) -> str:
    return f'<a href="./{escape(quote(str(file.get("path", ""))))}">{escape(text)}</a>'


def _number(value: Any, words_for: Callable[[float], str], write: Callable[[str], str]) -> str:
    if not isinstance(value, (int, float)):
        return "<td data-number>–</td>"
    return f'<td data-number="{value:.10g}">{write(words_for(value))}</td>'


def _scale(reports: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """From where to where all lines are drawn: tens of points around everything there is."""
    trends = [(report.get("summary") or {}).get("trend") or () for report in reports]
    scores = [score for trend in trends for score in trend if score is not None]
    if not scores:
        return 0.0, 100.0
    low, high = min(scores) // 10 * 10, -(-max(scores) // 10) * 10
    return low, max(high, low + 10)


def _sparkline(trend: Sequence[float | None], scale: tuple[float, float]) -> str:
    """Draw how a score went; a month without one is a gap, and the last month has a dot."""
    known = [score for score in trend if score is not None]
    if not known:
        return ""
    low, high = scale
    step = (WIDTH - 8) / max(len(trend) - 1, 1)
    path, pen = "", "M"
    for at, score in enumerate(trend):
        if score is None:
            pen = "M"
            continue
        x, y = round(4 + at * step), round(HEIGHT - 4 - (score - low) / (high - low) * (HEIGHT - 8))
        path, pen = f"{path}{pen}{x} {y}", "L"
    dot = f'<circle cx="{x}" cy="{y}" r="3"/>' if trend[-1] is not None else ""
    ends = f"from {known[0]:.0f} to {known[-1]:.0f}, lowest {min(known):.0f}, highest {max(known):.0f}"
    label = f"{len(trend)} months: {ends}"
    return f'<svg role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{path}"/>{dot}</svg>'


def _made(manifest: Mapping[str, Any]) -> str:
    """Tell with what the batch was made."""
    notebook, versions = manifest.get("notebook") or {}, manifest.get("versions") or {}
    facts = {
        "Notebook": f"{notebook.get('name', '')} {str(notebook.get('sha256', ''))[:12]}".strip(),
        "bsclib": str(manifest.get("kit") or "").removeprefix("bsclib "),
        "Python": str(versions.get("python", "")),
    }
    return "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in facts.items() if text)
