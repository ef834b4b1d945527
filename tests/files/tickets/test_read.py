"""Whole exports read by a map: what is bad is counted by kind, and the totals add up to the file."""

import random

import openpyxl
import pandas as pd
import pytest

from bsclib.actuals.itsm.table import check_holds, check_tickets
from bsclib.errors import ActualsError
from bsclib.files.tickets import source as sources
from bsclib.files.tickets.read import read_tickets
from bsclib.files.tickets.ticket_map import TicketMap

COLUMNS = {
    "number": "Number", "state": "State", "opened": "Opened", "resolved": "Resolved", "closed": "Closed",
    "reopened": "Reopened", "own_hours": "Hours",
}  # fmt: skip
HEADINGS = list(COLUMNS.values())
RULES = TicketMap(
    columns={name.casefold() if name != "Hours" else "own_hours": name for name in HEADINGS},
    dates="%d/%m/%Y %H:%M",
    zone="Europe/Berlin",
    states={"New": "open", "Solved": "resolved", "Shut": "closed", "Dropped": "cancelled"},
    exported="2025-01-01",
)
GOOD = ["A1", "Shut", "04/03/2024 09:00", "04/03/2024 11:00", "05/03/2024 09:00", "0", "2"]


def row(**changes):
    """A good row, with some of its cells changed."""
    names = {heading.casefold(): place for place, heading in enumerate(HEADINGS)}
    cells = list(GOOD)
    for name, cell in changes.items():
        cells[names[name]] = cell
    return cells


@pytest.fixture
def export(tmp_path):
    def write(*rows, name="export.csv", headings=HEADINGS):
        path = tmp_path / name
        lines = [",".join(f'"{cell}"' if "," in cell or "\n" in cell else cell for cell in cells) for cells in rows]
        path.write_text("\n".join([",".join(headings), *lines]) + "\n", encoding="utf-8")
        return path

    return write


def kinds(read, left_out="row"):
    table = read.rejected[read.rejected["left_out"] == left_out]
    return dict(zip(table["row"], table["kind"], strict=True))


def adds_up(read):
    rows = read.rejected[read.rejected["left_out"] == "row"]
    assert rows[["file", "row"]].duplicated().sum() == 0
    return len(read.tickets) + len(rows) == read.rows


