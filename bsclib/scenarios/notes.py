"""What a reader of a scenario must know: which links it rests on, what was never observed, what is left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bsclib.causality.evidence.judging import SUPPORTED
from bsclib.model import periods
from bsclib.model.nouns import Link
from bsclib.scenarios.changes import Changes, Initiatives, InitiativeStart, Intervention, ramp_share, read_intervention
from bsclib.scenarios.course import course_parts
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.paths import downstream
from bsclib.wording import NO_CHANGE, adds_up, arrow, effect_texts, listed, month_name, number, signed

SHORT = 12
"""Actuals below which little is known of a KPI's course."""


def scenario_notes(
    fit: FittedMap, result: pd.DataFrame, changes: Changes | None = None, initiatives: Initiatives | None = None
) -> list[str]:
    """Everything that a reader of a projection must know.

    Parameters
    ----------
    fit : FittedMap
    result : DataFrame
        As `project` returns it; of a comparison, the rows of one scenario.
    changes, initiatives
        What it was asked.

    Returns
    -------
    list of str
        Sentences: on why the score goes where it goes without action, the links that it rests on, levels beyond
        anything observed, effects that are not the difference of the levels as printed, initiatives, targets that end
        within the horizon, and KPIs with few actuals.

    Raises
    ------
    UnknownNameError, BscError
        As `project` does.

    Examples
    --------
    >>> from bsclib import fit_map, project, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> scenario_notes(fit, project(fit, horizon=6, draws=200))[0]
    'Nothing is changed: this is what to expect when everything goes on as it has.'
    """
    asked = read_intervention(fit, changes, initiatives, result["period"].nunique())
    notes = [*_about_map(fit, asked, result), *_about_course(fit, result), *_about_paths(fit, asked)]
    notes += [*_beyond(fit, asked, result), *_at_its_edge(fit, asked), *_about_effects(fit, result)]
    for start in asked.starts:
        notes += _about_initiative(fit, asked, start)
    return [*notes, *_about_targets(fit, asked), *_about_actuals(fit)]


def _about_map(fit: FittedMap, asked: Intervention, result: pd.DataFrame) -> Iterator[str]:
    if not (asked.changes or asked.starts):
        yield "Nothing is changed: this is what to expect when everything goes on as it has."
    elif not fit.scorecard.links:
        yield "The map has no links: whatever is changed stays where it is."
    elif not (fit.evidence["verdict"] == SUPPORTED).any():
        end = result[result["level"] == "scorecard"].iloc[-1]
        wide = f"{end['effect_high'] - end['effect_low']:.1f} points wide in the last month"
        yield (
            "The data support no link of the map: what goes beyond the KPIs that are moved rests on hypotheses. It"
            f" shows in the bands, not in the medians; the band of the effect on the whole score is {wide}."
        )


WHY = {
    "targets": "targets that move",
    "season": "the time of the year",
    "trend": "trends that go on",
    "reversion": "KPIs that come back to their usual level, and what they drive",
    "chance": "chance, because a score ends at 0 and at 100",
}
"""What each of `course_parts` is in words."""


def _about_course(fit: FittedMap, result: pd.DataFrame) -> Iterator[str]:
    """Why the overall score goes where it goes when nothing is done."""
    parts = course_parts(fit, result).set_index("part")
    if parts["score"].isna().any():
        return
    start, end = (number(score) for score in (parts.loc["today", "score"], parts["score"].iloc[-1]))
    moves = parts["points"].drop("today")
    moves = moves[moves.abs() >= NO_CHANGE].sort_values(key=abs, ascending=False, kind="stable")
    month = month_name(periods.period_of(fit.month + result["period"].nunique()))
    if start == end and moves.empty:
        yield f"Without action the overall score stays at {start} to {month}."
    else:
        why = "; ".join(f"{signed(points)} by {WHY[str(part)]}" for part, points in moves.items())
        yield f"Without action the overall score goes from {start} to {end} in {month}. In points: {why}."


