"""The notebooks as a reader meets them: their shape, and that they run on any scorecard."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import oddities
import papermill
import planned
import pytest
from nbformat.v4 import output_from_msg

from bsclib import batch as reports
from bsclib import read_actuals, read_scorecard, study, write_scorecard
from bsclib.batch.summary import summary_of
from bsclib.files.datasets import load_dataset
from bsclib.model.build import build
from bsclib.model.edit import keep
from bsclib.plots.canvas import png
from bsclib.reporting.notebook import read_parameters, source_of, tags_of
from bsclib.scenarios import Scenario
from bsclib.scenarios.files import read_scenario, write_scenario
from bsclib.study import session
from bsclib.study.exercises.question import LESSONS, exercises_of
from bsclib.study.lessons.lending import open_lesson

FOLDER = Path(__file__).parent.parent / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
REPORT = "09_executive_report"
TAUGHT = [name for name in NAMES if name[:2] in LESSONS and name != "09_shared_language"]
LEND = ("04_cause_and_effect", "05_scenarios")  # the shipped case is lent to a scorecard without links
TAGS = {"parameters", "exercise", "solution", "notes", "interactive-only"}
TAGS |= {"hide-input", "remove-input", "remove-output"}
MINUTES = re.compile(r"Allow \d+ minutes\. ")


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code(name, *tags):
    return [cell for cell in read(name).cells if cell.cell_type == "code" and (not tags or tags_of(cell) & set(tags))]


def bullets(source):
    return re.findall(r"^- .*$", source, flags=re.MULTILINE)


# -------------------------------------------------------------------------------------------------------------- shape


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_with_a_promise_and_closes_on_what_is_to_be_kept(name):
    first, *rest = [cell.source for cell in read(name).cells]
    title, promise, *_ = first.split("\n\n")
    assert title.startswith("# ")
    assert len(re.findall(r"[.:] ", promise)) <= 1, "one sentence"
    assert "You will" in first
    assert MINUTES.search(first)
    assert "You need " in first
    assert 3 <= len(bullets(first)) <= 6
    (kept,) = [text for text in rest if text.startswith("## To take with you")]
    assert 3 <= len(re.findall(r"(?m)^(?:-|\d\.) ", kept.partition("\n## ")[0])) <= 6
    assert any("## What next\n\n" in text for text in rest)


@pytest.mark.parametrize("name", TAUGHT)
def test_a_lesson_ends_in_one_order(name):
    """Whoever stops early has met the recap, the quiz and what comes next; then what is optional, then the notes."""
    every = [cell.source for cell in read(name).cells]
    heads = ("## To take with you", "## What people mix up", "lesson.progress()", "## What next", "## Optional: ")
    places = {head: [at for at, text in enumerate(every) if text.startswith(head)] for head in heads}
    order = [at for head in heads for at in places[head]]
    assert order == sorted(order)
    assert all(len(places[head]) == 1 for head in heads[:-1] if head != "## What people mix up")
    after = places["## What next"][0] + 1
    assert after in (*places["## Optional: "][:1], len(every) - 1), "only what is optional, and the notes"


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_as_the_format_wants_them(name):
    notebook = read(name)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert {tag for cell in notebook.cells for tag in tags_of(cell)} <= TAGS
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]+", cell.id) for cell in notebook.cells), "ids that stay and can be read"
    assert max(len(cell.source.splitlines()) for cell in code(name)) <= 10, "longer code belongs in the library"


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_has_a_type_and_a_comment(name):
    """As `papermill --help-notebook` lists them."""
    listed = papermill.inspect_notebook(str(FOLDER / f"{name}.ipynb"))
    assert "scorecard" in listed
    assert all(one["inferred_type_name"] != "None" and one["help"] for one in listed.values())
    assert list(listed) == [one.name for one in read_parameters(FOLDER / f"{name}.ipynb")]


def test_the_report_takes_what_the_command_offers():
    listed = papermill.inspect_notebook(str(FOLDER / f"{REPORT}.ipynb"))
    assert list(listed) == ["scorecard", "unit", "as_of", "method", "missing", "scenario"]


def quizzes():
    return [
        pytest.param(name, cell, id=f"{name}-{cell.id}")
        for name in TAUGHT
        for cell in code(name)
        if "quiz(" in cell.source
    ]


@pytest.mark.parametrize(("name", "cell"), quizzes())
def test_a_quiz_is_answered_as_its_text_says(name, cell):
    names = {"study": study, "seed": 1}
    exec(cell.source, names)
    asked = eval(cell.source.splitlines()[-1], names)
    said = re.findall(r"quiz\.check\(\d+, \"…\"\)", repr(asked))
    assert len(said) == len(asked.items) > 0
    for call in said:
        assert eval(call.replace("…", "A"), names).state != "not attempted"
    assert names["quiz"] is asked


@pytest.mark.parametrize("name", TAUGHT)
def test_every_exercise_of_the_lesson_is_put(name):
    """Each in two cells: the question, an answer to fill in and to check; then the solution, which shows nothing."""
    known = [one.name for one in exercises_of(name[:2])]
    assert len(known) >= 3
    put = {}
    for cell in code(name, "exercise", "solution"):
        (called,) = set(re.findall(r"lesson\.(?:ask|check|solution)\(\"(\w+)\"", cell.source)) or {""}
        put.setdefault(called, []).append(cell)
    assert [called for called in put if called] == known, "in one order, by which the page numbers them"
    for called in known:
        asked, solved = put[called]
        lines = [f'lesson.ask("{called}")', "", "answer = ...", f'lesson.check("{called}", answer)']
        aside = {"interactive-only"} if name == REPORT else set()
        assert (asked.source.splitlines(), tags_of(asked)) == (lines, {"exercise", *aside})
        assert solved.source == f'lesson.solution("{called}", show=False)  # True, and run: one way to the answer'
        assert tags_of(solved) == {"solution", *aside}


@pytest.mark.parametrize("name", TAUGHT)
def test_whatever_gives_an_answer_away_shows_nothing_unasked(name):
    gives_away = re.compile(r"lesson\.solution\(|table\((?:answer_key|planted|program_finds)\(")
    told = [cell for cell in code(name) if gives_away.search(cell.source)]
    assert told == code(name, "solution")
    assert all(re.search(r"show ?= ?False", cell.source) for cell in told)


@pytest.mark.parametrize("name", TAUGHT)
def test_the_trainer_finds_notes(name):
    notes = [cell.source for cell in read(name).cells if "notes" in tags_of(cell)]
    assert notes
    assert all("minutes" in note and "mix up" in note for note in notes)


@pytest.mark.parametrize("name", TAUGHT)
def test_the_shipped_case_lets_every_exercise_be_asked(name):
    lesson = session.lesson(name[:2], *load_dataset("meridian"))
    assert {lesson.check(exercise, ...).state for exercise in lesson.names} == {"not attempted"}


# ------------------------------------------------------------------------------------------------- they run, for real


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """One KPI, no links, no units, no initiatives, no name in ASCII."""
    folder = tmp_path_factory.mktemp("ほか") / "小さい"
    names = {
        "name": "小さい",
        "perspectives": [{"id": "all", "name": "視点"}],
        "objectives": [{"id": "do", "name": "目的", "perspective": "all"}],
    }
    card = oddities.card(oddities.kpi(name="指標"), **names)
    write_scorecard(card, folder, oddities.actuals(*oddities.months()))
    return folder


@pytest.fixture(scope="module")
def depot(tmp_path_factory):
    """A small organisation with a link and initiatives of its own."""
    folder = tmp_path_factory.mktemp("depot")
    write_scorecard(build(planned.CARD), folder, planned.actuals())
    return folder


def execute(name, folder, **parameters):
    """Run by papermill, on warm kernels, in a folder that is not the notebooks'."""
    return papermill.execute_notebook(
        FOLDER / f"{name}.ipynb",
        None,  # it would be written again before and after each cell, which takes as long as running it
        parameters,
        cwd=folder,
        progress_bar=False,
        engine_name="bsclib",
        execution_timeout=300,  # where a kernel is stuck, the test fails instead of waiting for ever
    )


