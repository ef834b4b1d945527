import re
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import oddities
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from samples import MAY, desk, one_kpi, table
from strategies import scorecards

from bsclib import score
from bsclib.errors import ScorecardError, UnknownNameError
from bsclib.files.datasets import load_dataset
from bsclib.model.build import build
from bsclib.study.answer_functions import Function
from bsclib.study.answers import Choice, Names, Number, Numbers, Order
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import (
    LESSONS,
    SYMBOLS,
    NothingToAskError,
    Question,
    Slip,
    apart,
    exercises_of,
    judge,
)
from bsclib.study.exercises.sums import told

CLINIC = build(
    {
        "id": "clinic",
        "name": "Clinic IT",
        "perspectives": "generic",
        "objectives": [
            {"id": "serve", "name": "Serve the wards", "perspective": "customer"},
            {"id": "learn", "name": "Learn", "perspective": "learning_growth"},
        ],
        "kpis": [
            {
                "id": "sla",
                "name": "Tickets in time",
                "objective": "serve",
                "direction": "higher_is_better",
                "aggregate": "ratio",
                "formula": "100 * met / tickets",
                "measured_in": "%",
                "floor": 50,
                "target": 90,
                "weight": 3,
            },
            {
                "id": "calls",
                "name": "Calls",
                "objective": "serve",
                "direction": "lower_is_better",
                "floor": 60,
                "target": 20,
            },
            {
                "id": "smiles",
                "name": "Smiles",
                "objective": "serve",
                "direction": "higher_is_better",
                "floor": 0,
                "target": 10,
                "weight": 2,
            },
            {
                "id": "courses",
                "name": "Courses",
                "objective": "learn",
                "role": "leading",
                "direction": "higher_is_better",
                "baseline": {"value": 10, "period": "2025-12"},
                "target": {"value": 34, "period": "2027-12"},
                "floor": 0,
            },
        ],
        "thresholds": {"at_risk": 0.5, "on_target": 0.78},
    }
)
CLINIC_ACTUALS = table(
    ("North", "sla", "2026-06", None, 95, 100),
    ("South", "sla", "2026-06", None, 400, 600),
    ("North", "calls", "2026-06", 52, None, None),
    ("South", "calls", "2026-06", 50, None, None),
    ("North", "courses", "2026-06", 16, None, None),
    ("South", "courses", "2026-06", 13, None, None),
    ("South", "smiles", "2026-06", 9, None, None),
    columns="unit kpi period actual numerator denominator",
)


DATA = {
    "desk": lambda: (desk(), MAY),
    "one KPI": lambda: (one_kpi(), table(("k", "2026-06", 60))),
    "one KPI without an actual": lambda: (one_kpi(), table(("k", "2026-06", None))),
    "clinic": lambda: (CLINIC, CLINIC_ACTUALS),
    "desk with data missing": lambda: (desk(), MAY[MAY["kpi"] != "load"]),
    "meridian": lambda: load_dataset("meridian"),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow if name.startswith("desk") else []) for name in DATA],
    ids=list(DATA),
)
def case(request):
    card, actuals = DATA[request.param]()
    return Case(card, actuals, score(card, actuals))


@pytest.fixture(scope="module")
def known(case):
    """Every exercise that this case lets be asked, by lesson and name; its facts are found once."""
    found = {}
    for lesson in LESSONS:
        for one in exercises_of(lesson):
            with suppress(NothingToAskError):
                found[lesson, one.name] = replace(one, facts=partial(_given, one.facts(case)))
    return found


def _given(facts, case):
    return facts


@pytest.fixture(scope="module")
def put(case, known):
    return {where: one.ask(case) for where, one in known.items()}


@pytest.fixture(scope="module")
def solved(case, put):
    """What the code of each solution answers."""
    return {where: solve(question, case) for where, question in put.items()}


def clinic():
    return Case(CLINIC, CLINIC_ACTUALS, score(CLINIC, CLINIC_ACTUALS))


