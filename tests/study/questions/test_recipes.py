"""The recipes: numbers that anybody can redo."""

from random import Random

import numpy as np
import pytest

from bsclib.study.questions.recipes import RECIPES


def drawn(name, seed=3):
    return RECIPES[name].draw(Random(seed))


@pytest.mark.parametrize("name", RECIPES)
def test_every_result_is_a_number_for_every_seed(name):
    for seed in range(40):
        given, results = drawn(name, seed)
        assert np.isfinite([*given.values(), *results.values()]).all()
        assert tuple(results) == RECIPES[name].results
        assert given.keys() == RECIPES[name].given
