import numpy as np
import oddities
import pandas as pd
import pytest

from bsclib import load_dataset
from bsclib.signals import action_effects, process_behaviour, target_chances, variation_and_assurance
from bsclib.signals.alarm_rates import false_alarm_rate
from bsclib.signals.prediction import D2, moving_ranges
from bsclib.signals.run_rules import fired
from bsclib.study.lessons import lesson_08 as aloud
from bsclib.study.lessons.lesson_08 import first_months, shipped, watched, what_is_missing, without_events


def test_a_scorecard_with_enough_months_is_shown_itself():
    scorecard, actuals = load_dataset("lakeside")
    own = watched(scorecard, actuals)
    assert own.scorecard is scorecard
    assert what_is_missing(scorecard, own, actuals) == ""


def test_beside_three_months_meridian_is_shown_and_it_is_said_why():
    card, actuals = oddities.card(), oddities.actuals(*oddities.months())
    beside = watched(card, actuals)
    assert beside is shipped()
    assert what_is_missing(card, beside, actuals) == (
        "Odd has 3 periods of actuals. Limits take 12 points of a KPI, and the effect of an action 12 months on each "
        "side of it. So you see the charts of Meridian Freight IT beside it."
    )


def test_without_any_actual_meridian_is_shown():
    card = oddities.card()
    nothing = pd.DataFrame({"kpi": ["k0"], "period": ["2025-01"], "actual": [float("nan")]})
    assert watched(card, nothing) is shipped()


def test_without_events_nothing_else_is_lost():
    card = shipped().scorecard
    assert without_events(card).events == ()
    assert without_events(card).kpis == card.kpis


def test_a_new_definition_takes_nearly_all_signals_away_and_a_one_off_few():
    assert aloud.read_marks(shipped()) == (
        "“Changes that failed” has 8 signals. With December 2025 as a new definition 1 is left, and as a one-off 5."
    )


def test_without_a_signal_there_is_nothing_to_mark():
    card, chart = shipped().scorecard, shipped().behaviour.assign(signal=False)
    assert "nothing to mark" in aloud.read_marks(aloud.Watched(card, shipped().actuals, chart))


def test_the_numbers_that_the_prose_states():
    """Of the KPI that the director asks about, and of the time to restore when its break is forgotten."""
    chart = shipped().behaviour.query("unit == '' and kpi == 'first-contact-resolution'").iloc[-1]
    assert [round(chart[column], 1) for column in ("actual", "lower", "upper")] == [67.1, 63.2, 69.8]
    forgotten = process_behaviour(shipped().actuals, without_events(shipped().scorecard))
    assert forgotten.query("unit == '' and kpi == 'mttr'").tail(36)["signal"].sum() == 13
    assert shipped().behaviour.query("unit == '' and kpi == 'mttr'").tail(36)["signal"].sum() == 0


def test_decembers_lie_above_the_plain_limit_of_the_exercise():
    """As the text below the chart by the plain formula says; the limit is the exercise's answer."""
    plainly = process_behaviour(shipped().actuals, shipped().scorecard, adjust=())
    chart = plainly.query("unit == '' and kpi == 'budget-variance'").tail(36).set_index("period")
    assert chart["upper"].round(2).eq(1.67).all()
    assert (chart.loc[["2024-12", "2025-12"], "actual"] > 1.67).all()
    every = plainly.query("unit == '' and kpi == 'budget-variance'").set_index("period")["actual"]
    full = every[:"2025-12"]
    assert set(full.groupby(full.index.str[:4]).idxmax().str[5:]) == {"12"}
    assert every["2026-05":].min() > full.max()  # the two months worth a question lie above every December
    low, high = shipped().scorecard.kpi("budget-variance").range
    assert (low, high) == (-3, 2)
    assert low < every["2025-12"] < high


def test_false_alarms_by_series_and_by_month_go_together():
    """21 of 100 series within a year, each in 1.8 months, are 37 of 1,200 months; more months, surer limits."""
    values = np.random.default_rng(18).standard_normal((4_000, 48))
    shares = []
    for baseline in (24, 36):
        own = values[:, :baseline]
        sigma = np.nanmean(moving_ranges(own), axis=1, keepdims=True) / D2
        places = (values[:, baseline:] - own.mean(axis=1, keepdims=True)) / sigma
        called = fired(places, "wheeler")[0][:, -12:] > 0
        shares.append(called.any(axis=1).mean())
        if baseline == 24:
            assert called.any(axis=1).mean() == pytest.approx(0.21, abs=0.005)
            assert called.sum() / called.any(axis=1).sum() == pytest.approx(1.8, abs=0.05)
            assert called.mean() == pytest.approx(37 / 1200, abs=0.0005)
            assert called.mean() == pytest.approx(false_alarm_rate("wheeler"))
    assert shares[1] < shares[0]


def test_the_register_says_from_when_on_an_effect_counts():
    rows = aloud.register(shipped().scorecard).set_index("action")
    loan = rows.loc["Lend Genoa one engineer of Rotterdam's for the evenings"]
    assert (loan["state"], loan["effect_counts_from"]) == ("finished, April 2026", "June 2026")
    held = rows.loc["Give a reason for each hold of more than two days, and read them out every week"]
    assert (held["state"], held["effect_counts_from"]) == ("under way", "–")


def test_the_first_word_is_said_as_the_report_says_it():
    words = variation_and_assurance(shipped().behaviour, shipped().scorecard).query("unit == ''")
    rows = aloud.in_two_words(words, shipped().scorecard.names).set_index("kpi")
    assert list(rows.loc["User satisfaction after a ticket"]) == ["improving", "better in the long run", "never met"]
    assert list(rows.loc["Budget variance"]) == ["worsening", "worse than usual", "hit and miss"]