OFTEN = {REPORT: "meridian", "04_cause_and_effect": "depot"}  # on its defaults, nbval runs each notebook


LENDS = {
    ("01_objectives", "tiny"): "To keep it in a folder of your own, name one in save_to at the top.",
    ("02_kpi_selection", "tiny"): "To keep it in a folder of your own, name one in save_to at the top.",
    ("06_cascade", "tiny"): "No scorecard above 小さい is known, so you work with those of Meridian Freight IT here.",
    ("09_shared_language", "tiny"): "No scorecard above 小さい is known here, so no department shares a KPI with it.",
}
"""What is said where there is nothing to work with."""


def words_of(cell):
    return "\n".join(output["data"].get("text/plain", "") for output in cell.outputs)


def words(notebook):
    return "\n".join(words_of(cell) for cell in notebook.cells if cell.cell_type == "code")


def nothing_is_spoilt(done):
    """All cells were run: no solution is shown, and none counts as seen."""
    assert not any(cell.outputs for cell in done.cells if "solution" in tags_of(cell))
    for cell in done.cells:
        if source_of(cell) == "lesson.progress()":
            (output,) = cell.outputs
            assert " 0 of " in output["data"]["text/plain"]
            seen = [row.split()[-1] for row in output["data"]["text/plain"].splitlines()[3:]]
            assert set(seen) == {"no"}


