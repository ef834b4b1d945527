import json

import pytest

from bsclib.errors import BscError
from bsclib.study.practice import progress
from bsclib.study.teaching.class_results import COLUMNS, OTHER, class_results


def learner(folder, name, *checked, case="case", number="03"):
    data = progress.checked({"version": 1})
    for exercise, state, slip in checked:
        progress.exercise_checked(data, number, case, exercise, state, slip)
    (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return data


def row(frame, exercise):
    (found,) = frame[frame["exercise"] == exercise].to_dict("records")
    return found


def test_right_wrong_and_untried_add_up_to_the_class(tmp_path):
    learner(tmp_path, "a.json", ("edge", "right", ""), ("weights", "wrong", "counted"))
    learner(tmp_path, "b.json", ("edge", "wrong", "worse_band"))
    learner(tmp_path, "c.json")
    frame, files, notes = class_results(tmp_path)
    assert (files, notes, tuple(frame.columns)) == (3, [], COLUMNS)
    assert (frame["right"] + frame["not yet"] + frame["not tried"] == 3).all()
    assert set(frame["lesson"]) == {"03"}, "lessons that nobody opened are no rows"
    edge = row(frame, "edge")
    assert (edge["right"], edge["not yet"], edge["not tried"], edge["by"]) == (1, 1, 1, 1)
    assert edge["most common mistake"] == "The edge itself belongs to the better band."


def test_the_mistake_of_most_learners_wins_not_the_one_made_most_often(tmp_path):
    learner(tmp_path, "a.json", *[("weights", "wrong", "counted")] * 5)
    learner(tmp_path, "b.json", ("weights", "wrong", "unweighted"))
    learner(tmp_path, "c.json", ("weights", "wrong", "unweighted"), ("weights", "right", ""))
    weights = row(class_results(tmp_path)[0], "weights")
    assert (weights["by"], weights["most common mistake"]) == (2, "This is the plain mean: the weights were not used.")


def test_a_mistake_that_no_text_knows(tmp_path):
    learner(tmp_path, "a.json", ("weights", "wrong", ""))
    assert row(class_results(tmp_path)[0], "weights")["most common mistake"] == OTHER


def test_a_text_with_a_name_to_fill_in_leaves_it_open(tmp_path):
    learner(tmp_path, "a.json", ("hidden", "wrong", "all_off_target"))
    assert "{" not in row(class_results(tmp_path)[0], "hidden")["most common mistake"]


def test_right_on_one_case_is_right(tmp_path):
    data = learner(tmp_path, "a.json", ("edge", "right", ""), case="one")
    progress.exercise_checked(data, "03", "two", "edge", "wrong", "worse_band")
    assert progress.exported(data)["lessons"] == {"03": {"": {"edge": "right"}}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "it is no JSON, from line 1 on"),
        ("[]", "it is no file of progress"),
        ('{"version": 2}', "a newer bsclib wrote it, as version 2"),
        ('{"version": 1, "lessons": []}', "its parts are not what they should be"),
        ('{"version": 1, "mistakes": {"03": {"edge": {"a": "b"}}}}', "its parts are not what they should be"),
        (b"\xff\xfe", "it is no text in UTF-8"),
    ],
    ids=["no JSON", "a list", "newer", "no lessons", "no counts", "no text"],
)
def test_a_file_that_cannot_be_read_is_named_and_left_out(tmp_path, text, says):
    learner(tmp_path, "a.json", ("edge", "right", ""))
    (tmp_path / "b.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    frame, files, notes = class_results(tmp_path)
    assert (files, notes) == (1, [f"b.json is left out: {says}."])
    assert row(frame, "edge")["right"] == 1


def test_two_files_that_are_alike_may_be_two_learners(tmp_path):
    for name in ("a.json", "a (1).json"):
        learner(tmp_path, name, ("edge", "right", ""))
    assert class_results(tmp_path)[1:] == (2, ["a.json holds the same as a (1).json; both are counted."])


def test_nothing_that_can_be_read_names_each_file(tmp_path):
    (tmp_path / "b.json").write_text("{")
    with pytest.raises(BscError, match=r"no file of progress here can be read(.|\n)*b\.json is left out"):
        class_results(tmp_path)