def _about_paths(fit: FittedMap, asked: Intervention) -> Iterator[str]:
    """Which links on the way are not supported, and which are not followed at all."""
    reached = set(downstream(fit, list(_moved(fit, asked))))
    followed = {int(n) for k in reached - asked.held.keys() for n in fit.equations[k].links}
    along: dict[str, list[Link]] = {}
    apart: dict[str, list[str]] = {}
    for n, link in enumerate(fit.scorecard.links):
        if fit.place[link.cause] not in reached or fit.place[link.effect] in asked.held:
            continue
        verdict = str(fit.evidence["verdict"].iloc[n])
        if n in fit.excluded or n not in followed:
            apart.setdefault(fit.excluded.get(n, "it could not be fitted"), []).append(_arrow(fit, link))
        elif verdict != SUPPORTED:
            along.setdefault(verdict.replace("_", " "), []).append(link)
    for reason, arrows in apart.items():
        yield f"{listed(arrows)} {'is' if len(arrows) == 1 else 'are'} not followed: {reason}."
    for word, links in along.items():
        them = listed([_arrow(fit, link) for link in links])
        lead = "A path leads through a link that is" if len(links) == 1 else "Paths lead through links that are"
        yield f"{lead} not supported ({word}): {them}. What comes that way widens the bands."


def _about_effects(fit: FittedMap, result: pd.DataFrame) -> Iterator[str]:
    """Effects that are not what is written of the levels, one minus the other."""
    card = fit.scorecard
    last = result[result["period"].astype(str) == periods.period_of(fit.month + result["period"].nunique())]
    apart = []
    for row in last[last["level"].isin(["scorecard", "kpi"]) & (last["effect"].abs() > 0)].to_dict("records"):
        place = fit.place.get(str(row["id"]))
        show = number if place is None else card.kpis[place].show
        effect = effect_texts(row["effect"], row["effect_low"], row["effect_high"])[0]
        if not adds_up(show(row["without"]), show(row["with_"]), effect):
            levels = f"{show(row['without'])} without and {show(row['with_'])} with"
            apart.append(f"“{card.names[str(row['id'])]}”: {levels}, and the effect is {effect}")
    if apart:
        where = "For one number here" if len(apart) == 1 else f"For {len(apart)} numbers here"
        yield (
            "An effect is worked out in each draw, and its middle is shown. So it need not be the number with the "
            "change minus the one without. "
            f"{where} it differs a little{', such as' if len(apart) > 1 else ':'} {apart[0]}."
        )


def _beyond(fit: FittedMap, asked: Intervention, result: pd.DataFrame) -> Iterator[str]:
    """Levels that were never observed."""
    beyond = []
    for k in sorted(_moved(fit, asked)):
        kpi = fit.scorecard.kpis[k]
        path = result.loc[(result["level"] == "kpi") & (result["id"] == kpi.id), ["with_", "effect"]].to_numpy()
        low, high = fit.observed[k]
        far = np.where(path[:, 1] > 0, path[:, 0] - high, np.where(path[:, 1] < 0, low - path[:, 0], -1.0))
        if np.nanmax(far, initial=-1.0) > 1e-6 * max(abs(low), abs(high)):
            furthest = float(path[int(np.nanargmax(far)), 0])
            seen = kpi.show(low) if low == high else f"{kpi.show(low)} to {kpi.show(high)}"
            beyond.append((kpi.name, kpi.show(furthest), seen))
    doubt = "nobody knows whether the links hold" if fit.scorecard.links else ""
    if len(beyond) == 1:
        name, level, seen = beyond[0]
        yield f"{name} would reach {level}, beyond anything observed ({seen}){doubt and f': {doubt} there'}."
    elif beyond:
        each = "; ".join(f"{name} would reach {level} (observed: {seen})" for name, level, seen in beyond)
        yield f"Beyond anything observed{doubt and f', where {doubt}'}: {each}."


def _moved(fit: FittedMap, asked: Intervention) -> set[int]:
    """The KPIs that are moved themselves, by their place."""
    by_work = {fit.place[change.kpi] for one in asked.starts for change in one.initiative.changes}
    return by_work | {one.kpi for one in asked.changes}


