"""The controls of `explore_map`: a unit, a link and its evidence, a KPI and what lies up and down the map from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.causality.chains import lineage
from bsclib.causality.evidence.links import link_evidence
from bsclib.causality.map_claims import placebo_warning
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.link_picture import plot_link
from bsclib.plots.map_picture import plot_strategy_map
from bsclib.plots.palette import VERDICTS
from bsclib.plots.verdicts import verdict_text
from bsclib.plots.wording import tally
from bsclib.reporting.display import sentence, table
from bsclib.widgets.parts import (
    NAMES,
    Controls,
    attended,
    control,
    image,
    no_image,
    options,
    outputs,
    said,
    unit_control,
)
from bsclib.wording import amount, arrow, counted, number, percent, probability


@dataclass(frozen=True)
class MapChoice:
    """What the controls of `explore_map` say."""

    unit: str = ""
    link: tuple[str, str, int | None] | None = None
    """Cause, effect and stated lag; none where the map has no links."""
    kpi: str = ""
    """The KPI around which the map is drawn; empty for all of it."""

    def near(self, evidence: pd.DataFrame) -> list[str]:
        """The KPI, and those up and down the map from it."""
        return [self.kpi, *lineage(evidence, self.kpi)["kpi"]]

    def code(self) -> str:
        """The code that gives the same pictures, from a `scorecard` and its `actuals`."""
        lines = [f"from bsclib.causality import {'lineage, ' if self.kpi else ''}link_evidence"]
        lines += [f"from bsclib.plots import {'plot_link, ' if self.link else ''}plot_strategy_map, show"]
        lines += ["from bsclib.model.edit import keep"] if self.kpi else []
        unit = f", unit={self.unit!r}" if self.unit else ""
        lines += ["", f"evidence = link_evidence(scorecard, actuals{unit})"]
        if self.link:
            cause, effect, lag = self.link
            stated = "" if lag is None else f", lag={lag}"
            lines.append(f"show(plot_link(evidence, scorecard, actuals, {cause!r}, {effect!r}{stated}))")
        if self.kpi:
            lines.append(f'near = [{self.kpi!r}, *lineage(evidence, {self.kpi!r})["kpi"]]')
            lines.append('links = evidence[evidence["cause"].isin(near) & evidence["effect"].isin(near)]')
            lines.append("show(plot_strategy_map(keep(scorecard, kpis=near), evidence=links))")
        else:
            lines.append("show(plot_strategy_map(scorecard, evidence=evidence))")
        return "\n".join(lines)


def explore_map(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Pick a link of the map and see its evidence; pick a KPI and see what lies up and down the map from it.

    Parameters
    ----------
    scorecard : Scorecard
        Its links are what is looked at.
    actuals : DataFrame

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them. With nobody there, the map with its verdicts is shown,
        and nothing returned.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> explore_map(read_scorecard("meridian"), read_actuals("meridian"))
    Strategy map of Meridian Freight IT: 4 perspectives, 27 KPIs, 20 links: ...
    """
    if attended():
        return Explorer(scorecard, actuals).box
    show(plot_strategy_map(scorecard, evidence=link_evidence(scorecard, actuals)))
    return None


