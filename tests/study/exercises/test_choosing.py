"""Exercises on the chosen set, on a scorecard whose right answers can be seen."""

import numpy as np
import pandas as pd
import pytest

from bsclib import score
from bsclib.files.datasets import load_dataset
from bsclib.model.build import build
from bsclib.model.edit import keep
from bsclib.study.exercises import choosing
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, exercises_of, judge

MONTHS = [f"{2022 + at // 12}-{at % 12 + 1:02d}" for at in range(48)]


def kpi(id, objective, **more):
    plain = {"name": id.title(), "direction": "higher_is_better", "floor": 0, "target": 10}
    return {"id": id, "objective": objective} | plain | more


CARD = build(
    {
        "id": "shop",
        "name": "Shop IT",
        "perspectives": [{"id": "results", "name": "Results"}, {"id": "drivers", "name": "Drivers"}],
        "objectives": [
            {"id": "earn", "name": "Earn more", "perspective": "results"},
            {"id": "please", "name": "Please users", "perspective": "results"},
            {"id": "learn", "name": "Learn more", "perspective": "drivers"},
        ],
        "kpis": [
            kpi("sales", "earn", frequency="quarterly"),
            kpi("calls", "please"),
            kpi("waits", "please", direction="lower_is_better", floor=20),
            kpi("courses", "learn", role="leading"),
            kpi("books", "learn", role="leading", frequency="yearly"),
        ],
        "links": [
            {"cause": "courses", "effect": "calls", "sign": "+", "lag": 1},
            {"cause": "courses", "effect": "sales", "sign": "+", "lag": 1},
            {"cause": "calls", "effect": "sales", "sign": "+", "lag": 0},
            {"cause": "waits", "effect": "sales", "sign": "-", "lag": 0},
        ],
    }
)


def actuals():
    """Calls and courses rise side by side and share nothing else; calls and waits share every departure."""
    random, month = np.random.default_rng(3), np.arange(48)
    shared, own = random.normal(size=48), random.normal(size=48)
    series = {"calls": month + shared, "courses": 2 * month + own, "waits": 9 - shared + random.normal(size=48) / 4}
    frames = [pd.DataFrame({"kpi": id, "period": MONTHS, "actual": values}) for id, values in series.items()]
    once = pd.DataFrame({"kpi": ["sales", "books"], "period": ["2025-Q4", "2025"], "actual": [5.0, 2.0]})
    return pd.concat([*frames, once], ignore_index=True)


@pytest.fixture(scope="module")
def case():
    given = actuals()
    return Case(CARD, given, score(CARD, given))


def asked(case, name):
    return {one.name: one for one in exercises_of("02")}[name].ask(case)


def solve(question, case):
    names = {"scorecard": case.scorecard, "actuals": case.actuals}
    exec(question.code, names)
    return names["answer"]


