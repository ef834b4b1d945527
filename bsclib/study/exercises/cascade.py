"""Exercises on scorecards above and below each other: who serves whom, what adds up, and what is counted twice."""

from __future__ import annotations

import math

import pandas as pd

from bsclib.design.alignment.targets import closing_targets
from bsclib.model.nouns import Scorecard
from bsclib.scoring.views import kpi_shares, last_period, snapshot
from bsclib.study.answers import Names, Number
from bsclib.study.exercises.case import Case, Table, names_of, plain
from bsclib.study.exercises.levels import Levels
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases, precision
from bsclib.wording import counted, listed, month_name

_LINES = {
    "A": "be the supplier of information systems that users prefer",
    "B": "restore services fast",
    "C": "mean time to restore, in hours",
    "D": "write fifty new help pages",
    "E": "keep the freight systems available",
    "F": "share of changes that failed",
}
_OBJECTIVES, _MEASURES = frozenset("BE"), frozenset("CF")
_NO_OBJECTIVE = {"A": "mission", "C": "measure", "D": "work", "F": "measure"}
_KINDS = {"primary": "primary", "secondary": "secondary"}


@exercise(slips="missions measures work")
def layers(case: Case) -> Facts:
    """Which lines are objectives, and which are a mission, measures, or work."""
    return Facts(
        Names(
            _OBJECTIVES,
            of=_LINES,
            kind="line of the table",
            why={line: phrases()[kind] for line, kind in _NO_OBJECTIVE.items()},
            ask=phrases()["gets_better"],
        ),
        code=f"answer = {sorted(_OBJECTIVES)}",
        slips={"missions": _OBJECTIVES | {"A"}, "measures": _MEASURES, "work": _OBJECTIVES | {"D"}},
        given=(("letter", "what it says"), *_LINES.items()),
    )


@exercise("card above", slips="of_any_kind unserved nothing_left", nothing="never_alone")
def only_one(case: Case) -> Facts:
    """Which goals have exactly one objective that supports them primarily."""
    levels = case.levels
    counts = _support_counts(levels)
    right = need(frozenset(counts.index[counts["primary"] == 1]), "never_alone")
    named = names_of(levels.above.objectives)
    why = {
        str(goal): phrases()["supports"].format(
            goal=named[str(goal)],
            primary=counted(int(row["primary"]), "primary support") if row["primary"] else "no primary support",
        )
        for goal, row in counts.iterrows()
        if goal not in right
    }
    return Facts(
        Names(right, of=named, kind="goal", why=why, ask=phrases()["primary_left"]),
        code=(
            f"{_code(levels)}{_CLAIMS}"
            "# In the lesson `claims` is ready, so you write these two lines:\n"
            'primary = claims.loc[claims["strength"] == "primary", "goal"].value_counts()\n'
            "answer = primary.index[primary == 1]"
        ),
        names={"card": levels.card.name, "above": levels.above.name},
        slips={
            "of_any_kind": frozenset(counts.index[counts.sum(axis=1) == 1]),
            "unserved": right | frozenset(counts.index[counts.sum(axis=1) == 0]),
        },
        emptied="nothing_left",
    )


@exercise("below many objectives", slips="supported_by_nobody", nothing="no_orphan")
def idle(case: Case) -> Facts:
    """Which objectives of a level below support nothing."""
    levels = case.levels
    orphans = {card.id: _orphans(card) for card in levels.cards if card.id != levels.above.id}
    below = need(next((card for card in levels.cards if orphans.get(card.id)), None), "no_orphan")
    under = set(levels.claims.loc[levels.claims["above"] == below.id, "goal"])
    names = {f"{card.id}.{own.id}": own.name for card in levels.cards for own in card.objectives}
    claims = levels.claims[(levels.claims["above"] == below.id) | (levels.claims["below"] == below.id)]
    goals = (claims["above"] + "." + claims["goal"]).map(names)
    rows = goals.groupby(claims["objective_name"]).agg(listed).sort_index().items()
    why = {
        own.id: phrases()["is_for"].format(goals=listed(f"‘{names.get(one.goal, one.goal)}’" for one in own.supports))
        for own in below.objectives
        if own.supports
    }
    return Facts(
        Names(orphans[below.id], of=names_of(below.objectives), kind="objective of this scorecard", why=why),
        code=(
            f'{_code(levels)}card = next(card for card in levels.cards if card.id == "{below.id}")\n'
            "answer = [objective.id for objective in card.objectives if not objective.supports]"
        ),
        names={
            "below": below.name,
            "many": str(len(below.objectives)),
            "objectives": "; ".join(own.name for own in below.objectives),
        },
        slips={"supported_by_nobody": frozenset(own.id for own in below.objectives if own.id not in under)},
        given=(("objective", "says that it supports"), *rows),
    )


