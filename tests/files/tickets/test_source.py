"""A file as blocks of columns: where headings stand, and where a block may end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.errors import ActualsError
from bsclib.files.tickets import source as sources
from bsclib.files.tickets.source import open_source


@pytest.fixture
def written(tmp_path):
    def write(data):
        path = tmp_path / "export.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return open_source(path)

    return write


def everything(source):
    blocks = list(source.blocks(range(len(source.headings))))
    cells = [dict(zip(block.columns, cells, strict=True)) for block in blocks
             for cells in zip(*(column.to_pylist() for column in block.columns.values()), strict=True)]  # fmt: skip
    rows = [int(row) for block in blocks for row in block.rows]
    return list(zip(rows, [list(row.values()) for row in cells], strict=True)), [f for b in blocks for f in b.faulty]


def test_rows_are_numbered_as_they_stand(written):
    source = written("a,b\n1,2\n\n3,4,5\n6\n7,8\n")
    rows, faulty = everything(source)
    assert [(row, cells) for row, cells in rows if any(cells)] == [(2, ["1", "2"]), (6, ["7", "8"])]
    assert [(row, kind) for row, kind, _ in faulty] == [
        (4, "fields and headings differ"),
        (5, "fields and headings differ"),
    ]


def test_surplus_fields_without_anything_are_forgiven_in_their_place(written):
    rows, faulty = everything(written("a,b\n1,2\n3,4,,\n5,6\n"))
    assert rows == [(2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]
    assert faulty == []


@pytest.mark.parametrize("block", [1, 7, 20, 64])
def test_a_block_ends_where_a_row_ends(block, written, monkeypatch):
    text = 'a,b\n1,"x\ny"\n2,"""q"" ,"\n3,"' + "long\n" * 40 + '"\n4,z\n5,w'
    whole = everything(written(text))
    monkeypatch.setattr(sources, "BLOCK", block)
    assert everything(written(text)) == whole
    assert [cells[0] for _, cells in whole[0]] == ["1", "2", "3", "4", "5"]


@given(
    st.lists(st.lists(st.text('ab"\n, ;é', max_size=6), min_size=2, max_size=2), min_size=1, max_size=20),
    st.integers(1, 60),
)
def test_any_cells_come_back_whatever_the_block(tmp_path_factory, rows, block):
    path = tmp_path_factory.mktemp("source") / "export.csv"
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [["head 1", "head 2"], *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    before, sources.BLOCK = sources.BLOCK, block
    try:
        found, faulty = everything(open_source(path))
    finally:
        sources.BLOCK = before
    assert [cells for _, cells in found] == rows
    assert faulty == []


def test_a_quote_that_never_closes_does_not_swallow_the_file(written):
    rows, _ = everything(written('a,b\n1,5" disk\n2,y\n3,z\n'))
    assert [cells[0] for _, cells in rows] == ["1", "2", "3"]


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["commas", "semicolons", "tabs"])
def test_columns_without_end_are_refused_before_they_are_laid_out(written, separator):
    with pytest.raises(
        ActualsError, match=r"^export\.csv: the table has too many columns\. Got: 30,\d{3}\. Allowed: up to 5"
    ):
        written(f"number{separator}opened{separator * 30_000}\n1{separator}2026-01-01{separator * 30_000}\n")


def test_headings_below_a_title(written):
    source = written("Report of March;;\n;;\nNr;Gruppe;Zeit\n1;A;9\n")
    assert (source.headings, source.first) == (["Nr", "Gruppe", "Zeit"], 4)


def test_headings_are_found_without_capitals_and_as_often_as_they_stand(written):
    source = written("Number,Sprint,sprint,Sprint\n1,a,b,c\n")
    assert source.places("Sprint") == [1, 3]
    assert source.places(" NUMBER ") == [0]
    assert source.places("Other") == []
