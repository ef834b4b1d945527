"""What lesson 02 shows, and the set that it would have people defend."""

import json
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import oddities
import pandas as pd
import pytest

from bsclib.design import claimed_influence, dematel, rank_stability
from bsclib.design.selection.choice import choose
from bsclib.design.selection.kpi_tables import gaming_risks, unguarded, unmeasured
from bsclib.design.selection.shortlist import first_constraints, simple_choice
from bsclib.errors import BscError, UnknownNameError
from bsclib.files.catalogue import kpi_catalogue
from bsclib.files.datasets import load_dataset
from bsclib.files.paths import shipped_folder
from bsclib.files.scorecards import read_scorecard
from bsclib.model.edit import keep
from bsclib.study.answer_forms import key
from bsclib.study.lessons import aloud
from bsclib.study.lessons import lesson_02 as shown
from bsclib.study.lessons import lesson_02_depth as depth
from bsclib.study.lessons.lesson_02_monday import on_monday
from bsclib.study.lessons.lesson_02_shortlist import ids_of, replaced
from bsclib.study.lessons.one_page import her_choice
from bsclib.study.lessons.props import guarded_kpi


@pytest.fixture(scope="module")
def short():
    return shown.Shortlist(*load_dataset("meridian"))


def test_the_set_can_be_defended(short):
    assert short.apart == [("budget-variance", "cost-per-user")]
    assert {"sla-met", "on-hold-share", "availability"} <= set(short.chosen)
    assert unguarded(short.card, short.chosen).empty
    assert unmeasured(short.card, short.chosen).empty
    said = repr(shown.chosen(short))
    assert f"{len(short.chosen)} of 27 KPIs are chosen." in said
    assert "18 objectives need one each, and 4 guards come on top." in said
    assert "“Operational excellence” still has 9, though 4 to 7 are advised, because it holds 7 objectives" in said
    assert "“IT cost per user”" in said
    assert "guards: Tickets solved within the service level" in said
    assert "The head of delivery keeps 4 of 4. “Changes that failed” stays as the guard of “Deployments”." in said
    assert "“Budget variance” and “IT cost per user” move together" in repr(shown.framed(short))


def test_the_lesson_follows_the_kpis_of_the_one_who_asks(short):
    assert "added up over months and units first" in repr(shown.definition(short.card))
    assert shown.his_kpis(short.card).startswith("The head of delivery answers for “Benefits realised”, ")
    assert shown.games(short.card).text.index("Benefits realised") < shown.games(short.card).text.index(
        "IT cost per user"
    )
    assert "of all 27 KPIs, 4 that are easily gamed have no guard. Begin with “Benefits realised”." in repr(
        shown.games(short.card)
    )
    assert (
        "These are 6 of 39 for “Corporate contribution”, which has the fewest KPIs. Look at “Deviation from the "
        "spending forecast”: it leads, because it counts how well IT's own people foresee, before the year ends."
        in repr(shown.catalogue(short.card))
    )
    assert "no leading KPI" not in repr(shown.catalogue(short.card)), "exercise 2 asks for that"
    assert "−3.0 % to +2.0 %" in repr(shown.definition(short.card)), "without its range nobody could tell its status"
    assert shown.his_kpis(oddities.card()).startswith("Nobody is named here")


def test_what_the_set_leaves_out_is_told(short):
    """Drivers, and initiatives whose every KPI is left out."""
    leading = [kpi.id for kpi in short.card.kpis if kpi.role == "leading"]
    gone = [id for id in leading if id not in short.chosen]
    assert (len(leading), gone) == (5, ["engagement", "utilisation"])
    for id in gone:
        beside = short.card.kpis_of(short.card.kpi(id).objective)
        assert short.worth[id] < max(short.worth[one.id] for one in beside if one.id in short.chosen)
    said, mine = repr(shown.chosen(short)), keep(short.card, kpis=short.chosen)
    assert "Of 5 leading KPIs 3 stay: what is worth more covers the objective of the others." in said
    left = [one.name for one in short.card.initiatives if one.id not in {kept.id for kept in mine.initiatives}]
    assert left == ["Fill the open posts in Genoa", "Switch off idle cloud resources"]
    assert f"“{left[0]}” and “{left[1]}” lose every KPI that they should move" in said
    assert "15 links and 4 initiatives." in shown.mine_here(mine)


