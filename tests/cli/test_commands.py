"""The command, as a person uses it: what it prints, what it exits with, what it leaves behind."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from bsclib import __version__, read_actuals, read_scorecard, score
from bsclib import batch as reports
from bsclib.causality.evidence.links import link_evidence
from bsclib.cli.commands import REPORT, main
from bsclib.files.catalogue import kpi_catalogue
from bsclib.model.status import STATUSES
from bsclib.reporting.notebook import read_parameters
from bsclib.scoring.scores import MISSING_POLICIES

VERBS = ["new", "import", "check", "score", "explain", "links", "monitor", "align", "whatif", "report", "batch", "diff"]
VERBS += ["app", "data", "tickets", "simulate", "methods", "kpis", "cobit", "lab", "study", "teach"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def any_width(monkeypatch):
    """The width of the terminal of whoever runs the tests does not matter."""
    monkeypatch.delenv("COLUMNS", raising=False)


def bsc(*arguments, code=0, encoding="utf-8"):
    """What the command prints on standard output and standard error."""
    done = CliRunner(charset=encoding).invoke(main, [str(one) for one in arguments], prog_name="bsc")
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.stdout, done.stderr


def real(*arguments, **environment):
    """The command as a process of its own."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "bsclib", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={name: one for name, one in settings.items() if one})


@pytest.fixture(scope="module")
def shipped_template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new") / "mine"
    bsc("new", folder)
    return folder


@pytest.fixture
def mine(shipped_template, tmp_path):
    """A scorecard of one's own, to spoil."""
    for file in shipped_template.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# ---- help -----------------------------------------------------------------------------------------------------------


def test_help_names_every_verb_in_the_order_one_meets_them():
    text = bsc("--help")[0]
    places = [re.search(rf"^  {verb}\b", text, flags=re.MULTILINE).start() for verb in VERBS]
    assert places == sorted(places)
    assert list(main.commands) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_examples(verb):
    text = bsc(verb, "--help")[0]
    assert f"Examples:\n    bsc {verb}" in text
    assert "..." not in bsc("--help")[0].partition("Commands:")[2]


def test_help_names_every_policy_for_missing_data():
    assert all(policy in bsc("score", "--help")[0] for policy in MISSING_POLICIES)


def test_help_names_the_parameters_of_the_report():
    parameters = read_parameters(ROOT / "notebooks" / REPORT)
    text = bsc("report", "--help")[0]
    assert all(one.name in text for one in parameters)


def test_version():
    assert bsc("--version")[0] == f"bsc, version {__version__}\n"


def test_help_loads_nothing_heavy():
    script = "import sys, bsclib.__main__, bsclib.cli.commands; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert {"pandas", "numpy", "pydantic", "rich", "matplotlib", "papermill"} & set(done.stdout.split()) == set()


# ---- new and check --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "path"), [("yaml", ""), ("xlsx", "scorecard.xlsx")])
def test_what_new_writes_passes_check_and_scores(tmp_path, form, path):
    said, _ = bsc("new", tmp_path / "mine", "--format", form)
    target = (tmp_path / "mine" / path) if path else tmp_path / "mine"
    assert f"Next: bsc check {target}" in said
    found, notes = bsc("check", target)
    assert notes == ""
    assert "8 KPIs" in found
    assert "Applications and Infrastructure" in found
    assert "No findings.\n" in found
    assert "on target" in bsc("score", target)[0]
    assert bsc("score", target) == bsc("score", tmp_path / "mine")


def test_new_overwrites_nothing(mine):
    before = {file.name: file.read_bytes() for file in mine.iterdir()}
    for form in ("yaml", "xlsx"):
        assert "nothing is overwritten" in bsc("new", mine, "--format", form, code=2)[1]
    assert {file.name: file.read_bytes() for file in mine.iterdir()} == before


def test_new_under_a_file(tmp_path):
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "folder"):
        assert "is a file, not a folder" in bsc("new", folder, code=2)[1]
    assert files(tmp_path) == ["file"]


def test_check_says_how_the_files_were_read(mine):
    table = (mine / "actuals.csv").read_text(encoding="utf-8")
    table = re.sub(r"(\d)\.(\d)", r"\1,\2", table.replace(",", ";")).replace("Applications", "Bürotik")
    (mine / "actuals.csv").write_bytes(table.encode("cp1252"))
    said, _ = bsc("check", mine)
    assert "Windows-1252" in said
    assert "decimal commas" in said
    assert "Bürotik" in said
    assert "decimal commas" in bsc("score", mine, "--unit", "Bürotik")[1]


