"""A notebook with a bit of everything shows on warm kernels, cell by cell, what it shows when papermill runs it."""

import nbformat
import pytest
from faithful import faithful, shown, widgets
from kernel_runs import run

from bsclib.batch.kernels.jobs import why_ordinary
from bsclib.batch.kernels.provisioner import ThisPython

pytestmark = [pytest.mark.system, pytest.mark.skipif(why_ordinary() != "", reason="no warm kernels here")]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The notebook as papermill runs it and as warm kernels do, in the same folder."""
    import papermill
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    folder = tmp_path_factory.mktemp("both")
    nbformat.write(faithful(), folder / "in.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MPLBACKEND", raising=False)
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # ipykernel would not look at files 1 and 2
        patch.setenv("PYTHONHASHSEED", "0")
        (found,) = run([("faithful", faithful())], folder, workers=1, memory=1.0, timeout=60)["faithful"]
        for final in (False, True):
            try:
                papermill.execute_notebook(
                    str(folder / "in.ipynb"),
                    str(folder / "out.ipynb"),
                    progress_bar=False,
                    cwd=str(folder),
                    kernel_manager_class=ThisPython,
                    iopub_timeout=60,
                    execution_timeout=60,
                    extra_arguments=["--log-level=ERROR"],
                )
            except PapermillExecutionError:  # in the end it minds the errors that are meant
                break
            except CellTimeoutError:  # on a busy machine a kernel may lose what it was asked, and both wait for ever
                if final:
                    raise
    theirs = nbformat.read(folder / "out.ipynb", as_version=4)
    theirs.cells = [cell for cell in theirs.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", ())]
    return theirs, found


def test_every_cell_shows_the_same(both):
    theirs, ours = both
    assert ours.result.failure is None
    pairs = list(zip(theirs.cells, ours.notebook["cells"], strict=True))
    assert len(pairs) > 50
    assert [shown(cell) for cell, _ in pairs] == [shown(cell) for _, cell in pairs]


def test_cells_are_counted_the_same(both):
    theirs, ours = both
    counts = [[cell.get("execution_count") for cell in one] for one in (theirs.cells, ours.notebook["cells"])]
    assert counts[0] == counts[1]


def test_widgets_are_kept_the_same(both):
    theirs, ours = both
    assert len(widgets(theirs)) == 12
    assert widgets(theirs) == widgets(ours.notebook)


def test_the_notebook_is_valid_and_holds_no_time(both):
    _, ours = both
    nbformat.validate(nbformat.from_dict(ours.notebook))
    assert all(set(cell["metadata"]["papermill"]) == {"exception", "status"} for cell in ours.notebook["cells"])
    assert "execution" not in ours.notebook["cells"][0]["metadata"]
    assert ours.notebook["metadata"]["language_info"] == both[0].metadata.language_info


def test_widgets_are_named_the_same_each_time(both):
    kept = both[1].notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert sorted(kept) == [f"{number:032x}" for number in range(1, len(kept) + 1)]
