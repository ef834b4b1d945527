"""Exercises on initiatives: what has come of one by some month, which come too late, when one shows in the noise."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bsclib.actuals.departures import find_departures
from bsclib.model import periods
from bsclib.model.nouns import Change, Initiative
from bsclib.study.answers import Names, Number
from bsclib.study.exercises import Case, Question, Slip, apart, places, plain, precision

CLEAR = 1.645 + 0.842
"""Standard errors at which an effect is found 80 times in 100 by a test that is fooled 5 times in 100."""
LONGEST = 120
"""Months from which on nobody waits."""
NONE = "No initiative of this scorecard says what it changes"


def _changes(case: Case) -> Iterator[tuple[Initiative, Change]]:
    return ((one, change) for one in case.scorecard.initiatives for change in one.changes)


def called(one: Initiative) -> str:
    """The name of an initiative, with its id, as questions write it."""
    return f"“\u2068{one.name if len(one.name) <= 60 else one.name[:59] + '…'}\u2069” ({one.id})"


def ramp(case: Case) -> Question | str:
    """What an initiative has added on average while it is still growing."""
    rows = [(one, change) for one, change in _changes(case) if change.by and change.ramp >= 2]
    if not rows:
        return f"{NONE} in steps."
    one, change = max(rows, key=lambda both: both[1].chance < 1)
    kpi = case.scorecard.kpi(change.kpi)
    right = change.by * change.chance / 2
    decimals = places(abs(change.by) / 50)
    expects = Number(right, within=10.0**-decimals, unit=kpi.measured_in)
    return Question(
        text=f"{called(one)} should move {case.called(kpi.id)} by {plain(change.by)} in the end. Half of its ramp is "
        f"done.\nBy how much has it moved the KPI by then, on average over all that may happen? Give it "
        f"{precision(decimals)}.",
        expects=expects,
        words="what is planned is the end of the way, if all goes well. Until then there is a part of it, and it comes "
        "with a chance only.",
        code=f"by, chance, share = {change.by!r}, {change.chance!r}, 0.5\nanswer = by * share * chance",
        hints=(
            "How much would it be by then if the initiative works?",
            "It works with the chance that is stated; otherwise nothing comes of it. What is that on average?",
        ),
        slips=apart(
            expects,
            Slip(change.by, "this is what is planned in the end, if it works."),
            Slip(change.by * change.chance, "this is the end of the ramp. Half of it is done."),
            Slip(change.by / 2, "this is if it works. With which chance does it?"),
        ),
        given=(
            ("what", "value"),
            ("planned in the end", plain(change.by)),
            ("share of the ramp that is done", "0.5"),
            ("chance that it works", plain(change.chance)),
        ),
    )


def too_late(case: Case) -> Question | str:
    """Which initiatives cannot have shown anything by some month."""
    dated = {one.id: one for one in case.scorecard.initiatives if one.start and any(each.by for each in one.changes)}
    if len(dated) < 2:
        return "Fewer than two initiatives of this scorecard say when they start and what they change."
    starts = {id: periods.span(str(one.start))[0] for id, one in dated.items()}
    soonest = {id: min(each.delay for each in one.changes if each.by) for id, one in dated.items()}
    first = {id: starts[id] + soonest[id] for id in dated}
    grown = {
        id: starts[id] + min(each.delay + each.ramp for each in one.changes if each.by) for id, one in dated.items()
    }
    middle = sorted(first.values())[(len(first) - 1) // 2]
    right = frozenset(id for id, month in first.items() if month > middle)
    if not right:
        return "All initiatives of this scorecard begin to show in the same month."
    expects = Names(right, of={id: one.name for id, one in dated.items()}, kind="initiative")
    month = periods.period_of(middle)
    return Question(
        text=f"The board looks at the scorecard at the end of {month}. Which of these initiatives cannot have shown "
        "anything by then, even if all goes as planned?\nAn initiative's first effect comes in the month that lies its "
        "delay after the start. Give ids or names, in any order.",
        expects=expects,
        words="what comes later than the horizon counts for nothing there, whatever it is worth afterwards. So a short "
        "horizon chooses what is quick, and more money does not make it quicker.",
        code="from bsclib.model.periods import span\n\nanswer = []\nfor one in scorecard.initiatives:\n"
        "    delays = [change.delay for change in one.changes if change.by]\n"
        f'    if one.start and delays and span(one.start)[0] + min(delays) > span("{month}")[0]:\n'
        "        answer.append(one.id)",
        hints=("Count the delay in months from the start.", f"Is the month you come to later than {month}?"),
        slips=apart(
            expects,
            Slip(
                frozenset(id for id in dated if starts[id] > middle),
                "these start later. Others start before, and show later all the same.",
            ),
            Slip(
                frozenset(id for id in dated if grown[id] > middle),
                "these have not shown all of it. Some of it may show before.",
            ),
            Slip(frozenset(dated) - right, "these are the ones that may have shown something."),
        ),
        given=(
            ("initiative", "start", "delay in months", "ramp in months"),
            *((id, periods.period_of(starts[id]), str(soonest[id]), str(grown[id] - first[id])) for id in dated),
        ),
    )


def visible(case: Case) -> Question | str:
    """After how many months an effect can be told from noise."""
    asked = _in_noise(case)
    if asked is None:
        return f"{NONE} in a KPI of which two years were observed, by an amount that noise could hide."
    one, change, effect, noise = asked
    months = math.ceil((CLEAR * noise / effect) ** 2 - 1e-9)
    expects = Number(float(months), within=0.0)
    return Question(
        text=f"{called(one)} should move {case.called(change.kpi)} by {plain(effect)} one way. From month to month "
        f"the KPI departs from its course by {plain(noise)} for no reason (standard deviation).\nThe mean of n months "
        "after the change departs by noise / √n. To be found 80 times in 100 by a test that is fooled 5 times in 100, "
        f"the effect must be {CLEAR:.3f} times that. How many months, at least, until then? Give a whole number.",
        expects=expects,
        words="half the effect takes four times the months. Who looks earlier sees noise, and will call it success or "
        "failure as it happens to come. In truth it takes a little longer, since a KPI resembles its own past.",
        code=f"import math\n\neffect, noise = {effect!r}, {noise!r}\nanswer = math.ceil(({CLEAR:.3f} * noise / effect) "
        "** 2)",
        hints=(
            f"Look for the n at which effect = {CLEAR:.3f} × noise / √n.",
            f"√n = {CLEAR:.3f} × noise / effect. Square it, and round up.",
        ),
        slips=apart(
            expects,
            Slip(float(math.ceil(CLEAR * noise / effect)), "this is √n. It has to be squared."),
            Slip(float(math.ceil((noise / effect) ** 2)), "an effect as large as its standard error is no clear one."),
            Slip(
                float(math.ceil((1.645 * noise / effect) ** 2)),
                "then it would be found in half of all cases only, not in 80 of 100.",
            ),
            Slip(float(months - 1), "at least: round up."),
        ),
        given=(("what", "value"), ("effect", plain(effect)), ("noise", plain(noise))),
    )


def _in_noise(case: Case) -> tuple[Initiative, Change, float, float] | None:
    """The planned change that takes longest to be seen, if anybody would wait so long; its effect and the noise."""
    left = find_departures(case.actuals, case.scorecard)
    left = left[left.index <= case.period]
    found = []
    for one, change in _changes(case):
        seen = left[change.kpi].dropna()
        if len(seen) >= 24 and change.by:
            effect, noise = float(figures_of(abs(change.by))), float(figures_of(float(np.std(seen, ddof=1))))
            months = (CLEAR * noise / effect) ** 2
            if 1 < months <= LONGEST:
                found.append((months, one, change, effect, noise))
    return max(found, key=lambda row: row[0])[1:] if found else None


def figures_of(value: float) -> str:
    """A number to three figures, as Python reads it.

    Examples
    --------
    >>> figures_of(0.123456)
    '0.123'
    """
    return f"{value:.3g}"