def test_check_names_what_is_missing(mine):
    table = (mine / "actuals.csv").read_text(encoding="utf-8")
    rows = [row for row in table.splitlines() if ",reopened," not in row]
    (mine / "actuals.csv").write_text("\n".join([*rows, "Applications,training-hours,2026-04,,,"]), encoding="utf-8")
    said, _ = bsc("check", mine, code=1)
    assert "    reopened  “Incidents reopened” has no actual" in said
    assert re.search(r"Without rows +reopened", said)
    assert re.search(r"Empty rows +1", said)


def test_check_says_every_fault_of_both_files(mine):
    definition = (mine / "scorecard.yaml").read_text(encoding="utf-8")
    (mine / "scorecard.yaml").write_text(
        definition.replace("objective: deliver\n", "objective: delivr\n"), encoding="utf-8"
    )
    with (mine / "actuals.csv").open("a", encoding="utf-8") as table:
        table.write("Applications,automation,2025-13,1,,\n")
    out, said = bsc("check", mine, code=1)
    assert out == ""
    assert "2 faults" in said
    assert re.search(r"scorecard\.yaml, line 33.*did you mean 'deliver'", said)
    assert re.search(r"actuals\.csv, line 263.*2025-13", said)


BAD = {
    "empty": ("scorecard.yaml", lambda text: "", "scorecard.yaml: the file is empty"),
    "not text": ("scorecard.yaml", lambda text: "\0\1", "scorecard.yaml"),
    "not YAML": ("scorecard.yaml", lambda text: "id: [", "scorecard.yaml, line"),
    "a tab": ("scorecard.yaml", lambda text: text.replace("kpis:", "\tkpis:"), "tab"),
    "a lone %": ("scorecard.yaml", lambda text: text.replace('"%"', "%", 1), "needs quotes"),
    "duplicate id": ("scorecard.yaml", lambda text: text.replace("id: reopened", "id: automation"), "used twice"),
    "negative weight": ("scorecard.yaml", lambda text: text.replace("weight: 2}", "weight: -2}"), "negative"),
    "weights all 0": ("scorecard.yaml", lambda text: text.replace("Operations}", "Operations, weight: 0}", 1), "are 0"),
    "no such column": ("actuals.csv", lambda text: text.replace("period", "perod", 1), "did you mean 'period'"),
    "text in a number": ("actuals.csv", lambda text: text.replace("3.64", "much", 1), "actuals.csv, line"),
    "infinity": ("actuals.csv", lambda text: text.replace("3.64", "inf", 1), "Got: 'inf'"),
    "twice": ("actuals.csv", lambda text: text + text.splitlines()[-1] + "\n", "given twice"),
    "unknown KPI": ("actuals.csv", lambda text: text.replace(",reopened,", ",repoened,"), "did you mean 'reopened'"),
}


@pytest.mark.parametrize("verb", ["check", "score", "report"])
@pytest.mark.parametrize("name", BAD)
def test_bad_data(mine, name, verb):
    file, spoil, said = BAD[name]
    text = (mine / file).read_text(encoding="utf-8")
    assert spoil(text) != text
    (mine / file).write_text(spoil(text), encoding="utf-8")
    before = files(mine)
    output = ["-o", mine / "reports"] if verb == "report" else []
    out, error = bsc(verb, mine, *output, code=1)
    assert out == ""
    assert said in error
    assert files(mine) == before


def test_a_scorecard_without_actuals(mine):
    (mine / "actuals.csv").unlink()
    assert "the folder holds no actuals" in bsc("score", mine, code=1)[1]
    assert "the folder holds no actuals" in bsc("score", mine / "scorecard.yaml", code=1)[1]


def test_check_of_a_scorecard_without_actuals(mine):
    (mine / "actuals.csv").write_text("kpi,period,actual\n", encoding="utf-8")
    said = bsc("check", mine, code=1)[0]
    assert "Actuals    none: the table is empty" in said
    assert "none of the 8 KPIs has an actual" in said
    assert "Units" not in said
    (mine / "actuals.csv").unlink()
    for path in (mine, mine / "scorecard.yaml"):
        said = bsc("check", path)[0]
        assert "Actuals    none: there is no file of them, so what needs them is not looked at" in said
        assert "No findings." in said
    out, note = bsc("check", mine, "--format", "json")
    assert json.loads(out) == []
    assert note == "Note: there is no file of actuals, so what needs them is not looked at.\n"
    (mine / "scorecard.yaml").write_text("id: mine", encoding="utf-8")
    assert "scorecard.yaml" in bsc("check", mine, code=1)[1]


