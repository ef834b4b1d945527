"""What lesson 06 reads aloud, on small tables, and that every id of COBIT's has words."""

import json
from pathlib import Path

import pandas as pd
import pytest
from samples import desk

from bsclib import read_actuals
from bsclib.causality import link_evidence
from bsclib.design import relative_importance
from bsclib.design.maturity import assess_maturity, maturity_statements
from bsclib.errors import BscError
from bsclib.files.catalogue import OBJECTIVES_OF_COBIT
from bsclib.files.goal_tables import ALIGNMENT_GOALS, ENTERPRISE_GOALS, read_goal_tables
from bsclib.scoring import snapshot
from bsclib.study.exercises.levels import shipped_levels
from bsclib.study.lessons import lesson_06 as aloud

ROOT = Path(__file__).parents[3]

READ = pd.DataFrame(
    {"name": ["Grow", "Save", "Rest"], "own": [80.0, 95.0, None], "from_below": [81.0, 70.0, 60.0]}
).assign(difference=lambda rows: rows["from_below"] - rows["own"])
TOWER = pd.DataFrame(
    {"level": [0, 1, 2, 2], "card": list("aixy"), "name": ["All", "IT", "Antwerp", "Genoa"]}
    | {"above": ["", "a", "i, a", "i"]}
)
GAPS = pd.DataFrame(
    {"name": ["Incidents"], "from_below": [3.4], "stated": [3.0], "verdict": ["falls_short"]}
    | {"across_units": ["mean"], "units": [5]}
)


def test_every_id_of_cobit_has_words():
    assert tuple(aloud.GOALS) == (*ENTERPRISE_GOALS, *ALIGNMENT_GOALS)
    assert tuple(aloud.OBJECTIVES) == OBJECTIVES_OF_COBIT


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            aloud.read_tower(TOWER),
            "Look at the lowest row. Antwerp and Genoa stand there, because they work for IT in the row above.",
        ),
        (
            aloud.read_tower(pd.concat([TOWER, TOWER.iloc[[1, 1]].assign(card=["j", "k"])]).assign(above="a, i, j, k")),
            "Look at the lowest row. "
            "Antwerp and Genoa stand there, because they work for 3 scorecards in the row above.",
        ),
        (
            aloud.read_tower(TOWER.iloc[:2]),
            "Look at the lowest row. IT stands there, because it works for All in the row above.",
        ),
        (
            aloud.read_claims(pd.DataFrame({"objective": ["Fix"], "goal": ["Grow"], "strength": ["secondary"]})),
            "Read a row as a sentence: “Fix” says that it is there for “Grow”. Of the 1 support, 1 is secondary.",
        ),
        (
            aloud.read_gaps(pd.concat([GAPS.assign(name="Changes"), GAPS])),
            "Look at the last row: for “Incidents” the mean of 5 targets is 3.40, and 3.00 is wanted. "
            "So every unit could be on target, and the whole would still miss its own target.",
        ),
        (
            aloud.read_gaps(GAPS.assign(verdict="goes_beyond", across_units="ratio")),
            "For “Incidents” the units' targets come to 3.40, and 3.00 is wanted. "
            "So the units promise more than the whole asks for.",
        ),
        (aloud.read_gaps(GAPS.iloc[:0]), ""),
        (
            aloud.read_readings(READ),
            "Look at “Save”: 95.0 by its own KPIs, and 70.0 from below. "
            "1 of 2 goals look better by their own KPIs than from below.",
        ),
        (aloud.read_readings(READ.tail(1)), ""),
        (
            aloud.read_ratings(pd.DataFrame({"goal": ["EG01", "EG02", "EG03"], "rating": [5, 3, 1]})),
            "Look at both ends. What matters most here: products that customers choose (EG01). "
            "What matters least: laws are kept (EG03).",
        ),
        (aloud.read_ratings(pd.DataFrame({"goal": ["EG01", "EG02"], "rating": [3, 3]})), "All goals are rated alike."),
        (
            aloud.read_missing(assess_maturity({})),
            "Look at what is missing: 2 statements more, and level 1 is reached.",
        ),
        (aloud.read_missing(assess_maturity(dict.fromkeys(maturity_statements()["id"], True))), ""),
    ],
    ids=[
        "two lowest",
        "three above",
        "one lowest",
        "claims",
        "gap",
        "one gap",
        "no gap",
        "readings",
        "no reading",
        "ratings",
        "alike",
        "missing",
        "nothing missing",
    ],
)
def test_what_is_read(said, text):
    assert said == text


