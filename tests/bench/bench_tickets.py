"""Tickets to KPIs by unit and month: beside pyarrow reading two dates and three columns, and in batches.

Prints ratios of processor time within one run, and the peak of memory; each is measured in a process of its own. With
`full` as argument, 5,000,000 tickets are computed in one piece and in batches, whose bytes must be the same.
"""

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv

sys.path.insert(0, str(Path(__file__).parents[2]))

from bsclib.actuals.itsm import ServiceCalendar, due_time, service_hours, ticket_kpis

SIZE, ROUNDS, MOST_TIMES, MOST_MEGABYTES, MOST_IN_BATCHES = 500_000, 3, 4.0, 800, 1500
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC", "Australia/Sydney")
WEEK = {"mon-fri": ["9:00-12:00", "13:00-17:00"]}
CALENDARS = {f"c{place}": ServiceCalendar(WEEK, zone=zone) for place, zone in enumerate(ZONES)}
READ = ["opened", "resolved", "unit", "kind", "priority"]


def tickets(count: int, calendars: int = 1, seed: int = 0) -> pd.DataFrame:
    """Tickets of four years, in the order in which they were opened."""
    rng = np.random.default_rng(seed)
    opened = np.sort(rng.integers(1_600_000_000, 1_700_000_000, count))
    resolved = opened + rng.exponential(200_000, count).astype(np.int64)
    times = {"opened": opened, "responded": opened + rng.integers(60, 9000, count), "resolved": resolved}
    moments = {name: pd.Series(pd.to_datetime(values, unit="s", utc=True)) for name, values in times.items()}
    moments["resolved"] = moments["resolved"].where((rng.random(count) < 0.97) & (resolved < 1_700_000_000))
    return pd.DataFrame(
        {
            "number": pd.Series(np.arange(10_000_000, 10_000_000 + count)).astype("str"),
            "unit": named(rng.integers(0, 8, count), "unit"),
            "kind": pd.Categorical.from_codes(rng.integers(0, 2, count), ["incident", "request"]),
            "priority": named(rng.integers(0, 4, count), "p"),
            **moments,
            "reopened": rng.integers(0, 2, count),
            "reassigned": rng.integers(0, 3, count),
            "hold_hours": rng.choice([0.0, 0.0, 5.0], count),
            "goal_response": 1.0,
            "goal_resolution": rng.choice([4.0, 24.0, 72.0], count),
            "calendar": named(rng.integers(0, calendars, count), "c"),
        }
    )


def piece(low: int) -> pd.DataFrame:
    """Some tickets of many, with numbers of their own."""
    table = tickets(SIZE, seed=low)
    return table.assign(number=(table["number"].astype(int) + low).astype("str"))


def named(codes: np.ndarray, word: str) -> pd.Categorical:
    """Names as categories."""
    return pd.Categorical.from_codes(codes, [f"{word}{place}" for place in range(codes.max() + 1)])


def seconds(work) -> float:
    """The least processor time of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def peak() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def once(kind: str, count: int) -> None:
    """What one process does; prints the digest of the actuals, and the peak of memory."""
    pieces = (piece(low) for low in range(0, count, SIZE))
    actuals = ticket_kpis(pieces if kind == "batches" else pd.concat(pieces, ignore_index=True), CALENDARS)
    print(hashlib.sha256(actuals.to_csv(index=False).encode()).hexdigest(), round(peak()))


def run(kind: str, count: int) -> tuple[str, int]:
    """One process's digest and megabytes."""
    done = subprocess.run([sys.executable, __file__, kind, str(count)], capture_output=True, text=True, check=True)
    digest, memory = done.stdout.split()
    return digest, int(memory)


def ratios(count: int = 1_000_000) -> bool:
    """The bars of a million tickets."""
    one, five = tickets(count), tickets(count, 5)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.csv"
        one.to_csv(path, index=False, date_format="%Y-%m-%d %H:%M:%S")
        options = pyarrow.csv.ConvertOptions(include_columns=READ)
        read = seconds(lambda: pyarrow.csv.read_csv(path, convert_options=options))
    calendar = CALENDARS["c0"]
    hours = seconds(lambda: service_hours(one["opened"], one["resolved"], calendar))
    due = seconds(lambda: due_time(one["opened"], one["goal_resolution"].to_numpy(), calendar))
    kpis, more = (seconds(lambda table=table: ticket_kpis(table, CALENDARS)) for table in (one, five))
    print(
        f"{count:,} tickets: pyarrow reads two dates and three columns in {read:.2f} s; of that, service hours take "
        f"{hours / read:.2f}, due times {due / read:.2f}, all KPIs by unit and month {kpis / read:.2f} "
        f"(at most {MOST_TIMES} with reading), with five calendars {more / read:.2f}"
    )
    _, memory = run("whole", count)
    print(f"peak {memory} MB (at most {MOST_MEGABYTES})")
    return kpis / read <= MOST_TIMES and more <= 1.25 * kpis and memory <= MOST_MEGABYTES


def batches(count: int) -> bool:
    """The same bytes in batches as in one piece."""
    (whole, memory), (pieces, less) = run("whole", count), run("batches", count)
    print(
        f"{count:,} tickets: the same bytes in batches: {whole == pieces}; peak {memory} MB whole, {less} MB in batches"
    )
    return whole == pieces and less <= MOST_IN_BATCHES


def main() -> int:
    """Print what was measured; 1 when a bar is missed."""
    if len(sys.argv) == 3:
        once(sys.argv[1], int(sys.argv[2]))
        return 0
    return int(not all([ratios(), batches(5_000_000 if "full" in sys.argv[1:] else 1_000_000)]))


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())