@pytest.mark.parametrize("verb", ["check", "score", "report"])
def test_a_path_that_does_not_exist(verb, tmp_path):
    assert "there is neither a file or folder" in bsc(verb, tmp_path / "nowhere", code=2)[1]
    assert "did you mean 'meridian'" in bsc(verb, "meridan", code=2)[1]


# ---- score ----------------------------------------------------------------------------------------------------------


def test_table_shows_each_name_its_status_and_the_kpis_own_words(mine):
    said, notes = bsc("score", mine)
    assert notes == ""
    card = read_scorecard(mine)
    assert said.startswith("My IT department: the organisation as a whole, 2026-06\n")
    assert all(f" {name} " in f" {said}".replace("\n", " ") for name in card.names.values())
    assert all(f" {id} " in said for id in card.names)
    assert re.search(r"Budget spent .* ◆ off target +105\.2 % +95\.0 % to 102\.0 %", said)
    assert said.index("Applications") < said.rindex("Infrastructure"), "the unit that scores lowest comes first"


def test_table_of_one_unit_as_of_a_month(mine):
    said, notes = bsc("score", mine, "--unit", "Applications", "--as-of", "2026-03")
    assert said.startswith("My IT department: Applications, 2026-03\n")
    assert "Infrastructure" not in said
    assert "training-hours: no actual" in said
    assert re.search(r"Note: \d+ rows after 2026-03 are left out", notes)


def test_one_row_that_is_left_out_is_spoken_of_as_one(tmp_path):
    bsc("new", tmp_path / "it")
    lines = "kpi,period,actual\nreopened,2026-02,9\nreopened,2026-03,8\n"
    (tmp_path / "it" / "actuals.csv").write_text(lines, encoding="utf-8")
    assert bsc("score", tmp_path / "it", "--as-of", "2026-02")[1] == "Note: 1 row after 2026-02 is left out.\n"


@pytest.mark.parametrize("width", [80, 120, 200])
def test_table_keeps_to_the_width(mine, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    said, _ = bsc("score", mine)
    assert max(map(len, said.splitlines())) <= width
    assert "agreed time" in said
    assert ("service-levels-met" in said) == (width > 100)


def test_csv_and_json_hold_every_row(mine):
    scores = score(read_scorecard(mine), read_actuals(mine))
    text = bsc("score", mine, "--format", "csv")[0]
    table = pd.read_csv(
        io.StringIO(text), keep_default_na=False, na_values={name: [""] for name in scores.select_dtypes(float)}
    )
    pd.testing.assert_frame_equal(
        table, scores.astype(dict.fromkeys(scores.select_dtypes("category"), "str")), check_exact=True
    )
    records = json.loads(bsc("score", mine, "--format", "json")[0], parse_constant=pytest.fail)
    assert len(records) == len(scores)
    assert records[0]["actual"] is None
    pd.testing.assert_series_equal(pd.DataFrame(records)["score"], scores["score"], check_exact=True)


def test_csv_of_one_unit_and_of_the_organisation(mine):
    for unit in ("Applications", ""):
        table = pd.read_csv(
            io.StringIO(bsc("score", mine, "--format", "csv", "--unit", unit)[0]), keep_default_na=False
        )
        assert set(table["unit"]) == {unit}


def test_policy_and_method_are_passed_on(mine):
    records = json.loads(bsc("score", mine, "--missing", "zero", "--format", "json")[0])
    gap = [
        one
        for one in records
        if (one["id"], one["unit"], one["period"]) == ("training-hours", "Applications", "2026-04")
    ]
    assert [one["score"] for one in gap] == [0]
    assert {one["status"] for one in records} <= set(STATUSES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--unit", "Aplications"], "did you mean 'Applications'"),
        (["--method", "kitt"], "did you mean 'kit'"),
        (["--missing", "zer"], "did you mean 'zero'"),
        (["--as-of", "2026-13"], "is not a period"),
        (["--format", "xml"], "'table', 'csv', 'json'"),
        (["--colour"], "No such option"),
    ],
)
def test_bad_options(mine, arguments, said):
    out, error = bsc("score", mine, *arguments, code=2)
    assert out == ""
    assert said in error


