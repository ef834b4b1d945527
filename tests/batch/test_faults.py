import pytest

from bsclib.batch.faults import cell_place, error_words, kept_in
from bsclib.errors import Fault

CELLS = [{"cell_type": "markdown", "source": "# Costs"}, {"cell_type": "code", "source": "x"}]


@pytest.mark.parametrize(
    ("ename", "evalue", "words"),
    [
        ("KeyError", "'mttr'", "the cell failed with KeyError: 'mttr'"),
        ("ValueError", "", "the cell failed with ValueError"),
        ("ActualsError", "a.csv, line 3: no number.", "a.csv, line 3: no number"),
        ("SystemExit", "0", "the cell ended the run before its end"),
    ],
)
def test_our_own_errors_are_sentences_and_others_are_named(ename, evalue, words):
    assert error_words(ename, evalue) == words


def test_a_cell_is_named_by_its_number_and_its_heading():
    given = {"cell_type": "code", "source": "months = 1", "metadata": {"tags": ["injected-parameters"]}}
    assert cell_place(CELLS, 1, "a.ipynb") == 'a.ipynb, cell 2 under "Costs"'
    assert cell_place([given, *CELLS[1:]], 1, "a.ipynb") == "a.ipynb, cell 1"
    assert cell_place(CELLS, -1, "a.ipynb") == cell_place(CELLS, 2, "a.ipynb") == "a.ipynb"


def test_a_fault_says_where_the_notebook_is_kept():
    kept = "the notebook as far as it ran is kept in a.failed.ipynb"
    assert kept_in(Fault("a", "no"), "a.failed.ipynb").fix == kept
    assert kept_in(Fault("a", "no", fix="mend it"), "a.failed.ipynb").fix == f"mend it; {kept}"
