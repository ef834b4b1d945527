"""What controls share; how they behave is held in a real browser, in `widgets` and `study`."""

import sys
from types import SimpleNamespace

from bsclib.reporting.controls import at_keyboard, attended, group_label, no_image, said


def test_texts_do_not_act():
    assert said("<b>") == '<p role="status" class="mathjax_ignore">&lt;b&gt;</p>'
    label = group_label('Is "it" <b>?', focus=True)
    assert 'data-label="Is &quot;it&quot; &lt;b&gt;?"' in label
    assert 'data-focus="yes"' in label
    assert label.count('"') == 10
    assert no_image().startswith('<img alt=""')


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
