"""How one number came about, in words that can be checked with a pocket calculator.

Everything is taken from the columns of the frame that `score` returns, and from the method that made it; nothing is
computed anew that would not show in it, and no sentence is read back.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.measures import in_words
from bsclib.model.nouns import Scorecard
from bsclib.model.status import STATUSES, words
from bsclib.scoring import rules
from bsclib.scoring.method import COLOUR_SCORES, Method, bracketed, figure
from bsclib.scoring.methods import method_of
from bsclib.scoring.published import METHODS
from bsclib.scoring.reasons import CASES, actual_sources, grain_words, taken_words
from bsclib.scoring.scores import TEXTS, restore_types
from bsclib.scoring.steps import NO_ARITHMETIC, Step, evaluate
from bsclib.scoring.views import last_known, last_known_words
from bsclib.wording import html_table, month_name

LOOSE, TIGHT = 1e-4, 2e-6
"""How far a printed line may be from the number, in parts of it: to be printed at all, and to be printed as equal."""
IN_WORDS = ("actual", "floor", "expected")


@dataclass(frozen=True)
class Explanation:
    """How one number came about, rounded as a person says it; `frame` holds it to the last digit."""

    title: str
    steps: tuple[Step, ...]
    parts: tuple[Explanation, ...] = ()

    @property
    def text(self) -> str:
        """The explanation of this number as plain text, a line a step."""
        width = max(len(step.label) for step in self.steps)
        return "\n".join([self.title, *(f"  {step.label:<{width}}  {step.brief}" for step in self.steps)])

    @property
    def tree(self) -> str:
        """The explanation as plain text, with those of everything below it, down to the actuals."""
        below = ("\n" + part.tree for part in self.parts)
        return "\n".join([self.text, *(textwrap.indent(text, "    ") for text in below)])

    def frame(self) -> pd.DataFrame:
        """A row a step, those of everything below it too: columns `of`, `step`, `reckoning`."""
        rows = [{"of": self.title, "step": step.label, "reckoning": step.reckoning} for step in self.steps]
        return pd.concat([pd.DataFrame(rows), *(part.frame() for part in self.parts)], ignore_index=True)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        own = html_table([], [(step.label, step.brief) for step in self.steps], self.title)
        if not self.parts:
            return own
        below = "".join(part._repr_html_() for part in self.parts)
        return f"{own}<details><summary>What is below it</summary><blockquote>{below}</blockquote></details>"


def explain(
    scores: pd.DataFrame,
    id: str,
    unit: str | None = None,
    period: str | None = None,
    scorecard: Scorecard | None = None,
    method: Method | None = None,
) -> Explanation:
    """Explain how one score came about, from its inputs to its parent.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it, also one that was written to a file and read again.
    id : str
        A KPI, objective or perspective, or the scorecard itself.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month, such as ``"2026-06"``; of a quarter or year, as the scorecard writes it, its last month in the scores.
        By default the last one.
    scorecard : Scorecard, optional
        Gives the names, by default those in the scores, says what an answer or a delay is called, and in which month
        fiscal years start.
    method : Method, optional
        The method that made the scores: needed only where it is one of your own.

    Returns
    -------
    Explanation

    Raises
    ------
    UnknownNameError
        When the id, the unit or the period is not in the scores, with the nearest one that is; or when the scores are
        by a method of your own that is not given.
    BscError
        When the method given is not the one that the scores name, or `period` is no period.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> scores = score(read_scorecard("meridian"), read_actuals("meridian"))
    >>> print(explain(scores, "meridian").steps[-1].label)
    Status
    """
    scores = restore_types(scores)
    _check_known(scores["id"], "KPI, objective or perspective", id)
    unit = _check_known(scores["unit"], "unit", unit or "")
    period = _month_of(period, scores["period"], scorecard)
    history = scores[(scores["unit"] == unit) & (scores["period"].astype("str") <= period)]
    month = history[history["period"] == period].astype(dict.fromkeys(TEXTS, "str"))
    _check_known(month["id"], "KPI, objective or perspective", id)
    if scorecard is not None:
        month = month.assign(name=[scorecard.names.get(id, id) for id in month["id"]], **_words(month, scorecard))
    month = month.assign(known=_last_known(month, history, unit, scorecard))
    return _explain_node(id, month, history, method_of(month, method))


def _words(month: pd.DataFrame, scorecard: Scorecard) -> dict[str, list[str]]:
    """What an answer or a delay is called, in a column beside each of its numbers."""
    kpis = [next((kpi for kpi in scorecard.kpis if kpi.id == id), None) for id in month["id"]]
    return {
        f"{name} in words": [in_words(kpi, value) if kpi else "" for kpi, value in zip(kpis, month[name], strict=True)]
        for name in IN_WORDS
    }


def _last_known(month: pd.DataFrame, history: pd.DataFrame, unit: str, scorecard: Scorecard | None) -> list[str]:
    """What was last known of each KPI that has no actual; without the scorecard the number stands alone."""
    rows = {str(id): row for id, row in last_known(history, unit).iterrows()}
    kpis = {kpi.id: kpi for kpi in scorecard.kpis} if scorecard else {}
    said = {id: last_known_words(kpis.get(id), row) for id, row in rows.items()}
    return [said.get(id, "") for id in month["id"]]


def _said(row: pd.Series, name: str) -> str:
    """What a number is called, behind it."""
    text = row.get(f"{name} in words", "")
    return f", which is {text}" if text else ""


def _explain_node(id: str, month: pd.DataFrame, history: pd.DataFrame, method: Method) -> Explanation:
    row, children = month[month["id"] == id].iloc[0], month[month["parent"] == id]
    where = f"{row['unit'] or 'the organisation as a whole'}, {month_name(row['period'])}"
    steps = kpi_steps(row, history, method) if row["level"] == "kpi" else _parent_steps(row, children, method)
    parts = tuple(_explain_node(child, month, history, method) for child in children["id"])
    return Explanation(f"{_full_name(row)}: {where}", (*steps, *_step_upwards(row, month, method)), parts)


def _month_of(period: str | None, scored: pd.Series, scorecard: Scorecard | None) -> str:
    """The last scored month of a period; by default the last of all."""
    months = sorted(map(str, scored.unique()))
    if period is None:
        return months[-1]
    try:
        first, last = periods.span(periods.resolve(period, scorecard.year_starts if scorecard else None))
    except ValueError as problem:
        raise BscError(f"period: {problem}") from None
    within = [month for month in months if first <= periods.span(month)[0] <= last]
    return within[-1] if within else _check_known(scored, "period in the scores", period)


def _check_known(column: pd.Series, kind: str, name: str) -> str:
    known = [str(text) for text in column.unique()]
    if name not in known:
        raise UnknownNameError(unknown(kind, name or "(the organisation as a whole)", filter(None, known)))
    return name


def _full_name(row: pd.Series) -> str:
    return f"{row['name']} ({row['id']})" if row["name"] != row["id"] else str(row["id"])


def kpi_steps(row: pd.Series, history: pd.DataFrame, method: Method) -> list[Step]:
    """How a KPI's score came about, down to its actual; what it does above is left out."""
    if pd.isna(row["actual"]):
        steps = [Step("Actual", row["reason"] or "no actual")]
        steps += [Step("Last known", row["known"])] if row["known"] else []
        return [*steps, Step("Score", f"{figure(row['score'])}"), _status(row)] if pd.notna(row["score"]) else steps
    taken = json.loads(row["taken"] or "{}")
    if taken.get("case") == "no_target":
        return [
            Step("Actual", _actual(row, taken, history)),
            Step("Score", f"none: {CASES['no_target']}"),
            _status(row),
        ]
    label = "Actual to date" if "since" in taken else "Actual"
    expected = Step("Expected by now", _expected(row, taken) + _said(row, "expected"))
    steps = [Step(label, _actual(row, taken, history) + _said(row, "actual")), _floor(row, method, taken), expected]
    if "grain" in taken:
        steps.append(Step("Take care", grain_words(*taken["grain"])))
    words = "; ".join(taken_words(taken, method, pd.notna(row["stretch"]), pd.notna(row["baseline"])))
    if method.name not in METHODS or words:
        steps.append(Step("Rule", f"{method.rule} ({method.name})"))
    if words:
        steps.append(Step("It takes", words))
    actual = float(row["actual"])
    if taken.get("case") == "inside" and not method.takes_range:
        actual = float(row["expected"])
        if not method.takes_floor:
            steps.append(Step("Counts as", f"{figure(actual)}, because {figure(row['actual'])} is inside the range"))
    if taken.get("mirrored"):
        mirrored = 2 * row["expected"] - actual
        steps.append(Step("Mirrored", f"2 × {figure(row['expected'])} - {bracketed(actual)} = {figure(mirrored)}"))
        actual = mirrored
    own = row["attainment"] * method.full
    if pd.isna(own):
        return [*steps, Step("Score", "none: the rule has no answer here"), _status(row)]
    label = "Attainment" if method.takes_floor and method.full == 1 else "On its own scale"
    steps.append(Step(label, _own_scale(row, method, taken, actual, own)))
    held = row["score"] * method.full / 100
    note = "" if np.isclose(held, own, rtol=1e-9, atol=1e-9) else f" counts as {figure(held)}, and {figure(held)}"
    whole = "" if method.full == 1 else f" / {figure(method.full)}"
    return [*steps, Step("Score", f"{figure(own)}{note}{whole} × 100 = {figure(row['score'])}"), _status(row)]


