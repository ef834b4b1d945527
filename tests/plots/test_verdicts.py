import numpy as np
import pandas as pd
import pytest
import tested
from matplotlib.font_manager import FontProperties, findfont, get_font
from samples import desk

from bsclib.causality.evidence.judging import VERDICTS as JUDGED
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.graph import Arrow
from bsclib.model.status import VERDICTS
from bsclib.plots.palette import PAPER, contrast
from bsclib.plots.verdicts import LOOKS, _label, drawn_links, of_unit, smallest_effects, verdict_key, verdict_text


def test_every_verdict_has_a_symbol_and_a_line_of_its_own():
    assert tuple(VERDICTS) == tuple(LOOKS) == JUDGED
    assert len(set(VERDICTS.values())) == len({str(look["linestyle"]) for look in LOOKS.values()}) == len(VERDICTS)
    glyphs = get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap()
    assert all(ord(symbol) in glyphs for symbol in VERDICTS.values())
    assert all(contrast(look["color"], PAPER) >= 4.5 for look in LOOKS.values())


def test_labels_say_verdict_sign_and_lag():
    card = tested.chain()
    found = tested.evidence(card)
    assert [claim.label for claim in drawn_links(found, card)] == ["✓ −, 6 mo", "✗ +, 2 mo", "? +, 1 mo", "⊘"]
    other = found.assign(lag_found=found["lag_found"] + 1)
    assert [claim.label for claim in drawn_links(other, card)][:2] == ["✓ −, 7 mo, not 6", "✗ +, 2 mo"]


def test_only_supported_effects_have_a_size():
    card = tested.chain()
    sizes = [claim.size for claim in drawn_links(tested.evidence(card, sizes=[3, 0.2, 9, 1]), card)]
    assert sizes == [3.0, *[pytest.approx(np.nan, nan_ok=True)] * 3]
    supported = drawn_links(tested.evidence(card, ["supported"], sizes=[0.5, 2, 90]), card)
    assert [claim.look["linewidth"] for claim in supported] == pytest.approx([1.1, 2.2, 1.6, 1.6])
    default = tested.evidence(card, ["supported"], sizes=[0.5, 2, 90])
    default["smallest_effect"] = [7.0, 7.0, 30.0, np.nan]
    assert smallest_effects(default, card).tolist()[:3] == [0.5, 2.0, 30.0], "what a link states comes first"
    assert drawn_links(default, card)[2].look["linewidth"] == pytest.approx(3.3)
    assert drawn_links(default.iloc[[2, 0]], card)[0].size == 3.0, "rows are told apart by their index"


def test_an_arrow_says_when_another_lag_was_found():
    assert _label(Arrow("a", "b", "supported", "-", (2,)), 3) == "✓ −, 3 mo, not 2"
    assert _label(Arrow("a", "b", "refuted", "+", (2,)), 3) == "✗ +, 2 mo"
    assert verdict_text("too_little_data") == "? too little data"


def test_thickness_ends_somewhere():
    card = tested.chain()
    widths = [
        claim.look["linewidth"] for claim in drawn_links(tested.evidence(card, ["supported"], sizes=[500, 0]), card)
    ]
    assert widths[:2] == pytest.approx([4.4, 1.1])


def test_the_key_explains_what_occurs():
    card = tested.chain()
    names = [text for text, _ in verdict_key(drawn_links(tested.evidence(card, ["refuted"]), card))]
    assert names == ["✗ refuted"]
    names = [text for text, _ in verdict_key(drawn_links(tested.evidence(card), card))]
    assert [name[0] for name in names[:4]] == ["✓", "✗", "?", "⊘"]
    assert "4 times as large" in names[-1]


def test_which_unit_is_meant():
    card = tested.chain()
    north, whole = tested.evidence(card, unit="North"), tested.evidence(card)
    assert of_unit(north, None).equals(north)
    assert of_unit(pd.concat([whole, north]), "North").equals(north)
    assert of_unit(pd.concat([north, whole]), None).equals(whole)
    with pytest.raises(UnknownNameError, match=r"there is no unit in the evidence 'Nort'.*did you mean 'North'"):
        of_unit(north, "Nort")
    south = tested.evidence(card, unit="South")
    with pytest.raises(UnknownNameError, match=r"no evidence for the organisation as a whole\. Allowed: North, South"):
        of_unit(pd.concat([north, south]), None)
    assert of_unit(whole.iloc[:0], "North").empty


def test_evidence_about_another_scorecard_is_refused():
    with pytest.raises(BscError, match=r"does not have\. Got: cost, leavers, mttr"):
        drawn_links(tested.evidence(tested.chain()), desk(kpis=[{**desk_kpi(), "id": "load"}]))


def desk_kpi():
    return {"id": "load", "name": "Load", "objective": "fast", "direction": "within_range", "target": [70, 80]}
