from importlib import import_module

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from samples import desk, table
from strategies import scorecards

from bsclib import read_actuals, read_scorecard
from bsclib.design.selection.candidates import NO_JUDGEMENT, rate_candidates
from bsclib.design.selection.criteria import CRITERIA, topsis
from bsclib.errors import ActualsError

NAMES = [one.name for one in CRITERIA]


def card(kpis=(), objectives=(), **more):
    """Two objectives and KPIs of which nothing is known but what is given."""
    plain = {"direction": "higher_is_better", "floor": 0, "target": 100}
    kpis = kpis or ({}, {}, {})
    return desk(
        objectives=[
            {"id": id, "name": id, "perspective": where} | extra
            for (id, where), extra in zip(
                (("o0", "corporate_contribution"), ("o1", "future_orientation")), objectives or ({}, {}), strict=True
            )
        ],
        kpis=[
            {"id": f"k{i}", "name": f"K{i}", "objective": "o0" if i else "o1", **plain, **one}
            for i, one in enumerate(kpis)
        ],
        **more,
    )


def judged(scorecard, criterion, actuals=None):
    """Scores and reasons of the KPIs by one criterion."""
    ratings, reasons = (rate_candidates(scorecard, actuals, reasons=said)[criterion] for said in (False, True))
    return ratings.tolist(), reasons.tolist()


def months(kpi, count, gaps=(), start=1, unit=""):
    return [(unit, kpi, f"2024-{month:02d}", 50.0) for month in range(start, start + count) if month not in gaps]


def observed(*rows):
    return table(*[row for part in rows for row in part], columns="unit kpi period actual")


class TestForm:
    def test_a_frame_and_its_reasons(self):
        case = read_scorecard("meridian"), read_actuals("meridian")
        found = rate_candidates(*case)
        assert list(found) == NAMES
        assert found.index.name == "kpi"
        assert found.index.tolist() == [kpi.id for kpi in read_scorecard("meridian").kpis]
        reasons = rate_candidates(*case, reasons=True)
        assert list(reasons) == NAMES
        assert reasons.index.equals(found.index)
        assert (reasons != "").all(axis=None)

    def test_criteria(self):
        assert " ".join(NAMES) == (
            "relevance measurability controllability timeliness cost_to_collect resistance_to_gaming"
        )
        assert [one.name for one in CRITERIA if not one.benefit] == ["cost_to_collect"]
        assert all(one.question.endswith("?") for one in CRITERIA)

    def test_no_judgement_where_nothing_is_known(self):
        found = rate_candidates(card(kpis=({}, {})))
        unknown = [name for name in NAMES if name != "timeliness"]
        assert (found[unknown] == NO_JUDGEMENT).all(axis=None)
        reasons = rate_candidates(card(kpis=({}, {})), reasons=True)[unknown]
        assert reasons.map(lambda why: why.startswith("no judgement: ")).all(axis=None)

    def test_it_can_be_ranked(self):
        found = rate_candidates(read_scorecard("meridian"), read_actuals("meridian"))
        tells = found.loc[:, found.nunique() > 1]
        benefit = [one.benefit for one in CRITERIA if one.name in tells]
        ranked = pd.Series(topsis(tells, [1] * tells.shape[1], benefit), index=found.index)
        assert ranked["training-hours"] > ranked["cloud-waste"]

    def test_actuals_must_be_of_this_scorecard(self):
        with pytest.raises(ActualsError, match="there is no KPI 'k9'"):
            rate_candidates(card(), table(("k9", "2024-01", 3.0)))

    def test_an_empty_table_says_nothing(self):
        empty = table(columns="kpi period actual")
        assert rate_candidates(card(), empty).equals(rate_candidates(card()))

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(scorecards())
    def test_any_scorecard_is_judged_from_1_to_5(self, scorecard):
        found = rate_candidates(scorecard)
        assert found.isin(range(1, 6)).all(axis=None)
        assert len(found) == len(scorecard.kpis)


