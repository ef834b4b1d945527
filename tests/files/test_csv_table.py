import csv
import io
import tracemalloc

import pandas as pd
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bsclib.errors import MOST_FAULTS, ActualsError
from bsclib.files.csv_table import for_spreadsheets, read_csv, records


@pytest.fixture
def write(tmp_path):
    def write(content):
        file = tmp_path / "a.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def rows(table):
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.tuples(strategies.texts, strategies.texts), max_size=6), separator=st.sampled_from(",;\t"))
def test_what_pythons_writer_writes_is_read(write, data, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([("kpi", "period"), *data])
    table = read_csv(write(out.getvalue()), len)
    assert table.headings == ["kpi", "period"]
    assert rows(table) == [list(row) for row in data]
    assert table.notes == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_separates_the_columns_is_found(write, separator):
    assert read_csv(write(separator.join(["kpi", "period", "actual"]))).separator == separator


def test_headings_that_are_known_decide(write):
    table = read_csv(write('kpi;"name, short, or long";actual\n'), lambda headings: "kpi" in headings)
    assert table.headings == ["kpi", "name, short, or long", "actual"]


def test_excels_own_statement_of_the_separator(write):
    table = read_csv(write("sep=|\r\na|b\r\n1|2\r\n"))
    assert (table.headings, rows(table)) == (["a", "b"], [["1", "2"]])
    assert table.where(0) == "a.csv, line 3"
    assert table.where() == "a.csv, line 2"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("stated", ["", '"'])
def test_a_statement_that_no_separator_follows_is_a_row(write, stated, end):
    with pytest.raises(ActualsError, match=r"a\.csv, line 1: .*Fix: "):
        read_csv(
            write(f"sep={stated}{end}{end}kpi,period{end}mttr,2026-01{end}"), are_headings=lambda row: "kpi" in row
        )


def test_headings_alone_have_columns_of_nothing(write):
    assert rows(read_csv(write('"kpi",period\r\r\n'))) == []


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["a.csv is in UTF-16."]),
        ("cp1252", ["a.csv is not in UTF-8, and was read as Windows-1252."]),
    ],
)
def test_encodings(write, encoding, notes):
    table = read_csv(write("unit,kpi\nZürich €,a\n".encode(encoding)))
    assert (rows(table), table.notes) == ([["Zürich €", "a"]], notes)


def test_a_row_knows_its_line_even_below_quoted_line_breaks(write):
    table = read_csv(write('\n\na,b\n"x\ny",1\n\n\n"z",2\r\n,\n   \nw,3\n'))
    assert table.where() == "a.csv, line 3"
    assert [table.where(row) for row in range(5)] == [f"a.csv, line {line}" for line in (4, 8, 9, 10, 11)]
    assert rows(table) == [["x\ny", "1"], ["z", "2"], ["", ""], ["", ""], ["w", "3"]]


def test_fields_without_anything_at_the_end_are_forgiven(write):
    assert rows(read_csv(write("a,b\n1,2,,\n3,4\n"))) == [["1", "2"], ["3", "4"]]


def test_a_field_may_be_longer_than_the_csv_module_would_have_it(write):
    before = csv.field_size_limit()
    long = "x" * (before + 1)
    assert rows(read_csv(write(f"unit,text\nApps,{long}\nDesk,a,\n"))) == [["Apps", long], ["Desk", "a"]]
    assert csv.field_size_limit() == before


