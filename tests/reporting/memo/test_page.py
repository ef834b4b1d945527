"""A decision memo, whole: on a fitted map, as a reader meets it."""

import re

import oddities
import pytest
from planned import CARD, actuals, fitted
from projected import result

from bsclib.errors import BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.reporting.brand import Brand
from bsclib.reporting.memo.page import decision_memo, memo_for, memo_page
from bsclib.reporting.memo.sensitivity import link_sensitivity
from bsclib.scenarios.comparison import compare
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.projection import project

SCHOOL = Scenario(id="school", name="A school", question="Is it worth it?", initiatives=["school"], horizon=12)
SORT = Scenario(id="sort", name="Sort <better>", initiatives=["sorting", "scales"], changes={"load": "=65"}, horizon=12)


@pytest.fixture(scope="module")
def memo():
    return memo_for(fitted(), [SCHOOL, SORT], worth=500, draws=400)


def test_it_says_all_that_a_decision_needs(memo):
    text = str(memo)
    assert text.startswith("Decision memo: Depot IT\n\nIs it worth it?\n\nOf 2 options, “")
    heads = ["The options, and what", "What to expect\n- ", "What we assumed\n- ", "What would change our mind\n- "]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    assert memo.options["option"].tolist()[0] == "Do nothing"
    assert memo.options["chance_of_target"].tolist()[0].endswith("%"), "what doing nothing comes to is worked out"
    assert "A point of the overall score is worth 500 for a year." in text
    assert "earn its cost" in text or "earns its cost" in text


def test_the_numbers_are_the_results(memo):
    best = {"A school": SCHOOL, "Sort <better>": SORT}[memo.options["option"].iloc[1]]
    found = project(fitted(), best.changes, best.initiatives, 12, 400)
    row = found[found["id"] == "depot"].iloc[-1]
    assert f"{row['with_']:.1f} instead of {row['without']:.1f}" in memo.answer[0]
    assert memo.options["expected"].iloc[1] == f"{row['with_']:.1f}"


def test_an_option_opens_to_the_kpis_that_it_moves(memo):
    best = {"A school": SCHOOL, "Sort <better>": SORT}[memo.options["option"].iloc[1]]
    assert [name for name, _ in memo.opened] == memo.options["option"].tolist()[1:]
    found = project(fitted(), best.changes, best.initiatives, 12, 400)
    last = found[(found["period"] == found["period"].astype(str).max()) & (found["level"] == "kpi")]
    names = [fitted().scorecard.names[id] for id in last[last["effect"] != 0]["id"]]
    assert memo.opened[0][1]["kpi"].tolist() == names
    html = memo.html()
    assert html.count("<details>") == 2
    assert "Sort &lt;better&gt;</summary>" in html
    assert ".disclosures, .output:has(> .disclosures) { display: none; }" in memo_page(memo)


def test_it_shows_itself_in_a_notebook(memo):
    html = memo._repr_html_()
    assert "<h2" in html
    assert html.count("<h3") == 3
    assert "Sort &lt;better&gt;" in html
    assert "Sort <better>" not in html
    alt = re.search(r'<img src="data:image/png;base64,[^"]{1000,}" alt="([^"]+)"', html)[1]
    assert alt.startswith("2 scenarios side by side, Whole organisation: effects in June 2027 on 1 goal.")


def test_a_page_of_its_own(memo):
    page = memo_page(memo, Brand(name="Depot & Sons"))
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>Decision memo: Depot IT</title>" in page
    assert "Depot &amp; Sons" in page
    assert page.count("<h1") == 1
    assert re.findall(r"<h2 id=\"[^\"]+\"[^>]*>([^<]+)</h2>", page)[:3] == [
        "What to expect",
        "What we assumed",
        "What would change our mind",
    ]
    assert page == memo_page(memo, Brand(name="Depot & Sons"))


@pytest.mark.system
def test_it_is_one_sheet_of_paper_and_fits_a_telephone(memo, browser, tmp_path):
    (tmp_path / "memo.html").write_text(memo_page(memo), encoding="utf-8")
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto((tmp_path / "memo.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.close()


def test_a_comparison_needs_no_fitted_map():
    card = build(CARD)
    compared = compare(card, actuals(), [SCHOOL, SORT], draws=300)
    short = decision_memo(card, compared, [SCHOOL, SORT], question="Which?", goal="speed")
    assert short.question == "Which?"
    assert short.answer[0].startswith("Of 2 options, “A school” does most for Speed: ")
    assert not any("rests on" in one for one in short.assumed)


def test_one_result_against_doing_nothing():
    fit = fitted()
    asked = Scenario(id="x", name="With the changes", changes={"courses": "+10%"})
    found = project(fit, asked.changes, horizon=12, draws=300)
    links = link_sensitivity(fit, asked.changes, None, 12, "speed", draws=200)
    short = decision_memo(fit.scorecard, found, asked, fit.evidence, goal="speed", links=links)
    assert short.options["option"].tolist() == ["Do nothing", "With the changes"]
    assert "It hangs most on the link Courses → Speed. If that were not there, nothing of the effect" in str(short)


def test_a_unit_is_named():
    card = build(CARD)
    found = result(card, {"depot": 1.0}).assign(unit="Genoa")
    asked = Scenario(id="x", name="X", changes={"load": "+1"})
    assert decision_memo(card, found, asked).title == "Decision memo: Depot IT (Genoa)"


def test_it_refuses_what_is_no_choice():
    for scenarios in ([], [SCHOOL, SCHOOL]):
        with pytest.raises(BscError, match="no options to choose from"):
            memo_for(fitted(), scenarios)
    with pytest.raises(UnknownNameError, match="did you mean 'speed'"):
        memo_for(fitted(), SCHOOL, goal="sped", draws=200)


def test_rude_names_stay_words():
    card, _ = oddities.rude()
    found = result(card, {"odd": 4.0, "k1": -2.0}, "2025-03", 6)
    asked = Scenario(id="x", name="<b>X</b>", changes={"k1": "-10%"}, initiatives=("i",))
    page = memo_page(decision_memo(card, found, asked, question="<script>alert(1)</script>"))
    assert "<b>X</b>" not in page
    assert "<script>" not in page
    assert "<b>cost</b>" not in page