def test_nothing_left_by_as_of(mine):
    assert "the first actual is of 2025-01" in bsc("score", mine, "--as-of", "2020-01", code=1)[1]


def test_bad_verb():
    assert "Did you mean 'score'" in bsc("scoer", "meridian", code=2)[1]
    assert "Missing argument" in bsc("score", code=2)[1]


def test_names_are_printed_as_they_are(mine):
    name = '[bold]</b> "quoted" :smile: עברית 🙂 ' + "x" * 500
    text = (mine / "scorecard.yaml").read_text(encoding="utf-8")
    text = text.replace("name: Budget spent", f"name: {json.dumps(name, ensure_ascii=False)}")
    (mine / "scorecard.yaml").write_text(text, encoding="utf-8")
    said = re.sub(r"\s", "", bsc("score", mine)[0])
    assert '[bold]</b>"quoted":smile:עברית🙂' in said
    assert said.count("x") >= 500


# ---- explain --------------------------------------------------------------------------------------------------------


def test_explain_by_id_and_by_name(mine):
    said, _ = bsc("explain", mine, "reopened")
    assert said.startswith("Incidents reopened (reopened): the organisation as a whole, June 2026\n")
    assert "on target" in said
    assert bsc("explain", mine, "incidents reopened")[0] == said


def test_explain_a_unit_and_a_month(mine):
    said, _ = bsc("explain", mine, "get-ready", "--unit", "Applications", "--period", "2026-03")
    assert said.startswith("Be ready for what comes next (get-ready): Applications, March 2026\n")
    assert "no data" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["reopend"], "did you mean 'reopened'"),
        (["reopened", "--unit", "Aplications"], "did you mean 'Applications'"),
        (["reopened", "--period", "2030-01"], "there is no period"),
        (["reopened", "--period", "June"], "is not a period"),
    ],
)
def test_explain_what_is_not_there(mine, arguments, said):
    assert said in bsc("explain", mine, *arguments, code=2)[1]


# ---- report ---------------------------------------------------------------------------------------------------------


def test_report_of_what_new_writes(mine):
    said, error = bsc("report", mine, "-o", mine / "reports", "-p", "unit", "Applications", "-p", "as_of", "2026-03")
    assert said == f"{mine / 'reports' / 'index.html'}\n"
    assert "rows after 2026-03 are left out" in error
    page = (mine / "reports" / "index.html").read_text(encoding="utf-8")
    assert "My IT department" in page
    assert "Applications" in page
    assert files(mine / "reports") == ["index.html"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-p", "unti", "Applications"], "did you mean 'unit'"),
        (["-p", "unit", "Aplications"], "did you mean 'Applications'"),
        (["-p", "unit=Aplications"], "did you mean 'Applications'"),
        (["-p", "unit", "a=b"], "no unit 'a=b'"),
        (["-p", "unit=a=b"], "no unit 'a=b'"),
        (["-p", "as_of", "2026-13"], "is not a period"),
        (["-p", "method", "kitt"], "did you mean 'kit'"),
        (["-p", "scorecard", "meridian"], "PATH says already"),
        (["-p", "unit"], "requires 2 arguments"),
    ],
)
def test_report_does_not_run_with_bad_parameters(mine, arguments, said, monkeypatch):
    monkeypatch.setattr(reports, "run_report", lambda *_, **__: pytest.fail("it ran"))
    before = files(mine)
    assert said in bsc("report", mine, "-o", mine / "reports", *arguments, code=2)[1]
    assert files(mine) == before


def test_report_under_a_file(mine):
    output = mine / "actuals.csv" / "reports"
    before = files(mine)
    assert "is a file, not a folder" in bsc("report", mine, "-o", output, code=2)[1]
    assert files(mine) == before


# ---- data and lab ---------------------------------------------------------------------------------------------------


def test_data_lists_and_describes():
    assert "Meridian Freight IT" in bsc("data")[0]
    said, _ = bsc("data", "meridian")
    assert "actuals.csv" in said
    assert "denominator" in said
    assert "did you mean 'meridian'" in bsc("data", "meridan", code=2)[1]


