"""What `bsc report` costs from a cold start beside its imports and bare cells, in processor time.

Then the executive report in a batch beside its bare cells, run one after another in one process that has imported all.
"""

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bsclib.batch import run_batch

ROOT = Path(__file__).parents[2]
EXECUTIVE = ROOT / "notebooks" / "09_executive_report.ipynb"
ROUNDS = 5
ONCE = """
import pandas, matplotlib.pyplot, nbconvert
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
import matplotlib_inline.backend_inline
shell = InteractiveShell.instance()
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        with capture_output():
            shell.run_cell("".join(cell["source"])).raise_error()
"""
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


def processor_seconds(*command: str) -> float:
    """How much processor time a command takes, with what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, capture_output=True, env=env | (INLINE if ONCE in command else {}))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare() -> None:
    """Print what the report's command costs beside its imports and its cells."""
    folder = tempfile.mkdtemp()
    report = (sys.executable, "-m", "bsclib", "report", "meridian", "-o", folder)
    bare = (sys.executable, "-c", ONCE, str(EXECUTIVE))
    rounds = [(processor_seconds(*report), processor_seconds(*bare)) for _ in range(ROUNDS)]
    took, alone = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(ours / theirs for ours, theirs in rounds)
    print("bsc report from a cold start, processor time")
    print(f"  to HTML / imports and bare cells once  {ratio:5.2f}   (at most 1.6)    {took:.2f} s and {alone:.2f} s")


BARE = """
import json, sys, time
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
import matplotlib_inline.backend_inline
cells = [cell for cell in json.load(open(sys.argv[1]))["cells"] if cell["cell_type"] == "code"]
shell = InteractiveShell.instance()
for unit in [None, *sys.argv[2:]]:
    shell.reset()
    start = time.perf_counter()
    for at, cell in enumerate(cells):
        with capture_output():
            shell.run_cell("".join(cell["source"])).raise_error()
            if at == 0 and unit is not None:
                shell.run_cell(f"unit = {unit!r}").raise_error()
    if unit is not None:
        print(time.perf_counter() - start)
"""
UNITS = ("", "Antwerp", "Genoa", "Hamburg", "Rotterdam", "Valencia")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def bare_cells() -> list[float]:
    """Seconds of the executive report's cells for each unit, in one warm process."""
    command = (sys.executable, "-c", BARE, str(EXECUTIVE), *UNITS)
    env = {**os.environ, **ONE_THREAD, **INLINE, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return [float(line) for line in said.stdout.split()]


def batch() -> tuple[list[float], list[float]]:
    """Seconds of each report's cells, and of its files, in a batch on one worker; without the first, which warms up."""
    folder = Path(tempfile.mkdtemp())
    rows = [{"unit": "", "as_of": "2026-05"}, *({"unit": unit} for unit in UNITS)]
    made = run_batch(EXECUTIVE, folder, rows, workers=1)
    assert set(made["state"]) == {"done"}, made["error"].tolist()
    timed = re.findall(r"done .*: cells ([0-9.]+) s, files ([0-9.]+) s", (folder / "run.log").read_text())[1:]
    return [float(cells) for cells, _ in timed], [float(files) for _, files in timed]


def bar() -> None:
    """Print what a report in a batch takes beside its bare cells."""
    rounds = [(statistics.median(bare_cells()), *map(statistics.median, batch())) for _ in range(2)]
    bare, cells, files = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(ours / alone for alone, ours, _ in rounds)
    print("executive report in a batch, one worker")
    print(f"  a report / its bare cells, warm        {ratio:5.2f}   (at most 1.25)   {cells:.2f} s and {bare:.2f} s")
    print(f"  writing its HTML, timed apart          {files:5.2f} s")


def main() -> None:
    """Compare the command, and the report in a batch."""
    if "batch" not in sys.argv:
        compare()
    bar()


if __name__ == "__main__":
    main()
