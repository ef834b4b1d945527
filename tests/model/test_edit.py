import numpy as np
import oddities
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk, small
from strategies import scorecards

from bsclib import read_scorecard
from bsclib.errors import ScorecardError, UnknownNameError
from bsclib.files.catalogue import as_kpi
from bsclib.model.edit import add_kpis, change, keep, reweigh


def test_added_from_the_catalogue():
    kpi = as_kpi("vacancy-rate", objective="steady", target=4, floor=12)
    card = add_kpis(desk(), [kpi])
    assert [one.id for one in card.kpis] == ["mttr", "load", "cost", "leavers", "vacancy-rate"]
    assert card.names["vacancy-rate"] == kpi.name
    assert add_kpis(card, [kpi]) == card, "adding it again changes nothing"
    other = as_kpi("vacancy-rate", objective="steady", target=3, floor=12)
    assert add_kpis(card, [other]).kpi("vacancy-rate").target == 3


def test_added_to_no_objective():
    with pytest.raises(ScorecardError, match="there is no objective 'stedy'"):
        add_kpis(desk(), [as_kpi("vacancy-rate", objective="stedy", target=4, floor=12)])


def test_one_faulty_part_beside_others_that_were_made_before_is_one_fault():
    card = read_scorecard("meridian")
    slip = card.links[0].model_copy(update={"cause": "on-hold"})
    with pytest.raises(ScorecardError, match=r"there is no KPI 'on-hold'.*did you mean 'on-hold-share'") as refused:
        change(card, card.id, links=[*card.links, slip])
    assert len(refused.value.faults) == 1
    with pytest.raises(ScorecardError) as refused:
        add_kpis(card, [as_kpi("vacancy-rate", objective="stedy", target=4, floor=12)])
    assert len(refused.value.faults) == 1


def test_nothing_changed_is_the_same_scorecard():
    for card in (read_scorecard("meridian"), small(), oddities.rude()[0]):
        assert all(change(card, id) == card for id in card.names)


@given(st.floats(1e-3, 1e6))
def test_one_thing_changes_and_nothing_else(weight):
    card = small()
    for id in card.names.keys() - {card.id}:
        changed = change(card, id, weight=weight)
        assert changed == card or changed.model_dump() != card.model_dump()
        assert {part.id: part.weight for part in (*changed.objectives, *changed.kpis, *changed.perspectives)} == {
            part.id: weight if part.id == id else part.weight
            for part in (*card.objectives, *card.kpis, *card.perspectives)
        }


def test_the_scorecard_itself_can_change():
    changed = change(small(), "shop", thresholds={"at_risk": 0.5, "on_target": 0.6})
    assert (changed.thresholds.at_risk, changed.thresholds.on_target) == (0.5, 0.6)


def test_what_cannot_be_changed_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        change(small(), "mtrr", weight=2)
    with pytest.raises(ScorecardError, match=r"there is no field 'flor'.*did you mean 'floor'"):
        change(small(), "mttr", flor=2)
    with pytest.raises(ScorecardError, match="out of order"):
        change(small(), "shop", thresholds={"at_risk": 0.9, "on_target": 0.6})


@given(scorecards())
def test_keeping_everything_is_the_same_scorecard(card):
    everything = {"objectives": [one.id for one in card.objectives], "kpis": [kpi.id for kpi in card.kpis]}
    assert keep(card) == keep(card, **everything) == card


@given(scorecards(), st.data())
def test_what_is_kept_can_be_scored_and_is_as_it_was(card, data):
    wanted = data.draw(st.sets(st.sampled_from([one.id for one in card.objectives]), min_size=1))
    if not any(kpi.objective in wanted for kpi in card.kpis):
        with pytest.raises(ScorecardError, match="no KPI would be left"):
            keep(card, wanted)
        return
    left = keep(card, wanted)
    assert left.objectives == tuple(one for one in card.objectives if one.id in wanted)
    assert [kpi.name for kpi in left.kpis] == [kpi.name for kpi in card.kpis if kpi.objective in wanted]
    assert keep(left, wanted) == left
    lost = set(card.perspectives) - set(left.perspectives)
    assert all(card.objectives_of(one.id) and not left.objectives_of(one.id) for one in lost)


