from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from bsclib.design.selection.matrices import MOST_NAMED, number, per_column, places, read_matrix, read_square
from bsclib.errors import BscError

FRAME = pd.DataFrame([[1, "1/2"], [Fraction(1, 4), 8.0]], index=["a", "b"], columns=["x", "y"])


def test_a_frame_keeps_its_names():
    found = read_matrix(FRAME, "the table")
    assert found.values.tolist() == [[1, 0.5], [0.25, 8]]
    assert (found.rows, found.columns, found.named) == (("a", "b"), ("x", "y"), True)
    assert (found.cell(0, 1), found.row(1), found.column(1)) == ("a, y", "b", "y")
    assert found.by_row(np.array([1.0, 2.0])).to_dict() == {"a": 1, "b": 2}


def test_an_array_is_counted_from_one():
    found = read_matrix(np.array([[1, 2]]), "the table", between=" over ")
    assert found.cell(0, 1) == "row 1, column 2"
    assert isinstance(found.by_row(np.array([1.0])), np.ndarray)


def test_what_is_given_stays_as_it_is():
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    read_matrix(given, "the table").values[0, 0] = 9
    assert given[0, 0] == 1


@pytest.mark.parametrize("cell", [None, float("nan"), "", "  ", pd.NA, pd.NaT, np.nan])
def test_empty_cells(cell):
    with pytest.raises(BscError, match=r"the table: no value for row 1, column 2. Fix: fill it in"):
        read_matrix([[1, cell]], "the table", fix="fill it in")


@pytest.mark.parametrize("cell", ["x", "1/0", True, np.bool_(False), [1], 1j, float("-inf"), "1e999"])
def test_cells_that_are_no_numbers(cell):
    row = np.empty((1, 2), dtype=object)
    row[0, 0], row[0, 1] = 1, cell
    with pytest.raises(BscError, match=r"the table: row 1, column 2 is no number. Got: "):
        read_matrix(row, "the table")
    assert number(cell) is None


def test_numbers_of_many_kinds():
    found = read_matrix([[np.int8(3), np.float32(0.5), "2.5", " 1/8 ", Fraction(3, 2)]], "the table")
    assert found.values.tolist() == [[3, 0.5, 2.5, 0.125, 1.5]]
    assert read_matrix(pd.DataFrame({"x": pd.array([1, 2], dtype="Int64")}), "the table").values.tolist() == [[1], [2]]


def test_few_places_are_named_and_the_rest_counted():
    assert places(lambda i: f"k{i}", np.ones(MOST_NAMED, dtype=bool)).endswith("k7")
    assert places(lambda i, j: f"{i}, {j}", np.ones((1, MOST_NAMED + 3), dtype=bool)).endswith("0, 6; 0, 7 and 3 more")
    with pytest.raises(BscError) as caught:
        read_matrix([["x"] * 50], "the table")
    assert len(caught.value.faults) == MOST_NAMED


def test_square():
    assert read_square([[1, 2], [3, 4]], "the table", " on ", "").cell(0, 1) == "row 1, column 2"
    turned = read_square(FRAME.set_axis(["y", "x"], axis=1).set_axis(["x", "y"]), "the table", " on ", "")
    assert turned.columns == ("x", "y")
    assert turned.values.tolist() == [[0.5, 1], [8, 0.25]]
    with pytest.raises(BscError, match="rows and columns are named differently"):
        read_square(FRAME, "the table", " on ", "")


class TestOneForEachColumn:
    NAMED, BARE = read_matrix(FRAME, "the table"), read_matrix([[1, 2]], "the table")

    @pytest.mark.parametrize(
        "given", [[3, 4], (3, 4), np.array([3, 4]), pd.Series([3, 4]), {"y": 4, "x": 3}, pd.Series({"y": 4, "x": 3})]
    )
    def test_by_place_or_by_name(self, given):
        assert per_column(given, self.NAMED, "weights") == [3, 4]

    def test_names_say_nothing_to_a_bare_array(self):
        assert per_column(pd.Series({"y": 4, "x": 3}), self.BARE, "weights") == [4, 3]

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ([1], "Got: 1 for 2 criteria"),
            ("12", "Got: '12'"),
            (None, "Got: None"),
            ({"x": 1}, "Got: none for y. Allowed: x, y"),
            ({"x": 1, "y": 2, "z": 3}, "Got: one for z. Allowed"),
        ],
    )
    def test_too_few_too_many_or_others(self, given, says):
        with pytest.raises(BscError, match=f"weights: there is not one for each criterion. {says}"):
            per_column(given, self.NAMED, "weights")
