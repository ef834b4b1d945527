"""The package describes the tables as they are."""

import csv
import datetime
import hashlib
import io
import json
import re
from pathlib import Path

import pytest

from bsclib.files.datasets import schema_columns
from tools.datasets.package import actuals_schema, catalogue_schema, document, package, table, to_json, to_markdown

DATA = Path(__file__).parents[2] / "datasets"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
TABLES = [one for one in PACKAGE["resources"] if one["profile"] == "tabular-data-resource"]
READERS = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "datetime": lambda text: datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M"),
}


def broken(value, text, constraints):
    """Which constraints a value breaks."""
    checks = {
        "enum": lambda allowed: text in allowed,
        "pattern": lambda pattern: re.fullmatch(pattern, text) is not None,
        "minimum": lambda least: value >= least,
        "maximum": lambda most: value <= most,
        "maxLength": lambda most: len(text) <= most,
        "required": lambda _: True,
        "unique": lambda _: True,
    }
    return [name for name, limit in constraints.items() if not checks[name](limit)]


def faults(text, schema):
    """What in a CSV text is not as its schema says."""
    rows = csv.DictReader(io.StringIO(text))
    fields = schema["fields"]
    if rows.fieldnames != [field["name"] for field in fields]:
        return [f"columns {rows.fieldnames}"]
    found, keys = [], set()
    for number, row in enumerate(rows, start=2):
        for field in fields:
            cell, constraints = row[field["name"]], field.get("constraints", {})
            if cell in schema["missingValues"]:
                found += [f"line {number}: {field['name']} is empty"] if constraints.get("required") else []
                continue
            try:
                value = READERS[field["type"]](cell)
            except (ValueError, KeyError):
                found.append(f"line {number}: {field['name']} is no {field['type']}: {cell}")
                continue
            found += [f"line {number}: {field['name']} breaks {one}" for one in broken(value, cell, constraints)]
        key = tuple(row[one] for one in schema["primaryKey"])
        found += [f"line {number}: {key} stands twice"] if key in keys else []
        keys.add(key)
    for key in schema.get("foreignKeys", ()):
        rows = list(csv.DictReader(io.StringIO(text)))
        (field,), (other,) = key["fields"], key["reference"]["fields"]
        there = {row[other] for row in rows}
        found += [f"{field} refers to no {other}: {row[field]}" for row in rows if row[field] not in there]
    return found


@pytest.mark.parametrize("resource", TABLES, ids=lambda one: one["path"])
def test_every_table_is_as_its_schema_says(resource):
    text = (DATA / resource["path"]).read_text(encoding="utf-8")
    assert faults(text, resource["schema"]) == []
    assert text.count("\n") - 1 == resource["rows"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Rome,a,2024-01,x,,", "line 3: actual is no number: x"),
        ("Rome,a,2024-01,,,", "line 3: actual is empty"),
        ("Rome,b,2024-01,1,,", "line 3: kpi breaks enum"),
        ("Rome,a,2024-13,1,,", "line 3: period breaks pattern"),
        ("Rome,a,2024-01,1,1,-1", "line 3: denominator breaks minimum"),
        ("Rome,a,2024-Q1,1,,", "line 3: ('Rome', 'a', '2024-Q1') stands twice"),
    ],
)
def test_the_check_above_finds_what_is_wrong(row, fault):
    text = f"unit,kpi,period,actual,numerator,denominator\nRome,a,2024-Q1,1,,\n{row}\n"
    assert faults(text, actuals_schema(["Rome"], ["a"])) == [fault]


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("id", "Cloud Waste", "line 2: id breaks pattern"),
        ("parts", "a: one: b: two", "line 2: parts breaks pattern"),
        ("practice", "Change control", "line 2: practice breaks enum"),
        ("cobit", "DSS07", "line 2: cobit breaks enum"),
        ("gaming_risk", "", "line 2: gaming_risk is empty"),
        ("counter_kpi", "nothing", "counter_kpi refers to no id: nothing"),
    ],
)
def test_a_faulty_entry_of_the_catalogue_is_seen(column, cell, fault):
    with (DATA / "kpi_catalog.csv").open(encoding="utf-8", newline="") as file:
        head, row = list(csv.reader(file))[:2]
    row[head.index("counter_kpi")] = row[0]
    out = io.StringIO()
    csv.writer(out).writerows([head, [cell if name == column else old for name, old in zip(head, row, strict=True)]])
    found = faults(out.getvalue(), catalogue_schema())
    assert fault in found
    assert len(found) == 1 + (column == "id"), "the id is also referred to"


def test_sizes_and_hashes_are_those_of_the_files():
    for resource in PACKAGE["resources"]:
        data = (DATA / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_every_file_is_described_and_every_name_is_one_of_its_own():
    paths = {resource["path"] for resource in PACKAGE["resources"]}
    there = {str(one.relative_to(DATA)) for one in DATA.rglob("*") if one.is_file()}
    assert there - paths == {"datapackage.json", "README.md"}
    names = [resource["name"] for resource in PACKAGE["resources"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)
    sets = {one["name"] for one in PACKAGE["datasets"]}
    assert {resource["dataset"] for resource in PACKAGE["resources"]} == {"", *sets}


def test_the_page_is_made_from_the_package():
    assert to_markdown(PACKAGE) == (DATA / "README.md").read_text(encoding="utf-8")
    assert to_json(PACKAGE) == (DATA / "datapackage.json").read_text(encoding="utf-8")


def test_a_page_has_a_row_for_each_file_and_column(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s/actuals.csv").write_text("unit,kpi,period,actual,numerator,denominator\n,a,2024-01,1,,\n")
    (tmp_path / "s/scorecard.yaml").write_text("id: s\n")
    about = {"name": "s", "title": "Set", "description": "One.", "generator": "hand", "seed": 1}
    about |= {"units": 1, "kpis": 1, "months": 1, "first": "2024-01", "last": "2024-01", "path": "s"}
    files = [
        document(tmp_path, "s/scorecard.yaml", "the | scorecard", "s"),
        table(tmp_path, "s/actuals.csv", "the actuals", actuals_schema([""], ["a"]), "s"),
    ]
    page = to_markdown(package([about], files))
    assert "| [s/scorecard.yaml](s/scorecard.yaml) |  | the \\| scorecard |" in page
    assert "| [s/actuals.csv](s/actuals.csv) | 1 | the actuals |" in page
    assert "| `unit` | string |  | empty |" in page
    assert "Key: `kpi`, `period`." in page


def test_the_page_shows_the_columns_of_a_table_beside_the_sets():
    page = (DATA / "README.md").read_text(encoding="utf-8").partition("### kpi_catalog.csv")[2]
    assert "| `gaming_risk` | string |  | required; low, medium, high |" in page
    assert "Key: `id`. `counter_kpi` refers to `id` of the same table." in page


def test_a_schema_reads_as_a_table():
    found = schema_columns(actuals_schema(["Rome"], ["a", "b"]))
    assert found["column"].tolist() == ["unit", "kpi", "period", "actual", "numerator", "denominator"]
    assert found["allowed"].tolist()[:2] == ["required; Rome", "required; a, b"]
