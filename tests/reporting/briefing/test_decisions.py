"""What is to be decided: each rule speaks where it should, and is silent on a scorecard where it should not."""

import oddities
import pandas as pd
import pytest

from bsclib import load_dataset, score
from bsclib.reporting import briefing
from bsclib.reporting.briefing.decided import gone_wrong
from bsclib.signals import action_effects

MOST_WORDS = 225
"""On the first screen, which is 900 pixels high."""


def decided(card, *rows, **how):
    return briefing.to_decide(score(card, oddities.actuals(*rows)), card, **how)


def off(*ids, month="2025-01", value=9):
    return [("", id, month, value) for id in ids]


def initiative(*changes, start="2025-01", name="Run", **more):
    moved = [{"kpi": id, "by": -1, **({"delay": delay} if delay else {})} for id, delay in changes]
    return {"id": name.casefold(), "name": name, "start": start, "changes": moved, **more}


# --------------------------------------------------------------------------------------------------- nothing is planned


def test_a_decision_has_a_verb_whom_to_ask_and_a_date():
    card = oddities.card(oddities.kpi(owner="Ana"), oddities.kpi("k1"), initiatives=[initiative(("k1", 0))])
    assert decided(card, *off("k0", "k1")) == [
        "Decide how to bring down KPI k0 (Ana). It costs 50.0 points, and nothing planned would improve it: ask for a "
        "plan by February 2025."
    ]
    assert decided(card, *off("k0", "k1", month="2025-12"))[0].endswith("a plan by January 2026.")


@pytest.mark.parametrize(
    ("amiss", "said"),
    [
        ((), "No KPI is off target, so none needs a decision."),
        (("k0",), "There is a plan for the only KPI off target."),
        (
            ("k1",),
            "Decide how to bring down KPI k1. It costs 33.3 points, and nothing planned would improve it: name who",
        ),
        (("k0", "k1"), "Decide how to bring down KPI k1. It costs 33.3 points"),
        (("k1", "k2"), "Decide how to bring down KPI k1 and KPI k2. These cost 66.7 points, and nothing planned would"),
    ],
)
def test_what_is_to_be_decided_is_what_nobody_works_on(amiss, said):
    kpis = oddities.kpi(owner="Ana"), oddities.kpi("k1"), oddities.kpi("k2")
    card = oddities.card(*kpis, initiatives=[initiative(("k0", 0))])
    (text,) = decided(card, *off(*amiss), *off(*({"k0", "k1", "k2"} - {*amiss}), value=4))
    assert text.startswith(said)


def test_of_many_the_most_costly_are_named_and_the_others_counted():
    many = oddities.card(*(oddities.kpi(f"k{at}", owner="Ana", weight=9 - at) for at in range(6)))
    (text,) = decided(many, *off(*(f"k{at}" for at in range(6))))
    assert text.startswith("Decide how to bring down KPI k0, KPI k1 and KPI k2 (all Ana). These and 3 more cost 100.0 ")


def test_each_kpi_has_the_verb_of_its_direction():
    card = oddities.card(
        oddities.kpi(direction="higher_is_better", baseline=4, target=9, owner="Ana"),
        oddities.kpi("k1", owner="Bo"),
        oddities.kpi("k2", direction="within_range", baseline=None, target=[1, 2], owner="Cy"),
    )
    (text,) = decided(card, *off("k0", value=4), *off("k1", "k2"))
    assert text.startswith(
        "Decide how to raise KPI k0 (Ana), bring down KPI k1 (Bo), and bring KPI k2 (Cy) back into range. These "
    )


def test_who_answers_is_to_be_named_where_nobody_does():
    card = oddities.card(oddities.kpi(owner="Ana"), oddities.kpi("k1"))
    (text,) = decided(card, *off("k0", "k1"))
    assert text.endswith("improve them: name who answers for KPI k1, and ask for a plan by February 2025.")
    assert "name who" not in decided(oddities.card(oddities.kpi(owner="Ana")), *off("k0"))[0]


# ------------------------------------------------------------------------------------------------- one plan for several


def one_plan(*kpis, initiatives, actions=()):
    return oddities.card(*kpis, initiatives=initiatives, actions=list(actions))


