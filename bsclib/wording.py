"""How names, counts and months are written in a sentence."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

import pandas as pd

# Not the machine's language: a report reads the same wherever it is made.
MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
LONGEST = 80
OVERALL = "Overall score"
NOTHING = 0.05
"""Points; less than that is shown as 0.0, so it counts as no change."""


def month_name(period: str) -> str:
    """A month as a person writes it.

    Examples
    --------
    >>> month_name("2026-06")
    'June 2026'
    """
    return f"{MONTHS[int(period[5:7]) - 1]} {period[:4]}"


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a sentence, the rest of a long list counted.

    Examples
    --------
    >>> listed(["Cost", "Speed", "Trust"])
    'Cost, Speed and Trust'
    >>> listed(["Cost", "Speed", "Trust"], most=1)
    'Cost and 2 more'
    """
    shown = [apart(name) for name in names]
    if len(shown) > most:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def apart(name: str) -> str:
    """A name for a sentence: cut short, and kept from turning the words around it when it runs from right to left."""
    name = name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in name):
        return f"\u2068{name}\u2069"
    return name


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things.

    Examples
    --------
    >>> counted(1, "KPI"), counted(3, "KPI"), counted(2, "KPI lacks", "KPIs lack")
    ('1 KPI', '3 KPIs', '2 KPIs lack')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def names(scores: pd.DataFrame) -> dict[str, str]:
    """What everything scored is called, by id; the id itself where the scores do not say."""
    return {str(id): str(id) for id in scores["id"].cat.categories} | scores.attrs.get("names", {})


def arrow(cause: str, effect: str) -> str:
    """A link, or a chain's step, as it is written.

    Examples
    --------
    >>> arrow("mttr", "sla-met")
    'mttr → sla-met'
    """
    return f"{cause} → {effect}"


def figures(value: float) -> str:
    """A number to three figures, as a table holds it.

    Examples
    --------
    >>> figures(-0.04567), figures(1234.5), figures(float("nan"))
    ('−0.0457', '1,230', '–')
    """
    return "–" if math.isnan(value) else amount(value).replace("-", "−")


def odds(value: float) -> str:
    """A chance, or a q, as a table holds it.

    Examples
    --------
    >>> odds(0.3781), odds(3e-9), odds(float("nan"))
    ('0.378', '< 0.001', '–')
    """
    return "–" if math.isnan(value) else "< 0.001" if value < 0.0005 else f"{value:.3f}"


def amount(value: float) -> str:
    """A number to three figures.

    Examples
    --------
    >>> amount(1234.5), amount(-0.04567), amount(0.0), amount(0.9999), amount(0.000012)
    ('1,230', '-0.0457', '0', '1', '1.2e-05')
    """
    if not math.isfinite(value) or not 1e-4 <= abs(value) < 1e9:
        return f"{value:.3g}"
    rounded = float(f"{value:.3g}")
    digits = max(2 - math.floor(math.log10(abs(rounded))), 0)
    text = f"{rounded:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
