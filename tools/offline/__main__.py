"""Pack the folder: `python -m tools.offline build/offline [--platform windows]`, when the site has been made."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
TAGS = {
    "windows": ("win_amd64",),
    "macos": tuple(f"macosx_{version}_0_{kind}" for version in (14, 13, 12, 11) for kind in ("arm64", "universal2")),
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
}
"""The tags of wheels that fit a system, as pip takes them."""
SYSTEMS = {"windows": "win32", "macos": "darwin", "linux": "linux"}


def main(arguments: Sequence[str]) -> str:
    """Fill a folder beside the one that is wanted, and put it in its place when it is whole."""
    parser = argparse.ArgumentParser(prog="python -m tools.offline", description=__doc__)
    parser.add_argument("folder", type=Path, help="what is packed; one from an earlier time is replaced")
    parser.add_argument("--platform", choices=TAGS, help="the system it is for; by default this one")
    given = parser.parse_args(arguments)
    there = given.folder
    if there.is_file() or (there.is_dir() and any(there.iterdir()) and not (there / "made_for.json").is_file()):
        parser.error(f"{there} holds something that was not packed here: name a folder that is new")
    if not (SITE / "index.html").is_file():
        return "There is no site yet: make site"
    given.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".offline-", dir=given.folder.parent) as scratch:
        made = Path(scratch) / "made"
        try:
            _fill(made, given.platform)
        except OSError as problem:
            return (
                f"{problem.filename or given.folder}: {problem.strerror}. It takes up to 500 MB. Nothing was written."
            )
        except subprocess.CalledProcessError:
            return f"{given.folder}: not every package could be had, see above. Nothing was written."
        if given.folder.exists():
            shutil.rmtree(given.folder)
        made.rename(given.folder)
    size = sum(file.stat().st_size for file in given.folder.rglob("*") if file.is_file()) / 1e6
    print(f"{given.folder}: {size:.0f} MB. Copy it to a stick; on the other machine start install.sh or install.bat.")
    return ""


def _fill(folder: Path, platform: str | None) -> None:
    """Write all that is in it; the list of sums last."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    system = SYSTEMS[platform] if platform else sys.platform
    made_for = {"python": sys.version_info[:2], "system": system}
    (folder / "made_for.json").write_text(json.dumps(made_for), encoding="utf-8")
    _pins(folder / "requirements.txt", platform)
    python = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    tags = [part for tag in TAGS[platform] for part in ("--platform", tag)] if platform else []
    fetch = ["download", "--require-hashes", "--no-deps", "--only-binary", ":all:", *tags, "--dest", str(wheels)]
    subprocess.run([*python, *fetch, "-r", str(folder / "requirements.txt")], check=True)
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run([*python, *build], check=True)
    shutil.copytree(SITE, folder / "site")
    shutil.copytree(
        ROOT / "datasets", folder / "datasets", ignore=shutil.ignore_patterns("truth.yaml", "answer_key.yaml")
    )
    shutil.copy(ROOT / "docs" / "trainer-guide.md", folder / "trainer-guide.md")
    kit = [sys.executable, "-m", "bsclib"]
    subprocess.run([*kit, "teach", "learner", "-o", str(folder / "lessons")], check=True)
    subprocess.run([*kit, "study", "cards", "-o", str(folder / "questions.apkg")], check=True)
    for name in ("install.py", "install.sh", "install.bat"):
        shutil.copy(Path(__file__).with_name(name), folder / name)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}" for file in files]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")


def _pins(to: Path, platform: str | None) -> None:
    """The lock, with what this system does not need left out."""
    system = ["--python-platform", platform] if platform else []
    options = [
        "pip",
        "compile",
        "--quiet",
        "--no-deps",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--no-config",
    ]
    lock = str(ROOT / "requirements.lock")
    subprocess.run(
        [sys.executable, "-m", "uv", *options, *system, "--system-certs", "--output-file", str(to), lock], check=True
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
