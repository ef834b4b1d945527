"""Exercises of lesson 02: from candidates to the few KPIs that steer."""

from __future__ import annotations

from bsclib.design.objectives import balance
from bsclib.design.selection.kpi_tables import gaming_risks
from bsclib.model.formula import quantities
from bsclib.study.answers import Choice, Names
from bsclib.study.exercises.case import Case, names_of
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases


@exercise("kpi formula", slips="above below", nothing="no_formula")
def parts(case: Case) -> Facts:
    """Which quantities have to be collected for one KPI."""
    card = case.scorecard
    counted = {kpi.id: quantities(kpi.formula) for kpi in card.kpis}
    asked = max(counted, key=lambda id: len(frozenset().union(*counted[id])))
    above, below = counted[asked]
    need(len(above | below) >= 2, "no_formula")
    everything = {name: name for pair in counted.values() for name in sorted(frozenset().union(*pair))}
    return Facts(
        Names(above | below, of=everything, kind="quantity in a formula", others=card.names),
        code=(
            "from bsclib.model.formula import quantities\n\n"
            f'above, below = quantities(scorecard.kpi("{asked}").formula)\n'
            "answer = above | below"
        ),
        names={"kpi": case.called(asked), "formula": card.kpi(asked).formula},
        slips={"above": above, "below": below},
    )


@exercise(slips="mixed with_leading without_kpis", nothing="all_lead")
def only_lagging(case: Case) -> Facts:
    """Which perspectives show results and no driver."""
    card = case.scorecard
    table = balance(card)[:-1].set_index("id")
    lagging = need(frozenset(table.index[(table["kpis"] > 0) & (table["leading"] == 0)]), "all_lead")
    return Facts(
        Names(lagging, of=names_of(card.perspectives), kind="perspective", others=card.names),
        code=(
            "from bsclib.design import balance\n\n"
            "found = balance(scorecard)[:-1]\n"
            'answer = found.loc[(found["kpis"] > 0) & (found["leading"] == 0), "id"].tolist()'
        ),
        slips={
            "mixed": frozenset(table.index[(table["leading"] > 0) & (table["lagging"] > 0)]),
            "with_leading": frozenset(table.index) - lagging,
            "without_kpis": frozenset(table.index[table["leading"] == 0]),
        },
    )


@exercise("kpi how", slips="guarded effect cause other", nothing="no_counter")
def counter(case: Case) -> Facts:
    """Which KPI would show that another one is being gamed."""
    card = case.scorecard
    risks = gaming_risks(card).set_index("id")
    risks = risks[(risks["guarded_by"] != "") | (risks["present"] != "")]
    need(not risks.empty, "no_counter")
    agreed = [row["present"] in filter(None, row["guarded_by"].split(", ")) for _, row in risks.iterrows()]
    asked = str(risks.assign(agreed=agreed, told=risks["gamed_by"] != "")[["agreed", "told"]].sum(axis=1).idxmax())
    row = risks.loc[asked]
    right = frozenset(filter(None, [*row["guarded_by"].split(", "), row["present"]]))
    others = {kpi.id: kpi.name for kpi in card.kpis if kpi.id != asked}
    return Facts(
        Choice(right, of=others, kind="other KPI", others=card.names),
        code=(
            "from bsclib.design import gaming_risks\n\n"
            f'row = gaming_risks(scorecard).set_index("id").loc["{asked}"]\n'
            'answer = row["guarded_by"].split(", ")[0] or row["present"]'
        ),
        names={"kpi": case.called(asked), "how": row["gamed_by"] or phrases()["gamed"]},
        slips={
            "guarded": frozenset(kpi.id for kpi in card.kpis if asked in kpi.guarded_by),
            "effect": frozenset(link.effect for link in card.links if link.cause == asked) - right,
            "cause": frozenset(link.cause for link in card.links if link.effect == asked) - right,
            "other": frozenset(others) - right,
        },
    )
