"""What lesson 06 shows, read aloud: a tower, its targets and readings; and COBIT's ids in words of our own."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bsclib.design.maturity import Maturity, assess_maturity, maturity_statements
from bsclib.errors import BscError, Fault
from bsclib.model.nouns import Scorecard
from bsclib.study.lessons.aloud import is_are, spoken_months
from bsclib.wording import counted, listed, number, quoted, signed

GOALS = {
    "EG01": "products that customers choose",
    "EG02": "business risk under control",
    "EG03": "laws are kept",
    "EG04": "sound financial figures",
    "EG05": "service that puts customers first",
    "EG06": "services that keep running",
    "EG07": "sound figures to manage by",
    "EG08": "processes that do their work",
    "EG09": "processes that cost less",
    "EG10": "able and willing staff",
    "EG11": "our own rules are kept",
    "EG12": "digital change that arrives",
    "EG13": "new products and ideas",
    "AG01": "IT helps to keep the law",
    "AG02": "IT risk under control",
    "AG03": "IT investments that pay",
    "AG04": "sound figures on IT's money",
    "AG05": "IT services as the business needs them",
    "AG06": "IT that answers quickly",
    "AG07": "security and privacy",
    "AG08": "systems that fit the processes",
    "AG09": "programmes on time and within budget",
    "AG10": "sound figures on IT",
    "AG11": "IT keeps our own rules",
    "AG12": "able and willing IT staff",
    "AG13": "knowledge for new ideas",
}
"""COBIT 2019's enterprise and alignment goals, in our words: ISACA's are not free."""
OBJECTIVES = {
    **{"EDM01": "a frame for governance", "EDM02": "benefits that come", "EDM03": "risk that the board accepts"},
    **{"EDM04": "resources used well", "EDM05": "stakeholders who are heard", "APO01": "how IT is managed"},
    **{"APO02": "strategy", "APO03": "architecture", "APO04": "innovation", "APO05": "portfolio", "APO06": "budget"},
    **{"APO07": "people", "APO08": "relations with the business", "APO09": "service agreements", "APO10": "suppliers"},
    **{"APO11": "quality", "APO12": "risk", "APO13": "security", "APO14": "data", "BAI01": "programmes"},
    **{"BAI02": "requirements", "BAI03": "building solutions", "BAI04": "availability and capacity"},
    **{"BAI05": "people in change", "BAI06": "changes", "BAI07": "taking changes over", "BAI08": "knowledge"},
    **{"BAI09": "assets", "BAI10": "configuration", "BAI11": "projects", "DSS01": "operations"},
    **{"DSS02": "requests and incidents", "DSS03": "causes of incidents", "DSS04": "continuity"},
    **{"DSS05": "security every day", "DSS06": "controls in processes", "MEA01": "watching performance"},
    **{"MEA02": "internal control", "MEA03": "keeping the law", "MEA04": "assurance"},
}
"""What each of COBIT 2019's 40 objectives is about, in our words."""
_PUT_TOGETHER = {"sum": "sum", "mean": "mean"}
_FEW = 2
"""So many scorecards are named; of more, the picture shows which."""


def read_tower(order: pd.DataFrame) -> str:
    """Why the lowest scorecards stand where they do."""
    last = order[order["level"] == order["level"].max()]
    supported = {id for ids in last["above"] for id in ids.split(", ")}
    above = order.loc[order["card"].isin(supported) & (order["level"] == order["level"].max() - 1), "name"]
    where = listed(above) if len(above) <= _FEW else f"{len(above)} scorecards"
    stand = "stands there, because it works" if len(last) == 1 else "stand there, because they work"
    return f"Look at the lowest row. {listed(last['name'])} {stand} for {where} in the row above."


def read_claims(claims: pd.DataFrame) -> str:
    """How to read a row, and how many supports are secondary."""
    row, helping = claims.iloc[0], int((claims["strength"] == "secondary").sum())
    first = f"Read a row as a sentence: {quoted(row['objective'])} says that it is there for {quoted(row['goal'])}."
    return f"{first} Of the {counted(len(claims), 'support')}, {helping} {is_are(helping)} secondary."


