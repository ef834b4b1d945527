"""What lesson 02 shows for who wants more: wrong judgements, entropy, TOPSIS, and how firm a ranking is."""

from __future__ import annotations

import pandas as pd

from bsclib.design.selection.criteria import entropy_weights
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.shortlist import compare_rankings
from bsclib.reporting.display import Html, named, table
from bsclib.study.lessons.aloud import aloud
from bsclib.study.lessons.lesson_02 import plain
from bsclib.study.lessons.lesson_02_shortlist import WORDS, Shortlist
from bsclib.wording import percent, quoted


def firm(short: Shortlist, ranks: pd.DataFrame) -> Html:
    """What the picture of how firm a rank is shows."""
    if ranks.empty:
        return aloud(None, "There are no two candidates here that a criterion tells apart.")
    widest = ranks.loc[(ranks["worst_rank"] - ranks["best_rank"]).idxmax()]
    said = f"Look at the longest bar: {quoted(short.card.names[widest['alternative']])} came between place"
    best = ranks.loc[ranks["chance_best"].idxmax()]
    name, share = quoted(short.card.names[best["alternative"]]), percent(best["chance_best"])
    rest = f"{name} is first most often, in {share} of the draws."
    others = ranks["chance_best"].drop(best.name)
    if len(others) and others.max() > 0.8 * best["chance_best"]:
        rest += f" The next one is first in {percent(others.max())}, so the first place is a toss-up."
    return aloud(None, f"{said} {widest['best_rank']:g} and place {widest['worst_rank']:g}.", rest)


def turned_round(short: Shortlist) -> Html:
    """What one judgement that is read the wrong way round does to the weights."""
    wrong = {pair: times for pair, times in short.judgements.items() if set(pair) != {"relevance", "cost_to_collect"}}
    wrong["relevance", "cost_to_collect"] = "1/5"
    muddled = ahp(pairwise(list(short.rated), wrong))
    words = [WORDS[name] for name in short.agreed.weights.index]
    both = {"agreed": short.agreed.weights.to_numpy(), "turned_round": muddled.weights.to_numpy()}
    shown = pd.DataFrame({"criterion": words, **both})
    caption = "What one wrong judgement does to the weights"
    return aloud(table(shown, caption, dict.fromkeys(both, "{:.0%}")), plain(muddled.advice))


def by_entropy(short: Shortlist) -> Html:
    """What people judged beside where the candidates differ."""
    own = entropy_weights(short.rated)
    words = [WORDS[name] for name in short.agreed.weights.index]
    both = {"judged": short.agreed.weights.to_numpy(), "by_entropy": own.to_numpy()}
    shown = table(
        pd.DataFrame({"criterion": words, **both}),
        "Weights: what people judged, and where the candidates differ",
        dict.fromkeys(both, "{:.0%}"),
    )
    if own.isna().any():
        return aloud(shown, "The candidates are rated alike on every criterion, so entropy has nothing to go by.")
    return aloud(shown, f"Entropy gives most to {WORDS[str(own.idxmax())]}, because the candidates differ most on it.")


def two_rankings(short: Shortlist) -> Html:
    """Where the weighted sum and TOPSIS differ most."""
    ranks = named(compare_rankings(short.rated, short.agreed.weights), short.card.names)
    if ranks.empty:
        return aloud(None, "There are no two candidates here that a criterion tells apart.")
    apart = (ranks["rank"] - ranks["topsis_rank"]).abs()
    ranks = ranks.reindex(apart.sort_values(ascending=False, kind="stable").index)
    formats = {"worth": "{:.2f}", "closeness": "{:.2f}"}
    first = ranks.iloc[0]
    said = f"{quoted(first['name'])} is number {first['rank']} by the sum and number {first['topsis_rank']} by TOPSIS."
    return aloud(table(ranks.head(6), "Where the two rankings differ most", formats), said)