def asked(case, lesson, name):
    return {one.name: one for one in exercises_of(lesson)}[name].ask(case)


def questions(case):
    """Every question that this case lets be asked, by lesson and name."""
    found = {(lesson, one.name): one.ask(case) for lesson in LESSONS for one in exercises_of(lesson)}
    return {where: question for where, question in found.items() if isinstance(question, Question)}


def reworded(exercise):
    """The exercise with every text replaced by another one."""
    texts = exercise.texts
    also = " ".join(f"{{{name}}}" for name in sorted(exercise.needs.names))
    other = replace(
        texts,
        text=f"Andere Frage {also}",
        hints=("Hinweis",),
        words={name: f"darum {name} {also}" for name in texts.words},
        slips={name: f"Irrtum {name}" for name in texts.slips},
        nothing={name: f"Nichts: {name}" for name in texts.nothing},
    )
    return replace(exercise, texts=other)


def solve(question, case):
    namespace = {"scorecard": case.scorecard, "actuals": case.actuals, "scores": case.scores}
    exec(question.code, namespace)
    return namespace["answer"]


def slips(question):
    """Each slip with every answer that falls into it."""
    one_of = isinstance(question.expects, Choice)
    return [(slip, answer) for slip in question.slips for answer in (slip.right if one_of else [slip.right])]


class TestEveryExercise:
    def test_its_stub_is_not_attempted(self, put):
        for question in put.values():
            for stub in (..., None, "", [...], {"a": ...}):
                assert judge(stub, question).state == "not attempted"

    def test_its_solution_passes(self, put, solved):
        for where, question in put.items():
            outcome = judge(solved[where], question)
            assert (where, outcome.state) == (where, "right"), outcome

    def test_its_answer_can_be_told_and_typed_back(self, put):
        for where, question in put.items():
            right, line, kind = question.expects.told, told(question), type(question.expects)
            assert bool(line) == issubclass(kind, (Number, Numbers, Choice, Names, Order)), where
            ids = question.expects.right if issubclass(kind, (Choice, Names, Numbers)) else ()
            assert not [id for id in ids if re.search("[-_]", id) and id in line], (where, line)
            assert not re.search(r"\w_\w|nan|\.\d{5}", right), (where, line)
            if kind in (Number, Choice, Names, Order) and len(question.expects.right if kind is Choice else [1]) == 1:
                assert (where, judge(right, question).state) == (where, "right"), line

    def test_its_sum_in_numbers_is_the_answer(self, put):
        for where, question in put.items():
            if question.sum:
                come_to = eval(question.sum.replace("×", "*").replace("−", "-"))
                assert (where, judge(come_to, question).state) == (where, "right"), question.sum

    def test_who_has_a_part_of_the_names_is_told_where_to_look(self, put):
        for where, question in put.items():
            if isinstance(question.expects, Names) and len(question.expects.right) > 1:
                said = judge([min(question.expects.right)], question).message
                assert said.endswith(("?", ".")), where
                assert len(said) > len("what is named belongs, and 1 more does.") + 10, (where, said)

    def test_its_slips_are_recognised(self, put):
        for where, question in put.items():
            for slip, answer in slips(question):
                outcome = judge(answer, question)
                assert (where, outcome.state, outcome.message) == (where, "wrong", slip.says)

    def test_no_message_gives_the_right_answer_away(self, case, put):
        for question in put.values():
            messages = [slip.says for slip in question.slips] + [judge("-123456.5", question).message]
            right = question.expects.right
            if isinstance(right, float):
                digits = {f"{right:.{n}f}" for n in range(1, 4)} | {f"{100 * right:.0f} %"}
                assert not any(one in re.findall(r"[\d.]+(?: %)?", said) for said in messages for one in digits)
            if isinstance(question.expects, Choice):
                given = " ".join(messages).casefold()
                assert not any(f"‘{id}’" in given for id in right)

    def test_a_function_cannot_be_told(self, put):
        for where, question in put.items():
            told = (
                "wrong" if isinstance(question.expects, Function) else "cannot tell"
            )  # one that is asked for is tried
            assert (where, judge(len, question).state) == (where, told)

    def test_it_is_asked_in_plain_words(self, put):
        for question in put.values():
            assert question.hints
            assert question.text.count("“") == question.text.count("”")
            assert "nan" not in question.text.split()
            assert len({len(row) for row in question.given}) <= 1

    @pytest.mark.parametrize("case", ["clinic", "meridian"], indirect=True)
    def test_no_verdict_hangs_on_a_wording(self, case, known, put, solved):
        for where, question in put.items():
            other = reworded(known[where]).ask(case)
            assert other.text.startswith("Andere Frage")
            answers = [..., solved[where], *(answer for _, answer in slips(question)), len, "nobody", -123456.5]
            for answer in answers:
                assert judge(answer, other).state == judge(answer, question).state
            assert [slip.right for slip in other.slips] == [slip.right for slip in question.slips]

    def test_it_gives_what_its_texts_need(self, case, known):
        for where, one in known.items():
            facts = one.facts(case)
            slips = {*facts.slips, facts.emptied} - {""}
            assert (where, set(facts.names), slips) == (where, one.needs.names, one.needs.slips)
            assert {facts.words} <= (one.needs.words or {""})

    @pytest.mark.parametrize("case", ["meridian"], indirect=True)
    def test_asking_twice_asks_the_same(self, case, put):
        again = questions(Case(case.scorecard, case.actuals, case.scores))
        assert {where: one.text for where, one in again.items()} == {where: one.text for where, one in put.items()}