def test_a_run_of_eight_comes_by_chance_in_one_chart_of_nine():
    """Of 36 months, each above the centre or below it by even chance: counted by the length of the run so far."""
    chances = [1.0, *[0.0] * 6]  # of runs of 1 to 7 months, none of 8 yet
    for _ in range(35):
        chances = [sum(chances) / 2, *[one / 2 for one in chances[:-1]]]
    assert 1 - sum(chances) == pytest.approx(1 / 9, abs=0.004)


def test_what_the_answers_say_of_the_actions():
    """No effect of the loan that fits is better; and what was wanted tells two actions without an effect apart."""
    effects = action_effects(shipped().scorecard, shipped().actuals).set_index("action")
    loan = effects.loc["evening-roster"]
    assert (loan["verdict"], loan["months_after"], loan["months_needed"]) == ("too_early", 1, 3)
    assert loan["low"] > 0
    wanted = {action.id: action.expected_effect for action in shipped().scorecard.actions}
    assert effects.loc["pipeline", "verdict"] == "too_little_data"
    assert effects.loc["pipeline", "low"] < 0 < wanted["pipeline"] < effects.loc["pipeline", "high"]
    assert effects.loc["second-reader", "verdict"] == "no_effect_seen"
    assert wanted["second-reader"] < effects.loc["second-reader", "low"] < 0 < effects.loc["second-reader", "high"]


def test_the_band_of_genoas_booked_hours_rises_with_a_trend_since_2025():
    chart = shipped().behaviour.query("unit == 'Genoa' and kpi == 'utilisation'").set_index("period")["trend"]
    assert chart[:"2025-06"].eq(0).all()
    assert chart["2026-06"] > chart["2025-07"] > 0


def test_a_month_is_spoken_and_a_value_has_its_unit():
    chances = target_chances(shipped().actuals, shipped().scorecard)
    rows = aloud.lowest_chances(shipped(), chances)
    assert rows["month"].iloc[0] == "December 2026"
    assert rows.set_index("kpi").loc["IT cost per user", "target"] == "200 EUR"
    assert aloud.count_signals(pd.DataFrame({"unit": ["", "Genoa"]}), 0.4, 0.13) == (
        "Signals this month, in all KPIs of all units: 2. By chance there would be about 0. "
        "The organisation's own KPIs show 1 of them, and by chance there would be about 0.1."
    )


def test_the_first_months_are_those_of_a_kpi_that_moves():
    found = first_months(shipped())
    assert found is not None
    id, values = found
    assert (id, len(values)) == ("budget-variance", 24)
    assert first_months(watched(*load_dataset("lakeside"))) is not None


ALARMS = pd.DataFrame({"world": ["trend"], "raw": 0.91, "false_alarm": 0.13, "found": 0.73})
SIGNALS = pd.DataFrame({"kpi": ["Time"], "unit": ["Genoa"], "surprise": [8.3]})
WORDS = pd.DataFrame(
    {"kpi": ["Cost", "Time"], "variation": ["worsening", "improving"], "assurance": ["hit and miss", "never met"]}
)
CHANCES = pd.DataFrame({"kpi": ["Cost"], "forecast": ["212 EUR"], "target": ["200 EUR"], "chance": ["under 1 %"]})
DECIDE = pd.DataFrame({"about": ["Cost"], "owner": ["Controller"], "decide": ["Finished, or another date?"]})


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            aloud.read_alarms(ALARMS),
            "Look at the series with a trend: 91 % of them show a signal within a year, and nothing has changed. "
            "Once the trend is taken out it is 13 %, and 73 % of real changes are still found.",
        ),
        (
            aloud.read_signals(SIGNALS, 26, 5.2),
            "Look at “Time” in Genoa: its last months together lie 8.3 times as far from the centre as chance usually "
            "puts them. This is its surprise, and a long run counts more than one month. "
            "About 5 of the 26 signals come by chance, and nobody can say which. "
            "So begin at the top, where the surprise is largest.",
        ),
        (aloud.read_signals(SIGNALS.iloc[:0], 0, 5.2), ""),
        (
            aloud.read_words(WORDS),
            "Look at “Time”: it gets better, and it never meets its target, so it has to get better faster. "
            "1 of 2 targets lies inside the limits, so whether a month meets it is luck.",
        ),
        (aloud.read_words(WORDS.head(1)), "1 of 1 target lies inside the limits, so whether a month meets it is luck."),
        (
            aloud.read_chances(CHANCES),
            "Look at the first row: “Cost” goes to 212 EUR by itself, and 200 EUR is wanted. "
            "With a chance of under 1 %, waiting is no plan.",
        ),
        (aloud.read_chances(CHANCES.iloc[:0]), ""),
        (
            aloud.read_decisions(DECIDE),
            "Look at the first row. Its owner (Controller) has one thing to say: Finished, or another date?",
        ),
        (aloud.read_decisions(DECIDE.iloc[:0]), ""),
    ],
    ids=["alarms", "signals", "none", "words", "luck", "chance", "sure", "decide", "nothing"],
)
def test_what_is_read(said, text):
    assert said == text


def test_an_effect_is_read_with_the_smallest_that_fits():
    card = shipped().scorecard
    row = {"kpi": "utilisation", "verdict": "effect_seen", "low": 5.3, "high": 9.8}
    said = aloud.read_effects(card, pd.DataFrame([row]))
    assert said.startswith("Look at “Booked share of working hours”: even the smallest effect that fits the data is +5")
    assert aloud.read_effects(card, pd.DataFrame([row | {"verdict": "too_early"}])) == "No effect is seen yet."
