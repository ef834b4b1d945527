"""Numbers for questions on services, projects, judgements and links: what is given, what is right, and usual slips."""

from __future__ import annotations

from random import Random

from bsclib.study.questions.scoring_numbers import Numbers, mean, pick, whole

# ---- services and projects


def mtbf(rng: Random) -> tuple[Numbers, Numbers]:
    """Availability from the time between failures and the time to repair."""
    between, repair = pick(rng, 180, 240, 300, 490), pick(rng, 4, 6, 10)
    right = 100 * between / (between + repair)
    given = {"between": between, "repair": repair}
    slips = {"subtracted": 100 * (between - repair) / between, "inverse": 100 * repair / (between + repair)}
    return given, {"availability": right, **slips, "hours": 100 - repair}


def in_series(rng: Random) -> tuple[Numbers, Numbers]:
    """A service that needs each of several components, or any one of two."""
    parts, each = whole(rng, 3, 6), pick(rng, 99.0, 99.5, 98.0)
    series = 100 * (each / 100) ** parts
    either = 100 * (1 - (1 - each / 100) ** 2)
    return {"parts": parts, "each": each}, {
        "series": series,
        "each": each,
        "either": either,
        "one_less": 100 * (each / 100) ** (parts - 1),
    }


def in_parallel(rng: Random) -> tuple[Numbers, Numbers]:
    """A service that works as long as one of two independent copies does."""
    each = pick(rng, 90, 95, 98, 99)
    share = each / 100
    given = {"each": each}
    return given, {
        "either": 100 * (1 - (1 - share) ** 2),
        "both": 100 * share**2,
        "each": each,
        "down": 100 * (1 - share) ** 2,
    }


def downtime(rng: Random) -> tuple[Numbers, Numbers]:
    """Minutes of downtime that a level leaves room for in a month."""
    days, level = pick(rng, 28, 30, 31), pick(rng, 99.5, 99.8, 99.9)
    minutes = days * 24 * 60
    right = minutes * (100 - level) / 100
    return {"days": days, "level": level}, {
        "allowed": right,
        "hours": right / 60,
        "tenfold": 10 * right,
        "office": right / 3,
    }


def promoters(rng: Random) -> tuple[Numbers, Numbers]:
    """A net promoter score from counts."""
    answers, for_it, against = pick(rng, 50, 80, 200), pick(rng, 0.5, 0.6), pick(rng, 0.15, 0.2)
    yes, no = round(answers * for_it), round(answers * against)
    given = {"answers": answers, "promoters": yes, "detractors": no, "passives": answers - yes - no}
    right = 100 * (yes - no) / answers
    slips = {
        "promoters": 100 * yes / answers,
        "difference": float(yes - no),
        "of_decided": 100 * (yes - no) / (yes + no),
    }
    return given, {"nps": right, **slips}


def failed_changes(rng: Random) -> tuple[Numbers, Numbers]:
    """A change failure rate."""
    total, failed = pick(rng, 80, 120, 160), pick(rng, 6, 9, 12)
    given = {"changes": total, "failed": failed}
    return given, {
        "rate": 100 * failed / total,
        "of_good": 100 * failed / (total - failed),
        "success": 100 * (total - failed) / total,
        "count": failed,
    }


def budget(rng: Random) -> tuple[Numbers, Numbers]:
    """A budget variance in per cent; spending too much is positive."""
    planned, over = pick(rng, 400, 500, 800), pick(rng, 0.05, 0.1, 0.2)
    spent = planned * (1 + over)
    given = {"planned": planned, "spent": spent}
    slips = {"of_spent": 100 * (spent - planned) / spent, "share": 100 * spent / planned, "under": -100 * over}
    return given, {"variance": 100 * (spent - planned) / planned, **slips}


def earned(rng: Random) -> tuple[Numbers, Numbers]:
    """Indices of earned value."""
    planned, done, cost = pick(rng, 200, 250), pick(rng, 0.8, 0.9), pick(rng, 1.1, 1.25)
    value = planned * done
    given = {"planned": planned, "earned": value, "cost": value * cost}
    indices = {"cpi": value / (value * cost), "spi": value / planned}
    return given, {**indices, "inverse_cpi": cost, "of_plan": value * cost / planned}


def returns(rng: Random) -> tuple[Numbers, Numbers]:
    """A return on investment."""
    cost, gain = pick(rng, 200, 400, 500), pick(rng, 0.15, 0.25, 0.4)
    benefit = cost * (1 + gain)
    slips = {"share": 100 * benefit / cost, "of_benefit": 100 * (benefit - cost) / benefit, "net": benefit - cost}
    return {"cost": cost, "benefit": benefit}, {"roi": 100 * (benefit - cost) / cost, **slips}


