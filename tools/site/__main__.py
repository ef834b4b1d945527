"""Build the site: `python -m tools.site build/site`. What stays as it was is not run or read again."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sphinx.cmd.build import build_main

from tools.site.sources import write_sources

ROOT = Path(__file__).parents[2]
QUIET = "c.IPKernelApp.log_level = 40\n"
"""Told to the kernels that run the lessons, which would say that they speak over TCP."""


def main(arguments: Sequence[str]) -> int:
    """Write the pages' sources, and have Sphinx make the site of them."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the site goes")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="options of sphinx-build, after the folder")
    given = parser.parse_args(arguments)
    target = given.folder.resolve()
    if target.is_file() or (target.is_dir() and any(target.iterdir()) and not (target / ".buildinfo").is_file()):
        parser.error(f"{given.folder} holds something that is no site: name a folder that is new")
    kept = target.with_name(f"{target.name}-work")
    work = kept / _kit()
    for old in kept.glob("*"):
        if old != work:  # what another state of the kit has shown
            shutil.rmtree(old)
    with tempfile.TemporaryDirectory() as scratch:
        write_sources(ROOT, Path(scratch) / "source")
        _update(Path(scratch) / "source", work / "source")
    profile = work / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(QUIET, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(profile.parent)
    options = ["-q", "-W", "--keep-going", "-j", "auto", "-c", str(Path(__file__).parent), "-d", str(work / "doctrees")]
    cache = ["-D", f"nb_execution_cache_path={work / 'executed'}"]
    return int(build_main([*options, *cache, *given.options, str(work / "source"), str(target)]))


def _kit() -> str:
    """Tells two states of the kit and its data apart, because what lessons show comes of both."""
    digest = hashlib.sha256()
    for file in sorted(file for name in ("bsclib", "datasets") for file in (ROOT / name).rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _update(fresh: Path, kept: Path) -> None:
    """Bring the sources up to date, and leave alone what is as it was: Sphinx reads again only what changed."""
    for old in sorted(kept.rglob("*"), reverse=True):
        if not (fresh / old.relative_to(kept)).exists():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in sorted(fresh.rglob("*")):
        place = kept / new.relative_to(fresh)
        if new.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif not place.is_file() or place.read_bytes() != new.read_bytes():
            shutil.copyfile(new, place)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
