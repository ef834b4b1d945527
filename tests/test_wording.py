"""Numbers, shares, names and tables are written in one place, and each says something a person can read."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib import wording

NUMBERS = st.floats(-1e8, 1e8)


@given(NUMBERS)
def test_a_minus_is_a_minus_sign_and_a_zero_has_none(value):
    for write in (wording.number, wording.signed, wording.amount, wording.money):
        text = write(value)
        assert "-" not in text
        if not any(digit in text for digit in "123456789"):
            assert not text.startswith(("+", "−"))


@pytest.mark.parametrize(
    "write", [wording.number, wording.signed, wording.amount, wording.percent, wording.probability]
)
def test_what_is_not_there_is_a_word_or_a_dash(write):
    assert write(math.nan) in {"no data", "unknown", "–"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.03456, "0.0346"),
        (12.0, "12"),
        (-999.6, "−1,000"),
        (1e-7, "1e−07"),
        (123456.0, "123,000"),
        (2.5e12, "2.5e+12"),
    ],
)
def test_amounts(value, text):
    assert wording.amount(value) == text


@given(st.floats(0, 1))
def test_a_share_is_certain_only_when_it_is(share):
    assert (wording.percent(share) == "100 %") == (share == 1)
    assert (wording.percent(share) == "0 %") == (share == 0)


@pytest.mark.parametrize(("p", "text"), [(0.0004, "< 0.001"), (0.05, "0.050"), (1.0, "1.000")])
def test_p_values(p, text):
    assert wording.probability(p) == text


@given(st.lists(st.text("abc", min_size=1), max_size=9), st.integers(1, 9))
def test_a_list_names_the_first_and_counts_the_rest(names, most):
    text = wording.listed(names, most)
    assert all(name in text for name in names[:most])
    assert (f"{len(names) - most} more" in text) == (len(names) > most)


def test_a_formula_is_read_and_not_decoded():
    said = wording.formula_in_words("100 * (it_spend - it_budget) / units_hit_it")
    assert said == "100 × (IT spend − IT budget) / units hit it"


def test_a_name_that_runs_from_right_to_left_turns_nothing_round():
    assert wording.short_name("מדד") == "\u2068מדד\u2069"
    assert len(wording.short_name("x" * 500)) == wording.LONGEST_NAME


def test_a_table_escapes_what_it_is_given_and_keeps_what_is_safe():
    html = wording.html_table(["KPI", "Status"], [("<b>", wording.Markup("<i>ok</i>"))], "A & B", ["left", "right"])
    assert "&lt;b&gt;" in html
    assert "<i>ok</i>" in html
    assert "<caption" in html
    assert "A &amp; B" in html
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 1
    assert "text-align: right" in html


def test_a_column_of_short_texts_keeps_no_room():
    html = wording.html_table(["no", "link"], [("1", "Training hours per person")], "Links")
    assert html.count("min-width: 7em") == 2  # head and cell of the long one


NONE = math.nan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (wording.number(83.242), "83.2"),
        (wording.number(-1234.5, 0), "−1,234"),
        (wording.number(-0.01), "0.0"),
        (wording.number(NONE, none="–"), "–"),
        (wording.signed(3.14), "+3.1"),
        (wording.signed(-0.04), "−0.04"),
        (wording.signed(0.001), "0"),
        (wording.amount(1234.5), "1,230"),
        (wording.amount(-0.04567), "−0.0457"),
        (wording.amount(0.9999), "1"),
        (wording.amount(0.000012), "1.2e−05"),
        (wording.money(120000.0), "120,000"),
        (wording.money(0.5), "0.5"),
        (wording.percent(0.62), "62 %"),
        (wording.percent(0.999), "over 99 %"),
        (wording.percent(0.001), "under 1 %"),
        (wording.probability(0.3781), "0.378"),
        (wording.probability(3e-9), "< 0.001"),
        (wording.month_name("2026-06"), "June 2026"),
        (wording.counted(1, "KPI"), "1 KPI"),
        (wording.counted(3000, "KPI"), "3,000 KPIs"),
        (wording.counted(2, "KPI lacks", "KPIs lack"), "2 KPIs lack"),
        (wording.listed(["Cost", "Speed", "Trust"]), "Cost, Speed and Trust"),
        (wording.listed(["Cost", "Speed", "Trust"], most=1), "Cost and 2 more"),
        (wording.listed(["Staff who leave, a year", "Cost", "Speed"]), "Staff who leave, a year; Cost and Speed"),
        (wording.listed(["“Leave, a year”", "“Cost”", "“Speed”"]), "“Leave, a year”, “Cost” and “Speed”"),
        (wording.arrow("mttr", "sla-met"), "mttr → sla-met"),
    ],
)
def test_as_a_person_writes_it(text, said):
    assert text == said


@pytest.mark.parametrize(
    ("without", "with_", "effect", "whether"),
    [
        ("84.1", "87.1", "+3.0", True),
        ("84.1", "87.1", "+2.96", True),
        ("84.1", "87.1", "+2.90", False),
        ("12.2 %", "11.5 %", "−0.7", True),
        ("1,200 EUR", "1,100 EUR", "−100", True),
        ("−3.0", "−4.0", "+1.0", False),
        ("no data", "1", "+1", True),
    ],
)
def test_an_effect_is_one_level_minus_the_other(without, with_, effect, whether):
    assert wording.adds_up(without, with_, effect) is whether


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("what they *do* or *learn*", "what they <em>do</em> or <em>learn</em>"),
        ("`kpi.role` says it", "<code>kpi.role</code> says it"),
        ("100 * (a - b) / c * d", "100 * (a - b) / c * d"),
        ("`a * b * c` and *d*", "<code>a * b * c</code> and <em>d</em>"),
        ("<b> & `x<y`", "&lt;b&gt; &amp; <code>x&lt;y</code>"),
        ("one ` alone, 2*3*4", "one ` alone, 2*3*4"),
    ],
    ids=["stressed", "code", "formula", "both", "escaped", "alone"],
)
def test_no_markup_is_left_in_what_a_person_reads(text, markup):
    assert wording.prose_html(text) == markup


def test_nothing_ahead_is_certain():
    shares = (0.0, 0.04, 0.37, 0.96, 1.0)
    assert [wording.chance(share) for share in shares] == ["under 1 %", "4 %", "37 %", "96 %", "over 99 %"]
    tens = ["under 10 %", "under 10 %", "about 40 %", "over 90 %", "over 90 %"]
    assert [wording.chance(share, tens=True) for share in shares] == tens
    assert wording.chance(math.nan) == "–"
