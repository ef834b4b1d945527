"""The room imports little: a quiz begins before the library is loaded."""

import subprocess
import sys

HEAVY = ("numpy", "pandas", "pydantic", "fsrs", "filelock", "ipywidgets")
SCRIPT = f"""
import sys
import bsclib.cli.commands, bsclib.cli.exam, bsclib.study.practice.choice
from bsclib.study.questions import stock
put = [stock.put(stock.read_entry(place), 1) for place in stock.places("arithmetic")[:12]]
assert any(item.question.kind == "numeric" for item in put)
print(*[name for name in {HEAVY} if name in sys.modules])
"""


def test_a_quiz_loads_nothing_heavy_before_its_first_answer_even_if_that_is_a_number():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
