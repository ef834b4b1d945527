import os
import sys
import warnings

import pytest
from faults import made
from hypothesis import given
from hypothesis import strategies as st

from bsclib.batch.kernels.preloading import (
    TaintedError,
    draw_once,
    imported_by,
    is_installed,
    no_more_threads,
    preload,
    threads,
)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b as c, d", ["a.b", "d"]),
        ("from a import b, c as d\nfrom e import *", ["a", "a.b", "a.c", "e"]),
        ("from . import a\nfrom .b import c", []),
        ("def f():\n    import late", ["late"]),
        ("%matplotlib inline\n!ls\nimport a\n?a", ["a"]),
        ("import a\nx = (", ["a"]),
        ("x = 'import b'", []),
        ("# import c", []),
        ("from a.b import c\nfor x in", ["a.b"]),
    ],
)
def test_imports_are_read_from_code_that_may_not_be_python(source, names):
    assert imported_by(made([source])) == names


def test_words_are_not_code():
    notebook = made(["import a"])
    notebook.cells[0].cell_type = "markdown"
    assert imported_by(notebook) == []
    assert imported_by({"cells": [{"cell_type": "code", "source": ["import a\n", "import b"]}]}) == ["a", "b"]


@given(st.text(max_size=60))
def test_any_text_can_be_read(source):
    assert all(name for name in imported_by(made([source])))


def test_what_lies_beside_a_notebook_is_not_installed(tmp_path, monkeypatch):
    (tmp_path / "beside_it.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not is_installed("beside_it", "/nowhere/")
    assert is_installed("beside_it", f"{tmp_path}{os.sep}")
    preload(["beside_it"], "/nowhere/")
    assert "beside_it" not in sys.modules


def test_what_python_brings_and_what_was_installed_is():
    assert all(is_installed(name, "/nowhere/") for name in ("json", "sys", "pandas", "numpy.linalg", "_thread"))
    assert not is_installed("no_such_module", "/nowhere/")
    assert not is_installed("json.no_such_module", "/nowhere/")


@pytest.fixture
def ours(tmp_path, monkeypatch):
    """A folder whose modules count as installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("print('hello')", "prints"),
        ("import os; os.write(2, b'hello')", "prints"),
        ("import sys; sys.stderr.write('x')", "prints"),
        ("import warnings; warnings.warn('mind')", "warns"),
        (
            "import threading, time; threading.Thread(target=time.sleep, args=(3,), daemon=True).start()",
            "started a thread",
        ),
        ("import os; os.chdir('/')", "the current folder"),
        ("import sys; sys.excepthook = print", "how errors are shown"),
        ("import signal; signal.signal(signal.SIGTERM, lambda *_: 0)", "how signals are handled"),
        ("import matplotlib; matplotlib.rcParams['figure.dpi'] = 7", "matplotlib's settings"),
    ],
)
def test_an_import_that_leaves_more_than_modules_taints(ours, monkeypatch, source, how):
    import signal

    import matplotlib

    monkeypatch.chdir(ours)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (ours / "tainting.py").write_text(source)
    handler = signal.getsignal(signal.SIGTERM)
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("default")
        with pytest.raises(TaintedError, match=how) as caught:
            preload(["json", "tainting"], f"{ours}{os.sep}")
    signal.signal(signal.SIGTERM, handler)
    assert caught.value.name == "tainting"


def test_an_import_that_fails_or_is_to_be_skipped_is_passed_over(ours):
    (ours / "failing.py").write_text("1 / 0")
    (ours / "skipped.py").write_text("print('x')")
    (ours / "plain.py").write_text("import warnings\nwarnings.filterwarnings('ignore', 'planted here')")
    with warnings.catch_warnings():
        preload(["failing", "skipped", "skipped.sub", "plain", "plain.name", "no.such"], f"{ours}{os.sep}", ["skipped"])
        assert any(one[1] and one[1].pattern == "planted here" for one in warnings.filters)  # as an import leaves it
    assert "plain" in sys.modules
    assert "skipped" not in sys.modules


def test_a_thread_that_is_about_to_end_is_waited_for():
    import threading

    others = threads() - 1
    ending = threading.Event()
    thread = threading.Thread(target=ending.wait, args=(30,))
    thread.start()
    assert threads() == others + 2
    assert not no_more_threads(others + 1, 0.05)
    ending.set()
    thread.join()
    assert no_more_threads(others + 1)


def test_a_picture_is_drawn_once_where_matplotlib_is_imported_and_nothing_else_changes(monkeypatch):
    import matplotlib.figure

    drawn, settings, many = [], dict.copy(matplotlib.rcParams), threads()
    save = matplotlib.figure.Figure.savefig
    monkeypatch.setattr(
        matplotlib.figure.Figure, "savefig", lambda self, *to, **how: drawn.append(save(self, *to, **how))
    )
    draw_once()
    assert (drawn, dict.copy(matplotlib.rcParams), threads()) == ([None], settings, many)
    monkeypatch.delitem(sys.modules, "matplotlib.figure")
    draw_once()
    assert (len(drawn), "matplotlib.figure" in sys.modules) == (1, False)