BAD = {
    "closed before opened": row(number="B", opened="06/03/2024 09:00"),
    "opened is missing": row(number="B", opened=""),
    "opened and closed are missing": row(number="B", opened="", resolved="", closed=""),
    "in the future": row(number="B", resolved="04/03/2034 11:00", closed="05/03/2034 11:00"),
    "unknown state": row(number="B", state="Lost"),
    "no number": row(number=""),
    "a time that no form reads": row(number="B", resolved="31/02/2024 11:00"),
    "an hour that does not exist": row(number="B", opened="31/03/2024 02:30", resolved="", closed="", state="New"),
    "an hour that exists twice": row(number="B", opened="27/10/2024 02:30", resolved="", closed="", state="New"),
    "closed without a time": row(number="B", resolved="", closed=""),
    "empty row": [""] * len(HEADINGS),
    "headings again": HEADINGS,
    "fields and headings differ": ["B", "Shut"],
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_row_is_left_out_with_its_reason(kind, export):
    read = read_tickets(export(GOOD, BAD[kind], row(number="C")), RULES, at_least=0.5)
    assert read.tickets["number"].tolist() == ["A1", "C"]
    assert kinds(read) == {3: kind}
    assert read.rejected["reason"].str.len().min() > 10
    assert adds_up(read)
    check_tickets(read.tickets)


@pytest.mark.parametrize(
    "time",
    ["2024-13-01 10:00", "10:00", "04/03/2024", "04/03/24 10:00", "30/02/2024 10:00", "31/04/2024 10:00",
     "04/03/2024 25:00", "04/03/2024 10:60", "rubbish", "04.03.2024 10:00", "1970-01-01 08:00:00", "04/13/2024 10:00"],
)  # fmt: skip
def test_times_in_another_form_are_not_guessed(time, export):
    read = read_tickets(export(GOOD, row(number="B", opened=time)), RULES, at_least=0.5)
    assert kinds(read) == {3: "a time that no form reads"}
    assert repr(time) in read.rejected["reason"].iloc[0]


@pytest.mark.parametrize(
    ("time", "utc"),
    [("2024-03-04T09:00:00+0300", "06:00"), ("2024-03-04 09:00:00", "08:00"), ("2024-03-04T09:00:00.123Z", "09:00"),
     (" 04/03/2024 09:00 ", "08:00"), ("04/03/2024 09:00<br>10 %", "08:00"), ("4/3/2024 9:00", "08:00"),
     ("2024-03-04 09:00:00 UTC", "09:00"), ("2024-03-04 09:00Z", "09:00"), ("2024-03-04T09:00:00+01:00", "08:00")],
)  # fmt: skip
def test_times_that_can_mean_one_thing_only_are_read_beside_the_maps_form(time, utc, export):
    read = read_tickets(export(GOOD, row(number="B", opened=time)), RULES)
    assert f"{read.tickets['opened'].iloc[1]:%Y-%m-%d %H:%M}" == f"2024-03-04 {utc}"


def test_numbers_that_excel_grouped_are_left_out_of_the_cell_alone(export):
    rows = [row(number="B", hours="3,87,16,91,111"), row(number="C", hours="2050,36"), row(number="D", reopened="x")]
    read = read_tickets(export(GOOD, *rows), RULES.model_copy(update={"decimal": ","}))
    assert read.tickets["own_hours"].tolist()[2:] == [2050.36, 2.0]
    assert read.tickets["own_hours"].isna().tolist() == [False, True, False, False]
    assert read.tickets["reopened"].isna().tolist() == [False, False, False, True]
    assert kinds(read) == {}
    assert kinds(read, "cell") == {3: "a cell that cannot be read", 5: "a cell that cannot be read"}
    assert "'3,87,16,91,111'" in read.rejected["reason"].iloc[0]
    assert adds_up(read)
    assert read.used == 1


def test_a_number_that_stands_again_with_the_same_contents_counts_once(export):
    read = read_tickets(export(GOOD, GOOD, row(number="B")), RULES, at_least=0.5)
    assert read.tickets["number"].tolist() == ["A1", "B"]
    assert kinds(read) == {3: "a ticket again"}
    assert adds_up(read)


def test_of_a_number_with_differing_contents_none_is_used(export):
    rows = [GOOD, row(closed="06/03/2024 09:00"), row(closed="06/03/2024 09:00"), row(number="B")]
    read = read_tickets(export(*rows), RULES, at_least=0.2)
    assert read.tickets["number"].tolist() == ["B"]
    assert set(kinds(read).values()) == {"a number with differing contents"}
    assert read.rejected["reason"].iloc[0] == "A1 stands 3 times, with different closed"
    assert adds_up(read)


def test_thousands_stand_apart_in_numbers(export):
    read = read_tickets(export(row(number="52 267"), row(number="1.052.267"), row(number="INC 1 000")), RULES)
    assert read.tickets["number"].tolist() == ["52267", "1052267", "INC 1 000"]


def test_a_mapping_in_a_cell_is_its_value(export):
    rules = RULES.model_copy(update={"columns": RULES.columns.model_copy(update={"unit": RULES.columns.state})})
    file = export(GOOD)
    text = file.read_text().replace(
        "Shut", "\"{'link': 'https://x.example/1', 'display_value': 'Shut', 'value': '7'}\""
    )
    file.write_text(text)
    assert read_tickets(file, rules).tickets["unit"].tolist() == ["Shut"]


def test_an_open_ticket_has_no_end_whatever_an_earlier_one_was(export):
    read = read_tickets(export(GOOD, row(number="B", state="New")), RULES)
    assert read.tickets["state"].tolist() == ["closed", "open"]
    assert read.tickets["closed"].isna().tolist() == [False, True]


def test_a_response_before_the_opening_is_left_out_of_the_cell_alone(export):
    columns = {**dict(RULES.columns.given()), "responded": "Reopened"}
    columns.pop("reopened")
    rules = TicketMap(**{**dict(RULES), "columns": columns})
    read = read_tickets(export(row(reopened="04/03/2024 08:30"), row(number="B", reopened="04/03/2024 09:30")), rules)
    assert read.tickets["responded"].isna().tolist() == [True, False]
    assert kinds(read, "cell") == {2: "responded before opened"}
    assert read.rejected["reason"].tolist() == [
        "opened 2024-03-04 08:00:00, responded 2024-03-04 07:30:00 (UTC)",
    ]
    assert read.used == 1


def test_where_no_state_is_said_the_times_say_it(export):
    rows = [row(state=""), row(number="B", state="", closed=""), row(number="C", state="", closed="", resolved="")]
    assert read_tickets(export(*rows), RULES).tickets["state"].tolist() == ["closed", "resolved", "open"]


def test_fields_without_anything_at_the_end_are_forgiven(export):
    read = read_tickets(export([*GOOD, "", ""], row(number="B")), RULES)
    assert read.tickets["number"].tolist() == ["A1", "B"]


def test_too_little_that_can_be_used_is_refused(export):
    file = export(GOOD, BAD["unknown state"], *([BAD["empty row"]] * 30))
    assert read_tickets(file, RULES, at_least=0.5).used == 0.5
    with pytest.raises(
        ActualsError, match=r"export.csv: only 50 % of the rows can be used. Got: .*unknown state in 1 row"
    ):
        read_tickets(file, RULES)


@pytest.mark.parametrize("rows", [[], [BAD["no number"]], [BAD["unknown state"]]])
@pytest.mark.parametrize("history", [False, True])
def test_nothing_that_can_be_used(rows, history, export):
    columns = {**dict(RULES.columns.given())} | ({"at": "Opened"} if history else {})
    rules = TicketMap(**{**dict(RULES), "columns": columns})
    read = read_tickets(export(*rows), rules, at_least=0)
    assert len(read.tickets) == 0
    assert (read.rows, len(read.rejected)) == (len(rows), len(rows))
    with pytest.raises(ActualsError, match=r"only 0 % of the rows|no row below the headings"):
        read_tickets(export(*rows), rules, at_least=0.1)


def test_times_without_a_zone_need_one(export):
    with pytest.raises(ActualsError, match=r"its times state no zone.*Fix: .*zone: Europe/Berlin"):
        read_tickets(export(GOOD), RULES.model_copy(update={"zone": ""}))


def test_headings_that_are_not_there_are_said_together(export):
    file = export(GOOD, headings=["Nummer", *HEADINGS[1:-1], "Hour"])
    with pytest.raises(
        ActualsError, match=r"(?s)2 faults.*number from the column 'Number'.*'Hours'.*did you mean 'Hour'"
    ):
        read_tickets(file, RULES)


def test_only_headings(export):
    with pytest.raises(ActualsError, match="there is no row below the headings"):
        read_tickets(export(), RULES)


# ---- however the file is written ------------------------------------------------------------------------------------


def test_five_percent_of_rubbish_in_many_rows_adds_up(export):
    chance = random.Random(1)
    rows, expected = [], {}
    for i in range(2000):
        kind = chance.choice([*BAD]) if chance.random() < 0.05 else ""
        cells = list(BAD[kind]) if kind else row(number=f"T{i}")
        if kind and cells[0] == "B":
            cells[0] = f"B{i}"
        rows.append(cells)
        if kind:
            expected[i + 2] = kind
    read = read_tickets(export(*rows), RULES)
    assert kinds(read) == expected
    assert adds_up(read)
    table = read.kinds()
    assert dict(zip(table["kind"], table["count"], strict=True)) == dict(pd.Series(expected).value_counts())


@pytest.mark.parametrize("block", [50, 333, 4096])
def test_in_batches_the_same_comes_out_as_in_one_piece(block, export, monkeypatch):
    rows = [*BAD.values(), *(row(number=f"T{i}", hours=str(i)) for i in range(200)), row(number='Q"1'), GOOD, GOOD]
    file = export(*rows)
    whole = read_tickets(file, RULES, at_least=0.5)
    monkeypatch.setattr(sources, "BLOCK", block)
    parts = read_tickets(file, RULES, at_least=0.5)
    pd.testing.assert_frame_equal(parts.tickets, whole.tickets)
    pd.testing.assert_frame_equal(parts.rejected, whole.rejected)
    assert parts.tickets.to_csv() == whole.tickets.to_csv()
    assert parts.rows == whole.rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_dialect_of_csv(encoding, separator, newline, tmp_path):
    columns = {"number": "Nr", "unit": "Gruppe", "opened": "Eröffnet"}
    rows = [["Nr", "Gruppe", "Eröffnet", "Text"], ["1", "Küche", "2024-03-04 09:00", f'"a{separator}b{newline}c"'],
            ["2", "Büro", "2024-03-04 10:00", '"sie sagte ""ja"""']]  # fmt: skip
    file = tmp_path / "export.csv"
    file.write_bytes((newline.join(separator.join(cells) for cells in rows) + newline).encode(encoding))
    read = read_tickets(file, TicketMap(columns=columns, zone="UTC"))
    assert read.tickets["unit"].tolist() == ["Küche", "Büro"]
    assert read.notes == ([f"export.csv was read as {'Windows-1252' if encoding == 'cp1252' else 'UTF-16'}."]
                          if encoding in ("cp1252", "utf-16") else [])  # fmt: skip


def test_a_title_above_and_a_line_for_the_separator(tmp_path):
    file = tmp_path / "export.csv"
    file.write_text("sep=;\nTickets of March;;\n\nNumber;Opened;Group\n1;2024-03-04;A\n2;;B\n", encoding="utf-8")
    rules = TicketMap(columns={"number": "Number", "opened": "Opened"}, zone="UTC")
    read = read_tickets(file, rules, at_least=0.5)
    assert read.tickets["number"].tolist() == ["1"]
    assert kinds(read) == {6: "opened and closed are missing"}


def test_of_a_heading_that_stands_several_times_what_holds_something_counts(export):
    file = export(["1", "", "2024-03-04 10:00"], ["2", "2024-03-04 09:00", ""], headings=["Nr", "Opened", "Opened"])
    rules = TicketMap(columns={"number": "Nr", "opened": "Opened"}, zone="UTC")
    assert read_tickets(file, rules).tickets["opened"].dt.hour.tolist() == [10, 9]


def test_a_sheet_of_excel_and_parquet_read_as_csv_does(tmp_path, export):
    rows = [row(number="7"), row(number="8", hours="")]
    read = read_tickets(export(*rows), RULES).tickets
    book = openpyxl.Workbook()
    book.active.append(["Made on Monday"])
    book.active.append(HEADINGS)
    for cells in rows:
        times = [pd.to_datetime(cell, dayfirst=True).to_pydatetime() for cell in cells[2:5]]
        book.active.append([int(cells[0]), cells[1], *times, int(cells[5]), float(cells[6]) if cells[6] else None])
    book.save(tmp_path / "export.xlsx")
    pd.testing.assert_frame_equal(read_tickets(tmp_path / "export.xlsx", RULES).tickets, read)
    frame = pd.DataFrame(rows, columns=HEADINGS)
    frame["Hours"] = pd.to_numeric(frame["Hours"])
    frame["Opened"] = pd.to_datetime(frame["Opened"], dayfirst=True)
    frame["Closed"] = pd.to_datetime(frame["Closed"], dayfirst=True).dt.tz_localize("Europe/Berlin")
    frame["State"] = frame["State"].astype("category")
    frame.to_parquet(tmp_path / "export.parquet")
    pd.testing.assert_frame_equal(read_tickets(tmp_path / "export.parquet", RULES).tickets, read)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [("export.csv", b"", "the file is empty"), ("export.csv", b"\x00\x01\x02", "this is not a text file"),
     ("export.parquet", b"PAR1rubbish", "not a Parquet file"), ("export.xlsx", b"PK", "not an Excel workbook")],
)  # fmt: skip
def test_what_is_no_export(name, data, message, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ActualsError, match=message):
        read_tickets(tmp_path / name, RULES)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ActualsError, match="this cannot be read"):
        read_tickets(tmp_path / "none.csv", RULES)


