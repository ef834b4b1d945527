"""Time from command to HTML beside bare papermill on the same notebook, and where the notebook's own time goes.

Each command starts a fresh interpreter, as a person's would; they take turns, and the ratio is the rounds' median.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nbformat import v4, write

from bsclib.parameters import source_of

ROOT = Path(__file__).parents[2]
EXECUTIVE = ROOT / "notebooks" / "09_executive_report.ipynb"
ROUNDS = 5
REPORT = "import sys; from bsclib.reports import run_report; run_report(*sys.argv[1:3], keep_notebook=True)"


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


def main() -> None:
    """Compare on a light notebook, and on the executive report as `bsc report` makes it."""
    compare(light())
    compare(EXECUTIVE, "-m", "bsclib", "report", "meridian", "-o")


if __name__ == "__main__":
    main()
