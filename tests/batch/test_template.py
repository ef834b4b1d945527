import copy
import json
import math

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks_made import PARAMETERS, code, markdown, notebook

from bsclib.batch.template import find_notebook, parameters_cell, read_template
from bsclib.errors import ReportError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ASKS = code(PARAMETERS, "parameters")


def tags(filled):
    return [(cell["metadata"].get("tags") or [cell["source"]])[0] for cell in filled["cells"]]


def same(one, two):
    if isinstance(one, float):
        return one == two or (math.isnan(one) and math.isnan(two))
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[key], two[key]) for key in one)
    return type(one) is type(two) and one == two


@given(VALUES)
def test_the_notebook_receives_the_very_value(value):
    names = {}
    exec(parameters_cell({"given": value}), names)
    assert same(names["given"], value)


@pytest.fixture(scope="module")
def papermill():
    from papermill.translators import PythonTranslator

    return PythonTranslator


@given(values=st.dictionaries(st.sampled_from(["unit", "months"]), VALUES))
def test_the_cell_is_papermills(papermill, values):
    assert parameters_cell(values) == papermill.codify(values)


def test_code_quotes_and_line_breaks_stay_text():
    names = {}
    exec(parameters_cell({"unit": '"; import os; os._exit(1)\n\'\'\' """ \\ {x} %s'}), names)
    assert names["unit"] == '"; import os; os._exit(1)\n\'\'\' """ \\ {x} %s'


def test_values_stand_after_the_parameters_or_take_the_place_of_earlier_ones():
    assert tags(read_template(notebook(markdown("a"), ASKS, code("b"))).fill({"months": 1})) == [
        "a",
        "parameters",
        "injected-parameters",
        "b",
    ]
    again = notebook(ASKS, code("old", "injected-parameters"), code("b"))
    filled = read_template(again).fill({"months": 1})
    assert tags(filled) == ["parameters", "injected-parameters", "b"]
    assert filled["cells"][1]["source"] == "# Parameters\nmonths = 1\n"
    assert tags(read_template(notebook(ASKS, code("b"))).fill({})) == ["parameters", "b"]


def test_a_filled_notebook_is_valid_and_the_same_every_time(tmp_path):
    made = copy.deepcopy(notebook(markdown("a"), ASKS, code("b")))
    made["nbformat_minor"] = 4
    for cell in made["cells"]:
        del cell["id"]
    made["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    made["metadata"]["papermill"] = {"start_time": "2026-01-01"}
    (tmp_path / "a.ipynb").write_text(json.dumps(made))
    first, second = (read_template(tmp_path / "a.ipynb").fill({"months": 1}) for _ in range(2))
    assert first == second
    nbformat.validate(nbformat.from_dict(first))
    assert first["metadata"]["papermill"] == {"parameters": {"months": 1}, "input_path": "a.ipynb"}
    assert not first["cells"][-1]["outputs"]


def test_ids_that_stand_twice_or_are_none_get_new_ones():
    made = notebook(code("a"), code("b"), code("c"))
    for cell, id in zip(made["cells"], ["x", "x", "not an id"], strict=True):
        cell["id"] = id
    assert [cell["id"] for cell in read_template(made).before + read_template(made).after] == ["x", "cell-2", "cell-3"]


def test_the_hash_is_of_what_runs_not_of_what_came_of_it():
    made = notebook(ASKS, code("b"))
    before = read_template(made).sha256
    made["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    made["cells"][1]["execution_count"] = 7
    assert read_template(made).sha256 == before
    made["cells"][1]["source"] = "c"
    assert read_template(made).sha256 != before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"cells": [{"cell_type": "heading", "source": "x"}]}, r"cell 1: this is not a valid notebook's cell"),
        ({"cells": [{"cell_type": "code", "source": 3}]}, "not a valid notebook's cell"),
        ({"cells": ["x"]}, "not a valid notebook's cell"),
        ({"cells": [], "metadata": {"kernelspec": {"name": "ir", "language": "R"}}}, "not in Python. Got: R"),
    ],
)
def test_what_is_no_notebook_of_ours_is_refused(content, said):
    with pytest.raises(ReportError, match=said):
        read_template(content)


def test_a_notebook_that_ships_goes_by_its_name_and_a_file_wins(tmp_path, monkeypatch):
    assert find_notebook("03_scoring").suffix == ".ipynb"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "03_scoring").write_text("mine")
    assert str(find_notebook("03_scoring")) == "03_scoring"
    with pytest.raises(ReportError, match="gone: the notebook cannot be read"):
        read_template("gone")