def test_a_reason_is_given_where_there_is_nothing_to_ask():
    card, actuals = one_kpi(), table(("k", "2026-06", None))
    bare = Case(card, actuals, score(card, actuals))
    reasons = {one.name: one.ask(bare) for lesson in ("00", "03") for one in exercises_of(lesson)}
    assert {name for name, reason in reasons.items() if isinstance(reason, Question)} == {
        *(
            "it_name",
            "skipped",
            "threshold",
            "edge",
            "truncated",
            "printed_halfway",
            "incentive",
            "roll_up",
        )
    }
    assert reasons["drivers"] == "Every KPI of this scorecard is lagging: it shows results, and no driver of them."
    assert reasons["redistribution"].startswith("Nowhere in these actuals")


class TestLesson00:
    @pytest.mark.parametrize(
        ("name", "answer"),
        [
            ("direction", "calls"),
            ("drivers", ["Courses"]),
            ("it_name", "User orientation"),
            ("overall", "off target"),
            ("skipped", [6, 2, 10]),
            ("by_hand", 22.5),
        ],
    )
    def test_by_hand(self, name, answer):
        assert judge(answer, asked(clinic(), "00", name)).state == "right"

    def test_what_is_arguable_may_be_named_or_left_out(self):
        card, actuals = load_dataset("meridian")
        question = asked(Case(card, actuals, score(card, actuals)), "00", "drivers")
        for answer in ([1, 2, 3], [1, 2, 3, 5]):
            said = judge(answer, question)
            assert said.state == "right"
            assert "*Booked share* is arguable" in said.message
        assert "1 more does" in judge([1, 2], question).message
        assert "1 more does" in judge([1, 2, 5], question).message
        assert judge([5], question).state == judge([1, 2, 3, 4], question).state == "wrong"

    @pytest.mark.parametrize(
        ("name", "answer", "says"),
        [
            ("direction", ["sla", "smiles"], "these are the other ones"),
            ("direction", [2, 3], "would you be glad of more?"),
            ("it_name", "customer", "a perspective of the generic scorecard"),
            ("overall", "on target", "does not reach that far"),
            ("overall", "amber", "that is the status today"),
            ("skipped", {"a": 9, "b": 9, "c": 9}, "what was missing before the report"),
            ("skipped", [6, 2, 9], "look again at"),
            ("by_hand", 77.5, "this is what is missing"),
        ],
    )
    def test_slips(self, name, answer, says):
        outcome = judge(answer, asked(clinic(), "00", name))
        assert outcome.state == "wrong"
        assert says in outcome.message