@exercise(
    "kpi card month whose shown precision",
    slips="evenly alone grown earlier come_to factor gap unchanged",
    nothing="no_gap",
)
def closing(case: Case) -> Facts:
    """The target of one unit that closes the gap in proportion, where units' targets do not come to the whole's."""
    row, units = need(_gap(case.levels), "no_gap")
    targets = units["target"]
    one = units.loc[units["change"].abs().idxmax()]
    factor = row["stated"] / row["from_below"]
    adds = row["across_units"] == "sum"
    other_way = targets.mean() if adds else targets.sum()
    first = _earlier(case.levels, row)
    slips = {
        "evenly": one["target"] - row["gap"] / (len(units) if adds else 1),
        "alone": one["target"] - row["gap"] / (1 if adds else one["share"]),
        "grown": one["target"] / factor,
        "earlier": math.nan if first is None else one["target"] * first["stated"] / first["from_below"],
        "come_to": row["from_below"],
        "gap": abs(row["gap"]),
        "unchanged": one["target"],
    }
    return Facts(
        Number(float(one["closing"]), within=0.01, unit=_unit(case.levels, row)),
        code=(
            f"targets, stated = [{', '.join(map(plain, targets))}], {plain(row['stated'])}\n"
            f"come_to = sum(targets){'' if adds else ' / len(targets)'}\n"
            f"answer = {plain(one['target'])} * stated / come_to"
        ),
        names={
            "kpi": row["name"],
            "card": _card(case.levels, row["above"]).name,
            "month": _month(row) if row["period"] else "",
            "whose": str(one["unit"]),
            "shown": _month(first),
            "precision": precision(2),
        },
        slips={name: float(value) for name, value in slips.items()}
        | {"factor": [float(factor), float(one["target"] * row["stated"] / other_way)]},
        given=_units_table(row, targets, units["unit"]),
    )


@exercise("goal results", slips="places own_level units fewer more two_more", nothing="nothing_shared")
def once(case: Case) -> Facts:
    """How many results stand below a goal, where some KPIs stand on several levels."""
    levels = case.levels
    counts = levels.readings.set_index(["card", "objective"])["results"]
    homes = {key: _kpis_below(levels, *key) for key in counts.index}
    shared = {key: len(rows) - int(counts[key]) for key, rows in homes.items() if rows["kpi"].nunique() == counts[key]}
    key = need(max(shared, key=lambda key: shared[key], default=None), "nothing_shared")
    need(shared[key], "nothing_shared")
    rows = homes[key]
    said = {kpi.id: kpi.name for card in levels.cards for kpi in card.kpis}  # one name for a KPI on every level
    listed_in = rows.groupby("card", sort=False)["kpi"].agg(
        lambda ids: "; ".join(said[id] for id in dict.fromkeys(ids))
    )
    per_card = {_card(levels, str(id)).name: names for id, names in listed_in.items()}
    nearest = rows.groupby("card", sort=False).size()
    goal = _card(levels, key[0]).objective(key[1])
    return Facts(
        Number(float(counts[key]), within=0.0, unit="results"),
        code="\n".join(
            ["rows = [", *(f"    {names!r}," for names in per_card.values()), "]", _EACH_ONCE, "answer = len(once)"]
        ),
        names={"goal": f"“{goal.name}”", "results": "; ".join(dict.fromkeys(said[id] for id in rows["kpi"]))},
        slips={
            "places": len(rows),
            "own_level": int(nearest.iloc[0]),
            "units": len(per_card),
            "fewer": float(counts[key] - 1),
            "more": float(counts[key] + 1),
            "two_more": float(counts[key] + 2),
        },
        given=(("scorecard", "KPIs whose objectives lead up to the goal"), *per_card.items()),
    )


@exercise(
    "kpi card below share_below",
    slips="same halfway left_out equal own_twice one_step two_steps three_steps",
    nothing="nothing_shared",
)
def weight_above(case: Case) -> Facts:
    """What share of the total a KPI carries on the level above, which its share below does not say."""
    levels = case.levels
    shares = {id: kpi_shares(frame, None, last_period(frame)) for id, frame in levels.scores.items()}
    need(levels.card.id in shares, "nothing_shared")
    own = shares[levels.card.id]
    lower = [id for id in shares if id != levels.card.id and id != levels.above.id]
    pairs = [(id, kpi) for id in lower for kpi in own.index.intersection(shares[id].index) if own[kpi] > 0]
    below, kpi = need(
        max(pairs, key=lambda pair: shares[pair[0]][pair[1]] / own[pair[1]], default=None), "nothing_shared"
    )
    here, there = 100 * own[kpi], 100 * shares[below][kpi]
    own_share, of_perspective, of_total = (float(weight) / float(total) for _, weight, total in _way(levels, kpi))
    return Facts(
        Number(float(here), within=0.05, unit="%"),
        code=f"answer = 100 * {_fractions(levels, kpi)}",
        names={
            "kpi": levels.card.names[kpi],
            "card": levels.card.name,
            "below": _card(levels, below).name,
            "share_below": f"{there:.1f} %",
        },
        slips={
            "same": float(there),
            "halfway": 100 * own_share * of_perspective,
            "left_out": [100 * own_share * of_total, 100 * of_perspective * of_total],
            "equal": 100 / len(own),
            "own_twice": 100 * _own_twice(levels, kpi),
            "one_step": float(there * of_total),
            "two_steps": float(there * of_total * of_perspective),
            "three_steps": float(there * of_total * of_perspective * own_share),
        },
        given=(("on the way up", "its weight", "all weights there, its own too"), *_way(levels, kpi)),
    )


