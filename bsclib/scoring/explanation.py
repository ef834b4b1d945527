"""How one number came about, in words that can be checked with a pocket calculator.

Everything is taken from the frame that `score` returns; nothing is computed anew that would not show in it.
"""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import dataclass

import pandas as pd

from bsclib.actuals.aggregate import REASONS
from bsclib.errors import UnknownNameError, unknown
from bsclib.scoring.apply import INSIDE, NO_WAY
from bsclib.scoring.methods import find_method

WORDS = {
    "on_target": "on target",
    "at_risk": "at risk",
    "off_target": "off target",
    "no_data": "no data",
    "undecided": "undecided",
}


TEXTS = ["unit", "period", "level", "id", "parent", "status", "label", "method", "reason"]


@dataclass(frozen=True)
class Step:
    """One line of an explanation: what it gives, and how it is reckoned."""

    label: str
    reckoning: str


@dataclass(frozen=True)
class Explanation:
    """How one number came about; prints as text and shows itself as HTML in a notebook.

    Attributes
    ----------
    title : str
        What is explained: name, id, unit and period.
    steps : tuple of Step
        From the inputs to the score, and on to the parent.
    parts : tuple of Explanation
        The same for everything below it, down to the actuals.
    """

    title: str
    steps: tuple[Step, ...]
    parts: tuple[Explanation, ...] = ()

    @property
    def text(self) -> str:
        """The explanation of this number as plain text, a line a step."""
        width = max(len(step.label) for step in self.steps)
        return "\n".join([self.title, *(f"  {step.label:<{width}}  {step.reckoning}" for step in self.steps)])

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
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(step.label)}</th>'
            f'<td style="text-align:left">{html.escape(step.reckoning)}</td></tr>'
            for step in self.steps
        )
        table = f'<table><caption dir="auto">{html.escape(self.title)}</caption><tbody>{rows}</tbody></table>'
        if not self.parts:
            return table
        below = "".join(part._repr_html_() for part in self.parts)
        return f"{table}<details><summary>What is below it</summary><blockquote>{below}</blockquote></details>"


def explain(scores: pd.DataFrame, id: str, unit: str | None = None, period: str | None = None) -> Explanation:
    """Explain how one score came about, from its inputs to its parent.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    id : str
        A KPI, objective or perspective, or the scorecard itself.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month, such as ``"2026-06"``; by default the last one.

    Returns
    -------
    Explanation

    Raises
    ------
    UnknownNameError
        When the id, the unit or the period is not in the scores; with the nearest one that is.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> scores = score(read_scorecard("meridian"), read_actuals("meridian"))
    >>> print(explain(scores, "meridian").steps[-1].label)
    Status
    """
    scores = scores.astype(dict.fromkeys(TEXTS, "str")).fillna(dict.fromkeys(TEXTS, ""))
    node = _one(scores["id"], "KPI, objective or perspective", id)
    unit = _one(scores["unit"], "unit", unit or "")
    period = _one(scores["period"], "period in the scores", period or scores["period"].max())
    here = scores[(scores["unit"] == unit) & (scores["period"] == period)]
    return _explained(node, here, scores.attrs.get("names", {}))


def _explained(node: str, here: pd.DataFrame, names: dict[str, str]) -> Explanation:
    row, children = here[here["id"] == node].iloc[0], here[here["parent"] == node]
    where = f"{row['unit'] or 'the organisation as a whole'}, {row['period']}"
    steps = _kpi_steps(row) if row["level"] == "kpi" else _parent_steps(row, children, names)
    parts = tuple(_explained(child, here, names) for child in children["id"])
    return Explanation(f"{_named(node, names)}: {where}", (*steps, *_onward(row, here, names)), parts)


def _one(column: pd.Series, kind: str, name: str) -> str:
    known = column.unique()
    if name not in known:
        raise UnknownNameError(unknown(kind, name or "(the organisation as a whole)", filter(None, known)))
    return name


def _named(id: str, names: dict[str, str]) -> str:
    name = names.get(id, id)
    return f"{name} ({id})" if name != id else id


def _n(value: float) -> str:
    """A number with the digits that a calculator needs, and no more."""
    if pd.isna(value):
        return "none"
    if value == 0 or 1e-3 <= abs(value) < 1e9:
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    return f"{value:.6g}"