def _floor(row: pd.Series, method: Method, taken: Mapping[str, object]) -> Step:
    """The floor; that the score is 0 there is said of the kit's own rule alone, and only where there is a way to go."""
    zero = method.compute is rules.linear_attainment and taken.get("case") != "hold"
    zero = zero and not (method.clamp and method.clamp[0] > 0)
    due = _due(row["floor"], taken) if row["floor"] else ""
    return Step("Floor, where the score is 0" if zero else "Floor", f"{due}{figure(row['floor'])}{_said(row, 'floor')}")


def _due(value: float, taken: Mapping[str, Any]) -> str:
    """How a share that is due by now is reckoned from that of its year or quarter; nothing for other KPIs."""
    if "months" in taken:
        return f"{figure(value * taken['of'] / taken['months'])} × {taken['months']} / {taken['of']} = "
    return f"{figure(value / taken['share'])} × {figure(taken['share'])} = " if taken.get("share") else ""


def _own_scale(row: pd.Series, method: Method, taken: Mapping[str, object], actual: float, own: float) -> str:
    """What the rule gives, and how: in a line of arithmetic wherever there is one that comes to it."""
    if taken.get("case") == "inside" and method.takes_floor:
        return f"{figure(own)}, because {figure(row['actual'])} is inside the range"
    if taken.get("case") == "hold":
        if not method.takes_floor or taken.get("mirrored"):
            return f"{figure(own)} of {figure(method.full)}: there is no way to go"
        good = "as good as" if row["attainment"] == 1 else "worse than"
        compared = f"{figure(row['actual'])} is {good} {figure(row['expected'])}"
        return f"{figure(own)}, because {compared}, and there is no way to go from {figure(row['floor'])}"
    floor = 2 * row["expected"] - row["floor"] if taken.get("mirrored") else row["floor"]
    sign = 1.0 if row["expected"] >= floor else -1.0
    numbers = {"floor": floor, "expected": row["expected"], "sign": sign, **taken, "actual": actual, "own": own}
    line, exact = _worked(method, numbers)
    size = max(1.0, abs(own))
    off = abs(float(rules.ROUNDINGS[method.rounding](exact)) - own) / size
    if not off <= LOOSE:
        return figure(own)
    cut = {"none": "", "round": ", rounded", "truncate": ", truncated"}[method.rounding]
    if cut and abs(exact - own) > TIGHT * size:
        return f"{line} = {figure(exact)}{cut} to {figure(own)}"
    return f"{line} = {figure(own)}{cut}" if off <= TIGHT else f"{line}, about {figure(own)}"


