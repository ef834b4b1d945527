"""Exercises on criteria: the numbers are worked out here with a pocket calculator's arithmetic."""

import numpy as np
import pytest
from samples import MAY, desk, one_kpi, table

from bsclib import score
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.criteria import entropy_weights
from bsclib.design.selection.shortlist import JUDGEMENTS
from bsclib.files.datasets import load_dataset
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of, judge


def case():
    return Case(desk(), MAY, score(desk(), MAY))


def asked(name, of=None):
    return {one.name: one for one in exercises_of("02")}[name].ask(of or case())


@pytest.fixture
def even():
    """Desk has four KPIs: then relevance is asked for."""
    question = asked("criterion_weight")
    assert "Which weight does relevance get?" in question.text
    return question


class TestCriterionWeight:
    """Rows 1 3 5, 1/3 1 2, 1/5 1/2 1: third roots of 15, 2/3 and 1/10 are 2.466, 0.874 and 0.464, 3.804 in all."""

    def test_by_hand(self, even):
        assert judge(2.466 / 3.804, even).state == "right"
        assert judge("65 %", even).state == "right"

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (15 / (15 + 2 / 3 + 1 / 10), "made of the products themselves"),
            (2.466, "this is the root"),
            (3.0, "the mean of the row"),
            (1.5333 / 14.0333, "made of the column"),
        ],
    )
    def test_slips(self, even, answer, says):
        outcome = judge(answer, even)
        assert outcome.state == "wrong"
        assert says in outcome.message

    def test_another_number_of_kpis_asks_for_another_criterion(self):
        card = one_kpi()
        actuals = table(("k", "2026-06", 60))
        question = asked("criterion_weight", Case(card, actuals, score(card, actuals)))
        assert "Which weight does timeliness get?" in question.text
        assert judge(0.874 / 3.804, question).state == "right"


class TestRevisit:
    def test_the_one_that_was_turned_round(self):
        question = asked("revisit")
        assert JUDGEMENTS["measurability", "cost_to_collect"] == 3
        assert ("cost to collect", "measurability", "3") in question.given
        assert judge(["measurability", "cost to collect"], question).state == "right"
        assert judge({"cost_to_collect", "measurability"}, question).state == "right"

    def test_the_largest_number_is_not_the_odd_one(self):
        outcome = judge("relevance and cost to collect", asked("revisit"))
        assert (outcome.state, outcome.message) == ("wrong", "this is the largest number, but the others bear it out.")

    def test_one_criterion_is_no_pair(self):
        assert "and 1 more does" in judge("measurability", asked("revisit")).message


class TestEntropy:
    def test_it_is_the_criterion_on_which_they_differ_most(self):
        question = asked("entropy")
        found = entropy_weights(rate_candidates(desk(), MAY))
        assert judge(found.idxmax(), question).state == "right"
        alike = found.index[found == 0]
        assert len(alike)
        assert judge(alike[0], question).message.startswith("all candidates are alike")

    def test_the_table_counts_every_candidate(self):
        counts = [sum(map(int, row[1:])) for row in asked("entropy").given[1:]]
        assert counts == [4] * 6

    def test_one_candidate_is_like_itself(self):
        card, actuals = one_kpi(), table(("k", "2026-06", 60))
        reason = asked("entropy", Case(card, actuals, score(card, actuals)))
        assert reason.startswith("The candidates here are rated alike")


class TestWorth:
    def by_hand(self, question, turn=True):
        rows = [(name, float(weight), int(rating)) for name, weight, rating in question.given[1:]]
        good = [(w, 6 - r if turn and name == "cost to collect" else r) for name, w, r in rows]
        return sum(w * r for w, r in good) / sum(w for w, _ in good), sum(r for _, r in good) / len(good)

    def test_by_hand(self):
        question = asked("worth")
        right, plain = self.by_hand(question)
        assert judge(right, question).state == "right"
        assert "the weights were not used" in judge(plain, question).message

    def test_cost_that_is_not_turned_round_is_told(self):
        card, actuals = load_dataset("meridian")
        question = asked("worth", Case(card, actuals, score(card, actuals)))
        wrong, _ = self.by_hand(question, turn=False)
        assert abs(wrong - self.by_hand(question)[0]) > 0.05, "where it makes no difference, there is nothing to tell"
        assert "was not turned round" in judge(wrong, question).message


class TestWeigh:
    @pytest.mark.parametrize(
        ("function", "says"),
        [
            (lambda rows: shares([(row[0] * row[1] * row[2]) ** (1 / 3) for row in rows]), ""),
            (lambda rows: [(row[0] * row[1] * row[2]) ** (1 / 3) for row in rows], "these are the roots"),
            (lambda rows: shares([sum(row) for row in rows]), "the mean of each row"),
            (lambda rows: shares([row[0] * row[1] * row[2] for row in rows]), "the products' shares"),
            (lambda rows: shares(np.sum(np.array(rows) / np.sum(rows, axis=0), axis=1)), "another shortcut"),
            (lambda rows: 0.65, "your function gives 0.65"),
        ],
        ids=["right", "roots", "means", "products", "columns' shares", "one number"],
    )
    def test_a_function_of_ones_own(self, function, says):
        outcome = judge(function, asked("weigh"))
        assert outcome.state == ("wrong" if says else "right")
        assert says.casefold() in outcome.message.casefold()


def shares(values):
    return [value / sum(values) for value in values]
