"""What a person writes and which place in the scorecard it stands for."""

import numpy as np
import pandas as pd
import pytest
from samples import desk

from bsclib.errors import UnknownNameError
from bsclib.study.places import around, flags_of, part_of, places_of, read_flags

CARD = desk(
    links=[
        {"cause": "load", "effect": "mttr", "sign": "+", "lag": 1},
        {"cause": "mttr", "effect": "load", "sign": "+", "lag": 0},
        {"cause": "leavers", "effect": "mttr", "sign": "+", "lag": 3},
    ],
    initiatives=[
        {"id": "hire", "name": "Hire two, or three", "owner": "Head of IT", "changes": [{"kpi": "leavers", "by": -2}]}
    ],
)


def places(found):
    return [set(flag.places) for flag in flags_of(found, CARD)]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        *[
            ("mttr", "mttr"),
            ("MTTR ", "mttr"),
            ("mean time_to restore", "mttr"),
            ("Mean time to restore (mttr)", "mttr"),
        ],
        *[("Restore fast", "fast"), ("user orientation", "user_orientation"), ("Hire two, or three", "hire")],
        *[("Service desk", "desk"), ("the map", "desk"), ("Scorecard", "desk"), ("head of IT", "owner Head of IT")],
        *[("load -> mttr", "load -> mttr"), ("load->mttr", "load -> mttr"), ("Utilisation → mttr", "load -> mttr")],
        *[("the link from load to mttr", "load -> mttr"), ("load - mttr", "load -> mttr"), ("the mttr", "mttr")],
        *[("load --> mttr", "load -> mttr"), ("load => mttr", "load -> mttr"), ("load>mttr", "load -> mttr")],
    ],
)
def test_a_place_may_be_written_in_many_ways(written, place):
    assert places(written) == [{place}]


@pytest.mark.parametrize(
    "found",
    [
        "mttr, load; fast",
        "mttr\nload\nfast",
        ["mttr", "load", "fast"],
        ("mttr", "load", "fast"),
        (name for name in ("mttr", "load", "fast")),
        np.array(["mttr", "load", "fast"]),
        pd.Series(["mttr", "load", "fast"]),
        pd.Index(["mttr", "load", "fast"]),
        pd.DataFrame({"where": ["mttr", "load", "fast"]}),
        {"mttr": True, "load": "BSC301", "fast": "no owner", "cost": False, "steady": ...},
        [CARD.kpi("mttr"), CARD.kpi("load"), CARD.objective("fast")],
        ["mttr, load", "fast", "MTTR", None, "", ...],
    ],
    ids=lambda found: type(found).__name__,
)
def test_places_may_come_in_many_forms(found):
    assert places(found) == [{"mttr"}, {"load"}, {"fast"}]


@pytest.mark.parametrize(
    "nothing", [..., None, "", [], {}, [...], {"mttr": ...}, pd.DataFrame({"where": []})], ids=repr
)
def test_nothing_yet_is_no_place(nothing):
    assert flags_of(nothing, CARD) == []


def test_one_object_is_one_place():
    assert places(CARD.kpi("mttr")) == [{"mttr"}]
    assert places(CARD.links[0]) == [{"load -> mttr"}]


def test_two_places_in_a_pair_are_two_places():
    assert places([("load", "mttr")]) == [{"load"}, {"mttr"}]
    assert places([("load", "cost")]) == [{"load"}, {"cost"}]
    assert places(("load", "cost")) == [{"load"}, {"cost"}]


def test_a_circle_is_each_of_its_links():
    assert places("load -> mttr -> load") == [{"load -> mttr", "mttr -> load"}]


@pytest.mark.parametrize("rule", ["BSC302", "bsc302", "BSC 302", "302", 302, np.int64(302), ["BSC302"]], ids=repr)
def test_a_rule_may_stand_beside_a_place(rule):
    assert [flag.rule for flag in flags_of({"mttr": rule}, CARD)] == ["BSC302"]
    assert [flag.rule for flag in flags_of([("mttr", rule)], CARD)] == ["BSC302"]


def test_one_pair_is_one_place():
    (flag,) = flags_of(("mttr", "BSC302"), CARD)
    assert (flag.places, flag.rule, flag.said) == ({"mttr"}, "BSC302", "")


