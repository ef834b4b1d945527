"""Scorecards: mostly whole, at the edges of what is allowed, and then changed in a place or more; as YAML text."""

import copy

import yaml
from drawn import ALLOWED, NAMES

IT = ["corporate_contribution", "user_orientation", "operational_excellence", "future_orientation"]
WORDS = ["sum", "mean", "last", "min", "max", "ratio"]


def scorecard(draw):
    """A scorecard as plain data, which is accepted unless chance drew an odd name for an id."""
    objectives = [f"o{i}" for i in range(draw.choice([1, 1, 2, 4]))]
    kpis = [f"k{i}" for i in range(draw.choice([1, 1, 2, 3, 6]))]
    card = {
        "id": "card",
        "name": draw.name() or "Card",
        "perspectives": "it",
        "objectives": [{"id": id, "name": id, "perspective": draw.choice(IT), **_weight(draw)} for id in objectives],
        "kpis": [_kpi(draw, id, draw.choice(objectives)) for id in kpis],
    }
    if draw.sometimes(0.5):
        card = {"format": 1, **card}
    if draw.sometimes(0.2):
        card["perspectives"] = [{"id": id, "name": id, **_weight(draw)} for id in IT]
    if draw.sometimes(0.3) and len(kpis) > 1:
        card["links"] = [
            {"cause": kpis[0], "effect": kpis[1], "sign": draw.choice("+-"), "lag": draw.choice([0, 1, 120])}
        ]
    if draw.sometimes(0.3):
        changes = [{"kpi": draw.choice(kpis), "by": draw.number(), "delay": draw.randint(0, 3)}]
        card["initiatives"] = [
            {"id": "i", "name": "I", "start": draw.month(), "cost": abs(draw.number()), "changes": changes}
        ]
    if draw.sometimes(0.2):
        card["events"] = [{"period": draw.period(), "kind": draw.choice(["tool_change", "one_off"]), "kpis": kpis[:1]}]
    if draw.sometimes(0.2):
        card["thresholds"] = _thresholds(draw)
    if draw.sometimes(0.1):
        card["review"] = {"limits": {"kpis": [1, 9], "gaps": 0.5}, "accepted": [{"rule": "BSC207", "why": "known"}]}
    return card


def linked(draw, card):
    """The scorecard with a map in which each KPI may drive any behind it."""
    kpis = [kpi["id"] for kpi in card["kpis"]]
    card["links"] = [
        {
            **{"cause": cause, "effect": effect, "sign": draw.choice("+-"), "lag": draw.choice([0, 1, 3, 12])},
            **({"window": draw.randint(0, 3)} if draw.sometimes(0.3) else {}),
            **({"smallest_effect": 10 ** draw.uniform(-9, 9)} if draw.sometimes(0.3) else {}),
        }
        for i, cause in enumerate(kpis)
        for effect in kpis[i + 1 :]
        if draw.sometimes(0.7)
    ]
    return card


def _weight(draw):
    if draw.sometimes(0.7):
        return {}
    if draw.sometimes(0.3):
        return {"weight": [{"period": "2023", "value": draw.choice([0, 1])}, {"period": "2025-Q2", "value": 2}]}
    return {"weight": draw.choice([0, 1, 2, 3.5, 10, 1e300, 1e-300])}


def _thresholds(draw):
    low, high = sorted([draw.choice([0, 0.5, 0.7, 1]), draw.choice([0, 0.7, 0.9, 1])])
    return {"at_risk": low, "on_target": high}


def _kpi(draw, id, objective):
    kpi = {"id": id, "name": draw.name() or id, "objective": objective}
    kpi["direction"] = draw.choice(["higher_is_better", "lower_is_better", "within_range"])
    if kpi["direction"] == "within_range":
        kpi["target"] = sorted([draw.number(), draw.number()])
        kpi["floor"] = [min(kpi["target"]) - abs(draw.number()), max(kpi["target"]) + abs(draw.number())]
    else:
        kpi["target"] = draw.number()
        kpi["baseline"] = draw.choice([draw.number(), {"period": "2022-12", "value": draw.number()}])
        if draw.sometimes(0.3):
            kpi["target"] = [
                {"period": f"{year}-12", "value": draw.number()} for year in range(2023, draw.randint(2024, 2027))
            ]
        if draw.sometimes(0.3):
            kpi["floor"] = draw.number()
    kpi |= _weight(draw)
    odd = {
        "frequency": draw.choice(["daily", "weekly", "monthly", "quarterly", "yearly"]),
        "aggregate": draw.choice(WORDS),
        "across_units": draw.choice(WORDS),
        "role": draw.choice(["leading", "lagging"]),
        "path": draw.choice(["linear", "stepped"]),
        "measured_in": draw.choice(["%", "hours", "EUR", draw.choice(NAMES)]),
        "formula": draw.choice(
            ["met / all", "100 * met / all", "a / b / 60", "a / 0", "((", "1e300 * a / b", draw.choice(NAMES)]
        ),
        "format": draw.choice(["{:.1f} h", "{}", "{:.0%}"]),
        "thresholds": _thresholds(draw),
        "stretch": draw.number(),
        "owner": draw.choice(NAMES),
    }
    if draw.tame:
        odd |= {
            "formula": odd["formula"] if "/" in odd["formula"] else "",
            "owner": draw.choice(ALLOWED),
            "measured_in": "%",
        }
    return kpi | {name: value for name, value in odd.items() if draw.sometimes(0.2)}


def changed(draw, card):
    """A copy in which one place is gone, doubled, renamed or of another kind."""
    card = copy.deepcopy(card)
    places = list(_places(card))
    holder, key = draw.choice(places)
    how = draw.randrange(5)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif how == 2 and isinstance(holder, dict):
        holder[draw.choice([*NAMES, key[:-1], key.upper(), "x" * 100_000])] = holder.pop(key)
    elif how == 3:
        other, there = draw.choice(places)
        holder[key] = copy.deepcopy(other[there])
    else:
        holder[key] = draw.anything()
    return card


def _places(node):
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], (dict, list)):
            yield from _places(node[key])


def yaml_bytes(draw, card):
    """A scorecard as the bytes of a YAML file; now and then a line is not as it should be."""
    flow = draw.choice([None, False, False, True])
    text = yaml.safe_dump(
        card, allow_unicode=draw.sometimes(0.8), sort_keys=False, default_flow_style=flow, width=10**6
    )
    lines = text.split("\n")
    for _ in range(0 if draw.tame else draw.choice([0, 0, 1, 2])):
        at = draw.randrange(len(lines))
        odd = [
            "\t",
            "- ",
            "---",
            "...",
            "&a [*a]",
            "*b",
            "!!python/object:os.system x",
            "a: b: c",
            '"',
            "{",
            "]",
            "? x",
            "%YAML 9.9",
        ]
        odd += [
            "<<: {id: x}",
            "\x1b[2J: 1",
            "\u202e: 1",
            "x" * 3000,
            "[" * 200,
            "a: &a [" + "x, " * 50 + "]",
            "# only a remark",
            "\x00",
        ]
        lines[at] = draw.choice(
            [lines[at] + draw.choice(odd), draw.choice(odd), draw.choice(odd) + lines[at], lines[at][1:]]
        )
    return "\n".join(lines).replace("\n", draw.choice(["\n", "\n", "\r\n"])).encode(draw.encoding(), "replace")
