"""The initiatives of lesson 05 on a page: what is still to pay, what waits for what, and what must come of each."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bsclib.model.initiatives import Initiative, months_left, still_to_pay, waited_for
from bsclib.model.nouns import Scorecard
from bsclib.reporting.scenario_text import initiative_table
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.projection import effect_at_horizon
from bsclib.study.lessons.aloud import spoken_months
from bsclib.wording import amount, counted, effect_unit, listed, money, percent, quoted, short_name, signed

QUARTER = 3
NEVER = "over 1,000 %"


def undecided(fit: FittedMap) -> list[Initiative]:
    """The initiatives that have not ended: of the others nothing is left to decide."""
    return [work for work in fit.scorecard.initiatives if months_left(work, fit.month + 1)]


def quarterly_limits(fit: FittedMap) -> tuple[float, float | None]:
    """Money and people for a quarter that let every initiative run, but not all of them at once."""
    works, ahead = undecided(fit), fit.month + 1
    a_month = [(still_to_pay(one, ahead) / months_left(one, ahead), months_left(one, ahead)) for one in works]
    money = max((each * min(QUARTER, months) for each, months in a_month), default=0.0)
    return float(money), float(max((one.people for one in works), default=0.0)) or None


def still_to_decide(gains: pd.DataFrame) -> pd.DataFrame:
    """What each initiative adds, without those for which nothing is to pay any more."""
    return gains[gains["still_to_pay"] > 0].reset_index(drop=True)


def can_plan(fit: FittedMap) -> bool:
    """Whether there are two initiatives or more with something to pay and to change, to choose between."""
    return sum(bool(one.cost and one.changes) for one in undecided(fit)) > 1


def with_waits(fit: FittedMap, id: str) -> list[str]:
    """An initiative, after all that it waits for and that has not ended."""
    left = {work.id for work in undecided(fit)}
    return [*(one for one in waited_for(fit.scorecard.initiatives, [id]) if one in left), id]


def work_names(scorecard: Scorecard) -> dict[str, str]:
    """The names of initiatives by id."""
    return {one.id: one.name for one in scorecard.initiatives}


def planned_rows(fit: FittedMap) -> pd.DataFrame:
    """When the initiatives run, for a page: their names, months in words, what is still to pay, what each waits for."""
    card, rows = fit.scorecard, initiative_table(fit.scorecard)
    names, left = work_names(card), [still_to_pay(one, fit.month + 1) for one in card.initiatives]
    told = {
        "initiative": rows["initiative"].map(names),
        "start": spoken_months(rows["start"]),
        "months_of_work": rows["months"],
        "cost": rows["cost"].map(money),
        "still_to_pay": [rounded(due) for due in left],
        "waits_for": [listed(names[id] for id in one.after) for one in card.initiatives],
    }
    return pd.DataFrame(told)


def in_thousands(rows: pd.DataFrame) -> pd.DataFrame:
    """A table with what is still to pay in round numbers."""
    return rows.assign(still_to_pay=rows["still_to_pay"].map(rounded))


def change_rows(scorecard: Scorecard) -> pd.DataFrame:
    """What the initiatives should change, for a page: a row a change."""
    kpis, rows = {one.id: one for one in scorecard.kpis}, []
    for one in scorecard.initiatives:
        for at in one.changes:
            by = (
                f"{amount(at.by) if at.by < 0 else '+' + amount(at.by)} {effect_unit(kpis[at.kpi].measured_in)}".strip()
            )
            when = (counted(at.delay, "month"), counted(at.ramp, "month"), percent(at.chance))
            rows.append((short_name(one.name), short_name(kpis[at.kpi].name), by, *when))
    return pd.DataFrame(rows, columns=["initiative", "moves", "by", "shows_after", "grows_for", "chance"])


def read_planned(fit: FittedMap, horizon: int = 24) -> str:
    """What is spent and what has ended, and what has to be paid for together, because one waits for the other."""
    card, ahead = fit.scorecard, fit.month + 1
    left = {one.id: still_to_pay(one, ahead) for one in card.initiatives}
    whole, due = sum(one.cost for one in card.initiatives), sum(left.values())
    said, ended = [], [one.id for one in card.initiatives if not months_left(one, ahead)]
    if due < whole:
        said.append(f"Of {money(whole)}, {rounded(due)} are still to pay. Only about these can you decide.")
    if ended:
        has = "has ended and is paid" if len(ended) == 1 else "have ended and are paid"
        said.append(f"{named_works(card, ended)} {has}. What still comes of that comes whatever you decide.")
        more = effect_at_horizon(fit, card.id, None, ended, horizon, 1_000)[0]
        said.append(
            f"So each score below leaves it out, with and without: by itself it would add {signed(more)} points after "
            f"{counted(horizon, 'month')}."
        )
    for one in undecided(fit):
        if len(both := with_waits(fit, one.id)) > 1:
            first, cost = named_works(card, both[:-1]), money(sum(left[id] for id in both))
            said.append(f"{quoted(short_name(one.name))} waits for {first}: {cost} together.")
    return " ".join(said) or "None of them waits for another one."


def best_value(gains: pd.DataFrame, fit: FittedMap) -> list[str]:
    """The initiative that brings most for its money, after all that it waits for."""
    return with_waits(fit, str(gains.loc[gains["per_100_000"].idxmax(), "initiative"]))


def named_works(scorecard: Scorecard, ids: Iterable[str]) -> str:
    """Initiatives in a sentence, by name."""
    names = work_names(scorecard)
    return listed(quoted(short_name(names[id])) for id in ids)


def plain_shares(shares: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """Shares at which initiatives have earned their cost, by name and in round numbers."""
    names = shares["initiative"].map(work_names(scorecard))
    told = {name: shares[name].map(rounded) for name in ("still_to_pay", "earned")}
    return shares.assign(initiative=names, **told)[["initiative", *told, "share"]]


def read_shares(shares: pd.DataFrame) -> str:
    """What shares of more than the whole plan mean."""
    never = shares["share"].eq(NEVER).any()
    said = "Above 100 %, even the full plan does not earn its cost at this worth."
    why = f" “{NEVER.capitalize()}” means that not even ten times the plan would do, because a score ends at 100."
    return said + (why if never else "")


def rounded(earned: float) -> str:
    """An amount to three figures, since it is an estimate."""
    return money(float(f"{earned:.3g}"))
