"""What the project promises about itself: lock, environment, wheel, notebooks, the mirror of modules and tests."""

import ast
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from hypothesis import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bsclib
from bsclib import errors

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PYPROJECT["project"]["dependencies"]
OPTIONAL = [one for extra in PYPROJECT["project"]["optional-dependencies"].values() for one in extra]
BUILD = PYPROJECT["dependency-groups"]["build"]
DEV = PYPROJECT["dependency-groups"]["dev"]

# Needed without being imported by name: learners work in JupyterLab.
RUN_THROUGH = {"jupyterlab"}
# Each version of pydantic asks for one version of its core.
COMES_WITH = {"pydantic-core"}
# conda-forge's name where it is not PyPI's.
CONDA_NAMES = {
    "build": "python-build",
    "duckdb": "python-duckdb",
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "jupyter-server": "jupyter_server",
    "kaleido": "python-kaleido",
    "playwright": "playwright-python",
}
# Tests that hold something other than one module.
ABOUT_NO_MODULE = {"course", "damaged_files", "docs", "notebooks", "other_systems", "own_data", "project"}
MOST_ENTRIES, MOST_FLOORS, MOST_NAMES = 21, 12, 301
# What `import bsclib` leaves for later.
HEAVY = {
    "distributed",
    "weasyprint",
    "sqlalchemy",
    "matplotlib",
    "seaborn",
    "ipywidgets",
    "IPython",
    "papermill",
    "nbconvert",
    "networkx",
    "scipy",
    "statsmodels",
}


def run(*command, **options):
    """What the command prints; when it fails, the test says what it said."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def name_of(requirement):
    return canonicalize_name(Requirement(requirement).name)


def tracked():
    """Every file that is committed or would be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def notebooks():
    return sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


# ---- the house ------------------------------------------------------------------------------------------------------


def rooms():
    """The modules and packages at the top of the library."""
    modules = {path.stem for path in (ROOT / "bsclib").glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in (ROOT / "bsclib").glob("*/__init__.py")}


def test_the_house_is_seen_at_a_glance():
    entries = {path.name for path in (ROOT / "bsclib").iterdir()} - {"__pycache__"}
    assert len(entries) <= MOST_ENTRIES, sorted(entries)
    floors = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    assert floors["exhaustive"]
    assert len(floors["layers"]) <= MOST_FLOORS


def test_tests_stand_in_the_rooms_of_what_they_test():
    """`tests/<room>/test_<module>.py` tests `bsclib/<room>/<module>.py`, or the room whole when it bears its name."""
    strangers = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        room, name = path.parent.relative_to(ROOT / "tests"), path.stem.removeprefix("test_")
        home = ROOT / "tools" / "datasets" if room.parts[:1] == ("tools",) else ROOT / "bsclib" / room
        made = room.parts == ("tools",) and (ROOT / "tools" / name / "__main__.py").exists()
        known = (home / f"{name}.py").exists() or name == home.name or made
        known |= not room.parts and name in ABOUT_NO_MODULE
        if not known:
            strangers.append(path.relative_to(ROOT).as_posix())
    assert strangers == []


def test_each_room_has_its_tests():
    packages = {path.parent.relative_to(ROOT / "bsclib") for path in (ROOT / "bsclib").rglob("*/__init__.py")}
    assert {room for room in packages if not list((ROOT / "tests" / room).glob("test_*.py"))} == set()


def test_contributing_names_each_room():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {room for room in rooms() if f"`{room}`" not in text} == set()


def test_kernels_import_nothing_of_the_library_but_its_errors():
    """The contract forbids other rooms; this forbids the kernels' neighbours in `batch` too, and types as well."""
    own, strangers = "bsclib.batch.kernels", set()
    for path in (ROOT / "bsclib" / "batch" / "kernels").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, path
                names = {f"{node.module}.{alias.name}" for alias in node.names}
            else:
                names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            strangers |= {
                name
                for name in names
                if name.partition(".")[0] == "bsclib" and not name.startswith((own, "bsclib.errors."))
            }
    assert strangers == set()


def exported():
    """The API: the names in the rooms' `__all__`."""
    packages = sorted((ROOT / "bsclib").rglob("__init__.py"))
    rooms = [importlib.import_module(".".join(path.parent.relative_to(ROOT).parts)) for path in packages]
    return {name: getattr(room, name) for room in rooms for name in getattr(room, "__all__", ()) if room is not bsclib}


def test_the_api_is_small_and_each_name_of_it_is_explained():
    api = exported()
    assert len(api) <= MOST_NAMES, len(api)
    assert set(bsclib.__all__) <= api.keys() | {*vars(errors)}
    unexplained = []
    for name, value in api.items():
        if inspect.isfunction(value):
            text = inspect.getdoc(value) or ""
            wanted = ["Examples", *(["Parameters"] if len(inspect.signature(value).parameters) > 1 else [])]
            if "Parameters" in wanted and re.search("DataFrame|Series", str(value.__annotations__.get("return"))):
                wanted.append("Returns")  # a frame has columns; what a text or a scorecard is, its name says
            unexplained += [f"{name}: {head}" for head in wanted if f"\n{head}\n-" not in text]
    assert unexplained == []


