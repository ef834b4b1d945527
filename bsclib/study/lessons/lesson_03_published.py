"""What lesson 03 shows of others' methods as they are published: their examples worked again, and their faults."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from bsclib.files.datasets import published_errata, published_examples
from bsclib.reporting.display import Html, table
from bsclib.scoring.conformance import conformance_table
from bsclib.scoring.methods import attainment, find_method, roll_up, status
from bsclib.scoring.published import METHODS
from bsclib.study.lessons.aloud import aloud
from bsclib.wording import percent


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
    return aloud(table(shown, "The methods with most printed numbers"), said)


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
    said = f"The mean goes from {rows[0][1]:.2f} to {rows[-1][1]:.2f}, and the word from {rows[0][2]} to {rows[-1][2]}."
    return aloud(table(shown, "Cascade's example: the order of the steps, and nothing else", {"mean": "{:.2f}"}), said)


def edges() -> Html:
    """The value on the edge, by two vendors."""
    cuts = [5, 15, 30, 45]
    shown = pd.DataFrame({"actual": cuts})
    shown["edge_in_the_band_above"] = status("sap_cuts", cuts, cuts=cuts)
    shown["edge_in_the_band_below"] = status("oracle_kpi_bands", cuts, edges=cuts)
    caption = "Exactly on the edge: SAP SSM's colours, and Oracle's words for the same bands"
    return aloud(table(shown, caption, {"actual": "{:.0f}"}), "Each row is one number, and two answers.")


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
