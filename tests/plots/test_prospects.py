import numpy as np
import projected
import pytest
from samples import desk, one_kpi

from bsclib.errors import UnknownNameError
from bsclib.plots.prospects import Quantity, course, first_told


def test_levels_and_effects_in_their_own_units():
    what = Quantity.of(one_kpi(measured_in="h", format="{:.1f} h"), "k")
    assert what.level(4.26) == "4.3 h"
    assert [what.effect(value) for value in (1.26, -1.26, 0.0, -0.02, np.nan)] == [
        "+1.3 h",
        "−1.3 h",
        "0.0 h",
        "−0.02 h",
        "unknown",
    ]
    assert what.effects(-1, 0.5) == "−1.0 h to +0.5 h"
    assert what.column == "actual"


def test_a_format_with_a_sign_gives_one_sign():
    what = Quantity.of(one_kpi(format="{:+.0f}"), "k")
    assert [what.effect(value) for value in (7, -7)] == ["+7", "−7"]


def test_a_small_effect_has_a_unit_where_a_large_one_has():
    bare = Quantity.of(one_kpi(measured_in="of 10", format="{:.1f}"), "k")
    assert bare.effects(-0.012, 0.4) == "−0.01 to +0.4"
    assert Quantity.of(one_kpi(measured_in="%", format="{:.1f} %"), "k").effect(0.02) == "+0.02 %"


def test_a_score_is_in_points():
    what = Quantity.of(desk())
    assert (what.id, what.column, what.goal) == ("desk", "score", "higher is better")
    assert what.level(71.26) == "71.3"
    assert what.level(np.nan) == "no data"
    assert what.effects(-0.04, 2) == "−0.04 to +2.0"


def test_what_is_better():
    goals = {id: Quantity.of(desk(), id).goal for id in ("mttr", "load")}
    assert goals == {"mttr": "lower is better", "load": "inside the range is best"}


def test_unknown_ids_are_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        Quantity.of(desk(), "mtr")


def test_a_course_is_one_id_by_month():
    found = course(projected.result(desk(), {"mttr": -1}, "2025-12", 3), "mttr")
    assert found.index.tolist() == [2026 * 12, 2026 * 12 + 1, 2026 * 12 + 2]
    assert found["effect"].tolist() == pytest.approx([-1 / 3, -2 / 3, -1])


def test_a_result_says_when_an_effect_could_be_told():
    one = projected.result(desk(), {}, first_month={"mttr": "", "desk": "2027-01"})
    assert [first_told(one, id) for id in ("mttr", "desk")] == ["", "2027-01"]
    assert first_told(projected.result(desk(), {}), "mttr") is None
    assert first_told(one.replace("", np.nan), "mttr") == "", "in a file an empty text is missing"
