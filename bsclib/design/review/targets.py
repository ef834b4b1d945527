"""Rules about targets, floors, baselines and the bands between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from bsclib.design.review.rules import ARITHMETIC, SMART, Findings, fix, rule, why
from bsclib.design.review.subject import Subject, dated, distinct_values, improvement, past, possible_values, worse
from bsclib.model import periods
from bsclib.model.limits import value_limits
from bsclib.model.measures import stated
from bsclib.model.nouns import KPI
from bsclib.model.values import Thresholds
from bsclib.scoring.method import Method
from bsclib.wording import counted


@rule("BSC301", "low", ARITHMETIC)
@why("nothing is asked for that was not there before")
@fix("ask for more, or accept this finding with the reason why the level is to be held")
def _at_baseline(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if kpi.direction != "within_range" and kpi.baseline_value == kpi.final_target:
            yield kpi.id, f"baseline and target are both {kpi.show(kpi.final_target)}"


@rule("BSC302", "high", ARITHMETIC)
@why("whoever reaches the target has made things worse")
@fix("correct the direction, the baseline or the target")
def _wrong_side(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        start = kpi.baseline_value
        if improvement(kpi) and start is not None and worse(kpi, kpi.final_target, start):
            low, high = distinct_values(kpi, start, kpi.final_target)
            yield kpi.id, f"the target leads from {low} to {high}, but {kpi.direction.replace('_', ' ')}"


@rule("BSC303", "high", ARITHMETIC)
@why("there is no way between floor and target, so the score can only be 0 or 100")
@fix("put the floor where the performance would be worth nothing")
def _no_way(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if isinstance(kpi.floor, tuple):
            (lower, upper), (low, high) = kpi.floor, kpi.range
            inside = [("lower", lower, low)] * (lower >= low) + [("upper", upper, high)] * (upper <= high)
            for side, floor, edge in inside[:1]:
                here, there = distinct_values(kpi, floor, edge)
                yield kpi.id, f"the {side} floor {here} is not outside the range's edge {there}"
        elif kpi.floor is not None and not worse(kpi, kpi.floor, kpi.final_target):
            here, there = distinct_values(kpi, kpi.floor, kpi.final_target)
            than = "as good as" if kpi.floor == kpi.final_target else "better than"
            yield kpi.id, f"the floor ({here}) is {than} the target ({there}), and {kpi.direction.replace('_', ' ')}"


@rule("BSC304", "low", SMART)
@why("the target is due at once, but the KPI starts away from it, and no month is set to get there")
@fix(
    "give baseline and target their dates: {period: 2027-12, value: ...}", remedy="give baseline and target their dates"
)
def _no_date(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not improvement(kpi):
            continue
        start, end = distinct_values(kpi, float(kpi.baseline_value or 0), kpi.final_target)
        if not dated(kpi):
            yield kpi.id, f"the target leads from {start} to {end}, and nothing says by when"
        elif kpi.path == "linear" and len(kpi.points()) == 1:
            why = f"the baseline {start} has no date, so there is no way from it"
            yield kpi.id, f"{why}: {end} is expected in every month, and not only by {kpi.points()[0].period}"


@rule("BSC305", "medium", SMART, needs="actuals")
@why("what was wanted by then is still compared with what is done now")
@fix("agree on the next target, and add it with its date")
def _past(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if past(kpi, subject.as_of):
            last, now = kpi.points()[-1].period, periods.period_of(subject.as_of)
            yield kpi.id, f"the last dated target is of {last}, and the actuals reach {now}"


@rule("BSC306", "low", ARITHMETIC, needs="actuals")
@why("floor and expected are so near to each other that a small change of the actual swings the score")
@fix("state a floor, where the performance would be worth nothing")
def _unsteady_floor(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        points = kpi.points()
        if not dated(kpi) or kpi.floor is not None or kpi.path == "stepped" or points[0] is not kpi.baseline:
            continue
        age = subject.as_of - periods.span(points[0].period)[1]
        if 0 <= age <= subject.limits.young:
            said = f"the path began in {points[0].period}, {counted(age, 'month')} before the last actuals"
            yield kpi.id, f"{said}, and the score is 0 at the baseline, for want of a floor"


@rule("BSC307", "medium", ARITHMETIC)
@why("the best imaginable is reached before the target is")
@fix("exchange the two, or correct the direction")
def _easy_stretch(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if kpi.stretch is not None and worse(kpi, kpi.stretch, kpi.final_target):
            best, target = distinct_values(kpi, kpi.stretch, kpi.final_target)
            yield kpi.id, f"the stretch {best} is easier than the target {target}"


@rule("BSC308", "medium", ARITHMETIC)
@why("a status that hardly ever, never or always shows says nothing")
@fix("move the thresholds apart, and to where an actual can lie")
def _bands(subject: Subject) -> Findings:
    card, least = subject.card, subject.limits.band
    said = {card.id: [*_method_bands(subject.method), *_card_bands(card.thresholds, least)]}
    said |= {kpi.id: [*_narrow(kpi.thresholds, least), *_beyond(kpi)] for kpi in card.kpis}
    yield from ((id, "; ".join(faults)) for id, faults in said.items() if faults)


def _narrow(thresholds: Thresholds, least: float) -> Iterator[str]:
    if thresholds.on_target - thresholds.at_risk < least - 1e-9:
        yield f"at_risk is only from {thresholds.at_risk:g} to {thresholds.on_target:g}"


def _card_bands(thresholds: Thresholds, least: float) -> Iterator[str]:
    yield from _narrow(thresholds, least)
    if thresholds.on_target > 1:
        yield f"above the KPIs on_target begins at {thresholds.on_target:g}, and a score reaches 100, which is 1"
    if thresholds.at_risk <= 0:
        yield f"above the KPIs at_risk begins at {thresholds.at_risk:g}, so nothing is ever off target"


def _beyond(kpi: KPI) -> Iterator[str]:
    """Whether on target, at the final target, begins where no actual can be."""
    begins = kpi.thresholds.on_target
    if kpi.direction == "within_range":
        if begins > 1:
            yield f"on_target begins at {begins:g}, and inside the range attainment is 1"
        return
    (low, high), floor, target = value_limits(kpi), kpi.floors()[0], kpi.final_target
    needed = floor + begins * (target - floor)
    if worse(kpi, floor, target) and low <= target <= high and not low - 1e-9 <= needed <= high + 1e-9:
        yield f"on_target begins at {kpi.show(needed)}, which cannot be"


def _method_bands(method: Method) -> Iterator[str]:
    """What is wrong with a method's own bands."""
    if method.bands:
        edges, words = method.bands.edges, method.bands.words
        if any(later <= earlier for earlier, later in itertools.pairwise(edges)):
            yield f"the bands of the method {method.name} overlap: {', '.join(f'{edge:g}' for edge in edges)}"
        if len(words) != len(edges) + 1:
            yield f"the method {method.name} has {counted(len(words), 'word')} for {counted(len(edges) + 1, 'band')}"
    if method.cuts and method.cuts[0] >= method.cuts[1]:
        yield f"the method {method.name} leaves no room for at_risk: {method.cuts[0]:g} to {method.cuts[1]:g}"
    if method.cuts and method.clamp and method.cuts[1] > method.clamp[1]:
        yield f"the method {method.name} is on target from {method.cuts[1]:g}, and gives {method.clamp[1]:g} at most"


@rule("BSC309", "high", ARITHMETIC)
@why("no actual can ever lie there")
@fix("correct the value, what it is measured in, or its limits")
def _impossible(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        low, high = value_limits(kpi)
        wrong = [
            f"{name} {distinct_values(kpi, value, min(max(value, low), high))[0]}"
            for name, value in stated(kpi)
            if not low - 1e-9 <= value <= high + 1e-9
        ]
        if wrong:
            yield kpi.id, f"{', '.join(dict.fromkeys(wrong))}: {possible_values(kpi)}"
