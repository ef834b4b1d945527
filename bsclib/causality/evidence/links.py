"""Evidence for the links of a scorecard: one row a link, with a verdict and the reason for it."""

from __future__ import annotations

import math

import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence import wording
from bsclib.causality.evidence.engine import Findings, examine
from bsclib.causality.evidence.judging import NOT_TESTABLE, REFUTED, SUPPORTED, TOO_LITTLE, Q
from bsclib.causality.evidence.series import Laid, Series
from bsclib.causality.evidence.stepwise import FEWEST, FEWEST_ROWS
from bsclib.causality.evidence.testable import untestable
from bsclib.errors import UnknownNameError, unknown
from bsclib.model.graph import in_feedback
from bsclib.model.nouns import KPI, Link, Scorecard

COLUMNS = [
    "unit",
    "cause",
    "effect",
    "sign",
    "lag",
    "lag_found",
    "estimate",
    "low",
    "high",
    "cumulative",
    "p",
    "q",
    "verdict",
    "months",
    "months_needed_low",
    "months_needed_high",
    "robust",
    "hidden_driver",
    "reason",
]
MOST_MONTHS = 1200
"""Months from which on "never" is the better word."""


def link_evidence(scorecard: Scorecard, actuals: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
    """Test the links of a scorecard on its actuals.

    Parameters
    ----------
    scorecard : Scorecard
        Its links say cause, effect, sign, lag and window in months, and the smallest effect that matters (in units of
        the effect per unit of the cause; by default 0.2 standard deviations of the effect's noise per standard
        deviation of the cause's). Its events are the known breaks.
    actuals : DataFrame
        Long actuals, checked or not.
    unit : str, optional
        The unit whose data are used alone. By default all units, in one regression with a constant, a trend and a
        season of each; the organisation's own actuals where there are no units.

    Returns
    -------
    DataFrame
        One row a link, in the scorecard's order:

        - `unit` (empty for all together), `cause`, `effect`, `sign` (``+``, ``-`` or empty), `lag` (months);
        - `lag_found`: the lag inside the window that fits best, in months;
        - `estimate`, `low`, `high`: what one unit more of the cause adds to the effect at that lag, in their own
          units, and its interval: 90 %, wider for supported links, because they were picked for being large;
        - `cumulative`: what it adds in the long run, over all lags of this cause and what the effect hands on to
          itself; missing where the effect has no level to come back to;
        - `p`: chance of so clear an effect in the stated direction if there were none, the lags of the window paid for;
          `q`: smallest share of false links among the supported at which this one would be supported;
        - `verdict`: ``supported``, ``refuted``, ``too_little_data`` or ``not_testable``;
        - `months`: months in which cause, effect and its past were observed, in one unit or more;
        - `months_needed_low`, `months_needed_high`: where there is too little data, months at which a link that is
          there would be found with a chance of 80 %, if the effect is as large, or as small but not too small to
          matter, as the data allow; infinite beyond a hundred years; the fewest for a test where there
          are fewer;
        - `robust`: whether a supported link also holds on changes and with lasting errors;
        - `hidden_driver`: how strong, 0 to 1, as a share of the noise of both, an unseen driver of cause and effect
          would have to be to explain the link away;
        - `reason`: the verdict in words.

        ``attrs`` holds the `smallest_effect` that matters of each link that was tested, by its row, in units of the
        effect per unit of the cause; how many links were `tested` and `supported`; and as a check on the whole map how
        many `placebos`, links that nobody claimed, would have passed: `placebos_supported`, and `placebo_share` of
        them. If that is far above ``0.1 · supported / tested``, something unseen moves these KPIs together.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.
    UnknownNameError
        When no actual is of this unit.

    Notes
    -----
    Each effect is regressed on its own past and, as far as they earn their place, on its hypothesised causes at the
    stated lags (`bsclib.causality.evidence.stepwise`); trend, season and known breaks are taken out first
    (`bsclib.causality.evidence.cleaning`). Tests are one-sided in the stated direction, and the verdicts pay for every
    look (`bsclib.causality.evidence.judging`). Below 36 months the window is not used.

    Tests have one side and intervals two, so the interval of a link that is only just supported may reach past 0.

    No test sees a driver of both cause and effect that nobody measured, and more data make its mark clearer, not
    fainter: read `hidden_driver` and the placebos before acting on ``supported``.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> found = link_evidence(read_scorecard("meridian"), read_actuals("meridian"))
    >>> late = found[found["lag_found"] != found["lag"]]
    >>> late[["cause", "effect", "lag", "lag_found", "verdict"]].values.tolist()
    [['patch-latency', 'audit-findings', 2, 3, 'supported']]
    """
    rows = check_actuals(actuals, scorecard)
    grid = cube(rows, scorecard)
    if unit is not None and unit not in grid.units[1:]:
        raise UnknownNameError(unknown("unit in the actuals", unit, grid.units[1:], "unit"))
    series = Series(scorecard, rows, grid, unit)
    reasons = untestable(scorecard) | _unmoved(scorecard, series)
    some = [n for n in range(len(scorecard.links)) if n not in reasons]
    circles = in_feedback(scorecard.links)
    links = [scorecard.links[n] for n in some]
    laid = series.panels(links, [int(n in circles and bool(scorecard.links[n].lag)) for n in some])
    found = examine([one.panel for one in laid])
    places = [(some[n], one) for one in laid for n in one.places]
    told = {n: _told(scorecard, series, found, at, places) for at, (n, _) in enumerate(places)}
    for n, reason in reasons.items():
        months = series.together(scorecard.links[n])
        told[n] = {"verdict": NOT_TESTABLE, "reason": wording.sentence(reason), "months": months}
    claimed = [
        {"unit": unit or "", "cause": link.cause, "effect": link.effect, "sign": link.sign or "", "lag": link.lag}
        for link in scorecard.links
    ]
    table = _typed([claim | told[n] for n, claim in enumerate(claimed)], found)
    smallest = found.estimates.smallest
    table.attrs["smallest_effect"] = {n: float(smallest[at]) for at, (n, _) in enumerate(places) if found.tested[at]}
    return table


def _unmoved(scorecard: Scorecard, series: Series) -> dict[int, str]:
    """Links with a KPI that has not moved, or only along a line, and which."""
    found: dict[int, str] = {}
    for n, link in enumerate(scorecard.links):
        for id in (link.cause, link.effect):
            course = series.course(link, id)
            if course:
                found.setdefault(n, f"{scorecard.kpi(id).name} {course}")
    return found


def _told(
    scorecard: Scorecard, series: Series, found: Findings, at: int, places: list[tuple[int, Laid]]
) -> dict[str, object]:
    """What is said of one link: the one whose findings are at `at`; `places` holds each one's link and panel."""
    n, laid = places[at]
    link, length = scorecard.links[n], laid.panel.months
    cause, effect = scorecard.kpi(link.cause), scorecard.kpi(link.effect)
    tests, judged, stated = found.estimates, found.judged, int(link.lag or 0)
    out: dict[str, object] = {"months": int(tests.rows[at]) * length}
    if at in found.alike:
        others = [scorecard.kpi(scorecard.links[places[m][0]].cause).name for m in found.alike[at] if m != at]
        others = others or [f"{effect.name} did just before"]
        return out | {"verdict": NOT_TESTABLE, "reason": wording.sentence(wording.alike(cause.name, others))}
    if not found.tested[at]:
        terms = float(tests.terms[at] * tests.rows[at] / max(tests.values[at], 1))
        return out | _untested(series, link, cause, effect, int(tests.rows[at]), terms, length)
    lag = stated + int(found.shift[at]) * length
    low, estimate, high = (float(one[at]) for one in (judged.low, tests.estimate, judged.high))
    reach, smallest = float(tests.reach[at]), float(tests.smallest[at])
    same = [one for one in scorecard.links if (one.cause, one.effect) == (link.cause, link.effect)]
    total = wording.all_lags(float(found.cumulative[at]), effect) if len(same) > 1 else ""
    missing = wording.left_out([laid.units[u] for u in found.missing.get(at, [])])
    out |= {"lag_found": lag, "estimate": estimate, "low": low, "high": high, "p": float(tests.p[at])}
    out |= {"cumulative": float(found.cumulative[at]), "q": float(judged.q[at])}
    out |= {"hidden_driver": float(judged.hidden[at])}
    if judged.supported[at]:
        differ = dict(zip(laid.units, found.apart[at], strict=True)) if at in found.apart else {}
        parts = [
            wording.supported(cause, effect, (low, estimate, high), lag, stated),
            wording.not_robust(*found.robust[at]),
            wording.units_differ(differ, effect) if differ else "",
        ]
        out |= {"verdict": SUPPORTED, "robust": all(found.robust[at])}
    elif judged.refuted[at]:
        wrong_way = (estimate < 0) == (link.sign == "+")
        parts = [wording.refuted(effect, reach, smallest, wrong_way, bool(judged.q[at] <= Q))]
        out |= {"verdict": REFUTED}
    else:
        least, most = (_foreseeable(float(one[at]) * length) for one in (judged.needed_low, judged.needed_high))
        beyond = reach > 1.05 * (high if link.sign == "+" else -low)
        parts = [wording.too_little(effect, reach, smallest, beyond, (least, most))]
        out |= {"verdict": TOO_LITTLE, "months_needed_low": least, "months_needed_high": most}
    return out | {"reason": wording.sentence(*parts, total, missing)}


def _foreseeable(months: float) -> float:
    return months if months <= MOST_MONTHS else math.inf


def _untested(
    series: Series, link: Link, cause: KPI, effect: KPI, rows: int, terms: float, length: int
) -> dict[str, object]:
    """What is said of a link that was observed in some rows, too few for the terms of its regression."""
    lag, together = int(link.lag or 0), series.together(link)
    fewest = max(FEWEST_ROWS, math.ceil(terms + FEWEST + 1), rows + 1 if rows >= FEWEST_ROWS else 0) * length
    if not rows and together >= 2 * fewest + lag:
        gone = f"nothing is left of {cause.name} or {effect.name} once trend, season and breaks are taken out"
        return {"verdict": NOT_TESTABLE, "reason": wording.sentence(gone)}
    short = wording.too_short(rows * length, fewest, cause, effect, lag)
    return {"verdict": TOO_LITTLE, "months_needed_low": fewest, "reason": wording.sentence(short)}


def _typed(table: list[dict[str, object]], found: Findings) -> pd.DataFrame:
    numbers = ("estimate", "low", "high", "cumulative", "p", "q", "hidden_driver")
    types = dict.fromkeys(COLUMNS, "str") | dict.fromkeys(numbers, "float64")
    types |= {"lag": "Int64", "lag_found": "Int64", "months": "int64", "robust": "boolean"}
    types |= dict.fromkeys(["months_needed_low", "months_needed_high"], "float64")
    out = pd.DataFrame(table, columns=COLUMNS).astype(types)
    share = found.placebos_supported / found.placebos if found.placebos else math.nan
    out.attrs = {"tested": int(found.tested.sum()), "supported": int((out["verdict"] == SUPPORTED).sum())}
    out.attrs |= {"placebos": found.placebos, "placebos_supported": found.placebos_supported, "placebo_share": share}
    return out