def _worked(method: Method, numbers: Mapping[str, Any]) -> tuple[str, float]:
    """The rule as a line of arithmetic, and what it comes to; NaN where it is none, or where its steps differ."""
    try:
        if callable(method.worked):
            line = method.worked(**numbers)
        else:
            plain = {name: bracketed(value) for name, value in numbers.items() if isinstance(value, float)}
            line = method.worked.format(**plain)
        results = [evaluate(step) for step in line.split(" = ")]
    except NO_ARITHMETIC:
        return "", np.nan
    # Printed numbers have six decimals: steps that lost too many would not come to the same.
    alike = np.ptp(results) <= LOOSE * max(1.0, abs(results[-1]))
    return line, results[-1] if alike else np.nan


def _actual(row: pd.Series, taken: Mapping[str, Any], history: pd.DataFrame) -> str:
    made, whence = actual_sources(row, taken, history)
    return f"{f'{made} = ' if made else ''}{figure(row['actual'])}{f'  ({whence})' if whence else ''}"


def _expected(row: pd.Series, taken: Mapping[str, Any]) -> str:
    if due := _due(row["expected"], taken):
        span = "year" if taken.get("of", 12) == 12 else "quarter"
        return f"{due}{figure(row['expected'])}, what is due by now of the {span}'s"
    if row["expected"] == row["target"]:
        return f"{figure(row['expected'])}, the target"
    return f"{figure(row['expected'])}, on the way to the target {figure(row['target'])}"