def test_a_history_beside_the_tickets(export, tmp_path):
    tickets = export(row(reopened=""), row(number="B", reopened=""))
    changes = export(
        ["A1", "New", "04/03/2024 09:00", "Ann"], ["A1", "Wait", "04/03/2024 09:30", "Ann"],
        ["A1", "New", "04/03/2024 10:00", "Bo"], ["A1", "Shut", "04/03/2024 11:00", "Bo"],
        ["Z9", "Wait", "04/03/2024 11:00", "Bo"],
        name="changes.csv", headings=["Ticket", "To", "When", "Who"],
    )  # fmt: skip
    columns = {name: heading for name, heading in COLUMNS.items() if name not in ("reopened", "own_hours")}
    rules = TicketMap(
        columns=columns,
        history={"number": "Ticket", "state": "To", "at": "When", "assigned": "Who"},
        states={**RULES.states, "Wait": "hold"},
        **{"dates": "%d/%m/%Y %H:%M", "zone": "Europe/Berlin"},
    )
    read = read_tickets([tickets, changes], rules)
    assert read.rows == 7
    assert read.tickets["reassigned"].tolist() == [1, pd.NA]
    assert read.holds["number"].tolist() == ["A1"]
    assert (read.holds["end"] - read.holds["start"]).tolist() == [pd.Timedelta("30min")]
    check_holds(read.holds)
    assert read_tickets(tickets, rules).notes == ["The map describes a history, and no file has its columns."]