def test_what_is_private_has_one_line():
    """But for the verbs of the command, whose docstring is their help."""
    api, long = exported(), []
    for path in sorted((ROOT / "bsclib").rglob("*.py")):
        places = [(ast.parse(path.read_text(encoding="utf-8")), False)]
        while places:
            place, public = places.pop()
            for node in place.body:
                if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                    continue
                member = public and not node.name.startswith("_")
                known = member or (isinstance(place, ast.Module) and node.name in {*api, *vars(errors)})
                verb = re.search("verb|command|group", " ".join(map(ast.unparse, node.decorator_list)))
                if "\n" in (ast.get_docstring(node) or "") and not known and not verb:
                    long.append(f"{path.relative_to(ROOT).as_posix()}: {node.name}")
                if isinstance(node, ast.ClassDef):
                    places.append((node, known))
    assert long == []


def test_modules_hold_one_idea():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "bsclib").rglob("*.py")}
    assert {path.name: length for path, length in lengths.items() if length > 400} == {}


def test_import_is_light():
    rooms = "bsclib, bsclib.batch, bsclib.model, bsclib.reporting"
    script = f"import sys, {rooms}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    assert HEAVY & set(run(sys.executable, "-c", script).split()) == set()


def test_only_the_study_room_imports_the_distributions_of_scipy():
    """Their import takes as long as pandas', and every page, notebook and command would wait for it."""
    rooms = [path for path in (ROOT / "bsclib").rglob("*.py") if path.parts[len(ROOT.parts) + 1] != "study"]
    assert [path.name for path in rooms if re.search(r"^\s*(from|import) scipy\.stats", path.read_text(), re.M)] == []


def test_what_a_notebook_shows_needs_nothing_that_makes_pages():
    parts = [f"bsclib.reporting.{name}" for name in ("alignment", "display", "meeting", "memo.page", "tables")]
    script = f"import sys, {', '.join(parts)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    assert {"nbconvert", "nbformat", "jinja2"} & set(run(sys.executable, "-c", script).split()) == set()


def test_each_export_can_be_imported():
    import bsclib

    assert [name for name in bsclib.__all__ if not hasattr(bsclib, name)] == []
    assert set(bsclib.__all__) <= set(dir(bsclib))


def test_a_room_that_imports_on_first_use_exports_what_it_says():
    from bsclib import batch, model, reporting

    for room in (batch, model, reporting):
        assert [name for name in room.__all__ if not hasattr(room, name)] == []
        assert not hasattr(room, "nothing_of_the_kind")


# ---- how it is tested -----------------------------------------------------------------------------------------------


def recipes():
    """What the Makefile runs, by target."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z-]+):.*\n((?:\t.*\n)*)", text))


def test_make_knows_how_to_test():
    assert {"report", "lab", "test", "test-thorough", "check", "format", "bench", "lock-check"} <= recipes().keys()
    assert '-m "not slow"' in recipes()["test"]
    assert "not slow" not in recipes()["test-thorough"]
    assert "--hypothesis-profile thorough" in recipes()["test-thorough"]


def test_ci_runs_what_make_runs():
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8").partition("needed=")[2]
    commands = [target for made in re.findall(r"\bmake (?:--jobs=2 )?([a-z -]+)", run) for target in made.split()]
    assert commands == ["check", "lock-check", "test-thorough", "test"]


def test_thorough_tries_more(pytestconfig):
    tried = {name: settings.get_profile(name).max_examples for name in ("default", "thorough")}
    assert tried == {"default": 10, "thorough": 300}
    named = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    assert {"system", "slow"} <= named


def test_profiles_say_how_often_a_property_is_tried():
    """A number in a test would hold under `make test-thorough` too."""
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    assert [path.name for path, text in sources.items() if re.search(r"max_examples=\d", text)] == []


# ---- dependencies ---------------------------------------------------------------------------------------------------


def imported_by(sources):
    """Distributions whose packages the given Python sources import, wherever in the source the import stands."""
    modules = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    foreign = (
        modules - sys.stdlib_module_names - {"bsclib", "tools"} - {path.stem for path in (ROOT / "tests").rglob("*.py")}
    )
    return {canonicalize_name(distributions.get(module, [module])[0]) for module in foreign}


def code_cells(path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"]).splitlines()
            yield "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def test_dependencies_are_what_the_kit_imports():
    library = [path.read_text(encoding="utf-8") for path in (ROOT / "bsclib").rglob("*.py")]
    lessons = [cell for path in notebooks() for cell in code_cells(path)]
    needed = imported_by(library + lessons) - COMES_WITH
    assert needed == {name_of(requirement) for requirement in RUNTIME + OPTIONAL} - RUN_THROUGH


def test_what_tests_import_is_declared():
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    assert imported_by(tests) <= {name_of(requirement) for requirement in RUNTIME + OPTIONAL + BUILD + DEV}


def test_conda_environment_is_the_same_set():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    expected = {"pip", f"python{PYPROJECT['project']['requires-python']}"}
    for requirement in map(Requirement, RUNTIME + OPTIONAL + BUILD + DEV):
        name = canonicalize_name(requirement.name)
        expected.add(f"{CONDA_NAMES.get(name, name)}{requirement.specifier}")
    assert set(environment["dependencies"]) == expected
    assert len(environment["dependencies"]) == len(expected)


def read_lock(name):
    """The lock's pins as {distribution: version}, its direct requirements, and what else it says."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pins, direct, current = {}, set(), ""
    for line in text.splitlines():
        if match := re.match(r"([a-z0-9._-]+)==(\S+)", line):
            current = match[1]
            assert current not in pins, f"{current} is pinned twice"
            pins[current] = match[2]
        elif re.search(r"# (?:  |via )bsclib \(pyproject", line):
            direct.add(current)
    return text, pins, direct