def test_words_beside_a_place_are_kept_and_may_hold_a_rule():
    (flag,) = flags_of({"mttr": "the target is worse"}, CARD)
    assert (flag.rule, flag.said) == ("", "the target is worse")
    (flag,) = flags_of({"mttr": "the target is worse (BSC302)"}, CARD)
    assert (flag.rule, flag.said) == ("BSC302", "the target is worse (BSC302)")


def test_several_rules_may_stand_beside_one_place():
    flags = flags_of({"mttr": ["BSC301", "BSC302"]}, CARD)
    assert [flag.rule for flag in flags] == ["BSC301", "BSC302"]


def test_a_place_counts_once_and_words_are_not_lost():
    (flag,) = flags_of(["mttr", ("Mean time to restore", "too slow"), "mttr"], CARD)
    assert flag.said == "too slow"


def test_findings_of_the_review_can_be_read():
    findings = pd.DataFrame({"rule": ["BSC706", "BSC501"], "where": ["mttr, cost", "load -> mttr"], "what": ["", ""]})
    flags = flags_of(findings, CARD)
    assert [(set(flag.places), flag.rule) for flag in flags] == [
        ({"mttr"}, "BSC706"),
        ({"cost"}, "BSC706"),
        ({"load -> mttr"}, "BSC501"),
    ]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ("mtrr", r"there is no 'mtrr' in the scorecard Service desk.*did you mean 'mttr'"),
        (["Mean tme to restore"], "did you mean 'Mean time to restore'"),
        (
            {"uptime": "x"},
            r"there is no 'uptime'.*Allowed: a name or short name of what it holds, a link as 'cause -> effect'",
        ),
        ("mttr -> csot", "there is no 'csot'.*did you mean 'cost'"),
        ("cost -> mttr", r"there is no link 'cost -> mttr' in the scorecard Service desk\.$"),
        ("mttr -> leavers", "there is no link.*did you mean 'leavers -> mttr'"),
        (7, "there is no '7'"),
        ([["mttr"]], r"there is no \"\['mttr'\]\""),
        ("x" * 5000, "there is no 'x{80}' in"),
    ],
    ids=lambda one: repr(one)[:30],
)
def test_a_place_that_is_not_there_gets_the_nearest_name(found, says):
    with pytest.raises(UnknownNameError, match=says):
        flags_of(found, CARD)


def test_all_strangers_are_said_at_once():
    with pytest.raises(UnknownNameError, match="2 faults") as raised:
        flags_of(["mtrr", "load", "csot", "mtrr"], CARD)
    assert len(raised.value.faults) == 2


def test_a_finding_is_found_by_either_kpi_by_the_links_between_them_and_by_its_owner():
    assert places_of("load, mttr", "", CARD) == {"load", "mttr", "load -> mttr", "mttr -> load"}
    assert places_of("mttr, cost", "", CARD) == {"mttr", "cost"}
    assert places_of("load -> mttr", "", CARD) == {"load -> mttr"}
    assert places_of("desk", "Head of IT owns 9 KPIs", CARD) == {"desk", "owner Head of IT"}
    assert places_of("desk", "there are 30 KPIs", CARD) == {"desk"}


def test_what_is_around_a_place():
    assert around(frozenset({"fast"}), CARD) == {"operational_excellence", "mttr", "load"}
    assert around(frozenset({"leavers"}), CARD) == {"steady", "hire", "leavers -> mttr"}
    assert around(frozenset({"leavers -> mttr"}), CARD) == {"leavers", "mttr"}


@pytest.mark.parametrize(
    ("where", "part"),
    [
        *[("desk", "scorecard"), ("user_orientation", "perspective"), ("fast", "objective"), ("mttr", "KPI")],
        *[("load, mttr", "KPI"), ("load -> mttr", "link"), ("hire", "initiative")],
    ],
)
def test_the_part_a_finding_is_in(where, part):
    assert part_of(where, CARD) == part


def test_one_word_is_enough_for_what_was_shown_and_a_beginning_of_several_names_is_said_to_be_one():
    flags, faults = read_flags(["Mean", "Restore", "what"], CARD, ["Mean time to restore"])
    assert [set(flag.places) for flag in flags] == [{"mttr"}]
    assert [fault.what[:20] for fault in faults] == ["there is no 'Restore", "there is no 'what' i"]
    work = [{"id": f"keep-{n}", "name": f"Keep {n}", "changes": [{"kpi": "leavers", "by": -1}]} for n in "ab"]
    twins = desk(initiatives=work)
    _, (fault,) = read_flags("keep", twins)
    assert fault.fix == "more than one begins so: Keep staff; Keep a; Keep b"
