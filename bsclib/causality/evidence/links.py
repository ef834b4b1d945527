"""Evidence for the links of a scorecard: one row a link, with a verdict and the reason for it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence import reasons as words
from bsclib.causality.evidence.engine import Findings, examined
from bsclib.causality.evidence.judging import NOT_TESTABLE, REFUTED, SUPPORTED, TOO_LITTLE, Q
from bsclib.causality.evidence.series import LinkPanel, Series
from bsclib.causality.evidence.stepwise import FEWEST, FEWEST_ROWS
from bsclib.causality.evidence.testable import link_panels
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import KPI, Link, Scorecard

TYPES = {
    **dict.fromkeys(["unit", "cause", "effect", "sign"], "str"),
    **dict.fromkeys(["lag", "lag_found"], "Int64"),
    **dict.fromkeys(["smallest_effect", "estimate", "low", "high", "cumulative", "p", "q"], "float64"),
    "verdict": "str",
    "small": "bool",
    "months": "int64",
    **dict.fromkeys(["months_needed_low", "months_needed_high"], "float64"),
    "robust": "boolean",
    "units_differ": "bool",
    "look_wrong": "int64",
    "hidden_driver": "float64",
    **dict.fromkeys(["placebos", "placebos_supported"], "int64"),
    "reason": "str",
}
"""The columns of evidence, and their types."""
MOST_MONTHS = 1200
"""Months from which on "never" is the better word."""


def link_evidence(scorecard: Scorecard, actuals: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
    """Test the links of a scorecard on its actuals.

    Parameters
    ----------
    scorecard : Scorecard
        Its links say cause, effect, sign, lag and window in months, and the smallest effect that matters (in units of
        the effect per unit of the cause; by default 0.2 standard deviations of the effect's noise per standard
        deviation of the cause's actuals, trend and steps included). Its events are the known breaks.
    actuals : DataFrame
    unit : str, optional
        The unit whose data are used alone. By default all units, in one regression with a constant, a trend and a
        season of each; the organisation's own actuals where there are no units.

    Returns
    -------
    DataFrame
        One row a link, in the scorecard's order:

        - `unit` (empty for all together), `cause`, `effect`, `sign` (``+``, ``-`` or empty), `lag` (months);
        - `lag_found`: of a supported link the lag inside the window that fits best, of the others the stated one, in
          months; never 0 where a lag of 1 or more is stated;
        - `smallest_effect`: the smallest effect that matters, stated or by default, in units of the effect per unit of
          the cause; missing where nothing was tested;
        - `estimate`, `low`, `high`: what one unit more of the cause adds to the effect at that lag, in their own
          units, and its interval: 90 %, wider for supported links, because they were picked for being large;
        - `cumulative`: what it adds in the long run, over all lags of this cause and what the effect hands on to
          itself; missing where the effect has no level to come back to;
        - `p`: chance of so clear an effect in the stated direction if there were none, the lags of the window paid for;
          `q`: smallest share of false links among the supported at which this one would be supported;
        - `verdict`: ``supported``, ``refuted``, ``too_little_data`` or ``not_testable``;
        - `small`: whether a supported link states no smallest effect, and its effect is smaller than the default: it is
          there, and says nothing of whether it matters. A stated smallest effect refutes such a link;
        - `months`: months in which cause, effect and its past were observed, in one unit or more;
        - `months_needed_low`, `months_needed_high`: where there is too little data, months at which a link that is
          there would be found with a chance of 80 %, if the effect is as large, or as small but not too small to
          matter, as the data allow; infinite beyond a hundred years; the fewest for a test where there
          are fewer;
        - `robust`: whether a supported link also holds in every other quarter of the data alone, and in the rest (5 %,
          one-sided). What chance brought about seldom does: in simulated worlds 70 in 100 of the links that exist do,
          and 26 of those that do not;
        - `units_differ`: whether its effect differs between the units by more than chance;
        - `look_wrong`: actuals of cause or effect, units added up, that lie so far from the months around them that
          they carry no weight here. They stay as they are; `bsclib.actuals.find_breaks` offers them as events;
        - `hidden_driver`: how strong, 0 to 1, as a share of the noise of both, an unseen driver of cause and effect
          would have to be to explain the link away;
        - `placebos`, `placebos_supported`, the same in every row: how many links that nobody claimed were tested as a
          check on the whole map, and how many of them would have passed. If their share is far above that of the map's
          own links times 0.1, something unseen moves these KPIs together (`placebo_check`);
        - `reason`: the verdict in words. Of a KPI that is a mean of its last 3, 6 or 12 months, which its course shows,
          the months behind it are tested, and the reason says so. It also names a change of level that no event
          declares; `low` and `high` then hold the interval as it is, and as if that had been declared.

    Raises
    ------
    ActualsError, UnknownNameError
        When the actuals cannot be read, or there are none; when none is of this unit.

    Notes
    -----
    Each effect is regressed on its own past and, as far as they earn their place, on its hypothesised causes at the
    stated lags; trend, season and known breaks are taken out first, and so is a course that bends, such as an S-curve,
    where the regression shows it. Tests are one-sided in the stated direction, and the verdicts pay for every look.
    Below 36 months the window is not used, and no bent course is looked for.

    Tests have one side and intervals two, so the interval of a link that is only just supported may reach past 0.

    No test sees a driver of both cause and effect that nobody measured, and more data make its mark clearer, not
    fainter: read `hidden_driver` and the placebos before acting on ``supported``.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> evidence = link_evidence(read_scorecard("meridian"), read_actuals("meridian"))
    >>> late = evidence[evidence["lag_found"] != evidence["lag"]]
    >>> late[["cause", "effect", "lag", "lag_found", "verdict"]].values.tolist()
    [['patch-latency', 'audit-findings', 2, 3, 'supported']]
    """
    return next(found for found in evidence_in_slices(scorecard, actuals, unit) if found is not None)


def evidence_in_slices(
    scorecard: Scorecard, actuals: pd.DataFrame, unit: str | None = None
) -> Iterator[pd.DataFrame | None]:
    """As `link_evidence`; before the rows, None after each slice of the work."""
    rows = check_actuals(actuals, scorecard)
    grid = cube(rows, scorecard)
    if unit is not None and unit not in grid.units[1:]:
        raise UnknownNameError(unknown("unit in the actuals", unit, grid.units[1:], "unit"))
    series = Series(scorecard, rows, grid, unit)
    panels, reasons = link_panels(series)
    tests = examined([of_panel.panel for of_panel in panels])
    while (findings := next(tests)) is None:
        yield None
    places = [(n, of_panel) for of_panel in panels for n in of_panel.places]
    told = {n: _told(scorecard, series, findings, at, places) for at, (n, _) in enumerate(places)}
    for n, reason in reasons.items():
        months = series.together(scorecard.links[n])
        told[n] = {"verdict": NOT_TESTABLE, "reason": words.joined(reason), "months": months}
    of_map = {"unit": unit or "", "placebos": findings.placebos, "placebos_supported": findings.placebos_supported}
    table = [
        {"cause": link.cause, "effect": link.effect, "sign": link.sign or "", "lag": link.lag}
        | {"small": False, "units_differ": False, "look_wrong": 0}
        | (of_map | told[n])
        for n, link in enumerate(scorecard.links)
    ]
    yield pd.DataFrame(table, columns=list(TYPES)).astype(TYPES)


def evidence_by_unit(scorecard: Scorecard, actuals: pd.DataFrame, cause: str, effect: str) -> pd.DataFrame:
    """Test one link in each unit alone, and in all of them together.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
    cause, effect : str
        Ids of the link's KPIs.

    Returns
    -------
    DataFrame
        Rows as `link_evidence` gives them: the first for all units together (`unit` empty), then one a unit. No rows
        when fewer than two units report.

    Raises
    ------
    UnknownNameError
        When the map claims no such link.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> evidence_by_unit(card, actuals, "mttr", "sla-met")[["unit", "verdict"]].head(2).values.tolist()
    [['', 'supported'], ['Antwerp', 'supported']]
    """
    claimed = [f"{link.cause} -> {link.effect}" for link in scorecard.links]
    if f"{cause} -> {effect}" not in claimed:
        raise UnknownNameError(unknown("link", f"{cause} -> {effect}", claimed))
    units = [unit for unit in pd.unique(check_actuals(actuals, scorecard)["unit"].astype(str)) if unit]
    if len(units) < 2:
        return link_evidence(scorecard, actuals).iloc[:0]
    every = pd.concat([link_evidence(scorecard, actuals, unit) for unit in (None, *sorted(units))], ignore_index=True)
    return every[(every["cause"] == cause) & (every["effect"] == effect)].reset_index(drop=True)


def _told(
    scorecard: Scorecard, series: Series, findings: Findings, at: int, places: list[tuple[int, LinkPanel]]
) -> dict[str, object]:
    """What is said of one link: the one whose findings are at `at`; `places` holds each one's link and panel."""
    n, laid = places[at]
    link, length = scorecard.links[n], laid.panel.months
    cause, effect = scorecard.kpi(link.cause), scorecard.kpi(link.effect)
    tests, judged, stated = findings.estimates, findings.judged, int(link.lag or 0)
    out: dict[str, object] = {"months": int(tests.rows[at]) * length}
    if at in findings.alike:
        others = [scorecard.kpi(scorecard.links[places[m][0]].cause).name for m in findings.alike[at] if m != at]
        others = others or [f"{effect.name} did just before"]
        return out | {"verdict": NOT_TESTABLE, "reason": words.joined(words.alike(cause.name, others))}
    if not findings.tested[at]:
        terms = float(tests.terms[at] * tests.rows[at] / max(tests.values[at], 1))
        return out | _untested(series, link, cause, effect, int(tests.rows[at]), terms, length)
    lag = stated + int(findings.shift[at]) * length
    low, estimate, high = (float(column[at]) for column in (judged.low, judged.estimate, judged.high))
    reach, smallest = float(tests.reach[at]), float(tests.smallest[at])
    same = [other for other in scorecard.links if (other.cause, other.effect) == (link.cause, link.effect)]
    total = words.all_lags(float(findings.cumulative[at]), effect) if len(same) > 1 else ""
    missing = words.left_out([laid.units[u] for u in findings.missing.get(at, [])])
    out |= {"lag_found": lag, "estimate": estimate, "low": low, "high": high, "p": float(tests.p[at])}
    out |= {"look_wrong": findings.wrong.get(at, 0)}
    out |= {"cumulative": float(findings.cumulative[at]), "q": float(judged.q[at])}
    out |= {"hidden_driver": float(judged.hidden[at]), "smallest_effect": smallest, "small": bool(judged.small[at])}
    if judged.supported[at]:
        differ = at in findings.unit_estimates
        by_unit = dict(zip(laid.units, findings.unit_estimates[at], strict=True)) if differ else {}
        parts = [
            words.supported(cause, effect, (low, estimate, high), lag, stated),
            words.small(cause, effect) if judged.small[at] else "",
            words.not_robust(*findings.robust[at]),
            words.units_differ(by_unit, effect) if differ else "",
        ]
        out |= {"verdict": SUPPORTED, "robust": all(findings.robust[at]), "units_differ": differ}
    elif judged.refuted[at]:
        wrong_way = (estimate < 0) == (link.sign == "+")
        parts = [words.refuted(effect, reach, smallest, wrong_way, bool(judged.q[at] <= Q))]
        out |= {"verdict": REFUTED}
    else:
        needed = (float(rows[at]) * length for rows in (judged.needed_low, judged.needed_high))
        least, most = (months if months <= MOST_MONTHS else math.inf for months in needed)
        # What the interval shows may be less than what is possible: the reach is that of all lags of the window.
        beyond = reach > 1.05 * (high if link.sign == "+" else -low)
        whole = reach * float(tests.carry[at])
        parts = [words.too_little(effect, reach, smallest, beyond, (least, most), whole)]
        out |= {"verdict": TOO_LITTLE, "months_needed_low": least, "months_needed_high": most}
    strange = words.look_wrong(findings.wrong.get(at, 0), cause, effect)
    lengths = (length * rows for rows in findings.moving.get(at, ()))
    means = words.moving_means(cause, effect, *lengths)
    moved = [
        (kpi, periods.period_of(series.month_of(row, length)))
        for kpi, row in zip((cause, effect), findings.shifted.get(at, ()), strict=False)
        if row is not None
    ]
    return out | {"reason": words.joined(*parts, total, missing, strange, means, words.level_moved(moved))}


def _untested(
    series: Series, link: Link, cause: KPI, effect: KPI, rows: int, terms: float, length: int
) -> dict[str, object]:
    """What is said of a link that was observed in some rows, too few for the terms of its regression."""
    lag, together = int(link.lag or 0), series.together(link)
    fewest = max(FEWEST_ROWS, math.ceil(terms + FEWEST + 1), rows + 1 if rows >= FEWEST_ROWS else 0) * length
    # So many months and not one row: more of them would not help.
    if not rows and together >= 2 * fewest + lag:
        gone = f"nothing is left of {cause.name} or {effect.name} once trend, season and breaks are taken out"
        return {"verdict": NOT_TESTABLE, "reason": words.joined(gone)}
    short = words.too_short(rows * length, fewest, cause, effect, lag)
    return {"verdict": TOO_LITTLE, "months_needed_low": fewest, "reason": words.joined(short)}