@pytest.mark.parametrize(
    ("name", "requirements"),
    [("requirements.lock", RUNTIME + BUILD), ("requirements-dev.lock", RUNTIME + OPTIONAL + BUILD + DEV)],
)
def test_lock_answers_pyproject(name, requirements):
    """Each requirement is pinned within its bounds, and nothing is pinned for a requirement that is gone.

    This needs no network. That the pins are also what resolving gives is `make lock-check`, which CI runs.
    """
    _, pins, direct = read_lock(name)
    assert direct == {name_of(requirement) for requirement in requirements}, "run `make lock`"
    for requirement in map(Requirement, requirements):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), "run `make lock`"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_has_hashes_and_no_address(name):
    text, pins, _ = read_lock(name)
    entries = re.findall(r"^[a-z0-9][^\n]*\\\n(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, flags=re.MULTILINE)
    assert len(entries) == len(pins)
    assert [line for line in text.splitlines() if re.match(r"\s*-(?!-hash=)", line)] == []
    assert "://" not in text


def test_both_locks_agree():
    runtime, dev = read_lock("requirements.lock")[1], read_lock("requirements-dev.lock")[1]
    assert {name: dev.get(name) for name in runtime} == runtime


# ---- what is committed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_notebook_is_committed_without_outputs(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    run = [number for number, cell in enumerate(cells) if cell["outputs"] or cell["execution_count"] is not None]
    assert run == [], "run `make format`"
    assert "widgets" not in notebook["metadata"], "run `make format`"


def test_no_machine_path_or_index_address_is_committed():
    forbidden = re.compile(r"(?<![\w.])/(?:root|work|home|Users|tmp)/\w|pypi[.]org|pythonhosted[.]org|registry[.]npmjs")
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in forbidden.finditer(text)]
    assert found == []


# ---- what is shipped ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


def shipped(folder):
    names = {path.relative_to(ROOT).as_posix() for path in tracked()}
    return {name for name in names if name.startswith(f"{folder}/")}


@pytest.mark.system
def test_wheel_holds_the_library_the_data_and_the_notebooks(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    travelling = {f"bsclib/_shipped/{name}" for name in shipped("datasets") | shipped("docs") | shipped("notebooks")}
    assert "bsclib/_shipped/datasets/meridian/scorecard.yaml" in travelling
    assert "bsclib/_shipped/notebooks/00_start_here.ipynb" in travelling
    expected = shipped("bsclib") | travelling
    assert {"bsclib/py.typed", "bsclib/files/scorecard.schema.json"} <= expected
    settings = {f"bsclib-{PYPROJECT['project']['version']}.data/data/etc/jupyter/voila.json"}
    assert {name for name in names if ".dist-info/" not in name} == expected | settings


@pytest.mark.system
def test_wheel_works_outside_the_checkout(wheel, tmp_path):
    """Unpacked elsewhere and found there first, it reads what it brought."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = {"cwd": elsewhere, "env": {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}}
    script = "import bsclib; print(bsclib.__file__); print(bsclib.read_scorecard('meridian').name)"
    origin, name = run(sys.executable, "-c", script, **place).splitlines()
    assert Path(origin).is_relative_to(tmp_path / "installed")
    assert name
    assert "meridian" in run(sys.executable, "-m", "bsclib", "data", **place)


@pytest.mark.system
def test_source_distribution_is_whole(tmp_path):
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", tmp_path, ROOT)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile", "requirements.lock", "tests/conftest.py"} <= names
    assert shipped("bsclib") | shipped("datasets") | shipped("notebooks") <= names
