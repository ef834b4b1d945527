"""Exercises of lesson 02: from candidates to the few KPIs that steer."""

from __future__ import annotations

from bsclib.design.objectives import balance
from bsclib.design.selection.kpi_tables import gaming_risks
from bsclib.model.formula import quantities
from bsclib.study.answers import Choice, Names
from bsclib.study.exercises import Case, Exercise, Question, Slip, apart, choosing
from bsclib.study.exercises import weights as weighing


def parts(case: Case) -> Question | str:
    """Which quantities have to be collected for one KPI."""
    card = case.scorecard
    found = {kpi.id: quantities(kpi.formula) for kpi in card.kpis}
    asked = max(found, key=lambda id: len(found[id][0] | found[id][1]))
    above, below = found[asked]
    if len(above | below) < 2:
        return "No KPI of this scorecard has a formula that is made of two quantities or more."
    everything = {name: name for pair in found.values() for name in sorted(pair[0] | pair[1])}
    expects = Names(above | below, of=everything, kind="quantity in a formula", others=card.names)
    return Question(
        text=f"The formula of {case.called(asked)} is\n{card.kpi(asked).formula}\n"
        "Which quantities have to be collected, each in every unit and every period? Give their names.",
        expects=expects,
        words="every quantity needs a source, somebody who collects it, and one definition. A number is not collected.",
        code="from bsclib.model.formula import quantities\n\n"
        f'above, below = quantities(scorecard.kpi("{asked}").formula)\n'
        "answer = above | below",
        hints=(
            "Strike out the numbers and the signs. What is left?",
            "What stands below the line has to be counted as well as what stands above it.",
        ),
        slips=apart(
            expects,
            Slip(above, "these stand above the line. What is it divided by? That has to be collected too."),
            Slip(below, "these stand below the line. What is divided by them? That has to be collected too."),
        ),
    )


def only_lagging(case: Case) -> Question | str:
    """Which perspectives show results and no driver."""
    card = case.scorecard
    found = balance(card)[:-1].set_index("id")
    lagging = frozenset(found.index[(found["kpis"] > 0) & (found["leading"] == 0)])
    if not lagging:
        return "Every perspective of this scorecard that has KPIs has a leading one."
    expects = Names(lagging, of={one.id: one.name for one in card.perspectives}, kind="perspective", others=card.names)
    mixed = frozenset(found.index[(found["leading"] > 0) & (found["lagging"] > 0)])
    without = "" if found["kpis"].all() else " Leave out a perspective that has no KPI at all."
    return Question(
        text=f"Which perspectives have lagging KPIs only: results, and nothing that drives them?{without}\n"
        "Give their ids or names, in any order.",
        expects=expects,
        words="these perspectives show what came out when it is too late to change it. Their drivers may stand in the "
        "perspectives below; then a link should say so.",
        code="from bsclib.design import balance\n\n"
        "found = balance(scorecard)[:-1]\n"
        'answer = found.loc[(found["kpis"] > 0) & (found["leading"] == 0), "id"].tolist()',
        hints=(
            "Each KPI says of itself whether it is leading or lagging: `kpi.role`.",
            "Go through the perspectives one by one. One leading KPI is enough to strike a perspective off.",
        ),
        slips=apart(
            expects,
            Slip(mixed, "these have both kinds. Look for those that have no leading KPI."),
            Slip(frozenset(found.index) - lagging, "these are the other ones."),
            Slip(frozenset(found.index[found["leading"] == 0]), "one of them has no KPI at all."),
        ),
    )


def counter(case: Case) -> Question | str:
    """Which KPI would show that another one is being gamed."""
    card = case.scorecard
    found = gaming_risks(card).set_index("id")
    found = found[(found["guarded_by"] != "") | (found["present"] != "")]
    if found.empty:
        return "No KPI of this scorecard names a counter-KPI, and none is the counter-KPI of another in the catalogue."
    agreed = [row["present"] in filter(None, row["guarded_by"].split(", ")) for _, row in found.iterrows()]
    asked = str(found.assign(agreed=agreed, told=found["gamed_by"] != "")[["agreed", "told"]].sum(axis=1).idxmax())
    row = found.loc[asked]
    right = frozenset(filter(None, [*row["guarded_by"].split(", "), row["present"]]))
    expects = Choice(
        right, of={kpi.id: kpi.name for kpi in card.kpis if kpi.id != asked}, kind="other KPI", others=card.names
    )
    guarded = frozenset(kpi.id for kpi in card.kpis if asked in kpi.guarded_by)
    effects = frozenset(link.effect for link in card.links if link.cause == asked)
    causes = frozenset(link.cause for link in card.links if link.effect == asked)
    how = row["gamed_by"] or "People do what moves the number, and nothing else."
    return Question(
        text=f"{case.called(asked)} can be made to look better than things are. How? {how}\n"
        "Which other KPI of this scorecard would show it? Give its id or its name.",
        expects=expects,
        words="whoever games the one worsens the other. Look at them together, and neither can be had cheaply.",
        code="from bsclib.design import gaming_risks\n\n"
        f'row = gaming_risks(scorecard).set_index("id").loc["{asked}"]\n'
        'answer = row["guarded_by"].split(", ")[0] or row["present"]',
        hints=(
            "Somebody does just that, this month. Which other number gets worse?",
            "The scorecard names it: look at `guarded_by` of the KPI.",
        ),
        slips=apart(
            expects,
            Slip(guarded, "it is the other way round: that KPI is guarded by the one in question."),
            Slip(effects - right, "it follows from the KPI in question, so it would look well too."),
            Slip(causes - right, "it drives the KPI in question. Who games a number leaves its drivers alone."),
        ),
    )


EXERCISES = (
    Exercise("parts", parts),
    Exercise("only_lagging", only_lagging),
    Exercise("counter", counter),
    Exercise("criterion_weight", weighing.criterion_weight),
    Exercise("revisit", weighing.revisit),
    Exercise("entropy", weighing.entropy),
    Exercise("worth", weighing.worth),
    Exercise("nearest", choosing.nearest),
    Exercise("drops_out", choosing.drops_out),
    Exercise("dearest", choosing.dearest),
    Exercise("driver", choosing.driver),
)
