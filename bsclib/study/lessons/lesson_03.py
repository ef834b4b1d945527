"""What lesson 03 shows: one KPI from its actual to its status, the roll-up, what is missing, and what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from bsclib.files.datasets import load_dataset
from bsclib.model.edit import change
from bsclib.model.formula import quantities
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import words
from bsclib.reporting.display import Html, named, table
from bsclib.scoring.methods import find_method
from bsclib.scoring.scores import MISSING_POLICIES, score
from bsclib.scoring.sensitivity.flips import smallest_flips
from bsclib.scoring.sensitivity.hiding import missing_bounds, noncompensatory_means
from bsclib.scoring.sensitivity.measurement_error import measurement_error
from bsclib.scoring.variants import compare_pooling, compare_variants
from bsclib.scoring.views import contributions, last_period, snapshot
from bsclib.study.lessons.aloud import aloud, is_are
from bsclib.study.lessons.props import instructive_kpi
from bsclib.wording import counted, formula_in_words, listed, month_name, number, percent, quoted

OTHER = {"higher_is_better": "lower_is_better", "lower_is_better": "higher_is_better"}
_TWO_YEARS = 24
Variants = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Followed:
    """The KPI that the lesson follows, and the scorecard it is taken from."""

    card: Scorecard
    actuals: pd.DataFrame
    scores: pd.DataFrame
    kpi: KPI
    lent: bool

    @property
    def row(self) -> pd.Series:
        """Its last score, for the organisation as a whole."""
        return self.scores[(self.scores["id"] == self.kpi.id) & (self.scores["unit"] == "")].iloc[-1]

    @property
    def way(self) -> float:
        """From floor to expected."""
        return float(self.row["expected"] - self.row["floor"])

    def scored(self, **changes: object) -> pd.DataFrame:
        """The scores when the KPI is changed."""
        return score(change(self.card, self.kpi.id, **changes), self.actuals)


def follow(card: Scorecard, actuals: pd.DataFrame, scores: pd.DataFrame) -> Followed:
    """One that is on its way and near a threshold; of the shipped case where this scorecard has none."""
    id = instructive_kpi(scores, card)
    if id:
        return Followed(card, actuals, scores, card.kpi(id), lent=False)
    lent, rows = load_dataset("meridian")
    found = score(lent, rows)
    return Followed(lent, rows, found, lent.kpi(instructive_kpi(found, lent)), lent=True)


def steps(here: Followed) -> Html:
    """The way from the actual to the status, a row a step."""
    row = here.row
    actual, floor, due = (float(row[name]) for name in ("actual", "floor", "expected"))
    share, points = float(row["attainment"]), float(row["score"])
    show = here.kpi.show
    rows = [
        ("actual", "what was observed", show(actual)),
        ("floor", "where the score is 0", show(floor)),
        ("expected", "where it should be by now", show(due)),
        ("attainment", "the share of the way from floor to expected", f"{share:.3f}"),
        ("score", "attainment, held to 0 to 1, times 100", f"{points:.1f}"),
        ("status", "the score, held against the thresholds", words(str(row["status"]))),
    ]
    shown = table(pd.DataFrame(rows, columns=["step", "what_it_is", "here"]), f"{here.kpi.name}, step by step")
    lent = f"This scorecard has no KPI to follow, so you follow one of {here.card.name}. " if here.lent else ""
    said = f"{lent}It had to go from {show(floor)} to {show(due)}, and it came to {show(actual)}."
    return aloud(shown, said, f"That is {100 * share:.1f} % of the way, so it is {words(str(row['status']))}.")


def since(card: Scorecard, scores: pd.DataFrame) -> Html:
    """What the picture of two years shows of the overall score: since when it has had its status."""
    rows = scores[(scores["id"] == card.id) & (scores["unit"] == "")].tail(_TWO_YEARS)
    status, texts = str(rows["status"].iloc[-1]), rows["status"].astype(str)
    before = rows[(texts != status).to_numpy()]
    if status == "no_data" or before.empty:
        return aloud(None, f"Look at the black line: the overall score is {words(status)} in every month shown.")
    first = rows.loc[before.index[-1] :].iloc[1]
    risk, good = (f"{100 * float(first[edge]):g}" for edge in ("at_risk", "on_target"))
    line = {"on_target": f"at {good} or above", "off_target": f"below {risk}", "at_risk": f"below {good}"}[status]
    if status == "at_risk" and str(before["status"].iloc[-1]) == "off_target":
        line = f"at {risk} or above"
    when = month_name(str(first["period"]))
    return aloud(
        None,
        f"Look at the black line: the overall score has been {line}, so {words(status)}, since {when}.",
        "There the line crosses that mark for the last time.",
    )


def _compared(variants: Variants, id: str, caption: str, unit: str = "") -> tuple[Html | None, pd.DataFrame]:
    """The variants side by side: their score and status, and what else moved, two columns at most."""
    found = compare_variants(variants, id, unit)
    moved = [name for name in ("attainment", "expected", "floor") if name in found and found[name].nunique() > 1]
    moved = sorted(moved[:2], reverse=True) if len(moved) < 3 else moved[:1]
    return table(found[["variant", *moved, "score", "status"]], caption, {"attainment": "{:.3f}"}), found


def _flipped(found: pd.DataFrame) -> str:
    """What became of the status, from the first row to the others."""
    first = found.iloc[0]
    turned = [one.variant for one in found[1:].itertuples() if one.status != first["status"]]
    moved = found[1:]["score"].astype(float) - float(first["score"])
    if turned:
        names = listed(quoted(name) for name in turned)
        return f"The colour turns with {names}. Nobody has worked better or worse."
    if moved.abs().max() > 0.05:
        to = listed([number(float(one)) for one in found[1:]["score"]])
        return f"The score moves from {number(float(first['score']))} to {to}, and the colour stays."
    return "Here nothing moves."


def directions(here: Followed) -> Html:
    """The same numbers with another direction, and with a floor on its bad side."""
    actual, due = float(here.row["actual"]), float(here.row["expected"])
    floor = due + here.way / 2
    plain = {"target": due, "baseline": floor, "floor": floor, "stretch": None}
    turned = here.scored(direction=OTHER[here.kpi.direction], **plain)
    variants = {"as it is": here.scores, "the other way is better": turned}
    shown, found = _compared(variants, here.kpi.id, "Another direction, and the floor with it")
    share, ends = float(found.iloc[-1]["attainment"]), (actual, floor, due, floor)
    one, other, third, last = (here.kpi.show(value) for value in ends)
    said = f"We put the floor half as far away, at {other}. By the same formula: "
    said += f"({one} \u2212 {other}) / ({third} \u2212 {last}) = {share:.2f}."
    past = f" The way is more than covered, so the score is {number(float(found.iloc[-1]['score']))}."
    return aloud(shown, said + past * (share > 1), _flipped(found))


def floors(here: Followed) -> Html:
    """The floor moved away by half of the way."""
    farther = here.scored(floor=here.row["floor"] - here.way / 2)
    variants = {"as it is": here.scores, "floor farther away": farther}
    shown, found = _compared(variants, here.kpi.id, "Another floor, and nothing else")
    return aloud(shown, _flipped(found))


def at_once(here: Followed) -> Html:
    """The path to the target taken away."""
    final = here.scored(target=here.kpi.final_target, baseline=here.row["floor"], path="linear")
    variants = {"as it is": here.scores, "the final target at once": final}
    shown, found = _compared(variants, here.kpi.id, "Another path, and nothing else")
    before, after = (float(one) for one in found["score"])
    blamed = "It would be blamed for months that have not come yet." if after < before - 0.05 else ""
    return aloud(shown, _flipped(found), blamed)


def beyond(here: Followed) -> Html:
    """KPIs whose attainment leaves the range, and what the limits do to the total."""
    now = snapshot(here.scores).query("level == 'kpi'")
    out = now[(now["attainment"] < 0) | (now["attainment"] > 1)].sort_values("attainment")
    if out.empty:
        return aloud(None, "No KPI lies outside 0 to 1 this month, so no score is held.")
    kit = find_method("kit")
    free = score(here.card, here.actuals, replace(kit, name="kit without limits", held=False))
    both = [snapshot(one).loc[here.card.id, "score"] for one in (here.scores, free)]
    said = f"{counted(len(out), 'KPI')} {is_are(len(out))} beyond the limits, and the score stops there."
    rest = f"Without limits the overall score would be {number(both[1])} in place of {number(both[0])}."
    shown = table(out[["name", "attainment", "score"]].head(8), "KPIs beyond their limits", {"attainment": "{:.2f}"})
    return aloud(shown, said, rest)


def thresholds(here: Followed) -> Html:
    """The threshold as it is, and moved to the other side of the KPI."""
    share, edge = min(max(float(here.row["attainment"]), 0.1), 0.9), here.kpi.thresholds.at_risk
    variants = {}
    for line in (edge, share - 0.05 if edge > share else share + 0.05):
        variants[f"at risk from {line:.2f}"] = here.scored(thresholds={"at_risk": line, "on_target": 1.0})
    shown, found = _compared(variants, here.kpi.id, "Another threshold, and nothing else")
    show = here.kpi.show
    begins = show(float(here.row["floor"]) + edge * here.way)
    way = f"{edge:.2f} of the way from {show(float(here.row['floor']))} to {show(float(here.row['expected']))}"
    return aloud(shown, f"At risk begins {way}, which is at {begins}.", _flipped(found))


# ---- from many to one


def children(here: Followed) -> Html:
    """A parent and what rolls up into it."""
    now = snapshot(here.scores)
    below = now[(now["parent"] == here.kpi.objective) & now["score"].notna()]
    share, points = below["effective_weight"].astype(float), below["score"].astype(float)
    parts = pd.DataFrame({"kpi": below["name"], "weight": below["weight"], "share": share, "score": points})
    adds = [f"{percent(one)} of {number(other)}" for one, other in zip(share, points, strict=True)]
    parent = now.loc[here.kpi.objective]
    said = f"{quoted(str(parent['name']))} scores {number(float(parent['score']))}: {listed(adds)}."
    twice = ""
    if len(points) > 1 and below["weight"].nunique() == 1:
        first, rest = points.iloc[0], points.iloc[1:]
        parts_of = " + ".join([f"2 × {number(first)}", *map(number, rest)])
        mean = number((first + points.sum()) / (len(points) + 1))
        twice = f"Counted twice, {quoted(str(below['name'].iloc[0]))} would make it ({parts_of}) / {len(points) + 1}"
        twice += f" = {mean}."
    shown = table(parts.assign(adds=share * points), f"What rolls up into {parent['name']}", {"share": "{:.0%}"})
    return aloud(shown, said, twice)


def heavier(here: Followed) -> Html:
    """The lowest perspective counted three times."""
    views = snapshot(here.scores).query("level == 'perspective'").dropna(subset=["score"])
    weakest = str(views["score"].astype(float).idxmin())
    heavy = change(here.card, weakest, weight=3 * max(float(views["weight"][weakest]), 1.0))
    name = here.card.names[weakest]
    variants = {"as it is": here.scores, f"{name} three times": score(heavy, here.actuals)}
    shown, found = _compared(variants, here.card.id, "Another weight, and nothing else")
    before, after = (round(float(one), 1) for one in found["score"])
    cost = f"Three times its weight costs the total {number(before - after)} points." if before > after else ""
    return aloud(shown, f"{quoted(name)} stands lowest.", cost, _flipped(found))


def costliest(here: Followed) -> Html:
    """Which KPI costs the overall score most, by what share and what score."""
    costs = contributions(here.scores).dropna(subset=["cost"])
    if costs.empty or not costs["cost"].max() > 0.05:
        return aloud(None, "No KPI costs the overall score anything this month.")
    top = costs.loc[costs["cost"].idxmax()]
    said = f"Of the single KPIs {quoted(here.card.names[str(top.name)])} has the longest bar."
    why = f"It carries {100 * top['share']:.1f} % of the total, and lacks {number(100 - top['score'])}."
    cost = f"So it costs {number(top['cost'])} points."
    return aloud(None, said, why, cost, "A thin dark bar is a perspective, as long as the bars below it together.")


def pooled(here: Followed) -> Html:
    """Ratios pooled rightly and wrongly."""
    rows = compare_pooling(here.card, here.actuals)
    rows = rows[1:] if len(rows) > 1 else rows  # the exercise asks for that of the first
    if rows.empty:
        return aloud(None, "No KPI here is a ratio over units.")
    formats = {"ratio_of_the_sums": "{:,.2f}", "mean_of_the_ratios": "{:,.2f}"}
    measured_in = [here.card.kpi(str(id)).measured_in for id in rows.index]
    shown = table(rows.assign(measured_in=measured_in).head(5), "All units together, pooled in two ways", formats)
    first = rows.iloc[0]
    right, wrong = f"{first['ratio_of_the_sums']:,.2f}", f"{first['mean_of_the_ratios']:,.2f}"
    now = here.scores[(here.scores["id"] == first.name) & (here.scores["period"] == last_period(here.scores))]
    under = now[now["unit"].astype(str) != ""].set_index("unit")["denominator"].dropna().astype(float)
    said = f"Look at {quoted(str(first.iloc[0]))}: {right} is right."
    if len(under) < 2 or under.min() == under.max():
        return aloud(shown, f"{said} {wrong} is not.")
    few, many, times = under.idxmin(), under.idxmax(), number(under.max() / under.min())
    whose = _divisor(here.card.kpi(str(first.name)).formula)
    rest = f"because it counts {few} as much as {many}, where the {whose} is {times} times as large."
    return aloud(shown, f"{said} {wrong} is not, {rest}")


def _divisor(formula: str) -> str:
    """What a formula divides by, as people write it."""
    below = sorted(quantities(formula)[1]) if formula else []
    return formula_in_words(below[0]) if len(below) == 1 else "denominator"


def most_missing(scores: pd.DataFrame) -> str:
    """The unit that lacks most actuals this month; empty for the organisation."""
    rows = scores[(scores["period"] == last_period(scores)) & (scores["level"] == "kpi")]
    lacking = rows.assign(lacks=rows["actual"].isna()).groupby("unit", observed=True)["lacks"].sum()
    return str(lacking.idxmax())


def policies(here: Followed) -> Html:
    """The overall score of the unit that lacks most, by each policy."""
    unit = most_missing(here.scores)
    found = {policy.replace("_", " "): score(here.card, here.actuals, missing=policy) for policy in MISSING_POLICIES}
    whose = unit or "the organisation"
    shown, rows = _compared(found, here.card.id, f"The score of {whose}, by policy", unit)
    known = rows["score"].dropna().astype(float)
    if known.empty:
        return aloud(shown, "Here no policy gives a score.")
    colours = rows.loc[rows["score"].notna(), "status"].nunique()
    month = snapshot(here.scores, unit).query("level == 'kpi'")
    gone = month.loc[month["actual"].isna() & month["score"].isna(), "name"].astype(str)
    lack = f"What {whose} lacks is {listed(map(quoted, gone))}." if len(gone) else ""
    said = f"The same month gives {number(known.min())} to {number(known.max())}, by what is done about the gap."
    stays = "The colour stays." if colours == 1 else "The colour hangs on it."
    return aloud(shown, lack, said, stays, _silence(rows, whose) if gone.any() else "")


def _silence(rows: pd.DataFrame, whose: str) -> str:
    """What a gap is worth to whoever sent nothing, against the last numbers sent."""
    by = rows.set_index("variant")["score"].astype(float)
    spread, carried = by["redistribute"], by["carry forward"]
    if not spread - carried > 0.05:
        return ""
    won = number(round(spread, 1) - round(carried, 1))
    return (
        f"With the last number that {whose} sent, it would score {number(carried)}. Its silence brings it {won} points."
    )


# ---- what is hidden


def four_scores() -> Html:
    """Four scores in one number, by four means."""
    four = np.array([[95.0, 95.0, 95.0, 20.0]])
    means = [four.mean(), *noncompensatory_means(four, np.full((1, 4), 0.25))[:, 0]]
    found = pd.DataFrame(
        {"mean": ["weighted mean", "geometric mean", "harmonic mean", "the lowest alone"], "score": means}
    )
    return aloud(
        table(found, "One number for four", {"score": "{:.1f}"}),
        f"The usual mean says {means[0]:.1f}, at risk. The others are lower, because in them the good scores pay less.",
    )


def bounded(here: Followed) -> Html:
    """Bounds on the scores of the unit that lacks most."""
    unit = most_missing(here.scores)
    whole = {here.card.id: f"{unit} as a whole"} if unit else {}
    rows = named(missing_bounds(here.scores, unit=unit), here.card.names | whole)
    rows = rows[(rows["high"] - rows["low"] > 1e-9) & (rows["level"] != "kpi")]
    if rows.empty:
        return aloud(None, "Nothing is missing this month, so every score is known.")
    shown = table(rows[["name", "score", "low", "high", "status"]].head(8), f"Bounds for {unit or 'the organisation'}")
    open_ = rows[rows["status"] == "undecided"]
    first = rows.iloc[0]
    whose = str(first["name"]) if first["name"] in whole.values() else quoted(str(first["name"]))
    said = f"{whose} lies between {number(first['low'])} and {number(first['high'])}."
    rest = f"{counted(len(open_), 'status is', 'statuses are')} undecided, and no policy can decide that."
    return aloud(shown, said, rest if len(open_) else "Whatever was missing, no colour would be another.")


# ---- optional depth


def coloured(here: Followed) -> Html:
    """Colours added up in place of scores."""
    kit = find_method("kit")
    variants = {
        "means of scores": here.scores,
        "means of colours": score(here.card, here.actuals, replace(kit, name="kit of colours", colours=True)),
    }
    shown, found = _compared(variants, here.card.id, "What is added up, and nothing else")
    return aloud(shown, _flipped(found))


def least(here: Followed) -> Html:
    """The smallest change of weights that flips a status."""
    rows = named(smallest_flips(here.scores).dropna(subset=["total_change"]), here.card.names)
    rows = rows.sort_values("total_change")
    if rows.empty:
        return aloud(None, "No weights could flip a status here.")
    first = rows.iloc[0]
    shown = rows[["name", "score", "status", "new_status", "total_change"]].head(6)
    moved = percent(first["total_change"] / 2)
    said = f"{quoted(first['name'])} needs least: give {moved} of the weight to another child."
    return aloud(table(shown, "The smallest change of weights that flips a status", {"total_change": "{:.2f}"}), said)


def measured(here: Followed) -> Html:
    """How sure colours are when every KPI is a little off."""
    month = snapshot(here.scores).query("level == 'kpi'")
    spread: Mapping[str, float] = ((month["expected"] - month["floor"]).abs() / 20).dropna().to_dict()
    rows = measurement_error(here.card, here.scores, spread, draws=2000)
    rows = named(rows.sort_values("chance_of_flip", ascending=False), here.card.names)
    if rows.empty:
        return aloud(None, "There is no score here that an error could move.")
    first, columns = rows.iloc[0], ["name", "score", "status", "chance_of_flip", "low", "high"]
    shown = table(rows[columns].head(8), "2,000 draws of the error", {"chance_of_flip": "{:.0%}"})
    often = percent(first["chance_of_flip"])
    return aloud(shown, f"{quoted(first['name'])} is least sure: its status flips in {often} of the draws.")
