import string

import numpy as np
import pytest

from bsclib.scoring.published import METHODS
from bsclib.scoring.rules import ROUNDINGS
from bsclib.scoring.steps import evaluate

PARTS = {"attainment", "status", "roll_up", "missing", "expected", "weights", "aggregate"}


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_an_entry_is_whole(method):
    assert method.name.isidentifier()
    assert method.part in PARTS
    assert method.rule
    assert method.source
    assert method.rounding in ROUNDINGS
    assert method.better in ("higher", "lower", "either")


@pytest.mark.parametrize("method", [one for one in METHODS.values() if one.bands], ids=lambda method: method.name)
def test_bands_tile_the_line(method):
    assert len(method.bands.words) == len(method.bands.edges) + 1
    assert (np.diff(method.bands.edges) > 0).all()
    line = np.linspace(method.bands.edges[0] - 1, method.bands.edges[-1] + 1, 999)
    assert set(method.bands.labels(line)) == set(method.bands.words)


@pytest.mark.parametrize("method", [one for one in METHODS.values() if one.worked], ids=lambda method: method.name)
def test_the_line_of_arithmetic_is_the_rule(method):
    """The line shown in an explanation, worked out, gives what the rule gives."""
    numbers = {"actual": 62.0, "floor": 20.0, "expected": 80.0, "min": 20.0, "max": 80.0, "baseline": 30.0}
    numbers |= {"target": 80.0, "goal": 80.0, "red": 60.0, "worst": 20.0, "best": 90.0}
    edges = [20.0, 50.0, 80.0, 100.0]
    given = {"anchors": [(20.0, 0.0), (80.0, 100.0)], "edges": edges, "band": (60.0, 70.0), "checkins": 4.0}
    taken = {name: numbers[name] for name in method.takes if name in numbers}
    taken |= {name: given[name] for name in method.takes if name in given}
    own = float(method.compute(62.0, **taken | ({"sign": 1.0} if "sign" in method.takes else {})))
    if callable(method.worked):
        line = method.worked(**{**numbers, **taken, "own": own})
    else:
        names = {name for _, name, _, _ in string.Formatter().parse(method.worked) if name}
        assert names <= {"actual", "floor", "expected", *method.takes}
        line = method.worked.format(**numbers)
    assert evaluate(line.split(" = ")[-1]) == pytest.approx(own)


def test_the_kit_comes_first():
    assert next(iter(METHODS)) == "kit"
