"""Rules about KPIs as they are defined: how many, whose, of which role, how they add up, whether they can be gamed."""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from typing import cast

import pandas as pd

from bsclib.design.review.objectives import HOW_MANY
from bsclib.design.review.rules import ARITHMETIC, OURS, SINS, SMART, Findings, fix, rule, why
from bsclib.design.review.subject import Subject, difference, look_alikes, weightless
from bsclib.errors import nearest
from bsclib.model import formula
from bsclib.model.limits import is_percentage
from bsclib.model.nouns import KPI
from bsclib.wording import counted, formula_in_words, quoted

DRIVERS = "Van Grembergen & Van Bruggen 1997"


@rule("BSC201", "low", HOW_MANY)
@why("too few KPIs leave much of a perspective unseen, and too many leave none that is watched")
@fix("add or drop KPIs, or set limits: kpis to what suits you", remedy="add or drop KPIs")
def _how_many_here(subject: Subject) -> Findings:
    fewest, most = subject.limits.kpis
    for id, name, kpis in _perspectives(subject):
        if kpis and not fewest <= len(kpis) <= most:
            yield id, f"{quoted(name)} has {counted(len(kpis), 'KPI')}; {fewest:g} to {most:g} are usual"


def _perspectives(subject: Subject) -> list[tuple[str, str, list[KPI]]]:
    card = subject.card
    home = {objective.id: objective.perspective for objective in card.objectives}
    return [(p.id, p.name, [kpi for kpi in card.kpis if home[kpi.objective] == p.id]) for p in card.perspectives]


def _one_sided(subject: Subject, role: str, here: str, there: str, lacks: str) -> Findings:
    """The perspectives whose KPIs are all of one role, without a link from or to a KPI elsewhere."""
    ends = [(getattr(link, here), getattr(link, there)) for link in subject.card.links]
    for id, name, kpis in _perspectives(subject):
        inside = {kpi.id for kpi in kpis}
        linked = any(near in inside and far not in inside for near, far in ends)
        if {kpi.role for kpi in kpis} == {role} and len(kpis) > 1 and not linked:
            yield id, f"the {len(kpis)} KPIs of {quoted(name)} are all {role}, and no link says what {lacks}"


@rule("BSC202", "medium", DRIVERS)
@why("results without their drivers say that something went wrong when it is too late, and show no way")
@fix("add a KPI of what drives the result, or the link from the KPI elsewhere that does")
def _only_lagging(subject: Subject) -> Findings:
    return _one_sided(subject, "lagging", "effect", "cause", "drives one of them")


@rule("BSC203", "medium", DRIVERS)
@why("drivers without results spend without proof that anything came of it")
@fix("add a KPI of the result, or the link to the KPI elsewhere that shows it")
def _only_leading(subject: Subject) -> Findings:
    return _one_sided(subject, "leading", "cause", "effect", "one of them drives")


