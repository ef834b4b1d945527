"""What controls share; how they behave is held in a real browser, in `widgets` and `study`."""

from bsclib.reporting.controls import attended, group_label, no_image, said


def test_texts_do_not_act():
    assert said("<b>") == '<p role="status" class="mathjax_ignore">&lt;b&gt;</p>'
    label = group_label('Is "it" <b>?', focus=True)
    assert 'data-label="Is &quot;it&quot; &lt;b&gt;?"' in label
    assert 'data-focus="yes"' in label
    assert label.count('"') == 10
    assert no_image().startswith('<img alt=""')


def test_nobody_is_there_in_a_test():
    assert not attended()