def test_a_scorecard_is_assessed_by_the_numbers_of_statements():
    assert aloud.assessed([1, 2, 3, 4]).level == 1
    assert aloud.assessed(range(1, 18)).level == 5
    assert aloud.assessed([]).level == 0
    with pytest.raises(BscError, match=r"no statement of this number.*Got: 18.*Allowed: 1 to 17"):
        aloud.assessed([1, 18])


def test_each_kpi_says_in_what_it_is_counted():
    gaps = shipped_levels().gaps.query("verdict == 'falls_short'").head(1)
    shown = aloud.gaps_table(gaps, shipped_levels().cards)
    assert shown[["counted in", "month"]].to_numpy().tolist() == [["a month and port", "June 2026"]]
    assert aloud.gaps_table(gaps.iloc[:0], shipped_levels().cards).empty


def test_whose_targets_are_not_met_is_said_once():
    above = pd.DataFrame({"above": ["desk", "desk"]})
    assert aloud.wholes(above, [desk()]) == "Service desk"


def test_importance_and_neighbours():
    ends = pd.DataFrame({"objective": ["DSS03", "BAI07"], "score": [22.0, 53.0], "baseline": [18.0, 72.0]})
    said = aloud.read_importance(ends.assign(relative_importance=[30.0, -20.0]))
    assert "DSS03 scores 22, and 18 if every goal rated 3" in said
    assert said.endswith("BAI07 comes to −20 %: it matters less than if all goals mattered alike.")
    neighbours = pd.DataFrame({"department": ["Chief buyer", "Head of law"], "theirs": [2, 1], "ours": [7, 3]})
    assert aloud.read_neighbours(neighbours).startswith("Look at the chief buyer: 2 of their KPIs and 7 of ours")
    assert aloud.read_neighbours(neighbours.iloc[:0]) == ""


def prose_of(*ids):
    cells = json.loads((ROOT / "notebooks" / "06_cascade.ipynb").read_text(encoding="utf-8"))["cells"]
    return "".join("".join(cell["source"]) for cell in cells if cell["id"] in ids)


def test_the_answer_rests_on_numbers_that_the_lesson_shows_and_counts_by_one_rule():
    levels = shipped_levels()
    read = levels.readings.set_index("objective").loc["skilled-workforce"]
    assert read["period"] == "2026-06"
    said = prose_of("answer")
    assert f"at {read['own']:.0f} by its own KPIs, and at {read['from_below']:.0f} from below" in said
    claims = levels.claims[(levels.claims["below"] == levels.card.id) & (levels.claims["above"] == levels.above.id)]
    counts = pd.crosstab(claims["goal_name"], claims["strength"])
    assert counts.loc["Keep operations running whatever happens"].to_dict() == {"primary": 5, "secondary": 1}
    once = counts.index[counts["primary"] == 1]
    assert sorted(once) == ["Bring new services to market faster", "Grow with a profit"]
    assert "five objectives are there for it, and one helps" in said
    assert counts["primary"].max() == 5
    below = levels.readings.set_index("name").loc["Keep operations running whatever happens", "from_below"]
    assert f"look at what came of it: {below:.1f} from below" in said


def test_the_row_to_watch_is_explained_by_its_numbers():
    scores = shipped_levels().scores
    now = {id: snapshot(scores[id])["actual"] for id in ("meridian", "enterprise")}
    said = prose_of("readings-read")
    training = (
        f"train {now['meridian']['training-hours']:.1f} hours a month (Genoa has not reported), and 3.5 are wanted"
    )
    actuals = read_actuals("meridian").query("kpi == 'training-hours' and period == '2026-06'")
    assert set(actuals["unit"]) == {"Antwerp", "Hamburg", "Rotterdam", "Valencia"}, "Genoa has not reported"
    leaving = f"loses {now['meridian']['attrition']:.1f}\u00a0% of its people a year, and the whole company "
    assert training in said
    assert f"{leaving}{now['enterprise']['staff-turnover']:.1f} %." in said


