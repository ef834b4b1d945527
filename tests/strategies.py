"""Hypothesis strategies: scorecards and actuals as wild as the model allows."""

import string

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

from bsclib.actuals.table import LARGEST, check_actuals
from bsclib.model.nouns import Scorecard
from bsclib.model.perspectives import PERSPECTIVES

few = settings(max_examples=settings.default.max_examples // 2)
"""For a test that takes long over each example."""

TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NASTY = [
    *["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", '"double"', "it's", "_x0041_", "a_x000D_b", "_x005F_", "1e5", "007"],
    *["0x1F", "1_000", "12:30", "2024", "2024-03-15", "true", "no", "NULL", "~", "#N/A", "#REF!", "# none", "a: b"],
    *["- a", "{:.1f} h", "[1, 2]", "&anchor", "*alias", "!tag", "%", "`", "a #b", "1,5", "<b>&amp;</b>", "😀 👩‍👩‍👧"],
    *["مرحبا abc", "\ufeffx", "a\u00a0b", "é" * 500, "x" * 500, "\U0010fffd", "a  b", "?", "| x", "> y", "---"],
    *["...", "\\n", "a\\", "nan", ".inf"],
]

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff" + TURNS),
        max_size=20,
    ),
)
names = texts.filter(lambda text: text.strip())
ids = st.one_of(
    st.sampled_from(["no", "2024", "-", "1e5", "007", "_", "NaN", "naïve", "数据"]),
    st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"], include_characters="-_"), min_size=1, max_size=8),
)
numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(float),
    st.floats(-LARGEST, LARGEST),
    st.sampled_from([0.1 + 0.2, 1 / 3, -0.0, 1e15, 1e16, 1e17, 5e-324, 123456789.123456789]),
)
shares = st.floats(0, 1)
positive = st.one_of(st.integers(1, 9).map(float), st.floats(0.01, 1e6))
months = st.integers(2000 * 12, 2050 * 12).map(lambda month: f"{month // 12:04d}-{month % 12 + 1:02d}")
periods = st.one_of(months, st.sampled_from(["2024", "2024-Q3", "2024-W05", "2024-03-15"]))


@st.composite
def paths(draw, values=numbers):
    """A dated list that runs forwards; sometimes one date, bare."""
    dates = sorted(draw(st.sets(months, min_size=1, max_size=4)))
    points = [{"period": date, "value": draw(values)} for date in dates]
    return points[0] if len(points) == 1 and draw(st.booleans()) else points


weights = st.one_of(st.just(1.0), positive, paths(positive))
thresholds = st.tuples(shares, shares).map(lambda pair: {"at_risk": min(pair), "on_target": max(pair)})


def some(strategy):
    """A subset of keyword arguments, so that defaults are left to the model."""
    return st.fixed_dictionaries({}, optional=strategy)


@st.composite
def kpis(draw, id, objectives, others):
    direction = draw(st.sampled_from(["higher_is_better", "lower_is_better", "within_range"]))
    kpi = {"id": id, "name": draw(names), "objective": draw(st.sampled_from(objectives)), "direction": direction}
    if direction == "within_range":
        kpi["target"] = sorted(draw(st.tuples(numbers, numbers)))
        if kpi["target"][0] == kpi["target"][1] or draw(st.booleans()):
            kpi["floor"] = draw(st.tuples(numbers, numbers))
    else:
        kpi["target"] = draw(st.one_of(numbers, paths()))
        dated = st.fixed_dictionaries({"period": st.just("1999-12"), "value": numbers})
        kpi["baseline"] = draw(st.one_of(numbers, dated))
        kpi |= draw(some({"floor": numbers}))
    word = st.sampled_from(["sum", "mean", "last", "min", "max", "ratio"])
    kpi |= draw(
        some(
            {
                "measured_in": texts,
                "formula": texts,
                "owner": texts,
                "catalogue": texts,
                "role": st.sampled_from(["leading", "lagging"]),
                "frequency": st.sampled_from(["daily", "weekly", "monthly", "quarterly", "yearly"]),
                "aggregate": word,
                "across_units": word,
                "path": st.sampled_from(["linear", "stepped"]),
                "stretch": numbers,
                "limits": st.sampled_from([[0, 100], [None, 5.5], [-3, None]]),
                "thresholds": thresholds,
                "weight": weights,
                "guarded_by": st.lists(st.sampled_from(others), max_size=3) if others else st.just([]),
                "format": st.sampled_from(["{:.1f} h", "{}", "€ {:,.0f}", "{:.0%}", ""]),
            }
        )
    )
    return kpi


