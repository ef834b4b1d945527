"""The scoring methods there are: the kit's own first, then those that vendors and public bodies publish.

Adding one is an entry here, and its published numbers in ``datasets/published_examples.yaml``, which the tests
reproduce.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bsclib.scoring import rules
from bsclib.scoring.method import Bands, Method, bracketed, figure


def _way(actual: float, own: float, floor: float, expected: float, **_: object) -> str:
    return (
        f"({figure(actual)} - {figure(floor)}) / ({figure(expected)} - {figure(floor)}) = "
        f"{figure(actual - floor)} / {figure(expected - floor)}"
    )


def _beyond_target(actual: float, own: float, target: float, **_: object) -> str:
    if target == 0:
        return f"1 + {bracketed(actual)}"
    return f"({bracketed(actual)} - {bracketed(target)} + |{bracketed(target)}|) / |{bracketed(target)}|"


def _bands(actual: float, own: float, edges: Sequence[float], **_: object) -> str:
    """How many bands are passed, and how much of the next one."""
    sign, count = (1 if edges[-1] > edges[0] else -1), len(edges) - 1
    passed = sum(sign * (actual - edge) >= 0 for edge in edges[1:])
    if passed == count or sign * (actual - edges[0]) <= 0:
        return f"bands passed, of {count}: {min(passed, count)} / {count}"
    low, high = edges[passed], edges[passed + 1]
    part = f"({figure(actual)} - {figure(low)}) / ({figure(high)} - {figure(low)})"
    return f"({passed} + {part}) / {count}"


def _checkins(actual: float, own: float, checkins: float, **_: object) -> str:
    hits = round(own * checkins / 100)
    return f"{hits} check-ins so far lay in the band: 100 × {hits} / {figure(checkins)}"


_ALL = [
    Method(
        "kit",
        "attainment",
        "(a - floor) / (expected - floor); within a range 1 inside, falling to 0 at the floor on either side",
        "this kit",
        rules.linear_attainment,
        takes=("floor", "expected", "sign"),
        optional=("sign",),
        worked=_way,
    ),
    Method(
        "bsc_designer_performance",
        "attainment",
        "(a - min) / (max - min)",
        "bscdesigner.com, KPI properties and change-indicator-details manual pages",
        rules.performance,
        takes=("min", "max"),
        worked="({actual} - {min}) / ({max} - {min})",
    ),
    Method(
        "bsc_designer_progress",
        "attainment",
        "(a - baseline) / (target - baseline)",
        "bscdesigner.com, KPI properties",
        rules.progress,
        takes=("baseline", "target"),
        worked="({actual} - {baseline}) / ({target} - {baseline})",
    ),
    Method(
        "spider_goal_red_flag",
        "attainment",
        "on 0..10: the red flag scores 3.33, the goal 6.67, as far again beyond either 0 and 10; clamped",
        "support.spiderstrategies.com article 360041554151",
        rules.goal_and_red_flag,
        takes=("goal", "red"),
        worked="10 / 3 × (1 + ({actual} - {red}) / ({goal} - {red}))",
        clamp=(0, 10),
        full=10,
        cuts=(10 / 3, 20 / 3),
    ),
    Method(
        "infor_cpm",
        "attainment",
        "(a - t + |t|) / |t|; 1 + a for a target of 0",
        "docs.infor.com, CPM 10.4 performance of an increasing measure; the open-source hillfog formula F001 agrees",
        rules.beyond_target,
        takes=("target",),
        worked=_beyond_target,
        better="higher",
    ),
    Method(
        "sap_achievement",
        "attainment",
        "a / t; dark green (A) from 90 %, green (B) from 80 %, yellow (C) from 70 %",
        "help.sap.com, SSM 7.5",
        rules.of_target,
        takes=("target",),
        worked="{actual} / {target}",
        bands=Bands((0.7, 0.8, 0.9), ("below C", "yellow (C)", "green (B)", "dark green (A)")),
        cuts=(0.7, 0.9),
        better="higher",
    ),
    Method(
        "sap_reduction",
        "attainment",
        "1 - (a - t) / t",
        "help.sap.com, SSM 7.5",
        rules.reduction,
        takes=("target",),
        worked="1 - ({actual} - {target}) / {target}",
        better="lower",
    ),
    Method(
        "sap_absolute",
        "attainment",
        "1 - |a - t| / t",
        "help.sap.com, SSM 7.5",
        rules.distance,
        takes=("target",),
        worked="1 - |{actual} - {target}| / {target}",
    ),
    Method(
        "microsoft_equal_bands",
        "attainment",
        "each of n bands is worth 1/n of the score whatever its width; linear inside a band",
        "husting.com 2006-07-19, on Microsoft Business Scorecard Manager",
        rules.equal_bands,
        takes=("edges",),
        worked=_bands,
        cuts=(1 / 3, 2 / 3),
    ),
    Method(
        "performancepoint_band_by_value",
        "attainment",
        "(a - worst) / (target - worst)",
        "Microsoft Office PerformancePoint team blog 2008-01-18",
        rules.from_worst,
        takes=("worst", "target"),
        worked="({actual} - {worst}) / ({target} - {worst})",
    ),
    Method(
        "cascade_health",
        "attainment",
        "actual / expected by now in percent, truncated, at most 100; the label is taken before that cap",
        "support.cascade.app, what each health means",
        rules.percent_of_expected,
        takes=("expected",),
        worked="100 × {actual} / {expected}",
        clamp=(-math.inf, 100),
        rounding="truncate",
        bands=Bands((85, 95, 105 + 1e-6), ("At risk", "Behind", "On track", "Exceeded")),
        full=100,
        cuts=(85, 95),
        better="higher",
    ),
    Method(
        "profit_at_most",
        "attainment",
        "2 - a / t",
        "profit.co, distance from target",
        rules.at_most,
        takes=("target",),
        worked="2 - {actual} / {target}",
        better="lower",
    ),
    Method(
        "profit_in_between",
        "attainment",
        "check-ins so far inside the closed band over all planned, in whole percent; a missing one is a miss",
        "profit.co, two progress calculations",
        rules.share_of_checkins,
        takes=("band", "checkins"),
        worked=_checkins,
        rounding="round",
        full=100,
    ),
    Method(
        "okr_tracker_linear",
        "attainment",
        "(a - baseline) / (target - baseline), unclamped; 0 for an equal baseline and target or a missing actual",
        "github oslokommune/okr-tracker, unit test of key-result progress (MIT)",
        rules.progress_or_zero,
        takes=("baseline", "target"),
        worked="({actual} - {baseline}) / ({target} - {baseline})",
    ),
    Method(
        "nice_scorecard",
        "attainment",
        "(worst - a) / (worst - best), the actual held between worst and best",
        "help.incontact.com, scorecard calculations",
        rules.worst_to_best,
        takes=("worst", "best"),
        worked="({worst} - {actual}) / ({worst} - {best})",
        clamp=(0, 1),
    ),
    Method(
        "atlas_copco_distributor",
        "attainment",
        "min(a / t, 1)",
        "Atlas Copco distributor target sheet",
        rules.of_target,
        takes=("target",),
        worked="{actual} / {target}",
        clamp=(-math.inf, 1),
        better="higher",
    ),
    Method(
        "excel_two_anchors",
        "attainment",
        "linear through two anchors, each an actual and its score",
        "exceldemy.com, create a balanced scorecard in Excel",
        rules.two_anchors,
        takes=("anchors",),
        worked="100 × ({actual} - {floor}) / ({expected} - {floor})",
        full=100,
    ),
    Method(
        "clearpoint_first_rule",
        "status",
        "rules are read top-down and the first that holds wins: a >= t, then a >= 0.9 t, then the rest",
        "support.clearpointstrategy.com, automatic status evaluation",
        rules.first_rule,
        takes=("target",),
    ),
    Method(
        "sap_cuts",
        "status",
        "four cuts between five colours; a cut belongs to the better one",
        "help.sap.com, SSM 7.5 threshold page",
        rules.five_colours,
        takes=("cuts",),
    ),
    Method(
        "cognos_on_target",
        "status",
        "green within 5 % of the target, yellow within 15 %, on both sides",
        "IBM Cognos Metric Studio, support note on target patterns",
        rules.target_pattern,
        takes=("target", "pattern"),
        optional=("pattern",),
    ),
    Method(
        "oracle_kpi_bands",
        "status",
        "five bands between four edges, each closed above",
        "Oracle Scorecard and Strategy Management help",
        rules.five_bands,
        takes=("edges",),
    ),
    Method(
        "federal_within_ten_percent",
        "status",
        "delivered when at most 10 % above the budgeted cost or schedule",
        "US federal IT reform reporting (FITARA tables)",
        rules.within_ten_percent,
        takes=("target",),
    ),
    Method(
        "bsc_designer_weights",
        "roll_up",
        "sum(w s) / scale: weights that do not add up to the scale give a total that may pass 100 %",
        "bscdesigner.com, balancing-tree manual page",
        rules.weighted_sum,
        takes=("scale",),
    ),
    Method(
        "sap_weighted_index",
        "roll_up",
        "the weighted mean of the children's colour indices 1..5, rounded to the nearest colour",
        "help.sap.com, SSM 7.5 objective scoring",
        rules.nearest_index,
    ),
    Method(
        "planview_health",
        "roll_up",
        "mean of the key results, rounded to a whole number",
        "success.planview.com, OKR health",
        rules.rounded_mean,
    ),
    Method(
        "perdoo_progress",
        "roll_up",
        "mean of the key results, negatives count as 0, rounded to a whole number",
        "support.perdoo.com article 4898961",
        rules.rounded_mean_of_positives,
    ),
    Method(
        "bsc_designer_inheritance",
        "missing",
        "the last known value holds until the next",
        "bscdesigner.com, kpi-advanced manual page",
        rules.carry_forward,
    ),
    Method(
        "spider_missing",
        "missing",
        "a parent with an unscored child is itself unscored (or, set to ignore, scored from the others)",
        "support.spiderstrategies.com article 360041729131",
        rules.all_or_none,
    ),
    Method(
        "oracle_redistribute",
        "missing",
        "the weight of a child with no data is spread over the others in proportion",
        "Oracle Scorecard and Strategy Management help (rule and weights published, result derived)",
        rules.redistribute_weights,
    ),
    Method(
        "spider_weights",
        "weights",
        "weights are relative; a weight may change on a date",
        "support.spiderstrategies.com article 360041629051",
        rules.relative_weights,
    ),
    Method(
        "spider_ratio_roll_up",
        "aggregate",
        "a ratio over several periods is the ratio of the sums",
        "spiderstrategies.com, blog on aggregating calculated metrics",
        rules.ratio_of_sums,
    ),
    Method(
        "engagedly_expected",
        "expected",
        "days elapsed, today included, over the days in the period",
        "help.engagedly.com, expected progress",
        rules.elapsed_share,
    ),
]

METHODS = {method.name: method for method in _ALL}
"""Every method by name."""