def slow_one(rng: Random) -> tuple[Numbers, Numbers]:
    """Nine quick tickets and a slow one."""
    quick, slow = pick(rng, 2, 3), pick(rng, 22, 32, 42)
    hours = [quick] * 9 + [slow]
    given = {"quick": quick, "slow": slow}
    return given, {"mean": mean(hours), "median": quick, "worst": slow, "middle": (quick + slow) / 2}


def on_hold(rng: Random) -> tuple[Numbers, Numbers]:
    """What a clock that stands still while a ticket is on hold shows."""
    open_, held = pick(rng, 10, 11, 12), pick(rng, 7, 8)
    given = {"open": open_, "held": held}
    return given, {"counted": open_ - held, "waited": open_, "held": held, "both": open_ + held}


def apdex(rng: Random) -> tuple[Numbers, Numbers]:
    """The share of responses that are quick enough, by Apdex."""
    samples, quick, late = pick(rng, 100, 200), pick(rng, 0.6, 0.7), pick(rng, 0.2, 0.24)
    satisfied, tolerating = samples * quick, samples * late
    given = {"samples": samples, "satisfied": satisfied, "tolerating": tolerating}
    given["frustrated"] = samples - satisfied - tolerating
    return given, {"apdex": quick + late / 2, "all": quick + late, "satisfied": quick, "taken_off": quick - late / 2}


# ---- judgements, links and chance


def sum_of_chain(rng: Random) -> tuple[Numbers, Numbers]:
    """The effect and the lag of a chain of two links."""
    first, second = pick(rng, 0.4, 0.5, 0.6), pick(rng, 0.2, 0.3)
    lags = [pick(rng, 2, 3), pick(rng, 1, 4)]
    given = {"first": first, "second": second, "lag_a": lags[0], "lag_b": lags[1], "by": 10}
    effects = {
        "effect": 10 * first * second,
        "added": 10 * (first + second),
        "first": 10 * first,
        "weakest": 10 * second,
    }
    return given, effects


def scaled_chain(rng: Random) -> tuple[Numbers, Numbers]:
    """A published chain of two links, asked about another change at its start."""
    times = pick(rng, 2, 3, 4)
    given = {"points": 5 * times}
    return given, {"revenue": 0.5 * times, "customers": 1.3 * times, "unscaled": 0.5, "product": 1.3 * 0.5 * times}


def false_alarms(rng: Random) -> tuple[Numbers, Numbers]:
    """The chance that at least one of several tests of nothing says yes."""
    tests = pick(rng, 10, 13, 20)
    right = 100 * (1 - 0.95**tests)
    return {"tests": tests}, {"any": right, "one": 5.0, "added": 5 * tests, "none": 100 - right}


def steps_of_q(rng: Random) -> tuple[Numbers, Numbers]:
    """Where the k-th smallest of m p-values has to lie (Benjamini and Hochberg)."""
    links, rank = pick(rng, 20, 25, 40), pick(rng, 3, 4, 5)
    given = {"links": links, "rank": rank}
    return given, {"step": 0.1 * rank / links, "bonferroni": 0.1 / links, "plain": 0.05, "unranked": 0.1}


def expected_gain(rng: Random) -> tuple[Numbers, Numbers]:
    """What an initiative that may fail is worth on average, and in the middle."""
    planned, chance = pick(rng, 10, 12, 20), pick(rng, 0.3, 0.4)
    given = {"planned": planned, "chance": 100 * chance}
    return given, {"mean": planned * chance, "planned": planned, "median": 0.0, "failed": planned * (1 - chance)}


def three_judgements(rng: Random) -> tuple[Numbers, Numbers]:
    """Weights of three criteria whose pairwise judgements agree."""
    ab, bc = pick(rng, 2, 3), pick(rng, 2, 3)
    share = 100 * ab * bc / (ab * bc + bc + 1)
    given = {"ab": ab, "bc": bc, "ac": ab * bc}
    slips = {"equal": 100 / 3, "pair": 100 * ab / (ab + 1), "summed": 100 * ab / (ab + bc + ab * bc)}
    return given, {"weight": share, **slips}


def guesses(rng: Random) -> tuple[Numbers, Numbers]:
    """How many questions somebody gets right who only guesses."""
    questions, options = pick(rng, 40, 60, 75), pick(rng, 4, 5)
    given = {"questions": questions, "options": options}
    right = questions / options
    return given, {"mean": right, "half": questions / 2, "third": questions / 3, "wrong": questions - right}
