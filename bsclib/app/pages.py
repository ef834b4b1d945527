"""The app's pages, in a visitor's own kernel: the explorers on one scorecard, and what stands in the address."""

from __future__ import annotations

import asyncio
import importlib
import math
from collections.abc import Callable
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from bsclib.app.upload import LARGEST, Asked, Case, answer, read_upload
from bsclib.errors import BscError
from bsclib.files.scorecards import read_actuals_and_notes, read_scorecard, write_scorecard
from bsclib.model.periods import period_of, span
from bsclib.wording import counted

if TYPE_CHECKING:
    from bsclib.widgets.live import Live

ASSETS = Path(__file__).parent / "assets"
Report = Callable[[Path, Path, str], str]
"""From a scorecard's folder, a folder to work in, and a unit, the report as HTML."""
FAULTY = "Nothing has changed, because the file has faults. Mend them, and upload it again."
UNREAD = "Nothing has changed. The file could not be read, and we cannot say why: save it anew and try again."
START = "start"
BROKEN = "This page could not be drawn for this scorecard. Nothing is lost, and the other pages still work."
SHOWN = {
    "scorecard": ("explore_scores", "explore_weights"),
    "map": ("explore_map",),
    "scenario": ("explore_scenario",),
    "signals": ("explore_signals",),
    "build": ("build_scorecard",),
}
"""The explorers of each page."""
WHOLE = "the organisation as a whole"


