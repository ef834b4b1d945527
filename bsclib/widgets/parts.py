"""What the explorers are put together from: how controls look, pictures as HTML, the code that is shown on demand."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from typing import Any

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.actuals.to_date import to_date
from bsclib.model.nouns import Scorecard
from bsclib.model.periods import period_of
from bsclib.plots.canvas import alt_text, png
from bsclib.reporting.controls import KEEP_KEYS
from bsclib.reporting.controls import attended as attended
from bsclib.reporting.controls import no_image as no_image
from bsclib.reporting.controls import said as said
from bsclib.scoring.methods import scoring_method
from bsclib.scoring.scores import actuals_grid, score_cube
from bsclib.wording import short_name

WIDE = {"width": "30rem", "max_width": "100%"}
NAMES = {"width": "44rem", "max_width": "100%"}
DOTS = 100
"""Dots per inch of a picture on the screen, where it is no wider than 60rem: fewer bytes than on paper."""
LABELS = {"description_width": "8rem"}


def image(axes: Any) -> str:
    """A picture as HTML, with its alternative text."""
    data = base64.b64encode(png(axes, DOTS)).decode("ascii")
    look = f'style="max-width: 60rem; width: 100%" onload="{KEEP_KEYS}"'
    return f'<img {look} alt="{escape(alt_text(axes))}" src="data:image/png;base64,{data}">'


def options(names: Mapping[str, str], ids: Iterable[str]) -> list[tuple[str, str]]:
    """Names for a drop-down, with the id behind a name that several have."""
    pairs = [(short_name(names[id]), id) for id in ids]
    count = Counter(name for name, _ in pairs)
    return [(f"{name} ({id})" if count[name] > 1 else name, id) for name, id in pairs]


def control(kind: str, description: str, layout: Any = WIDE, **traits: Any) -> Any:
    """A control of ipywidgets, which is not imported before somebody is there to use one."""
    import ipywidgets

    return getattr(ipywidgets, kind)(**{"description": description, "style": LABELS, "layout": layout, **traits})


def unit_control(frame: pd.DataFrame) -> Any:
    """Choose a unit of scores or actuals, or the organisation as a whole."""
    return control("Dropdown", "Unit", options=unit_options(frame["unit"].cat.categories), value="")


def outputs(count: int) -> list[Any]:
    """Places for HTML."""
    import ipywidgets

    return [ipywidgets.HTML() for _ in range(count)]


def unit_options(units: Iterable[str]) -> list[tuple[str, str]]:
    """The organisation as a whole, and its units."""
    return [("The organisation as a whole", ""), *((unit, unit) for unit in units if unit)]


class Ground:
    """Actuals laid out once, of which one unit is scored at a time: the numbers that `bsclib.score` gives."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        self.scorecard, self.actuals = scorecard, check_actuals(actuals, scorecard)
        self._grid = lru_cache(128)(lambda as_of: to_date(actuals_grid(scorecard, self.actuals, as_of), scorecard))
        whole = self._grid(None)
        self.units, self.periods = whole.units, [period_of(int(month)) for month in whole.months]

    def scores(
        self,
        scorecard: Scorecard,
        unit: str,
        as_of: str | None = None,
        missing: str = "redistribute",
        last: int | None = None,
    ) -> pd.DataFrame:
        """Scores of one unit in all months, or in so many of the last ones, under a scorecard with the same KPIs."""
        return score_cube(scorecard, self._grid(as_of).only(unit, last), scoring_method("kit"), missing)


def column(parts: Iterable[Any], layout: Mapping[str, str] | None = None) -> Any:
    """Controls below each other."""
    import ipywidgets

    return ipywidgets.VBox(list(parts), layout=layout or {})


class Controls:
    """What explorers have in common: a sentence, the code behind a button, and acts that follow controls."""

    def __init__(self) -> None:
        import ipywidgets

        self.quiet = False
        self.sentence, self.code = ipywidgets.HTML(), ipywidgets.HTML(layout={"display": "none"})
        self.more = ipywidgets.ToggleButton(description="Show me the code", layout={"width": "12rem"})
        self.more.observe(lambda more: self.code.layout.set_trait("display", "" if more["new"] else "none"), "value")

    def on(self, controls: Iterable[Any], act: Callable[[], None]) -> None:
        """Act whenever somebody, and not the explorer itself, moves one of the controls."""
        for each in controls:
            each.observe(lambda _: None if self.quiet else act(), "value")

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Let the explorer move controls itself."""
        self.quiet = True
        yield
        self.quiet = False

    def laid_out(self, *parts: Any) -> Any:
        """Everything below each other, the button and the code last."""
        return column([*parts, self.more, self.code])

    def say(self, text: str, code: str = "") -> None:
        """Say a sentence, which a screen reader reads out; with new code, show that too."""
        self.sentence.value = said(text)
        if code:
            self.show_code(code)

    def show_code(self, code: str) -> None:
        """Keep the code ready for whoever asks for it."""
        self.code.value = f"<pre>{escape(code)}</pre>"