MOST_ROWS, MOST_COLUMNS = 15, 6
# Tables that are the point: everything is shown, because a learner goes through it line by line, or counts it.
WHOLE = {
    "01_objectives": {"links", "lakeside-measured", "lakeside-counted", "lakeside-aimed", "lakeside-links"}
    | {"lakeside-actuals", "lakeside-wanted"},
    "02_kpi_selection": {"chosen"},
    "04_cause_and_effect": {"claims", "evidence"},
    "06_cascade": {"claims-table", "statements"},
}
ASIDE = re.compile(r"explore_|lesson\.|definition_tables|lies_open")  # explorers, exercises, and a draft to review


def too_large(done):
    """The cells that show a table of more rows or columns than fit on a screen."""
    large = set()
    for cell in done.cells:
        shown = [] if ASIDE.search(source_of(cell)) else cell.get("outputs", ())
        pages = ("".join(output.get("data", {}).get("text/html", "")) for output in shown)
        for table in re.findall(r"(?s)<table.*?</table>", "".join(pages)):
            rows = table.split("<tr")[1:]
            columns = max(len(re.findall(r"<t[hd][ >]", row)) for row in rows)
            if len(rows) - table.count("<thead") > MOST_ROWS or columns > MOST_COLUMNS:
                large.add(cell.id)
    return large