def test_the_matrix_by_hand_gives_the_weights_of_the_text():
    cells = json.loads((shipped_folder() / "notebooks" / "02_kpi_selection.ipynb").read_text(encoding="utf-8"))["cells"]
    text = next("".join(cell["source"]) for cell in cells if cell["id"] == "ahp-by-hand")
    rows = re.findall(r"^\| [ABC] \| (.+) \| (.+) \| (.+) \|$", text, flags=re.MULTILINE)
    roots = [float(np.prod([float(Fraction(one)) for one in row])) ** (1 / 3) for row in rows]
    assert roots == pytest.approx([2, 1, 0.5])
    assert ": {:.0%}, {:.0%} and {:.0%}.".format(*(root / sum(roots) for root in roots)).replace("%", " %") in text


def test_a_guard_stands_beside_the_trick_that_it_shows(short):
    """The catalogue's own trick is one that its own guard shows; another guard needs another trick."""
    said = repr(shown.games(short.card))
    assert "A ticket that is nearly late is put on hold, so that its clock stops." in said
    assert "A ticket that is late already stays open" not in said
    assert "guards: Cost per ticket. Calls are cut short, so that each ticket costs little." in repr(
        shown.chosen(short)
    )
    risks = gaming_risks(short.card).set_index("id")
    cut = "What a milestone has to deliver is cut until it fits the date."  # then fewer benefits are realised
    for id, row in risks[risks["guarded_by"] != ""].iterrows():
        own = shown.trick(short.card, id, row["guarded_by"])
        assert row["present"] == row["guarded_by"] or own != row["gamed_by"] or own == cut, id
    assert shown.trick(short.card, "major-incidents", "") == risks.loc["major-incidents", "gamed_by"]


def test_no_kpi_is_offered_as_its_own_guard(short):
    """The review names a counter-KPI of the catalogue: its name has to say what else it counts."""
    known = kpi_catalogue().set_index("id")["name"]
    counter = gaming_risks(short.card).set_index("id")["counter_kpi"]
    plain = {id: key(re.sub(r"\(.*\)", "", known[other])) for id, other in counter.items() if other in known}
    assert [id for id, name in plain.items() if name == key(short.card.names[id])] == []


def test_cut_has_nothing_to_do_in_the_running_case(short):
    """As the text below the chosen set says: both have one objective, so the first step takes one of them."""
    (one, other) = short.apart[0]
    assert short.card.kpi(one).objective == short.card.kpi(other).objective
    assert simple_choice(short.worth, short.card).equals(short.choice)


def test_the_answer_to_the_exercise_on_guards_does_not_stand_beside_it(short):
    asked = guarded_kpi(short.card)
    assert asked
    assert short.card.names[asked] not in shown.games(short.card).text
    assert guarded_kpi(oddities.card()) == ""


def test_a_correlation_whose_sign_turns_is_explained(short):
    said = repr(shown.correlated(short, "left"))
    assert "“Time tickets spend on hold” and “Days until a critical patch is installed” show −0.84 as they are" in said
    assert "Over the years one rose while the other fell, but from month to month they rise and fall together." in said
    turned = short.pairs.assign(raw=-short.pairs["raw"], left=-short.pairs["left"])
    other = replace(short)
    other.__dict__["pairs"] = turned
    assert "Over the years they rose or fell together, but from month to month one rises" in repr(
        shown.correlated(other, "left")
    )
    other.__dict__["pairs"] = turned.assign(raw=turned["left"])
    assert "The sign may turn" not in repr(shown.correlated(other, "left"))


def test_the_ranking_says_where_the_followed_kpis_stand(short):
    said = repr(shown.ranking(short))
    assert "Of the KPIs of the head of delivery, “Benefits realised” is number 20, worth 3.41," in said
    assert "“Deployments” is number 6" in said


def test_pictures_are_read_aloud(short):
    assert "“Deployments” came between place" in repr(
        depth.firm(short, rank_stability(short.rated, short.agreed.weights))
    )
    prices = pd.DataFrame({"constraint": ["a budget of 21", "at most 16 KPIs"], "gain": [3.15, 0.0]})
    assert "worth 3.15 more" in repr(aloud.dearest(prices))
    assert "No constraint holds" in repr(aloud.dearest(prices[1:]))
    relation = dematel(claimed_influence(short.card)).relation
    assert "“Grow the skills we will need” gives most" in repr(aloud.drivers(short.card, relation))
    assert repr(shown.held(short, short.chosen)).startswith(
        "Every chosen KPI that names a guard keeps one. Easily gamed, and without a guard to name: “Benefits"
    )