def test_lab_copies_and_keeps_what_was_changed(tmp_path):
    said, kept = bsc("lab", tmp_path / "lessons", "--copy-only")
    assert said == f"The notebooks are in {tmp_path / 'lessons'}.\n"
    assert kept == ""
    changed = tmp_path / "lessons" / REPORT
    changed.write_text("mine", encoding="utf-8")
    (tmp_path / "lessons" / "00_start_here.ipynb").unlink()
    assert str(changed) in bsc("lab", tmp_path / "lessons", "--copy-only")[1]
    assert changed.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "lessons" / "00_start_here.ipynb").exists()


def test_lab_starts_jupyter_there(tmp_path, monkeypatch):
    from bsclib.cli import new as starters

    started = []
    monkeypatch.setattr(
        starters.subprocess, "Popen", lambda *command, env: started.extend([*command, env]) or Jupyter()
    )
    bsc("lab", tmp_path, "--no-browser", code=5)
    assert started[0] == [sys.executable, "-m", "jupyter", "lab", str(tmp_path), "--no-browser"]
    assert started[1]["PATH"].startswith(str(Path(sys.executable).parent)), "a terminal in JupyterLab finds bsc"


class Jupyter:
    """Stands in for a JupyterLab that somebody stops with Ctrl-C."""

    waited = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def wait(self):
        self.waited += 1
        if self.waited == 1:
            raise KeyboardInterrupt
        return 5


# ---- what goes wrong ------------------------------------------------------------------------------------------------


def test_a_fault_of_our_own_is_said_without_a_traceback(monkeypatch):
    from bsclib.files import datasets

    monkeypatch.setattr(datasets, "list_datasets", lambda: 1 / 0)
    assert "a fault of bsc itself" in bsc("data", code=3)[1]
    for arguments, environment in ((["--debug", "data"], {}), (["data"], {"BSC_DEBUG": "1"})):
        done = CliRunner().invoke(main, arguments, env=environment)
        assert isinstance(done.exception, ZeroDivisionError)


def test_debug_shows_the_traceback():
    done = real("--debug", "check", "meridan")
    assert b"Traceback" in done.stderr
    assert done.returncode == 1
    assert b"Traceback" not in real("check", "meridan").stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_that_lacks_the_symbols(mine, encoding):
    said = bsc("score", mine, encoding=encoding)[0]
    assert ("◆ off target" in said) == (encoding == "utf-8")
    assert "off target" in said
    assert "?" not in said


