"""The user's own COBIT tables: found whichever way they lie, and refused with the place of each fault."""

import re
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from bsclib.errors import BscError
from bsclib.files.catalogue import OBJECTIVES_OF_COBIT
from bsclib.files.goal_tables import (
    ALIGNMENT_GOALS,
    ENTERPRISE_GOALS,
    check_ratings,
    read_goal_tables,
    write_goal_template,
)

EXAMPLE = read_goal_tables("cobit-example")
COBIT_5 = {"EG": [f"EG{n:02}" for n in range(1, 18)], "AG": [f"AG{n:02}" for n in range(1, 18)]}


@pytest.fixture
def folder(tmp_path):
    shipped = Path(__file__).parents[2] / "datasets" / "cobit-example"
    return Path(shutil.copytree(shipped, tmp_path / "mine"))


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def toolkit(path, turn=False, **more):
    """A workbook laid out as a toolkit lays it out: titles, names beside ids, other sheets, a second table below."""
    book = openpyxl.Workbook()
    intro = book.active
    intro.append(["Governance system design", "EG01 is only named here"])
    rated = book.create_sheet("DF2")
    rated.append(["Design factor 2"])
    rated.append([None, "Value", "Importance (1-5)", "Baseline"])
    for goal, value in EXAMPLE.ratings.items():
        rated.append([None, f"{goal}—what the enterprise wants", value, 3])
    mapping = book.create_sheet("DF2map")
    for table in (EXAMPLE.goals, EXAMPLE.objectives):
        cells = table.T if turn else table
        mapping.append([None, "a title", "of what is below"])
        mapping.append([None, None, *(f"{id} – in words" for id in cells.columns)])
        for id, row in cells.iterrows():
            mapping.append([None, f"{id.lower()} in words", *map(int, row)])
        mapping.append([])
    for cell, value in more.items():
        mapping[cell] = value
    book.save(path)
    return path


def same(read):
    pd.testing.assert_frame_equal(read.goals, EXAMPLE.goals)
    pd.testing.assert_frame_equal(read.objectives, EXAMPLE.objectives)
    pd.testing.assert_series_equal(read.ratings, EXAMPLE.ratings)


def test_the_example_has_the_shape_of_cobit_2019():
    assert (EXAMPLE.goals.shape, EXAMPLE.objectives.shape) == ((13, 13), (13, 40))
    assert (*EXAMPLE.goals.index,) == ENTERPRISE_GOALS
    assert (*EXAMPLE.goals.columns,) == (*EXAMPLE.objectives.index,) == ALIGNMENT_GOALS
    assert (*EXAMPLE.objectives.columns,) == OBJECTIVES_OF_COBIT


@pytest.mark.parametrize("turn", [False, True], ids=["as published", "turned round"])
def test_a_toolkit_is_read_in_place(tmp_path, turn):
    path = toolkit(tmp_path / "toolkit.xlsx", turn)
    before = path.read_bytes()
    same(read_goal_tables(path))
    assert path.read_bytes() == before


def test_semicolons_and_turned_tables_are_read(folder):
    for file in folder.iterdir():
        table = pd.read_csv(file, index_col=0)
        table = table.T if file.name == "alignment_goals.csv" else table
        table.to_csv(file, sep=";")
    same(read_goal_tables(folder))


def test_names_beside_the_ids_may_hold_separators_and_quotes(folder):
    for file in folder.iterdir():
        head, *rows = file.read_text(encoding="utf-8").replace(",", ";").splitlines()
        named = [row.replace(";", ';"Goods, services; and ""more""";', 1) for row in rows]
        file.write_text("\n".join([head.replace(";", ";name;", 1), *named]) + "\n", encoding="utf-8")
    same(read_goal_tables(folder))


def test_a_quote_that_never_ends_is_refused_with_its_line(folder):
    edit(folder / "ratings.csv", "EG01", '"EG01')
    with pytest.raises(BscError, match=r"ratings\.csv, line 2: this row cannot be read"):
        read_goal_tables(folder)


def test_without_ratings_the_tables_still_stand(folder):
    (folder / "ratings.csv").unlink()
    assert read_goal_tables(folder).ratings is None


@pytest.mark.parametrize("name", ["goals.xlsx", "goals"])
def test_a_filled_template_is_read_back(tmp_path, name):
    path = write_goal_template(tmp_path / name)
    if path.is_dir():
        for file, table in (("enterprise_goals", EXAMPLE.goals), ("alignment_goals", EXAMPLE.objectives)):
            assert (path / f"{file}.csv").read_text().splitlines()[0].split(",")[1:] == list(table.columns)
            table.to_csv(path / f"{file}.csv", index_label="goal")
        EXAMPLE.ratings.to_csv(path / "ratings.csv", index_label="goal")
    else:
        book = openpyxl.load_workbook(path)
        sheets = {"Ratings": EXAMPLE.ratings.to_frame(), "Enterprise goals": EXAMPLE.goals}
        for title, table in (sheets | {"Alignment goals": EXAMPLE.objectives}).items():
            for at, cells in enumerate(table.to_numpy(), 2):
                for column, value in enumerate(cells, 2):
                    book[title].cell(at, column, int(value))
        book.save(path)
    same(read_goal_tables(path))


