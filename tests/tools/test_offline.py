"""The folder for a room without a network: what it says when it is damaged; that it installs on a cut-off machine."""

import errno
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tools.offline.__main__ as packing
from tools.site.__main__ import ROOT


def write_sums(folder):
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name != "SHA256SUMS"]
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}" for file in files
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n")


@pytest.fixture
def folder(tmp_path):
    """As it is packed, with one wheel that is none."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "one-1.0-py3-none-any.whl").write_bytes(b"one")
    made_for = {"python": sys.version_info[:2], "system": sys.platform}
    (tmp_path / "made_for.json").write_text(json.dumps(made_for))
    shutil.copy(ROOT / "tools" / "offline" / "install.py", tmp_path)
    write_sums(tmp_path)
    return tmp_path


def refused(folder):
    spec = importlib.util.spec_from_file_location("install", folder / "install.py")
    install = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(install)
    with pytest.raises(SystemExit) as stopped:
        install.main(folder / "bsc")
    assert not (folder / "bsc").exists()
    return str(stopped.value)


def test_a_wheel_that_is_missing_is_named(folder):
    (folder / "wheels" / "one-1.0-py3-none-any.whl").unlink()
    assert refused(folder).startswith("wheels/one-1.0-py3-none-any.whl is missing.\nCopy the folder once more.")


def test_a_file_that_was_damaged_is_named(folder):
    (folder / "wheels" / "one-1.0-py3-none-any.whl").write_bytes(b"two")
    assert "one-1.0-py3-none-any.whl is not as it was packed." in refused(folder)


@pytest.mark.parametrize(("field", "other"), [("python", [3, 9]), ("system", "win32")])
def test_another_python_or_system_is_told_what_fits(folder, field, other):
    made_for = json.loads((folder / "made_for.json").read_text())
    (folder / "made_for.json").write_text(json.dumps(made_for | {field: other}))
    said = refused(folder)
    assert "This folder holds packages for Python" in said
    assert "make the folder again" in said


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "SITE", tmp_path / "site")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("read")


def test_a_stick_without_room_leaves_nothing_behind(site, tmp_path, monkeypatch):
    def fill(folder, platform):
        folder.mkdir()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packing, "_fill", fill)
    said = packing.main([str(tmp_path / "stick" / "kit")])
    assert "No space left on device. It takes up to 500 MB. Nothing was written." in said
    assert not list((tmp_path / "stick").iterdir())


def test_a_package_that_cannot_be_had_leaves_nothing_behind(site, tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "_fill", lambda *_: subprocess.run([sys.executable, "-c", "exit(1)"], check=True))
    assert "not every package could be had" in packing.main([str(tmp_path / "kit")])
    assert not (tmp_path / "kit").exists()


def test_a_folder_of_something_else_is_left_alone(site, tmp_path, capsys):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "kept.txt").write_text("mine")
    with pytest.raises(SystemExit, match="2"):
        packing.main([str(tmp_path / "notes")])
    assert "notes holds something that was not packed here: name a folder that is new" in capsys.readouterr().err
    assert (tmp_path / "notes" / "kept.txt").read_text() == "mine"


def test_help_installs_nothing(tmp_path):
    script = shutil.copy(Path(packing.__file__).with_name("install.py"), tmp_path)
    asked = subprocess.run([sys.executable, script, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "where" in asked.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["install.py"]


def test_without_a_site_it_says_what_to_make(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "SITE", tmp_path / "none")
    assert packing.main([str(tmp_path / "kit")]) == "There is no site yet: make site"


@pytest.mark.slow
@pytest.mark.system
@pytest.mark.skipif(shutil.which("unshare") is None, reason="a machine without a network is made with unshare")
def test_it_installs_where_there_is_no_network(site, tmp_path):
    """Needs a package index to fill the folder, and none to install from it."""
    assert packing.main([str(tmp_path / "kit")]) == ""
    kit = tmp_path / "kit"
    assert sum(file.stat().st_size for file in kit.rglob("*") if file.is_file()) < 500e6
    cut_off = ["unshare", "--map-root-user", "--net"]
    home = {"HOME": str(tmp_path / "home"), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    subprocess.run([*cut_off, "sh", str(kit / "install.sh")], env=home | {"PYTHON": sys.executable}, check=True)
    bsc = [*cut_off, str(kit / "bsc" / "bin" / "bsc")]
    subprocess.run([*bsc, "report", "meridian", "-o", str(tmp_path / "reports")], env=home, check=True)
    assert (tmp_path / "reports" / "index.html").is_file()
    asked = subprocess.run([*bsc, "study", "quiz", "-n", "1"], env=home, input="A\n", capture_output=True, text=True)
    assert "Question 1 of 1" in asked.stdout
