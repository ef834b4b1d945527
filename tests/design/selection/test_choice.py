import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib import read_scorecard
from bsclib.design.selection import choice
from bsclib.design.selection.choice import PRICES, choose
from bsclib.errors import BscError
from bsclib.model.build import build

ROLES = ["leading", "lagging", "lagging", "leading", "lagging", "leading", "lagging"]
IDS = list("abcdefg")


def card(count=7):
    """KPIs a to g: a, c, e and g in the first perspective, the others in the second; a, d and f lead."""
    kpi = {"direction": "higher_is_better", "floor": 0, "target": 1}
    return build(
        {
            "id": "s",
            "name": "S",
            "perspectives": [{"id": "p", "name": "First"}, {"id": "q", "name": "Second"}],
            "objectives": [{"id": f"o-{id}", "name": id, "perspective": id} for id in "pq"],
            "kpis": [
                {**kpi, "id": id, "name": id.upper(), "objective": f"o-{'pq'[at % 2]}", "role": ROLES[at]}
                for at, id in enumerate(IDS[:count])
            ],
        }
    )


def keeps(taken, count, at_most=None, at_least=None, leading=None, budget=None, cost=None, apart=(), keep=(), leave=()):
    """Whether a set of places keeps the constraints, checked one by one."""
    names = {IDS[at] for at in taken}
    if at_most is not None and len(taken) > at_most:
        return False
    for place, perspective in enumerate("pq"):
        least = at_least.get(perspective, 0) if isinstance(at_least, dict) else at_least or 0
        if sum(at % 2 == place for at in taken) < least:
            return False
    leads = sum(ROLES[at] == "leading" for at in taken)
    if leading and not leading[0] * len(taken) - 1e-9 <= leads <= leading[1] * len(taken) + 1e-9:
        return False
    if budget is not None and sum(cost[IDS[at]] for at in taken) > budget + 1e-9:
        return False
    return not any(set(pair) <= names for pair in apart) and set(keep) <= names and not set(leave) & names


def by_hand(worth, count, near=None, **constraints):
    """The best set by looking at all of them: greatest worth, fewest (or nearest), then what comes first."""
    found = []
    for size in range(count + 1):
        for taken in itertools.combinations(range(count), size):
            if keeps(taken, count, **constraints):
                apart = len(set(taken) ^ near) if near is not None else size
                first = tuple(at in taken for at in range(count))
                value = sum(worth[IDS[at]] for at in taken)
                found.append((round(value, 6), -apart, first))
    return max(found) if found else None


@st.composite
def tasks(draw):
    """Worths and constraints of up to seven KPIs, ties and clashes likely."""
    count = draw(st.integers(1, 7))
    ids = IDS[:count]
    worth = {id: draw(st.integers(-2, 6)) / 2 for id in ids}
    share = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 2 / 3, 1.0])
    some = st.lists(st.sampled_from(ids), max_size=2, unique=True)
    constraints = {}
    if draw(st.booleans()):
        constraints["at_most"] = draw(st.integers(1, count + 1))
    if draw(st.booleans()):
        per = st.integers(0, 2)
        constraints["at_least"] = draw(st.one_of(per, st.dictionaries(st.sampled_from("pq"), per)))
    if draw(st.booleans()):
        constraints["leading"] = tuple(sorted((draw(share), draw(share))))
    if draw(st.booleans()):
        constraints["cost"] = {id: draw(st.integers(0, 4)) / 10 for id in ids}
        constraints["budget"] = draw(st.integers(0, 12)) / 10
    if count > 1 and draw(st.booleans()):
        pair = st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True).map(tuple)
        constraints["apart"] = draw(st.lists(pair, max_size=2))
    if draw(st.booleans()):
        constraints["keep"], constraints["leave"] = draw(some), draw(some)
    return count, worth, constraints


