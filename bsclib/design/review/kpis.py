"""Rules about KPIs as they are defined: how many, of which role, how they add up, whether they can be gamed."""

from __future__ import annotations

import ast
import itertools

from bsclib.design.review.objectives import HOW_MANY, SMART
from bsclib.design.review.subject import ARITHMETIC, OURS, Findings, Rule, Subject, weightless
from bsclib.errors import nearest
from bsclib.model import formula
from bsclib.model.limits import is_percentage
from bsclib.model.nouns import KPI
from bsclib.wording import counted

SINS = "Working Council for CIOs 2003"
DRIVERS = "Van Grembergen & Van Bruggen 1997"
MANIPULATED = "Ittner & Larcker 2003"


def _how_many_here(subject: Subject) -> Findings:
    fewest, most = subject.limits.kpis
    for id, name, kpis in _perspectives(subject):
        if kpis and not fewest <= len(kpis) <= most:
            yield id, f"{name!r} has {counted(len(kpis), 'KPI')}; {fewest:g} to {most:g} are usual"


def _only_lagging(subject: Subject) -> Findings:
    for id, name, kpis in _perspectives(subject):
        inside = {kpi.id for kpi in kpis}
        driven = any(link.effect in inside and link.cause not in inside for link in subject.card.links)
        if {kpi.role for kpi in kpis} == {"lagging"} and len(kpis) > 1 and not driven:
            yield id, f"the {len(kpis)} KPIs of {name!r} are all lagging, and no link says what drives one of them"


def _only_leading(subject: Subject) -> Findings:
    for id, name, kpis in _perspectives(subject):
        inside = {kpi.id for kpi in kpis}
        drives = any(link.cause in inside and link.effect not in inside for link in subject.card.links)
        if {kpi.role for kpi in kpis} == {"leading"} and len(kpis) > 1 and not drives:
            yield id, f"the {len(kpis)} KPIs of {name!r} are all leading, and no link says what one of them drives"


def _perspectives(subject: Subject) -> list[tuple[str, str, list[KPI]]]:
    card = subject.card
    home = {objective.id: objective.perspective for objective in card.objectives}
    return [(p.id, p.name, [kpi for kpi in card.kpis if home[kpi.objective] == p.id]) for p in card.perspectives]


