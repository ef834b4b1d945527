"""`bsc teach` as a trainer uses it."""

import json

import lessons_made as made
import pytest
from click.testing import CliRunner

from bsclib.cli.commands import main
from bsclib.study.practice import progress


def bsc(*args, code=0):
    done = CliRunner(env={"COLUMNS": "200"}).invoke(main, ["teach", *map(str, args)], prog_name="bsc")
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done


@pytest.fixture
def own(tmp_path):
    return made.saved(made.lesson(*made.exercise("attainment"), *made.exercise("edge")), tmp_path)


@pytest.mark.parametrize("edition", ["learner", "trainer"])
def test_an_edition_is_written_and_written_again_alike(tmp_path, own, edition):
    folder = tmp_path / "out"
    assert bsc(edition, "-o", folder, "--only", own).stdout == f"1 lesson in {folder}: own.ipynb.\n"
    before = (folder / "own.ipynb").read_bytes()
    assert bsc(edition, "-o", folder, "--only", own).stdout.endswith("It was there already, the same.\n")
    assert (folder / "own.ipynb").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "own.ipynb"]


def test_what_a_learner_did_is_not_overwritten(tmp_path, own):
    folder = tmp_path / "out"
    bsc("learner", "-o", folder, "--only", own)
    (folder / "own.ipynb").write_text("my answers")
    said = bsc("learner", "-o", folder, "--only", own, code=1).stderr
    assert "holds something else already, such as own.ipynb, and nothing is overwritten. Fix: name another" in said
    assert (folder / "own.ipynb").read_text() == "my answers"


def test_some_lessons_with_numbers_of_their_own(tmp_path):
    said = bsc("learner", "-o", tmp_path / "out", "--only", "00, 3", "--learner", "ana").stdout
    assert said.startswith("2 lessons in ")
    assert said.endswith(": 00_start_here.ipynb and 03_scoring.ipynb.\n")
    assert 'learner=\\"ana\\"' in (tmp_path / "out" / "03_scoring.ipynb").read_text(encoding="utf-8")


def test_a_faulty_lesson_writes_nothing(tmp_path):
    cells = made.exercise("edge")
    cells[1]["id"] = "read"
    path = made.saved(made.lesson(cells[0], {**cells[1], "metadata": {}}), tmp_path)
    for verb in (["learner", "--only", path], ["trainer", "--only", path], ["assignment", path]):
        said = bsc(*verb, "-o", tmp_path / "out", code=1).stderr
        assert "own.ipynb, cell 3 (read): another cell has the id 'read' too" in said
        assert "own.ipynb, cell 4 (edge-answer): the exercise 'edge' has no solution" in said
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_lesson_is_a_mistake_of_the_command(tmp_path):
    assert "03_scoring" in bsc("learner", "-o", tmp_path / "out", "--only", "03_scorign", code=2).stderr


def test_an_assignment_says_what_comes_next(tmp_path, own):
    said = bsc("assignment", own, "-o", tmp_path / "course").stdout.splitlines()
    assert said[0] == f"{tmp_path / 'course' / 'source' / 'own'}: 2 exercises, 5 points."
    assert said[1] == f"Next, in {tmp_path / 'course'}: nbgrader generate_assignment own"


def test_settings_of_ones_own_stay(tmp_path, own):
    (tmp_path / "course").mkdir()
    settings = tmp_path / "course" / "nbgrader_config.py"
    settings.write_text("c = get_config()\n")
    said = bsc("assignment", own, "-o", tmp_path / "course").stderr
    assert "nbgrader_config.py is yours and stays as it is; put these lines into it:" in said
    assert "configure(get_config())" in said
    assert settings.read_text() == "c = get_config()\n"


def learnt(folder, name, *checked):
    """A learner's exported progress."""
    data = progress.checked({"version": 1})
    for exercise, state, slip in checked:
        progress.exercise_checked(data, "03", "case", exercise, state, slip)
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(progress.exported(data)), encoding="utf-8")


def test_a_class_is_added_up_without_names(tmp_path):
    learnt(tmp_path / "in", "ana.json", ("attainment", "wrong", "ratio"), ("attainment", "right", ""))
    learnt(tmp_path / "in", "bo.json", ("attainment", "wrong", "ratio"))
    (tmp_path / "in" / "late.json").write_text('{"version": 9}')
    done = bsc("class", tmp_path / "in", "--format", "csv")
    row = '03,attainment,1,1,0,2,"This is actual / expected. Where is the floor, at which the score is 0?"'
    assert row in done.stdout.splitlines()
    assert "bo" not in done.stdout
    assert done.stderr == "Note: late.json is left out: a newer bsclib wrote it, as version 9.\n"
    assert bsc("class", tmp_path / "in").stdout.startswith("2 files of progress.\n")


def test_a_folder_without_progress(tmp_path):
    said = bsc("class", tmp_path, code=1).stderr
    assert "there is no file of progress here" in said
    assert "bsc study progress --export FILE" in said


def test_a_learner_exports_without_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "home", lambda: tmp_path / "home")
    progress.change(lambda data: progress.exercise_checked(data, "03", "a1b2", "edge", "wrong", "worse_band"))
    done = CliRunner().invoke(main, ["study", "progress", "--export", str(tmp_path / "mine.json")])
    assert done.output == f"The exercises of 1 lesson are in {tmp_path / 'mine.json'}.\n"
    data = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert data["lessons"] == {"03": {"": {"edge": "wrong"}}}
    assert data["mistakes"] == {"03": {"edge": {"worse_band": 1}}}
    assert "a1b2" not in (tmp_path / "mine.json").read_text(encoding="utf-8")
