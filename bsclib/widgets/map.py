"""The map that answers: a click on an arrow shows its evidence, one on a box what lies up and down the map from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from time import perf_counter
from typing import Any

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.causality.chains import lineage
from bsclib.causality.evidence.links import evidence_in_slices, link_evidence
from bsclib.causality.map_claims import placebo_warning
from bsclib.errors import UnknownNameError, unknown
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.model.status import VERDICTS
from bsclib.plots.canvas import show
from bsclib.plots.link_picture import plot_link
from bsclib.plots.map_picture import link_id, plot_strategy_map
from bsclib.plots.vector import svg
from bsclib.plots.verdicts import verdict_text
from bsclib.plots.wording import tally
from bsclib.reporting.display import sentence, table
from bsclib.widgets.parts import attended, options, unit_options
from bsclib.wording import amount, arrow, counted, number, percent, probability

AT_ONCE = 60
"""Links that are tested before anything is shown; of more, the map as stated comes first."""
SLICE = 0.25
"""Seconds for which links are tested before it is looked whether a control has been moved meanwhile."""


@dataclass(frozen=True)
class MapChoice:
    """What the controls of `explore_map` say."""

    unit: str = ""
    link: tuple[str, str, int | None] | None = None
    """Cause, effect and stated lag of the link whose evidence is looked at."""
    kpi: str = ""
    """The KPI that is looked at."""
    part: bool = False
    """Whether the map is drawn only around that KPI."""

    def near(self, evidence: pd.DataFrame) -> list[str]:
        """The KPI, and those up and down the map from it."""
        return [self.kpi, *lineage(evidence, self.kpi)["kpi"]]

    def code(self) -> str:
        """The code that gives the same pictures, from a `scorecard` and its `actuals`."""
        part = self.part and self.kpi
        lines = [f"from bsclib.causality import {'lineage, ' if self.kpi else ''}link_evidence"]
        lines += [f"from bsclib.plots import {'plot_link, ' if self.link else ''}plot_strategy_map, show"]
        lines += ["from bsclib.model.edit import keep"] if part else []
        unit = f", unit={self.unit!r}" if self.unit else ""
        lines += ["", f"evidence = link_evidence(scorecard, actuals{unit})"]
        if self.link:
            cause, effect, lag = self.link
            stated = "" if lag is None else f", lag={lag}"
            lines.append(f"show(plot_link(evidence, scorecard, actuals, {cause!r}, {effect!r}{stated}))")
        if self.kpi:
            lines.append(f"around = lineage(evidence, {self.kpi!r})")
        if part:
            lines.append(f'near = [{self.kpi!r}, *around["kpi"]]')
            lines.append('links = evidence[evidence["cause"].isin(near) & evidence["effect"].isin(near)]')
            lines.append("show(plot_strategy_map(keep(scorecard, kpis=near), evidence=links))")
        else:
            lines.append("show(plot_strategy_map(scorecard, evidence=evidence))")
        return "\n".join(lines)


def explore_map(scorecard: Scorecard, actuals: pd.DataFrame, unit: str = "") -> Any:
    """Pick an arrow of the map and see its evidence; pick a box and see what lies up and down the map from it.

    Parameters
    ----------
    scorecard : Scorecard
        Its links are what is looked at.
    actuals : DataFrame
    unit : str, optional
        Where it opens; by default at all units together.

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them. The map is one stop for Tab; the arrow keys go from box
        to arrow, and Enter picks. With nobody there, the map with its verdicts is shown, and nothing returned.

    Raises
    ------
    UnknownNameError
        When there is no such unit.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> explore_map(read_scorecard("meridian"), read_actuals("meridian"))
    Strategy map of Meridian Freight IT: 4 perspectives, 27 KPIs, 20 links: ...
    """
    if attended():
        return Explorer(scorecard, actuals, unit).live()
    show(plot_strategy_map(scorecard, evidence=link_evidence(scorecard, actuals, unit or None)))
    return None


class Explorer:
    """Unit, and a link or KPI, picked from the list or on the map; what the verdict is, the map, and the evidence."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame, unit: str = ""):
        self.scorecard, self.actuals, self.unit = scorecard, check_actuals(actuals, scorecard), unit
        units = list(self.actuals["unit"].cat.categories)
        if unit and unit not in units:
            raise UnknownNameError(unknown("unit in the actuals", unit, units, "unit"))
        # Worked out once: the verdicts of a unit, its map, and the evidence for what has been picked.
        self.found, self.tests = dict[str, pd.DataFrame](), dict[str, Iterator[pd.DataFrame | None]]()
        self.stated = cache(self._stated)
        self.map, self.evidence, self.controls = cache(self._map), lru_cache(64)(self._evidence), cache(self._controls)
        self.links = {link_id(link.cause, link.effect, link.lag): link for link in scorecard.links}
        self.widget: Any = None
        self.shown: list[dict[str, Any]] = []

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live

        self.shown = self.controls(self.unit if self._at_once(self.unit) else None)
        title = f"Strategy map of {self.scorecard.name}"
        self.widget = Live(title, self.shown, self.answer, picks=["picked"], saves=False)
        return self.widget

    def _stated(self) -> str:
        return svg(plot_strategy_map.picture(self.scorecard, level="kpi"))

    def tested(self, unit: str) -> pd.DataFrame:
        """The verdicts of a unit."""
        while not self._test(unit):
            pass
        return self.found[unit]

    def _test(self, unit: str) -> bool:
        """Go on with the tests for a while; whether the verdicts of a unit are there."""
        if unit not in self.found:
            tests = self.tests.pop(unit, None) or evidence_in_slices(self.scorecard, self.actuals, unit or None)
            until = perf_counter() + SLICE
            while (found := next(tests)) is None:
                if perf_counter() > until:
                    self.tests[unit] = tests
                    return False
            self.found[unit] = found
        return True

    def _at_once(self, unit: str) -> bool:
        """Whether the verdicts are there, or come so soon that nobody needs a map without them."""
        return unit in self.found or len(self.scorecard.links) <= AT_ONCE

    def _controls(self, unit: str | None) -> list[dict[str, Any]]:
        """The controls, with the verdicts of a unit where they are known."""
        from bsclib.widgets.live import check, choice

        card = self.scorecard
        verdicts = [""] * len(card.links) if unit is None else list(self.tested(unit)["verdict"])
        links = list(zip(_links(card, verdicts), self.links, strict=True))
        picks = [("the whole map", ""), *links, *options(card.names, [kpi.id for kpi in card.kpis])]
        return [
            choice("unit", "Unit", unit_options(self.actuals["unit"].cat.categories), self.unit),
            choice("picked", "Evidence for", picks, ""),
            check("part", "Draw only what lies around the KPI", False),
        ]

    def choice(self, at: Mapping[str, Any]) -> MapChoice:
        """What the controls say."""
        if link := self.links.get(at["picked"]):
            return MapChoice(at["unit"], (link.cause, link.effect, link.lag))
        linked = any(at["picked"] in (link.cause, link.effect) for link in self.scorecard.links)
        return MapChoice(at["unit"], kpi=at["picked"] if linked else "", part=bool(at["part"]))

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """The verdict and the map, or as long as that is tested the map as stated; then what the verdict rests on."""
        choice, waits = self.choice(at), not self._at_once(at["unit"])
        if part > 0:
            return {"body": self.evidence(choice)}
        if part and waits and not self._test(choice.unit):
            return {"more": -1}
        waits = waits and not part
        controls = self.controls(None if waits else choice.unit)
        if self.widget is not None and controls is not self.shown:
            self.shown = self.widget.controls = controls
        if waits:
            said = f"{self._claimed(choice)}{counted(len(self.links), 'link')} as stated. They are being tested."
            return {"said": said, "picture": self.stated(), "body": "", "code": choice.code(), "more": -1}
        picture = self.map(choice.unit, choice.kpi if choice.part else "")
        told = {"said": self._told(choice), "picture": picture, "code": choice.code()}
        if choice.link or choice.kpi:
            return {**told, "more": 1}
        alone = f"No link touches {self.scorecard.names[at['picked']][:80]}. " if at["picked"] else ""
        return {**told, "said": alone + told["said"], "body": ""}

    def _row(self, choice: MapChoice) -> pd.Series:
        """The evidence for the link that is picked."""
        at = [(link.cause, link.effect, link.lag) for link in self.scorecard.links].index(choice.link)  # type: ignore[arg-type]
        return self.tested(choice.unit).iloc[at]

    def _claimed(self, choice: MapChoice) -> str:
        """What the scorecard states of the link that is picked."""
        if not choice.link:
            return ""
        cause, effect, lag = choice.link
        after = "" if lag is None else f" after {counted(lag, 'month')}" if lag else " in the same month"
        ends = arrow(self.scorecard.names[cause][:60], self.scorecard.names[effect][:60])
        return f"{ends}: an effect{after} is claimed, and its verdict comes with those of all. "

    def _told(self, choice: MapChoice) -> str:
        names, evidence = self.scorecard.names, self.tested(choice.unit)
        if choice.link:
            row = self._row(choice)
            ends = arrow(names[choice.link[0]][:60], names[choice.link[1]][:60])
            return f"{ends}: {verdict_text(row['verdict'])}. {row['reason']}"
        if choice.kpi:
            return _told(lineage(evidence, choice.kpi), names[choice.kpi])
        if evidence.empty:
            return "The scorecard has no links: there is nothing to test."
        verdicts = tally(evidence["verdict"], VERDICTS)
        told = f"{counted(len(evidence), 'link')}: {verdicts}. {placebo_warning(evidence)}".strip()
        return f"{told} Pick an arrow or a box, and you see what it rests on."

    def _map(self, unit: str, kpi: str) -> str:
        """The map, all of it or what is around a KPI."""
        card, evidence = self.scorecard, self.tested(unit)
        if kpi:
            near = MapChoice(unit, kpi=kpi).near(evidence)
            evidence = evidence[evidence["cause"].isin(near) & evidence["effect"].isin(near)]
            card = keep(card, kpis=near)
        return svg(plot_strategy_map.picture(card, evidence=evidence))

    def _evidence(self, choice: MapChoice) -> str:
        """What the verdict on a link rests on; or what lies up and down the map from a KPI."""
        card, evidence = self.scorecard, self.tested(choice.unit)
        if choice.link:
            cause, effect, lag = choice.link
            picture = svg(plot_link.picture(evidence, card, self.actuals, cause, effect, lag=lag))
            rests = table(numbers(self._row(choice), card), "What the verdict rests on") or sentence()
            return picture + rests.html
        rows = lineage(evidence, choice.kpi)
        rows.insert(1, "name", [card.names[id] for id in rows["kpi"]])
        caption = (
            f"Up and down the map from {card.names[choice.kpi]}: links on the shortest way, the weakest verdict on it"
        )
        shown = table(rows.drop(columns="kpi").assign(verdict=rows["verdict"].map(verdict_text)), caption)
        return (shown or sentence()).html


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


def _links(scorecard: Scorecard, verdicts: Sequence[str]) -> list[str]:
    """What the links are called: the verdict before, if there is one, and the lag behind where it tells two apart."""
    alike = len({(link.cause, link.effect) for link in scorecard.links}) < len(scorecard.links)
    names = []
    for link, verdict in zip(scorecard.links, verdicts, strict=True):
        ends = arrow(scorecard.names[link.cause][:60], scorecard.names[link.effect][:60])
        lag = f", {link.lag} mo" if alike and link.lag is not None else ""
        names.append(f"{VERDICTS[verdict] + ' ' if verdict else ''}{ends}{lag}")
    return names
