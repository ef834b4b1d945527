"""The pages a person reads say what the code says. Their examples run as doctests."""

import re
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from bsclib import read_scorecard
from bsclib.cli.commands import main
from bsclib.files import catalogue
from bsclib.files.excel.columns import SHEETS
from bsclib.model import initiatives
from bsclib.model import nouns as model
from bsclib.model.actions import Action
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.model.status import STATUSES, SYMBOLS, VERDICTS
from bsclib.model.values import Limits, Word
from bsclib.scoring.scores import COLUMNS, LEVELS, MISSING_POLICIES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
CONTRACT = (ROOT / "docs" / "data-contract.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def words_of(part, field):
    """A field's closed list of words."""
    found, open_ = [], [part.model_fields[field].annotation]
    while open_:
        inner = get_args(open_.pop())
        found += [one for one in inner if isinstance(one, str)]
        open_ += [one for one in inner if not isinstance(one, str)]
    assert found
    return found


LISTS = {
    "status": list(STATUSES),
    "direction": words_of(model.KPI, "direction"),
    "role": words_of(model.KPI, "role"),
    "frequency": words_of(model.KPI, "frequency"),
    "path": words_of(model.KPI, "path"),
    "aggregate": list(get_args(Word)),
    "kind": words_of(model.Event, "kind"),
    "state": words_of(Action, "state"),
    "sign": words_of(model.Link, "sign"),
    "missing": list(MISSING_POLICIES),
    "level": list(LEVELS),
    "gaming_risk": list(catalogue.LEVELS),
    "confidence": list(catalogue.CONFIDENCE),
    "perspectives": [*PERSPECTIVES, *(part.id for parts in PERSPECTIVES.values() for part in parts)],
}


@pytest.mark.parametrize("name", LISTS)
def test_glossary_explains_every_word_of_a_closed_list(name):
    assert [word for word in LISTS[name] if f"`{word}`" not in GLOSSARY] == []


def test_glossary_shows_each_status_with_its_symbol():
    assert [word for word, symbol in SYMBOLS.items() if f"| `{word}` | {symbol} |" not in GLOSSARY] == []


def test_glossary_shows_each_verdict_with_its_symbol():
    assert [word for word, symbol in VERDICTS.items() if f"| `{word}` | {symbol} |" not in GLOSSARY] == []


def test_glossary_explains_every_field_and_column():
    parts = (
        model.Objective,
        model.KPI,
        model.Link,
        initiatives.Initiative,
        initiatives.Change,
        initiatives.Event,
        Action,
    )
    fields = {field for part in parts for field in part.model_fields} | set(COLUMNS) | set(model.Scorecard.model_fields)
    said = re.sub(r"[^a-z]+", "_", GLOSSARY.lower())
    obvious = {"id", "name", "parent", "why", "catalogue", "measured_in"}
    assert [field for field in sorted(fields - obvious) if f"_{field}_" not in said and f"_{field}s_" not in said] == []


def test_contract_names_every_sheet_and_required_field():
    rows = re.findall(r"(?m)^\| ([A-Z][\w, ]+) \|", CONTRACT)
    assert set(SHEETS) == {name.strip() for row in rows for name in row.split(",")}
    required = [field for field, about in model.KPI.model_fields.items() if about.is_required()]
    assert [field for field in required if f"`{field}`" not in CONTRACT] == []


def test_contract_explains_every_limit_of_the_review():
    rows = re.findall(r"(?m)^\| (`[\w`, ]+) \| [\d\[]", CONTRACT)
    assert set(Limits.model_fields) == {name.strip(" `") for row in rows for name in row.split(",")}


def test_the_smallest_scorecard_in_the_contract_reads(tmp_path):
    yaml, targets, table = re.findall(r"(?s)```(?:yaml)?\n(.*?)```", CONTRACT)[:3]
    (tmp_path / "scorecard.yaml").write_text(yaml, encoding="utf-8")
    assert [kpi.id for kpi in read_scorecard(tmp_path).kpis] == ["mttr"]
    assert targets.splitlines()[0] == "unit,kpi,period,target,floor"
    assert table.splitlines()[0] == "unit,kpi,period,actual,numerator,denominator"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_scheduler_is_bound_to_an_address_wherever_it_is_started(page):
    started = re.findall(r"^.*dask[ -]scheduler .*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert all("--host" in command for command in started if not command.startswith("**"))
    assert started or page.name != "scaling.md"


def test_readme_names_every_verb():
    assert [verb for verb in main.commands if f"| `bsc {verb} " not in README] == []


def test_readme_names_every_notebook_there_is():
    there = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(re.findall(r"\w+\.ipynb", README)) == there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, heading = target.partition("#")
        assert (page.parent / path).exists(), target
        if heading:
            headings = re.findall(r"(?m)^#+ (.+)$", (page.parent / path if path else page).read_text(encoding="utf-8"))
            assert heading in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}, target


def test_what_the_page_on_monitoring_shows_is_what_bsc_prints(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runs = re.findall(r"```console\n\$ bsc (.+)\n((?:.*\n)*?)```", text)
    assert len(runs) >= 2
    for command, shown in runs:
        result = CliRunner(env={"COLUMNS": "120"}).invoke(main, command.split())
        printed = [line.rstrip() for line in result.stdout.splitlines()]
        assert [line for line in shown.splitlines() if line not in printed] == []
    assert (tmp_path / "meeting.html").is_file()