def test_what_a_set_leaves_open_is_said(short):
    said = repr(shown.held(short, ["sla-met"]))
    assert "Without any guard: “Tickets solved within the service level”." in said
    assert "Measured by nothing any more: " in said


def test_nothing_is_overruled_as_it_ships(short):
    assert short.rated.equals(short.proposed)
    other = shown.Shortlist(short.card, short.actuals, {("mttr", "relevance"): 1}, {("relevance", "timeliness"): 1})
    assert other.rated.loc["mttr", "relevance"] == 1
    assert other.agreed.weights["relevance"] < short.agreed.weights["relevance"]
    said = repr(shown.proposal(other))
    assert (
        "1 rating is overruled. Two more criteria are rated: “Benefits realised” gets 5 for measurability and" in said
    )
    assert said.index("Deployments") < said.index("Budget variance"), "those of the one who asks come first"


@pytest.mark.parametrize("kpi", ["mttr", "Mean time to restore", "mean time to restore"])
@pytest.mark.parametrize("criterion", ["cost_to_collect", "cost to collect"])
def test_a_rating_is_overruled_by_name_or_id(short, kpi, criterion):
    other = replace(short, overruled={(kpi, criterion): 4})
    assert (other.rated != other.proposed).to_numpy().sum() == 1
    assert other.rated.loc["mttr", "cost_to_collect"] == 4
    assert "1 of them is what the kit proposed" in repr(shown.proposal(replace(short, overruled={(kpi, criterion): 1})))


@pytest.mark.parametrize(
    ("overruled", "says"),
    [
        ({("nonsense", "timeliness"): 2}, "nonsense"),
        ({("mttr", "charm"): 2}, "charm"),
        ({("mttr", "timeliness"): 9}, "a whole number from 1 to 5"),
        ({("mttr", "timeliness"): "2"}, "a whole number from 1 to 5"),
    ],
)
def test_a_rating_that_cannot_be_is_refused(short, overruled, says):
    with pytest.raises(BscError, match=says):
        _ = replace(short, overruled=overruled).rated


def test_a_judgement_may_be_written_either_way_round_and_as_the_tables_say(short):
    one = replace(short, judged={("timeliness", "cost to collect"): 3})
    other = replace(short, judged={("cost_to_collect", "timeliness"): "1/3"})
    assert one.agreed.weights.to_dict() == pytest.approx(other.agreed.weights.to_dict())


def test_the_judgements_can_be_read(short):
    assert "relevance matters 2 times as much as measurability" in repr(shown.in_pairs(short))
    assert re.search(r"measurability +just as much +controllability", repr(shown.in_pairs(short)))
    assert "half as much" in repr(shown.in_pairs(short))
    assert "times as much resistance" not in repr(shown.in_pairs(short)).partition("cost to collect a quarter")[2]
    for times, said in {
        "1/7": "a seventh as much",
        "1 / 3": "a third as much",
        2.5: "2.5 times",
        "1/6.5": "1/6.5",
    }.items():
        judged = {("timeliness", "cost to collect"): times}
        assert f"{said}" in repr(shown.in_pairs(replace(short, judged=judged)))


def test_a_judgement_of_ones_own_is_followed_into_the_weights(short):
    own = replace(short, judged={("relevance", "cost to collect"): 2})
    assert "Your judgements move relevance most, from 34 % to 31 %." in repr(shown.weights(own))
    assert "Your judgements" not in repr(shown.weights(short))


def test_kpis_are_added_by_name_or_id(short):
    written = [*short.chosen, "Engagement of IT staff", "engagement"]
    assert ids_of(short.card, written) == shown.known(short.card, written) == [*short.chosen, "engagement"]
    assert ids_of(short.card, ["Staff who leave", "Mean time"]) == ["attrition", "mttr"]
    with pytest.raises(UnknownNameError, match="Engagement of IT staff"):
        ids_of(short.card, ["Engagement of IT stuff"])
    assert shown.known(short.card, [*short.chosen, "Engagement of IT stuff"]) == short.chosen
    assert shown.misread(short.card, [*short.chosen, "Engagement of IT stuff"]) == (
        "‘Engagement of IT stuff’ is no KPI here; did you mean “Engagement of IT staff”? So it is left out."
    )
    assert shown.misread(short.card, short.chosen) == ""