_EACH_ONCE = 'once = {kpi for row in rows for kpi in row.split("; ")}'
_CLAIMS = 'claims = levels.claims[levels.claims["below"] == levels.card.id]\n'


def _code(levels: Levels) -> str:
    """Python that gets hold of the scorecards of all levels."""
    lent = "from bsclib.study.exercises.levels import shipped_levels\n\nlevels = shipped_levels()\n"
    return lent if levels.lent else "levels = lesson.levels\n"


def _support_counts(levels: Levels) -> pd.DataFrame:
    """How many objectives of the scorecard in hand support each goal above, by strength."""
    own = levels.claims[(levels.claims["below"] == levels.card.id) & (levels.claims["above"] == levels.above.id)]
    goals = [goal.id for goal in levels.above.objectives]
    return pd.crosstab(own["goal"], own["strength"]).reindex(index=goals, columns=list(_KINDS), fill_value=0)


def _orphans(card: Scorecard) -> frozenset[str]:
    """Objectives that support nothing, where others do."""
    none = frozenset(objective.id for objective in card.objectives if not objective.supports)
    return none if len(none) < len(card.objectives) else frozenset()


def _gap(levels: Levels) -> tuple[pd.Series, pd.DataFrame] | None:
    """The last gap between units' targets and the whole's, and the units; the first that falls short."""
    gaps = levels.gaps[(levels.gaps["unit"] == "") & (levels.gaps["units"] > 1) & (levels.gaps["edge"] == "target")]
    gaps = gaps[gaps["verdict"].isin(["falls_short", "goes_beyond"]) & gaps["across_units"].isin(["sum", "mean"])]
    if gaps.empty:
        return None
    last = gaps.groupby(["above", "below", "kpi"], sort=False).tail(1).sort_values("verdict", kind="stable")
    row = last.iloc[0]
    closing = closing_targets(levels.cards, levels.tower.actuals)
    same = (closing["above"] == row["above"]) & (closing["kpi"] == row["kpi"]) & (closing["period"] == row["period"])
    return row, closing[same & (closing["edge"] == "target")].reset_index(drop=True)


def _earlier(levels: Levels, row: pd.Series) -> pd.Series | None:
    """The first gap of the same KPI, which the lesson's table shows; none where that is the same month."""
    gaps = levels.gaps[(levels.gaps["above"] == row["above"]) & (levels.gaps["kpi"] == row["kpi"])]
    first = gaps.sort_values("period", kind="stable").iloc[0]
    return first if first["period"] < row["period"] else None


def _month(row: pd.Series | None) -> str:
    return "" if row is None else month_name(row["period"])


def _card(levels: Levels, id: str) -> Scorecard:
    return next(card for card in levels.cards if card.id == id)


def _unit(levels: Levels, row: pd.Series) -> str:
    return _card(levels, row["above"]).kpi(row["kpi"]).measured_in


def _units_table(row: pd.Series, targets: pd.Series, units: pd.Series) -> Table:
    rows = tuple((str(unit), plain(target)) for unit, target in zip(units, targets, strict=True))
    adds = {"sum": "sum", "mean": "mean, each unit alike"}[str(row["across_units"])]
    return (
        ("unit", "target"),
        *rows,
        ("stated for the whole", plain(row["stated"])),
        ("units are put together by", adds),
    )


def _kpis_below(levels: Levels, card: str, objective: str) -> pd.DataFrame:
    """The KPIs of every scorecard whose objectives lead up to a goal: `card` and `kpi`."""
    up = levels.aligned
    up = up[(up["above"] == card) & (up["goal"] == objective) & (up["strength"] != "none")]
    cards = {each.id: each for each in levels.cards}
    pairs = zip(up["below"], up["objective"], strict=True)
    rows = [(below, kpi.id) for below, own in pairs for kpi in cards[below].kpis_of(own) if below in levels.scores]
    return pd.DataFrame(rows, columns=["card", "kpi"])


def _way(levels: Levels, kpi: str) -> list[tuple[str, str, str]]:
    """A KPI, its objective and its perspective, each with its weight and all weights there that count."""
    now = snapshot(levels.scores[levels.card.id])
    objective = str(now.loc[kpi, "parent"])
    steps = [kpi, objective, str(now.loc[objective, "parent"])]
    rows = []
    for id in steps:
        beside = now[(now["parent"].astype(str) == str(now.loc[id, "parent"])) & now["effective_weight"].notna()]
        rows.append((str(now.loc[id, "name"]), plain(now.loc[id, "weight"]), plain(beside["weight"].sum())))
    return rows


def _own_twice(levels: Levels, kpi: str) -> float:
    """What comes of it when each weight is added once more to all weights there."""
    return math.prod(float(weight) / (float(total) + float(weight)) for _, weight, total in _way(levels, kpi))


def _fractions(levels: Levels, kpi: str) -> str:
    return " * ".join(f"{weight} / {total}" for _, weight, total in _way(levels, kpi))
