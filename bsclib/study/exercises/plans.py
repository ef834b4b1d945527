"""Exercises on initiatives: what has come of one by some month, which come too late, when one shows in the noise."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bsclib.actuals.departures import find_departures
from bsclib.model import periods
from bsclib.model.initiatives import Change, Initiative
from bsclib.study.answers import Names, Number
from bsclib.study.exercises.case import Case, by_row, measured, names_of, plain, typed, values_table
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.wording import month_name

CLEAR = 1.645 + 0.842
"""Standard errors at which an effect is found 80 times in 100 by a test that is fooled 5 times in 100."""
LONGEST = 120
"""Months from which on nobody waits."""


def _changes(case: Case) -> Iterator[tuple[Initiative, Change]]:
    return ((initiative, change) for initiative in case.scorecard.initiatives for change in initiative.changes)


@exercise("initiative kpi by precision", slips="end_if_sure end if_it_works come done", nothing="no_ramp")
def ramp(case: Case) -> Facts:
    """What is still to come of an initiative on average while it is growing."""
    rows = [(initiative, change) for initiative, change in _changes(case) if change.by and change.ramp >= 2]
    initiative, change = max(need(rows, "no_ramp"), key=lambda row: row[1].chance < 1)
    kpi = case.scorecard.kpi(change.kpi)
    given = {"planned in the end": change.by, "share of the ramp that is done": 0.25}
    given["chance that it works"] = change.chance
    expects, names = measured(case, kpi, change.by * change.chance * 0.75, abs(change.by) / 50)
    del names["unit"]  # the question does not say it
    return Facts(
        expects,
        code=f"by, chance, share = {change.by!r}, {change.chance!r}, 0.25\nanswer = by * (1 - share) * chance",
        names=names | {"initiative": case.called(initiative), "by": plain(change.by)},
        slips={
            "end_if_sure": change.by,
            "end": change.by * change.chance,
            "if_it_works": change.by * 0.75,
            "come": change.by * change.chance / 4,
            "done": change.by / 4,
        },
        given=values_table(given),
    )


@exercise("month", slips="later_start not_grown shown", nothing="too_few all_at_once")
def too_late(case: Case) -> Facts:
    """Which initiatives cannot have shown anything by some month."""
    starts, delays, ramps = dict[str, int](), dict[str, int](), dict[str, int]()
    for work in case.scorecard.initiatives:
        changes = [change for change in work.changes if change.by]
        if work.start and changes:
            starts[work.id] = periods.span(work.start)[0]
            delays[work.id] = min(change.delay for change in changes)
            ramps[work.id] = min(change.delay + change.ramp for change in changes) - delays[work.id]
    need(len(starts) >= 2, "too_few")
    first = {id: start + delays[id] for id, start in starts.items()}
    middle = sorted(first.values())[(len(first) - 1) // 2]
    right = need(frozenset(id for id, month in first.items() if month > middle), "all_at_once")
    month = periods.period_of(middle)
    of = names_of(work for work in case.scorecard.initiatives if work.id in starts)
    return Facts(
        Names(
            right,
            of=of,
            kind="initiative",
            also=by_row(starts),
            why=dict.fromkeys(starts.keys() - right, phrases()["may_show"]),
            ask=phrases()["delay_left"],
        ),
        code=(
            "from bsclib.model.periods import span\n\nanswer = []\nfor one in scorecard.initiatives:\n"
            "    delays = [change.delay for change in one.changes if change.by]\n"
            f'    if one.start and delays and span(one.start)[0] + min(delays) > span("{month}")[0]:\n'
            "        answer.append(one.id)"
        ),
        names={"month": month_name(month)},
        slips={
            "later_start": frozenset(id for id, start in starts.items() if start > middle),
            "not_grown": frozenset(id for id in starts if first[id] + ramps[id] > middle),
            "shown": frozenset(starts) - right,
        },
        given=(
            ("number", "initiative", "start", "delay in months", "ramp in months"),
            *(
                (str(n), of[id], month_name(periods.period_of(start)), str(delays[id]), str(ramps[id]))
                for n, (id, start) in enumerate(starts.items(), 1)
            ),
        ),
    )


@exercise("initiative kpi way effect noise clear", slips="root unclear half month_less", nothing="none_noisy")
def visible(case: Case) -> Facts:
    """After how many months an effect can be told from noise."""
    initiative, change, effect, noise = need(_in_noise(case), "none_noisy")
    months = math.ceil((CLEAR * noise / effect) ** 2 - 1e-9)
    return Facts(
        Number(months, within=0.0),
        code=(
            f"import math\n\neffect, noise = {effect!r}, {noise!r}\n"
            f"answer = math.ceil(({CLEAR:.3f} * noise / effect) ** 2)"
        ),
        names={
            "initiative": case.called(initiative),
            "kpi": case.called(change.kpi),
            "way": "lower" if change.by < 0 else "raise",
            "effect": plain(effect),
            "noise": plain(noise),
            "clear": f"{CLEAR:.3f}",
        },
        slips={
            "root": math.ceil(CLEAR * noise / effect),
            "unclear": math.ceil((noise / effect) ** 2),
            "half": math.ceil((1.645 * noise / effect) ** 2),
            "month_less": months - 1,
        },
        given=values_table({"effect": effect, "noise": noise}),
    )


def _in_noise(case: Case) -> tuple[Initiative, Change, float, float] | None:
    """The planned change that takes longest to be seen, if anybody would wait so long; its effect and the noise."""
    left = find_departures(case.actuals, case.scorecard)
    left = left[left.index <= case.period]
    hidden = []
    for initiative, change in _changes(case):
        seen = left[change.kpi].dropna()
        if len(seen) >= 24 and change.by:
            effect, noise = typed(abs(change.by)), typed(float(np.std(seen, ddof=1)))
            months = (CLEAR * noise / effect) ** 2
            if 1 < months <= LONGEST:
                hidden.append((months, initiative, change, effect, noise))
    return max(hidden, key=lambda row: row[0])[1:] if hidden else None