def test_the_one_that_is_first_most_often_need_not_be_the_first_row(short):
    ranks = pd.DataFrame(
        {"alternative": ["mttr", "csat"], "best_rank": [1, 1], "worst_rank": [2, 2], "chance_best": [0.49, 0.51]}
    )
    said = repr(depth.firm(short, ranks))
    assert "“User satisfaction after a ticket” is first most often, in 51 % of the draws." in said
    assert said.endswith("The next one is first in 49 %, so the first place is a toss-up.")
    ranks["chance_best"] = [0.2, 0.8]
    assert "toss-up" not in repr(depth.firm(short, ranks))


def test_a_scorecard_with_one_kpi_is_read_too():
    card, actuals = oddities.card(), oddities.actuals(*oddities.months())
    few = shown.Shortlist(card, actuals)
    for said in (
        *(shown.candidates(card), shown.catalogue(card), shown.definition(card), shown.roles(card), shown.games(card)),
        *(shown.criteria(), shown.proposal(few), shown.weights(few), shown.ranking(few), shown.chosen(few)),
        *(shown.correlated(few, "raw"), shown.correlated(few, "left"), shown.held(few, few.chosen)),
        *(depth.turned_round(few), shown.framed(few), depth.by_entropy(few), depth.two_rankings(few)),
    ):
        assert repr(said).strip()
    assert few.chosen == ["k0"]
    assert shown.nearest_few(few) is None


def test_it_is_saved_when_a_folder_is_given(short, tmp_path):
    mine = keep(short.card, kpis=short.chosen)
    assert "name one in save_to" in repr(shown.save(mine, "", short.actuals))
    shown.save(mine, str(tmp_path / "mine"), short.actuals)
    assert read_scorecard(tmp_path / "mine") == mine
    assert (tmp_path / "mine" / "influence.csv").read_text(encoding="utf-8").startswith("cause,")


def test_what_a_solver_leaves_unmeasured_is_as_the_lesson_says(short):
    constraints = first_constraints(short.worth, short.card, short.cost, apart=short.apart)
    exact = choose(short.worth, short.card, cost=short.cost, apart=short.apart, **constraints)
    assert len(unmeasured(short.card, exact.chosen)) == 5, "five objectives that nothing measures"


def test_what_her_page_would_need_is_said_as_it_comes_out(short):
    """With what the KPIs are worth in this lesson, and not rated anew as a smaller scorecard."""
    page = keep(short.card, objectives=[one.id for one in short.card.objectives if one.id not in her_choice()])
    need = len(simple_choice(short.worth[[kpi.id for kpi in page.kpis]], page))
    assert f"The {len(page.objectives)} objectives of her page would need {need}." in repr(shown.chosen(short))
    text = (shipped_folder() / "notebooks" / "02_kpi_selection.ipynb").read_text(encoding="utf-8")
    assert f"The twelve objectives of her page would need {need}." in text
    assert "her page" not in repr(shown.chosen(shown.Shortlist(oddities.card(), oddities.actuals(*oddities.months()))))


def test_every_kpi_that_is_easily_gamed_and_unguarded_is_in_the_table(short):
    risks = gaming_risks(short.card).query("risk == 'high' and guarded_by == ''")
    said = shown.games(short.card).text
    assert len(risks) == 4
    assert [id for id in risks["id"] if short.card.names[id] not in said] == []