def read_gaps(gaps: pd.DataFrame) -> str:
    """What the last gap means for the units."""
    if gaps.empty:
        return ""
    row = gaps.iloc[-1]
    come, wanted = (number(row[column], 2) for column in ("from_below", "stated"))
    look = "Look at the last row: for" if len(gaps) > 1 else "For"
    way = _PUT_TOGETHER.get(str(row["across_units"]))
    targets = f"the {way} of {row['units']} targets is" if way else "the units' targets come to"
    said = f"{look} {quoted(row['name'])} {targets} {come}, and {wanted} is wanted."
    if row["verdict"] == "falls_short":
        return f"{said} So every unit could be on target, and the whole would still miss its own target."
    return f"{said} So the units promise more than the whole asks for."


def read_readings(read: pd.DataFrame) -> str:
    """The goal whose two readings lie furthest apart, and how many goals look better than what is below them."""
    known = read.dropna(subset=["own", "from_below"])
    if known.empty:
        return ""
    row, better = known.loc[known["difference"].abs().idxmax()], int((known["difference"] < 0).sum())
    own, below = number(row["own"]), number(row["from_below"])
    said = f"Look at {quoted(row['name'])}: {own} by its own KPIs, and {below} from below."
    return f"{said} {better} of {counted(len(known), 'goal')} look better by their own KPIs than from below."


def wholes(gaps: pd.DataFrame, cards: Iterable[Scorecard]) -> str:
    """The scorecards whose targets those of units do not come to."""
    names = {card.id: card.name for card in cards}
    return listed(dict.fromkeys(names[id] for id in gaps["above"]))


def gaps_table(gaps: pd.DataFrame, cards: Iterable[Scorecard]) -> pd.DataFrame:
    """Targets that do not add up, as a lesson shows them: in what they are counted, what is wanted and what comes."""
    known = {card.id: card for card in cards}
    counted_in = [known[id].kpi(kpi).measured_in for id, kpi in zip(gaps["above"], gaps["kpi"], strict=True)]
    rows = gaps.assign(unit=counted_in, period=spoken_months(gaps["period"]))
    heads = {"name": "kpi", "unit": "counted in", "period": "month"}
    heads |= {"stated": "the whole wants", "from_below": "units come to", "gap": "gap"}
    return rows[list(heads)].rename(columns=heads)


def read_ratings(rated: pd.DataFrame) -> str:
    """What matters most and least to the enterprise."""
    most, least = (
        rated.loc[rated["rating"] == edge, "goal"] for edge in (rated["rating"].max(), rated["rating"].min())
    )
    if len(most) == len(rated):
        return "All goals are rated alike."
    return f"Look at both ends. What matters most here: {_named(most)}. What matters least: {_named(least)}."


def read_importance(ends: pd.DataFrame) -> str:
    """How the first row comes about, and what the last one says."""
    first, last = ends.iloc[0], ends.iloc[-1]
    score, usual = number(first["score"], 0), number(first["baseline"], 0)
    gain, loss = (f"{signed(row['relative_importance'], 0)} %" for row in (first, last))
    said = f"Look at the first row: {first['objective']} scores {score}, and {usual} if every goal rated 3."
    said += f" After the scaling and the rounding this is {gain}."
    return f"{said} {last['objective']} comes to {loss}: it matters less than if all goals mattered alike."


def read_neighbours(neighbours: pd.DataFrame) -> str:
    """What the neighbour who shares most has to agree on with us."""
    if neighbours.empty:
        return ""
    row = neighbours.loc[(neighbours["theirs"] + neighbours["ours"]).idxmax()]
    shared = f"{row['theirs']} of their KPIs and {row['ours']} of ours speak about the same goals"
    who = row["department"]
    return f"Look at the {who[:1].lower()}{who[1:]}: {shared}. Both sides need one definition of each."


def assessed(numbers: Iterable[int]) -> Maturity:
    """How mature a scorecard is of which these statements are true, by their numbers in the table."""
    ids = dict(enumerate(maturity_statements()["id"], 1))
    if strange := [one for one in numbers if one not in ids]:
        fault = Fault("true", "there is no statement of this number", repr(strange[0])[:40], f"1 to {len(ids)}")
        raise BscError(fault)
    return assess_maturity({ids[one]: True for one in numbers})


def read_missing(reached: Maturity) -> str:
    """How much is missing for the next level."""
    many = len(reached.missing)
    return (
        f"Look at what is missing: {counted(many, 'statement')} more, and level {reached.level + 1} is reached."
        if many
        else ""
    )


def _named(goals: pd.Series) -> str:
    return listed(f"{GOALS[id]} ({id})" for id in goals)