# --------------------------------------------------------------------------------------------------------------- a KPI


def _kpi_steps(row: pd.Series) -> list[Step]:
    reason = str(row["reason"])
    if pd.isna(row["actual"]):
        steps = [Step("Actual", reason or "no actual")]
        return [*steps, Step("Score", f"{_n(row['score'])}"), _status(row)] if pd.notna(row["score"]) else steps
    steps = [Step("Actual", _actual(row))]
    steps += [Step("Floor, where the score is 0", _n(row["floor"])), Step("Expected by now", _expected(row))]
    clamped = min(max(row["attainment"], 0.0), 1.0)
    note = "" if clamped == row["attainment"] else f", held to {_n(clamped)} (0 to 1)"
    if row["method"] != "kit":
        return [*steps, *_other_method(row), _status(row)]
    steps.append(Step("Attainment", _attainment(row)))
    steps.append(Step("Score", f"{_n(row['attainment'])}{note} × 100 = {_n(row['score'])}"))
    return [*steps, _status(row)]


def _other_method(row: pd.Series) -> list[Step]:
    """The rule of a published method, what it took from the KPI, and its arithmetic."""
    method = find_method(str(row["method"]), "attainment")
    reason = str(row["reason"])
    taken = {name: float(value) for name, value in re.findall(r"(\w+) = (-?[\d.]+(?:e[-+]?\d+)?)", reason)}
    steps = [Step("Rule", f"{method.rule} ({method.name})"), Step("It takes", _assumed(reason))]
    counted = row["expected"] if reason.endswith(INSIDE) else row["actual"]
    if "the actual counts as" in reason:
        steps.append(
            Step("Mirrored", f"2 × {_n(row['expected'])} - {_n(counted)} = {_n(2 * row['expected'] - counted)}")
        )
        counted = 2 * row["expected"] - counted
    own = row["attainment"] * method.full
    if pd.isna(own):
        return [*steps, Step("Score", "none: the rule has no answer here")]
    if NO_WAY in reason:
        return [*steps, Step("Score", f"{_n(own)} of {_n(method.full)}: there is no way to go")]
    edges = [
        float(one) for one in re.findall(r"-?[\d.]+(?:e[-+]?\d+)?", reason.partition("edges = [")[2].partition("]")[0])
    ]
    if edges:
        steps.append(Step("On its own scale", _bands(counted, edges, own)))
    elif "checkins" in taken:
        hits = round(own * taken["checkins"] / 100)
        line = f"100 × {hits} / {_n(taken['checkins'])} = {_n(100 * hits / taken['checkins'])}, rounded"
        steps.append(Step("On its own scale", f"{hits} check-ins so far lay in the band: {line}"))
    elif method.name == "infor_cpm" and not taken["target"]:
        steps.append(Step("On its own scale", f"1 + {_signed(counted)} = {_n(own)}"))
    elif method.worked:
        named = {"floor": row["floor"], "expected": row["expected"], **taken, "actual": counted}
        cut = {"none": "", "round": ", rounded", "truncate": ", truncated"}[method.rounding]
        line = method.worked.format(**{name: _signed(value) for name, value in named.items()})
        steps.append(Step("On its own scale", f"{line} = {_n(own)}{cut}"))
    else:
        steps.append(Step("On its own scale", _n(own)))
    held = row["score"] * method.full / 100
    note = "" if abs(held - own) < 1e-9 else f", held to {_n(held)}"
    whole = "" if method.full == 1 else f" / {_n(method.full)}"
    return [*steps, Step("Score", f"{_n(own)}{note}{whole} × 100 = {_n(row['score'])}")]


def _bands(actual: float, edges: list[float], own: float) -> str:
    """How many bands are passed, and how much of the next one."""
    sign, count = (1 if edges[-1] > edges[0] else -1), len(edges) - 1
    passed = sum(sign * (actual - edge) >= 0 for edge in edges[1:])
    if passed == count or sign * (actual - edges[0]) <= 0:
        return f"{min(passed, count)} of {count} bands = {_n(own)}"
    low, high = edges[passed], edges[passed + 1]
    part = f"({_n(actual)} - {_n(low)}) / ({_n(high)} - {_n(low)})"
    return f"({passed} + {part}) / {count} = {_n(own)}"


