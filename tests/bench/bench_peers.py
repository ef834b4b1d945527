"""The test notebooks of papermill, nbclient and nbval: what `bsc batch` makes of each beside papermill.

``python tests/bench/bench_peers.py papermill/tests nbclient/tests nbval/tests`` reads checkouts or unpacked source
distributions of your own. For each notebook in Python it compares the verdict, and what each cell shows; what differs
from one run of papermill to the next is no difference. Exceptions are named.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat

from bsclib.batch import run_batch
from bsclib.errors import ReportError

TIMEOUT = 90
STOPPED = ("CellTimeoutError", "DeadKernelError")  # what our engine writes at a cell that was stopped
MARKS = "papermill-error-cell-tag"


def by_papermill(path, out):
    """Verdict and cells of one notebook, by papermill's own engine."""
    import papermill

    try:
        papermill.execute_notebook(
            str(path),
            str(out),
            progress_bar=False,
            kernel_name="python3",
            language="python",
            cwd=str(path.parent),
            execution_timeout=TIMEOUT,
            iopub_timeout=60,
        )
        verdict = "done"
    except Exception as error:
        verdict = f"failed: {type(error).__name__}"
    return verdict, cells(out)


def by_us(path, folder):
    """Verdict and cells of one notebook, by a batch of one."""
    os.chdir(path.parent)
    try:
        made = run_batch(path, folder, [{}], workers=1, formats=["ipynb"], timeout=TIMEOUT)
    except ReportError as error:
        return f"failed before anything ran: {error}", []
    return made["state"].iloc[0], cells(Path(made["output"].iloc[0]))


def cells(path):
    """What each cell of an executed notebook shows."""
    from faithful import shown

    if not path.is_file():
        return []
    found = nbformat.read(path, as_version=4).cells
    kept = [cell for cell in found if MARKS not in cell.metadata.get("tags", ())]
    for cell in kept:
        cell["outputs"] = [output for output in cell.get("outputs", ()) if output.get("ename") not in STOPPED]
    return [shown(cell) for cell in kept]


def is_python(path):
    """Whether a notebook can be read, and says nothing of another language."""
    try:
        metadata = nbformat.read(path, as_version=4).metadata
    except Exception:
        return False
    spec, info = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    return "python" in str(spec.get("language") or info.get("name") or spec.get("name") or "python").lower()


def differs(path, folder):
    """In what a notebook differs; nothing when it does not."""
    theirs, their_cells = by_papermill(path, folder / "theirs.ipynb")
    verdict, our_cells = by_us(path, folder / "ours")
    if theirs.partition(":")[0] != verdict.partition(":")[0]:
        return f"papermill: {theirs}; we: {verdict[:200]}"
    if their_cells == our_cells:
        return ""
    again = by_papermill(path, folder / "again.ipynb")[1]
    if again != their_cells:
        return ""
    places = [n for n, pair in enumerate(zip(their_cells, our_cells, strict=False), 1) if pair[0] != pair[1]]
    return f"cells {places or 'of another number'}"


def main():
    """Compare every notebook below the folders that were given."""
    os.environ["NBEXECUTE_TEST_PARALLEL_TMPDIR"] = tempfile.mkdtemp()  # as nbclient's own tests have it
    for place in [Path(given).resolve() for given in sys.argv[1:]]:
        notebooks = [path for path in sorted(place.rglob("*.ipynb")) if is_python(path)]
        found = {}
        for path in notebooks:
            with tempfile.TemporaryDirectory() as folder:
                found[path] = differs(path, Path(folder))
        same = sum(not what for what in found.values())
        print(f"{place.name}: {same} of {len(found)} as papermill runs them", flush=True)
        for path, what in found.items():
            if what:
                print(f"  {path.name}: {what}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
