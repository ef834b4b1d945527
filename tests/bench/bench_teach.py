"""How long teaching takes: both editions of every lesson, and one lesson through nbgrader with four submissions.

The four are right, half-right, untouched and hostile: a loop that never ends, `exit()`, a test that was edited, another
that was deleted. What nbgrader exports is printed beside what it should be.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import courses

from bsclib.files import atomic
from bsclib.study.teaching import editions
from bsclib.study.teaching.assignments import mark_id, write_assignment
from bsclib.study.teaching.lesson_notebook import shipped_lessons

LESSON = "03"
LOOP = "while True:\n    try:\n        import time\n        time.sleep(1)\n    except BaseException:\n        pass"


def timed(what: str, act: object) -> None:
    """Run it, and print how long it took: seconds of the clock, and of the processor, those of its children too."""
    before, start = os.times(), time.perf_counter()
    act()  # type: ignore[operator]
    took, after = time.perf_counter() - start, os.times()
    print(f"{what:44} {took:7.1f} s, processor {sum(after[:4]) - sum(before[:4]):6.1f} s", flush=True)


def submissions(course: Path) -> dict[str, float]:
    """Hand four notebooks in; gives what each should get."""
    (one,) = shipped_lessons([LESSON])
    points = {name: editions.points_of(asked) for name, asked in editions.questions(one).items()}
    released, right = courses.released(course, LESSON), courses.solutions(course, LESSON)
    names = list(right)
    hostile = courses.answered(released, right | {names[0]: LOOP, names[1]: "exit()"})
    for cell in hostile["cells"]:
        if courses.grade_id(cell) == mark_id(names[2]):
            cell["source"] = "3"
    handed = {
        "right": courses.answered(released, right),
        "half-right": courses.answered(released, {name: right[name] for name in names[::2]}),
        "untouched": released,
        "hostile": courses.without(hostile, mark_id(names[3])),
    }
    for who, notebook in handed.items():
        courses.hand_in(course, LESSON, who, notebook)
    everything = sum(points.values())
    return {
        "right": everything,
        "half-right": sum(points[name] for name in names[::2]),
        "untouched": 0,
        "hostile": everything - points[names[0]] - points[names[1]],
    }


def main() -> None:
    """Print seconds, and the marks."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lessons = shipped_lessons()
        timed(
            f"learner's edition of {len(lessons)} notebooks",
            lambda: atomic.write_folder(root / "l", editions.learner_edition(lessons)),
        )
        timed(
            f"trainer's edition of {len(lessons)} notebooks",
            lambda: atomic.write_folder(root / "t", editions.trainer_edition(lessons)),
        )
        course = root / "course"
        timed(f"source of assignment {LESSON}", lambda: write_assignment(LESSON, course))
        timed("nbgrader generate_assignment", lambda: courses.nbgrader(course, "generate_assignment", LESSON))
        expected = submissions(course)
        timed("nbgrader autograde, four submissions", lambda: courses.nbgrader(course, "autograde", LESSON))
        timed("nbgrader generate_feedback", lambda: courses.nbgrader(course, "generate_feedback", LESSON))
        timed("nbgrader export", lambda: courses.nbgrader(course, "export"))
        marks = courses.marks(course)
        print(f"\n{'submission':12} {'marks':>6} {'should be':>10}")
        for who, should in expected.items():
            print(f"{who:12} {marks[who]:6g} {should:10g}")


if __name__ == "__main__":
    main()