def _assumed(reason: str) -> str:
    """What a method took from the KPI: all of a reason that is not about where the actual comes from."""
    parts = [part for part in reason.split("; ") if part not in REASONS and not part.startswith("carried forward")]
    return "; ".join(parts)


def _signed(value: float) -> str:
    return f"({_n(value)})" if value < 0 else _n(value)


def _actual(row: pd.Series) -> str:
    source = "; ".join(
        part for part in str(row["reason"]).split("; ") if part in REASONS or part.startswith("carried forward")
    )
    tail = f"  ({source})" if source else ""
    if pd.isna(row["numerator"]) or not row["denominator"]:
        return _n(row["actual"]) + tail
    ratio = row["numerator"] / row["denominator"]
    factor = row["actual"] / ratio if ratio else 1.0
    times = "" if abs(factor - 1) < 1e-9 else f" × {_n(factor)}" if factor > 1 else f" / {_n(1 / factor)}"
    return f"{_n(row['numerator'])} / {_n(row['denominator'])}{times} = {_n(row['actual'])}{tail}"


def _expected(row: pd.Series) -> str:
    if row["expected"] == row["target"]:
        return f"{_n(row['expected'])}, the target"
    return f"{_n(row['expected'])}, on the way to the target {_n(row['target'])}"


def _attainment(row: pd.Series) -> str:
    actual, floor, expected = (_n(row[name]) for name in ("actual", "floor", "expected"))
    reason = str(row["reason"])
    if reason.endswith(INSIDE):
        return f"1, because {actual} is inside the range"
    if reason.endswith(NO_WAY):
        good = "as good as" if row["attainment"] == 1 else "worse than"
        return f"{_n(row['attainment'])}, because {actual} is {good} {expected}, and there is no way to go from {floor}"
    up, down = _n(row["actual"] - row["floor"]), _n(row["expected"] - row["floor"])
    return f"({actual} - {floor}) / ({expected} - {floor}) = {up} / {down} = {_n(row['attainment'])}"


def _status(row: pd.Series) -> Step:
    share, at_risk, on_target = row["attainment"], row["at_risk"], row["on_target"]
    bands = {
        "on_target": f"{_n(share)} is at least {_n(on_target)}",
        "at_risk": f"{_n(share)} is at least {_n(at_risk)} and below {_n(on_target)}",
        "off_target": f"{_n(share)} is below {_n(at_risk)}",
    }
    word = WORDS[str(row["status"])]
    why = bands.get(str(row["status"]))
    return Step("Status", f"{word}, because {why}" if why else word)


# ------------------------------------------------------------------------------------------------------------- a parent


def _parent_steps(row: pd.Series, children: pd.DataFrame, names: dict[str, str]) -> list[Step]:
    steps, parts = [], []
    for child in children.itertuples():
        name = _named(str(child.id), names)
        if pd.isna(child.effective_weight):
            why = WORDS["no_data"] if pd.isna(child.score) else f"score {_n(child.score)}"
            steps.append(Step(name, f"weight {_n(child.weight)}; {why}; it carries nothing"))
            continue
        product = child.effective_weight * child.score
        parts.append(product)
        share = f"weight {_n(child.weight)}, a share of {_n(child.effective_weight)}"
        steps.append(Step(name, f"{share} × score {_n(child.score)} = {_n(product)}"))
    if pd.isna(row["score"]):
        return [*steps, Step("Score", f"none: {row['reason']}")]
    steps.append(Step("Score", f"{' + '.join(_n(part) for part in parts)} = {_n(row['score'])}"))
    return [*steps, _status(row)]


def _onward(row: pd.Series, here: pd.DataFrame, names: dict[str, str]) -> list[Step]:
    """What the number does to the one above it."""
    if not row["parent"]:
        return []
    parent = here[here["id"] == row["parent"]].iloc[0]
    name = _named(str(row["parent"]), names)
    if pd.isna(row["effective_weight"]):
        return [Step("Part of", f"{name}, to which it adds nothing in this period")]
    product = row["effective_weight"] * row["score"]
    adds = (
        f"adds {_n(row['effective_weight'])} × {_n(row['score'])} = {_n(product)} of its {_n(parent['score'])} points"
    )
    return [Step("Part of", f"{name}: it {adds}")]
