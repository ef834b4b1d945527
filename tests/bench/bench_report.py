"""Time from command to HTML beside bare papermill on the same notebook, and where the notebook's own time goes.

Each command starts a fresh interpreter, as a person's would; they take turns, and the ratio is the rounds' median.
Then the executive report in a batch beside its bare cells, run one after another in one process that has imported all.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nbformat import v4, write

from bsclib.batch import run_batch
from bsclib.reporting.notebook import source_of

ROOT = Path(__file__).parents[2]
EXECUTIVE = ROOT / "notebooks" / "09_executive_report.ipynb"
ROUNDS = 5
REPORT = "import sys; from bsclib.batch import run_report; run_report(*sys.argv[1:3], keep_notebook=True)"


def light() -> Path:
    """A notebook with a frame, a table and two pictures, which takes little time of its own."""
    cells = [
        v4.new_markdown_cell("# Light\n\n## One part\n\n## Another"),
        v4.new_code_cell("months: int = 24  # how many", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(
            "import matplotlib.pyplot as plt\nimport pandas as pd\n"
            "table = pd.DataFrame({'month': range(months), 'actual': range(months)})\ntable.describe()"
        ),
        *(
            v4.new_code_cell(
                "figure, axes = plt.subplots()\naxes.plot(table['month'], table['actual'])\nplt.close(figure)\n"
                "display(figure, metadata={'image/png': {'alt': 'a rising line'}})"
            )
            for _ in range(2)
        ),
    ]
    path = Path(tempfile.mkdtemp()) / "light.ipynb"
    write(v4.new_notebook(cells=cells), path)
    return path


def seconds(*command: str) -> float:
    """How long a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def compare(notebook: Path, *command: str) -> None:
    """Print the ratio for one notebook, and its slowest cells."""
    folder = Path(tempfile.mkdtemp())
    kept = (sys.executable, "-c", REPORT, str(notebook), str(folder))
    ours = (sys.executable, *command, str(folder)) if command else kept
    bare = (sys.executable, "-m", "papermill", str(notebook), str(folder / "bare.ipynb"), "-k", "python3")
    for one in (kept, ours, bare):
        seconds(*one)
    rounds = [(seconds(*ours), seconds(*bare)) for _ in range(ROUNDS)]
    took, took_bare = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(report / papermill for report, papermill in rounds)
    print(f"report of {notebook.name}")
    print(f"  to HTML / bare papermill               {ratio:5.2f}   (under 2)     {took:.2f} s and {took_bare:.2f} s")
    profile(folder / "index.ipynb", took)


def profile(executed: Path, took: float) -> None:
    """Print where the time went: the slowest cells, all cells, and what is not the notebook's."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    spent = [(cell["metadata"]["papermill"]["duration"] or 0, cell) for cell in cells if cell["cell_type"] == "code"]
    for duration, cell in sorted(spent, key=lambda one: -one[0])[:6]:
        lines = [line for line in source_of(cell).splitlines() if line.strip() and not line.startswith(("#", "import"))]
        print(f"    {duration:6.2f} s  {(lines or [''])[0][:90]}")
    total = sum(duration for duration, _ in spent)
    print(f"    {total:6.2f} s  all cells; the other {took - total:.2f} s are imports, the kernel's start and the page")


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
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    command = (sys.executable, "-c", BARE, str(EXECUTIVE), *UNITS)
    env = {**os.environ, **ONE_THREAD, **inline, "PYTHONPATH": str(ROOT)}
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
    """Compare on a light notebook, on the executive report as `bsc report` makes it, and in a batch."""
    if "batch" not in sys.argv:
        compare(light())
        compare(EXECUTIVE, "-m", "bsclib", "report", "meridian", "-o")
    bar()


if __name__ == "__main__":
    main()