def _no_owner(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not subject.owner(kpi):
            yield kpi.id, f"nobody owns {kpi.name!r}, nor the objective it measures"


def _no_formula(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not kpi.formula:
            yield kpi.id, f"nothing says how {kpi.name!r} is worked out"


def _no_measure(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        if not kpi.measured_in:
            yield kpi.id, f"nothing says what {kpi.name!r} is measured in"


def _unguarded(subject: Subject) -> Findings:
    by_entry = {kpi.catalogue: kpi.id for kpi in subject.card.kpis}
    for kpi in subject.card.kpis:
        entry = subject.catalogue.get(kpi.catalogue)
        if entry and entry["gaming_risk"] == "high" and not kpi.guarded_by:
            counter = entry["counter_kpi"]
            offer = f"{by_entry[counter]!r} would" if counter in by_entry else f"{counter!r} of the catalogue would"
            yield kpi.id, f"no KPI guards it; {offer}. How it is gamed: {entry['gamed_by'].rstrip('.')}"


def _averaged(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        above, below = formula.quantities(kpi.formula)
        words = _words(subject, kpi, "mean")
        if words and above and below:
            yield kpi.id, f"{kpi.formula!r} is a ratio, and is averaged {words}"
        elif words and kpi.id in subject.with_parts and "ratio" not in (kpi.aggregate, kpi.pooled):
            yield kpi.id, f"the actuals give numerators and denominators, and the KPI is averaged {words}"


def _added_up(subject: Subject) -> Findings:
    for kpi in subject.card.kpis:
        words = _words(subject, kpi, "sum")
        if words and is_percentage(kpi):
            yield kpi.id, f"it is measured in {kpi.measured_in}, and is added up {words}"
        elif "across units" in words and all(formula.quantities(kpi.formula)):
            yield kpi.id, f"{kpi.formula!r} is a ratio, and is added up across units"


def _words(subject: Subject, kpi: KPI, word: str) -> str:
    """Where a KPI is brought together by this word; across units only if there may be some."""
    said = ["over time"] if kpi.aggregate == word else []
    said += ["across units"] if kpi.pooled == word and subject.may_have_units else []
    return " and ".join(said)


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
                shared = f"the formula {a.formula!r}" if same else f"the catalogue's entry {a.catalogue!r}"
                pairs.setdefault(subject.pair(a, b), f"both have {shared}")
    yield from pairs.items()


def _read(text: str) -> str:
    """A formula without the accidents of how it was typed."""
    if any(formula.quantities(text)):
        return ast.dump(ast.parse(text.strip(), mode="eval"))
    return " ".join(text.casefold().split())


def _not_as_in_catalogue(subject: Subject) -> Findings:
    opposite = {"higher_is_better": "lower_is_better", "lower_is_better": "higher_is_better"}
    for kpi in subject.card.kpis:
        entry = subject.catalogue.get(kpi.catalogue)
        if kpi.catalogue and not entry:
            guess = nearest(kpi.catalogue, subject.catalogue)
            yield kpi.id, f"the catalogue has no {kpi.catalogue!r}{f'; did you mean {guess!r}?' if guess else ''}"
        elif entry and entry["direction"] == opposite.get(kpi.direction):
            yield kpi.id, f"{kpi.direction} here, and {entry['direction']} in the catalogue's entry {kpi.catalogue!r}"


def _idle(subject: Subject) -> Findings:
    used = {id for kpi in subject.card.kpis for id in kpi.guarded_by}
    used |= {id for link in subject.card.links for id in (link.cause, link.effect)}
    for kpi in subject.card.kpis:
        if weightless(kpi.weight) and kpi.id not in used:
            yield kpi.id, f"{kpi.name!r} has weight 0, guards no other KPI, and no link touches it"


def _too_many(subject: Subject) -> Findings:
    if len(subject.card.kpis) > subject.limits.all_kpis:
        yield subject.card.id, f"there are {len(subject.card.kpis)} KPIs; {subject.limits.all_kpis:g} are many"


RULES = (
    Rule(
        "BSC201",
        "low",
        _how_many_here,
        why="too few KPIs leave much of a perspective unseen, and too many leave none that is watched",
        fix="add or drop KPIs, or set limits: kpis to what suits you",
        source=HOW_MANY,
    ),
    Rule(
        "BSC202",
        "medium",
        _only_lagging,
        why="results without their drivers say that something went wrong when it is too late, and show no way",
        fix="add a KPI of what drives the result, or the link from the KPI elsewhere that does",
        source=DRIVERS,
    ),
    Rule(
        "BSC203",
        "medium",
        _only_leading,
        why="drivers without results spend without proof that anything came of it",
        fix="add a KPI of the result, or the link to the KPI elsewhere that shows it",
        source=DRIVERS,
    ),
    Rule(
        "BSC204",
        "medium",
        _no_owner,
        why="nobody will answer for it, nor see that it is reported",
        fix="name the one who answers for it, at the KPI or at its objective",
        source=SMART,
    ),
    Rule(
        "BSC205",
        "medium",
        _no_formula,
        why="two people will work it out in two ways, and both will be right",
        fix="write the formula, in words or as arithmetic of named quantities",
        source=SINS,
    ),
    Rule(
        "BSC206",
        "low",
        _no_measure,
        why="a number without its unit of measurement can be read in several ways",
        fix="say what it is measured in: hours, %, EUR",
        source=SINS,
    ),
    Rule(
        "BSC207",
        "medium",
        _unguarded,
        why="a KPI that is easily made to look good will be, unless another KPI shows the price",
        fix="name the counter-KPI in guarded_by",
        source=MANIPULATED,
    ),
    Rule(
        "BSC208",
        "high",
        _averaged,
        why="a mean of ratios counts a quiet month or a small unit as much as a busy or a large one",
        fix="use ratio, and give numerators and denominators",
        source=ARITHMETIC,
    ),
    Rule(
        "BSC209",
        "high",
        _added_up,
        why="shares of different wholes do not add up: 60 % and 70 % are not 130 %",
        fix="use ratio with numerators and denominators, or mean or last if there are none",
        source=ARITHMETIC,
    ),
    Rule(
        "BSC210",
        "medium",
        _twice,
        why="the same thing counts twice in the score, and looks like two confirmations of each other",
        fix="keep one, or say in the formulas how they differ",
        source=ARITHMETIC,
    ),
    Rule(
        "BSC211",
        "medium",
        _not_as_in_catalogue,
        why="whoever looks the KPI up finds nothing, or finds that the other way is better",
        fix="correct the entry or the direction, or leave catalogue out",
        source=OURS,
    ),
    Rule(
        "BSC212",
        "low",
        _idle,
        why="it is collected and moves nothing: no score, no warning, no explanation",
        fix="give it a weight or a KPI to guard, link it, or drop it",
        source=SINS,
    ),
    Rule(
        "BSC213",
        "medium",
        _too_many,
        why="what nobody can keep in mind steers nobody",
        fix="keep those that would change a decision, or set limits: all_kpis",
        source="Kaplan & Norton 1996 (four perspectives of at most seven), as cited by Lipe & Salterio 2002",
    ),
)