class TestLevels:
    """Exercises on a scorecard whose KPIs have targets of units and of years."""

    KPI = oddities.kpi("k0", direction="higher_is_better", target=10, floor=0, baseline=None)

    @pytest.mark.parametrize("name", ["redistribution", "policy"])
    def test_a_unit_without_a_target_is_no_gap(self, name):
        card = oddities.card(self.KPI | {"aggregate": "sum"}, self.KPI | {"id": "k1"}, self.KPI | {"id": "k2"})
        rows = [(unit, id, "2025-01", 7) for unit in ("North", "South") for id in ("k0", "k1", "k2")]
        case = Case(card, oddities.actuals(*rows), score(card, oddities.actuals(*rows)))
        assert "Nowhere in these actuals" in str(asked(case, "03", name))

    def test_what_is_due_of_a_year_is_not_on_its_way(self):
        path = [{"period": "2024-12", "value": 1200}, {"period": "2025-12", "value": 2400}]
        card = oddities.card(self.KPI | {"aggregate": "sum", "cumulates": "year", "target": path})
        actuals = oddities.actuals(*oddities.months("k0", (100, 100)))
        assert "No KPI of this scorecard is on its way" in str(
            asked(Case(card, actuals, score(card, actuals)), "03", "expected")
        )


def kept(weights, scores):
    return [(weight, score) for weight, score in zip(weights, scores, strict=True) if score is not None]


def true(weights, scores):
    """As a beginner leaves gaps out, and every 0 with them."""
    return [(weight, one) for weight, one in zip(weights, scores, strict=True) if one]


