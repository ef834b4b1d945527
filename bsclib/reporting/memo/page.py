"""A decision memo: one page that says what is asked, what the options are expected to bring, and what might be wrong.

Every sentence is made from the numbers of compared scenarios, so that the memo cannot say more than they do.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import alt_text, png
from bsclib.plots.scenarios import plot_scenarios
from bsclib.reporting.brand import Brand
from bsclib.reporting.display import Html, sentence, table
from bsclib.reporting.memo import sentences
from bsclib.reporting.memo.options import NOTHING, moved_kpis, option_table, read_decision
from bsclib.reporting.memo.sensitivity import link_sensitivity, without_link
from bsclib.scenarios.comparison import compare_scenarios
from bsclib.scenarios.course import plain_course
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.notes import scenario_notes
from bsclib.scenarios.projection import effect_at_horizon
from bsclib.scenarios.questions import break_even
from bsclib.wording import PLAIN, short_name

DRAWS = 1_000
"""For what is asked over and over: links taken out, shares of an initiative's plan."""
CAPTION = "The options, and what they are expected to bring"
STYLE = """
.memo li { margin: 0 0 .35em; font-size: .94em; line-height: 1.45; }
.memo ul { padding-left: 1.2em; }
.memo .disclosures ul { list-style: none; padding: 0; }
.memo section :is(h2, h3) { margin: .6em 0 .5em; padding: 0; border: 0; font-size: 1.1em; }
.memo li { break-inside: avoid; }
.memo :is(h2, h3) { break-after: avoid; }
@media print, (min-width: 50rem) { .memo .sides { columns: 2; column-gap: 2.5em; } }
"""
"""In two columns where there is room."""
ALONE = """
.sheet:has(.memo) { display: block; }
.sheet:has(.memo) nav, footer:not(:has(dl div, table)) { display: none; }
.sheet:has(.memo) footer { margin-top: 1.5em; }
@media print {
  @page { margin: 12mm 15mm 14mm; }
  body > header > div { padding-block: 0 2mm; }
  h1 { font-size: 16pt; }
  .sheet:has(.memo) { padding-top: 2mm; }
  .memo p { font-size: 10pt !important; max-width: none !important; margin-bottom: 2mm; line-height: 1.35 !important; }
  .memo li { font-size: 7.8pt; line-height: 1.27; margin-bottom: .6mm; }
  .memo section h2 { font-size: 10.5pt; margin: 1.5mm 0 1mm; }
  .memo .table, .memo figure { margin: 1mm 0 !important; }
  .memo :is(caption, th, td) { padding: .5mm 1.4mm; font-size: 8.5pt; }
  .memo figure img { max-height: 33mm; }
  .sheet:has(.memo) footer { margin-top: 2mm; font-size: 7.5pt; }
  .sheet:has(.memo) footer h2 { margin: 0; padding-top: 1mm; font-size: 8pt; }
}
"""
"""A page of its own needs no contents, and fits on one sheet of paper."""