class TestRelevance:
    LINKS = ({"cause": "k0", "effect": "k1"}, {"cause": "k1", "effect": "k2"})

    def test_the_map(self):
        roles = ({"role": "leading"}, {"role": "leading"}, {}, {}, {"role": "leading"})
        links = [*self.LINKS, {"cause": "k2", "effect": "k4"}]
        scores, reasons = judged(card(roles, links=links), "relevance")
        assert (
            reasons[0]
            == "leads to “K2” on the map (+1); it carries 50.0 % of the whole score, and the average KPI 20.0 % (+1)"
        )
        assert reasons[1] == "leads to “K2” on the map (+1)"
        assert reasons[2] == "“K1” leads to it on the map (+1)"
        assert reasons[3] == "no link of the map touches it (-1)"
        assert reasons[4] == "no judgement: an average weight, and nothing on the map"
        assert scores == [5, 4, 4, 2, 3]

    def test_a_guard_needs_no_link(self):
        scores, reasons = judged(card(({}, {}, {"guarded_by": ["k3"]}, {}), links=self.LINKS), "relevance")
        assert scores[3] == 4
        assert reasons[3] == "guards “K2” (+1)"

    def test_weights(self):
        scores, reasons = judged(card(({}, {"weight": 9}, {"weight": 1})), "relevance")
        assert scores == [4, 3, 2]
        assert reasons[2] == "it carries only 5.0 % of the whole score, and the average KPI 33.3 % (-1)"

    def test_a_weight_that_changes_counts_as_it_is_by_the_last_actual(self):
        weight = [{"period": "2024-01", "value": 0}, {"period": "2025-01", "value": 9}]
        changing = card(({}, {"weight": weight}, {"weight": 1}))
        early = observed(months("k1", 3))
        assert judged(changing, "relevance", early)[0][1:] == [2, 4]
        assert judged(changing, "relevance")[0][1:] == [3, 2]

    def test_an_objective_that_supports_nothing_when_others_do(self):
        supporting = card(({}, {}), objectives=({"supports": ["group.growth"]}, {}))
        scores, reasons = judged(supporting, "relevance")
        assert scores == [2, 3]
        assert reasons[0] == "its objective supports nothing above (-1)"

    def test_all_the_weight_is_an_objectives_that_nothing_measures(self):
        steady = {"id": "fast", "name": "Fast", "perspective": "operational_excellence", "weight": 0}
        empty = {"id": "calm", "name": "Calm", "perspective": "operational_excellence"}
        kpi = {"id": "k", "name": "K", "objective": "fast", "direction": "higher_is_better", "floor": 0, "target": 9}
        assert judged(desk(objectives=[steady, empty], kpis=[kpi]), "relevance")[0] == [2]


class TestMeasurability:
    def test_formulas(self):
        formulas = ({"formula": "100 * met / all"}, {"formula": "as the auditors count"}, {})
        scores, reasons = judged(card(formulas), "measurability")
        assert scores == [4, 3, 3]
        assert reasons == [
            "its formula names what is counted (+1)",
            "its formula is in words",
            "no judgement: no formula and no actuals",
        ]

    def test_the_catalogues_formula(self):
        scores, reasons = judged(card(({"catalogue": "mean-time-to-restore"}, {}, {})), "measurability")
        assert (scores[0], reasons[0]) == (4, "the catalogue's formula names what is counted (+1)")

    @pytest.mark.parametrize(
        ("gaps", "score", "share"), [((), 4, 100), ((5,), 3, 92), ((5, 6), 2, 83), (range(3, 9), 1, 50)]
    )
    def test_share_of_periods_reported(self, gaps, score, share):
        rows = observed(months("k0", 12, gaps), months("k1", 12))
        scores, reasons = judged(card(), "measurability", rows)
        assert scores == [score, 4, 1]
        assert reasons[0].startswith(f"{share} % of the periods due are reported")
        assert reasons[2] == "there is no actual (-2)"

    def test_it_counts_from_the_first_actual_in_the_units_that_report(self):
        rows = observed(
            months("k0", 6, start=7, unit="A"), months("k0", 6, (9,), start=7, unit="B"), months("k1", 12, unit="C")
        )
        assert judged(card(), "measurability", rows)[1][0].startswith("92 % of the periods due")

    def test_a_quarter_counts_once_it_is_over(self):
        quarters = observed([("", "k0", "2024-Q1", 1.0), ("", "k0", "2024-Q2", 1.0)], months("k1", 8))
        assert judged(card(({"frequency": "quarterly"}, {}, {})), "measurability", quarters)[0][0] == 4
        later = observed([("", "k0", "2024-Q1", 1.0)], months("k1", 9))
        reasons = judged(card(({"frequency": "quarterly"}, {}, {})), "measurability", later)[1]
        assert reasons[0].startswith("33 % of the periods due")

    def test_nothing_is_due_yet(self):
        scores, reasons = judged(card(({"frequency": "yearly"}, {}, {})), "measurability", observed(months("k1", 8)))
        assert (scores[0], reasons[0]) == (3, "no judgement: no formula and no actuals")