@rule("BSC204", "medium", SMART)
@why("nobody will answer for it, nor see that it is reported")
@fix("name the one who answers for it, at the KPI or at its objective")
def _no_owner(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not subject.owner(kpi):
            yield kpi.id, f"nobody owns {quoted(kpi.name)}, nor the objective it measures"


@rule("BSC801", "medium", SINS)
@why("who answers for everything answers for nothing")
@fix("let others own some of them, or set limits: owner", remedy="let others own some of them")
def _owns_too_much(subject: Subject) -> Findings:
    owned = Counter(owner for kpi in subject.card.kpis if (owner := subject.owner(kpi)))
    busy = [f"{owner} owns {counted(count, 'KPI')}" for owner, count in owned.items() if count > subject.limits.owner]
    if busy:
        yield subject.card.id, "; ".join(busy)


@rule("BSC205", "medium", SINS)
@why("two people will work it out in two ways, and both will be right")
@fix("write the formula, in words or as arithmetic of named quantities")
def _no_formula(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not kpi.formula:
            yield kpi.id, f"nothing says how {quoted(kpi.name)} is worked out"


@rule("BSC206", "low", SINS)
@why("a number without its unit of measurement can be read in several ways")
@fix("say what it is measured in: hours, %, EUR")
def _no_measure(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not kpi.measured_in:
            yield kpi.id, f"nothing says what {quoted(kpi.name)} is measured in"


@rule("BSC207", "medium", "Ittner & Larcker 2003")
@why("a KPI that is easily made to look good will be, unless another KPI shows the price")
@fix("name the counter-KPI in guarded_by", remedy="name the KPI that would show it as its guard")
def _unguarded(subject: Subject) -> Findings:
    by_entry = {kpi.catalogue: quoted(kpi.name) for kpi in subject.card.kpis}
    for kpi in subject.card.kpis:
        entry = subject.catalogue.get(kpi.catalogue)
        if entry and entry["gaming_risk"] == "high" and not kpi.guarded_by:
            counter = entry["counter_kpi"]
            offer = by_entry.get(counter) or f"{quoted(subject.catalogue[counter]['name'])} of the catalogue"
            yield kpi.id, f"no KPI guards it; {offer} would. How it is gamed: {entry['gamed_by'].rstrip('.')}"


@rule("BSC208", "high", ARITHMETIC)
@why("a mean of ratios counts a quiet month or a small unit as much as a busy or a large one")
@fix("use ratio, and give numerators and denominators")
def _averaged(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        above, below = formula.quantities(kpi.formula)
        words = _words(subject, kpi, "mean")
        if words and above and below:
            yield kpi.id, f"{_formula(kpi)} is a ratio, and is averaged {words}"
        elif words and kpi.id in subject.with_parts and "ratio" not in (kpi.aggregate, kpi.pooled):
            yield kpi.id, f"the actuals give numerators and denominators, and the KPI is averaged {words}"


@rule("BSC803", "low", SINS, needs="actuals")
@why("off target cannot be followed down to how many of how many, nor pooled over units and months")
@fix("give numerator and denominator in the actuals")
def _without_parts(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if kpi.id in subject.observed - subject.with_parts and "ratio" in (kpi.aggregate, kpi.pooled):
            yield kpi.id, f"{quoted(kpi.name)} is a ratio, and no actual gives its numerator and denominator"


@rule("BSC209", "high", ARITHMETIC)
@why("shares of different wholes do not add up: 60 % and 70 % are not 130 %")
@fix("use ratio with numerators and denominators, or mean or last if there are none")
def _added_up(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        words = _words(subject, kpi, "sum")
        if words and is_percentage(kpi):
            yield kpi.id, f"it is measured in {kpi.measured_in}, and is added up {words}"
        elif "across units" in words and all(formula.quantities(kpi.formula)):
            yield kpi.id, f"{_formula(kpi)} is a ratio, and is added up across units"


def _words(subject: Subject, kpi: KPI, word: str) -> str:
    """Where a KPI is brought together by this word; across units only if there may be some."""
    said = ["over time"] if kpi.aggregate == word else []
    said += ["across units"] if kpi.pooled == word and subject.may_have_units else []
    return " and ".join(said)


@rule("BSC210", "medium", ARITHMETIC)
@why("the same thing counts twice in the score, and looks like two confirmations of each other")
@fix("keep one, or say in the formulas how they differ")
def _twice(subject: Subject) -> Findings:
    read = {kpi.id: _read(kpi.formula) for kpi in subject.card.kpis}
    groups: dict[str, list[KPI]] = {}
    for kpi in subject.card.kpis:
        for key in {f"formula {read[kpi.id]}" if read[kpi.id] else "", kpi.catalogue and f"entry {kpi.catalogue}"}:
            groups.setdefault(key, []).append(kpi)
    groups.pop("", None)
    pairs: dict[str, str] = {}
    for kpis in groups.values():
        for a, b in itertools.combinations(kpis, 2):
            same = read[a.id] == read[b.id] != ""
            if same or not (read[a.id] and read[b.id]):
                shared = f"the formula {_formula(a)}" if same else f"the catalogue's entry {_entry(subject, a)}"
                pairs.setdefault(subject.pair(a, b), f"both have {shared}")
    yield from pairs.items()


def _formula(kpi: KPI) -> str:
    return quoted(formula_in_words(kpi.formula))


def _entry(subject: Subject, kpi: KPI) -> str:
    """The name of a KPI's entry in the catalogue, or what was written for one."""
    return quoted(subject.catalogue.get(kpi.catalogue, {"name": kpi.catalogue})["name"])


def _read(text: str) -> str:
    """A formula without the accidents of how it was typed."""
    if any(formula.quantities(text)):
        return ast.dump(ast.parse(text.strip(), mode="eval"))
    return " ".join(text.casefold().split())


@rule("BSC211", "medium", OURS)
@why("whoever looks the KPI up finds nothing, or finds that the other way is better")
@fix("correct the entry or the direction, or leave catalogue out", remedy="correct the entry or the direction")
def _not_as_in_catalogue(subject: Subject) -> Findings:
    opposite = {"higher_is_better": "lower_is_better", "lower_is_better": "higher_is_better"}
    for kpi in subject.card.kpis:
        entry = subject.catalogue.get(kpi.catalogue)
        if kpi.catalogue and not entry:
            guess = nearest(kpi.catalogue, subject.catalogue)
            yield kpi.id, f"the catalogue has no {kpi.catalogue!r}{f'; did you mean {guess!r}?' if guess else ''}"
        elif entry and entry["direction"] == opposite.get(kpi.direction):
            here, there = (way.replace("_", " ") for way in (kpi.direction, entry["direction"]))
            yield kpi.id, f"{here} here, and {there} in the catalogue's entry {_entry(subject, kpi)}"


@rule("BSC212", "low", SINS)
@why("it is collected and moves nothing: no score, no warning, no explanation")
@fix("give it a weight or a KPI to guard, link it, or drop it")
def _idle(subject: Subject) -> Findings:
    used = {id for kpi in subject.card.kpis for id in kpi.guarded_by}
    used |= {id for link in subject.card.links for id in (link.cause, link.effect)}
    for kpi in subject.card.kpis:
        if weightless(kpi.weight) and kpi.id not in used:
            yield kpi.id, f"{quoted(kpi.name)} has weight 0, guards no other KPI, and no link touches it"


@rule("BSC213", "medium", "Kaplan & Norton 1996 (four perspectives of at most seven), as cited by Lipe & Salterio 2002")
@why("what nobody can keep in mind steers nobody")
@fix(
    "keep those that would change a decision, or set limits: all_kpis", remedy="keep those that would change a decision"
)
def _too_many(subject: Subject) -> Findings:
    if len(subject.card.kpis) > subject.limits.all_kpis:
        yield subject.card.id, f"there are {len(subject.card.kpis)} KPIs; {subject.limits.all_kpis:g} are many"


@rule("BSC214", "medium", OURS)
@why("whoever gives the actuals takes one for the other")
@fix("keep one, or give them names that tell them apart")
def _look_alike(subject: Subject) -> Findings:
    for ids in look_alikes(kpi.id for kpi in subject.card.kpis):
        rows = cast(pd.DataFrame, subject.rows)["kpi"].value_counts() if subject.has("actuals") else {}
        said = [f"{id!r} ({counted(rows.get(id, 0), 'row')})" if subject.has("actuals") else repr(id) for id in ids]
        yield ", ".join(ids), f"{' and '.join(said)} differ only in {difference(ids)}"
