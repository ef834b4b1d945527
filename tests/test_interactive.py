import sys
from types import SimpleNamespace

from bsclib.interactive import at_keyboard, attended


def test_nobody_is_there_in_a_test():
    assert not attended()
    assert not at_keyboard()


def test_voila_shows_controls_to_many_and_keeps_nothing_for_them(monkeypatch):
    kernel = SimpleNamespace(get_parent=lambda channel: {"content": {"allow_stdin": False}})
    shell = SimpleNamespace(kernel=kernel)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    assert attended()
    assert not at_keyboard()
