"""Rules about what a scorecard is for: the objectives above it, and the work that is to move its KPIs."""

from __future__ import annotations

from typing import cast

from bsclib.design.review.rules import CASCADE, OURS, SMART, Findings, fix, rule, why
from bsclib.design.review.subject import Subject
from bsclib.errors import nearest
from bsclib.model.initiatives import Change
from bsclib.model.nouns import KPI, Objective, Scorecard
from bsclib.wording import listed, quoted


@rule("BSC601", "medium", CASCADE, needs="above")
@why("what the organisation wants there, nobody here works for")
@fix(
    "name it in supports of the objective that serves it, or accept this finding with the reason",
    remedy="say which objective serves it, or why none does",
)
def _unsupported(subject: Subject) -> Findings:
    above = _above(subject)
    named = [text for objective in subject.card.objectives for text in _goals(objective)]
    supported = {_named(above, text) for text in named} & {objective.id for objective in above.objectives}
    if not supported:
        others = listed(dict.fromkeys(text.rpartition(".")[0] for text in named if _named(above, text) is None))
        instead = f"; supports names {others} instead" if others else ""
        yield above.id, f"no objective supports anything of {above.name}{instead}"
        return
    for objective in above.objectives:
        if objective.id not in supported:
            yield f"{above.id}.{objective.id}", f"no objective supports {quoted(objective.name)} of {above.name}"


def _above(subject: Subject) -> Scorecard:
    return cast(Scorecard, subject.above)


def _goals(objective: Objective) -> list[str]:
    return [support.goal for support in objective.supports]


def _named(above: Scorecard, text: str) -> str | None:
    """The objective above that a text names; None where it names another scorecard's."""
    prefix, _, id = text.rpartition(".")
    return id if prefix in ("", above.id) else None


@rule("BSC602", "low", CASCADE)
@why("it may be good for the department and for nobody else")
@fix(
    "say in supports what it serves above, or ask whether it is needed",
    remedy="say what it serves above, or ask whether it is needed",
)
def _supports_nothing(subject: Subject) -> Findings:
    objectives = subject.card.objectives
    for objective in objectives if any(other.supports for other in objectives) else ():
        if not objective.supports:
            yield objective.id, f"{quoted(objective.name)} supports no objective above, and others do"


@rule("BSC603", "high", CASCADE, needs="above")
@why("the objective serves something that is not there: a wish of the past, or a slip of the pen")
@fix("correct supports, or take it out", remedy="correct what it serves")
def _unknown_above(subject: Subject) -> Findings:
    above = _above(subject)
    known = [objective.id for objective in above.objectives]
    for objective in subject.card.objectives:
        said = []
        for text in _goals(objective):
            named = _named(above, text)
            prefix = text.rpartition(".")[0]
            if named is None and nearest(prefix, [above.id]):
                said.append(f"{text!r} names a scorecard {prefix!r}; did you mean {above.id!r}?")
            elif named is not None and named not in known:
                guess = nearest(named, known)
                said.append(f"{above.id} has no objective {named!r}{f'; did you mean {guess!r}?' if guess else ''}")
        if said:
            yield objective.id, "; ".join(said)


@rule("BSC604", "medium", OURS)
@why("money is spent, and no KPI would show what for")
@fix("say in changes which KPI it moves, by how much and when", remedy="say which KPI it moves, by how much and when")
def _moves_nothing(subject: Subject) -> Findings:
    for initiative in subject.card.initiatives:
        if not any(change.by for change in initiative.changes):
            yield initiative.id, f"{quoted(initiative.name)} changes no KPI"


@rule("BSC605", "high", OURS)
@why("by its own numbers the work makes things worse")
@fix(
    "correct the sign of by, or name the KPI that it is to improve",
    remedy="turn the sign round, or name the KPI that it is to improve",
)
def _wrong_way(subject: Subject) -> Findings:
    for initiative in subject.card.initiatives:
        ways = [_way(subject.card.kpi(change.kpi), change) for change in initiative.changes]
        if "wrong" in ways and set(ways) <= {"wrong", "none"}:
            wrong = [change.kpi for change, way in zip(initiative.changes, ways, strict=True) if way == "wrong"]
            yield (
                initiative.id,
                f"{quoted(initiative.name)} moves {subject.names(wrong)} the wrong way, and no KPI the right way",
            )


def _way(kpi: KPI, change: Change) -> str:
    """Which way a change moves a KPI; for a range that depends on where it stands."""
    if not change.by:
        return "none"
    if kpi.direction == "within_range":
        return "either"
    return "right" if (change.by > 0) == (kpi.direction == "higher_is_better") else "wrong"


@rule("BSC606", "low", SMART)
@why("work that nobody owns, or that never starts, moves no KPI")
@fix("name who answers for it, and when it starts")
def _nobody_or_never(subject: Subject) -> Findings:
    for initiative in subject.card.initiatives:
        missing = [word for word in ("owner", "start") if not getattr(initiative, word)]
        if missing:
            yield initiative.id, f"{quoted(initiative.name)} has no {' and no '.join(missing)}"
