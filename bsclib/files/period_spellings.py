"""Periods as people type them into a table: what each means where that is sure, beside the others of its column.

A month with its year means one thing (`01/2025`, `Feb 2025`), and so does a day with points (`01.02.2025`) or with its
year first. A day with slashes may have its day or its month first: that is sure where one value of the column fits one
order only. `Jan 25` is a month of 2025, unless the column's two digits look like days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bsclib.model import periods


def read_spellings(texts: Iterable[str]) -> dict[str, str]:
    """The period that each text of a column means, of those that are not written as periods are and are sure."""
    others = [text for text in texts if not _is_written(text)]
    return _months(others) | _days(others)


def _is_written(text: str) -> bool:
    try:
        periods.check_period(text)
    except ValueError:
        return False
    return True


def _months(texts: list[str]) -> dict[str, str]:
    """The months and quarters meant, but for what may be a fiscal year, or a day where two digits may be one."""
    meant = {text: period for text in texts if (period := periods.respelled(text))}
    months = {text: period for text, period in meant.items() if not periods.may_be_fiscal(text, period)}
    short = {text: period for text, period in months.items() if re.fullmatch(r"\D+\d\d", text)}
    years = {int(period[:4]) for period in short.values()}
    # Years follow each other, and more than one month is of each; of Jan 11, Jan 18, Jan 25 neither is so.
    if len(years) > 1 and (max(years) - min(years) >= len(years) or len(set(short.values())) <= len(years)):
        return {text: period for text, period in months.items() if text not in short}
    return months


def _days(texts: list[str]) -> dict[str, str]:
    """The days meant; of those with slashes, where the whole column has its day or its month first."""
    days = {text: both for text in texts if any(both := periods.days_meant(text))}
    slashed = [both for text, both in days.items() if "/" in text]
    orders = [order for order in (0, 1) if all(both[order] for both in slashed)] or [0, 1]
    meant = {text: {both[order] for order in (orders if "/" in text else [0])} for text, both in days.items()}
    return {text: next(iter(one)) for text, one in meant.items() if len(one) == 1}