def _at_its_edge(fit: FittedMap, asked: Intervention) -> Iterator[str]:
    """Changes that a KPI's unit does not allow."""
    for change in asked.changes:
        if change.edge is not None:
            kpi = fit.scorecard.kpis[change.kpi]
            which = "below" if change.edge == fit.limits[change.kpi, 0] else "above"
            yield f"{kpi.name} cannot be {which} {kpi.show(change.edge)}: of {change.text}, no more is reckoned with."


def _about_initiative(fit: FittedMap, asked: Intervention, begun: InitiativeStart) -> Iterator[str]:
    work, start = begun.initiative, periods.period_of(begun.start)
    if work.unit and fit.unit not in ("", work.unit):
        yield f"{work.name} is done in {work.unit}, so it moves nothing in {fit.unit}."
        return
    if work.unit and fit.unit:
        more = [f"{fit.scorecard.kpi(c.kpi).name} by {effect_texts(c.by)[0]}" for c in work.changes]
        yield f"{work.name} is done in {work.unit} alone, so it moves more there than in the whole: {listed(more)}."
    if not work.changes:
        yield f"{work.name} says of no KPI that it changes it: it only costs."
    if begun.start <= fit.month:
        had = [(change, 1 - ramp_share(fit, change, begun.start, 10_000)[-1]) for change in work.changes]
        of = "% of its change of"
        come = [f"{100 * share:.0f} {of} {fit.scorecard.kpi(change.kpi).name}" for change, share in had if share]
        shows = "should show in the actuals already; only what is still to come counts."
        yield f"{work.name} started in {start}.{f' {listed(come)} {shows}' if come else ''}"
    if begun.start > fit.month + asked.horizon:
        yield f"{work.name} starts in {start}, after the last month that is looked at: nothing of it is in here."
    for change in work.changes:
        name = fit.scorecard.kpi(change.kpi).name
        if fit.place[change.kpi] in asked.held:
            yield f"{name} is held at a level: what {work.name} would do to it does not count."
        if not np.isfinite(fit.latest[fit.place[change.kpi]]):
            yield f"{name} has no actual: what {work.name} does to it is not scored."
    starts = {other.initiative.id: other for other in asked.starts}
    names = {other.id: other.name for other in fit.scorecard.initiatives}
    for id in work.after:
        if id not in starts:
            yield f"{work.name} comes after {names[id]}, which is not part of this scenario."
        elif starts[id].start + starts[id].initiative.months > begun.start:
            yield f"{work.name} starts before {starts[id].initiative.name} has ended, which it comes after."


def _about_targets(fit: FittedMap, asked: Intervention) -> Iterator[str]:
    ended = []
    for kpi in fit.scorecard.kpis:
        points = kpi.points() if isinstance(kpi.target, tuple) and kpi.direction != "within_range" else []
        if points and max(periods.span(point.period)[1] for point in points) < fit.month + asked.horizon:
            ended.append(kpi.name)
    if ended:
        last = periods.period_of(fit.month + asked.horizon)
        whose = "A target's path ends" if len(ended) == 1 else f"The paths of {len(ended)} targets end"
        yield f"{whose} before {last}; the last target is held from there: {listed(ended)}."


def _about_actuals(fit: FittedMap) -> Iterator[str]:
    rows = {kpi.name: path.rows for kpi, path in zip(fit.scorecard.kpis, fit.baseline_paths, strict=True)}
    none = [name for name, count in rows.items() if not count]
    few = [f"{name} ({count})" for name, count in rows.items() if 0 < count < SHORT]
    if none:
        yield f"Without actuals, and so without a forecast: {listed(none)}."
    if few:
        yield f"Fewer than {SHORT} actuals, so that a band says little: {listed(few)}."
    parts = zip(fit.scorecard.kpis, fit.baseline_paths, fit.equations, strict=True)
    still = [one.name for one, at, by in parts if at.rows and not (by.pull.any() or by.slope.any() or by.noise.any())]
    if still:
        yield f"No actual differs from another, so that no chance is drawn and the band has no width: {listed(still)}."


def _arrow(fit: FittedMap, link: Link) -> str:
    return arrow(fit.scorecard.kpi(link.cause).name, fit.scorecard.kpi(link.effect).name)