class TestLesson03:
    """North and South: sla 95 of 100 and 400 of 600, calls 51 on the mean, courses 14.5, smiles only in the South."""

    @pytest.mark.parametrize(
        ("name", "answer"),
        [
            ("expected", "16"),  # 6 of 24 months from 10 to 34
            ("attainment", "22.5 %"),  # calls: (51 - 60) / (20 - 60)
            ("threshold", 32),  # calls: 60 - 0.7 * 40
            ("edge", "at risk"),
            ("weights", 59.64),  # (3 * 51.786 + 22.5 + 2 * 90) / 6
            ("ratio", "70.71 %"),  # 495 of 700
            ("redistribution", 0.75),  # sla beside calls in the North
            ("policy", "at risk"),  # North: from 80 to (3 * 100 + 20 + 0) / 6, where at risk begins at 50
            ("truncated", 90.0),  # (86 + 100 + 98 + 76) / 4
            ("printed_halfway", "50 %"),
            ("incentive", "b"),
            ("lift", 81.19),  # South: 41.67 + (78 - 68.12) / 0.25
            ("hidden", ["calls"]),
        ],
    )
    def test_by_hand(self, name, answer):
        outcome = judge(answer, asked(clinic(), "03", name))
        assert outcome.state == "right", (outcome, asked(clinic(), "03", name))

    @pytest.mark.parametrize(
        ("name", "answer", "says"),
        [
            ("ratio", (95 + 400 / 6) / 2, "this is the mean of the ratios; the parts were not summed"),
            ("ratio", 495 / 700, "the constant factor of the formula is missing"),
            ("ratio", 0.7071, "the constant factor of the formula is missing"),
            ("attainment", 51 / 20, "this is actual / expected"),
            ("expected", 34, "this is where the path ends"),
            ("expected", 17, "one month too many"),
            ("redistribution", 0.5, "The missing weight was not spread"),
            ("truncated", 90.32, "kept to the end"),
            ("truncated", 90.5, "each was rounded"),
            ("truncated", 97.82, "runs beyond 100"),
            ("printed_halfway", "100 %", "this is what the report asks for"),
            ("edge", "on target", "the way begins at the floor"),
            ("expected", 22, "half of the way"),
            ("policy", "no data", "a 0 is a score"),
            ("policy", 53.3, "53.3 is the right score. Now hold it against"),
            ("policy", "53.33", "53.3 is the right score."),
            ("edge", 0.7, "this is the right attainment"),
            ("edge", "70 %", "this is the right attainment"),
            ("lift", 51.55, "only a share of what the KPI gains"),
            ("lift", 39.52, "To which score does that bring it?"),
            ("hidden", ["sla"], "does not belong"),
        ],
    )
    def test_slips(self, name, answer, says):
        outcome = judge(answer, asked(clinic(), "03", name))
        assert outcome.state == "wrong"
        assert says in outcome.message

    @pytest.mark.parametrize(
        ("function", "says"),
        [
            (lambda w, s: sum(a * b for a, b in kept(w, s)) / sum(a for a, _ in kept(w, s)), ""),
            (lambda w, s: sum(b for _, b in kept(w, s)) / len(kept(w, s)), "this is the plain mean"),
            (lambda w, s: sum(a * b for a, b in kept(w, s)) / sum(w), "counts missing as zero"),
            (lambda w, s: sum(a * b for a, b in zip(w, s, strict=True)) / sum(w), "with [2.0, 1.0, 1.0]"),
            (lambda w, s: sum(a * b for a, b in kept(w, s)), "this is the sum"),
            (
                lambda w, s: sum(a * b for a, b in true(w, s)) / sum(a for a, _ in true(w, s)),
                "A score of 0 was left out",
            ),
        ],
        ids=["right", "plain", "all weights", "stops at None", "sum", "zero dropped"],
    )
    def test_a_roll_up_of_ones_own(self, function, says):
        outcome = judge(function, asked(clinic(), "03", "roll_up"))
        assert outcome.state == ("wrong" if says else "right")
        assert says.casefold() in outcome.message.casefold()

    def test_an_actual_given_for_the_organisation_is_no_sum_of_parts(self):
        whole = table(("", "sla", "2026-06", 80.0), columns="unit kpi period actual")
        actuals = pd.concat([CLINIC_ACTUALS, whole], ignore_index=True)
        reason = asked(Case(CLINIC, actuals, score(CLINIC, actuals)), "03", "ratio")
        assert reason.startswith("No KPI is a ratio")


def test_units_may_have_any_name():
    actuals = CLINIC_ACTUALS.replace({"unit": {"North": 'the "old", <b>team</b> \\', "South": "a and b"}})
    case = Case(CLINIC, actuals, score(CLINIC, actuals))
    for where, question in questions(case).items():
        assert (where, judge(solve(question, case), question).state) == (where, "right")
    assert "a and b scores" in asked(case, "03", "lift").text


def _everyday(data):
    if isinstance(data, float):
        return round(max(-1e6, min(1e6, data)), 3)
    if isinstance(data, dict):
        return {name: _everyday(one) for name, one in data.items()}
    return [_everyday(one) for one in data] if isinstance(data, (list, tuple)) else data


