import copy
import json

import nbformat
import pytest
from notebooks_made import PARAMETERS, code, markdown, notebook

from bsclib.batch.template import find_notebook, read_template
from bsclib.errors import ReportError

ASKS = code(PARAMETERS, "parameters")


def test_a_template_is_valid_and_the_same_every_time(tmp_path):
    made = copy.deepcopy(notebook(markdown("a"), ASKS, code("b")))
    made["nbformat_minor"] = 4
    for cell in made["cells"]:
        del cell["id"]
    made["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    made["metadata"]["papermill"] = {"start_time": "2026-01-01"}
    (tmp_path / "a.ipynb").write_text(json.dumps(made))
    first, second = (read_template(tmp_path / "a.ipynb").content for _ in range(2))
    assert first == second
    nbformat.validate(nbformat.from_dict(first))
    assert first["metadata"]["papermill"] == {"parameters": {}}
    assert not first["cells"][-1]["outputs"]


def test_what_an_earlier_run_was_given_stays_until_something_else_is():
    made = notebook(ASKS, code("months = 3", "injected-parameters"), code("b"))
    made["metadata"]["papermill"] = {"parameters": {"months": 3}, "duration": 1.0}
    content = read_template(made).content
    assert [cell["source"] for cell in content["cells"]][1] == "months = 3"
    assert content["metadata"]["papermill"] == {"parameters": {"months": 3}}


@pytest.mark.parametrize("metadata", [{}, {"tags": None}, {"tags": "hide-input"}, {"tags": ["a", 3]}, None])
def test_tags_that_other_programs_write(metadata):
    made = {"cells": [{"cell_type": "code", "source": "1", "metadata": metadata}]}
    assert read_template(made).content["cells"][0]["metadata"]["tags"] in ([], ["hide-input"], ["a"])


@pytest.mark.parametrize(
    ("spec", "info"),
    [
        ({"name": "my_env", "display_name": "Mine"}, {"name": "python"}),
        ({"name": "my_env"}, None),
        ({"name": "conda-env-reports-py"}, {}),
        (None, None),
        ("python3", "python"),
        ({"name": "python3", "language": "Python"}, None),
    ],
)
def test_a_kernel_of_any_name_is_python_unless_something_says_otherwise(spec, info):
    read_template({"cells": [], "metadata": {"kernelspec": spec, "language_info": info}})


def test_ids_that_stand_twice_or_are_none_get_new_ones():
    made = notebook(code("a"), code("b"), code("c"))
    for cell, id in zip(made["cells"], ["x", "x", "not an id"], strict=True):
        cell["id"] = id
    assert [cell["id"] for cell in read_template(made).content["cells"]] == ["x", "cell-2", "cell-3"]


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
        ({"cells": [], "metadata": {"kernelspec": {"name": "julia-1.11"}}}, "not in Python. Got: julia-1.11"),
        ({"cells": [], "metadata": {"language_info": {"name": "R"}}}, "not in Python. Got: R"),
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


def test_code_for_learners_alone_is_left_out():
    cells = [code("1"), code("lesson.ask('x')", "exercise", "interactive-only"), code("2", "exercise")]
    kept = read_template(notebook(*cells)).content["cells"]
    assert [cell["source"] for cell in kept] == ["1", "2"]


def test_the_report_has_no_exercises():
    kept = [
        cell["source"] for cell in read_template("09_executive_report").content["cells"] if cell["cell_type"] == "code"
    ]
    assert not any("lesson" in source or "study" in source for source in kept[1:]), "but in the comment of a parameter"
    assert "briefing" in kept[-1]
