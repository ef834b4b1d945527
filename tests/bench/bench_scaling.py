"""What a thousand reports cost on 1, 2 and 4 Dask workers, and what ten thousand cost the client.

Two parts. The first runs a light notebook on workers on this machine, all started fresh, and takes throughput once the
kernels are warm: from the first report that has ended to the last. The second leaves the notebooks out: it plans 10,000
reports, settles them from results that are already there, and writes manifest and index, which is what the client does
alone however many workers there are. `bench_scaling.py 100` makes each run of the first part 100 reports long.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from light import light

from bsclib.batch import run as batches
from bsclib.batch import run_batch
from bsclib.batch.kernels.jobs import Result

ROOT = Path(__file__).parents[2]
WORKERS = (1, 2, 4)
REPORTS = 40
SIZES = (1_000, 10_000)


def start(folder: Path, *command: str) -> subprocess.Popen:
    """Start a part of Dask."""
    line = [sys.executable, "-m", "dask", *command, "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(line, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, **quiet)


def on_workers(count: int, reports: int) -> float:
    """Reports a second on so many workers."""
    folder = Path(tempfile.mkdtemp())
    known = folder / "scheduler.json"
    parts = [start(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(known))]
    try:
        while not (known.exists() and known.read_text().endswith("}")):
            time.sleep(0.05)
        address = json.loads(known.read_text())["address"]
        parts += [start(folder, "worker", address, "--nthreads", "1", "--no-nanny") for _ in range(count)]
        ends: list[tuple[float, int]] = []
        made = run_batch(
            light(),
            folder / "out",
            [{"months": 12 + n} for n in range(reports)],
            formats=("ipynb",),
            scheduler=address,
            progress=lambda tally: ends.append((time.perf_counter(), tally.done)),
        )
        assert set(made["state"]) == {"done"}, set(made["error"])
        ends = [one for one in ends if one[1] >= 2 * count]  # until then kernels are opened
        return (ends[-1][1] - ends[0][1]) / (ends[-1][0] - ends[0][0])
    finally:
        for part in parts:
            part.kill()
            part.wait()


class Instant:
    """A pool that has all reports already."""

    kind, why = "warm", ""

    def __init__(self, folder: Path):
        self.folder, self.stopped = folder, False

    def __enter__(self) -> "Instant":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def stop(self) -> None:
        """Take no more."""
        self.stopped = True

    kill = stop

    def run(self, jobs):
        """Give each result at once."""
        trend = [50 + n % 7 for n in range(24)]
        for job in jobs:
            name = job.arguments["name"]
            file = {"path": f"{name}.html", "sha256": "0" * 64, "bytes": 300_000}
            summary = {"title": name, "status": "at_risk", "score": 71.5, "change": -0.4, "trend": trend, "kpis": []}
            yield Result(job.name, None, {"files": {"html": file}, "summary": summary, "error": ""}, 0.1, 0.1)


def client_alone(reports: int) -> tuple[float, float]:
    """Seconds the client takes for so many reports in all, and the size of the index in MB (10⁶ bytes)."""
    folder = Path(tempfile.mkdtemp())
    real = batches._kernels
    batches._kernels = lambda *_: Instant(folder)
    try:
        begun = time.perf_counter()
        run_batch(light(), folder, [{"months": 1 + n} for n in range(reports)])
        return time.perf_counter() - begun, (folder / "index.html").stat().st_size / 1e6
    finally:
        batches._kernels = real


def workers() -> None:
    """Print the first part."""
    reports = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    print(f"a light notebook on Dask workers of this machine ({os.cpu_count()} cores), {reports} reports each")
    rates = {count: on_workers(count, reports) for count in WORKERS}
    for count, rate in rates.items():
        gain, minutes = rate / rates[WORKERS[0]], 1000 / rate / 60
        print(f"  {count} workers  {rate:6.2f} reports a second   x{gain:4.2f}   {minutes:5.1f} minutes a thousand")


def main() -> None:
    """Print both parts; with `client`, the second alone."""
    if "client" not in sys.argv:
        workers()
    print("the client alone, notebooks left out")
    for many in SIZES:
        seconds, size = client_alone(many)
        print(f"  {many:6,} reports  {seconds:6.1f} s  {1000 * seconds / many:5.2f} ms a report   index {size:.1f} MB")


if __name__ == "__main__":
    main()