class Shell(anywidget.AnyWidget):
    """What is around the explorers: which page is open, the data that is shown, uploads and the report."""

    _esm = ASSETS / "shell.js"
    route = traitlets.Dict().tag(sync=True)
    """The page that the address asks for, and what the address says of its controls."""
    shown = traitlets.Dict().tag(sync=True)
    """What is shown: its name and facts, units, and the words on the last upload, as HTML where they are tables."""

    def __init__(self, case: Case, report: Report):
        super().__init__()
        self.body = ipywidgets.VBox()
        self.case, self.given, self.report = case, case, report
        self.drawn: dict[str, list[Any]] = {}
        self.upload: bytearray | None = None
        self.asked = Asked([])
        self.describe("")
        self.observe(lambda change: self.turn_to(change["new"]), "route")
        self.on_msg(self.heard)

    # ---- pages

    def turn_to(self, route: dict[str, Any]) -> None:
        """Show a page, its controls where the address says."""
        page, query = str(route.get("page")), route.get("query") or {}
        self.body.children = ()
        self.draw(page, query)
        self.send({"kind": "drawn", "turn": route.get("turn")})

    def draw(self, page: str, query: dict[str, Any]) -> None:
        """The page's explorers, or a sentence in their place."""
        if page not in (START, *SHOWN):
            return
        try:
            if page == START:
                self.drawn.setdefault(page, [ipywidgets.HTML(overview(self.case))])
            elif page not in self.drawn:
                explorers, case = importlib.import_module("bsclib.widgets"), (self.case.scorecard, self.case.actuals)
                self.drawn[page] = [getattr(explorers, name)(*case) for name in SHOWN[page]]
                for live in self.lives(page):
                    live.observe(lambda _, page=page: self.tell_address(page), "asked")
            for live in self.lives(page):
                place(live, query)
            self.body.children = tuple(self.drawn[page])
            self.tell_address(page)
        except BscError as fault:
            self.body.children = (_sentence(str(fault)),)
        except Exception:
            self.log.exception("A page was not drawn")
            self.body.children = (_sentence(BROKEN),)

    def lives(self, page: str) -> list[Live]:
        """The explorers of a page whose controls an address can place: not tables of one's own."""
        from bsclib.widgets.live import Live

        return [one for one in self.drawn.get(page, []) if isinstance(one, Live) and page != "build"]

    def tell_address(self, page: str) -> None:
        """Let the address say where the controls stand that have been moved."""
        moved: dict[str, Any] = {}
        for live in self.lives(page):
            now = live.asked["values"]
            moved |= {
                name: value
                for name, value in now.items()
                if value != live.start.get(name) and isinstance(value, str | int | float)
            }
        self.send({"kind": "address", "page": page, "query": moved})

    def describe(self, said: str, wrong: str = "", asks: list[dict[str, Any]] | None = None) -> None:
        """Say what is shown now, and what came of the last upload."""
        card, actuals = self.case.scorecard, self.case.actuals
        units = sorted(str(unit) for unit in actuals["unit"].cat.categories if unit)
        parts = [(len(card.kpis), "KPI"), (len(card.objectives), "objective"), (len(card.links), "link")]
        spans = [span(text) for text in actuals["period"].cat.categories]
        months = f", {period_of(min(spans)[0])} to {period_of(max(last for _, last in spans))}" if spans else ""
        facts = [*(counted(count, noun) for count, noun in parts), counted(len(units), "unit")]
        self.shown = {
            "name": card.name,
            "facts": f"{', '.join(facts)}, {counted(len(actuals), 'actual')}{months}",
            "own": self.case is not self.given,
            "units": [[WHOLE[:1].upper() + WHOLE[1:], ""], *([unit, unit] for unit in units)],
            "said": said,
            "table": wrong,
            "asks": asks or [],
            "largest": LARGEST,
            "turn": self.shown.get("turn", 0) + 1,
        }

    def warm(self) -> None:
        """Import what the pages need, and draw the first one, unless somebody has opened another."""
        importlib.import_module("bsclib.widgets")
        if not self.route:
            self.draw(START, {})

    # ---- what the page sends

    def heard(self, _: Any, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """A part of an upload, an answer, or a wish."""
        kind = content.get("kind")
        if kind == "part":
            self.take_part(content, buffers)
        elif kind == "answers":
            self.take(lambda: answer(self.asked, [str(text) for text in content.get("answers", [])]))
        elif kind == "example":
            self.change(self.given, f"{self.given.scorecard.name} is shown again.")
        elif kind == "report":
            self.work = asyncio.ensure_future(self.make_report(str(content.get("unit", ""))))

    def take_part(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Keep a part of a file, as long as the file is small enough; with the last one, read it."""
        if content.get("first"):
            self.upload = bytearray()
        if self.upload is None:
            return
        if len(self.upload) + sum(map(len, buffers)) > LARGEST:
            self.upload = None
            self.describe(f"Nothing has changed. The file is larger than {LARGEST // 1_000_000} MB, and was not read.")
            return
        self.upload += b"".join(buffers)
        if not content.get("last"):
            self.send({"kind": "next"})
            return
        file, self.upload = bytes(self.upload), None
        self.take(lambda: read_upload(str(content.get("name", "")), file, self.case))

    def take(self, read: Callable[[], Case | Asked]) -> None:
        """Show what was read; or what is wrong with it, and what was there before."""
        try:
            got = read()
        except BscError as fault:
            self.describe(FAULTY, table(fault))
            return
        except Exception:
            self.log.exception("An upload was not read")
            self.describe(UNREAD)
            return
        if isinstance(got, Asked):
            self.asked = got
            self.describe("The file leaves something open. Answer here, or write it into the file.", "", got.asks())
            return
        self.change(got, " ".join([f"{got.scorecard.name} has been read, and every page shows it.", *got.notes]))

    def change(self, case: Case, said: str) -> None:
        """Show other data."""
        self.case, self.drawn = case, {}
        self.describe(said)
        self.draw(START, {})

    async def make_report(self, unit: str) -> None:
        """Make the report, while the page goes on answering."""
        case = self.case
        try:
            html = await asyncio.to_thread(self.written, case, unit)
        except BscError as fault:
            self.send({"kind": "report", "said": str(fault)})
        except Exception:
            self.log.exception("The report was not made")
            self.send({"kind": "report", "said": "The report could not be made, and we cannot say why. Try it again."})
        else:
            said = f"The report on {unit or WHOLE} is made."
            self.send({"kind": "report", "said": said, "name": f"{case.scorecard.id}.html"}, [html.encode()])

    def written(self, case: Case, unit: str) -> str:
        """The report, made of files that are gone afterwards."""
        with TemporaryDirectory() as folder:
            write_scorecard(case.scorecard, Path(folder) / "scorecard", case.actuals)
            return self.report(Path(folder) / "scorecard", Path(folder) / "report", unit)


def visit(path: str, report: Report) -> Any:
    """What the page's one cell shows."""
    card = read_scorecard(path)
    shell = Shell(Case(card, read_actuals_and_notes(path, card)[0]), report)
    # The explorers take seconds to import; by the time somebody opens their page, they are here.
    asyncio.get_running_loop().call_later(0.2, shell.warm)
    return ipywidgets.VBox([shell, shell.body])


def overview(case: Case) -> str:
    """Where the organisation stands, in a sentence and a picture."""
    from bsclib.plots.score_trend import plot_score_trend
    from bsclib.plots.vector import svg
    from bsclib.reporting.briefing.overview import headline
    from bsclib.scoring.scores import score

    scores = score(case.scorecard, case.actuals)
    place = 'class="picture" role="region" aria-label="Where we stand" tabindex="0"'
    picture = f"<div {place}>{svg(plot_score_trend.picture(scores))}</div>"
    return f'<div class="bsclib-explorer"><div class="seen"><p>{escape(headline(scores))}</p>{picture}</div></div>'


def place(live: Live, query: dict[str, Any]) -> None:
    """Put an explorer's controls where an address says; what it says of no control, or cannot be, is passed over."""
    told = {spec["name"]: _value(spec, query[spec["name"]]) for spec in live.controls if spec["name"] in query}
    # What no control shows, such as points that have been marked, is no matter of the address: it stays.
    stays = {spec["name"] for spec in live.controls if spec["kind"] == "hidden"}
    values = live.start | {name: value for name, value in told.items() if value is not None}
    values |= {name: live.asked["values"][name] for name in stays}
    if values != live.asked["values"]:
        live.asked = {"turn": live.asked["turn"] + 1, "values": values}


def _value(spec: dict[str, Any], text: Any) -> Any:
    """The value that a text in an address means for a control, or None."""
    text = str(text)
    if spec["kind"] == "check":
        return {"true": True, "false": False}.get(text.casefold())
    if pairs := spec.get("steps") or spec.get("options"):
        return next((value for _, value in pairs if value == text), None)
    if spec["kind"] == "slider":
        try:
            number = float(text)
        except ValueError:
            return None
        return min(max(number, spec["min"]), spec["max"]) if math.isfinite(number) else None
    return text[:500]


def table(error: BscError) -> str:
    """The faults of a file, by where they are, as a table."""
    heads = ("Where", "What is wrong", "Found", "Allowed", "How to mend it")
    rows = [(one.where, one.what, one.got, one.allowed, one.fix) for one in error.faults[:MOST_ROWS]]
    if more := len(error.faults) - len(rows):
        rows.append(("", f"and {more:,} more", "", "", ""))
    used = [i for i, _ in enumerate(heads) if any(row[i] for row in rows)]
    top = "".join(f'<th scope="col">{heads[i]}</th>' for i in used)
    body = "".join(f"<tr>{''.join(_cell(heads[i], row[i]) for i in used)}</tr>" for row in rows)
    title = counted(len(error.faults), "fault")
    return f"<table><caption>{title}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


MOST_ROWS = 200


def _cell(head: str, text: str) -> str:
    """A cell that says what it is about where there is no room for columns."""
    return f'<td data-head="{head}">{escape(_short(text))}</td>' if text else "<td></td>"


def _short(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _sentence(text: str) -> Any:
    return ipywidgets.HTML(f'<p role="status">{escape(text)}</p>')
