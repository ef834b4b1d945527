import math

from samples import one_kpi

from bsclib.causality.evidence import reasons

HOURS = one_kpi(id="mttr", name="Time to restore", measured_in="hours").kpis[0]
SHARE = one_kpi(id="sla", name="Service level", measured_in="%").kpis[0]
BARE = one_kpi(name="Score", measured_in=None).kpis[0]


def test_amounts_carry_what_they_are_measured_in():
    assert [reasons.measured(1.5, kpi) for kpi in (HOURS, SHARE, BARE)] == ["1.5 hours", "1.5 points", "1.5"]


def test_supported():
    text = reasons.supported(HOURS, SHARE, (-1.2, -0.8, -0.4), 0, 0)
    assert (
        text
        == "Time to restore up by one (hours): Service level −0.8 points, within the same month (between −1.2 and −0.4)"
    )
    late = reasons.supported(BARE, HOURS, (0.1, 0.25, 0.4), 1, 2)
    assert late.startswith("Score up by one: Time to restore +0.25 hours, 1 month later")
    assert late.endswith("the lag found is 1 month, not 2 as stated")


def test_checks_that_fail():
    assert reasons.not_robust(True, True) == ""
    assert reasons.not_robust(False, True) == "it does not hold in the odd quarters of the data alone"
    assert "in the odd nor in the even quarters" in reasons.not_robust(False, False)


def test_units_that_differ():
    found = reasons.units_differ({"x": 0.5, "y": -0.25, "z": math.nan}, SHARE)
    assert found == "units differ: from −0.25 points in y to 0.5 points in x"


def test_refuted():
    assert reasons.refuted(SHARE, 0.1, 0.2, False, False).endswith("at most 0.1 points is left possible")
    assert reasons.refuted(SHARE, 0.1, 0.2, True, False).endswith("if anything, it moves the other way")
    assert reasons.refuted(SHARE, 0.1, 0.2, False, True).startswith("there is an effect, too small to matter")
    assert reasons.refuted(SHARE, -0.1, 0.0, True, False) == "it moves the other way"


def test_too_little():
    found = reasons.too_little(SHARE, 0.5, 0.2, False, (70, 190))
    assert found.endswith("as large as 0.5 points, where 0.2 would matter; 70 to 190 months are needed to tell")
    assert "70 months or more" in reasons.too_little(SHARE, 0.5, 0.0, False, (70, math.inf))
    assert "any effect would matter" in reasons.too_little(SHARE, 0.5, 0.0, False, (70, math.inf))
    assert "needed" not in reasons.too_little(SHARE, 0.5, 0.2, False, (math.inf, math.inf))
    assert "; 70 months are needed" in reasons.too_little(SHARE, 0.5, 0.5, False, (70, 70))
    assert "at another lag" in reasons.too_little(SHARE, 0.5, 0.2, True, (70, 190))


def test_what_only_the_long_run_leaves_possible():
    found = reasons.too_little(SHARE, 0.5, 0.6, False, (70, 190), 1.5)
    assert "as large as 0.5 points, or 1.5 points in the long run, where 0.6 would matter" in found


def test_too_short():
    assert reasons.too_short(0, 12, HOURS, SHARE, 0).startswith(
        "no month can be used (Time to restore and Service level)"
    )
    assert reasons.too_short(1, 12, HOURS, SHARE, 2).startswith("1 month can be used (Time to restore and, 2 months")


def test_parts_make_a_sentence():
    assert reasons.joined("one", "", "two") == "One; two."
    assert reasons.left_out([]) == reasons.all_lags(math.nan, SHARE) == ""
    assert reasons.left_out(["x", "y"]) == "left out, for want of data: x and y"
