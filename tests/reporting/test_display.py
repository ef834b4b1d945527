from html.parser import HTMLParser

import numpy as np
import oddities
import pandas as pd
import pytest

from bsclib.model.status import SYMBOLS
from bsclib.reporting.display import bullets, disclosures, heading, named, record, sentence, table
from bsclib.reporting.notebook import SUMMARY


class Reader(HTMLParser):
    """What a browser would read: tags with their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def read(shown):
    return Reader(shown._repr_html_())


@pytest.mark.parametrize("name", oddities.RUDE.values())
def test_names_stay_text(name):
    frame = pd.DataFrame({name: [name], "status": [name], "why": [name]})
    for shown in (heading(name), sentence(name), table(frame, name)):
        page = read(shown)
        assert {tag for tag, _ in page.tags} <= {"h1", "p", "table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert {name, name[:159].rstrip() + "…"} & set(page.texts)
        assert all("mathjax_ignore" in attrs["class"] for tag in ("h1", "p", "table") for attrs in page.named(tag))


def test_a_table_has_a_caption_and_heads():
    page = read(table(pd.DataFrame({"kpi": ["Cost"], "points_lost": [1.25]}), "What it costs"))
    assert page.texts == ["What it costs", "KPI", "Points lost", "Cost", "1.2"]
    assert [attrs["scope"] for attrs in page.named("th")] == ["col", "col", "row"]


@pytest.mark.parametrize(
    ("column", "value", "written"),
    [
        ("score", 84.16, "84.2"),
        ("score", np.float64(84.16), "84.2"),
        ("score", 12345.0, "12,345.0"),
        ("points", 1.2, "+1.2"),
        ("points", -1.2, "−1.2"),
        ("points", -0.04, "0.0"),
        ("share", 0.25, "25.0\xa0%"),
        ("weight", 2.0, "2"),
        ("months", 3, "3"),
        ("score", np.nan, "–"),
        ("why", "worse", "worse"),
    ],
)
def test_how_a_cell_is_written(column, value, written):
    assert read(table(pd.DataFrame({"kpi": ["Cost"], column: [value]}), "A table")).texts[-1] == written


def test_a_table_can_write_numbers_its_own_way():
    page = read(table(pd.DataFrame({"kpi": ["Cost"], "points": [1.25]}), "A table", {"points": "{:.3f}"}))
    assert page.texts[-1] == "1.250"


@pytest.mark.parametrize("status", SYMBOLS)
def test_a_status_has_symbol_word_and_colour(status):
    page = read(table(pd.DataFrame({"kpi": ["Cost"], "status": [status]}), "A table"))
    assert page.texts[-1] == f"{SYMBOLS[status]} {status.replace('_', ' ')}"
    assert "background" in page.named("span")[0]["style"]


def test_an_empty_table_says_so_or_is_not_there():
    empty = pd.DataFrame(columns=["kpi"])
    assert repr(table(empty, "A table", otherwise="There is none.")) == "There is none."
    assert table(empty, "A table") is None


def test_text_is_for_those_without_html():
    shown = table(pd.DataFrame({"kpi": ["Cost", "x" * 500], "points": [1.25, 0.0]}), "What moved")
    assert repr(shown).splitlines()[0] == "What moved"
    assert max(map(len, repr(shown).splitlines())) < 100
    assert repr(sentence("One.", "", "Two.")) == "One. Two."


def test_a_lead_is_larger():
    assert "font-size" in read(sentence("One.", lead=True)).named("p")[0]["style"]


def test_every_column_of_statuses_gets_symbols():
    frame = pd.DataFrame(
        {"kpi": ["Cost"], "status": ["at_risk"], "worst_status": ["off_target"], "statuses": ["at_risk"]}
    )
    texts = read(table(frame, "Before and after")).texts
    assert texts[-3:] == [f"{SYMBOLS['at_risk']} at risk", f"{SYMBOLS['off_target']} off target", "at_risk"]


def test_names_take_the_place_of_ids():
    frame = pd.DataFrame({"id": pd.Categorical(["a", "x"]), "under": ["a", "b"]})
    found = named(named(frame, {"a": "Availability"}), {"b": "Budget"}, "under")
    assert found.to_dict("list") == {"name": ["Availability", "x"], "under": ["a", "Budget"]}
    assert list(frame) == ["id", "under"]


def test_a_summary_is_put_into_the_notebook_and_nobody_sees_it(monkeypatch, capsys):
    record({"score": 84.1})  # outside a notebook there is nothing to put it into
    sent = []
    monkeypatch.setattr("IPython.get_ipython", lambda: "a notebook")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: sent.append((data, raw)))
    record({"score": 84.1})
    assert sent == [({SUMMARY: {"score": 84.1}, "text/plain": ""}, True)]
    assert capsys.readouterr().out == ""


def test_a_section_has_a_title_of_its_own():
    assert heading("What if: <b>", level=2)._repr_html_() == (
        '<h2 class="tex2jax_ignore mathjax_ignore" dir="auto">What if: &lt;b&gt;</h2>'
    )


def test_sentences_as_a_list():
    shown = bullets(one for one in ("Cost < $5.", "Cost > $9."))
    assert Reader(shown._repr_html_()).texts == ["Cost < $5.", "Cost > $9."]
    assert repr(shown) == "- Cost < $5.\n- Cost > $9."
    assert bullets([])._repr_html_() == repr(bullets([])) == ""


@pytest.mark.parametrize("name", oddities.RUDE.values())
def test_what_is_opened_stays_text_too(name):
    top = {"parent": "", "name": name, "score": 60.0, "status": "at_risk", "points": 1.0, "part": name, "why": name}
    page = read(disclosures(pd.DataFrame([{**top, "owner": name}], index=["it"]), name))
    allowed = {"div", "p", "ul", "li", "details", "summary", "span", "strong", "small", "dl", "dt", "dd"}
    assert {tag for tag, _ in page.tags} == allowed
    assert page.texts.count(name) >= 4  # the name itself may be cut short


def test_facts_that_are_not_stated_and_scores_that_are_not_there_are_left_out():
    row = {"parent": "", "name": "IT", "score": np.nan, "status": "no_data", "part": "", "why": "No data.", "owner": ""}
    page = read(disclosures(pd.DataFrame([row], index=["it"]), "Open"))
    assert page.named("dl") == page.named("strong") == page.named("small") == []
    assert page.texts == ["Open", "IT", " ", f"{SYMBOLS['no_data']} no data", "No data."]


def test_only_an_index_called_id_says_what_rows_are_about():
    frame = pd.DataFrame({"kpi": ["Cost"], "score": [1.0], "points": [2.0]}, index=pd.Index(["cost"], name="id"))
    assert [attrs["data-about"] for attrs in read(table(frame, "Scores")).named("span")] == ["cost", "cost"]
    assert read(table(frame.rename_axis("kpi"), "Scores")).named("span") == []
    assert read(table(frame.assign(score=np.nan), "Scores")).named("span") == [{"data-about": "cost"}]


def test_a_column_can_stand_in_brackets_below_the_first():
    frame = pd.DataFrame({"kpi": ["A <b>"], "owner": ["Ana & Bo"], "points": [1.0]}, index=pd.Index(["a"], name="id"))
    html = table(frame, "caption", below="owner")._repr_html_()
    assert '<span data-about="a">A &lt;b&gt;</span> <br><small>(Ana &amp; Bo)</small></th>' in html
    assert "Owner" not in html
    assert "<small></small>" in table(frame.assign(owner=""), "caption", below="owner")._repr_html_()
    assert "A &lt;b&gt; <br>" in table(frame.rename_axis(None), "caption", below="owner")._repr_html_()


def test_a_short_number_and_its_unit_stay_together():
    frame = pd.DataFrame({"kpi": ["A", "B"], "now": ["6.4 a unit", "1 (8 while all reported)"]})
    html = table(frame, "caption")._repr_html_()
    assert "6.4\u00a0a\u00a0unit" in html
    assert "1 (8 while all reported)" in html


def test_sentences_that_lead_are_larger_and_bullets_that_do_stand_apart():
    assert "font-size" in sentence("Look.", lead=True)._repr_html_()
    assert "margin-bottom" in bullets(["Decide."], lead=True)._repr_html_()
    assert "margin-bottom" not in bullets(["Decide."])._repr_html_()
