import re

import pandas as pd
import pytest
from oddities import actuals, card, kpi, months

from bsclib import load_dataset, score
from bsclib.model.periods import span
from bsclib.reporting.briefing import signal_sentences, signal_table, two_words
from bsclib.reporting.briefing.two_words import no_chance
from bsclib.signals import process_behaviour, target_chances, variation_and_assurance


@pytest.fixture(scope="module")
def meridian():
    scorecard, rows = load_dataset("meridian")
    return scorecard, rows, score(scorecard, rows)


def plain(table):
    """The table with spaces that break."""
    return table.map(lambda cell: cell.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NON-BREAKING HYPHEN}", "-"))


@pytest.mark.parametrize("unit", ["", "Genoa"])
def test_one_units_words_are_those_of_the_whole_frame(meridian, unit):
    scorecard, rows, scores = meridian
    told = two_words(scores, scorecard, rows, unit).set_index("kpi")
    whole = variation_and_assurance(process_behaviour(rows, scorecard), scorecard)
    whole = whole[whole["unit"] == unit].set_index("kpi")
    assert told["variation"].equals(whole["variation"])
    assert told["assurance"].equals(whole["assurance"])
    chances = target_chances(rows, scorecard)
    assert told["chance"].to_dict() == chances[chances["unit"] == unit].set_index("kpi")["chance"].to_dict()


def test_actuals_after_the_scores_do_not_count(meridian):
    scorecard, rows, _ = meridian
    earlier = score(scorecard, rows, as_of="2025-06")
    told = two_words(earlier, scorecard, rows)
    early = [span(period)[1] <= span("2025-06")[1] for period in rows["period"].astype(str)]
    assert told["period"].max() <= "2025-Q2"
    assert told.equals(two_words(earlier, scorecard, rows[early]))


def test_the_sentence_counts_what_the_table_shows(meridian):
    scorecard, rows, scores = meridian
    told = two_words(scores, scorecard, rows, "Genoa")
    said = " ".join(signal_sentences(told, scorecard))
    assert said.startswith(f"{told['signal'].sum()} KPIs show a signal this month, where about 0.")
    shown = plain(signal_table(told, scorecard))
    luck = ((shown["assurance"] == "≈ hit and miss").to_numpy() & ~told["signal"].to_numpy()).sum()
    assert f"For {luck} others a single month says little" in said, "those with a signal are named before"
    assert len(shown) == len(told)
    shown = shown.set_index("kpi")
    assert shown.loc["Availability of the freight systems", ["expected", "80 %"]].map(figures).tolist() == [[2], [2, 2]]
    assert shown["80 %"].str.count("EUR|%| h$").max() == 1  # the unit, once


def test_a_signal_against_its_status_says_so(meridian):
    """Deployments fall short of their own usual course, and are more than expected all the same."""
    scorecard, rows, scores = meridian
    said = " ".join(signal_sentences(two_words(scores, scorecard, rows), scorecard))
    assert "Deployments (on target all the same)" in said
    assert said.count("all the same") == 1


def figures(text):
    """How many decimals each number of a text has."""
    return [len(part) for part in re.findall(r"\.(\d+)", text)]


def test_three_months_say_that_they_are_too_few():
    rows = actuals(*months())
    told = two_words(score(card(), rows), card(), rows)
    assert signal_sentences(told, card()) == ["There are too few months to tell a signal from noise: 12 are needed."]
    row = plain(signal_table(told, card())).iloc[0]
    assert (row["variation"], row["assurance"]) == ("? too little data", "? too little data")
    assert row["expected"] == "6"


def test_one_month_has_no_band_and_a_unit_without_actuals_no_rows():
    rows = actuals(("north", "k0", "2025-01", 5.0))
    two = card(kpi(), kpi("k1"))
    scores = score(two, rows)
    row = signal_table(two_words(scores, two, rows), two).iloc[0]
    assert (row["80 %"], row["90 %"], row["chance"]) == ("–", "–", "–")
    nobody = two_words(scores, two, rows, "south")
    assert nobody.empty
    assert signal_table(nobody, two).empty
    assert signal_sentences(nobody, two)[0].startswith("There are too few months")


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ([0.001, 0.004], "Look at the last column: every chance here is under 1 %, so waiting will not do."),
        ([0.001, 0.02], "Look at the last column: no chance here is above 2 %, so waiting will not do."),
        ([0.001, 0.2], ""),
        ([], ""),
    ],
    ids=["under", "above", "likely", "none"],
)
def test_waiting_will_not_do_where_every_chance_is_small(chances, said):
    assert no_chance(pd.DataFrame({"chance": chances}, dtype=float)) == said


def test_nothing_ahead_is_certain():
    rows = actuals(*months())
    told = two_words(score(card(), rows), card(), rows)
    assert [signal_table(told.assign(chance=one), card())["chance"].iloc[0] for one in (0.0, 1.0)] == [
        "under\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}%",
        "over\N{NO-BREAK SPACE}99\N{NO-BREAK SPACE}%",
    ]