@given(tasks())
def test_the_choice_is_the_best_of_all(task):
    count, worth, constraints = task
    best = by_hand(worth, count, **constraints)
    if best is None:
        with pytest.raises(BscError, match="no choice keeps"):
            choose(worth, card(count), **constraints)
        return
    found = choose(worth, card(count), **constraints)
    assert found.value == pytest.approx(best[0])
    assert found.chosen == [id for id, taken in zip(IDS, best[2], strict=False) if taken]
    assert found.cost == pytest.approx(sum(constraints.get("cost", dict.fromkeys(IDS, 0))[id] for id in found.chosen))


def loosened(constraints, row):
    """The constraints as one row of the prices says that they were loosened."""
    words, bound, more = row["constraint"], row["bound"], row["loosened"]
    if words.startswith("a budget"):
        return {**constraints, "budget": more}
    if "leading" in words:
        low, high = constraints["leading"]
        return {**constraints, "leading": (more, high) if words.startswith("at least") else (low, more)}
    if words.startswith("at most"):
        return {**constraints, "at_most": int(more)}
    if words.startswith("at least"):
        least = (
            constraints["at_least"]
            if isinstance(constraints["at_least"], dict)
            else dict.fromkeys("pq", constraints["at_least"])
        )
        where = "p" if "First" in words else "q"
        assert (bound, more) == (least[where], least[where] - 1)
        return {**constraints, "at_least": {**least, where: int(more)}}
    if words.startswith("not both"):
        a, b = words.removeprefix("not both ").lower().split(" and ")
        return {**constraints, "apart": [pair for pair in constraints["apart"] if set(pair) != {a, b}]}
    side, name = ("keep", words[5:]) if words.startswith("keep ") else ("leave", words.removeprefix("leave out "))
    return {**constraints, side: [one for one in constraints[side] if one != name.lower()]}


@given(tasks())
def test_each_price_is_what_the_best_set_of_the_looser_limits_gains(task):
    count, worth, constraints = task
    if by_hand(worth, count, **constraints) is None:
        return
    found = choose(worth, card(count), **constraints)
    chosen = {IDS.index(id) for id in found.chosen}
    for _, row in found.prices.iterrows():
        best = by_hand(worth, count, near=chosen, **loosened(constraints, row))
        assert row["value"] == pytest.approx(best[0])
        assert row["gain"] == pytest.approx(best[0] - found.value)
        assert row["gain"] >= 0
        after = {at for at, taken in enumerate(best[2]) if taken} if row["gain"] else chosen
        assert row["enters"] == ", ".join(IDS[at] for at in sorted(after - chosen))
        assert row["leaves"] == ", ".join(IDS[at] for at in sorted(chosen - after))


@given(tasks())
def test_none_of_the_limits_that_clash_could_be_spared(task):
    count, worth, constraints = task
    if by_hand(worth, count, **constraints) is not None:
        return
    with pytest.raises(BscError, match="no choice keeps") as caught:
        choose(worth, card(count), **constraints)
    said = caught.value.faults[0].what.split(": ", 1)[1].split("; ")
    asked = {"constraints": []}

    def remember(scorecard, *args):
        asked["constraints"] = real(scorecard, *args)
        return asked["constraints"]

    real = choice.read_constraints
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choice, "read_constraints", remember)
        with pytest.raises(BscError, match="no choice keeps"):
            choose(worth, card(count), **constraints)
    clashing = [constraint for constraint in asked["constraints"] if constraint.words in said]
    assert len(clashing) == len(said)
    sets = [np.array(one) for one in itertools.product((0, 1), repeat=count)]

    def possible(some):
        return any(all(one.low - 1e-9 <= one.row @ x <= one.high + 1e-9 for one in some) for x in sets)

    assert not possible(clashing)
    assert all(possible([one for one in clashing if one is not spared]) for spared in clashing)


def test_ties_go_to_the_fewest_and_then_to_those_that_come_first():
    assert choose(dict.fromkeys(IDS, 1), card(), at_most=3).chosen == ["a", "b", "c"]
    assert choose({**dict.fromkeys(IDS, 1), "g": 2}, card(), budget=2, cost=dict.fromkeys(IDS, 1)).chosen == ["a", "g"]
    assert choose({**dict.fromkeys(IDS, 0), "f": 1}, card()).chosen == ["f"]
    assert choose(dict.fromkeys(IDS, -1), card()).chosen == []


