import decimal
import fractions
import json

import numpy as np
import pandas as pd
import pytest

from bsclib import read_actuals, read_scorecard, study
from bsclib.study.exercises.question import exercises_of, judge
from bsclib.study.teaching.hand_in import KIND, LONGEST, NoMarkError, from_plain, hand_in, to_plain


@pytest.fixture(scope="module")
def lesson():
    return study.lesson("03", read_scorecard("meridian"), read_actuals("meridian"))


def travelled(answer):
    """An answer after its way through a notebook's file."""
    return from_plain(json.loads(json.dumps(to_plain(answer))))


FORMS = {
    "dots": ...,
    "nothing": None,
    "yes": True,
    "numpy's yes": np.True_,
    "text": "74 %",
    "whole": 10**30,
    "number": 0.1 + 0.2,
    "numpy's number": np.float64(1e300),
    "decimal": decimal.Decimal("0.5"),
    "fraction": fractions.Fraction(1, 4),
    "no number": float("nan"),
    "list": ["a", 1, None],
    "tuple": ("a", ["b"]),
    "set": {"a", "b"},
    "dict": {"a": 1.5, 2: "b"},
    "column": pd.Series([1.0, 2.0], index=["a", "b"]),
    "names": pd.Index(["a", "b"]),
    "array": np.array([1, 2]),
    "frame": pd.DataFrame({"kpi": ["a", "b"], "score": [1.0, 2.0]}),
    "month": pd.Period("2026-06"),
    "generator": (letter for letter in "ab"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_answer_arrives(form):
    answer = FORMS[form] if form != "generator" else list("ab")
    got = travelled(FORMS[form])
    if isinstance(answer, pd.DataFrame):
        pd.testing.assert_frame_equal(got, answer)
    elif isinstance(answer, pd.Series):
        pd.testing.assert_series_equal(got, answer)
    elif isinstance(answer, pd.Index | np.ndarray | tuple):
        assert got == [list(one) if isinstance(one, list) else one for one in answer]
    elif form == "no number":
        assert np.isnan(got)
    elif form == "month":
        assert got == "2026-06"
    else:
        assert got == answer


def test_solutions_and_slips_are_judged_alike_before_and_after(lesson):
    for exercise in exercises_of("03"):
        question = exercise.ask(lesson.case)
        names = {"lesson": lesson, "scorecard": lesson.case.scorecard, "actuals": lesson.case.actuals}
        names["scores"] = lesson.scores
        exec(question.code, names)
        asked = getattr(question.expects, "asked", ())
        plain = to_plain(names["answer"], asked)
        assert lesson.check(exercise.name, from_plain(json.loads(json.dumps(plain)))).state == "right"
        for slip in question.slips:
            fallen = {"results": list(map(to_plain, slip.right))} if asked else to_plain(slip.right)
            assert judge(from_plain(json.loads(json.dumps(fallen))), question) == judge(slip.right, question)


class Liar(float):
    """A number that says of itself whatever is wanted."""

    def __eq__(self, other):
        return True

    def __float__(self):
        raise SystemError("no")

    __hash__ = float.__hash__


LOOP = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    "answer", [object(), Liar(1), LOOP, "a" * LONGEST, iter(int, 1)], ids=["object", "liar", "loop", "long", "endless"]
)
def test_what_is_no_answer_cannot_be_compared(lesson, answer):
    assert lesson.check("attainment", travelled(answer)).state in ("cannot tell", "wrong")


@pytest.mark.parametrize(
    "plain", [None, 3, {}, {"list": 3}, {"number": "x"}, {"list": [{"list": []}, 7]}, {"value": {}}], ids=str
)
def test_what_is_forged_is_never_an_answer(lesson, plain):
    assert lesson.check("attainment", from_plain(plain)).state != "right"


def test_a_function_arrives_as_what_it_gives():
    tried = [(1, 2), (3, 0), (0, 0)]
    plain = json.loads(json.dumps(to_plain(lambda a, b: a / b, tried)))
    first, *stopped = from_plain(plain)
    assert first == 0.5
    assert [repr(one) for one in stopped] == ["nothing that can be read"] * 2


class TestHandIn:
    @pytest.fixture(autouse=True)
    def shown(self, monkeypatch):
        shown = []
        monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
        return shown

    def test_a_right_answer_has_its_points_and_is_used_up(self, lesson, shown):
        names = {"lesson": lesson, "answer": "at risk"}
        assert hand_in("edge", names, 2) == 2
        assert "answer" not in names, "it is no answer to the next exercise"
        assert shown == [{KIND: {"exercise": "edge", "answer": {"value": "at risk"}}}]

    def test_a_wrong_one_says_what_check_says(self, lesson):
        with pytest.raises(NoMarkError, match=r"✘ Wrong\. The edge itself belongs to the better band\.") as raised:
            hand_in("edge", {"lesson": lesson, "answer": "off target"}, 2)
        assert raised.value._render_traceback_() == [str(raised.value)]

    def test_none_is_not_attempted(self, lesson):
        with pytest.raises(NoMarkError, match="Not attempted"):
            hand_in("edge", {"lesson": lesson}, 2)

    def test_the_answer_is_stated_even_without_a_lesson(self, shown):
        with pytest.raises(NoMarkError, match="this is no lesson any more"):
            hand_in("edge", {"lesson": 5, "answer": "at risk"}, 2)
        assert shown
