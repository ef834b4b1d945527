"""Rules about the strategy map: links that claim nothing testable, KPIs that stand outside, shapes that say little."""

from __future__ import annotations

from collections import Counter

from bsclib.design.review.rules import ARITHMETIC, OURS, Findings, fix, rule, why
from bsclib.design.review.subject import MONTHS, Subject
from bsclib.model.formula import identity
from bsclib.model.nouns import Link
from bsclib.wording import counted, formula_in_words, listed, quoted

UNSHOWN = "Nørreklit 2000"
STAR_FROM, CHAIN_FROM = 5, 4
"""How many links a map needs before its shape can be judged."""


@rule("BSC501", "medium", UNSHOWN)
@why("a claim that says neither which way nor how long after cannot be tested")
@fix("state sign and lag: + or -, and the months until the effect shows")
def _unstated(subject: Subject) -> Findings:
    for cause, effect, links in _arrows(subject):
        missing = {word for link in links for word in ("sign", "lag") if getattr(link, word) is None}
        if missing:
            yield f"{cause} -> {effect}", f"the link states no {' and no '.join(sorted(missing, reverse=True))}"


def _arrows(subject: Subject) -> list[tuple[str, str, list[Link]]]:
    """The links by cause and effect: one pair may be linked at several lags."""
    by_ends: dict[tuple[str, str], list[Link]] = {}
    for link in subject.card.links:
        by_ends.setdefault((link.cause, link.effect), []).append(link)
    return [(*ends, links) for ends, links in by_ends.items()]


@rule("BSC502", "medium", UNSHOWN)
@why("what drives itself at once has no beginning, and no test can tell cause from effect")
@fix("state the lag of at least one link of the circle, or take one out")
def _feedback(subject: Subject) -> Findings:
    import networkx as nx

    at_once = nx.DiGraph([(link.cause, link.effect) for link in subject.card.links if not link.lag])
    for ring in nx.strongly_connected_components(at_once):
        if len(ring) > 1:
            ids = subject.in_order(ring)
            yield ", ".join(ids), f"{subject.names(ids)} drive each other in a circle, with no lag anywhere on the way"


@rule("BSC503", "medium", UNSHOWN)
@why("one moves the other by arithmetic: the link holds whatever happens, and proves nothing")
@fix("take the link out, or link the quantity that drives both")
def _identities(subject: Subject) -> Findings:
    formulas = {kpi.id: kpi.formula for kpi in subject.card.kpis}
    for cause, effect, _ in _arrows(subject):
        if identity(formulas[cause], formulas[effect]):
            both = " and ".join(quoted(formula_in_words(formulas[end])) for end in (cause, effect))
            yield f"{cause} -> {effect}", f"the formulas share a quantity: {both}"


@rule("BSC504", "low", "Malmi 2001")
@why("nobody says what drives it, or what it is good for")
@fix("link it, or ask whether it belongs to this strategy")
def _outside(subject: Subject) -> Findings:
    if not subject.card.links:
        return
    objectives = {subject.card.kpi(id).objective for link in subject.card.links for id in (link.cause, link.effect)}
    guards = {id for kpi in subject.card.kpis for id in kpi.guarded_by}
    for kpi in subject.card.kpis:
        # Of a leading KPI, another rule says it.
        if kpi.role == "lagging" and kpi.objective not in objectives and kpi.id not in guards:
            yield kpi.id, f"no link touches {quoted(kpi.name)}, nor another KPI of its objective"


@rule("BSC505", "low", OURS)
@why("a map in which everything hangs on one KPI is a list of guesses about it, not a strategy")
@fix("ask what drives the drivers, and which of them works through another")
def _star(subject: Subject) -> Findings:
    links = subject.card.links
    ends = Counter(id for link in links for id in (link.cause, link.effect))
    for id, count in ends.items() if len(links) >= STAR_FROM else ():
        if count > len(links) / 2:
            yield id, f"{count} of the {len(links)} links begin or end here"


@rule("BSC506", "low", OURS)
@why("a single line says that every result has one cause, and breaks at its weakest link")
@fix("ask what else drives each result")
def _chain(subject: Subject) -> Findings:
    import networkx as nx

    graph = nx.DiGraph((link.cause, link.effect) for link in subject.card.links)
    count = graph.number_of_edges()
    # What branches out from one root, whichever way it is read, is a path.
    if count >= CHAIN_FROM and nx.is_arborescence(graph) and nx.is_arborescence(graph.reverse()):
        yield subject.card.id, f"the {count} links make one line, without a fork"


@rule("BSC507", "medium", "Van Grembergen & Van Bruggen 1997")
@why("a driver that drives nothing is an activity that is counted")
@fix("link it to the result it is meant to drive, or call it lagging")
def _drives_nothing(subject: Subject) -> Findings:
    causes = {link.cause for link in subject.card.links}
    for kpi in subject.card.kpis if causes else ():
        if kpi.role == "leading" and kpi.id not in causes:
            yield kpi.id, f"{quoted(kpi.name)} is leading, and no link says what it drives"


@rule("BSC508", "medium", "Speckbacher et al. 2003")
@why("without a map the KPIs are a list; half of the users asked could not say what drives what")
@fix("say what drives what, with sign, lag and reason")
def _no_links(subject: Subject) -> Findings:
    if not subject.card.links and len(subject.card.kpis) > 1:
        yield subject.card.id, f"none of the {len(subject.card.kpis)} KPIs is said to drive another"


@rule("BSC509", "low", UNSHOWN)
@why("a reason is what one can disagree with before there are data")
@fix("say in a sentence how the cause works")
def _no_reason(subject: Subject) -> Findings:
    for cause, effect, links in _arrows(subject):
        if not all(link.why for link in links):
            yield f"{cause} -> {effect}", "the link does not say why it is believed"


@rule("BSC510", "low", ARITHMETIC)
@why("an effect between two observations cannot be seen at its lag")
@fix("observe the KPI more often, or state the lag in whole periods of it")
def _finer_than_seen(subject: Subject) -> Findings:
    for cause, effect, links in _arrows(subject):
        coarser = max(subject.card.kpi(cause), subject.card.kpi(effect), key=lambda kpi: MONTHS[kpi.frequency])
        lags = [link.lag for link in links if link.lag is not None and link.lag % MONTHS[coarser.frequency]]
        if lags:
            shown = listed(counted(lag, "month") for lag in lags)
            yield (
                f"{cause} -> {effect}",
                f"the lag is {shown}, and {quoted(coarser.name)} is observed {coarser.frequency}",
            )