class TestNearest:
    def test_a_shared_trend_fools(self, case):
        question = asked(case, "nearest")
        assert "“\u2068Calls\u2069”" in question.text
        raw = {name: float(value) for name, value, _ in question.given[1:]}
        assert raw["Courses"] > 0.95 > raw["Waits"]
        assert judge("waits", question).state == "right"
        assert "correlates most as it is" in judge("courses", question).message
        assert "is in this scorecard, but" in judge("sales", question).message

    def test_of_two_that_are_redundant_the_quantity_is_asked_for_too(self):
        card, rows = load_dataset("meridian")
        question = asked(Case(card, rows, score(card, rows)), "nearest")
        assert "IT spend / users" in {row[1] for row in question.given}
        assert "100 × (IT spend − IT budget) / IT budget" in question.text
        for answer in (
            ["IT cost per user", "it_spend"],
            "IT spend and IT cost per user",
            "it_spend, cost-per-user",
            "IT cost per user, IT spending",
            "IT cost per user, spending",
            "IT cost per user, what IT spends",
        ):
            assert judge(answer, question).state == "right", answer
        for answer, says in {
            "IT cost per user": "the KPI is right. Now name the quantity",
            "it_spend": "the quantity is right. Now name the KPI",
            "IT cost per user, milestones": "‘milestones’ fits more than one: ‘milestones due’",
            "IT cost per user, users": "‘users’ does not belong. It does not stand in both formulas.",
            "Parcels that arrive on time": "as it is, 0.99. Take out trend and season, and 0.11 is left",
            "Parcels that arrive on time, IT spend": "it goes its own way: 0.11 in their departures",
            "Recurring procedures that are automated": "it goes its own way: 0.11 in their departures",
            "Share of spending that keeps the lights on, it spend": "it goes its own way: 0.10 in their departures",
            "Technical debt ratio": "it goes its own way: 0.06 in their departures",
        }.items():
            assert says in judge(answer, question).message

    def test_the_largest_number_alone_is_no_answer(self):
        card, rows = load_dataset("meridian")
        question = asked(Case(card, rows, score(card, rows)), "nearest")
        largest = max(question.given[1:], key=lambda row: max(map(float, row[2:])))
        assert judge(largest[0], question).state == "wrong"
        assert largest[0] not in card.names.values()
        assert "One line is made up for this exercise" in question.text

    def test_a_year_is_too_short(self, case):
        short = actuals().groupby("kpi").head(12)
        reason = asked(Case(CARD, short, score(CARD, short)), "nearest")
        assert reason.startswith("No three KPIs")


class TestDropsOut:
    def test_the_least_that_may_go(self, case):
        question = asked(case, "drops_out")
        rows = {name: (view, float(worth)) for name, view, worth in question.given[1:]}
        views = [view for view, _ in rows.values()]
        spare = {name: worth for name, (view, worth) in rows.items() if views.count(view) > 1}
        assert judge(min(spare, key=spare.get), question).state == "right"
        assert "another one is worth less" in judge(max(spare, key=spare.get), question).message

    def test_who_stands_alone_stays(self, case, monkeypatch):
        worth = pd.Series({"sales": 4.0, "calls": 3.0, "waits": 3.5, "courses": 2.0, "books": 1.0})
        monkeypatch.setattr(choosing, "weighted_scores", lambda rated: worth)
        monkeypatch.setattr(choosing, "_MOST", 4)
        question = asked(case, "drops_out")
        assert "At most 4 KPIs" in question.text
        assert [name for name, *_ in question.given[1:]] == ["Sales", "Calls", "Waits", "Courses"]
        assert judge("calls", question).state == "right"
        assert "left with no KPI" in judge("courses", question).message
        assert "has to" in judge("sales", question).message

    def test_where_each_is_the_only_one(self):
        card = keep(CARD, kpis=["sales", "books"])
        given = actuals()[lambda rows: rows["kpi"].isin(["sales", "books"])]
        reason = asked(Case(card, given, score(card, given)), "drops_out")
        assert reason.endswith("none can drop out.")


class TestDearest:
    def test_a_price_holds_for_one_step_of_one_constraint(self, case):
        question = asked(case, "dearest")
        assert judge("c", question).state == "right"
        assert "while the others stay" in judge("a", question).message
        assert "the next best" in judge("b", question).message
        assert "of the constraint and not of a KPI" in judge("d", question).message
        assert judge(solve(question, case), question).state == "right"


class TestDriver:
    def test_what_passes_is_the_smaller_of_the_two(self, case):
        """Learning gives to calls, which give on to sales; nothing is given to learning, and sales give nothing on."""
        question = asked(case, "driver")
        assert judge("please", question).state == "right"
        assert judge(solve(question, case), question).state == "right"
        assert "gives most" in judge("learn", question).message
        assert "receives most" in judge("earn", question).message

    def test_without_links_there_is_nothing_to_ask(self, case):
        card = CARD.model_copy(update={"links": ()})
        reason = asked(Case(card, case.actuals, case.scores), "driver")
        assert not isinstance(reason, Question)
