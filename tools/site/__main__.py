"""Build the site: `python -m tools.site build/site`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

from tools.site.sources import write_sources

ROOT = Path(__file__).parents[2]


def main(to: str, *more: str) -> int:
    """Write the pages' sources, and have Sphinx make the site of them."""
    target = Path(to).resolve()
    work = target.with_name(f"{target.name}-work")
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "source"
        write_sources(ROOT, fresh)
        _update(fresh, work / "source")
    here = str(Path(__file__).parent)
    cache = f"nb_execution_cache_path={work / 'executed'}"
    return build_main(["-c", here, "-d", str(work / "doctrees"), "-D", cache, "-j", "auto", "-q", "-W", "--keep-going", *more,
                       str(work / "source"), str(target)])  # fmt: skip


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
    sys.exit(main(*sys.argv[1:]))
