"""Rules about objectives: how they are named, who owns them, what measures them, and how many there are."""

from __future__ import annotations

import itertools

from bsclib.design.review.rules import OURS, SMART, Findings, fix, rule, why
from bsclib.design.review.subject import Subject, dated, improvement
from bsclib.design.review.words import is_verb_and_object, nearly_same, work_word
from bsclib.wording import counted, quoted

HOW_MANY = "Kaplan & Norton 1996, as cited by Lipe & Salterio 2002"


@rule("BSC101", "medium", SMART)
@why("a name that is not a verb and an object names a subject, not what is wanted of it")
@fix("say what is to happen to what: Restore services fast")
def _no_verb_and_object(subject: Subject) -> Findings:
    for objective in subject.card.objectives:
        if is_verb_and_object(objective.name) is False:
            short = len(objective.name.split()) == 1
            said = "is one word" if short else f"begins with {quoted(objective.name.split()[0])}, which is no verb"
            yield objective.id, f"the name {quoted(objective.name)} {said}"


@rule("BSC102", "medium", SMART)
@why("what belongs to everybody is done by nobody")
@fix("name the one who answers for it")
def _no_owner(subject: Subject) -> Findings:
    for objective in subject.card.objectives:
        if not objective.owner:
            yield objective.id, f"nobody owns the objective {quoted(objective.name)}"


@rule("BSC103", "high", SMART)
@why("without a KPI nobody will know whether it was reached, and it does not count in the score")
@fix("measure it, or leave it out")
def _no_kpi(subject: Subject) -> Findings:
    for objective in subject.card.objectives:
        if not subject.card.kpis_of(objective.id):
            yield objective.id, f"no KPI measures {quoted(objective.name)}"


@rule("BSC104", "low", SMART)
@why("something is to get better, and nobody says by when")
@fix("give the target a date, or a path of dated values")
def _no_date(subject: Subject) -> Findings:
    for objective in subject.card.objectives:
        kpis = subject.card.kpis_of(objective.id)
        if any(map(improvement, kpis)) and not any(map(dated, kpis)):
            yield (
                objective.id,
                f"no target below {quoted(objective.name)} has a date: {subject.names(kpi.id for kpi in kpis)}",
            )


@rule("BSC105", "low", HOW_MANY)
@why("too few objectives tell no strategy, and too many leave none that matters")
@fix("merge or add objectives, or set limits: objectives to what suits you", remedy="merge or add objectives")
def _how_many(subject: Subject) -> Findings:
    count, (fewest, most) = len(subject.card.objectives), subject.limits.objectives
    if not fewest <= count <= most:
        are = "is" if count == 1 else "are"
        yield subject.card.id, f"there {are} {counted(count, 'objective')}; {fewest:g} to {most:g} are usual"


@rule("BSC106", "medium", "Kaplan & Norton 1992")
@why("a scorecard is balanced when no point of view crowds out the others")
@fix("ask what the other perspectives need; move or merge objectives")
def _lopsided(subject: Subject) -> Findings:
    card, limit = subject.card, subject.limits.perspective_share
    for perspective in card.perspectives if len(card.perspectives) > 1 else ():
        count, total = len(card.objectives_of(perspective.id)), len(card.objectives)
        if count > limit * total:
            said = "the only objective is" if total == 1 else f"{count} of the {total} objectives are"
            yield perspective.id, f"{said} in {quoted(perspective.name)}"


@rule("BSC107", "high", "Kaplan & Norton 1992")
@why("a point of view on the organisation is not looked from at all")
@fix("say what is wanted there, or take the perspective out")
def _empty_perspective(subject: Subject) -> Findings:
    for perspective in subject.card.perspectives:
        if not subject.card.objectives_of(perspective.id):
            yield perspective.id, f"the perspective {quoted(perspective.name)} has no objective"


@rule("BSC108", "medium", OURS)
@why("it names work, which can be finished without anything getting better")
@fix("name the result; make the work an initiative")
def _work(subject: Subject) -> Findings:
    for objective in subject.card.objectives:
        if word := work_word(objective.name):
            yield objective.id, f"the name {quoted(objective.name)} begins with {quoted(word)}"


@rule("BSC109", "medium", OURS)
@why("two objectives that say the same count the same thing twice")
@fix("merge them, or say how they differ")
def _same_name(subject: Subject) -> Findings:
    for a, b in itertools.combinations(subject.card.objectives, 2):
        if nearly_same(a.name, b.name):
            yield subject.pair(a, b), f"the names are {quoted(a.name)} and {quoted(b.name)}"
