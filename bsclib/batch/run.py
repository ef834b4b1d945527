"""Many reports from one notebook: planned, run, and written down so that a batch that was stopped can go on.

Each report's files are whole in their place before its line is in the journal; what has its line and is still whole is
never made again by a run that resumes. One report's failure costs one report.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bsclib.batch import plans
from bsclib.batch.finish import check_formats
from bsclib.batch.folder import claim_folder, clear_leftovers, refuse_another_batch, writable_folder
from bsclib.batch.interrupts import interrupts
from bsclib.batch.journal import Journal
from bsclib.batch.kernels.jobs import open_kernels
from bsclib.batch.manifest import write_index, write_log, write_manifest
from bsclib.batch.plans import Notebook, Rows
from bsclib.batch.progress import Batch, Tally, prepare_batch
from bsclib.errors import Fault, ReportError

if TYPE_CHECKING:
    import pandas as pd

    from bsclib.batch.dask import Cluster
    from bsclib.batch.kernels.pool import Pool


def run_batch(
    notebook: Notebook,
    output_dir: str | os.PathLike[str],
    plan: pd.DataFrame | Rows,
    *,
    workers: int | None = None,
    formats: Sequence[str] = ("html",),
    resume: bool = False,
    fail_fast: bool = False,
    timeout: float = 600.0,
    memory: float = 2.0,
    house: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
    progress: Callable[[Tally], None] | None = None,
) -> pd.DataFrame:
    """Run a notebook once for each report of a plan.

    The reports go to a folder of their own, with an ``index.html`` that lists them, a ``manifest.json`` for programs, a
    ``run.log`` with the timings, and the ``journal.jsonl`` by which a batch that was stopped goes on. The notebooks run
    in the caller's current directory.

    Ctrl-C, or a SIGTERM, ends a batch well: what runs comes to its end, the index is written, the rest is left out. A
    second one stops at once.

    Parameters
    ----------
    notebook : path or mapping
        Any notebook with a cell tagged `parameters`: a path, the name of one that ships, or its content.
    output_dir : path
        Made if it is not there. It may hold an earlier run of this batch, but no other.
    plan : DataFrame, path, sequence of mapping, or mapping of str to list
        As `plan` gives it, or anything it takes as `rows`.
    workers : int, optional
        How many notebooks run at a time; by default as many as there are cores.
    formats : sequence of {"html", "pdf", "pptx", "ipynb", "xlsx"}, default ("html",)
        What each report is written as.
    resume, fail_fast : bool, default False
        Keep every report that is whole and whose key has not changed, see `bsclib.batch.keys`; after the first failure
        begin no more.
    timeout, memory : float, default 600 and 2
        Seconds a single cell may take; GiB a report may take beyond what the notebook imports, 0 for no limit.
    house : path, optional
        A file with the house style, see `bsclib.reporting.brand`.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``, whose workers then make the reports. They must see
        the folder and the data under the same paths.
    progress : callable, optional
        Called with a `Tally` at the beginning, and after each report.

    Returns
    -------
    DataFrame
        One row a report: `name`, its parameters, `state` (``done``, ``kept``, ``failed`` or ``left_out``), `seconds`
        (cells and files; 0 when kept), `output` (path of the report, or of the notebook that failed), `error` in
        words, `notes` of what its page cannot show, a line each, and `interrupted`, the same in every row: the number
        of the signal that stopped the batch, or 0.

    Raises
    ------
    ReportError
        Before anything runs: when a parameter is unknown or of the wrong type, the folder cannot be written, another
        batch is at work in it or has left its reports there, or a format cannot be made here. Afterwards: when the
        index or the manifest cannot be written.

    Examples
    --------
    >>> made = run_batch("09_executive_report", "reports/june", [{"unit": "Genoa"}])  # doctest: +SKIP
    >>> made[["name", "state"]]  # doctest: +SKIP
        name state
    0  Genoa  done
    """
    many = _check(workers, formats, timeout, memory)
    folder = writable_folder(output_dir)
    batch = prepare_batch(notebook, folder, plan, formats, house)
    with claim_folder(folder):
        journal = Journal(folder)
        refuse_another_batch(folder, journal, batch.template.name, batch.parameter_digests())
        journal.begin(batch.template.name)
        clear_leftovers(folder)
        if resume:
            batch.keep(journal)
        kernels = _kernels(min(many, len(batch.to_do()) or 1), memory, scheduler)
        try:
            batch.signal = _run(batch, journal, kernels, timeout, fail_fast, progress or (lambda _: None))
        except BaseException:
            if batch.seconds:  # where nothing ran, an earlier index still holds
                _write_down(batch, journal)
            raise
        batch.look_back()
        _write_down(batch, journal)
    return batch.frame()


def preview_batch(
    notebook: Notebook,
    output_dir: str | os.PathLike[str],
    plan: pd.DataFrame | Rows,
    formats: Sequence[str] = ("html",),
    resume: bool = False,
    house: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """What `run_batch` would do, and nothing is changed: a plan whose column `would` is run, keep or share."""
    _check(None, formats, 1, 0)
    folder = Path(output_dir)
    batch = prepare_batch(notebook, folder, plan, formats, house)
    if folder.exists():
        journal = Journal(folder)
        refuse_another_batch(folder, journal, batch.template.name, batch.parameter_digests())
        if resume:
            batch.keep(journal)
    first = {report.name for report in batch.to_do().values()}
    would = [
        "keep" if report.key in batch.kept else "run" if report.name in first else "share" for report in batch.planned
    ]
    return plans.plan_frame(batch.planned).assign(would=would)


def _run(
    batch: Batch,
    journal: Journal,
    kernels: Pool | Cluster,
    timeout: float,
    fail_fast: bool,
    progress: Callable[[Tally], None],
) -> int:
    """Run what is to be done; the number of the signal that stopped it, or 0."""
    to_do = batch.to_do()
    log = functools.partial(write_log, batch.folder)
    log(f"began {batch.template.name}: {len(batch.planned)} reports, {len(to_do)} to make")
    progress(batch.tally)
    if not to_do:
        return 0
    with kernels as pool:
        batch.tally.why = pool.why

        def stop() -> None:
            batch.tally.stopping = True
            pool.stop()
            with contextlib.suppress(RuntimeError):  # it came in the middle of printing; then the next report tells
                progress(batch.tally)

        with interrupts(stop, pool.kill) as came:
            results = pool.run(batch.jobs(to_do, timeout))
            import pandas  # noqa: F401 - wanted at the end; while the pool starts it costs nothing

            for result in results:
                entry = batch.settle(result, to_do[result.name], journal)
                took = f"cells {result.seconds_cells:.3f} s, files {result.seconds_finish:.3f} s"
                used = f"{took}, {result.peak_mb:.0f} MB, attempts {result.attempts}"
                log(f"{entry.state} {entry.name}: {used} {entry.error}")
                if entry.state == "failed" and fail_fast:
                    batch.tally.stopping = True
                    pool.stop()
                progress(batch.count(result.name))
    number = came[0] if came else 0
    log(f"ended: {batch.tally.done} made, {batch.tally.failed} failed" + (f", signal {number}" if number else ""))
    return number


def _kernels(workers: int, memory: float, scheduler: str | None) -> Pool | Cluster:
    if not scheduler:
        return open_kernels(workers, memory=memory)
    from bsclib.batch.dask import open_cluster

    return open_cluster(scheduler, memory=memory)


def _write_down(batch: Batch, journal: Journal) -> None:
    """Write the manifest and the index; that one cannot be written does not cost the other."""
    faults: list[Fault] = []
    for write in (write_manifest, write_index):
        try:
            write(batch, journal)
        except ReportError as error:
            faults += error.faults
    if faults:
        raise ReportError(faults)


def _check(workers: int | None, formats: Sequence[str], timeout: float, memory: float) -> int:
    """Refuse what makes no sense; the number of workers."""
    faults = []
    if workers is not None and workers < 1:
        faults.append(Fault("workers", "nothing can run", got=str(workers), allowed="1 or more"))
    if not 0 < timeout < float("inf"):
        faults.append(Fault("timeout", "a cell needs a time", got=str(timeout), allowed="seconds, more than 0"))
    if not 0 <= memory < float("inf"):
        faults.append(Fault("memory", "a report cannot have this much", got=str(memory), allowed="GiB, 0 for no limit"))
    check_formats(formats, faults)
    if workers is None:
        workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return workers