def _status(row: pd.Series) -> Step:
    share, *edges = row["attainment"], row["at_risk"], row["on_target"]
    # Statuses are compared at 9 decimals: at 6, what is just below an edge would look like it.
    digits = rules.DIGITS if figure(share) in map(figure, edges) else 6
    share, at_risk, on_target = (figure(value, digits) for value in (share, *edges))
    bands = {
        "on_target": f"{share} is at least {on_target}",
        "at_risk": f"{share} is at least {at_risk} and below {on_target}",
        "off_target": f"{share} is below {at_risk}",
    }
    why = bands.get(row["status"])
    return Step("Status", f"{words(row['status'])}, because {why}" if why else words(row["status"]))


def counts_as(row: Any, method: Method) -> float:
    """What a child counts as in its parent: its score, or its colour."""
    return float(COLOUR_SCORES[STATUSES.index(row["status"])] if method.colours else row["score"])


def _parent_steps(row: pd.Series, children: pd.DataFrame, method: Method) -> list[Step]:
    steps, parts = [], []
    kind = "colour" if method.colours else "score"
    for _, child in children.iterrows():
        if pd.isna(child["effective_weight"]):
            why = words("no_data") if pd.isna(child["score"]) else f"score {figure(child['score'])}"
            steps.append(Step(_full_name(child), f"weight {figure(child['weight'])}; {why}; it carries nothing"))
            continue
        counted = counts_as(child, method)
        product = child["effective_weight"] * counted
        parts.append(product)
        share = f"weight {figure(child['weight'])}, a share of {figure(child['effective_weight'])}"
        steps.append(Step(_full_name(child), f"{share} × {kind} {bracketed(counted)} = {figure(product)}"))
    if pd.isna(row["score"]):
        return [*steps, Step("Score", f"none: {row['reason']}")]
    if not np.isclose(sum(parts), row["score"], rtol=0, atol=1e-6 * max([1.0, *map(abs, parts)])):
        what = f"what is below {row['id']!r} adds up to {figure(sum(parts))}, and its score is {figure(row['score'])}"
        fix = "give all rows that score() returned, unchanged, and the method that made them"
        raise BscError(Fault("scores", what, fix=fix))
    return [*steps, Step("Score", f"{' + '.join(map(bracketed, parts))} = {figure(row['score'])}"), _status(row)]


def _step_upwards(row: pd.Series, month: pd.DataFrame, method: Method) -> list[Step]:
    """What the number does to the one above it."""
    if not row["parent"]:
        return []
    parent = month[month["id"] == row["parent"]].iloc[0]
    if pd.isna(row["effective_weight"]):
        return [Step("Part of", f"{_full_name(parent)}, to which it adds nothing in this period")]
    counted = counts_as(row, method)
    product = figure(row["effective_weight"] * counted)
    adds = (
        f"{figure(row['effective_weight'])} × {bracketed(counted)} = {product} of its {figure(parent['score'])} points"
    )
    return [Step("Part of", f"{_full_name(parent)}: it adds {adds}")]