def test_a_process_where_there_is_no_terminal(mine):
    done = real("score", mine, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"off target" in done.stdout
    assert not {*b"?\x1b"} & {*done.stdout}, "neither letters that are lost nor colours"


def test_json_is_utf_8_whatever_the_terminal(mine):
    text = (mine / "actuals.csv").read_text(encoding="utf-8").replace("Applications", "Bürotik")
    (mine / "actuals.csv").write_text(text, encoding="utf-8")
    done = real("score", mine, "--format", "json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert {one["unit"] for one in json.loads(done.stdout.decode("utf-8"))} == {"", "Bürotik", "Infrastructure"}


@pytest.mark.system
@pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals as POSIX has them")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_stops_reading(unbuffered):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, "-m", "bsclib", "score", "meridian", "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    assert process.stdout.read(1) == b"["
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.system
@pytest.mark.skipif(sys.platform == "win32", reason="pipes and signals as POSIX has them")
def test_ctrl_c_is_quiet(tmp_path):
    started = tmp_path / "started"
    script = (
        "import pathlib, sys, time; from bsclib.files import datasets; from bsclib.cli.commands import main\n"
        f"datasets.list_datasets = lambda: (pathlib.Path({str(started)!r}).touch(), time.sleep(60))\n"
        "main(['data'])"
    )
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": ROOT}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as `make test &` starts it, and what it starts
        options["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen([sys.executable, "-c", script], **options)
    while not started.exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.communicate() == (b"", b"")
    assert process.returncode == 130


# ---- what the command ships -----------------------------------------------------------------------------------------


def test_template_is_within_what_a_person_can_survey(shipped_template):
    card = yaml.safe_load((shipped_template / "scorecard.yaml").read_text(encoding="utf-8"))
    assert 6 <= len(card["kpis"]) <= 8
    assert {one["perspective"] for one in card["objectives"]} == {
        one.id for one in read_scorecard(shipped_template).perspectives
    }
    last = score(read_scorecard(shipped_template), read_actuals(shipped_template)).query("period == '2026-06'")
    assert {"on_target", "at_risk", "off_target"} <= set(last.query("level == 'kpi'")["status"])


# ---- methods --------------------------------------------------------------------------------------------------------


def test_methods_lists_each_with_its_rule_its_source_and_what_it_reproduces():
    found = pd.read_csv(io.StringIO(bsc("methods", "--format", "csv")[0])).set_index("method")
    assert found.loc["infor_cpm", ["published", "reproduced"]].tolist() == [9, 9]
    table = bsc("methods")[0]
    assert all(name in table for name in found.index)
    assert "Source:" in table


def test_any_method_with_an_attainment_rule_scores_a_scorecard():
    scores = pd.read_csv(io.StringIO(bsc("score", "meridian", "--method", "sap_achievement", "--format", "csv")[0]))
    assert set(scores["method"]) == {"sap_achievement"}
    assert scores["label"].notna().any()


def test_explain_for_other_programs():
    found = json.loads(bsc("explain", "meridian", "meridian", "--format", "json")[0])
    assert found[-1].keys() == {"of", "step", "reckoning"}
    assert len(found) > 100
    assert "Attainment" in bsc("explain", "meridian", "meridian", "--tree")[0]


# ---- check: the review ----------------------------------------------------------------------------------------------


@pytest.fixture
def unwise(mine):
    """A scorecard with a finding of each severity, and one that is accepted."""
    file = mine / "scorecard.yaml"
    data = yaml.safe_load(file.read_text())
    next(kpi for kpi in data["kpis"] if kpi["id"] == "service-levels-met")["across_units"] = "mean"
    unlinked = {"service-levels-met", "milestones-on-time"}
    data["links"] = [link for link in data["links"] if not unlinked & {link["cause"], link["effect"]}]
    file.write_text(yaml.safe_dump(data))
    return mine


def test_check_shows_each_rule_once_with_its_places(unwise):
    said = bsc("check", unwise, code=1)[0]
    assert re.findall(r"(?m)^(\w+) \((\d)\)$", said) == [("high", "1"), ("medium", "1"), ("low", "2")]
    assert re.findall(r"(?m)^  (BSC\d+)  ", said) == ["BSC208", "BSC202", "BSC504"]
    assert "    service-levels-met  “100 × met / requests” is a ratio, and is averaged across units" in said
    assert "    Fix: use ratio, and give numerators and denominators. Source: arithmetic." in said
    assert said.endswith("4 findings.\n1 more is accepted by the scorecard, with a reason.\n")


@pytest.mark.parametrize(("fail_on", "code"), [("high", 1), ("medium", 1), ("low", 1), ("never", 0)])
def test_check_fails_on_what_is_severe_enough(unwise, fail_on, code):
    bsc("check", unwise, "--fail-on", fail_on, code=code)


@pytest.mark.parametrize(("fail_on", "code"), [("high", 0), ("medium", 1), ("low", 1), ("never", 0)])
def test_check_does_not_fail_on_what_is_less_severe(unwise, fail_on, code):
    file = unwise / "scorecard.yaml"
    file.write_text(file.read_text().replace("across_units: mean", "across_units: ratio"))
    bsc("check", unwise, "--fail-on", fail_on, code=code)


def test_check_without_findings(unwise):
    file = unwise / "scorecard.yaml"
    data = yaml.safe_load(file.read_text())
    data["review"]["accepted"] = [{"rule": f"BSC{rule}", "why": "because"} for rule in (202, 208, 504)]
    file.write_text(yaml.safe_dump(data))
    assert bsc("check", unwise)[0].endswith("\nNo findings.\n5 are accepted by the scorecard, with a reason.\n")
    assert json.loads(bsc("check", unwise, "--format", "json")[0]) == []


def test_check_for_other_programs(unwise):
    columns = ["rule", "severity", "where", "what", "why", "fix", "source"]
    records = json.loads(bsc("check", unwise, "--format", "json", code=1)[0])
    assert [list(record) for record in records] == [columns] * 4
    assert records[0]["where"] == "service-levels-met"
    table = pd.read_csv(io.StringIO(bsc("check", unwise, "--format", "csv", code=1)[0]))
    assert table.to_dict("records") == records


def test_check_below_another_scorecard(unwise):
    assert "enterprise.greener-freight" in bsc("check", "meridian", "--above", "enterprise")[0]
    assert "enterprise.greener-freight" not in bsc("check", "meridian")[0]
    assert "did you mean 'enterprise'" in bsc("check", "meridian", "--above", "enterprize", code=2)[1]


def test_check_of_an_excel_template_filled_in_by_hand(tmp_path):
    bsc("new", tmp_path, "--format", "xlsx")
    file = tmp_path / "scorecard.xlsx"
    book = openpyxl.load_workbook(file)
    for row in book["Objectives"].iter_rows(min_row=2):
        if row[0].value == "deliver":
            row[1].value = "Delivery"
        if row[0].value == "restore-fast":
            row[3].value = None
    book["Accepted"].append(["BSC204", "reopened", "whoever restores a service answers for this as well"])
    book["Limits"].append(["owner", 4])
    book.save(file)
    records = json.loads(bsc("check", file, "--format", "json")[0])
    assert [(record["rule"], record["where"]) for record in records] == [
        ("BSC101", "deliver"),
        ("BSC102", "restore-fast"),
        ("BSC204", "time-to-restore"),
    ]


def test_check_says_which_accepted_rule_there_is_not(unwise):
    file = unwise / "scorecard.yaml"
    file.write_text(file.read_text().replace("BSC504", "BSC999"))
    assert "there is no rule 'BSC999'" in bsc("check", unwise, code=1)[1]


# ---- kpis -----------------------------------------------------------------------------------------------------------


def test_kpis_lists_what_is_asked_for():
    head, *rows = bsc("kpis", "--text", "incident", "--practice", "problem management")[0].splitlines()
    assert head.split() == ["id", "name", "it_perspective", "role", "practice"]
    found = [row.split()[0] for row in rows if row[0] != " "]
    assert found == ["recurring-incidents", "problem-time", "problem-backlog"]
    assert "user_orientation" in bsc("kpis", "--perspective", "user_orientation")[0]
    assert "user_orientation" not in bsc("kpis", "--perspective", "customer")[0]
    assert bsc("kpis", "--text", "xyzzy")[0] == "No KPI of the catalogue is like that.\n"


def test_kpis_shows_everything_of_one():
    said = bsc("kpis", "mean-time-to-restore")[0]
    assert said.startswith("Mean time to restore service (MTTR, MTRS) (mean-time-to-restore)\n")
    for cell in pd.read_csv(io.StringIO(bsc("kpis", "mean-time-to-restore", "--format", "csv")[0])).iloc[0]:
        assert all(part in said for part in cell.split("; ")), cell
    assert "reopen-rate: Tickets reopened" in said


def test_kpis_for_other_programs_hold_every_column():
    found = pd.read_csv(io.StringIO(bsc("kpis", "--format", "csv")[0]), keep_default_na=False)
    assert found.astype(str).equals(kpi_catalogue().astype(str))
    record = json.loads(bsc("kpis", "apdex", "--format", "json")[0])
    assert record == [kpi_catalogue().set_index("id", drop=False).loc["apdex"].to_dict()]
    assert json.loads(bsc("kpis", "--text", "xyzzy", "--format", "json")[0]) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cloud-wast"], "did you mean 'cloud-waste'"),
        (["--perspective", "custmer"], "did you mean 'customer'"),
        (["--practice", "Incident managment"], "did you mean 'Incident management'"),
        (["--role", "laging"], "did you mean 'lagging'"),
        (["--cobit", "DSS7"], "there is no objective of COBIT 2019 'DSS7'"),
        (["cloud-waste", "--text", "cloud"], "leave the conditions out"),
    ],
)
def test_kpis_that_are_not_there(arguments, said):
    assert said in bsc("kpis", *arguments, code=2)[1]


# ---- links ----------------------------------------------------------------------------------------------------------


def test_links_says_one_line_a_link_and_what_the_map_is_worth():
    said, notes = bsc("links", "meridian")
    assert notes == ""
    lines = said.splitlines()
    card = read_scorecard("meridian")
    found = link_evidence(card, read_actuals("meridian"))
    for link in card.links:
        (line,) = (
            one for one in lines if f" {link.cause} → {link.effect} " in one and f" {link.sign} {link.lag} " in one
        )
        assert line.startswith(("✓ supported", "✗ refuted", "? too little data", "⊘ not testable"))
        assert any(one.startswith(f"{link.cause} → {link.effect}: ") for one in lines), "its reason"
    share = (found["verdict"] == "supported").mean()
    assert f"20 links: {share * 20:.0f} supported, " in said
    assert f"Of {found['placebos'].iloc[0]} placebo links, which nobody claimed, " in said
    assert f"The map: {100 * share:.0f} % supported, " in said
    assert any(one.startswith("What no data can tell:") for one in lines)
    assert any(one.startswith("No link touches run-share, ") for one in lines)


def test_links_for_other_programs_hold_every_column():
    found = pd.read_csv(io.StringIO(bsc("links", "meridian", "--format", "csv")[0]), keep_default_na=False)
    evidence = link_evidence(read_scorecard("meridian"), read_actuals("meridian"))
    assert list(found) == list(evidence)
    assert found["reason"].tolist() == evidence["reason"].tolist()
    records = json.loads(bsc("links", "meridian", "--format", "json")[0])
    assert [one["verdict"] for one in records] == evidence["verdict"].tolist()
    assert records[0]["estimate"] == pytest.approx(evidence["estimate"].iloc[0])
    assert records[-1]["estimate"] is None
    assert records[-1]["robust"] is None
    assert records[0]["robust"] is True


def test_links_of_a_unit_and_of_none_there_is():
    said = bsc("links", "meridian", "--unit", "Genoa")[0]
    assert said.startswith("Meridian Freight IT: Genoa\n")
    assert "too little data" in said
    assert "did you mean 'Genoa'" in bsc("links", "meridian", "--unit", "Genua", code=2)[1]


def test_links_of_the_starter_and_of_a_map_without_links(mine):
    said = bsc("links", mine)[0]
    assert "too little data" in said
    card = yaml.safe_load((mine / "scorecard.yaml").read_text(encoding="utf-8"))
    (mine / "scorecard.yaml").write_text(yaml.safe_dump({**card, "links": []}), encoding="utf-8")
    assert bsc("links", mine)[0] == "The map has no links: there is nothing to test.\n"
    assert json.loads(bsc("links", mine, "--format", "json")[0]) == []


def test_links_on_a_terminal_that_lacks_the_symbols():
    said = bsc("links", "meridian", encoding="ascii")[0]
    assert "mttr -> sla-met" in said
    assert [line for line in said.splitlines() if "?" in line and not line.startswith("? too little")] == []


# ---- simulate -------------------------------------------------------------------------------------------------------


def test_simulate_writes_a_scorecard_whose_map_can_be_tested(tmp_path):
    said, _ = bsc("simulate", "meridian", "-o", tmp_path / "practice", "--seed", 7, "--months", 48)
    assert files(tmp_path) == ["practice", "practice/actuals.csv", "practice/scorecard.yaml"]
    assert "truth.yaml: 48 months from 2021-07, seed 7." in said
    assert f"Next: bsc links {tmp_path / 'practice'}" in said
    assert read_scorecard(tmp_path / "practice") == read_scorecard("meridian")
    assert "20 links: " in bsc("links", tmp_path / "practice")[0]
    before = (tmp_path / "practice" / "actuals.csv").read_bytes()
    for name, seed in (("again", 7), ("other", 8)):
        bsc("simulate", "meridian", "-o", tmp_path / name, "--seed", seed, "--months", 48)
        assert ((tmp_path / name / "actuals.csv").read_bytes() == before) is (seed == 7)


def test_simulate_overwrites_nothing(mine):
    before = {file: (mine / file).read_bytes() for file in files(mine)}
    assert "this is there already" in bsc("simulate", "meridian", "-o", mine, code=2)[1]
    assert {file: (mine / file).read_bytes() for file in files(mine)} == before


def test_simulate_needs_a_truth_that_fits(mine, tmp_path):
    said = bsc("simulate", mine, "-o", tmp_path / "new", code=1)[1]
    assert "truth.yaml: there is no truth to make actuals from" in said
    assert "--truth" in said
    truth = ROOT / "datasets" / "lakeside" / "truth.yaml"
    assert (
        "there is no process for the KPI" in bsc("simulate", mine, "-o", tmp_path / "new", "--truth", truth, code=1)[1]
    )
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("processes: {a: {level: high}}", encoding="utf-8")
    assert "processes.a.level" in bsc("simulate", mine, "-o", tmp_path / "new", "--truth", wrong, code=1)[1]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("arguments", [["--months", "0"], ["--seed", "-1"], ["--months", "many"]])
def test_simulate_refuses_numbers_that_cannot_be(tmp_path, arguments):
    assert arguments[0] in bsc("simulate", "meridian", "-o", tmp_path / "new", *arguments, code=2)[1]
    assert "Missing option" in bsc("simulate", "meridian", code=2)[1]
