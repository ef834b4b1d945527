import subprocess
import sys

import pytest
from samples import MAY, desk, one_kpi, table

from bsclib.errors import ActualsError, UnknownNameError
from bsclib.study import exercises
from bsclib.study import session as study
from bsclib.study.exercises import LESSONS


@pytest.fixture
def lesson():
    return study.lesson("03", desk(), MAY)


class TestLesson:
    @pytest.mark.parametrize("number", ["03", "3", 3])
    def test_its_number_may_be_written_as_one_likes(self, number):
        assert study.lesson(number, desk(), MAY).number == "03"

    def test_an_unknown_one(self):
        with pytest.raises(UnknownNameError, match=r"there is no lesson '77'\. Allowed: 00, 01, 02, 03, 04"):
            study.lesson("77", desk(), MAY)

    def test_nothing_to_score(self):
        with pytest.raises(ActualsError, match="kpi"):
            study.lesson("03", desk(), table(("nobody", "2026-06", 1)))

    @pytest.mark.parametrize("verb", ["question", "hint", "solution"])
    def test_an_unknown_exercise(self, lesson, verb):
        with pytest.raises(UnknownNameError, match=r"there is no exercise 'wieghts'.*did you mean 'weights'"):
            getattr(lesson, verb)("wieghts")

    def test_an_unknown_exercise_is_not_checked(self, lesson):
        with pytest.raises(UnknownNameError, match="there is no exercise"):
            lesson.check("wieghts", 1)

    def test_it_says_what_it_holds(self, lesson):
        assert repr(lesson).startswith("Lesson 03: expected, attainment, ")

    def test_it_can_look_at_an_earlier_month(self):
        later = [table(("leavers", "2026-07", 12.0)), MAY]
        actuals = later[1].merge(later[0], how="outer")
        assert study.lesson("03", desk(), actuals).case.period == "2026-07"
        assert study.lesson("03", desk(), actuals, as_of="2026-06").case.period == "2026-06"
        assert study.lesson("03", desk(), actuals, as_of="").case.period == "2026-07"

    @pytest.mark.parametrize("number", LESSONS)
    def test_the_whole_way_from_stub_to_solution(self, number):
        lesson = study.lesson(number, desk(), MAY)
        for name in lesson.names:
            question = lesson.question(name)
            if "Nothing to ask here." in question.text:
                assert lesson.check(name, ...).state == "cannot tell"
                assert lesson.hint(name).text == lesson.solution(name).text == question.text
                continue
            assert lesson.check(name, ...).state == "not attempted"
            # What a notebook has defined by then.
            namespace = {"lesson": lesson, "scorecard": desk(), "actuals": MAY, "scores": lesson.scores}
            exec(lesson.solution(name).code, namespace)
            assert lesson.check(name, namespace["answer"]).state == "right"


class TestHints:
    def test_one_by_one(self, lesson):
        titles = [lesson.hint("weights").title for _ in range(5)]
        assert titles[:3] == [f"Hint {n} of 3 for weights" for n in (1, 2, 3)]
        assert titles[3:] == ["No more hints for weights"] * 2
        assert 'lesson.solution("weights")' in lesson.hint("weights").text

    def test_each_lesson_begins_anew(self, lesson):
        lesson.hint("weights")
        assert study.lesson("03", desk(), MAY).hint("weights").title == "Hint 1 of 3 for weights"

    def test_a_wrong_answer_leads_to_them_while_there_are_any(self, lesson):
        assert lesson.check("edge", "red").message == (
            'the edge itself belongs to the better band. For help: lesson.hint("edge").'
        )
        for _ in range(2):
            lesson.hint("edge")
        assert lesson.check("edge", "red").message == "the edge itself belongs to the better band."


class TestProgress:
    def test_what_is_done(self, lesson):
        assert lesson.progress().title == "Lesson 03: 0 of 14 right"
        lesson.check("weights", 70)
        lesson.check("edge", "red")
        lesson.hint("edge")
        lesson.solution("edge")
        card = lesson.progress()
        assert card.title == "Lesson 03: 1 of 14 right"
        assert ("weights", "✔ right", "0", "no") in card.table
        assert ("edge", "✘ wrong", "1", "yes") in card.table
        assert ("attainment", "○ not attempted", "0", "no") in card.table

    def test_once_right_stays_right(self, lesson):
        assert lesson.check("weights", 70).state == "right"
        assert lesson.check("weights", 60).state == "wrong"
        assert lesson.progress().title == "Lesson 03: 1 of 14 right"


class TestShown:
    def test_as_text(self, lesson):
        text = repr(lesson.question("weights"))
        assert text.splitlines()[0] == "Exercise weights"
        assert "What is given:\n  child  weight  score\n  mttr   3       60\n  load   1       100" in text

    def test_as_html(self, lesson):
        html = lesson.question("weights")._repr_html_()
        assert ">What is given</caption>" in html
        assert html.count('scope="col"') == 3
        assert html.count("<tr>") == 3

    def test_a_solution_as_html(self, lesson):
        assert "<pre><code>" in lesson.solution("weights")._repr_html_()

    def test_names_cannot_act(self):
        card = one_kpi(name="<img src=x onerror=alert(1)> $a$ & co")
        lesson = study.lesson("03", card, table(("k", "2026-06", 60)))
        html = lesson.question("attainment")._repr_html_()
        assert "<img" not in html
        assert "&lt;img" in html
        assert exercises.PLAIN in html


def test_it_is_light():
    heavy = ["matplotlib", "IPython", "ipywidgets", "papermill", "nbformat", "statsmodels"]
    code = f"import sys; from bsclib.study import session; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
