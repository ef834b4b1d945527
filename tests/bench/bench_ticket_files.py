"""A million tickets from CSV to all KPIs by unit and month, beside pyarrow reading two times and three columns alone.

Ratios of processor time within one run, each in a process of its own; then five millions in blocks and in one piece,
whose actuals have to be the same bytes.
"""

import hashlib
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

ROUNDS = 3
FORM = "%d/%m/%Y %H:%M:%S"
WEEKS = [{"mon-fri": [f"{start}:00-{start + 9}:00"]} for start in (6, 7, 8, 9, 10)]


def write(path: Path, count: int, rubbish: float = 0.0) -> None:
    """Made-up tickets, some of them rubbish."""
    rng = np.random.default_rng(1)
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, count, 500_000):
            some = min(500_000, count - start)
            opened = np.datetime64("2024-01-01T00:00:00") + rng.integers(0, 63_072_000, some).astype("m8[s]")
            solved = opened + rng.integers(60, 900_000, some).astype("m8[s]")
            table = pd.DataFrame(
                {
                    "Number": np.char.add("INC", np.char.zfill((start + np.arange(some)).astype(str), 7)),
                    "Opened": pd.Series(opened).dt.strftime(FORM),
                    "Resolved": pd.Series(solved).dt.strftime(FORM),
                    "Group": rng.choice(["Network", "Desk", "Applications", "Servers", "Data"], some),
                    "Priority": rng.choice(["1 - Critical", "2 - High", "3 - Moderate", "4 - Low"], some),
                    "State": rng.choice(["Closed", "Resolved"], some),
                    "Short description": np.char.add("Something that is said of ticket ", np.arange(some).astype(str)),
                }
            )
            bad = rng.choice(some, int(some * rubbish), replace=False)
            for column, text, rows in zip(
                ("Opened", "Resolved", "State", "Number"),
                ("", "31/02/2025 10:00:00", "Lost", ""),
                np.array_split(bad, 4),
                strict=True,
            ):
                table.loc[rows, column] = text
            table.to_csv(file, index=False, header=start == 0)


def plain(path: Path) -> None:
    """What pyarrow takes to read the two times and three columns."""
    pa.csv.read_csv(
        path,
        convert_options=pa.csv.ConvertOptions(
            include_columns=["Opened", "Resolved", "Group", "Priority", "State"], timestamp_parsers=[FORM]
        ),
    )


def whole(path: Path, calendars: int) -> str:
    """What `bsc tickets` does; gives the digest of the actuals."""
    from bsclib.actuals.itsm.kpis import ticket_kpis
    from bsclib.cli.tickets import in_parts
    from bsclib.files.tickets.read import read_tickets
    from bsclib.files.tickets.ticket_map import TicketMap

    names = ["Network", "Desk", "Applications", "Servers", "Data"]
    rules = TicketMap(
        columns={
            **{"number": "Number", "opened": "Opened", "resolved": "Resolved"},
            **{"unit": "Group", "priority": "Priority", "state": "State"},
        },
        dates=FORM,
        zone="Europe/Berlin",
        states={"Closed": "closed", "Resolved": "resolved"},
        calendars={name: {"week": week} for name, week in zip(names[:calendars], WEEKS, strict=False)},
        goals=[{"unit": name, "resolution": 40, "calendar": name} for name in names[:calendars]],
    )
    parts = in_parts(read_tickets(path, rules).tickets)
    actuals = ticket_kpis((parts.pop() for _ in range(len(parts))), rules.service_calendars(), zone=rules.zone)
    return hashlib.sha256(actuals.to_csv(index=False).encode()).hexdigest()[:12]


def measured(*arguments: object) -> tuple[float, float, str]:
    """Seconds of processor time of the work itself, peak memory in MB, and what a process of its own gives."""
    out = subprocess.run(
        [sys.executable, __file__, *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout.split()
    return float(out[0]), float(out[1]), out[2]


def used() -> float:
    """Processor time of this process so far."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def child(kind: str, path: str, calendars: str, block: str) -> None:
    """One measurement, in a process of its own; importing is not counted."""
    import bsclib.actuals.itsm.kpis
    import bsclib.files.tickets.read  # noqa: F401 - loaded before the clock starts
    from bsclib.files.tickets import source

    source.BLOCK = int(block) or source.BLOCK
    before = used()
    result = whole(Path(path), int(calendars)) if kind == "whole" else plain(Path(path))
    print(used() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, result or "-")


def main() -> None:
    """Print the ratios, and hold them against the bars."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tickets.csv")
        for rubbish in (0.0, 0.05):
            write(file, 1_000_000, rubbish)
            rounds = [
                [measured(kind, file, calendars, 0) for kind, calendars in (("plain", 0), ("whole", 1), ("whole", 5))]
                for _ in range(ROUNDS)
            ]
            alone, one, five = (min(found[0] for found in column) for column in zip(*rounds, strict=True))
            peak = max(found[1] for found in rounds[0][1:])
            print(
                f"1,000,000 tickets, {rubbish:.0%} rubbish: {one:.2f} s, {one / alone:.1f} times pyarrow (bar 4); "
                f"five calendars {five / one:.2f} times one; peak {peak:.0f} MB (bar 800)"
            )
        write(file, 5_000_000)
        blocks, piece = measured("whole", file, 1, 0), measured("whole", file, 1, 10_000_000_000)
        same = "the same bytes" if blocks[2] == piece[2] else "DIFFERENT BYTES"
        print(f"5,000,000 tickets in blocks: {same} as in one piece; peak {blocks[1]:.0f} MB (bar 1500)")


if __name__ == "__main__":
    child(*sys.argv[1:]) if len(sys.argv) > 1 else main()
