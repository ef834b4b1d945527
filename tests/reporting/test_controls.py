"""What controls share; how they behave is held in a real browser, in `study`."""

from bsclib.reporting.controls import group_label


def test_texts_do_not_act():
    label = group_label('Is "it" <b>?', focus=True)
    assert 'data-label="Is &quot;it&quot; &lt;b&gt;?"' in label
    assert 'data-focus="yes"' in label
    assert label.count('"') == 10