@st.composite
def anything(draw):
    """A scorecard and actuals of its KPIs, as wild as the model allows, in numbers that a person would meet."""
    try:
        card = build(_everyday(draw(scorecards()).model_dump(exclude_defaults=True)))
    except ScorecardError:
        assume(False)
    keys = st.tuples(
        st.sampled_from(["", "North", "South"]),
        st.sampled_from([kpi.id for kpi in card.kpis]),
        st.sampled_from(["2024-01", "2024-02", "2024-03"]),
    )
    rows = draw(st.lists(keys, min_size=1, max_size=12, unique=True))
    tame = st.floats(-1e6, 1e6) | st.integers(0, 1000).map(float)
    ratio = {kpi.id for kpi in card.kpis if "ratio" in (kpi.aggregate, kpi.pooled)}
    data = []
    for key in rows:
        parts = (None, draw(tame), draw(st.floats(0.1, 1e6))) if key[1] in ratio else (draw(tame), None, None)
        data.append((*key, *parts))
    columns = ["unit", "kpi", "period", "actual", "numerator", "denominator"]
    return card, pd.DataFrame(data, columns=columns).astype({"actual": float, "numerator": float, "denominator": float})


@settings(max_examples=settings.default.max_examples // 5)
@given(anything())
def test_any_scorecard_can_be_asked_about(data):
    card, actuals = data
    case = Case(card, actuals, score(card, actuals))
    for where, question in questions(case).items():
        assert judge(..., question).state == "not attempted"
        outcome = judge(solve(question, case), question)
        assert (where, outcome.state) == (where, "right"), (question.text, question.expects, outcome)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
LEAVES |= st.sampled_from(
    [..., len, object(), pd.NA, pd.NaT, pd.Timestamp(0), np.float32(3), "serve", "calls", "North"]
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(
            st.text(max_size=5) | st.integers() | st.sampled_from(["customer", "calls"]), inner, max_size=4
        )
        | st.lists(inner, max_size=3).map(lambda values: pd.Series(values, dtype=object))
        | st.lists(inner, min_size=1, max_size=2).map(
            lambda values: pd.DataFrame({"a": pd.Series(values, dtype=object)})
        )
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def of_clinic():
    return questions(clinic())


@given(answer=ANSWERS)
def test_no_answer_is_an_accident(of_clinic, answer):
    for question in of_clinic.values():
        outcome = judge(answer, question)
        assert outcome.state in SYMBOLS
        assert outcome.message


class TestParts:
    def test_slips_that_cannot_be_told_apart_are_left_out(self):
        right = Number(10.0, within=0.1)
        slips = [Slip(10.05, "as good as right"), Slip(5.0, "half"), Slip(5.05, "half again"), Slip(np.inf, "too far")]
        assert [slip.says for slip in apart(right, *slips)] == ["half"]
        choice = Choice(frozenset({"a"}), of={"a": "A", "b": "B"})
        assert apart(choice, Slip(frozenset(), "nothing")) == ()

    def test_lessons_are_found_by_any_writing_of_their_number(self):
        assert exercises_of("03") == exercises_of(3) == exercises_of(" 3 ")

    def test_an_unknown_lesson(self):
        with pytest.raises(UnknownNameError, match=r"there is no lesson '42'\. Allowed: 00, 01, 02, 03, 04, 05"):
            exercises_of("42")

    @pytest.mark.parametrize("lesson", LESSONS)
    def test_a_lesson_has_enough_of_them_with_names_of_their_own(self, lesson):
        names = [one.name for one in exercises_of(lesson)]
        assert len(names) >= 4
        assert len(set(names)) == len(names)
        assert all(one.facts.__doc__ for one in exercises_of(lesson))


class TestOutcome:
    def test_word_and_symbol_stand_beside_the_colour(self):
        question = asked(clinic(), "03", "edge")
        shown = {
            state: judge(answer, question)
            for state, answer in (("right", "amber"), ("wrong", "red"), ("cannot tell", len))
        }
        assert repr(shown["right"]).startswith("✔ Right. ")
        assert repr(shown["wrong"]).startswith("✘ Wrong. ")
        assert repr(shown["cannot tell"]).startswith("? Cannot tell. ")
        for outcome in shown.values():
            assert repr(outcome).split(".")[0] in outcome._repr_html_()

    def test_what_was_written_cannot_act_as_html(self):
        html = judge("<script>alert(1)</script>", asked(clinic(), "03", "edge"))._repr_html_()
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