def three(weight=3):
    return oddities.kpi(weight=2), oddities.kpi("k1", weight=2), oddities.kpi("k2", weight=weight)


def test_kpis_that_hang_on_one_plan_are_named_with_it_where_they_cost_most():
    work = initiative(("k0", 0), ("k1", 0), owner="Bo")
    context, asked = decided(one_plan(*three(), initiatives=[work]), *off("k0", "k1"), *off("k2", value=4))
    assert context == "There is a plan for both KPIs off target."
    assert asked.startswith("Is “Run”")
    said = decided(one_plan(*three(), initiatives=[work]), *off("k0", "k1", "k2"))
    assert said[0] == (
        "Is “Run” (since January 2025) enough? Nothing else has begun for KPI k0 and KPI k1, which cost 57.1 points "
        "(Bo)."
    )
    assert said[1].startswith("Decide how to bring down KPI k2.")
    later = initiative(("k0", 5), ("k1", 3))
    said = decided(one_plan(*three(), initiatives=[later]), *off("k0", "k1", "k2"))
    assert said[0].startswith(
        "Is “Run” (since January 2025) enough, with its effect planned from April 2025 on? Nothing"
    )


def test_a_plan_of_which_nothing_else_has_begun_may_have_others_ahead():
    work = [initiative(("k0", 0), ("k1", 0)), initiative(("k1", 0), start="2025-09", name="Later")]
    assert "for KPI k0 and KPI k1," in decided(one_plan(*three(), initiatives=work), *off("k0", "k1", "k2"))[0]


@pytest.mark.parametrize(
    ("weight", "work", "amiss"),
    [
        (3, [initiative(("k0", 0)), initiative(("k1", 0), name="Other")], ("k0", "k1", "k2")),
        (3, [initiative(("k0", 0), ("k1", 0)), initiative(("k1", 0), name="Other")], ("k0", "k1", "k2")),
        (3, [initiative(("k0", 0), ("k1", 0), start="2025-09")], ("k0", "k1", "k2")),
        (9, [initiative(("k0", 0), ("k1", 0))], ("k0", "k1", "k2")),
        (3, [initiative(("k0", 0), ("k1", 0))], ("k0", "k2")),
        (3, [initiative(("k0", 0), ("k1", 0))], ()),
    ],
    ids=["a plan each", "one has two", "not begun", "another costs more", "one is off target", "none is"],
)
def test_no_plan_is_asked_about_that_does_not_carry_most(weight, work, amiss):
    card = one_plan(*three(weight), initiatives=work)
    said = decided(card, *off(*amiss), *off(*({"k0", "k1", "k2"} - {*amiss}), value=4))
    assert not any("enough" in text for text in said)


# ---------------------------------------------------------------------------------------------------- what waits, sinks


def test_what_costs_most_and_has_not_begun_is_asked_about():
    work, due = initiative(("k0", 0), start="2025-09"), {"id": "ask", "action": "Ask", "kpi": "k0", "due": "2025-Q2"}
    kpis = oddities.kpi(weight=2, owner="Ana"), oddities.kpi("k1")
    asked = {
        "Can KPI k0 wait until September 2025? It costs most, 66.7 points (Ana).": {"initiatives": [work]},
        "Can KPI k0 wait until June 2025? It costs most, 66.7 points (Ana).": {"initiatives": [work], "actions": [due]},
        "Can KPI k0 wait without a date? It costs most, 66.7 points (Ana).": {
            "initiatives": [{key: value for key, value in work.items() if key != "start"}]
        },
    }
    for said, each in asked.items():
        assert decided(oddities.card(*kpis, **each), *off("k0", "k1"))[0] == said
    begun = oddities.card(*kpis, actions=[due | {"state": "under_way"}])
    assert not any("wait" in text for text in decided(begun, *off("k0", "k1")))


