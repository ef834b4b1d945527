"""What lesson 04 reads aloud, from the evidence that `mapped` writes down."""

from types import SimpleNamespace

import pandas as pd
import pytest
from mapped import case

from bsclib import link_evidence
from bsclib.causality import adjustment_steps, causal_chains, lag_scan, placebo_check
from bsclib.files.datasets import load_dataset
from bsclib.study.lessons import lesson_04 as aloud
from bsclib.study.lessons import lesson_04_link as one_link
from bsclib.study.lessons.spurious import spurious_pair

MILESTONES = ("project-on-time", "benefits-realised")


@pytest.fixture(scope="module")
def meridian():
    return link_evidence(*load_dataset("meridian"))


@pytest.fixture(scope="module")
def shop():
    return case()


def test_the_map_and_its_first_claim(shop):
    assert aloud.read_map(shop.scorecard) == (
        "The map makes 4 claims. Look at “Do it”: its KPI “Courses” begins 1 link, and no KPI begins more. "
        "If “Courses” does nothing, it falls."
    )
    meridian = load_dataset("meridian")[0]
    assert aloud.read_map(meridian).startswith(
        "The map makes 20 claims. The picture shows 16 arrows. 4 claims lie within an objective, without an arrow. "
        "Look at “Grow the skills we will need”: its KPI “Training hours per person” "
    )
    assert aloud.read_claim(shop.scorecard) == (
        "Read link 1 aloud. When “Courses” rises by one, “Speed” rises by 0.2 or more, 3 months later."
    )


@pytest.mark.parametrize(
    ("tested", "says"),
    [
        (0.05, "keeps its promise of about 5 %"),
        (0.08, "is a little too willing, for a promise of 5 %"),
        (0.09, "is fooled as well"),
    ],
    ids=["good", "by chance", "bad"],
)
def test_how_often_a_test_is_fooled(tested, says):
    said = aloud.read_fooled(pd.Series({"plain": 0.98, "tested": tested, "replicates": 200}))
    assert said.startswith("No pair is linked, and yet plain correlation says yes to 98 % of them.")
    assert said.endswith(f"{says}.")


@pytest.mark.parametrize(
    ("last", "says"),
    [
        (1.0, "That is 2.00 less, which “a” did not bring about. Step by step: −2.00 by step 1."),
        (-1.0, "Even the direction"),
        (3.0, "only know that afterwards"),
    ],
    ids=["less", "turned", "alike"],
)
def test_what_is_left_of_an_estimate(last, says):
    assert says in one_link.read_steps(steps(3.0, last), "a", "b")


def test_a_step_that_goes_up_is_said_to_do_so():
    assert one_link.read_steps(steps(3.0, 1.7, 2.1, 1.9), "a", "b").endswith(
        "That is 1.10 less, which “a” did not bring about. Step by step: −1.30 by step 1, +0.40 by step 2 and −0.20 by "
        "step 3. What counts as plus had hidden a part of the effect."
    )


def steps(*estimates):
    return pd.DataFrame({"taken_out": [f"step {at}" for at in range(len(estimates))], "estimate": estimates})


def test_verdicts_and_the_answer(shop):
    told = aloud.read_verdicts(shop.evidence, shop.scorecard)
    assert told == (
        "Of 4 links: 1 supported, 1 refuted, 1 too little data and 1 not testable. Read row 1 aloud. When “Courses” "
        "rises by one, “Speed” rises by 0.50, 3 months later. The effect may lie between +0.30 and +0.70."
    )
    refuted = shop.evidence["verdict"].eq("refuted")
    assert aloud.read_verdicts(shop.evidence[refuted], shop.scorecard) == "Of 1 link: 1 refuted."
    chains = pd.DataFrame(
        {"chain": ["courses → speed", "courses → speed → smiles"], "verdict": ["supported", "refuted"]}
    )
    said = aloud.read_driver(shop.scorecard, shop.evidence.assign(cumulative=0.25), chains)
    assert said == (
        "The data support that it does something. When “Courses” rises by one, “Speed” rises by 0.25, in the long run. "
        "No way to “Smiles” is supported from end to end, so promise nothing there either."
    )
    narrow, wide = (pd.DataFrame({"low": [low], "high": [high]}) for low, high in ((0.5, 0.51), (-9.0, 9.0)))
    seen = shop.scorecard, shop.actuals
    told = one_link.read_link(shop.evidence, narrow, *seen, "courses", "speed")
    assert "lies beyond the grey block" in told
    assert told.endswith("Here it is wider, because many links are tested.")
    assert "wider" not in one_link.read_link(shop.evidence, wide, *seen, "courses", "speed")
    ends_in_it = one_link.read_link(shop.evidence, wide, *seen, "speed", "smiles")
    assert "ends before the grey block does: no effect on it would matter" in ends_in_it
    assert aloud.read_refuted(shop.evidence[refuted], shop.scorecard).startswith("Look at “Speed → Smiles”: ")
    assert aloud.read_refuted(shop.evidence[~refuted], shop.scorecard).startswith("No arrow is refuted.")