@dataclass(frozen=True)
class Memo:
    """One page on one decision. It shows itself as HTML in a notebook, and prints as text."""

    title: str
    question: str
    answer: tuple[str, ...]
    options: pd.DataFrame
    expected: tuple[str, ...]
    assumed: tuple[str, ...]
    doubts: tuple[str, ...]
    picture: tuple[bytes, str] = field(repr=False, default=(b"", ""))
    opened: tuple[tuple[str, pd.DataFrame], ...] = field(repr=False, default=())

    @property
    def _parts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "What to expect", self.expected
        yield "What we assumed", self.assumed
        yield "What would change our mind", self.doubts

    @property
    def _disclosures(self) -> str:
        """Each option opens to what is behind its number; on paper that is left out."""
        items = "".join(
            f'<li><details><summary dir="auto">{escape(name)}</summary><div>{shown._repr_html_()}</div></details></li>'
            for name, frame in self.opened
            if (shown := table(frame, "KPIs that it is expected to move"))
        )
        said = "Open an option, and see what is behind its number"
        return f'<div class="disclosures {PLAIN}"><p>{said}</p><ul>{items}</ul></div>' if items else ""

    def __str__(self) -> str:
        head = [self.title, self.question, " ".join(self.answer)]
        shown = table(self.options, CAPTION)
        lists = ["\n".join([name, *(f"- {text}" for text in texts)]) for name, texts in self._parts if texts]
        return "\n\n".join(filter(None, [*head, shown.text if shown else "", *lists]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html(3)

    def html(self, level: int = 3) -> str:
        """The memo as HTML."""
        shown = table(self.options, CAPTION)
        data, alt = self.picture
        coded = base64.b64encode(data).decode("ascii")
        image = f'<img src="data:image/png;base64,{coded}" alt="{escape(alt)}" style="width: 60rem">'
        parts = [
            f'<h{level - 1} class="{PLAIN}" dir="auto">{escape(self.title)}</h{level - 1}>',
            f'<p class="{PLAIN}" dir="auto"><i>{escape(self.question)}</i></p>' if self.question else "",
            sentence(*map(_tied, self.answer), lead=True)._repr_html_(),
            shown._repr_html_() if shown else "",
            f'<figure style="margin: .5em 0">{image}</figure>' if data else "",
            self._disclosures,
            '<div class="sides">',
        ]
        for name, texts in self._parts:
            if texts:
                items = "".join(f'<li dir="auto">{escape(_tied(text))}</li>' for text in texts)
                parts.append(f'<section><h{level}>{name}</h{level}><ul class="{PLAIN}">{items}</ul></section>')
        return f'<style>{STYLE}</style><div class="memo">{"".join(parts)}</div></div>'


def _tied(text: str) -> str:
    """The same, with no line break between a number and its per cent."""
    return text.replace(" %", "\u00a0%")


def decision_memo(
    scorecard: Scorecard,
    compared: pd.DataFrame,
    scenarios: Scenario | Sequence[Scenario],
    evidence: pd.DataFrame | None = None,
    question: str = "",
    goal: str | None = None,
    links: pd.DataFrame | None = None,
    break_even: pd.DataFrame | None = None,
    worth: float | None = None,
    notes: Mapping[str, Sequence[str]] | None = None,
    plain: pd.DataFrame | None = None,
) -> Memo:
    """Write the memo of a decision between scenarios; or of one, against doing nothing.

    Parameters
    ----------
    scorecard : Scorecard
    compared : DataFrame
        As `bsclib.scenarios.compare` or `bsclib.whatif` returns it.
    scenarios : Scenario or sequence of Scenario
        What was asked: the options' names, and what each does.
    evidence, links, break_even : DataFrame, optional
        As `bsclib.link_evidence` returns it, without which the memo does not say on which links the answer rests; of
        the best option, as `bsclib.reporting.memo.sensitivity.link_sensitivity` returns them; of its initiatives, as
        `bsclib.scenarios.break_even` does.
    question, goal : str, optional
        What was asked, and by what the options are judged: a KPI, objective or perspective; by default the scorecard.
    worth : float, optional
        What a point of the overall score was taken to be worth for a year, when these were made.
    notes : mapping of str to sequence of str, optional
        What a reader must know of each scenario, by id, as `bsclib.scenarios.scenario_notes` says it.
    plain : DataFrame, optional
        As `bsclib.scenarios.plain_course` returns it; the memo then says how much of the level hangs on the map.

    Returns
    -------
    Memo

    Raises
    ------
    UnknownNameError, BscError
        When the goal is not in the scorecard or the result, or the result holds another scenario; when no option
        changes anything, or nothing is known of the goal.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> slow = Scenario(id="slow", name="Restore sooner", changes={"mttr": "-5%"})
    >>> fast = Scenario(id="fast", name="Restore much sooner", changes={"mttr": "-10%"})
    >>> decision_memo(fit.scorecard, compare_scenarios(fit, [slow, fast], draws=200), [slow, fast]).answer[0][:61]
    'Of 2 options, “Restore much sooner” does most for the overall'
    """
    decision = read_decision(scorecard, compared, scenarios, goal, notes)
    unit, names = decision.best.goal["unit"], {option.id: option.name for option in decision.options}
    rows = pd.concat([option.rows for option in decision.options])
    drawn = plot_scenarios(rows, scorecard, decision.goal.id, names=names)
    return Memo(
        f"Decision memo: {short_name(scorecard.name)}{f' ({short_name(unit)})' if unit else ''}",
        question,
        tuple(sentences.answer(decision)),
        option_table(decision),
        tuple(sentences.expected(decision)),
        tuple(sentences.assumed(decision, evidence, worth, plain)),
        tuple(sentences.doubts(decision, links, break_even)),
        (png(drawn), alt_text(drawn)),
        tuple((option.name, moved_kpis(decision, option)) for option in decision.options),
    )


def memo_for(
    fit: FittedMap,
    scenarios: Scenario | Sequence[Scenario],
    question: str = "",
    goal: str | None = None,
    worth: float | None = None,
    draws: int = 10_000,
) -> Memo:
    """Ask a fitted map what scenarios would do, and write the memo."""
    scenarios = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    ids = [one.id for one in scenarios]
    if not ids or len(set(ids)) < len(ids):
        got, fix = ", ".join(ids) or "none", "give at least one, each with an id of its own"
        raise BscError(Fault("scenarios", "these are no options to choose from", got=got, fix=fix))
    nothing = scenarios[0].model_copy(update={"id": NOTHING, "name": NOTHING, "changes": {}, "initiatives": ()})
    compared = compare_scenarios(fit, [*scenarios, nothing], draws)
    best, *others = read_decision(fit.scorecard, compared, [*scenarios, nothing], goal).options
    by_id = {scenario.id: scenario for scenario in scenarios}
    chosen = by_id[best.id]
    links = link_sensitivity(fit, chosen.changes, chosen.initiatives, chosen.horizon, goal)
    if others and len(links):
        weak = without_link(fit, *links.loc[0, ["cause", "effect"]])
        rival = by_id[others[0].id]
        asked = rival.changes, rival.initiatives, rival.horizon, DRAWS
        links["rival"] = effect_at_horizon(weak, goal or fit.scorecard.id, *asked)[0]
    earns = [] if worth is None else [break_even(fit, id, worth, chosen.horizon, DRAWS) for id in best.starts]
    return decision_memo(
        fit.scorecard,
        compared,
        [*scenarios, nothing],
        fit.evidence,
        question or next((scenario.question for scenario in scenarios if scenario.question), ""),
        goal,
        links,
        pd.concat(earns, ignore_index=True) if earns else None,
        worth,
        {chosen.id: scenario_notes(fit, best.rows, chosen.changes, chosen.initiatives)},
        plain_course(fit, chosen.horizon),
    )


def memo_page(memo: Memo, house: Brand | None = None) -> str:
    """A memo as one page of HTML that needs nothing else, in the style of the reports."""
    return Html(str(memo), f"{memo.html(2)}<style>{ALONE}</style>").page(house)
