"""How numbers, shares, counts, names and months are written: once, for sentences, tables and pictures alike.

Not in the machine's language: a report reads the same wherever it is made. A number that is not there is a word or a
dash, never ``nan``; a minus is a minus sign.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
LONGEST_NAME = 80
NO_CHANGE = 0.05
"""Points; less than that is shown as 0.0, so it counts as no change."""
_SHORT = 10
"""Letters up to which a column of a table needs no room kept for it."""
_LONG = 24
"""Letters from which on the heads of rows get more, as the names that a reader looks for."""
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_CODE = re.compile("`([^`]+)`")
_APART = re.compile("(<code>.*?</code>)")
_STRESSED = re.compile(r"(?<![\w*])\*(\w[^*]*)\*(?![\w*])")
PLAIN = "tex2jax_ignore mathjax_ignore"
"""Keeps JupyterLab from reading two sums in $ as a formula."""


def number(value: float, digits: int = 1, none: str = "no data") -> str:
    """A number with so many decimals, its thousands apart."""
    return none if math.isnan(value) else _unsigned_zero(f"{value:,.{digits}f}").replace("-", "−")


def signed(value: float, digits: int = 1) -> str:
    """A difference with its sign; a decimal more where this many would say nothing, ``0`` where that does not help."""
    if math.isnan(value):
        return "unknown"
    tries = (f"{value:+,.{decimals}f}" for decimals in (digits, digits + 1))
    return next((text.replace("-", "−") for text in tries if _says_something(text)), "0")


def effect_texts(*values: float) -> list[str]:
    """Effects with their signs, all to as many decimals as show two figures of the largest."""
    most = max(abs(value) for value in values)
    decimals = min(max(1 - math.floor(math.log10(most)), 0), 8) if most > 0 else 0
    texts = [f"{value:+,.{decimals}f}".replace("-", "−") for value in values]
    return [text if any(digit in text for digit in "123456789") else "0" for text in texts]


def effect_unit(measured_in: str) -> str:
    """What an effect on a KPI is told in: one on percentages in points, one on a scale with the scale."""
    if measured_in == "%":
        return "points"
    return f"on a scale {measured_in}" if measured_in.startswith("of ") else measured_in


def adds_up(without: str, with_: str, effect: str) -> bool:
    """Whether an effect, as it is written, is one level minus another as they are, at the decimals of the levels."""
    parts = [_NUMBER.search(text.replace("−", "-").replace(",", "")) for text in (without, with_, effect)]
    found = [part[0] for part in parts if part]
    if len(found) < len(parts):
        return True  # nothing is said that could be reckoned up
    before, after, change = map(float, found)
    decimals = max(len(text.partition(".")[2]) for text in found[:2])
    return abs(after - before - change) <= 0.5 * 10.0**-decimals + 1e-9


def amount(value: float, none: str = "–") -> str:
    """A number to three figures."""
    if math.isnan(value):
        return none
    if value == 0:
        return "0"
    if not math.isfinite(value) or not 1e-4 <= abs(value) < 1e9:
        return f"{value:.3g}".replace("-", "−")
    rounded = float(f"{value:.3g}")
    digits = max(2 - math.floor(math.log10(abs(rounded))), 0)
    text = f"{rounded:,.{digits}f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: float) -> str:
    """An amount of money, whole where it is large."""
    return number(value, 0) if abs(value) >= 100 or float(value).is_integer() else amount(value)


def percent(share: float) -> str:
    """A share in per cent; what is nearly sure is not rounded to certainty."""
    if math.isnan(share):
        return "unknown"
    if 0 < share <= 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %".replace("-", "−")


def chance(share: float, tens: bool = False) -> str:
    """How likely something ahead is, which is never certain; to `tens` where no more is known."""
    if math.isnan(share):
        return "–"
    if tens:
        return "under 10 %" if share < 0.1 else "over 90 %" if share > 0.9 else f"about {round(10 * share)}0 %"
    return percent(min(max(share, 1e-9), 1 - 1e-9))


def probability(p: float, none: str = "–") -> str:
    """A p-value, or a q, as a table holds it."""
    return none if math.isnan(p) else "< 0.001" if p < 0.0005 else f"{p:.3f}"


def _says_something(text: str) -> bool:
    return any(digit in text for digit in "123456789")


def _unsigned_zero(text: str) -> str:
    return text if _says_something(text) else text.lstrip("+-")


def month_name(period: str) -> str:
    """A month as a person writes it."""
    return f"{MONTHS[int(period[5:7]) - 1]} {period[:4]}"


def counted(count: float, one: str, many: str = "") -> str:
    """A number of things."""
    return f"{count:,.0f} {one if count == 1 else many or one + 's'}"


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a sentence, the rest of a long list counted; with semicolons where a bare name has a comma in it."""
    shown = [short_name(name) for name in names]
    if len(shown) > most:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    between = "; " if any(", " in name and name[0] not in "“‘" for name in shown) else ", "
    return " and ".join([between.join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def adding_up(parts: Sequence[float], total: float) -> list[float]:
    """Numbers with one decimal that add up to a total as it is printed, where they add up to it at all."""
    if not abs(sum(parts) - total) <= 1e-6 * max([1.0, *map(abs, parts)]):
        return [round(part, 1) for part in parts]
    tenths = [math.floor(10 * part + 1e-9) for part in parts]
    missing = round(10 * float(f"{total:.1f}")) - sum(tenths)
    by_remainder = sorted(range(len(parts)), key=lambda at: tenths[at] - 10 * parts[at])
    for at in by_remainder[: max(missing, 0)]:
        tenths[at] += 1
    return [tenth / 10 for tenth in tenths]


def quoted(name: str) -> str:
    """A name within a sentence."""
    return f"“{name}”"


def short_name(name: str, longest: int = LONGEST_NAME) -> str:
    """A name for a sentence: cut short, and kept from turning the words around it when it runs from right to left."""
    name = truncated(name, longest)
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in name):
        return f"\u2068{name}\u2069"
    return name


def truncated(text: str, longest: int) -> str:
    """A text of so many letters at most."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def formula_in_words(formula: str) -> str:
    """A formula as a person writes it: names without underscores, IT in capitals, and the signs for times and less."""
    spaced = re.sub(r"\bit_", "IT ", formula).replace("_", " ")
    spaced = re.sub(r"^1200 \* ", "12 months * 100 * ", spaced)  # a month's share as a year's, in %
    return spaced.replace(" * ", " × ").replace(" - ", " − ")


def sentence(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def arrow(*names: str) -> str:
    """A link, or a chain of them, as it is written: from cause to effect."""
    return " → ".join(names)


OVERALL = "Overall score"


def html_table(heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str, sides: Sequence[str] = ()) -> str:
    """Texts as an HTML table with a caption; the first cell of a row is its head."""
    rows = list(rows)
    width = max(map(len, [heads, *rows]))
    longest = [max(len(_bare(row[at])) for row in [heads, *rows] if at < len(row)) for at in range(width)]
    styles = [_side(side, most) for side, most in zip([*sides, *["left"] * width], longest, strict=False)]
    if rows and longest[0] > _LONG:
        styles[0] = styles[0].replace("7em", "11em")
    head = "".join(f'<th scope="col" {style}>{_safe(text)}</th>' for text, style in zip(heads, styles, strict=False))
    body = "".join(_row(row, styles) for row in rows)
    return (
        f'<table class="{PLAIN}"><caption dir="auto" style="text-align: left">{_safe(caption)}</caption>'
        f"{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"
    )


def prose_html(text: str) -> str:
    """A text as HTML, with what stands in `backticks` as code and what stands in *asterisks* stressed."""
    marked = _CODE.sub(r"<code>\1</code>", escape(text))
    return "".join(
        part if part.startswith("<code>") else _STRESSED.sub(r"<em>\1</em>", part) for part in _APART.split(marked)
    )


class Markup(str):
    """HTML that has been made safe already."""


def _row(row: Sequence[str], styles: Sequence[str]) -> str:
    (first, head), *rest = zip(row, styles, strict=False)
    cells = "".join(f'<td dir="auto" {style}>{_safe(text)}</td>' for text, style in rest)
    if not first:  # a heading says something
        return f"<tr><td {head}></td>{cells}</tr>"
    return f'<tr><th scope="row" dir="auto" {head}>{_safe(first)}</th>{cells}</tr>'


def _side(side: str, longest: int) -> str:
    """Where a column's texts stand; long ones keep room, so that they do not break after every word."""
    return f'style="text-align: {side}{"; min-width: 7em" if side == "left" and longest > _SHORT else ""}"'


def _bare(text: str) -> str:
    return re.sub("<[^>]*>", "", text) if isinstance(text, Markup) else text


def _safe(text: str) -> str:
    return text if isinstance(text, Markup) else escape(text)
