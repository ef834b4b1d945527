"""A table or a picture with what there is to see in it, so that a lesson reads its results aloud."""

from __future__ import annotations

import re
from html import escape

import pandas as pd
from matplotlib.axes import Axes

from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import alt_text, image_html, png
from bsclib.reporting.display import Html, sentence
from bsclib.wording import PLAIN, month_name, quoted

_MONTH = re.compile(r"\d{4}[-\u2011](0[1-9]|1[0-2])")
"""A table may keep it on one line by a hyphen that does not break."""


def aloud(shown: Html | None, *texts: str) -> Html:
    """A table and the sentences below it, as one output."""
    said = sentence(*texts)
    if shown is None:
        return said
    return Html(f"{shown.text}\n{said.text}", shown.html + said.html)


def folded(summary: str, said: str | Html) -> Html:
    """A text or a table that its reader opens, so that it gives nothing away before."""
    shown = said if isinstance(said, Html) else sentence(said)
    html = f'<details class="{PLAIN}"><summary>{escape(summary)}</summary>{shown.html}</details>'
    return Html(f"{summary}: {shown.text}", html)


def aside(shown: Html, picture: Axes | None = None, summary: str = "Compare, when you have answered") -> Html:
    """What would answer the question above it, below a picture if there is one, for its reader to open."""
    text, image = shown.text, ""
    if picture is not None:
        text, image = f"{alt_text(picture)}\n{text}", image_html(picture, png(picture))
    html = f'<details class="{PLAIN}"><summary>{escape(summary)}</summary>{image}{shown.html}</details>'
    return Html(f"{summary}:\n{text}", html)


def is_are(count: int) -> str:
    """The verb after a number."""
    return "is" if count == 1 else "are"


def spoken_months(periods: pd.Series) -> pd.Series:
    """Months such as ``2026-06`` as a person writes them; other periods, and what is no period, as they are."""
    return periods.map(lambda text: month_name(text) if _MONTH.fullmatch(str(text)) else text)


def dearest(prices: pd.DataFrame) -> Html:
    """What the picture of prices shows."""
    if prices.empty or not prices["gain"].max() > 0:
        return aloud(None, "No constraint holds anything back here, so nobody needs to argue about one.")
    top = prices.loc[prices["gain"].idxmax()]
    said = f"Look at the longest bar: with “{top['constraint']}” loosened by one step, the set would be worth"
    return aloud(None, f"{said} {top['gain']:.2f} more.", "A bar of 0 needs no talk.")


def drivers(card: Scorecard, relation: pd.Series) -> Html:
    """What the picture of who drives whom shows."""
    top, low = relation.idxmax(), relation.idxmin()
    said = f"Look at the top: {quoted(card.names[top])} gives most when you take off what it receives."
    apart = "Numbers that would cover each other are moved apart, so read their values in the list."
    return aloud(None, said, f"At the bottom {quoted(card.names[low])} is driven by others.", apart)
