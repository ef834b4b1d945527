import numpy as np
import pytest

from bsclib.errors import BscError
from bsclib.model.random import check_draws, generator


@pytest.mark.parametrize("rng", ["1", -1, 1.5, True, np.random])
def test_what_makes_no_random_numbers(rng):
    with pytest.raises(BscError, match="makes no random numbers"):
        generator(rng, 1)


def test_seeds_and_generators():
    assert generator(None, 7).random() == generator(7, 1).random() == generator(np.int64(7), 1).random()
    given = np.random.default_rng(3)
    assert generator(given, 1) is given


@pytest.mark.parametrize("draws", [0, -1, 1.0, "10", True, 10**9, None])
def test_draws_that_cannot_be(draws):
    with pytest.raises(BscError, match="so many cannot be drawn"):
        check_draws(draws)
