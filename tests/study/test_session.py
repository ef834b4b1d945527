import re
import subprocess
import sys

import pytest
from samples import MAY, desk, one_kpi, table

from bsclib import study
from bsclib.errors import ActualsError, BscError, UnknownNameError
from bsclib.study.exercises.question import LESSONS
from bsclib.study.practice import progress
from bsclib.wording import PLAIN


@pytest.fixture
def lesson():
    return study.lesson("03", desk(), MAY)


class TestLesson:
    @pytest.mark.parametrize("number", ["03", "3", 3])
    def test_its_number_may_be_written_as_one_likes(self, number):
        assert study.lesson(number, desk(), MAY).number == "03"

    def test_a_name_is_read(self):
        opened = study.lesson("01", "lakeside")
        assert opened.data[0].id == "lakeside"
        assert opened.says == "You work with Lakeside Town Council IT: 15 objectives and 20 KPIs."

    def test_the_lesson_on_levels_reads_them_with_the_scorecard(self):
        opened = study.lesson("06", "meridian", tower="")
        card = opened.data[0]
        assert opened.levels.says(card) == (
            "You work with Meridian Freight IT, and with 5 scorecards around it: Meridian Freight, "
            "Meridian Freight IT development, Meridian Freight IT operations, IT team Antwerp and IT team Genoa."
        )
        assert study.lesson("06", card, tower="").levels.cards == opened.levels.cards
        assert not study.lesson("06", card, tower="").levels.lent
        other = study.lesson("06", desk(), MAY)
        assert other.levels.says(desk()).endswith("so you work with those of Meridian Freight IT here.")

    def test_where_the_levels_lie_can_be_said(self, tmp_path):
        with pytest.raises(UnknownNameError, match="nowhere"):
            study.lesson("06", "meridian", tower=tmp_path / "nowhere")

    def test_the_first_cell_of_a_notebook_can_be_run_again(self):
        card, actuals, _ = study.lesson("03", desk(), MAY).data
        again = study.lesson("03", card)
        assert again.data[0] is card
        assert again.data[1] is actuals

    def test_a_scorecard_without_actuals(self):
        with pytest.raises(BscError, match="there are none with the scorecard Service desk"):
            study.lesson("03", desk())

    def test_an_unknown_one(self):
        with pytest.raises(UnknownNameError, match=r"there is no lesson '77'\. Allowed: 00, 01, 02, 03, 04"):
            study.lesson("77", desk(), MAY)

    def test_nothing_to_score(self):
        with pytest.raises(ActualsError, match="kpi"):
            study.lesson("03", desk(), table(("nobody", "2026-06", 1)))

    @pytest.mark.parametrize("verb", ["ask", "hints", "solution"])
    def test_an_unknown_exercise(self, lesson, verb):
        with pytest.raises(UnknownNameError, match=r"there is no exercise 'wieghts'.*did you mean 'weights'"):
            getattr(lesson, verb)("wieghts")

    def test_an_unknown_exercise_is_not_checked(self, lesson):
        with pytest.raises(UnknownNameError, match="there is no exercise"):
            lesson.check("wieghts", 1)

    def test_it_says_what_it_holds(self, lesson):
        assert repr(lesson).startswith("Lesson 03: attainment, expected, ")

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
            assert lesson.solution(name, show=False) is None
            if lesson.check(name, ...).state == "cannot tell":
                assert lesson.hints(name).text == lesson.solution(name).text
                assert lesson.hints(name).text.startswith("Nothing to ask here. ")
                continue
            assert lesson.check(name, ...).state == "not attempted"
            # What a notebook has defined by then.
            namespace = {"lesson": lesson, "scorecard": desk(), "actuals": MAY, "scores": lesson.scores}
            exec(lesson.solution(name).code, namespace)
            assert lesson.check(name, namespace["answer"]).state == "right"


@pytest.fixture
def shown(lesson, monkeypatch):
    """What a notebook displays when an exercise is asked, as HTML."""
    cards = []
    monkeypatch.setattr("IPython.get_ipython", object)
    monkeypatch.setattr("IPython.display.display", cards.append)

    def ask(name, lesson=lesson):
        lesson.ask(name)
        return cards[-1]._repr_html_()

    return ask


class TestHints:
    def test_in_a_notebook_each_is_folded_below_the_question(self, lesson, shown):
        page = shown("weights")
        assert page.count("<details><summary>Hint ") == 3
        assert page.index("What is given") < page.index("Hint 1 of 3") < page.index("A weight of 2")
        assert page.endswith("</details></div>")
        assert "A weight of 2" not in repr(lesson.hints("edge"))

    def test_elsewhere_it_is_said_how_to_get_them(self, lesson, capsys):
        assert lesson.ask("weights") is None
        printed = capsys.readouterr().out
        assert printed.endswith('For 3 hints: lesson.hints("weights")\n')
        assert "counts twice" not in printed
        assert "1. A weight of 2 makes a child count twice." in repr(lesson.hints("weights"))


