"""What stages lessons: judgements to begin with, more candidates, a KPI and a link to follow, what lies beside."""

from __future__ import annotations

import itertools
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from bsclib.causality.expert_opinion import COLUMNS, experts_and_data
from bsclib.causality.truth import Truth, read_truth
from bsclib.design.objectives import balance
from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.design.selection.kpi_tables import gaming_risks
from bsclib.errors import BscError, Fault, UnknownNameError
from bsclib.files.catalogue import find_kpis
from bsclib.files.paths import locate
from bsclib.model.nouns import Scorecard
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.reporting.evidence_tables import evidence_table
from bsclib.scoring.views import snapshot


def judged_in_pairs(impact: pd.Series, most: int = 4) -> dict[tuple[str, str], float]:
    """How many times as much, 1 to 9, the first of each pair of objectives matters, as their impacts suggest it."""
    ordered = impact.sort_values(ascending=False, kind="stable")
    spread = np.linspace(0, len(ordered) - 1, min(most, len(ordered))).round().astype(int)
    return {
        (more, less): float(min(max(np.floor(ordered[more] / ordered[less] + 0.5), 1), 9))
        for more, less in itertools.combinations(ordered.index[spread], 2)
    }


def more_candidates(scorecard: Scorecard) -> pd.DataFrame:
    """Entries of the catalogue for the perspective that has the fewest KPIs, without those it has already."""
    shipped = {perspective.id for kind in PERSPECTIVES.values() for perspective in kind}
    thin = balance(scorecard)[:-1].sort_values("kpis", kind="stable")["id"]
    # Perspectives of one's own are in no catalogue: then entries of all perspectives are given.
    entries = find_kpis(perspective=next((id for id in thin if id in shipped), ""))
    has = {kpi.catalogue or kpi.id for kpi in scorecard.kpis}
    return entries[~entries["id"].isin(has)].reset_index(drop=True)


def instructive_kpi(scores: pd.DataFrame, scorecard: Scorecard) -> str:
    """The KPI whose number a change shows best: with an actual, on its way to a target, near a threshold."""
    # What is changed is one target and one floor: those of a year's share, or of many units, are not one.
    plain = [kpi for kpi in scorecard.kpis if not (kpi.cumulates or kpi.unit_targets)]
    rows = snapshot(scores).loc[[kpi.id for kpi in plain if kpi.direction != "within_range"]]
    rows = rows[rows["attainment"].notna() & (rows["expected"] != rows["floor"])]
    if rows.empty:
        return ""
    still = rows["expected"] == rows["target"]
    return str(((rows["attainment"] - rows["at_risk"]).abs() + 1e6 * still).idxmin())


def guarded_kpi(scorecard: Scorecard) -> str:
    """The KPI whose guard a lesson asks for: one that the scorecard and the catalogue agree on, where there is one."""
    risks = gaming_risks(scorecard).set_index("id")
    risks = risks[(risks["guarded_by"] != "") | (risks["present"] != "")]
    if risks.empty:
        return ""
    agreed = [row["present"] in filter(None, row["guarded_by"].split(", ")) for _, row in risks.iterrows()]
    return str(risks.assign(agreed=agreed, told=risks["gamed_by"] != "")[["agreed", "told"]].sum(axis=1).idxmax())


def experts_against_data(
    scorecard: Scorecard, evidence: pd.DataFrame, ratings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Where the experts' map and the data disagree, as `experts_and_data` gives it."""
    total = None
    with suppress(BscError):
        total = dematel(claimed_influence(scorecard) if ratings is None else ratings).total
    return pd.DataFrame(columns=COLUMNS) if total is None else experts_and_data(total, evidence, scorecard)


def followed_link(evidence: pd.DataFrame, scorecard: Scorecard) -> tuple[str, str] | None:
    """Cause and effect of the link whose test shows most: supported, robust, with a lag, and a break in a KPI."""
    rows = evidence[evidence["estimate"].notna()]
    if rows.empty:
        return None
    broken = {id for event in scorecard.events for id in event.kpis if event.kind != "one_off"}
    marks = pd.DataFrame(
        {
            "supported": rows["verdict"] == "supported",
            "robust": rows["robust"].fillna(False).astype(bool),
            "later": rows["lag_found"].astype(float) > 0,
            "broken": rows["cause"].isin(broken) | rows["effect"].isin(broken),
        }
    )
    best = rows.loc[marks.sort_values(list(marks), ascending=False, kind="stable").index[0]]
    return str(best["cause"]), str(best["effect"])


def mistyped(actuals: pd.DataFrame, kpi: str) -> tuple[pd.DataFrame, str]:
    """Actuals of which one of a KPI, in the middle of the first unit's, is ten times too large; and that unit."""
    rows = actuals[(actuals["kpi"] == kpi) & actuals["actual"].notna() & (actuals["actual"] != 0)]
    if rows.empty:
        return actuals, ""
    unit = str(rows["unit"].iloc[0])
    rows = rows[rows["unit"] == unit]
    wrong = rows.index[len(rows) // 2]
    typed = actuals.copy()
    for name in {"actual", "numerator"} & {*actuals.columns}:
        typed.loc[wrong, name] = 10 * typed.loc[wrong, name]
    return typed, unit


def misjudged(evidence: pd.DataFrame, truth: Truth, later: pd.DataFrame | None = None) -> pd.DataFrame:
    """The links that the data support and that are not there, or the other way round; with `later`, now or then."""
    links = {(link.cause, link.effect) for link in truth.links}
    exists = np.array([ends in links for ends in zip(evidence["cause"], evidence["effect"], strict=True)], dtype=bool)
    shown = evidence if later is None else later
    supported = [(rows["verdict"] == "supported").to_numpy() for rows in (evidence, shown)]
    wrong = evidence["p"].notna().to_numpy() & ((supported[0] != exists) | (supported[1] & ~exists))
    hidden = shown["hidden_driver"].where(shown["verdict"] == "supported")
    table = evidence_table(shown).assign(exists=np.where(exists, "yes", "no"), hidden_driver=hidden)
    return table[wrong]


def known_truth(scorecard: Scorecard, path: str = "") -> Truth | None:
    """Look up what a scorecard's actuals were made from."""
    for place in filter(None, (path, scorecard.id)):
        file = _beside(place, "truth.yaml")
        if file is not None:
            truth = read_truth(file)
            if {kpi.id for kpi in scorecard.kpis} <= {*truth.processes, *(one.kpi for one in truth.identities)}:
                return truth
    return None


def known_influence(path: str) -> pd.DataFrame | None:
    """Read the experts' ratings of who influences whom that lie beside a scorecard."""
    file = _beside(path, "influence.csv") if path else None
    if file is None:
        return None
    try:
        return pd.read_csv(file, index_col=0, encoding="utf-8").astype(float)
    except (OSError, ValueError) as error:
        what = "this is no table of influence"
        fix = "give causes as rows and effects as columns, by id, rated 0 to 4"
        raise BscError(Fault(str(file), what, got=str(error), fix=fix)) from None


def _beside(place: str, name: str) -> Path | None:
    with suppress(UnknownNameError):
        path = locate(place)
        file = (path if path.is_dir() else path.parent) / name
        return file if file.is_file() else None
    return None