class TestControllability:
    def test_roles_links_and_initiatives(self):
        kpis = ({"role": "leading"}, {"role": "leading"}, {}, {}, {})
        changes = [{"kpi": "k0", "by": 1}, {"kpi": "k2", "by": 1}]
        initiatives = [{"id": "push", "name": "Push", "changes": changes}]
        links = [{"cause": "k1", "effect": "k3"}, {"cause": "k0", "effect": "k3"}]
        scores, reasons = judged(card(kpis, initiatives=initiatives, links=links), "controllability")
        assert scores == [5, 4, 4, 3, 2]
        assert reasons == [
            "a leading KPI, which is moved directly (+1); the initiative “Push” changes it (+1)",
            "a leading KPI, which is moved directly (+1)",
            "the initiative “Push” changes it (+1)",
            "a lagging KPI, moved through “K0” and “K1”",
            "a lagging KPI that no initiative changes and no link leads to (-1)",
        ]


class TestTimeliness:
    def test_frequency(self):
        words = ["daily", "weekly", "monthly", "quarterly", "yearly"]
        scores, reasons = judged(card([{"frequency": word} for word in words]), "timeliness")
        assert scores == [5, 5, 4, 2, 1]
        assert reasons[3] == "reported quarterly"

    def test_delay(self):
        rows = observed(months("k0", 12), months("k1", 10), [("", "k2", "2024-Q3", 1.0)], [("", "k3", "2024-Q2", 1.0)])
        late = card(({}, {}, {"frequency": "quarterly"}, {"frequency": "quarterly"}, {}))
        scores, reasons = judged(late, "timeliness", rows)
        assert scores == [4, 3, 1, 1, 4]
        assert reasons[:4] == [
            "reported monthly",
            "reported monthly; its last actual is 2 periods behind (-1)",
            "reported quarterly; its last actual is 1 period behind (-1)",
            "reported quarterly; its last actual is 2 periods behind (-1)",
        ]

    def test_a_quarter_that_is_not_over_is_not_late(self):
        rows = observed(months("k0", 11), [("", "k1", "2024-Q3", 1.0)])
        assert judged(card(({}, {"frequency": "quarterly"}, {})), "timeliness", rows)[0][1] == 2


class TestTheCatalogue:
    ENTRIES = pd.DataFrame(
        {
            "id": ["easy", "middling", "hard"],
            "formula": ["a / b"] * 3,
            "effort": ["low", "medium", "high"],
            "gaming_risk": ["low", "medium", "high"],
        }
    )

    @pytest.fixture(autouse=True)
    def entries(self, monkeypatch):
        monkeypatch.setattr(import_module("bsclib.design.selection.candidates"), "kpi_catalogue", self.ENTRIES.copy)

    def test_cost_to_collect(self):
        kpis = [{"catalogue": name} for name in ("easy", "middling", "hard", "strange", "")]
        scores, reasons = judged(card(kpis), "cost_to_collect")
        assert scores == [1, 3, 5, 3, 3]
        assert reasons[2:] == [
            "the catalogue calls the effort high",
            "no judgement: the catalogue has no entry strange",
            "no judgement: no entry of the catalogue is named",
        ]

    def test_resistance_to_gaming(self):
        kpis = [{"catalogue": name} for name in ("easy", "middling", "hard", "")]
        assert judged(card(kpis), "resistance_to_gaming")[0] == [5, 3, 1, 3]
        guarded = [one | {"guarded_by": ["k0" if i else "k1"]} for i, one in enumerate(kpis)]
        scores, reasons = judged(card(guarded), "resistance_to_gaming")
        assert scores == [5, 4, 2, 4]
        assert reasons[2:] == [
            "the catalogue calls the risk of gaming high; guarded by “K0” (+1)",
            "guarded by “K0” (+1)",
        ]


def test_each_level_of_the_catalogue_is_known():
    from bsclib.design.selection.candidates import _EFFORT, _RESISTANCE
    from bsclib.files.catalogue import LEVELS

    assert set(LEVELS) == set(_EFFORT) == set(_RESISTANCE)
