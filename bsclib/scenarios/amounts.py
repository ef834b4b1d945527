"""Amounts and counts as a person gives them for a budget, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from bsclib.errors import BscError, Fault
from bsclib.scenarios.constraints import Calendar

Amount = float | Sequence[float]
AMOUNT = "a number, 0 or more"


def read_amounts(name: str, given: Any, calendar: Calendar, faults: list[Fault]) -> np.ndarray:
    """An amount for each period, from one for all or one for each; zeros and a fault where they are none."""
    count = calendar.periods
    single = not isinstance(given, Iterable) or isinstance(given, str)
    several = [given] * count if single else list(given)
    wrong = [amount for amount in several if not is_amount(amount)]
    if len(several) != count:
        each = f"one amount, or {count}: one for each period of {calendar.every} months within {calendar.horizon}"
        faults.append(Fault(name, "there are not as many amounts as periods", str(len(several)), each))
    elif wrong:
        faults.append(Fault(name, "this is no amount", repr(wrong[0])[:60], AMOUNT))
    else:
        return np.array(several, dtype=float)
    return np.zeros(count)


def as_list(name: str, given: Iterable[Any]) -> list[Any]:
    """What was given as a list; refuses one bare word, whose letters would be taken for ids."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise BscError(Fault(name, "this is no list", repr(given)[:60], "a list, such as ['runbooks'] or [0, 50000]"))
    return list(given)


def is_amount(value: Any) -> bool:
    """Whether it is a number, 0 or more."""
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return bool(number and math.isfinite(value) and value >= 0)


def whole_number(name: str, given: Any, most: int, what: str, faults: list[Fault]) -> int:
    """A whole number from 1 to `most`; 1 and a fault where it is none."""
    if isinstance(given, int | np.integer) and not isinstance(given, bool) and 1 <= given <= most:
        return int(given)
    faults.append(Fault(name, f"this is no number of {what}", repr(given)[:60], f"1 to {most:,}"))
    return 1