def test_a_table_that_is_too_large_is_found():
    row = "<tr>" + "<td>1</td>" * 6 + "</tr>"
    for table, large in (
        (row * 15, set()),
        (row * 16, {"it"}),
        (f"<thead>{row}</thead>" + row * 15, set()),
        ("<tr>" + "<td>1</td>" * 7 + "</tr>", {"it"}),
    ):
        output = output_from_msg(
            {
                "header": {"msg_type": "display_data"},
                "content": {"data": {"text/html": f"<table>{table}</table>"}, "metadata": {}},
            }
        )
        cell = nbformat.v4.new_code_cell("table(rows)", id="it", outputs=[output])
        assert too_large(nbformat.v4.new_notebook(cells=[cell])) == large


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, marks=[] if case == OFTEN.get(name, "tiny") else pytest.mark.slow)
        for name in NAMES
        for case in ("depot" if name in LEND else "meridian", "tiny")
    ],
)
def test_it_runs(name, case, tiny, depot, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    source = {"meridian": "meridian", "tiny": str(tiny), "depot": str(depot)}[case]
    others = {(REPORT, "meridian"): {"unit": "Genoa", "as_of": "2026-04"}, ("05_scenarios", "tiny"): {"horizon": 6}}
    more = others.get((name, case), {})
    done = execute(name, tmp_path, scorecard=source, **more)
    assert list(tmp_path.iterdir()) == [], "nothing is saved unasked"
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert not any("widget" in kind for kind in kinds)
    assert "widgets" not in done.metadata
    assert not any(output.output_type in ("error", "stream") for output in outputs), "no message meant for nobody"
    assert LENDS.get((name, case), "") in words(done)
    for output in outputs:
        if "image/png" in output.get("data", {}):
            assert len(output.metadata["image/png"]["alt"]) > 20
    for cell in done.cells:
        if "lesson.check(" in source_of(cell):
            question, output = cell.outputs
            assert re.search("Not attempted|Cannot tell", output["data"]["text/plain"])
            assert "<details>" in question["data"]["text/html"] or "Cannot tell" in output["data"]["text/plain"]
            if (case == "meridian" and "as_of" not in more) or (case == "tiny" and name in LEND):
                assert "Not attempted" in output["data"]["text/plain"]
    nothing_is_spoilt(done)
    if name != REPORT:
        assert too_large(done) <= WHOLE.get(name, set())
    page = reports.to_html(done)
    assert page.startswith("<!DOCTYPE html>")
    if name == REPORT:
        assert len(page.encode()) < 1_000_000, "a report is to be sent by mail"
        assert summary_of(done)["unit"] == more.get("unit", "")


# -------------------------------------------------------------------------------- on every other scorecard, in process


@pytest.fixture
def play(monkeypatch):
    """Run a notebook's code here, in a tenth of the time of a kernel; gives back the notebook with its outputs."""

    def run(name, card, actuals, **parameters):
        notebook, shown = read(name), []

        def display(*things, raw=False, metadata=None):
            for thing in things:
                data = thing if raw else {"text/plain": repr(thing), "text/html": thing._repr_html_()}
                content = {"data": data, "metadata": metadata or {}}
                shown.append(output_from_msg({"header": {"msg_type": "display_data"}, "content": content}))

        monkeypatch.setattr("IPython.display.display", display)
        monkeypatch.setattr("bsclib.plots.canvas.png", lambda picture: png(picture, dpi=30))  # nobody looks at them
        monkeypatch.setattr("IPython.get_ipython", SimpleNamespace)  # a notebook with nobody at the controls
        monkeypatch.setattr(session, "_OPENED", [(card, actuals, None)])
        names = {"display": display}
        if name in LEND:
            open_lesson(name[:2], card, actuals)  # as if the first cell had read it
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            tree = ast.parse(cell.source)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, cell.id, "exec"), names)
            if "parameters" in tags_of(cell):
                names |= {**parameters, "scorecard": card, "actuals": actuals}
            if last:
                result = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
                if hasattr(result, "_repr_html_"):
                    display(result)
            cell.outputs, shown[:] = list(shown), []
        return notebook

    return run


ODD = oddities.all_cases() | oddities.merged_cases()


def odd():
    """The report on what is odd in one way, the lessons on what is odd in many; the rest is slow.

    Lessons on links only on those scorecards that they do not lend the shipped case to.
    """
    for name in NAMES:
        for case, (card, _) in ODD.items():
            often = (case in oddities.merged_cases()) != (name == REPORT) and name != LEND[0]
            if card.links or name not in LEND:
                yield pytest.param(name, case, marks=[] if often else pytest.mark.slow)


@pytest.fixture(scope="module")
def kept():
    """Notebooks that were played on odd scorecards: a test that asks for one again is given it."""
    return {}


@pytest.fixture
def play_odd(play, kept):
    def run(name, case):
        if (name, case) not in kept:
            kept[name, case] = play(name, *ODD[case], **({"horizon": 6} if name == "05_scenarios" else {}))
        return kept[name, case]

    return run


@pytest.mark.parametrize(("name", "case"), list(odd()))
def test_it_runs_on_odd_scorecards(name, case, play_odd):
    page = reports.to_html(play_odd(name, case))
    assert "<script>" not in page
    assert "<b>cost</b>" not in page


@pytest.mark.parametrize("missing", ["carry_forward", "propagate", "zero"])
def test_the_report_reads_well_under_every_policy(missing, play):
    card, actuals = oddities.rude()
    notebook = play(REPORT, card, actuals, unit=oddities.RUDE["leftward"], missing=missing)
    assert "<script>" not in reports.to_html(notebook)


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("one month", "the first month with actuals"),
        ("nothing off target", "No KPI is off target."),
        ("everything missing", "There is no overall score for March 2025"),
        ("tiny", "claims no cause and effect"),
        ("rude names", "مدة الاستعادة"),
    ],
)
def test_the_report_says_what_it_cannot_show(case, says, play_odd):
    assert says in words(play_odd(REPORT, case))