def test_what_answers_a_question_is_folded(short):
    for part in (shown.roles(short.card), shown.correlated(short, "left")):
        assert part.html.startswith("<details")
        assert "Compare, when you have answered" in part.html
    assert "<summary>The picture: which KPIs move together</summary>" in shown.framed(short).html
    assert ' src="data:image/png;base64,' in shown.framed(short).html
    cells = json.loads((shipped_folder() / "notebooks" / "02_kpi_selection.ipynb").read_text(encoding="utf-8"))["cells"]
    places = {cell["id"]: place for place, cell in enumerate(cells)}
    after = cells[places["nearest-answer"] : places["three_steps-answer"]]
    assert not [cell["id"] for cell in after if "*Budget variance* and" in "".join(cell["source"])]


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("", "Write your sentence between the quotes"),
        (..., "Write your sentence between the quotes"),
        ("I would call the supplier", "names no KPI here"),
        ("Benefits realised", "does not say yet what you would do"),
        ("Benefits realised: we would do something better", "does not say yet what you would do"),
        ("If benefits realised turned bad, I would improve it.", "‘improve’ is a wish"),
        ("Deployments: monitor the deployments closely every week", "‘monitor’ is a wish"),
        ("IT cost per user: ask the controller which contract grew", "“IT cost per user” is not in your set"),
        (
            "Changes that failed: I would stop that team's releases until the tests run again.",
            "act on Monday because of “Changes that failed”? Then it stays. In the set it guards “Deployments”.",
        ),
        ("If staff who leave rose, I would ask the last three leavers why.", "is the best for “Keep our people”"),
        ("Mean time to restore: improve it by adding a second person on call at night", "does somebody act"),
        (
            "When fewer benefits realised are reported, call the owners of the three largest projects",
            "does somebody act",
        ),
        ("Open audit findings: nothing, the auditor does it", "If you would do nothing, “Open audit findings” steers"),
        ("Open audit findings: nobody looks at them in summer", "Strike it out, or say whom you would call."),
        ("Deployments: I'd wait for the next month", "If you would do nothing"),
        ("Budget variance: I would not do anything before the year ends", "If you would do nothing"),
        ("Deployments: tell the team to release nothing else until the tests run", "does somebody act"),
        ("Deployments: stop the line, and do not release until the tests run again", "does somebody act"),
        ("Staff who leave: call the team leads whose people wait for a post", "does somebody act"),
    ],
    ids=range(19),
)
def test_what_somebody_would_do_on_monday(short, sentence, says):
    assert says in repr(on_monday(short, short.chosen, sentence))


def test_who_loses_a_line_of_her_page_is_told(short):
    """Her page shows each objective by its first KPI, and of one of them another KPI is chosen."""
    stay = [one for one in short.card.objectives if one.id not in her_choice()]
    lost = [one.name for one in stay if short.card.kpis_of(one.id)[0].id not in short.chosen]
    assert lost == ["Keep our people"]
    said = repr(shown.chosen(short))
    assert said.endswith(
        "On her page, “Keep our people” is shown by “Engagement of IT staff”. He proposes “Staff who leave, a year” in "
        "its place, and tells her first."
    )
    assert "her page" not in replaced(shown.Shortlist(oddities.card(), oddities.actuals(*oddities.months())))


def test_what_cut_would_take_of_the_example_is_what_it_takes(short):
    """Were *Deployments* and *Changes that failed* redundant, the first would go, because it guards nothing."""
    pair = [("deployment-frequency", "change-failure-rate")]
    cut = set(simple_choice(short.worth, short.card, pair)["id"])
    assert set(short.chosen) - cut == {"deployment-frequency"}
    text = (shipped_folder() / "notebooks" / "02_kpi_selection.ipynb").read_text(encoding="utf-8")
    assert "If they did, *Deployments* would go" in text


def test_a_table_that_shows_a_part_says_of_what(short):
    assert "How 8 of 27 KPIs are gamed" in repr(shown.games(short.card))
    assert "by four of the six criteria" in repr(shown.proposal(short))
    assert ". It carries 8.3 % of the whole score, and the average KPI 3.7 % (+1)" in repr(shown.proposal(short))
    assert "only of cost is less better" in repr(shown.criteria())
    assert "100 × (IT spend − IT budget) / IT budget" in repr(shown.definition(short.card))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"overruled": {"mttr": 4}}, "this is not of a pair. Got: 'mttr'. Allowed: such as .*relevance"),
        ({"overruled": [("mttr", "relevance")]}, "these are not of pairs"),
        ({"judged": {"relevance": 2}}, "this is not of a pair. Got: 'relevance'"),
    ],
    ids=["a KPI alone", "a list", "a criterion alone"],
)
def test_what_is_no_judgement_of_a_pair_is_refused(short, given, says):
    with pytest.raises(BscError, match=says):
        repr(shown.ranking(replace(short, **given)))


def test_a_way_to_compare_that_there_is_not_is_named(short):
    with pytest.raises(UnknownNameError, match=r"no way to compare 'rwa'.*did you mean 'raw'"):
        shown.correlated(short, "rwa")