def test_what_speaks_of_the_dropped_goes_with_it():
    left = keep(small(), objectives=["fast"])
    assert [kpi.id for kpi in left.kpis] == ["mttr", "reopened"]
    assert left.kpi("mttr").guarded_by == ("reopened",)
    assert left.links == left.initiatives == ()
    assert [event.kpis for event in left.events] == [("mttr",)]
    assert [one.id for one in left.perspectives] == [
        *("corporate_contribution", "user_orientation", "operational_excellence")
    ]


def test_an_event_of_everything_stays_and_one_of_the_dropped_goes():
    everywhere, there = ({"period": "2025-02", "kind": "one_off", "kpis": kpis} for kpis in ([], ["k1"]))
    objectives = [{"id": id, "name": id, "perspective": "all"} for id in ("do", "dream")]
    work = [
        {"id": "talk", "name": "Talk", "changes": []},
        {"id": "b", "name": "B", "changes": [{"kpi": "k1", "by": 1}]},
    ]
    card = oddities.card(
        oddities.kpi(),
        oddities.kpi("k1", objective="dream"),
        objectives=objectives,
        initiatives=work,
        events=[everywhere, there],
    )
    left = keep(card, objectives=["do"])
    assert [event.kpis for event in left.events] == [()]
    assert [one.id for one in left.initiatives] == ["talk"]


def test_an_initiative_no_longer_waits_for_what_is_gone():
    work = [
        {"id": "hire", "name": "Hire", "changes": [{"kpi": "load", "by": -1}]},
        {"id": "train", "name": "Train", "after": ["hire"], "changes": [{"kpi": "mttr", "by": -1}]},
        {"id": "coach", "name": "Coach", "after": ["train", "hire"]},
    ]
    left = keep(change(small(), "shop", initiatives=work), objectives=["fast"])
    assert [(one.id, one.after) for one in left.initiatives] == [("train", ()), ("coach", ("train",))]


def test_what_is_accepted_of_the_dropped_goes_with_it():
    places = ["fast", "able", "", "mttr, load", "mttr, reopened", "load -> mttr", "train"]
    accepted = [{"rule": "BSC207", "where": where, "why": "agreed"} for where in places]
    card = change(small(), "shop", review={"limits": {"owner": 3}, "accepted": accepted})
    left = keep(card, objectives=["fast"]).review
    assert [one.where for one in left.accepted] == ["fast", "", "mttr, reopened"]
    assert left.limits == card.review.limits
    assert keep(card).review == card.review


def test_kpis_can_be_kept_by_themselves():
    left = keep(small(), kpis=["load", "mttr"])
    assert [kpi.id for kpi in left.kpis] == ["mttr", "load"]
    assert left.objectives == small().objectives
    assert len(left.links) == len(left.initiatives) == 1
    assert [kpi.id for kpi in keep(small(), "fast", "mttr").kpis] == ["mttr"]


@pytest.mark.parametrize(
    ("chosen", "error", "says"),
    [
        ({"objectives": ["fats"]}, UnknownNameError, "there is no objective 'fats'.*did you mean 'fast'"),
        ({"kpis": ["mttr", "laod"]}, UnknownNameError, "there is no KPI 'laod'.*did you mean 'load'"),
        ({"objectives": []}, ScorecardError, "no KPI would be left"),
        ({"objectives": ["fast"], "kpis": ["load"]}, ScorecardError, "no KPI would be left"),
    ],
)
def test_what_cannot_be_kept_is_refused(chosen, error, says):
    with pytest.raises(error, match=says):
        keep(small(), **chosen)


def test_reweighing_is_one_change_after_the_other():
    card = read_scorecard("meridian")
    both = change(change(card, "mttr", weight=3), "user_orientation", weight=0.5)
    assert reweigh(card, {"mttr": 3, "user_orientation": 0.5}) == both
    assert reweigh(card, {}) == card
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        reweigh(card, {"mtrr": 2})


def test_a_number_of_numpy_is_a_number():
    changed = change(desk(), "mttr", target=np.float64(5), baseline=np.float64(9), floor=np.float64(10))
    kpi = changed.kpi("mttr")
    assert (kpi.target, kpi.baseline, kpi.floor) == (5.0, 9.0, 10.0)


def test_a_name_alone_is_no_kpi_and_it_is_said_how_to_make_one():
    with pytest.raises(ScorecardError, match=r"kpis: this is no KPI. Got: 'vacancy-rate'. Fix: make one: as_kpi\("):
        add_kpis(desk(), ["vacancy-rate"])