def test_what_sinks_while_nothing_is_planned_is_to_decide_too():
    card = oddities.card(oddities.kpi(owner="Ana"), oddities.kpi("k1", name="Reopened (share)", owner="Bo"))
    told = pd.DataFrame({"kpi": ["k0", "k1"], "signal": [True, True], "variation": ["worsening", "improving"]})
    said = decided(card, *off("k0", value=5), *off("k1"), told=told)
    assert said[0].startswith("Decide how to bring down Reopened (Bo).")
    assert said[1] == "Ask why KPI k0 (Ana) is worse than usual: it is at risk, with nothing planned."
    fine = off("k0", value=5) + off("k1", value=4)
    assert decided(card, *fine, told=told)[0] == "No KPI is off target."
    assert len(decided(card, *fine, told=told)) == 2
    for silent in (told.assign(signal=False), told.assign(variation="improving"), None):
        assert decided(card, *fine, told=silent) == ["No KPI is off target, so none needs a decision."]


# ---------------------------------------------------------------------------------------------- what was decided before


def effect(**more):
    row = {"action": "a", "verdict": "too_early", "effect": 2.0, "low": 1.0, "high": 3.0, "months_needed": 3.0}
    return pd.DataFrame([row | more])


def acted(**more):
    action = {"id": "a", "action": "Ask", "kpi": "k0", "unit": "north", "owner": "Bo", "state": "finished"}
    return oddities.card(oddities.kpi(), actions=[action | {"finished": "2025-01", "delay": 1} | more])


def test_an_action_after_which_it_got_worse_is_named_with_the_month_that_tells():
    said = ["Judge “Ask” (Bo) in May 2025, when the data can tell more: so far KPI k0 moved the wrong way."]
    assert gone_wrong(acted(), effect(), "2025-03") == said, "from March on it can show, for three months"
    assert gone_wrong(acted(), effect(), "2025-03", "north") == said
    sure = gone_wrong(acted(), effect(verdict="effect_seen"), "2025-03")
    assert sure == ["Stop or change “Ask” (Bo): with it KPI k0 moved the wrong way."]
    assert decided(acted(), *off("k0", value=4), effects=effect())[1:] == said


@pytest.mark.parametrize(
    ("card", "effects", "unit"),
    [
        (acted(), effect(low=-1.0), None),
        (acted(), effect(effect=-2.0, low=-3.0, high=-1.0), None),
        (acted(), effect(verdict="no_effect_seen"), None),
        (acted(), effect(verdict="too_little_data", effect=float("nan"), low=float("nan"), high=float("nan")), None),
        (acted(outcome="Dropped"), effect(), None),
        (acted(finished="2025-09"), effect(), None),
        (acted(kpi="retired"), effect(), None),
        (acted(), effect(), "south"),
        (acted(), effect(action="b"), None),
    ],
    ids=["unsure", "better", "none", "no data", "settled", "later", "retired", "elsewhere", "another"],
)
def test_nothing_is_said_of_an_action_that_did_not_clearly_harm(card, effects, unit):
    assert gone_wrong(card, effects, "2025-03", unit) == []


# ----------------------------------------------------------------------------------------------------- the first screen


@pytest.mark.parametrize("name", ["meridian", "genoa", "operations", "lakeside"])
def test_the_first_screen_is_short(name):
    card, actuals = load_dataset(name)
    scores = score(card, actuals)
    effects = action_effects(card, actuals) if card.actions else None
    for unit in scores["unit"].cat.categories if name != "operations" else [""]:
        told = briefing.two_words(scores, card, actuals, unit)
        said = [briefing.headline(scores, unit), *briefing.to_decide(scores, card, unit, told, effects)]
        said.append(briefing.caveats(scores, card, unit))
        assert sum(len(text.split()) for text in said) <= MOST_WORDS, unit


def test_genoas_first_screen_names_the_one_plan_and_the_group_asks_about_training():
    card, actuals = load_dataset("meridian")
    scores = score(card, actuals)
    effects = action_effects(card, actuals)
    said = {unit: briefing.to_decide(scores, card, unit, effects=effects) for unit in ("", "Genoa", "Antwerp")}
    assert "Is “Fill the open posts in Genoa” (since May 2026) enough" in said["Genoa"][1]
    assert "which cost 9.9 points" in said["Genoa"][1]
    assert said[""][1].startswith("Can Training hours per person wait until September 2026?")
    assert said[""][-1] == said["Genoa"][-1]
    assert "in August 2026, when" in said[""][-1]
    assert not any("Judge" in text or "enough" in text for text in said["Antwerp"])
