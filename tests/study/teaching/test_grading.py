import html
import re
import shutil

import courses
import lessons_made as made
import pytest
from nbformat import v4
from nbgrader import utils
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from bsclib import read_actuals, read_scorecard, study
from bsclib.study.teaching import editions
from bsclib.study.teaching.assignments import grader_data, mark_id, write_assignment
from bsclib.study.teaching.grading import (
    ForgedMarkError,
    MarkAnswers,
    RunAgain,
    StoppedTooOftenError,
    configure,
)
from bsclib.study.teaching.hand_in import KIND, to_plain
from bsclib.study.teaching.lesson_notebook import read_lesson

FACTS = {"nbgrader": {"student": "mallory", "assignment": "own", "notebook": "own"}, "metadata": {"path": "."}}
NAMES = ("attainment", "expected", "threshold", "edge", "weights", "lift")
LOOP = "while True:\n    try:\n        import time\n        time.sleep(1)\n    except BaseException:\n        pass"
FORGED = """\
answer = 0.1
def forge(*_):
    get_ipython().displayhook(3)
get_ipython().events.register("pre_run_cell", forge)"""


@pytest.mark.slow
@pytest.mark.system
class TestRunAgain:
    """Kernels of plain Python, which are there at once."""

    def run(self, *sources, seconds=20):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
        ran, _ = RunAgain(timeout=seconds).preprocess(notebook, FACTS)
        return [[output.get("text") or output.get("evalue") for output in cell.outputs] for cell in ran.cells]

    def test_a_cell_that_ends_the_notebook_costs_nothing_but_itself(self):
        said = "It ended the notebook. The other cells were run without this one."
        assert self.run("a = 1", "exit()", "print(a)") == [[], [said], ["1\n"]]

    def test_a_cell_that_never_ends_does_not_either(self):
        said = "It took more than 3 seconds. The other cells were run without this one."
        assert self.run("a = 1", LOOP, "print(a)", seconds=3) == [[], [said], ["1\n"]]

    def test_so_does_a_kernel_that_is_killed(self):
        assert self.run("a = 1", "import os\nos._exit(1)", "raise SystemExit", "print(a)")[3] == ["1\n"]

    def test_a_notebook_that_ends_again_and_again_is_given_back(self):
        with pytest.raises(
            StoppedTooOftenError, match=r"mallory, own/own\.ipynb: too many cells .* Got: cell 1, cell 2"
        ):
            self.run(*["import os\nos._exit(1)"] * 4)


