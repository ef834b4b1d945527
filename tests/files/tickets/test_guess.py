"""Maps proposed for exports of many systems, in five languages."""

import pandas as pd
import pytest
from systems import EXPORTS

from bsclib.actuals.itsm.table import check_tickets
from bsclib.errors import ActualsError, ScorecardError
from bsclib.files.tickets.guess import guess_map
from bsclib.files.tickets.map_yaml import build_map, read_map
from bsclib.files.tickets.read import preview, read_tickets
from bsclib.files.tickets.sample import plain


@pytest.fixture
def written(tmp_path):
    def write(text, name="export.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return write


def heading(entry):
    return entry if isinstance(entry, str) else entry.get("column", "")


@pytest.mark.parametrize("name", EXPORTS)
def test_each_systems_export_is_recognised(name, written):
    export, guess = EXPORTS[name], guess_map(written(EXPORTS[name].text))
    columns = {field: heading(entry) for field, entry in guess.data["columns"].items()}
    assert {field: columns.get(field) for field in export.columns} == export.columns
    assert guess.data.get("states", {}) == export.states
    assert guess.data.get("dates", "") == export.dates
    assert guess.data.get("zone", "") == export.zone


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_proposed_reads_every_row(name, written, tmp_path):
    export, file = EXPORTS[name], written(EXPORTS[name].text)
    guess = guess_map(file)
    yaml = tmp_path / "tickets.yaml"
    yaml.write_text(guess.text, encoding="utf-8")
    read = read_tickets(file, yaml)
    assert read.used == 1
    assert read.rejected.empty, read.rejected["reason"].tolist()
    first = read.tickets.iloc[0]
    assert (first["number"], f"{first['opened']:%Y-%m-%d %H:%M}") == export.first
    check_tickets(read.tickets)
    shown = preview(file, read_map(yaml))
    pd.testing.assert_frame_equal(shown, read.tickets.head(3))


@pytest.mark.parametrize("name", EXPORTS)
def test_at_most_two_lines_need_a_hand(name, written):
    assert len(guess_map(written(EXPORTS[name].text)).doubts) <= 2


def with_times(*times):
    rows = "".join(f"{i},{time},{time}\n" for i, time in enumerate(times))
    return f"Number,Opened,Closed\n{rows}"


def test_an_order_of_day_and_month_that_no_row_settles_is_asked_for(written, tmp_path):
    file = written(with_times("03/04/2024 10:00", "12/12/2024 10:00"))
    guess = guess_map(file)
    assert guess.data["dates"] == ""
    assert guess.doubts["dates",] == "day or month first? no row tells: '%d/%m/%Y %H:%M' and '%m/%d/%Y %H:%M'"
    yaml = tmp_path / "tickets.yaml"
    yaml.write_text(guess.text, encoding="utf-8")
    with pytest.raises(ScorecardError, match=r"tickets.yaml, line \d+, dates.*day and month may stand in either order"):
        read_map(yaml)


@pytest.mark.parametrize(
    ("times", "form"),
    [(["03/04/2024 10:00", "13/04/2024 10:00"], "%d/%m/%Y %H:%M"), (["03/04/2024", "04/13/2024"], "%m/%d/%Y"),
     (["3-4-24 9:00", "4-30-24 10:00"], "%m-%d-%y %H:%M"), (["2024/04/03 10:00:00"], "%Y/%m/%d %H:%M:%S"),
     (["03.04.2024 10:00 Uhr", "30.04.2024 10:00 Uhr"], "%d.%m.%Y %H:%M"),
     (["3. März 2024 10:00", "4. Okt 2024 11:00"], "%d. %b %Y %H:%M")],
)  # fmt: skip
def test_a_row_that_settles_the_order_settles_it_for_all(times, form, written):
    quoted = [f'"{time}"' for time in times]
    file = written(with_times(*quoted))
    guess = guess_map(file)
    assert guess.data["dates"] == form
    assert read_tickets(file, build_map(guess.data)).used == 1


def test_the_row_that_settles_may_stand_anywhere(written, monkeypatch):
    monkeypatch.setattr("bsclib.files.tickets.sample.SAMPLE", 10)
    times = ["03/04/2024 10:00"] * 50 + ["03/14/2024 10:00"]
    assert guess_map(written(with_times(*times))).data["dates"] == "%m/%d/%Y %H:%M"


def test_rows_of_both_orders_are_said(written):
    guess = guess_map(written(with_times("13/04/2024 10:00", "04/14/2024 10:00", "30/04/2024 10:00")))
    assert guess.data["dates"] == "%d/%m/%Y %H:%M"
    assert guess.doubts["dates",] == "some rows can only be day first, and some only month first"


def test_snapshots_of_projects_are_a_plan_and_what_came_of_it(written):
    text = (
        "projectId,asOfDate,estimatedCompletionDate,totalBudget,department\n"
        '1,"June 9, 2016","December 1, 2016","$6,279,429",A\n'
        '1,"May 1, 2019","March 31, 2018","$7,000,000",A\n'
        '2,"June 9, 2016","March 31, 2017","$2,788,000",B\n'
    )
    file = written(text)
    guess = guess_map(file)
    frame = read_tickets(file, build_map(guess.data)).tickets
    assert frame["kind"].tolist() == ["project", "project"]
    assert [f"{frame[name].iloc[0]:%Y-%m}" for name in ("planned_end", "closed")] == ["2016-12", "2018-03"]
    assert frame["planned_cost"].tolist() == [6279429, 2788000]
    assert frame["actual_cost"].iloc[0] == 7000000
    assert frame[["closed", "actual_cost"]].iloc[1].isna().all()


def test_a_cell_of_several_parts_gives_number_and_unit(written):
    rows = "".join(f"2024-03-{d:02} 09:00:00,C{n} / {u} / P{n},{s}\n" for d, n, u, s in [
        (1, 1, "Sales", "Logged"), (2, 1, "Sales", "Assigned"), (3, 1, "Sales", "Closed"), (4, 2, "HR", "Logged"),
        (5, 3, "HR", "Logged"), (6, 4, "HR", "Logged"),
    ])  # fmt: skip
    guess = guess_map(written("Timestamp,Ticket,Status\n" + rows))
    assert guess.data["columns"]["number"] == {"column": "Ticket", "split": " / ", "part": 1}
    assert guess.data["columns"]["unit"] == {"column": "Ticket", "split": " / ", "part": 2}
    assert guess.data["columns"]["at"] == "Timestamp"


def test_a_key_that_is_not_different_in_each_row_is_not_the_number(written):
    guess = guess_map(written("key,id,created\nSD-1,11,2024-03-01T09:00:00Z\nSD-1,12,2024-03-02T09:00:00Z\n"))
    assert guess.data["columns"]["number"] == "id"
    assert guess.doubts == {("columns", "number"): "key is not different in each row"}


def test_a_state_that_is_not_known_is_doubtful(written):
    guess = guess_map(written("Number,Opened,State\n1,2024-03-04T09:00Z,Closed\n2,2024-03-04T09:00Z,Zzz\n"))
    assert guess.data["states"] == {"Closed": "closed", "Zzz": "open"}
    assert list(guess.doubts) == [("states", "Zzz")]


def test_an_export_without_an_opening_is_doubtful(written):
    assert ("columns",) in guess_map(written("Number,Status\n1,Closed\n2,Open\n")).doubts


@pytest.mark.parametrize("text", ["", "\n\n", "Number,Opened\n", "Number,Opened\n1\n"])
def test_nothing_to_guess_from(text, written):
    with pytest.raises(ActualsError, match=r"empty|no row that fits the headings"):
        guess_map(written(text))


def test_no_column_of_numbers(written):
    with pytest.raises(ActualsError, match="no column holds a number of its own for each ticket"):
        guess_map(written("a,b\nx,2024-03-04\nx,2024-03-04\n"))


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Data de abertura", "data de abertura"), ("resolvedAt", "resolved at"), ("issue_type", "issue type"),
     ("SLA - SLA Tempo para solução", "sla sla tempo para solucao"), ("  ID ", "id"), ("Größe", "grosse")],
)  # fmt: skip
def test_headings_are_compared_without_capitals_accents_and_signs(heading, words):
    assert plain(heading) == words