@st.composite
def scorecards(draw):
    """Any scorecard that the model accepts, near enough."""
    fresh = iter(draw(st.lists(ids, min_size=16, max_size=16, unique=True)))
    card = {"id": next(fresh), "name": draw(names)}
    named = draw(st.sampled_from(["it", "generic", None, None]))
    own = [{"id": next(fresh), "name": draw(names), "weight": draw(weights)} for _ in range(draw(st.integers(1, 3)))]
    card["perspectives"] = named or own
    homes = [one.id for one in PERSPECTIVES[named]] if named else [one["id"] for one in own]
    goals = st.one_of(ids, st.tuples(ids, ids).map(".".join)).filter(_ascii)
    strengths = st.sampled_from(["primary", "secondary"])
    supports = st.lists(goals | st.fixed_dictionaries({"goal": goals}, optional={"strength": strengths}), max_size=3)
    card["objectives"] = [
        {"id": next(fresh), "name": draw(names), "perspective": draw(st.sampled_from(homes))}
        | draw(some({"owner": texts, "weight": weights, "supports": supports}))
        for _ in range(draw(st.integers(1, 3)))
    ]
    objectives = [one["id"] for one in card["objectives"]]
    measured = [next(fresh) for _ in range(draw(st.integers(1, 4)))]
    card["kpis"] = [draw(kpis(id, objectives, [one for one in measured if one != id])) for id in measured]
    card |= draw(some({"thresholds": thresholds}))
    pairs = [(a, b) for a in measured for b in measured if a != b]
    card["links"] = [
        {"cause": cause, "effect": effect}
        | draw(
            some(
                {
                    "sign": st.sampled_from(["+", "-"]),
                    "lag": st.integers(0, 120),
                    "window": st.integers(0, 24),
                    "smallest_effect": positive,
                    "why": texts,
                }
            )
        )
        for cause, effect in draw(st.sets(st.sampled_from(pairs), max_size=3) if pairs else st.just(set()))
    ]
    change = st.builds(
        lambda kpi, by, more: {"kpi": kpi, "by": by, **more},
        st.sampled_from(measured),
        numbers,
        some({"delay": st.integers(0, 99), "ramp": st.integers(0, 99), "chance": shares}),
    )
    work = draw(st.lists(ids, max_size=3, unique=True))
    card["initiatives"] = [
        {"id": id, "name": draw(names)}
        | draw(
            some(
                {
                    "owner": texts,
                    "start": periods,
                    "cost": positive,
                    "months": st.integers(1, 120),
                    "people": positive,
                    "after": st.lists(st.sampled_from(work[:place]), max_size=2) if place else st.just([]),
                    "changes": st.lists(change, max_size=3),
                }
            )
        )
        for place, id in enumerate(work)
    ]
    kinds = st.sampled_from(["tool_change", "definition_change", "reorganisation", "one_off"])
    card["events"] = [
        {"period": draw(periods), "kind": draw(kinds)}
        | draw(some({"kpis": st.lists(st.sampled_from(measured), max_size=2), "why": texts}))
        for _ in range(draw(st.integers(0, 2)))
    ]
    card["actions"] = [
        {"id": id, "action": draw(names), "kpi": draw(st.one_of(ids, st.sampled_from(measured)))}
        | draw(some(dict.fromkeys(("finding", "cause", "owner", "unit", "outcome"), texts)))
        | draw(some({"decided": periods, "due": periods, "expected_effect": numbers, "delay": st.integers(0, 99)}))
        | draw(st.sampled_from([{}, {"state": "under_way"}, {"state": "finished", "finished": "2024-03"}]))
        for id in draw(st.lists(ids, max_size=2, unique=True))
    ]
    pair = st.tuples(positive, positive).map(sorted)
    accepted = st.fixed_dictionaries(
        {"rule": st.integers(100, 999).map("BSC{}".format), "why": names}, optional={"where": texts}
    )
    limits = some({"objectives": pair, "kpis": pair, "owner": positive, "gaps": shares, "watched": st.integers(1, 99)})
    card |= draw(some({"review": some({"limits": limits, "accepted": st.lists(accepted, max_size=2)})}))
    return Scorecard.model_validate(card)


def _ascii(text):
    return set(text) <= set(string.ascii_letters + string.digits + "-_.")


@st.composite
def actuals(draw):
    """A tidy table of actuals: odd names, gaps, and full-precision numbers."""
    keys = st.tuples(texts.map(str.strip), ids, periods)
    rows = draw(st.lists(keys, min_size=1, max_size=8, unique=True))
    value = st.one_of(st.none(), numbers)
    data = [(*key, draw(value), draw(value), draw(value)) for key in rows]
    frame = pd.DataFrame(data, columns=["unit", "kpi", "period", "actual", "numerator", "denominator"])
    frame = frame.astype({"actual": float, "numerator": float, "denominator": float})
    return check_actuals(frame)