def test_two_names_for_one_thing_are_not_both_chosen():
    worth = {"a": 5, "b": 4.9, "c": 3, "d": 2, "e": 1, "f": 1, "g": 1}
    found = choose(worth, card(), at_most=2, apart=[("b", "a")])
    assert found.chosen == ["a", "c"]
    price = found.prices.set_index("constraint").loc["not both A and B"]
    assert price[["bound", "loosened", "enters", "leaves"]].tolist() == [1, 2, "b", "c"]
    assert price["gain"] == pytest.approx(1.9)


def test_the_budget_is_loosened_by_the_cheapest_that_is_left_out():
    worth = {"a": 5, "b": 4, "c": 3, "d": 2, "e": 1, "f": 1, "g": 1}
    cost = {"a": 4, "b": 3, "c": 2, "d": 2, "e": 9, "f": 1, "g": 9}
    found = choose(worth, card(), budget=7, cost=cost, leave=["f"])
    assert (found.chosen, found.cost) == (["a", "b"], 7)
    (row,) = found.prices[found.prices["constraint"] == "a budget of 7"].to_dict("records")
    assert (row["loosened"], row["step"]) == (9, "2 more: what C costs, the cheapest left out")
    assert (row["gain"], row["enters"], row["leaves"]) == (3, "c", "")
    everything = choose(worth, card(), budget=99, cost=cost)
    assert everything.prices.loc[0, "step"] == "nothing is left out for its cost"
    assert everything.prices.loc[0, ["loosened", "gain"]].tolist() == [99, 0]


def test_a_share_is_loosened_by_one_leading_kpi():
    worth = {"a": 1, "b": 9, "c": 8, "d": 1, "e": 7, "f": 1, "g": 6}
    found = choose(worth, card(), at_most=4, leading=(0.5, 1))
    assert found.chosen == ["a", "b", "c", "d"]
    low, high = found.prices.iloc[1], found.prices.iloc[2]
    assert (low["constraint"], low["bound"], low["loosened"]) == ("at least 50 % leading KPIs", 0.5, 0.25)
    assert (low["step"], low["gain"], low["enters"], low["leaves"]) == ("one leading KPI fewer of 4", 6, "e", "d")
    assert (high["constraint"], high["loosened"], high["gain"]) == ("at most 100 % leading KPIs", 1, 0)


def test_the_price_of_what_must_be_kept_and_left():
    worth = {"a": 5, "b": 4, "c": 3, "d": 2, "e": 1, "f": 1}
    found = choose(worth, card(), at_most=2, keep=["e"], leave=["b", "g"])
    assert found.chosen == ["a", "e"]
    prices = found.prices.set_index("constraint")
    assert list(prices.columns) == PRICES[1:]
    assert prices.loc["keep E", ["bound", "loosened", "gain", "enters", "leaves"]].tolist() == [1, 0, 2, "c", "e"]
    assert prices.loc["leave out B", ["bound", "loosened", "gain", "enters", "leaves"]].tolist() == [0, 1, 0, "", ""]
    assert math.isnan(prices.loc["leave out G", "gain"])
    assert prices.loc["leave out G", "step"] == "it has no worth or no cost, so there is no price"


def test_without_limits_whatever_is_worth_something_is_chosen():
    found = choose({"a": 1, "b": 0, "c": -1, "d": 0.5}, card(4))
    assert (found.chosen, found.value, found.cost) == (["a", "d"], 1.5, 0)
    assert list(found.prices.columns) == PRICES
    assert found.prices.empty


@pytest.mark.parametrize("factor", [1e-9, 1, 1e12])
def test_what_worth_and_cost_are_measured_in_does_not_matter(factor):
    worth = {id: factor * (3 + 0.001 * at) for at, id in enumerate(IDS)}
    cost = {id: factor * (2 + 0.001 * at) for at, id in enumerate(IDS)}
    found = choose(worth, card(), budget=factor * 6.0065, cost=cost)
    assert found.chosen == ["a", "b", "f"]
    assert found.prices.loc[0, "gain"] == pytest.approx(factor * 3.002)


