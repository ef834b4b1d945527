"""A learner's own choice goes from lesson to lesson, and no text speaks of anything but the whole."""

import re

import pytest
from samples import MAY, desk

from bsclib import study
from bsclib.errors import UnknownNameError
from bsclib.study.practice import progress


class TestHandedOn:
    @pytest.fixture
    def kept(self, tmp_path, monkeypatch):
        """Somebody at the keyboard, with a progress file of their own."""
        monkeypatch.setattr("bsclib.study.own_choice.at_keyboard", lambda: True)
        monkeypatch.setattr(progress, "home", lambda: tmp_path)

    def test_a_choice_goes_from_lesson_to_lesson(self, kept):
        first = study.lesson("01", desk(), MAY)
        stays = [first.data[0].objectives[0].id]
        said = "Your choice of 1 objective is kept, and the next lesson says what it scores."
        assert first.hand_on("objectives", stays) == said
        second = study.lesson("02", desk(), MAY)
        assert re.search(
            "In lesson 01 you chose 1 objective and . KPIs? of these. By themselves they score", second.says
        )
        mine = second.own(kpi.id for kpi in desk().kpis)
        assert [one.id for one in mine.objectives] == stays
        second.hand_on("kpis", [mine.kpis[0].id, desk().kpis[-1].id])
        third = study.lesson("03", desk(), MAY)
        assert "In lesson 01 and lesson 02 you chose 1 objective and 1 KPI of these." in third.says
        assert [kpi.id for kpi in third.own(kpi.id for kpi in desk().kpis).kpis] == [mine.kpis[0].id]

    def test_what_the_text_speaks_of_stays_whole(self, kept):
        whole = study.lesson("03", "meridian")
        study.lesson("01", "meridian").hand_on("objectives", [one.id for one in whole.data[0].objectives[:12]])
        again = study.lesson("03", "meridian")
        assert again.data[0] == whole.data[0]
        assert again.scores.equals(whole.scores)
        assert again.says == (
            "You work with Meridian Freight IT: 18 objectives and 27 KPIs. In lesson 01 you chose 12 objectives and "
            "18 KPIs of these. By themselves they score 83.9, and all together 84.3. Nobody worked better or "
            "worse for it. The text and the tables here speak of all."
        )

    def test_a_choice_without_actuals_has_no_score(self, kept):
        gone = MAY[MAY["kpi"].isin([kpi.id for kpi in desk().kpis_of(desk().objectives[-1].id)])]
        study.lesson("01", desk(), gone).hand_on("objectives", [desk().objectives[0].id])
        assert study.lesson("02", desk(), gone).says.endswith("of these. The text and the tables here speak of all.")

    def test_all_of_them_are_no_choice(self, kept):
        first = study.lesson("01", desk(), MAY)
        first.hand_on("objectives", [one.id for one in desk().objectives])
        assert study.lesson("02", desk(), MAY).data[0] == desk()

    def test_objectives_that_are_gone_are_forgotten(self, kept):
        progress.change(lambda data: progress.hand_on(data, desk().id, "objectives", ["gone"]))
        assert study.lesson("02", desk(), MAY).data[0] == desk()

    def test_without_a_person_nothing_is_kept(self, tmp_path, monkeypatch):
        monkeypatch.setattr(progress, "home", lambda: tmp_path)
        first = study.lesson("01", desk(), MAY)
        said = first.hand_on("objectives", [desk().objectives[0].id])
        assert said.startswith(
            "On this page nothing is kept. When you run it yourself, your choice of 1 objective goes"
        )
        every = first.hand_on("objectives", [one.id for one in desk().objectives])
        assert every == "You have struck out nothing, so the next lesson has no choice of yours to score."
        assert first.hand_on("kpis", []).startswith("You have left out nothing, so the next lesson has no choice of")
        assert list(tmp_path.iterdir()) == []

    def test_bad_input(self):
        first = study.lesson("01", desk(), MAY)
        with pytest.raises(UnknownNameError, match="there is no part 'people'"):
            first.hand_on("people", [])
        with pytest.raises(UnknownNameError, match="there is no objective 'gone'"):
            first.hand_on("objectives", ["gone"])