class TestMarkAnswers:
    """What a test cell shows, and what it is worth."""

    @pytest.fixture(autouse=True)
    def judge(self, monkeypatch):
        lesson = study.lesson("03", read_scorecard("meridian"), read_actuals("meridian"))
        monkeypatch.setattr("bsclib.study.teaching.grading._judge", lambda source: lesson)
        monkeypatch.setattr("bsclib.study.teaching.grading._source", lambda of, resources: "")

    def mark(self, *outputs):
        cell = v4.new_code_cell("", metadata=grader_data(mark_id("edge"), 2), outputs=list(outputs))
        marked, _ = MarkAnswers().preprocess(v4.new_notebook(cells=[cell]), FACTS)
        return utils.determine_grade(marked.cells[0])[0], str(marked.cells[0].outputs)

    def stated(self, answer, exercise="edge"):
        return v4.new_output("display_data", {KIND: {"exercise": exercise, "answer": to_plain(answer)}})

    def printed(self, points):
        return v4.new_output("execute_result", {"text/plain": str(points)})

    def test_a_right_answer(self):
        assert self.mark(self.stated("at risk"), self.printed(2))[0] == 2

    def test_a_right_answer_whose_notebook_lost_its_lesson(self):
        assert self.mark(self.stated("at risk"))[0] == 2

    def test_a_wrong_answer_gets_its_feedback_and_not_the_right_one(self):
        points, said = self.mark(self.stated("off target"))
        assert points == 0
        assert "The edge itself belongs to the better band." in said
        assert "at_risk" not in said
        assert "At risk" not in said

    @pytest.mark.parametrize("outputs", [[], ["other"], ["twice", "twice"]], ids=["none", "of another", "two"])
    def test_no_clear_answer_is_none(self, outputs):
        kinds = {"other": self.stated("at risk", "weights"), "twice": self.stated("at risk")}
        points, said = self.mark(*(kinds[output] for output in outputs))
        assert points == 0
        assert "could not be run" in said

    @pytest.mark.parametrize("answer", [..., "off target"])
    def test_a_forged_mark_is_refused(self, answer):
        with pytest.raises(ForgedMarkError, match=r"edge: it prints a mark that its answer, worth 0, .* Got: 2 of 2\."):
            self.mark(self.printed(2), self.stated(answer))

    def test_what_is_printed_without_a_number_is_no_mark(self):
        assert self.mark(self.printed("'two'"), self.stated(...))[0] == 0


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one small assignment, released."""
    folder = tmp_path_factory.mktemp("course")
    own = made.saved(made.lesson(*made.exercise("attainment"), *made.exercise("edge")), folder)
    write_assignment(str(own), folder)
    return folder


@pytest.fixture(scope="module")
def api(course):
    patch = pytest.MonkeyPatch()
    patch.setenv("PATH", courses.path())
    patch.setenv("PYTHONPATH", str(courses.ROOT))
    config = Config()
    config.CourseDirectory.root = str(course)
    configure(config)
    api = NbGraderAPI(config=config)
    assert api.generate_assignment("own")["success"]
    yield api
    patch.undo()


@pytest.mark.slow
@pytest.mark.system
def test_what_is_released_is_the_learners_edition(api, course):
    """And no right answer stands in it."""
    released = courses.released(course, "own")
    stubs = [made.source(cell) for cell in released["cells"] if courses.grade_id(cell) in ("attainment", "edge")]
    edition = editions.learner_edition([read_lesson(course / "own.ipynb")])["own.ipynb"].decode()
    for stub in stubs:
        assert stub.replace('"', '\\"').replace("\n", '\\n",\n    "')[:30] in edition
        assert "answer = ...\n" in stub
    text = str(released)
    assert "hand_in" not in text
    assert "SOLUTION" not in text
    for code in courses.solutions(course, "own").values():
        assert code.splitlines()[-1] not in text


@pytest.mark.system
@pytest.mark.filterwarnings("ignore:Object of type")  # of nbgrader's own making
@pytest.mark.slow
def test_a_half_right_notebook_with_a_cell_deleted_is_marked(api, course):
    half = courses.answered(courses.released(course, "own"), {"edge": 'answer = "at risk"'})
    courses.hand_in(course, "own", "bo", courses.without(half, mark_id("edge"), "attainment"))
    done = api.autograde("own", "bo")
    assert done["success"], done["log"]
    with api.gradebook as book:
        assert book.find_submission("own", "bo").score == 2
    shutil.rmtree(course / "autograded" / "bo")


@pytest.mark.slow
@pytest.mark.system
def test_a_course_from_the_first_command_to_the_last(course, tmp_path):
    """Right, half-right, untouched, hostile, forged: the marks are right, and no feedback gives an answer away."""
    own = made.saved(made.lesson(*(cell for name in NAMES for cell in made.exercise(name))), tmp_path)
    write_assignment(str(own), tmp_path)
    courses.nbgrader(tmp_path, "generate_assignment", "own")
    released, right = courses.released(tmp_path, "own"), courses.solutions(tmp_path, "own")
    points = {name: editions.points_of(one) for name, one in editions.questions(read_lesson(own)).items()}
    half = {name: right[name] for name in NAMES[::2]} | dict.fromkeys(NAMES[1::2], "answer = 0.123")
    hostile = courses.answered(released, right | {NAMES[0]: LOOP, NAMES[1]: "exit()"})
    for cell in hostile["cells"]:
        if courses.grade_id(cell) == mark_id(NAMES[2]):
            cell["source"] = "3"  # a test of one's own
    hostile = courses.without(hostile, mark_id(NAMES[3]), NAMES[4], mark_id(NAMES[4]))
    handed = {
        "ada": courses.answered(released, right),
        "bo": courses.answered(released, half),
        "cy": released,
        "mallory": hostile,
        "trudy": courses.answered(released, right | {NAMES[0]: FORGED}),
        "walter": courses.answered(released, dict.fromkeys(NAMES, "import os\nos._exit(1)")),
    }
    for who, notebook in handed.items():
        courses.hand_in(tmp_path, "own", who, notebook)
    said = courses.nbgrader(tmp_path, "autograde", "own", check=False)
    assert re.search(
        r"trudy, own/own\.ipynb, exercise attainment: it prints a mark that its answer, worth 0, does not have", said
    )
    assert re.search(r"walter, own/own\.ipynb: too many cells end this notebook or never end", said)
    assert "There was an error processing assignment 'own' for student 'trudy'" in said
    for who in ("trudy", "walter"):
        assert not (tmp_path / "autograded" / who / "own").exists(), "nothing half-written"
    courses.nbgrader(tmp_path, "generate_feedback", "own")
    courses.nbgrader(tmp_path, "export")
    marks = courses.marks(tmp_path)
    everything = sum(points.values())
    assert marks["ada"] == everything
    assert marks["bo"] == sum(points[name] for name in NAMES[::2])
    assert marks["cy"] == 0
    assert marks["mallory"] == everything - sum(points[name] for name in (NAMES[0], NAMES[1], NAMES[4]))
    assert marks.get("trudy", 0) == marks.get("walter", 0) == 0
    for who, wrong in (("bo", NAMES[1::2]), ("cy", NAMES), ("mallory", NAMES[:2])):
        page = html.unescape((tmp_path / "feedback" / who / "own" / "own.html").read_text(encoding="utf-8"))
        shown = re.sub(r"<[^>]+>", "", page)
        assert "answer = " in shown, "code is found as a reader sees it"
        for name in wrong:
            assert right[name].splitlines()[-1] not in shown
