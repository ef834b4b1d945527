"""What a reader of a scenario must know, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from bsclib.causality.evidence.judging import SUPPORTED
from bsclib.model import periods
from bsclib.model.nouns import Link
from bsclib.scenarios.changes import Asked, Begun, grown
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.paths import downstream
from bsclib.wording import listed

SHORT = 12
"""Actuals below which little is known of a KPI's course."""
MOST_NAMES = 6


def notes(fit: FittedMap, what: Asked, frame: pd.DataFrame) -> list[str]:
    """Everything that a reader of this result must know.

    Parameters
    ----------
    fit : FittedMap
    what : Asked
    frame : DataFrame
        The result.
    """
    found = [*_about_map(fit, what, frame), *_about_paths(fit, what), *_at_its_edge(fit, what)]
    found += _beyond(fit, what, frame)
    for begun in what.begun:
        found += _about_initiative(fit, what, begun)
    return [*found, *_about_targets(fit, what), *_about_actuals(fit)]


def _about_map(fit: FittedMap, what: Asked, frame: pd.DataFrame) -> Iterator[str]:
    if not (what.moved or what.begun):
        yield "Nothing is changed: this is what to expect when everything goes on as it has."
    elif not fit.scorecard.links:
        yield "The map has no links: whatever is changed stays where it is."
    elif not (fit.evidence["verdict"] == SUPPORTED).any():
        end = frame[(frame["level"] == "scorecard")].iloc[-1]
        wide = f"{end['effect_high'] - end['effect_low']:.1f} points wide in the last month"
        yield (
            "The data support no link of the map: what goes beyond the KPIs that are moved rests on hypotheses. It"
            f" shows in the bands, not in the medians; the band of the effect on the whole score is {wide}."
        )


def _about_paths(fit: FittedMap, what: Asked) -> Iterator[str]:
    """Which links on the way are not supported, and which are not followed at all."""
    held = {one.kpi for one in what.moved if one.level is not None}
    moved = {one.kpi for one in what.moved}
    moved |= {fit.place[change.kpi] for one in what.begun for change in one.initiative.changes}
    reached = set(downstream(fit, list(moved)))
    followed = {int(n) for k in reached - held for n in fit.equations[k].links}
    along: dict[str, list[Link]] = {}
    apart: dict[str, list[str]] = {}
    for n, link in enumerate(fit.scorecard.links):
        if fit.place[link.cause] not in reached or fit.place[link.effect] in held:
            continue
        verdict = str(fit.evidence["verdict"].iloc[n])
        if n in fit.apart or n not in followed:
            apart.setdefault(fit.apart.get(n, "it could not be fitted"), []).append(_arrow(fit, link))
        elif verdict != SUPPORTED:
            along.setdefault(verdict.replace("_", " "), []).append(link)
    for reason, arrows in apart.items():
        yield f"{_listed(arrows)} {'is' if len(arrows) == 1 else 'are'} not followed: {reason}."
    for word, links in along.items():
        them = _listed([_arrow(fit, link) for link in links])
        lead = "A path leads through a link that is" if len(links) == 1 else "Paths lead through links that are"
        yield f"{lead} not supported ({word}): {them}. What comes that way widens the bands."


def _beyond(fit: FittedMap, what: Asked, frame: pd.DataFrame) -> Iterator[str]:
    """Levels that were never observed."""
    moved = {one.kpi for one in what.moved}
    moved |= {fit.place[change.kpi] for one in what.begun for change in one.initiative.changes}
    beyond = []
    for k in sorted(moved):
        kpi = fit.scorecard.kpis[k]
        course = frame.loc[(frame["level"] == "kpi") & (frame["id"] == kpi.id), ["with_", "effect"]].to_numpy()
        low, high = fit.observed[k]
        far = np.where(course[:, 1] > 0, course[:, 0] - high, np.where(course[:, 1] < 0, low - course[:, 0], -1.0))
        if np.nanmax(far, initial=-1.0) > 1e-6 * max(abs(low), abs(high)):
            furthest = float(course[int(np.nanargmax(far)), 0])
            seen = kpi.show(low) if low == high else f"{kpi.show(low)} to {kpi.show(high)}"
            beyond.append((kpi.name, kpi.show(furthest), seen))
    doubt = "nobody knows whether the links hold" if fit.scorecard.links else ""
    if len(beyond) == 1:
        name, level, seen = beyond[0]
        yield f"{name} would reach {level}, beyond anything observed ({seen}){doubt and f': {doubt} there'}."
    elif beyond:
        each = "; ".join(f"{name} would reach {level} ({seen})" for name, level, seen in beyond)
        yield f"Beyond anything observed{doubt and f', where {doubt}'}: {each}."


