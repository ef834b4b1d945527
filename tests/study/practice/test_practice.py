"""The room imports little: a quiz begins before the library is loaded."""

import subprocess
import sys

HEAVY = ("numpy", "pandas", "pydantic", "fsrs", "filelock", "ipywidgets")


def test_a_quiz_loads_nothing_heavy_before_its_first_answer():
    modules = "bsclib.cli.commands, bsclib.cli.exam, bsclib.study.practice.choice, bsclib.study.questions.stock"
    script = f"import sys, {modules}; print(*[name for name in {HEAVY} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split() == []
    )