@pytest.fixture(scope="module")
def two_levels(tmp_path_factory):
    """A small IT below a small company, each in a folder of its own, with names that a careless page trips over."""
    folder = tmp_path_factory.mktemp("levels")
    goal = {"id": "grow", "name": oddities.RUDE["script"], "perspective": "all", "owner": oddities.RUDE["signs"]}
    top = oddities.card(oddities.kpi("margin", objective="grow"), id="top", name="Top", objectives=[goal])
    own = {"id": "do", "name": oddities.RUDE["quotes"], "perspective": "all", "supports": ["top.grow"]}
    it = oddities.card(id="it", name=oddities.RUDE["long"], objectives=[own])
    write_scorecard(top, folder / "company")  # a level without actuals
    write_scorecard(it, folder / "it", oddities.actuals(*oddities.months()))
    return {"scorecard": str(folder / "it"), "above": str(folder / "company")}


def test_the_lesson_on_levels_works_on_ones_own(two_levels, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    page = reports.to_html(execute("06_cascade", tmp_path, **two_levels))
    assert "You work with Very long name" in page
    assert "Meridian Freight IT operations" not in page
    assert "<script>" not in page


def test_a_department_has_a_page_of_its_own(two_levels, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    done = execute("09_shared_language", tmp_path, department=oddities.RUDE["signs"], **two_levels)
    page = reports.to_html(done)
    assert "share 2 KPIs" in page
    assert "no data" in page, "the level above has no actuals"
    assert "<script>" not in page
    assert summary_of(done)["title"].startswith("50 % {of} [all]")


def test_the_report_answers_a_scenario(play, tmp_path):
    card, actuals = oddities.rude()
    asked = Scenario(id="try", name="<script>", question="Is it <b>worth</b> it?", initiatives=["i"], horizon=6)
    write_scenario(asked, tmp_path / "try.yaml")
    page = reports.to_html(play(REPORT, card, actuals, scenario=str(tmp_path / "try.yaml"), as_of="2025-02"))
    heads = re.findall(r"<h2 id=\"[^\"]*\"[^>]*>([^<]*)</h2>", page)
    assert heads[heads.index("How each KPI went") + 1] == "What if: &lt;script&gt;"
    assert "Is it &lt;b&gt;worth&lt;/b&gt; it? In August 2025 the overall score" in page
    assert 'alt="Fan chart of' in page
    assert ">What it assumes</h3>" in page
    assert "<script>" not in page


def test_the_report_heads_are_its_contents(play_odd):
    page = reports.to_html(play_odd(REPORT, "rude names"))
    heads = re.findall(r"<h2 id=\"[^\"]*\">([^<]*)</h2>", page)
    assert heads == [
        "Where we stand",
        "What moved, and why",
        "What is off target",
        "Signal or noise",
        "The strategy map",
        "The same KPIs in three views",
        "How each KPI went",
        "What is missing",
        "How it was computed",
        "How this report was made",
    ]
    assert "<title>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;: March 2025</title>" in page
    assert "You will" not in page


def test_the_lesson_borrows_a_kpi_when_there_is_none_to_follow(play):
    card, actuals = oddities.all_cases()["a range"]
    notebook = play("03_scoring", card, actuals)
    (followed,) = [cell for cell in notebook.cells if cell.id == "followed"]
    assert any(kpi.name in words_of(followed) for kpi in read_scorecard("meridian").kpis)


def test_what_is_chosen_is_saved_for_the_next_notebook(play, tmp_path, monkeypatch):
    """A learner who strikes out all but two in the cell `chosen`."""
    notebook = read("01_objectives")
    (cell,) = [cell for cell in notebook.cells if cell.id == "chosen"]
    card, actuals = load_dataset("meridian")
    gone = [one.name for one in card.objectives if one.id not in ("restore-fast", "automate-work")]
    assert "struck = []" in cell.source
    cell.source = cell.source.replace("struck = []", f"struck = {gone!r}")
    monkeypatch.setitem(globals(), "read", lambda name: notebook)
    play("01_objectives", card, actuals, save_to=str(tmp_path / "mine"))
    mine = read_scorecard(tmp_path / "mine")
    assert mine == keep(card, ["restore-fast", "automate-work"])
    assert set(read_actuals(tmp_path / "mine", mine)["kpi"]) == {"mttr", "automation-coverage"}


def test_the_chosen_kpis_are_saved_for_the_next_notebooks(play, tmp_path):
    card, actuals = load_dataset("enterprise")
    play("02_kpi_selection", card, actuals, save_to=str(tmp_path / "mine"))
    mine = read_scorecard(tmp_path / "mine")
    chosen = [kpi.id for kpi in mine.kpis]
    assert len(chosen) < len(card.kpis)
    assert mine == keep(card, kpis=chosen)
    kept = read_actuals(tmp_path / "mine", mine)
    assert set(kept["kpi"]) == set(chosen)
    influence = (tmp_path / "mine" / "influence.csv").read_text(encoding="utf-8").splitlines()
    assert influence[0].split(",") == ["cause", *(one.id for one in card.objectives)]
    assert mine.name in words(play("03_scoring", mine, kept))


def test_the_decision_is_saved_for_the_report(play, tmp_path, monkeypatch):
    """A learner who adds an option of their own in the cell `options`."""
    notebook = read("05_scenarios")
    (cell,) = [cell for cell in notebook.cells if cell.id == "options"]
    assert cell.source.count("mine: dict[str, str] = {}") == 1
    cell.source = cell.source.replace("mine: dict[str, str] = {}", 'mine = {"speed": "+3"}')
    monkeypatch.setitem(globals(), "read", lambda name: notebook)
    done = play("05_scenarios", build(planned.CARD), planned.actuals(), horizon=12, save_to=str(tmp_path / "mine.yaml"))
    kept = read_scenario(tmp_path / "mine.yaml")
    assert (kept.changes, kept.horizon) == ({"speed": "+3"}, 12)
    said = words(done)
    assert "What if +10 % for “Courses”?" in said
    assert "These are the initiatives of Depot IT." in said
    assert "Nobody knows the truth about Depot IT." in said


def test_a_kpi_of_the_catalogue_becomes_a_candidate(play, monkeypatch):
    """A learner who fills the list in the cell `add-candidates`."""
    notebook = read("02_kpi_selection")
    (cell,) = [cell for cell in notebook.cells if cell.id == "add-candidates"]
    wished = 'from bsclib.files.catalogue import as_kpi\nwished = [as_kpi("vacancy-rate", "do", target=4, floor=12)]'
    assert cell.source.count("wished = []") == 1
    cell.source = cell.source.replace("wished = []", wished)
    monkeypatch.setitem(globals(), "read", lambda name: notebook)
    played = play("02_kpi_selection", *oddities.all_cases()["tiny"])
    (proposed,) = [cell for cell in played.cells if cell.id == "proposal-table"]
    assert "vacan" in words_of(proposed).casefold()


@pytest.mark.slow
def test_a_map_is_lent_and_links_of_ones_own_are_tested_and_graded(play, monkeypatch):
    """A learner without a map, who fills the list in the cell `mine`."""
    notebook = read("04_cause_and_effect")
    cells = {cell.id: cell for cell in notebook.cells}
    wished = 'Link(cause="utilisation", effect="attrition", sign="+", lag=4)'
    assert cells["mine"].source.count("= []") == 1
    cells["mine"].source = cells["mine"].source.replace("= []", f"= [{wished}]")
    monkeypatch.setitem(globals(), "read", lambda name: notebook)
    play("04_cause_and_effect", *oddities.all_cases()["tiny"])
    assert words_of(cells["borrowed"]).startswith("Odd claims no cause and effect")
    assert "Booked share of working hours → Staff who leave, a year" in words_of(cells["mine-tested"])
    rows = words_of(cells["graded"]).splitlines()
    drawn, supported, mine = (
        next(row.split()[-4:] for row in rows if row.strip().startswith(map_))
        for map_ in ("as drawn", "what the data support", "yours")
    )
    assert int(mine[1]) == int(supported[1]) + 1, "found"
    assert int(mine[-1]) == int(supported[-1]) - 1, "missed"
    assert drawn[0] == "20"


def test_where_nobody_knows_the_truth_it_is_said(play):
    notebook = play("04_cause_and_effect", *oddities.rude())
    cells = {cell.id: cell for cell in notebook.cells}
    assert "Nobody knows the truth about" in words_of(cells["truth-known"])
    assert "yours" not in words_of(cells["graded"])
    assert "Meridian Freight IT" in words_of(cells["followed"])
