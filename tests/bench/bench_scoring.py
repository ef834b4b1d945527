"""Time and memory of `score()` on 1,000 units × 28 KPIs × 36 months, beside a hand-written numpy version and a loop.

Ratios within one run, the median of several rounds taken in turn.
"""

import statistics
import tracemalloc

import numpy as np
import pandas as pd
from made import case, seconds

from bsclib import score
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.values import UnitTarget
from bsclib.scoring.scores import COLUMNS, LEVELS, NUMBERS, STATUSES

UNITS, MONTHS, ROUNDS = 1_000, 36, 7


def by_hand(card: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
    """The same keys factorised, the same arithmetic, the same frame, and nothing checked or explained."""
    unit, units = pd.factorize(actuals["unit"])
    kpi, _ = pd.factorize(actuals["kpi"])
    period, months = pd.factorize(actuals["period"])
    ids = list(card.names)
    first = len(ids) - len(card.kpis)
    parents = [card.id, *(card.id for _ in card.perspectives), *(o.perspective for o in card.objectives)]
    parents += [k.objective for k in card.kpis]
    parent = np.array([ids.index(one) for one in parents])
    level = np.repeat(np.arange(4), [1, len(card.perspectives), len(card.objectives), len(card.kpis)])
    shape = (len(units) + 1, len(months), len(ids))
    table = {name: np.full(shape, np.nan) for name in NUMBERS}
    actual = table["actual"][:, :, first:]
    actual[unit + 1, period, kpi] = actuals["actual"].to_numpy()
    actual[0] = np.nanmean(actual[1:], axis=0)
    when = np.array([periods.span(month)[0] for month in months])
    for k, one in enumerate(card.kpis):
        n = first + k
        table["expected"][:, :, n] = one.expected(when)
        table["target"][:, :, n], table["floor"][:, :, n], table["baseline"][:, :, n] = one.final_target, 50, 50
        table["at_risk"][:, :, n], table["on_target"][:, :, n] = 0.7, 1.0
        table["weight"][:, :, n] = one.weight
    part = slice(first, None)
    floor, expected = table["floor"][:, :, part], table["expected"][:, :, part]
    table["attainment"][:, :, part] = (actual - floor) / (expected - floor)
    table["score"][:, :, part] = np.clip(table["attainment"][:, :, part], 0, 1) * 100
    table["weight"][:, :, :first], table["at_risk"][:, :, :first], table["on_target"][:, :, :first] = 1, 0.7, 0.9
    for node in range(first - 1, -1, -1):
        below = np.flatnonzero((parent == node) & (np.arange(len(ids)) != node))
        scores, weight = table["score"][:, :, below], table["weight"][:, :, below]
        share = np.where(np.isnan(scores), 0, weight)
        share /= share.sum(axis=2, keepdims=True)
        table["score"][:, :, node] = (share * np.nan_to_num(scores)).sum(axis=2)
        table["effective_weight"][:, :, below] = share
        table["attainment"][:, :, node] = table["score"][:, :, node] / 100
    share = np.round(table["attainment"], 9)
    status = np.where(share >= table["on_target"], 0, np.where(share >= table["at_risk"], 1, 2))
    status[np.isnan(share)] = 3

    def categorical(codes: np.ndarray, names: list[str], kind: type = np.int8) -> pd.Categorical:
        flat = np.broadcast_to(codes, shape).astype(kind).reshape(-1)
        return pd.Categorical.from_codes(flat, categories=names)

    nodes = np.arange(len(ids))[None, None]
    data: dict = {
        "unit": categorical(np.arange(shape[0])[:, None, None], ["", *units], np.int16),
        "period": categorical(np.arange(shape[1])[None, :, None], list(months)),
        "level": categorical(level[None, None], list(LEVELS)),
        "id": categorical(nodes, ids),
        "name": categorical(nodes, ids),
        "parent": categorical(parent[None, None], ids),
        "status": categorical(status, list(STATUSES)),
        "label": categorical(np.zeros((1, 1, 1)), [""]),
        "method": categorical(np.zeros((1, 1, 1)), ["kit"]),
        "missing": categorical(np.zeros((1, 1, 1)), ["redistribute"]),
        "origin": categorical(np.isnan(table["score"]) * 1, ["given", "no_actual"]),
        "carried_from": categorical(np.zeros((1, 1, 1)), [""]),
        "taken": categorical(np.zeros((1, 1, 1)), [""]),
        "reason": categorical(np.isnan(table["score"]) * 1, ["", "no actual"]),
    }
    data["left_out"] = np.zeros(status.size, dtype=np.int64)
    data |= {name: array.reshape(-1) for name, array in table.items()}
    return pd.DataFrame({name: data[name] for name in COLUMNS}, copy=False)


def row_by_row(card: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
    """What a notebook does before it is told about arrays: one row after the other, KPIs alone."""
    found = []
    for _, row in actuals.iterrows():
        kpi = card.kpi(row["kpi"])
        expected = float(kpi.expected(np.array([periods.span(row["period"])[0]]))[0])
        floor, _ = kpi.floors()
        attainment = (row["actual"] - floor) / (expected - floor)
        share = min(max(attainment, 0), 1) if attainment == attainment else attainment
        status = "on_target" if share >= 1 else "at_risk" if share >= 0.7 else "off_target"
        found.append({"unit": row["unit"], "id": kpi.id, "attainment": attainment, "score": share, "status": status})
    return pd.DataFrame(found)


def peak(job, *arguments) -> tuple[float, float]:
    """Peak memory of a call and the size of what it returns, in MB."""
    tracemalloc.start()
    result = job(*arguments)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6, result.memory_usage(deep=True).sum() / 1e6


def with_unit_targets(card: Scorecard, actuals: pd.DataFrame) -> Scorecard:
    """The scorecard with a target of its own for each unit and KPI that is no range."""
    units = [str(unit) for unit in actuals["unit"].unique() if unit]
    kpis = [
        kpi
        if kpi.direction == "within_range"
        else kpi.model_copy(update={"unit_targets": tuple(UnitTarget(unit=unit, target=kpi.target) for unit in units)})
        for kpi in card.kpis
    ]
    return card.model_copy(update={"kpis": tuple(kpis)})


def main() -> None:
    """Print the ratios."""
    card, actuals = case(UNITS, MONTHS)
    ours, theirs = score(card, actuals), by_hand(card, actuals)
    np.testing.assert_allclose(ours["score"], theirs["score"], rtol=1e-9)
    assert (ours["status"].astype(str).to_numpy() == theirs["status"].astype(str).to_numpy()).all()
    pairs = [(seconds(score, card, actuals), seconds(by_hand, card, actuals)) for _ in range(ROUNDS)]
    ratio = statistics.median(one / other for one, other in pairs)
    sample = actuals.sample(5_000, random_state=1)
    loop = seconds(row_by_row, card, sample) / len(sample)
    mine = statistics.median(one for one, _ in pairs) / len(actuals)
    most, size = peak(score, card, actuals)
    print(f"score() on {len(actuals):,} actuals → {len(ours):,} scores")
    print(f"  time / hand-written numpy        {ratio:6.2f}   (at most 3)")
    print(f"  row-by-row pandas loop / time    {loop / mine:6.0f}   (at least 50; loop on {len(sample):,} rows)")
    print(f"  peak memory / output             {most / size:6.2f}   (at most 4; output {size:.0f} MB)")
    own = with_unit_targets(card, actuals)
    pairs = [(seconds(score, own, actuals), seconds(score, card, actuals)) for _ in range(ROUNDS)]
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"  with targets of units / without  {ratio:6.2f}   (at most 1.3)")


if __name__ == "__main__":
    main()
