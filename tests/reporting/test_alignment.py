import pytest
from oddities import RUDE
from towers import actuals, card

from bsclib.design.alignment import review_alignment
from bsclib.files.tower import read_tower
from bsclib.reporting.alignment import alignment_page, alignment_report, reader_tables


@pytest.fixture(scope="module")
def meridian():
    tower = read_tower("meridian")
    return alignment_report(tower.cards, review_alignment(tower.cards, tower.actuals))


def test_the_report_says_first_what_does_not_fit(meridian):
    assert meridian.lead.startswith("Nobody works for 1 of 8 goals at the top: Carry freight with less carbon.")
    assert "Targets below do not come to the one above for 1 KPI." in meridian.lead
    assert "45,000 of the initiatives' cost stand behind no goal." in meridian.lead
    assert meridian.findings[0].startswith("operations.major-incidents: the targets of units come to 3.4")
    assert [name for name, *_ in meridian.pictures] == [
        "Who supports Meridian Freight",
        "Who supports Meridian Freight IT",
        "Who supports Meridian Freight IT development and Meridian Freight IT operations",
    ]


def test_it_is_one_page_that_needs_nothing_else(meridian):
    html = alignment_page(meridian)
    assert "<h1" in html
    assert "Above and below: Meridian Freight" in html
    assert html.count("data:image/png;base64,") >= 3
    assert 'alt="Who supports what: Meridian Freight. 8 goals and 18 objectives' in html
    assert 'src="http' not in html
    assert 'href="http' not in html.split("<footer")[0]


def test_it_shows_itself_in_a_notebook_and_as_text(meridian):
    assert "<h2" in meridian._repr_html_()
    assert "Two readings: on its own KPIs, and from below" in str(meridian) == repr(meridian)


def test_the_tables_are_for_readers():
    tower = read_tower("meridian")
    tables = dict(reader_tables(review_alignment(tower.cards, tower.actuals)))
    goals = tables["What stands behind each goal"].set_index("goal")
    assert goals.loc["enterprise.on-time-delivery", "primary"] == "keep-promises, restore-fast, stay-available"
    assert goals.loc["enterprise.greener-freight", ["weight", "primary", "secondary", "initiatives"]].tolist() == [
        "8 %",
        "–",
        "–",
        "0",
    ]
    closing = tables["Targets of units that would, in proportion"]
    assert closing[closing["unit"] == "Genoa"].values.tolist()[0][3:] == ["December 2026", "5.00", "4.41", "−0.59"]
    readings = tables["Two readings: on its own KPIs, and from below"].set_index("goal")
    assert readings.loc["meridian.keep-people", "of"] == "Genoa"


@pytest.mark.parametrize("name", list(RUDE.values()))
def test_any_name_can_be_shown(name):
    top = card("top", {"grow": []}, [("t", "grow")]).model_copy(update={"name": name})
    it = card("it", {"a": ["top.grow"]}).model_copy(update={"name": name})
    tables = review_alignment([top, it], {"top": actuals({"t": 1})})
    report = alignment_report([top, it], tables)
    assert "<script>" not in alignment_page(report).replace("<script>\n", "")
    assert str(report)


def test_scorecards_that_have_nothing_to_do_with_each_other_say_so():
    cards = [card("one", {"a": []}), card("two", {"b": []})]
    report = alignment_report(cards, review_alignment(cards))
    assert report.lead.startswith("No scorecard here stands above another one")
    assert report.pictures == ()