def test_a_claim_has_its_lag_and_its_least_effect_in_words(shop):
    assert aloud.claim_rows(shop.scorecard).iloc[0].tolist() == [1, "Courses → Speed", "+, 3 months", "0.2"]


def test_an_effect_on_a_percentage_is_told_in_points(meridian):
    card, actuals = load_dataset("meridian")
    first = aloud.claim_rows(card).iloc[0]
    assert first["link"].endswith("Solved at first contact")
    assert first["smallest_effect"] == "0.8 points"
    said = aloud.read_driver(card, meridian, causal_chains(meridian))
    assert (
        "When “Training hours per person” (in hours a month) rises by one, “Solved at first contact” rises by 2.8 "
        "points and “Changes that failed” falls by 3.0 points, in the long run." in said
    )
    assert (
        "From “Solved at first contact” supported links lead on to “User satisfaction after a ticket” and “Would "
        "recommend IT (net promoter score)”." in said
    ), "users feel it"
    assert "From “Changes that failed” supported links lead on to “Major incidents” and “Availability" in said
    assert said.endswith("No way to “Benefits realised” is supported from end to end, so promise nothing there either.")
    link = ("training-hours", "first-contact-resolution")
    told = one_link.read_link(meridian, adjustment_steps(card, actuals, *link), card, actuals, *link)
    assert told == (
        "Look at February 2026: both lines lie far below 0. On the right the whole bar, 1.55 to 2.64 points, lies "
        "beyond the grey block: even the smallest effect on it would matter. The table above says 1.59 to 2.30. Here "
        "it is wider, because many links are tested, and because nobody has said why one level changed."
    )
    unsure = one_link.read_link(meridian, adjustment_steps(card, actuals, *link), card, actuals, *MILESTONES)
    assert "ends beyond the grey block: only a part of it would matter" in unsure


def test_what_the_lesson_says_of_the_ports(meridian):
    """Below the explorer: how often each port has too little data, and which ports support what all refute or doubt."""
    card, actuals = load_dataset("meridian")
    ports = sorted(set(actuals["unit"].astype(str)) - {""})
    tested = {port: link_evidence(card, actuals, port) for port in ports}
    found = {port: rows["verdict"] for port, rows in tested.items()}
    wide = pd.DataFrame({port: rows["high"] - rows["low"] for port, rows in tested.items()})
    middle = wide.div(wide.mean(axis=1), axis=0).median()
    assert middle["Genoa"] == middle.max(), "its intervals are no narrower than those of the others"
    larger = tested["Genoa"]["estimate"].iloc[[2, 16]] / meridian["estimate"].iloc[[2, 16]]
    assert larger.round().tolist() == [3, 3], "its effects of links 3 and 17 look about three times as large"
    too_little = {port: int((verdicts == "too_little_data").sum()) for port, verdicts in found.items()}
    assert too_little == {"Antwerp": 6, "Genoa": 2, "Hamburg": 3, "Rotterdam": 6, "Valencia": 3}
    assert int((meridian["verdict"] == "too_little_data").sum()) == 2
    support = {number: [p for p in ports if found[p].iloc[number - 1] == "supported"] for number in (3, 17)}
    assert support == {3: ["Genoa", "Valencia"], 17: ["Genoa", "Hamburg"]}
    assert meridian["verdict"].iloc[[2, 16]].tolist() == ["too_little_data", "refuted"]


def test_what_to_do_about_the_links_that_are_not_supported(meridian):
    said = "Wait for 3 and 18. Pay for nothing that counts on 17. Take 20 off the map, or state it better."
    assert aloud.read_reasons(meridian) == said
    assert aloud.read_reasons(meridian[meridian["verdict"] == "supported"]) == ""


def test_what_was_taken_out_of_the_link_that_is_followed():
    """The trend and the known breaks; the season had hidden a part, so the calendar took nothing."""
    card, actuals = load_dataset("meridian")
    steps = adjustment_steps(card, actuals, "training-hours", "first-contact-resolution")
    assert one_link.read_steps(steps, "training", "it").endswith(
        "In the end it is 1.94. That is 1.43 less, which “training” did not bring about. Step by step: −0.87 by the "
        "trend, −0.76 by the known breaks, +0.35 by the season and −0.15 by the effect's own past. What counts as "
        "plus had hidden a part of the effect."
    ), "the steps add up to what is less"
    assert one_link.step_rows(steps)["estimate"].tolist() == ["3.37", "2.50", "1.74", "2.09", "1.94"]


def test_a_pair_is_read_as_its_picture_says():
    pair = spurious_pair("trend")
    assert aloud.read_pair(pair) == (
        "The pair in the picture correlates at +0.62 as observed, and at +0.07 without trend, season and own past."
    )


