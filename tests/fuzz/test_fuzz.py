"""Three hundred drawn inputs a run; `make fuzz` tries ten thousand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bsclib.cli.commands import main

pytest.importorskip("resource", reason="limits of time and memory as POSIX has them")
from fuzz import draw_files

ROOT = Path(__file__).parents[2]


def run(*command):
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, cwd=ROOT, timeout=600)
    return done.returncode, done.stdout, done.stderr


def test_nothing_breaks_and_every_fault_has_a_place():
    code, out, remarks = run(Path(__file__).with_name("fuzz.py"), "--count", 300)
    assert (code, remarks) == (0, ""), out
    scored = int(re.search(r"(\d+) scored", out)[1])
    assert 40 < scored < 260, out  # neither all whole nor all broken


def test_a_seed_draws_the_same_files(tmp_path):
    for seed in range(40):
        made = []
        for name in ("one", "two"):
            folder = tmp_path / f"{name}{seed}"
            folder.mkdir()
            draw_files(seed, folder)
            made.append({file.name: file.read_bytes() for file in folder.iterdir() if file.suffix != ".xlsx"})
        assert made[0] == made[1]


@pytest.mark.parametrize("seed", range(12))
def test_the_command_tells_it_as_well(tmp_path, seed):
    draw_files(seed, tmp_path)
    (tmp_path / "actuals.xlsx").unlink(missing_ok=True)  # `bsc` reads a folder's own files
    for verb in ("check", "score"):
        done = CliRunner().invoke(main, [verb, str(tmp_path)])
        assert done.exit_code in (0, 1), done.output
        assert not done.exit_code or verb == "check" or done.stderr.startswith("Error: ")
        assert done.exit_code or not [line for line in done.stderr.splitlines() if not line.startswith("Note: ")]