class TestProgress:
    def test_what_is_done(self, lesson):
        assert lesson.progress().title == "Lesson 03: 0 of 12 right, and 0 of 2 optional"
        lesson.check("weights", 70)
        lesson.check("edge", "red")
        lesson.ask("attainment")
        lesson.hints("attainment")
        lesson.solution("attainment", show=False)
        lesson.solution("edge")
        card = lesson.progress()
        assert card.title == "Lesson 03: 1 of 12 right, and 0 of 2 optional"
        assert ("5. Roll up by hand", "✔ right", "no") in card.table
        assert ("4. On the edge", "✘ wrong", "yes") in card.table
        assert ("1. The share of the way", "○ not attempted", "no") in card.table

    def test_once_right_stays_right(self, lesson):
        assert lesson.check("weights", 70).state == "right"
        assert lesson.check("weights", 60).state == "wrong"
        assert lesson.progress().title == "Lesson 03: 1 of 12 right, and 0 of 2 optional"


class TestShown:
    def test_as_text(self, lesson, capsys):
        lesson.ask("weights")
        text = capsys.readouterr().out
        assert re.fullmatch(r"Exercise \d+ of \d+: .+", text.splitlines()[0])
        rows = [
            "child                 weight  score",
            "Mean time to restore  3       60",
            "Utilisation           1       100",
        ]
        assert "\n  ".join(["What is given:", *rows]) in text

    def test_as_html(self, shown):
        html = shown("weights")
        assert ">What is given</caption>" in html
        assert html.count('scope="col"') == 3
        assert html.count("<tr>") == 3

    def test_a_solution_as_html(self, lesson):
        page = lesson.solution("weights")._repr_html_()
        answer = page.index("<strong>The answer:</strong> 70, because (3 × 60 + 1 × 100) / 4 is 70.</p>")
        assert (
            answer
            < page.index("each counted by its weight")
            < page.index("How the kit works it out</summary><pre><code>")
        )
        assert page.endswith("</code></pre></details></div>")

    def test_a_solution_as_text(self, lesson):
        lines = repr(lesson.solution("edge")).splitlines()
        assert lines[1] == "The answer: at risk."
        assert "How the kit works it out:" in lines[3:]
        assert repr(lesson.solution("roll_up")).splitlines()[1].startswith("This is the whole roll-up")

    def test_code_that_only_states_the_answer_is_not_shown(self, lesson):
        card = lesson.solution("incentive")
        assert card.code == 'answer = "b"'
        assert "How the kit" not in repr(card) + card._repr_html_()

    def test_a_solution_says_of_each_name_why(self):
        card = study.lesson("00", "meridian").solution("drivers")
        assert card.caption == "One by one"
        assert ("Training hours per person", "yes", "People learn, so it leads.") in card.table
        assert ("Technical debt ratio", "no", "Earlier work left it behind. So it lags.") in card.table
        card = study.lesson("01", "meridian").solution("dated")
        assert "is to go from 89 to 94, and no month stands beside it." in str(card.table)

    def test_an_empty_list_is_an_answer(self, lesson):
        opened = study.lesson("00", "meridian")
        assert "this says that none belongs" in opened.check("direction", []).message
        assert opened.check("direction", [...]).state == "not attempted"

    def test_a_status_says_which_threshold_decided(self):
        message = study.lesson("00", "meridian").check("overall", "off target").message
        assert message.startswith("84.25 is below 87, so it is off target.")

    def test_a_solution_that_is_a_table(self):
        page = study.lesson("01", desk(), MAY).solution("review")._repr_html_()
        assert ">The answer</caption>" in page
        assert "Requests done on time; Service level met" in page

    def test_names_cannot_act(self, shown):
        card = one_kpi(name="<img src=x onerror=alert(1)> $a$ & co")
        lesson = study.lesson("03", card, table(("k", "2026-06", 60)))
        html = shown("attainment", lesson)
        assert "<img" not in html
        assert "&lt;img" in html
        assert PLAIN in html


def test_it_is_light():
    heavy = ["matplotlib", "IPython", "ipywidgets", "papermill", "nbformat", "statsmodels"]
    code = f"import sys; from bsclib.study import session; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class TestKeptProgress:
    @pytest.fixture
    def kept(self, tmp_path, monkeypatch):
        """Somebody at the keyboard, with a progress file of their own."""
        monkeypatch.setattr("bsclib.study.session.at_keyboard", lambda: True)
        monkeypatch.setattr(progress, "home", lambda: tmp_path)
        return tmp_path / progress.FILE

    def test_a_restarted_kernel_knows_what_was_right(self, kept):
        first = study.lesson("03", desk(), MAY)
        first.check("edge", "red")
        first.check("edge", "at risk")
        first.check("weights", 1)
        again = study.lesson("03", desk(), MAY)
        assert again.progress().title == "Lesson 03: 1 of 12 right, and 0 of 2 optional"
        assert (
            study.lesson("03", desk(), MAY, learner="ana").progress().title
            == "Lesson 03: 0 of 12 right, and 0 of 2 optional"
        )

    def test_no_name_is_kept(self, kept):
        study.lesson("03", desk(), MAY, learner="Anastasia").check("edge", "at risk")
        assert "nastasia" not in kept.read_text()

    def test_with_nobody_there_nothing_is_kept(self, tmp_path, monkeypatch):
        monkeypatch.setattr(progress, "home", lambda: tmp_path / "data")
        study.lesson("03", desk(), MAY).check("edge", "at risk")
        assert not (tmp_path / "data").exists()

    def test_what_cannot_be_kept_is_said_and_the_verdict_stands(self, kept, capsys):
        kept.write_text("{}")
        kept.chmod(0o444)
        assert study.lesson("03", desk(), MAY).check("edge", "at risk").state == "right"
        assert "is read-only" in capsys.readouterr().out
