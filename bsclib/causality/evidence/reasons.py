"""Why a link got its verdict, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bsclib.model.nouns import KPI
from bsclib.wording import amount, counted, effect_unit, listed, month_name, sentence


def measured(value: float, kpi: KPI) -> str:
    """An effect on a KPI with what it is told in."""
    return f"{amount(value)} {effect_unit(kpi.measured_in)}".strip()


def months(count: float) -> str:
    """A number of months."""
    return counted(count, "month")


def later(lag: int) -> str:
    """When an effect comes."""
    return "within the same month" if lag == 0 else f"{months(lag)} later"


def supported(cause: KPI, effect: KPI, interval: tuple[float, float, float], lag: int, stated: int) -> str:
    """What a supported link says; `interval` is low, estimate and high."""
    low, estimate, high = interval
    unit = f" ({cause.measured_in})" if cause.measured_in else ""
    change = f"{effect.name} {'+' if estimate > 0 else ''}{measured(estimate, effect)}, {later(lag)}"
    text = f"{cause.name} up by one{unit}: {change} (between {amount(low)} and {amount(high)})"
    return text if lag == stated else f"{text}; the lag found is {months(lag)}, not {stated} as stated"


def all_lags(cumulative: float, effect: KPI) -> str:
    """What a cause that acts at several lags adds in all; empty if that has no end."""
    if not math.isfinite(cumulative):
        return ""
    return f"all lags of this cause together: {'+' if cumulative > 0 else ''}{measured(cumulative, effect)} in the end"


def small(cause: KPI, effect: KPI) -> str:
    """What is said of a link that is there, and smaller than what matters by default."""
    return f"it is small: when {cause.name} moves as it does, {effect.name} moves by less than a fifth of its noise"


def not_robust(odd: bool, even: bool) -> str:
    """In which quarters a supported link does not hold; empty if it does in all."""
    failed = [name for name, holds in (("odd", odd), ("even", even)) if not holds]
    return f"it does not hold in the {' nor in the '.join(failed)} quarters of the data alone" if failed else ""


def units_differ(estimates: Mapping[str, float], effect: KPI) -> str:
    """Between which ends the units' own estimates lie."""
    known = {unit: estimate for unit, estimate in estimates.items() if math.isfinite(estimate)}
    least, most = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    low, high = (measured(known[unit], effect) for unit in (least, most))
    return f"units differ: from {low} in {least} to {high} in {most}"


def refuted(effect: KPI, reach: float, smallest: float, wrong_way: bool, there: bool) -> str:
    """What a refuted link says; `reach` is the largest effect in the stated direction that is left possible."""
    if smallest == 0:
        return "it moves the other way"
    excluded = f"an effect of {measured(smallest, effect)} or more, which would matter, is excluded"
    if wrong_way:
        return f"{excluded}; if anything, it moves the other way"
    if there:
        return f"there is an effect, too small to matter: {excluded}"
    return f"{excluded}; at most {measured(reach, effect)} is left possible"


def too_little(
    effect: KPI, reach: float, smallest: float, beyond: bool, needed: tuple[float, float], whole: float = math.nan
) -> str:
    """What a link says that is neither supported nor refuted; `beyond`: its reach is more than its interval shows."""
    low, high = needed
    still = f"the effect may be 0, and it may be as large as {measured(reach, effect)}"
    if not math.isfinite(reach):
        still = "the effect may be 0, and the data set no limit to it when errors may last"
    elif beyond:
        still += " (at another lag, or when errors may last)"
    if reach < smallest <= whole:
        still += f", or {measured(whole, effect)} in the long run, where {amount(smallest)} would matter"
    elif smallest < reach < math.inf:
        still += f", where {amount(smallest) if smallest else 'any effect'} would matter"
    if not math.isfinite(low):
        return still
    if not math.isfinite(high):
        return f"{still}; {months(low)} or more are needed to tell"
    return f"{still}; {months(low) if low == high else f'{low:,.0f} to {months(high)}'} are needed to tell"


def too_short(seen: int, fewest: int, cause: KPI, effect: KPI, lag: int) -> str:
    """What is said of a link with too few months to test."""
    after = f" and, {later(lag)}, {effect.name}" if lag else f" and {effect.name}"
    have = f"{months(seen)} can" if seen else "no month can"
    return f"{have} be used ({cause.name}{after}); at least {fewest} are needed for a test"


def alike(cause: str, others: Sequence[str]) -> str:
    """What is said of causes that move exactly alike."""
    if len(others) == 1:
        return f"at these lags {cause} moves exactly as {others[0]}: the data cannot tell them apart"
    return f"at these lags {cause} follows exactly from {listed(others, len(others))}: the data cannot tell them apart"


def left_out(units: Sequence[str]) -> str:
    """Which units have no data for a link; empty if none."""
    return f"left out, for want of data: {listed(units, len(units))}" if units else ""


def look_wrong(count: int, cause: KPI, effect: KPI) -> str:
    """How many actuals look wrong; empty if none."""
    if not count:
        return ""
    looks, carries = ("looks", "carries") if count == 1 else ("look", "carry")
    return f"{counted(count, 'actual')} of {cause.name} or {effect.name} {looks} wrong and {carries} no weight here"


def moving_means(cause: KPI, effect: KPI, of_cause: int = 1, of_effect: int = 1) -> str:
    """Which KPI looks like a mean of its last months, and what is tested instead; empty if none does."""
    means = [(kpi.name, length) for kpi, length in ((cause, of_cause), (effect, of_effect)) if length > 1]
    looks = " and ".join(f"{name} looks like a mean of its last {months(length)}" for name, length in means)
    return f"{looks}: the months behind are tested, and the effect is theirs" if means else ""


def level_moved(moved: Sequence[tuple[KPI, str]]) -> str:
    """Whose level changes without an event that says so, and what that means here; empty if nobody's does."""
    if not moved:
        return ""
    places = [f"{kpi.name} from {month_name(month)}" for kpi, month in moved]
    whose = f"a change of level in {listed(places, len(places))} is not declared; the interval allows for it"
    return f"{whose}: declare it as an event if it is one"


def joined(*parts: str) -> str:
    """Parts put together to a sentence; empty ones are left out."""
    return f"{sentence('; '.join(part for part in parts if part))}."
