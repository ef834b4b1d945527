"""Worlds whose links are known: the actuals of 16 KPIs in four lanes, and a map of 60 claims of which 24 hold.

Each KPI keeps half of last month's departure, adds noise of standard deviation 1, and takes 0.3 to 0.6 of what drives
it, 0 to 6 months later, with either sign; causes stand in an earlier lane than their effects, and no KPI has more than
four. The map states the true lag and sign of what holds, and a random lag and sign of what does not. Worlds are drawn
on bare arrays, without the kit's own simulation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.build import build
from bsclib.model.nouns import Scorecard

KPIS, LANES, CLAIMS, TRUE, MOST_CAUSES = 16, 4, 60, 24, 4
OWN, LEAST, MOST, LAGS, WARM_UP = 0.5, 0.3, 0.6, 7, 60


@dataclass
class World:
    """Actuals of shape (units, months, KPIs), the map's claims, and what is so: `by` is 0 where nothing is."""

    values: np.ndarray
    cause: np.ndarray
    effect: np.ndarray
    lag: np.ndarray
    sign: np.ndarray
    by: np.ndarray
    true_lag: np.ndarray
    breaks: Sequence[np.ndarray] = ()

    @property
    def exists(self) -> np.ndarray:
        """Which of the claims hold."""
        return self.by != 0


def drawn_map(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Cause, effect, lag, sign and size of 60 claims, the 24 that hold first."""
    lane = np.repeat(np.arange(LANES), KPIS // LANES)
    pairs = np.array([(c, e) for c in range(KPIS) for e in range(KPIS) if lane[c] < lane[e]])
    while True:
        claims = pairs[rng.permutation(len(pairs))[:CLAIMS]]
        if np.bincount(claims[:TRUE, 1]).max() <= MOST_CAUSES:
            break
    lag, sign = rng.integers(0, LAGS, CLAIMS), rng.choice([-1, 1], CLAIMS)
    by = np.where(np.arange(CLAIMS) < TRUE, sign * rng.uniform(LEAST, MOST, CLAIMS), 0.0)
    return claims[:, 0], claims[:, 1], lag, sign, by


def world(
    seed: int,
    months: int,
    *,
    units: int = 1,
    wrong_lags: bool = False,
    hidden: float = 0.0,
    trends: bool = False,
    seasons: str = "",
    shared: float = 0.0,
) -> World:
    """Draw a world.

    Parameters
    ----------
    seed, months, units : int
        Every unit has the same map.
    wrong_lags : bool
        Whether half of the claims state a lag that is wrong by one.
    hidden : float
        Largest effect of an unseen driver of five KPIs, the same in all units; the least is half of it.
    trends : bool
        Whether half of the KPIs rise or fall by 0.5 to 1.5 a year.
    seasons : str
        Seasons of half of the KPIs, with a standard deviation of 0.5 to 1.5: ``smooth``, ``ragged`` or none.
    shared : float
        Share of the noise's variance that hits all units alike.
    """
    rng = np.random.default_rng(seed)
    cause, effect, lag, sign, by = drawn_map(rng)
    total = WARM_UP + months
    chance = np.sqrt(1 - shared) * rng.standard_normal((total, units, KPIS))
    chance += np.sqrt(shared) * rng.standard_normal((total, 1, KPIS))
    if hidden:
        five = rng.permutation(KPIS)[:5]
        chance[:, :, five] += _carried(rng.standard_normal(total))[:, None, None] * (
            rng.choice([-1, 1], 5) * rng.uniform(hidden / 2, hidden, 5)
        )
    moved = moved_by(chance, np.full(KPIS, OWN), by, effect, cause, lag)
    values = moved[WARM_UP:].transpose(1, 0, 2) + _course(rng, months, trends, seasons)
    stated = lag.copy()
    if wrong_lags:
        off = rng.permutation(CLAIMS)[: CLAIMS // 2]
        stated[off] += np.where(lag[off] == 0, 1, rng.choice([-1, 1], len(off)))
    return World(values, cause, effect, stated, sign, by, lag)


def moved_by(
    chance: np.ndarray, own: np.ndarray, by: np.ndarray, effect: np.ndarray, cause: np.ndarray, lag: np.ndarray
) -> np.ndarray:
    """Movements (months, units, KPIs) that chance, what each KPI keeps of the month before, and links bring about."""
    response = np.zeros((LAGS, KPIS, KPIS))
    response[lag, effect, cause] = by
    at_once = np.linalg.inv(np.eye(KPIS) - response[0])
    moved = np.zeros(chance.shape)
    for t in range(len(chance)):
        now = chance[t] + (own * moved[t - 1] if t else 0.0)
        for back in range(1, min(t, LAGS - 1) + 1):
            now = now + moved[t - back] @ response[back].T
        moved[t] = now @ at_once.T
    return moved


def _carried(chance: np.ndarray) -> np.ndarray:
    out = chance.copy()
    for t in range(1, len(out)):
        out[t] += OWN * out[t - 1]
    return out


def _course(rng: np.random.Generator, months: int, trends: bool, seasons: str) -> np.ndarray:
    """Trend and season of every KPI (months, KPIs)."""
    course, month, half = np.zeros((months, KPIS)), np.arange(months)[:, None], KPIS // 2
    if trends:
        course[:, rng.permutation(KPIS)[:half]] += month / 12 * rng.choice([-1, 1], half) * rng.uniform(0.5, 1.5, half)
    if seasons:
        pattern = np.sqrt(2) * np.sin(2 * np.pi * (np.arange(12)[:, None] + rng.uniform(0, 12, half)) / 12)
        if seasons == "ragged":
            pattern = rng.standard_normal((12, half))
            pattern = (pattern - pattern.mean(axis=0)) / pattern.std(axis=0)
        course[:, rng.permutation(KPIS)[:half]] += pattern[np.arange(months) % 12] * rng.uniform(0.5, 1.5, half)
    return course


def as_scorecard(one: World) -> tuple[Scorecard, pd.DataFrame]:
    """A world as a scorecard and its actuals."""
    links = [
        {"cause": f"k{c}", "effect": f"k{e}", "sign": "+" if s > 0 else "-", "lag": int(lag)}
        for c, e, s, lag in zip(one.cause, one.effect, one.sign, one.lag, strict=True)
    ]
    values = pd.DataFrame(one.values[0], columns=[f"k{k}" for k in range(one.values.shape[2])])
    return card_of(values, links), long(values)


def card_of(values: Iterable[str], links: list[dict], events: Sequence[dict] = (), **kpis: dict) -> Scorecard:
    """A scorecard of bare series; `kpis` holds what is special of some."""
    plain = {"objective": "o", "direction": "higher_is_better", "floor": 0, "target": 1}
    return build(
        {
            "id": "s",
            "name": "S",
            "perspectives": "it",
            "objectives": [{"id": "o", "name": "O", "perspective": "future_orientation"}],
            "kpis": [{"id": name, "name": name, **plain, **kpis.get(name, {})} for name in values],
            "links": links,
            "events": list(events),
        }
    )


def long(values: pd.DataFrame, unit: str = "", first: str = "2000-01") -> pd.DataFrame:
    """Actuals from columns of months."""
    start = periods.span(first)[0]
    months = [periods.period_of(start + n) for n in range(len(values))]
    return values.assign(period=months).melt("period", var_name="kpi", value_name="actual").assign(unit=unit)