def test_forty_kpis_of_equal_worth_are_still_decided():
    kpi = {"objective": "o", "direction": "higher_is_better", "floor": 0, "target": 1}
    many = build(
        {
            "id": "s",
            "name": "S",
            "perspectives": [{"id": "p", "name": "P"}],
            "objectives": [{"id": "o", "name": "O", "perspective": "p"}],
            "kpis": [{**kpi, "id": f"k{at:02d}", "name": f"K{at}"} for at in range(40)],
        }
    )
    found = choose(dict.fromkeys([one.id for one in many.kpis], 1.0), many, at_most=15, leave=["k03"])
    assert found.chosen == [f"k{at:02d}" for at in range(16) if at != 3]


# ------------------------------------------------------------------------------------------------------------- clashes


def clash(**constraints):
    with pytest.raises(BscError) as caught:
        choose(dict.fromkeys(IDS, 1.0), card(), **constraints)
    return str(caught.value)


def test_clashes_are_named_with_what_to_loosen():
    assert clash(at_most=3, at_least=2) == (
        "choose: no choice keeps all constraints; these clash: at most 3 KPIs; at least 2 of 4 KPIs in First; "
        "at least 2 of 3 KPIs in Second. Fix: allow 4 KPIs, or be content with 1 in First, or be content with "
        "1 in Second."
    )
    assert clash(budget=4, cost=dict.fromkeys(IDS, 2), keep=["a", "b", "c"], at_most=5).endswith(
        "these clash: a budget of 4; keep A; keep B; keep C. Fix: raise the budget to 6, or drop “keep A”, or drop "
        "“keep B”, or drop “keep C”."
    )
    assert clash(keep=["a", "b"], apart=[("a", "b")]).endswith(
        "clash: not both A and B; keep A; keep B. Fix: drop “not both A and B”, or drop “keep A”, or drop “keep B”."
    )
    assert clash(leading=(0.75, 1), keep=["b", "c"]).endswith(
        "clash: at least 75 % leading KPIs; keep B; keep C. Fix: be content with 60 % leading KPIs, or drop “keep B”, "
        "or drop “keep C”."
    )
    assert clash(leading=(0, 0.25), keep=["a", "d"]).endswith(
        "clash: at most 25 % leading KPIs; keep A; keep D. Fix: allow 33.3 % leading KPIs, or drop “keep A”, or drop "
        "“keep D”."
    )


def test_a_limit_that_nothing_can_keep_stands_alone():
    assert clash(at_least={"q": 4}) == (
        "choose: no choice keeps this: at least 4 of 3 KPIs in Second. Fix: be content with 3 in Second."
    )


def test_two_clashes_at_once_say_that_one_step_is_not_enough():
    assert clash(at_least={"p": 5, "q": 4}).endswith("that is not enough, for other constraints clash as well.")


def test_the_shipped_case_under_all_kinds_of_limits():
    shipped = read_scorecard("meridian")
    random = np.random.default_rng(1)
    worth = {kpi.id: float(random.uniform(1, 5)) for kpi in shipped.kpis}
    cost = {kpi.id: int(random.integers(1, 20)) for kpi in shipped.kpis}
    constraints = {"at_most": 12, "at_least": 2, "leading": (0.25, 0.5), "budget": 80, "cost": cost}
    found = choose(worth, shipped, **constraints, apart=[("mttr", "sla-met")], keep=["mttr"], leave=["backlog"])
    assert len(found.chosen) <= 12
    assert found.cost <= 80
    assert "mttr" in found.chosen
    assert not {"sla-met", "backlog"} & set(found.chosen)
    leads = sum(shipped.kpi(id).role == "leading" for id in found.chosen)
    assert 0.25 <= leads / len(found.chosen) <= 0.5
    assert len(found.prices) == 11
    assert (found.prices["gain"] >= 0).all()