def test_an_empty_template_says_what_is_to_be_filled_in(tmp_path):
    path = write_goal_template(tmp_path / "goals.xlsx")
    with pytest.raises(BscError, match=r"Enterprise goals!B2: .*an empty cell.*write 0 where it does not serve"):
        read_goal_tables(path)
    with pytest.raises(BscError, match="nothing is overwritten"):
        write_goal_template(path)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("ratings.csv", "EG01,5", "EG01,6", r"ratings.csv, line 2, field 2: a rating is .* Got: 6. Allowed: 1 \(not"),
        ("ratings.csv", "EG01,5", "EG01,0", "line 2, field 2: .* Got: 0"),
        ("ratings.csv", "EG01,5", "EG01,3.5", "line 2, field 2: .* Got: 3.5"),
        ("ratings.csv", "EG01,5", "EG01,", "an empty cell.*rate every goal"),
        ("ratings.csv", "EG01,5\n", "", "missing among the enterprise goals. Got: EG01"),
        ("ratings.csv", "EG02", "EG01", "stand twice among the enterprise goals. Got: EG01"),
        (
            "enterprise_goals.csv",
            "EG01,2",
            "EG01,3",
            r"goals.csv, line 2, field 2: .* Got: 3. .*2 \(primary",
        ),
        ("enterprise_goals.csv", "EG01,2", "EG01,P", "Got: P.*write 2 for P and 1 for S"),
        ("enterprise_goals.csv", "EG01,2", "EG01,-1", "Got: -1"),
        ("enterprise_goals.csv", "AG13", "AG12", "missing among the alignment goals. Got: AG13"),
        ("alignment_goals.csv", "DSS06", "DSS07", "no such id among the objectives. Got: DSS07"),
        ("alignment_goals.csv", "AG13", "AG14", "this is COBIT 5, which has 17 alignment goals"),
    ],
)
def test_a_fault_is_named_with_its_place(folder, file, old, new, says):
    edit(folder / file, old, new)
    with pytest.raises(BscError, match=says):
        read_goal_tables(folder)


def test_a_table_of_cobit_5_is_told_by_its_17_goals(folder):
    table = pd.DataFrame(1, index=COBIT_5["EG"], columns=COBIT_5["AG"])
    table.to_csv(folder / "enterprise_goals.csv", index_label="goal")
    with pytest.raises(BscError, match=r"COBIT 5, which has 17 enterprise goals; COBIT 2019 has 13.*EG14, EG15"):
        read_goal_tables(folder)


def test_processes_of_cobit_5_are_told_from_objectives(folder):
    counts = {"EDM": 5, "APO": 13, "BAI": 10, "DSS": 6, "MEA": 3}
    processes = [f"{domain}{n:02}" for domain, count in counts.items() for n in range(1, count + 1)]
    EXAMPLE.objectives[processes].to_csv(folder / "alignment_goals.csv", index_label="goal")
    with pytest.raises(BscError, match="37 processes; COBIT 2019 has 40"):
        read_goal_tables(folder)


def test_all_faults_are_raised_together(folder):
    edit(folder / "ratings.csv", "EG01,5", "EG01,9")
    edit(folder / "enterprise_goals.csv", "EG01,2", "EG01,7")
    (folder / "alignment_goals.csv").unlink()
    with pytest.raises(BscError) as caught:
        read_goal_tables(folder)
    assert [fault.got for fault in caught.value.faults] == ["7", "", "9"]


def test_a_formula_that_was_never_saved_is_no_number(tmp_path):
    with pytest.raises(BscError, match=r"DF2map!C3: .*Got: =1\+1.*open the workbook in Excel and save it"):
        read_goal_tables(toolkit(tmp_path / "toolkit.xlsx", C3="=1+1"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("nothing-here", None, "no such file or folder.*cobit-example"),
        ("text.csv", b"a,b\n1,2\n", "no table of enterprise goals and alignment goals"),
        ("empty.csv", b"", "empty.csv: the file is empty"),
        ("broken.xlsx", b"PK\x03\x04", "broken.xlsx"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, content, says):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BscError, match=says):
        read_goal_tables(tmp_path / name)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"EG01": 0}, "ratings, EG01: .* Got: 0"),
        ({"EG01": 6}, "Got: 6"),
        ({"EG01": True}, "Got: TRUE"),
        ({"EG01": float("nan")}, "Got: nan"),
        ({"EG01": "high"}, "Got: high"),
        ({"EG14": 3}, "COBIT 5"),
        ({"goal 1": 3}, "no such id among the enterprise goals. Got: goal 1"),
    ],
)
def test_ratings_given_by_hand_are_checked(change, says):
    with pytest.raises(BscError, match=says):
        check_ratings({**EXAMPLE.ratings, **change})


def test_ratings_come_out_in_order():
    backwards = dict(reversed(list(EXAMPLE.ratings.items())))
    assert check_ratings({id: str(value) for id, value in backwards.items()}).equals(EXAMPLE.ratings)
    assert re.fullmatch("EG01", check_ratings(backwards).index[0])