def test_the_ports_targets_do_not_come_to_the_whole_and_the_recap_says_so():
    gap = shipped_levels().gaps.query("verdict == 'falls_short'").iloc[0]
    assert (gap["across_units"], gap["units"], gap["period"]) == ("mean", 5, "2026-06")
    assert f"was {gap['from_below']:.2f}, and {gap['stated']:.2f} was wanted" in prose_of("take-with-you")


def test_the_sums_of_the_worked_example_are_right_and_not_those_of_the_exercise():
    said = prose_of("cobit-ratio", "cobit-scaled")
    score, usual = 4 * 2 * 1 + 2 * 1 * 1, 3 * 2 * 1 + 3 * 1 * 1
    assert f"4 · 2 · 1 + 2 · 1 · 1 = {score}" in said
    assert f"3 · 2 · 1 + 3 · 1 · 1 = {usual}" in said
    assert f"{score}/{usual} of it, which is {score / usual:.2f}" in said
    scaled = score / usual * 3 / 2.5
    assert f"gives {scaled:.2f}" in said
    assert f"+{5 * round((100 * scaled - 100) / 5)} %" in said
    assert score / usual != pytest.approx(22 / 18), "the exercise's own ratio"


def test_meridian_is_judged_by_what_the_lessons_showed():
    statements = maturity_statements()["id"]
    assert [statements[number - 1] for number in (11, 12)] == ["cascade", "tested"]
    assert maturity_statements()["level"].le(3).sum() == 10
    assert assess_maturity(dict.fromkeys(statements[:11], True)).level == 3
    card = shipped_levels().card
    assert all(objective.owner for objective in card.objectives)
    assert {objective.perspective for objective in card.objectives} == {view.id for view in card.perspectives}
    assert all(kpi.owner and kpi.formula and kpi.has_own_target for kpi in card.kpis)
    assert all(link.sign and link.lag is not None for link in card.links)
    assert all(objective.supports for objective in card.objectives)
    assert (link_evidence(card, read_actuals("meridian"))["verdict"] == "refuted").any()


def test_on_the_boards_page_two_of_the_eight_goals_have_nobody():
    """What the chief information officer struck in lesson 01, taken off the claims of lesson 06."""
    cells = json.loads((ROOT / "notebooks" / "01_objectives.ipynb").read_text(encoding="utf-8"))["cells"]
    (table,) = ["".join(cell["source"]) for cell in cells if "| struck out | impact |" in "".join(cell["source"])]
    struck = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")][2:]
    assert len(struck) == 6
    levels = shipped_levels()
    claims = levels.claims[(levels.claims["below"] == levels.card.id) & (levels.claims["above"] == levels.above.id)]
    goals = {goal.name for goal in levels.above.objectives}
    left = claims.loc[~claims["objective_name"].isin(struck), "goal_name"]
    assert len(goals) == 8
    assert goals - set(left) == {"Carry freight with less carbon", "Bring new services to market faster"}
    assert goals - set(claims["goal_name"]) == {"Carry freight with less carbon"}
    faster = claims.loc[claims["goal_name"] == "Bring new services to market faster", "objective_name"]
    assert set(faster) == {"Deliver projects on time", "Free money for change"}
    assert "on her page two of the eight goals have nobody" in prose_of("matrix-read")


def test_an_auditor_looks_at_dss03_first_then_at_bai04_and_then_at_one_of_four():
    gains = relative_importance(read_goal_tables("cobit-example")).set_index("objective")["relative_importance"]
    gains = gains.sort_values(ascending=False)
    assert gains.iloc[:2].to_dict() == {"DSS03": 30, "BAI04": 25}
    assert (gains == 20).sum() == 4
    assert gains.iloc[6] < 20
    said = prose_of("importance-read")
    assert said.index("DSS03") < said.index("BAI04")
    assert "Four objectives come next with +20 %, and the table shows two of them" in said
