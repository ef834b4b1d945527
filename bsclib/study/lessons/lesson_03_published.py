"""What lesson 03 shows of others' methods as they are published: their examples worked again, and their faults."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from bsclib.files.datasets import published_errata, published_examples
from bsclib.model.status import STATUSES, words
from bsclib.reporting.display import Html, table
from bsclib.scoring.compare import compare_methods, disagreements
from bsclib.scoring.conformance import conformance_table
from bsclib.scoring.methods import attainment, find_method, roll_up, status
from bsclib.scoring.published import METHODS
from bsclib.study.lessons.aloud import aloud
from bsclib.study.lessons.lesson_03 import Followed
from bsclib.wording import counted, listed, number, percent, quoted

FEW = ["kit", "bsc_designer_progress", "spider_goal_red_flag", "cascade_health"]
"""Methods that are set side by side, here and when the explorer opens."""
LINES = ["spider_goal_red_flag", "cascade_health"]
"""Two of those that the explorer sets side by side first."""
CHOICES = {"rule": "the formula", "cuts": "where the colours begin", "direction": "which way is better"}
"""Choices of a method in words, where their names say too little."""


def conformance() -> Html:
    """How many printed numbers the kit's methods give again."""
    rows = conformance_table(published_examples(), METHODS)
    printed, again = int(rows["published"].sum()), int(rows["reproduced"].sum())
    top = rows.sort_values("published", ascending=False, kind="stable").head(8)
    shown = top[["method", "part", "published", "reproduced"]].assign(
        method=[METHODS[name].called for name in top["method"]]
    )
    said = (
        f"The kit holds {len(rows)} methods, and {again} of the {printed} numbers that were printed come out the same."
    )
    return aloud(table(shown, f"The {len(shown)} methods with most printed numbers"), said)


def choices(here: Followed) -> Html:
    """Which choice of a method turns a status, and one case of it."""
    apart = disagreements(here.card, here.actuals, FEW)
    if apart.empty:
        return aloud(None, "Here these methods agree on every status.")
    counts = apart.groupby("choice", observed=True)["id"].size().sort_values(ascending=False)
    counts.index = [" and ".join(CHOICES.get(one, one) for one in str(both).split(" and ")) for both in counts.index]
    shown = pd.DataFrame({"choice": counts.index, "flips": counts.to_numpy()})
    compared, others = len(here.card.names) * (len(FEW) - 1), [find_method(name).called for name in FEW[1:]]
    said = f"The {counted(len(here.card.names), 'name')} of this scorecard have {compared} statuses by the "
    said += f"methods {listed(others)}. {len(apart)} of these are not the kit's. "
    said += f"Most of them, {counts.iloc[0]}, come from one choice: {counts.index[0]}."
    seen = apart[apart["level"] == "perspective"]  # those stand in the explorer's table too
    for one in (seen if len(seen) else apart).head(1).itertuples():
        said += f" Look at {quoted(here.card.names[one.id])}: {words(str(one.kit_status))} by the kit,"
        said += f" {words(str(one.status))} by {find_method(one.method).called}."
    return aloud(table(shown, "Choices that turn a status"), said, _lines_elsewhere(here))


def _lines_elsewhere(here: Followed) -> str:
    """Two methods, of which one gives the overall score more points and a worse colour; nothing where none does."""
    rows = compare_methods(here.card, here.actuals, LINES)
    both = rows[rows["id"].astype(str) == here.card.id].sort_values("score").dropna(subset=["score"])
    if len(both) < 2 or STATUSES.index(str(both["status"].iloc[0])) >= STATUSES.index(str(both["status"].iloc[1])):
        return ""
    one, other = (
        f"{number(float(row.score))} is {words(str(row.status))} by {find_method(str(row.method)).called}"
        for row in both.itertuples()
    )
    return f"In the table above, {one}, and {other}. Each draws its lines elsewhere."


def roundings() -> Html:
    """A vendor's example, added up in other orders."""
    cut = find_method("cascade_health")
    kept = replace(cut, rounding="none")
    rules = {"each cut off and held": cut, "decimals kept": kept, "kept, and not held": replace(kept, clamp=None)}
    parts, due = [50, 99, 120, 15], [55, 100, 100, 22]
    means = {how: float(attainment(rule, parts, expected=due).mean()) for how, rule in rules.items()}
    means["kept, not held, and the mean rounded"] = float(round(means["kept, and not held"]))
    rows = [(how, mean, status(cut, mean, expected=100)) for how, mean in means.items()]
    shown = pd.DataFrame(rows, columns=["what_is_done", "mean", "cascade_says"])
    four = listed([f"{actual} of {expected}" for actual, expected in zip(parts, due, strict=True)])
    said = f"The four are {four}. Cut off and held, they count "
    said += f"{listed([f'{one:.0f}' for one in attainment(cut, parts, expected=due)])}. "
    said += (
        f"The mean goes from {rows[0][1]:.2f} to {rows[-1][1]:.2f}, and the word from {rows[0][2]} to {rows[-1][2]}."
    )
    return aloud(table(shown, "Cascade's example: the order of the steps, and nothing else", {"mean": "{:.2f}"}), said)


def edges() -> Html:
    """A value just below an edge, on it and just above it, by two vendors."""
    cuts, near = [5, 15, 30, 45], [14.9, 15.0, 15.1]
    shown = pd.DataFrame({"actual": near})
    shown["SAP SSM"] = status("sap_cuts", near, cuts=cuts)
    shown["oracle"] = status("oracle_kpi_bands", near, edges=cuts)
    above, below = shown["SAP SSM"].iloc[1], shown["oracle"].iloc[1]
    said = f"Look at 15.0: with SAP it has the colour of the band above, {above}."
    rest = f"With Oracle it has the word of the band below, {below}."
    return aloud(table(shown, "Two bands that meet at 15", {"actual": "{:.1f}"}), said, rest)


def scales() -> Html:
    """Weights divided by their sum, and by a fixed scale."""
    rows = [
        ("divided by their sum, 14", float(roll_up("bsc_designer_weights", [1, 1, 1], [2, 5, 7], scale=14))),
        ("divided by a scale of 10", float(roll_up("bsc_designer_weights", [1, 1, 1], [2, 5, 7], scale=10))),
    ]
    shown = table(
        pd.DataFrame(rows, columns=["weights", "total"]), "Three full scores, weights 2, 5 and 7", {"total": "{:.0%}"}
    )
    return aloud(shown, f"Three children at their best make {percent(rows[1][1])}, when somebody forgets the scale.")


def printed(right: bool = False) -> Html | None:
    """Faults that stand on pages; with `right`, what each should say."""
    rows = published_errata()
    if right:
        return table(rows[["printed", "correct"]], "What was printed or follows from it, and what is right")
    return table(rows[["where", "printed"]], "What was printed, or follows from it")
