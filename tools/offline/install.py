"""Install the kit from this folder, without a network: `python install.py [WHERE]`; WHERE is by default `bsc` in here.

It needs Python and nothing else. First every file is compared with the list SHA256SUMS.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(where=HERE / "bsc"):
    """Check what is here, make an environment, and install into it."""
    where = Path(where)
    made_for = json.loads((HERE / "made_for.json").read_text(encoding="utf-8"))
    if list(sys.version_info[:2]) != made_for["python"] or not sys.platform.startswith(made_for["system"]):
        wanted = ".".join(map(str, made_for["python"]))
        here = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"This folder holds packages for Python {wanted} on {made_for['system']}. "
            f"This is Python {here} on {sys.platform}.\n"
            f"Start install.py with Python {wanted}, or make the folder again for this machine."
        )
    wrong = list(faults())
    if wrong:
        sys.exit("\n".join([*wrong, "Copy the folder once more. Nothing was installed."]))
    print(f"Installing into {where}; this takes a minute or two.")
    venv.create(where, with_pip=True)
    python = where / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-index", "--no-deps"]
    find = ["--find-links", str(HERE / "wheels")]
    subprocess.run([*pip, *find, "--require-hashes", "-r", str(HERE / "requirements.txt")], check=True)
    subprocess.run([*pip, *map(str, HERE.glob("wheels/bsclib-*.whl"))], check=True)
    bsc = python.with_name("bsc.exe" if sys.platform == "win32" else "bsc")
    print(f"Done. Read:    {HERE / 'site' / 'index.html'}")
    print(f"      Report:  {bsc} report meridian -o reports")
    print(f"      Quiz:    {bsc} study quiz")
    print(f"      Lessons: {python} -m jupyter lab {HERE / 'lessons'}")


def faults():
    """What is missing, or not as it was packed."""
    for line in (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = HERE / name
        if not path.is_file():
            yield f"{name} is missing."
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name} is not as it was packed."


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Install the kit from this folder, without a network.")
    parser.add_argument("where", nargs="?", default=HERE / "bsc", type=Path, help="by default bsc in here")
    main(parser.parse_args().where)
