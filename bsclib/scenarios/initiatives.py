"""Initiatives one by one and together: what each adds, what all add, which share of a plan must come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from bsclib.model.initiatives import still_to_pay
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.projection import EFFECTS, effect_at_horizon
from bsclib.scenarios.questions import break_even
from bsclib.wording import percent


def initiative_effects(fit: FittedMap, horizon: int = 24, draws: int = 1_000) -> pd.DataFrame:
    """What each initiative still adds to the overall score when it runs alone.

    Parameters
    ----------
    fit : FittedMap
    horizon, draws
        As for `bsclib.scenarios.project`.

    Returns
    -------
    DataFrame
        A row an initiative that changes something, the largest effect first: `initiative` (its id), `still_to_pay`
        (what of its cost falls into the months ahead); in the last month, in points, `effect`, `effect_low` and
        `effect_high`; `per_100_000`: the effect for each 100,000 that is still to pay.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> gains = initiative_effects(fit, horizon=12, draws=200)
    >>> gains["initiative"].iloc[0], bool(gains["effect"].is_monotonic_decreasing)
    ('academy', True)
    """
    works = [plan for plan in fit.scorecard.initiatives if plan.changes]
    whole = fit.scorecard.id
    costs = [still_to_pay(plan, fit.month + 1) for plan in works]
    told = [effect_at_horizon(fit, whole, None, [plan.id], horizon, draws) for plan in works]
    rows = [(plan.id, cost, *effect) for plan, cost, effect in zip(works, costs, told, strict=True)]
    table = pd.DataFrame(rows, columns=["initiative", "still_to_pay", *EFFECTS])
    per = 1e5 * table["effect"] / table["still_to_pay"].replace(0, np.nan)
    return table.assign(per_100_000=per).sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def combined_effect(fit: FittedMap, gains: pd.DataFrame, horizon: int = 24, draws: int = 1_000) -> pd.DataFrame:
    """What all initiatives add to the overall score together, beside what they would add if effects added up.

    Parameters
    ----------
    fit : FittedMap
    gains : DataFrame
        As `initiative_effects` gives it.
    horizon, draws
        As for `bsclib.scenarios.project`.

    Returns
    -------
    DataFrame
        `initiatives`, `still_to_pay`, and in points in the last month `effect`, `effect_low`, `effect_high`: the sum of
        them alone (without a band), and all of them together.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> gains = initiative_effects(fit, horizon=12, draws=200)
    >>> combined_effect(fit, gains, horizon=12, draws=200)["initiatives"].tolist()
    ['the sum of each alone', 'all together']
    """
    both = effect_at_horizon(fit, fit.scorecard.id, None, list(gains["initiative"]), horizon, draws)
    cost = gains["still_to_pay"].sum()
    rows = [("the sum of each alone", cost, gains["effect"].sum(), np.nan, np.nan), ("all together", cost, *both)]
    return pd.DataFrame(rows, columns=["initiatives", "still_to_pay", *EFFECTS])


def break_even_share(
    fit: FittedMap, initiatives: Iterable[str | Sequence[str]], worth: float, horizon: int = 24, draws: int = 200
) -> pd.DataFrame:
    """Which share of its plan must come before an initiative has earned what is still to pay for it.

    Parameters
    ----------
    fit : FittedMap
    initiatives : iterable of str, or of sequences of str
        Their ids; several that are paid for together stand in a sequence of their own.
    worth : float
        What a point of the overall score is worth for a year, in the money of the costs.
    horizon, draws
        As for `bsclib.scenarios.break_even`.

    Returns
    -------
    DataFrame
        A row an initiative: `initiative`, `still_to_pay`, `earned` (as planned, on average), and in words `share`, and
        `if_the_rest_goes_well` and `if_it_goes_badly`: the same in the best and the worst twentieth of the draws.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> break_even_share(fit, ["academy"], worth=100_000)["share"].item()
    '32 %'
    """
    rows = []
    for id in initiatives:
        row = break_even(fit, id, worth, horizon, draws).iloc[0]
        rows.append(
            (*row[["initiative", "still_to_pay", "earned"]], *(_part(row[name]) for name in ("share", "low", "high")))
        )
    columns = ["initiative", "still_to_pay", "earned", "share", "if_the_rest_goes_well", "if_it_goes_badly"]
    return pd.DataFrame(rows, columns=columns)


def _part(share: float) -> str:
    return percent(share) if np.isfinite(share) else "over 1,000 %"