class Explorer(Controls):
    """Unit, link, its verdict, picture and numbers; KPI, what is around it, the map; a button, and the code."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        super().__init__()
        self.scorecard, self.actuals = scorecard, check_actuals(actuals, scorecard)
        self.tested = cache(lambda unit: link_evidence(scorecard, self.actuals, unit or None))
        self.unit = unit_control(self.actuals)
        look = {"layout": NAMES, "disabled": not scorecard.links}
        self.link, self.kpi = (control("Dropdown", word, **look) for word in ("Link", "Around"))
        self.picture, self.numbers, self.around, self.map = outputs(4)
        self.on([self.unit], self.turn)
        self.on([self.link], self.show_link)
        self.on([self.kpi], self.show_map)
        self.turn()
        of_link, of_kpi = (self.sentence, self.picture, self.numbers), (self.around, self.map)
        self.box = self.laid_out(self.unit, self.link, *of_link, self.kpi, *of_kpi)

    @property
    def evidence(self) -> pd.DataFrame:
        """The evidence for the unit."""
        return self.tested(self.unit.value)

    def turn(self) -> None:
        """Turn to another unit: the verdicts are others, the link and the KPI stay."""
        link, kpi = self.link.value, self.kpi.value
        linked = {*self.evidence["cause"], *self.evidence["effect"]}
        ids = [part.id for part in self.scorecard.kpis if part.id in linked]
        with self.silence():
            self.link.options = _links(self.scorecard, self.evidence)
            self.kpi.options = [("the whole map", ""), *options(self.scorecard.names, ids)]
            self.link.value = link if link is not None or not self.scorecard.links else 0
            self.kpi.value = kpi or ""
        self.show_link()
        self.show_map()

    def choice(self) -> MapChoice:
        """What the controls say."""
        link = None if self.link.value is None else self.scorecard.links[self.link.value]
        return MapChoice(self.unit.value, (link.cause, link.effect, link.lag) if link else None, self.kpi.value or "")

    def show_link(self) -> None:
        """Show the evidence for the link that is picked."""
        choice = self.choice()
        if choice.link is None:
            self.say("The scorecard has no links: there is nothing to test.", choice.code())
            self.picture.value, self.numbers.value = no_image(), ""
            return
        row = self.evidence.iloc[self.link.value]
        self.say(f"{verdict_text(row['verdict'])}. {row['reason']}", choice.code())
        cause, effect, lag = choice.link
        self.picture.value = image(plot_link(self.evidence, self.scorecard, self.actuals, cause, effect, lag=lag))
        shown = table(numbers(row, self.scorecard), "What the verdict rests on") or sentence()
        self.numbers.value = shown.html

    def show_map(self) -> None:
        """Show the map, all of it or what is around a KPI."""
        choice, evidence = self.choice(), self.evidence
        self.show_code(choice.code())
        if not choice.kpi:
            verdicts = tally(evidence["verdict"], VERDICTS) or "none"
            self.around.value = said(
                f"{counted(len(evidence), 'link')}: {verdicts}. {placebo_warning(evidence)}".strip()
            )
            self.map.value = image(plot_strategy_map(self.scorecard, evidence=evidence))
            return
        near = choice.near(evidence)
        rows = lineage(evidence, choice.kpi)
        rows.insert(1, "name", [self.scorecard.names[id] for id in rows["kpi"]])
        caption = "Up and down the map: links on the shortest way, and the weakest verdict on it"
        shown = table(rows.drop(columns="kpi").assign(verdict=rows["verdict"].map(verdict_text)), caption)
        self.around.value = said(_told(rows, self.scorecard.names[choice.kpi])) + (shown or sentence()).html
        links = evidence[evidence["cause"].isin(near) & evidence["effect"].isin(near)]
        self.map.value = image(plot_strategy_map(keep(self.scorecard, kpis=near), evidence=links))


def numbers(row: pd.Series, scorecard: Scorecard) -> pd.DataFrame:
    """The numbers of one link, in words."""
    unit, hidden = scorecard.kpi(row["effect"]).measured_in, row["hidden_driver"]
    low, high = row["months_needed_low"], row["months_needed_high"]
    more = f"to {number(high, 0)}" if low < high < float("inf") else "or more"
    texts = {
        "One unit more of the cause changes the effect by": _measured(row["estimate"], unit),
        "with an interval of": "" if pd.isna(row["low"]) else f"{amount(row['low'])} to {amount(row['high'])}",
        "in the long run by": _measured(row["cumulative"], unit),
        "Chance of seeing this if there were no effect (p)": probability(row["p"], none=""),
        "Share of false links among those as clear as this (q)": probability(row["q"], none=""),
        "Months it rests on": number(row["months"], 0),
        "Months needed to tell": "" if pd.isna(low) else f"{number(low, 0)} {more}",
        "Holds in every other quarter alone, and in the rest": ""
        if pd.isna(row["robust"])
        else "yes"
        if row["robust"]
        else "no",
        "A hidden driver would have to make up, of the noise of both": "" if pd.isna(hidden) else percent(hidden),
    }
    return pd.DataFrame([(text, says) for text, says in texts.items() if says], columns=["what", "says"])


def _measured(value: float, unit: str) -> str:
    if pd.isna(value):
        return ""
    return f"{'+' if value > 0 else ''}{amount(value)}{'' if unit == '%' else ' '}{unit}".strip()


def _told(near: pd.DataFrame, name: str) -> str:
    parts = []
    for side, way in (("upstream", "that may drive it"), ("downstream", "that it may drive")):
        rows = near[near["side"] == side]
        sure = int((rows["verdict"] == "supported").sum())
        how = f", {sure} by supported links all the way" if len(rows) else ""
        parts.append(f"{counted(len(rows), 'KPI')} {way}{how}")
    return f"{name[:80]}: {'; '.join(parts)}."


def _links(scorecard: Scorecard, evidence: pd.DataFrame) -> list[tuple[str, int]]:
    """The links for a drop-down, with the verdict before and the lag behind."""
    alike = len({(link.cause, link.effect) for link in scorecard.links}) < len(scorecard.links)
    names = []
    for link, verdict in zip(scorecard.links, evidence["verdict"], strict=True):
        ends = arrow(scorecard.names[link.cause][:60], scorecard.names[link.effect][:60])
        names.append(f"{VERDICTS[verdict]} {ends}{f', {link.lag} mo' if alike and link.lag is not None else ''}")
    return [(name, at) for at, name in enumerate(names)]
