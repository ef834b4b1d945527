"""Rules about the improvement register: what is late, what nobody answers for, and what cannot be seen to help."""

from __future__ import annotations

from bsclib.design.review.rules import OURS, SMART, Findings, fix, rule, why
from bsclib.design.review.subject import Subject
from bsclib.errors import nearest
from bsclib.model import periods
from bsclib.wording import counted, quoted

CYCLE = "Deming's cycle: plan, do, check, act"


@rule("BSC811", "medium", OURS, needs="actuals")
@why("what is late and still open is forgotten, or was never meant")
@fix(
    "finish it, drop it with the reason in outcome, or agree on another date",
    remedy="finish it, drop it with the reason, or agree on another date",
)
def _overdue(subject: Subject) -> Findings:
    for action in subject.card.actions:
        late = subject.as_of - periods.span(action.due)[1] if action.due and action.open else 0
        if late > 0:
            when = f"{counted(late, 'month')} before the last actuals"
            yield action.id, f"{quoted(action.action)} was due in {action.due}, {when}"


@rule("BSC812", "low", SMART)
@why("what nobody answers for is not done")
@fix("name the role that answers for it, and by when")
def _nobody(subject: Subject) -> Findings:
    for action in subject.card.actions:
        missing = [name for name, there in (("owner", action.owner), ("due date", action.due)) if not there]
        if missing and action.open:
            yield action.id, f"{quoted(action.action)} has no {' and no '.join(missing)}"


@rule("BSC813", "medium", CYCLE)
@why("nothing can show whether it helped")
@fix(
    "name the KPI that is to show it; if the KPI was retired, say in outcome what became of the action",
    remedy="name the KPI that is to show it; if the KPI was retired, say what became of the action",
)
def _unknown_kpi(subject: Subject) -> Findings:
    known = [kpi.id for kpi in subject.card.kpis]
    for action in subject.card.actions:
        if action.kpi not in known and not action.outcome:
            guess = nearest(action.kpi, known)
            yield action.id, f"there is no KPI {action.kpi!r}{f'; did you mean {guess!r}?' if guess else ''}"


@rule("BSC814", "medium", CYCLE, needs="actuals")
@why("nothing can show whether it helped")
@fix("name a unit of the actuals, or leave the unit out if it is done everywhere")
def _unknown_unit(subject: Subject) -> Findings:
    units = [unit for unit in subject.grid.units if unit]
    works = [(work.id, work.unit) for table in (subject.card.actions, subject.card.initiatives) for work in table]
    for id, unit in works:
        if unit and unit not in units:
            guess = nearest(unit, units)
            yield id, f"no actual is of the unit {unit!r}{f'; did you mean {guess!r}?' if guess else ''}"


@rule("BSC815", "medium", CYCLE)
@why("without the month in which it was done nobody can tell before from after")
@fix("write the month in finished", remedy="say in which month it was finished")
def _no_date(subject: Subject) -> Findings:
    for action in subject.card.actions:
        if action.state == "finished" and not action.finished:
            yield action.id, f"{quoted(action.action)} is finished, and nothing says since when"


@rule("BSC816", "low", OURS, needs="actuals")
@why("either the month is wrong, or the actuals are old")
@fix("correct the month, or add the actuals since")
def _in_future(subject: Subject) -> Findings:
    for action in subject.card.actions:
        for name in ("decided", "finished"):
            month = getattr(action, name)
            if month and periods.span(month)[0] > subject.as_of:
                now = periods.period_of(subject.as_of)
                yield action.id, f"{quoted(action.action)} is {name} in {month}, and the actuals reach {now}"
                break


@rule("BSC817", "low", CYCLE)
@why("whatever happens, it will have been meant so")
@fix(
    "write in expected_effect by how much it is to move its KPI, before it is done",
    remedy="say by how much it is to move its KPI, before it is done",
)
def _nothing_expected(subject: Subject) -> Findings:
    for action in subject.card.actions:
        if action.open and action.expected_effect is None:
            yield action.id, f"{quoted(action.action)} says not by how much it is to move {subject.names([action.kpi])}"