def _at_its_edge(fit: FittedMap, what: Asked) -> Iterator[str]:
    """Changes that a KPI's unit does not allow."""
    for one in what.moved:
        if one.edge is not None:
            kpi = fit.scorecard.kpis[one.kpi]
            which = "below" if one.edge == fit.limits[one.kpi, 0] else "above"
            yield f"{kpi.name} cannot be {which} {kpi.show(one.edge)}: of {one.text}, no more is reckoned with."


def _about_initiative(fit: FittedMap, what: Asked, begun: Begun) -> Iterator[str]:
    one, start = begun.initiative, periods.period_of(begun.start)
    held = {moved.kpi for moved in what.moved if moved.level is not None}
    if not one.changes:
        yield f"{one.name} says of no KPI that it changes it: it only costs."
    if begun.start <= fit.month:
        had = [(change, 1 - grown(fit, change, begun.start, 10_000)[-1]) for change in one.changes]
        come = [
            f"{100 * share:.0f} % of its change of {fit.scorecard.kpi(change.kpi).name}"
            for change, share in had
            if share
        ]
        shows = "should show in the actuals already; only what is still to come counts."
        yield f"{one.name} started in {start}.{f' {_listed(come)} {shows}' if come else ''}"
    if begun.start > fit.month + what.horizon:
        yield f"{one.name} starts in {start}, after the last month that is looked at: nothing of it is in here."
    for change in one.changes:
        if fit.place[change.kpi] in held:
            name = fit.scorecard.kpi(change.kpi).name
            yield f"{name} is held at a level: what {one.name} would do to it does not count."
        if not np.isfinite(fit.latest[fit.place[change.kpi]]):
            yield f"{fit.scorecard.kpi(change.kpi).name} has no actual: what {one.name} does to it is not scored."
    starts = {other.initiative.id: other for other in what.begun}
    names = {other.id: other.name for other in fit.scorecard.initiatives}
    for id in one.after:
        if id not in starts:
            yield f"{one.name} comes after {names[id]}, which is not part of this scenario."
        elif starts[id].start + starts[id].initiative.months > begun.start:
            yield f"{one.name} starts before {starts[id].initiative.name} has ended, which it comes after."


def _about_targets(fit: FittedMap, what: Asked) -> Iterator[str]:
    ended = []
    for kpi in fit.scorecard.kpis:
        points = kpi.points() if isinstance(kpi.target, tuple) and kpi.direction != "within_range" else []
        if points and max(periods.span(point.period)[1] for point in points) < fit.month + what.horizon:
            ended.append(kpi.name)
    if ended:
        last = periods.period_of(fit.month + what.horizon)
        whose = "A target's path ends" if len(ended) == 1 else f"The paths of {len(ended)} targets end"
        yield f"{whose} before {last}; the last target is held from there: {_listed(ended)}."


def _about_actuals(fit: FittedMap) -> Iterator[str]:
    rows = {kpi.name: course.rows for kpi, course in zip(fit.scorecard.kpis, fit.courses, strict=True)}
    none = [name for name, count in rows.items() if not count]
    few = [f"{name} ({count})" for name, count in rows.items() if 0 < count < SHORT]
    if none:
        yield f"Without actuals, and so without a forecast: {_listed(none)}."
    if few:
        yield f"Fewer than {SHORT} actuals, so that a band says little: {_listed(few)}."
    parts = zip(fit.scorecard.kpis, fit.courses, fit.equations, strict=True)
    still = [one.name for one, at, by in parts if at.rows and not (at.level_error or at.slope_error or by.noise.any())]
    if still:
        yield f"No actual differs from another, so that no chance is drawn and the band has no width: {_listed(still)}."


def _arrow(fit: FittedMap, link: Link) -> str:
    return f"{fit.scorecard.kpi(link.cause).name} → {fit.scorecard.kpi(link.effect).name}"


def _listed(some: Sequence[str]) -> str:
    if len(some) <= MOST_NAMES:
        return listed(some)
    return f"{', '.join(some[:MOST_NAMES])} and {len(some) - MOST_NAMES} more"
