import pytest
from oddities import RUDE
from pictures import check, words

from bsclib import read_scorecard
from bsclib.files import practice_coverage
from bsclib.plots import alt_text, plot_practices


def coverage(**kpis):
    """Coverage of these practices, written with underscores."""
    table = practice_coverage(read_scorecard("meridian"))
    counts = {name.replace("_", " "): count for name, count in kpis.items()}
    return table.assign(kpis=[counts.get(name, 0) for name in table["practice"]])


def discs(axes):
    """How many discs and rings are drawn, in each row."""
    found = {}
    for line in axes.lines:
        if line.get_marker() == "o":
            ring = line.get_markerfacecolor() != line.get_color()
            found[(line.get_xdata()[0] > 4.8, int(line.get_ydata()[0]))] = 0 if ring else len(line.get_xdata())
    return found


def test_each_practice_has_its_kpis_as_discs():
    table = practice_coverage(read_scorecard("meridian"))
    axes = plot_practices(table, "Meridian")
    check(axes)
    drawn = discs(axes)
    assert len(drawn) == 34
    assert sum(drawn.values()) == table["kpis"].sum() == 27
    assert sum(count == 0 for count in drawn.values()) == (table["kpis"] == 0).sum()
    assert set(table["practice"]) <= set(words(axes))
    assert "15 of 34 practices have a KPI, by the kit's catalogue of KPIs" in words(axes)


def test_more_than_seven_are_a_number():
    axes = plot_practices(coverage(Service_desk=8, Incident_management=7))
    check(axes)
    assert "× 8" in words(axes)
    assert sorted(discs(axes).values())[-2:] == [1, 7]


def test_words_for_who_does_not_see_it():
    assert alt_text(plot_practices(coverage(Service_desk=2), "Depot")) == (
        "ITIL 4 practices that KPIs of Depot serve: 1 of 34. Most: Service desk, 2. "
        "None: Architecture management, Continual improvement, Information security management and 30 more."
    )
    assert alt_text(plot_practices(coverage())).startswith(
        "ITIL 4 practices that KPIs of the scorecard serve: 0 of 34."
    )


@pytest.mark.parametrize("name", list(RUDE.values()))
def test_any_name_fits(name):
    check(plot_practices(coverage(Risk_management=1), name))
