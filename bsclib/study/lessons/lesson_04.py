"""What the tables and pictures of lesson 04 show, read aloud: sentences from the numbers."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.model.graph import arrows
from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.evidence_tables import VERDICT_WORDS, evidence_table
from bsclib.wording import (
    amount,
    arrow,
    counted,
    effect_texts,
    effect_unit,
    listed,
    percent,
    quoted,
    sentence,
    signed,
)

_LONG_CHAIN = 6
SIGNS = {"+": "+", "-": "−"}


def main_driver(scorecard: Scorecard) -> str:
    """The KPI that most links leave; of equals the first on the map."""
    return Counter(link.cause for link in scorecard.links).most_common(1)[0][0]


def read_map(scorecard: Scorecard) -> str:
    """How many claims a map of objectives makes, by how many arrows, and where most of them begin."""
    driver = main_driver(scorecard)
    leaving = sum(link.cause == driver for link in scorecard.links)
    name, home = quoted(scorecard.names[driver]), quoted(scorecard.names[scorecard.kpi(driver).objective])
    claims, drawn = len(scorecard.links), len(arrows(scorecard))
    said = f"The map makes {counted(claims, 'claim')}."
    ends = [(scorecard.kpi(link.cause).objective, scorecard.kpi(link.effect).objective) for link in scorecard.links]
    within = sum(cause == effect for cause, effect in ends)
    fewer = f" The picture shows {counted(drawn, 'arrow')}."
    if within:
        fewer += f" {counted(within, 'claim lies', 'claims lie')} within an objective, without an arrow."
    fewer += " Those between the same two objectives share one." if drawn + within < claims else ""
    return (
        f"{said}{fewer if 0 < drawn < claims else ''} Look at {home}: its KPI {name} begins"
        f" {counted(leaving, 'link')}, and no KPI begins more. If {name} does nothing, "
        f"{'they all fall' if leaving > 1 else 'it falls'}."
    )


def claim_rows(scorecard: Scorecard) -> pd.DataFrame:
    """What each link claims, as a page shows it: by names, sign and lag in words, the smallest effect in its unit."""
    names, rows = scorecard.names, []
    for at, link in enumerate(scorecard.links, 1):
        least = "–" if link.smallest_effect is None else _of(scorecard.kpi(link.effect), link.smallest_effect)
        when = "no lag" if link.lag is None else counted(link.lag, "month")
        claims = f"{SIGNS.get(link.sign or '', 'no sign')}, {when}"
        rows.append((at, arrow(names[link.cause], names[link.effect]), claims, least))
    return pd.DataFrame(rows, columns=["number", "link", "claims", "smallest_effect"])


def _of(kpi: KPI, value: float, sign: bool = False) -> str:
    """An effect on a KPI with what it is told in; an estimate with its sign, to two figures."""
    told = _bare(value) if sign else amount(value)
    return told if np.isnan(value) else f"{told} {effect_unit(kpi.measured_in)}".rstrip()


def _bare(value: float) -> str:
    return amount(value) if np.isnan(value) else effect_texts(value)[0]


def _with_band(*band: float) -> str:
    """An effect, and the interval in which it may lie."""
    if not np.isfinite(band).all():
        return amount(np.nan)
    effect, low, high = effect_texts(*band)
    return f"{effect} ({low}\u00a0to\u00a0{high})"  # on one line, however narrow the page


def read_claim(scorecard: Scorecard) -> str:
    """The first link of the map that states everything, said aloud."""
    links = scorecard.links
    link = next((one for one in links if one.sign and one.lag is not None), links[0])
    number = links.index(link) + 1
    cause, effect = _measured(scorecard, link.cause), quoted(scorecard.names[link.effect])
    if not link.sign or link.lag is None:
        return f"Link {number} says that {cause} drives {effect}, but not in which direction, or not when."
    least = (
        "" if link.smallest_effect is None else f" by {_of(scorecard.kpi(link.effect), link.smallest_effect)} or more"
    )
    moves = "rises" if link.sign == "+" else "falls"
    why = f" The story behind it: {link.why}." if link.why else ""
    return f"Read link {number} aloud. When {cause} rises by one, {effect} {moves}{least}, {_later(link.lag)}.{why}"


def _measured(scorecard: Scorecard, id: str) -> str:
    unit = scorecard.kpi(id).measured_in
    return quoted(scorecard.names[id]) + (f" (in {unit})" if unit else "")


def _later(lag: float | None) -> str:
    return f"{counted(lag, 'month')} later" if lag else "in the same month"


def _moves(kpi: KPI, value: float) -> str:
    """How an effect moves a KPI, as a person says it."""
    far = f"{effect_texts(value)[0].lstrip('+−')} {effect_unit(kpi.measured_in)}".rstrip()
    return f"{quoted(kpi.name)} {'rises' if value > 0 else 'falls'} by {far}"


def read_fooled(row: pd.Series, begins: str = "No pair is linked, and yet") -> str:
    """How often the two tests see a cause where there is none."""
    plain, tested = percent(row["plain"]), percent(row["tested"])
    by_chance = 0.05 + 2 * np.sqrt(0.05 * 0.95 / row["replicates"])
    if row["tested"] < 0.065:
        verdict = "keeps its promise of about 5 %"
    elif row["tested"] < by_chance:
        verdict = "is a little too willing, for a promise of 5 %"
    else:
        verdict = "is fooled as well"
    return f"{begins} plain correlation says yes to {plain} of them. Our test says yes to {tested}: it {verdict}."


def read_scan(scan: pd.DataFrame) -> str:
    """How many lags of a scan pass at p below 0.05, and the largest correlation."""
    first = scan.loc[scan["correlation"].abs().idxmax()]
    passed, lag = int((scan["p"] < 0.05).sum()), counted(int(first["lag"]), "month")
    return (
        f"Look at the bar of {lag}: the correlation is {signed(first['correlation'], 2)}. "
        f"Of the {len(scan)} bars {passed} {'passes' if passed == 1 else 'pass'}, and there is nothing to find."
    )


def read_pair(pair: pd.DataFrame) -> str:
    """How a pair of series correlates as observed, and without trend, season and own past."""
    lag = int(pair["lag"].iloc[0])
    ends = (("cause", "effect"), ("cause_left", "effect_left"))
    seen, left = (signed(pair[cause].shift(lag).corr(pair[effect]), 2) for cause, effect in ends)
    return (
        f"The pair in the picture correlates at {seen} as observed, and at {left} without trend, season and own past."
    )


def read_strangers(pairs: pd.DataFrame) -> str:
    """How many unlinked pairs correlate, before and after trend and season are taken out."""
    if pairs.empty:
        return "No two KPIs that the map does not join have two years in common."
    raw, left = (percent((pairs[name] < 0.05).mean()) for name in ("raw_p", "left_p"))
    return (
        f"The map leaves {counted(len(pairs), 'pair')} unjoined. As observed, {raw} correlate with p below 0.05. "
        f"Without trend, season and known breaks it is {left}. By chance it would be 5 %."
    )


def read_verdicts(evidence: pd.DataFrame, scorecard: Scorecard) -> str:
    """How many links have each verdict, and the first supported one, said aloud."""
    count = evidence["verdict"].value_counts()
    parts = [f"{count[verdict]} {word}" for verdict, word in VERDICT_WORDS.items() if verdict in count]
    said = f"Of {counted(len(evidence), 'link')}: {listed(parts)}."
    held = evidence.reset_index(drop=True).query("verdict == 'supported'")
    if held.empty:
        return said
    row = held.iloc[0]
    low, high = effect_texts(*(float(row[name]) for name in ("estimate", "low", "high")))[1:]
    cause, lag = _measured(scorecard, row["cause"]), row["lag"] if pd.isna(row["lag_found"]) else row["lag_found"]
    moves = _moves(scorecard.kpi(row["effect"]), float(row["estimate"]))
    return (
        f"{said} Read row {held.index[0] + 1} aloud. When {cause} rises by one, {moves}, {_later(lag)}. "
        f"The effect may lie between {low} and {high}."
    )


def read_refuted(evidence: pd.DataFrame, scorecard: Scorecard) -> str:
    """Where the map breaks: the links that the data refute."""
    rows = evidence[evidence["verdict"] == "refuted"]
    if rows.empty:
        return "No arrow is refuted. Look at the thin ones: they have too little data, or cannot be tested."
    ends = zip(rows["cause"], rows["effect"], strict=True)
    links = listed(quoted(arrow(scorecard.names[a], scorecard.names[b])) for a, b in ends)
    return f"Look at {links}: an effect that matters is excluded, so each chain through it breaks there."


def read_driver(scorecard: Scorecard, evidence: pd.DataFrame, chains: pd.DataFrame) -> str:
    """The answer to whoever pays for the KPI that most links leave: what it moves, and how far along the map."""
    driver = main_driver(scorecard)
    rows = evidence[evidence["cause"] == driver]
    moved, others = [], []
    graph = nx.DiGraph(
        [*zip(*(evidence.loc[evidence["verdict"] == "supported", end] for end in ("cause", "effect")), strict=True)]
    )
    onward = []
    for effect, verdict, long_run in zip(rows["effect"], rows["verdict"], rows["cumulative"], strict=True):
        kpi = scorecard.kpi(effect)
        if verdict == "supported":
            moved.append(_moves(kpi, long_run))
            if further := [end for _, end in nx.bfs_edges(graph, effect)]:
                ends = listed(quoted(scorecard.names[id]) for id in further)
                onward.append(f"From {quoted(kpi.name)} supported links lead on to {ends}.")
        else:
            others.append(f"{quoted(kpi.name)} ({VERDICT_WORDS[verdict]})")
    reached: dict[str, bool] = {}
    for chain, verdict in zip(chains["chain"], chains["verdict"], strict=True):
        first, *_, last = chain.split(arrow("", ""))
        if first == driver:
            reached[last] = reached.get(last, False) or verdict == "supported"
    open_ = listed(quoted(scorecard.names[id]) for id, held in reached.items() if not held)
    said = f"{'The data support' if moved else 'No data show'} that it does something."
    if moved:
        said += f" When {_measured(scorecard, driver)} rises by one, {listed(moved)}, in the long run."
    said = " ".join([said, *onward])
    said += f" For {listed(others)} the data promise nothing." if others else ""
    return f"{said} No way to {open_} is supported from end to end, so promise nothing there either." if open_ else said


def chain_rows(chains: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """Chains as a page shows them: by the names of the KPIs, the verdict in words."""
    named = {name: [_by_name(chain, scorecard) for chain in chains[name]] for name in ("chain", "weakest")}
    named["chain"] = [_shortened(chain) for chain in named["chain"]]
    ends = chains["chain"].str.rpartition(arrow("", ""))[2]
    told = [_of(scorecard.kpi(id), value, sign=True) for id, value in zip(ends, chains["effect"], strict=True)]
    return chains.assign(**named, effect=told, verdict=chains["verdict"].map(VERDICT_WORDS))


def _shortened(chain: str) -> str:
    """A long chain as a page shows it: its first three KPIs, how many are between, and its last one."""
    names = chain.split(arrow("", ""))
    return (
        chain
        if len(names) <= _LONG_CHAIN
        else arrow(*names[:3], f"({counted(len(names) - 4, 'KPI')} between)", names[-1])
    )


def _by_name(chain: str, scorecard: Scorecard) -> str:
    return arrow(*(scorecard.names[id] for id in chain.split(arrow("", ""))))


def misjudged_rows(wrong: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """Links about which the data are wrong, as a page shows them."""
    shown = wrong.assign(link=[_by_name(link, scorecard) for link in wrong["link"]])
    return shown[["link", "exists", "verdict", "robust", "hidden_driver"]]


_TO_DO = {
    "too_little_data": "Wait for {links}.",
    "refuted": "Pay for nothing that counts on {links}.",
    "not_testable": "Take {links} off the map, or state {them} better.",
}


def read_reasons(evidence: pd.DataFrame) -> str:
    """What to do about the links that are not supported, by their numbers."""
    numbered = evidence.reset_index(drop=True)
    rows = {verdict: numbered.index[numbered["verdict"] == verdict] + 1 for verdict in _TO_DO}
    return " ".join(
        _TO_DO[verdict].format(links=listed(map(str, found)), them="it" if len(found) == 1 else "them")
        for verdict, found in rows.items()
        if len(found)
    )


def in_sentences(reason: str) -> str:
    """A reason of several parts, a sentence each."""
    return " ".join(f"{sentence(part)}." for part in reason.rstrip(".").split("; "))


def read_placebos(check: pd.DataFrame) -> str:
    """How many placebo links pass, beside how many would by chance, where that is no warning."""
    if check.empty:
        return ""
    row = check.iloc[1]
    return f"{row['passed']} pass, and about {row['expected'] * row['tested']:.0f} would by chance. That is no warning."


def read_chains(chains: pd.DataFrame) -> str:
    """How many chains hold all the way, and what the longest one comes to."""
    if chains.empty:
        return ""
    held = int((chains["verdict"] == "supported").sum())
    longest = chains.iloc[0]
    said = f"{held} of {counted(len(chains), 'chain')} {'is' if held == 1 else 'are'} supported all the way."
    if longest["links"] < 2:
        return said
    return f"{said} The longest has {longest['links']} links. It hangs on {quoted(longest['weakest'])}, its weakest."


def one_unit(scores: pd.DataFrame) -> str:
    """The first unit by its name; empty where there are no units."""
    return min((unit for unit in scores["unit"].astype(str).unique() if unit), default="")


def read_truth(grades: pd.DataFrame) -> str:
    """What the maps got right, against the truth."""
    drawn, supported = grades.iloc[0], grades.iloc[1]
    rest = int(drawn["links"] - drawn["found"] - drawn["false"])
    lines = f"Of {counted(drawn['links'], 'link')} that {'was' if drawn['links'] == 1 else 'were'} drawn, "
    lines += f"{_exist(drawn['found'])} as drawn and {drawn['false']} {'does' if drawn['false'] == 1 else 'do'} not"
    lines += f"; {counted(rest, 'more is', 'more are')} arithmetic, or stated wrongly" if rest else ""
    lines += f". {counted(drawn['missed'], 'link exists', 'links exist')} that nobody drew."
    return f"{lines} Of {supported['links']} that the data support, {_exist(supported['found'])}."


def grade_rows(grades: pd.DataFrame) -> pd.DataFrame:
    """Maps against the truth, for a page: each link that was drawn is found, false, or no claim that data can test."""
    apart = grades["links"] - grades["found"] - grades["false"]
    return grades.assign(not_a_claim=apart)[["map", "links", "found", "false", "not_a_claim", "missed"]]


def _exist(count: int) -> str:
    return f"{count} {'exists' if count == 1 else 'exist'}"


def verdict_rows(evidence: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """The evidence as a page shows it: links by the names of their KPIs, and no more than six columns."""
    names = scorecard.names
    links = [
        arrow(names[cause], names[effect]) for cause, effect in zip(evidence["cause"], evidence["effect"], strict=True)
    ]
    shown = evidence_table(evidence)
    shown["verdict"] += shown["robust"].map({"yes": ", robust", "no": ", not robust", "": ""})
    kpis = [scorecard.kpi(id) for id in evidence["effect"]]
    bands = evidence[["estimate", "low", "high"]].to_numpy(float)
    least = [_least(kpi, value) for kpi, value in zip(kpis, evidence["smallest_effect"], strict=True)]
    shown = shown.assign(
        link=links,
        claims=shown["claims"] + least,
        adds_at_the_lag=[_with_band(*band) for band in bands],
        adds_in_the_long_run=[_bare(value) for value in evidence["cumulative"].to_numpy(float)],
    )
    return shown[["number", "link", "claims", "verdict", "adds_at_the_lag", "adds_in_the_long_run"]]


def _least(kpi: KPI, value: float) -> str:
    """The smallest effect of a link that would matter, in the unit of its effects; or that unit alone."""
    if pd.isna(value):
        return f", in {unit}" if (unit := effect_unit(kpi.measured_in)) else ""
    return f", at least {_of(kpi, value)}"
