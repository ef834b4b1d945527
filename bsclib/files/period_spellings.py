"""Periods as people type them into a table: what each means where that is sure, beside the others of its column.

A month with its year means one thing (`01/2025`, `Feb 2025`), and so does a day with points (`01.02.2025`) or with its
year first. A day with slashes may have its day or its month first: that is sure where one value of the column fits one
order only. `Jan 25` is a month of 2025, unless the column's two digits look like days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bsclib.model import periods

_TWO_DIGITS = re.compile(r"\D+\d\d")


def read_spellings(texts: Iterable[str]) -> dict[str, str]:
    """The period that each text of a column means, of those that are not written as periods are and are sure."""
    other = [text for text in texts if not _is_written(text)]
    days = {text: both for text in other if any(both := periods.days_meant(text))}
    slashed = [both for text, both in days.items() if "/" in text]
    first = [order for order in (0, 1) if all(both[order] for both in slashed)]
    months = {text: period for text in other if (period := _month(text))}
    short = {text: period for text, period in months.items() if _TWO_DIGITS.fullmatch(text)}
    if not _are_years(set(short.values())):
        months = {text: period for text, period in months.items() if text not in short}
    sure = {text: both[0] for text, both in days.items() if "/" not in text or both[0] == both[1]}
    if len(first) == 1:
        sure |= {text: both[first[0]] for text, both in days.items() if "/" in text}
    return {text: read for text in other if (read := {**months, **sure}.get(text))}


def _is_written(text: str) -> bool:
    try:
        periods.check_period(text)
    except ValueError:
        return bool(periods.fiscal_name(text))
    return True


def _month(text: str) -> str:
    """The month or quarter that another spelling means; nothing where it may be a fiscal year."""
    period = periods.respelled(text)
    return "" if period and periods.may_be_fiscal(text, period) else period


def _are_years(months: set[str]) -> bool:
    """Whether two digits beside months' names are years: they follow each other, and hold more than a month each."""
    years = sorted({int(month[:4]) for month in months})
    return not years or (years[-1] - years[0] == len(years) - 1 and (len(years) == 1 or len(months) > len(years)))