def test_links_are_called_by_the_names_of_their_kpis(shop):
    rows = aloud.verdict_rows(shop.evidence, shop.scorecard)
    assert rows["link"].tolist()[0] == "Courses → Speed"
    assert len(rows.columns) <= 6


def test_the_first_month_and_the_long_run_have_a_column_each(shop):
    evidence = shop.evidence.assign(
        estimate=0.25, low=0.1, high=0.4, cumulative=0.5, robust=[True, False, pd.NA, pd.NA]
    )
    rows = aloud.verdict_rows(evidence, shop.scorecard)
    assert rows.loc[0, ["adds_at_the_lag", "adds_in_the_long_run"]].tolist() == [
        "+0.25 (+0.10\u00a0to\u00a0+0.40)",
        "+0.50",
    ]
    assert rows["claims"].tolist()[:2] == ["+, 3 months, at least 0.2", "+, 0 months, at least 0.1"]
    assert [verdict.partition(", ")[2] for verdict in rows["verdict"]] == ["robust", "not robust", "", ""]


def test_chains(shop):
    chains = pd.DataFrame(
        [("courses → speed → smiles", 2, 0.06, 3, "refuted", "speed → smiles")],
        columns=["chain", "links", "effect", "lag", "verdict", "weakest"],
    )
    shown = aloud.chain_rows(chains, shop.scorecard)
    assert shown["chain"].item() == "Courses → Speed → Smiles"
    assert aloud.read_chains(shown).endswith("The longest has 2 links. It hangs on “Speed → Smiles”, its weakest.")
    assert aloud.read_chains(chains.iloc[:0]) == ""


def test_units_and_truth():
    each = pd.DataFrame(
        {"unit": ["", "A", "B"], "estimate": [1.0, 0.5, -0.1], "verdict": ["supported"] * 2 + ["refuted"]}
    )
    assert one_link.read_units(each).startswith("In 1 of 2 units the effect goes the same way")
    assert one_link.read_units(each.iloc[:1]) == ""
    grades = pd.DataFrame({"links": [4, 2], "found": [2, 1], "false": [1, 1], "missed": [1, 2]})
    assert aloud.read_truth(grades) == (
        "Of 4 links that were drawn, 2 exist as drawn and 1 does not; 1 more is arithmetic, or stated wrongly. 1 link "
        "exists that nobody drew. Of 2 that the data support, 1 exists."
    )


def test_the_numbers_of_the_units_have_the_same_decimals():
    each = pd.DataFrame({"unit": ["", "A"], "estimate": [1.94, 1.2], "low": [1.5, 0.576], "high": [2.6, 3.43]})
    rows = one_link.unit_rows(each.assign(verdict="too_little_data"))
    assert rows.to_numpy().tolist() == [
        ["all together", "1.94", "1.50", "2.60", "too little data"],
        ["A", "1.20", "0.58", "3.43", "too little data"],
    ]


def test_placebos_that_pass_are_held_against_those_that_would_by_chance(meridian):
    assert aloud.read_placebos(placebo_check(meridian)) == (
        "13 pass, and about 11 would by chance. That is no warning."
    )
    assert aloud.read_placebos(pd.DataFrame()) == ""


def test_a_reason_of_several_parts_is_a_sentence_each():
    assert aloud.in_sentences("At most 2 is left; the lag found is 3 months.") == (
        "At most 2 is left. The lag found is 3 months."
    )


def test_a_long_chain_names_its_ends():
    letters = "abcdefgh"
    card = SimpleNamespace(kpi=lambda _: SimpleNamespace(measured_in="%"), names={one: one.upper() for one in letters})
    chains = pd.DataFrame({"chain": [" → ".join(letters)], "weakest": ["g → h"], "effect": 1.0, "verdict": "refuted"})
    assert aloud.chain_rows(chains, card)["chain"].item() == "A → B → C → (4 KPIs between) → H"


def test_a_scan_of_noise_is_read_aloud():
    pair = spurious_pair("lag_scan")
    assert aloud.read_scan(lag_scan(pair["cause"], pair["effect"])) == (
        "Look at the bar of 6 months: the correlation is −0.31. Of the 13 bars 1 passes, and there is nothing to find."
    )


def test_a_label_of_the_map_names_another_lag_where_a_supported_link_is_clearest_later(meridian):
    evidence = meridian
    late = evidence[evidence["lag_found"].ne(evidence["lag"]) & evidence["lag_found"].notna()]
    assert late[["lag", "lag_found", "verdict"]].to_numpy().tolist() == [[2, 3, "supported"]]
    assert late.index.tolist() == [18], "link 19, as the lesson says"


def test_the_explorer_opens_at_the_first_unit():
    scores = pd.DataFrame({"unit": ["", "b", "a"]})
    assert aloud.one_unit(scores) == "a"
    assert aloud.one_unit(scores[scores["unit"] == ""]) == ""


def test_how_many_months_the_tests_could_use(meridian):
    assert meridian["months"].iloc[[2, 17]].tolist() == [57, 54]