def test_line_ends_of_old_macintoshes(write):
    assert rows(read_csv(write("a,b\r1,2\r3,4\r"))) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"a\.csv: the file is empty. Fix: begin with a row of headings"),
        (b"\xef\xbb\xbf\r\n \n", "the file is empty"),
        (b"a,b\x00\n", "this is not a text file"),
        (b"\xef\xbb\xbfa,b\n\xff,1\n", "the file begins as UTF-8 and goes on otherwise"),
        (
            "a,b\n1,2,3\n",
            r"line 2: fields and headings differ. Got: 3 fields. Allowed: 2.*decimal commas, separate the columns",
        ),
        ("a;b\n1;2;3\n", "line 2: fields and headings differ.*quote a text that holds the separator"),
        ("a,b\n1,2\n3\n", r"line 3: fields and headings differ. Got: 1 field. Allowed: 2. Fix: complete the row"),
        ('a,b\n"x,1\ny,2\n', "line 2: this row cannot be read: unexpected end of data. Fix: close every quote"),
    ],
)
def test_what_cannot_be_read(write, content, message):
    with pytest.raises(ActualsError, match=message):
        read_csv(write(content))


def test_many_faults_are_counted(write):
    with pytest.raises(ActualsError, match="and 30 more rows like these") as caught:
        read_csv(write("a,b\n" + "1\n" * (MOST_FAULTS + 30)))
    assert len(caught.value.faults) == MOST_FAULTS + 1


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ActualsError, match="cannot be read: No such file"):
        read_csv(tmp_path / "none.csv")


def test_tables_that_are_read_in_turn_leave_the_limit_as_it_was():
    """It is the whole process's: left at a short text's length, every other reader of CSV fails."""
    before = csv.field_size_limit()
    short, long = records("a,b\n1,2\n", ",", "short.csv"), records("a,b\n" * 99, ",", "long.csv")
    next(short)
    next(long)
    assert csv.field_size_limit() == before
    short.close()
    long.close()
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_quotes_around_every_cell_are_read(tmp_path, separator):
    """As R and many exports write: with another separator the first row could not be read at all."""
    rows = [["unit", "kpi", "period", "actual"], ["A, B; C", 'say ""k""', "2026-01", "5"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "a.csv").write_text(text)
    table = read_csv(tmp_path / "a.csv")
    assert table.headings == ["unit", "kpi", "period", "actual"]
    assert [column.to_pylist() for column in table.columns] == [["A, B; C"], ['say "k"'], ["2026-01"], ["5"]]


def test_a_quote_that_is_never_closed_is_told_by_the_separator_that_is_meant(tmp_path):
    (tmp_path / "a.csv").write_text('"kpi";"period;"actual"\n"k";"2026-01";"5"\n')
    with pytest.raises(ActualsError, match=r"a\.csv, line 1: this row cannot be read: ';' expected after"):
        read_csv(tmp_path / "a.csv")


@pytest.mark.parametrize("content", [b"kpi,\0period", "\ufeffkpi,\0period".encode("utf-16-le")])
def test_what_holds_nothing_letters_is_no_text(write, content):
    with pytest.raises(ActualsError, match=r"a\.csv: this is not a text file"):
        read_csv(write(content))


def test_columns_without_end_are_refused_before_they_are_read(write):
    """300 kB of commas took 2.5 GB."""
    tracemalloc.start()
    with pytest.raises(
        ActualsError, match=r"line 2: the table has too many columns\. Got: 300,001\. Allowed: up to 5,000"
    ):
        read_csv(write("\n" + "," * 300_000 + "\n1,2\n"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1", "\uff1d1"])
def test_what_begins_like_a_formula_is_a_text(cell):
    frame = pd.DataFrame({"text": pd.Categorical([cell, None]), cell: [1.5, -2.0]})
    plain = for_spreadsheets(frame)
    assert plain.columns.tolist() == ["text", f"'{cell}"]
    assert plain["text"].tolist()[0] == f"'{cell}"
    assert plain["text"].isna().tolist() == [False, True]
    assert plain[f"'{cell}"].tolist() == [1.5, -2.0]
    assert frame.columns[1] == cell


def test_what_is_no_formula_stays():
    frame = pd.DataFrame({"a": ["+", "-", "x=1", "", "2025-01", None], "n": [-1, 2, 3, 4, 5, 6]})
    assert for_spreadsheets(frame).equals(frame)
