"""Noise that hits many KPIs in the same month."""

import numpy as np
import pandas as pd
import pytest
from worlds import card_of, long

from bsclib.scenarios.common_noise import find_common_noise
from bsclib.scenarios.fitting import fit_map

APART = np.zeros((10, 10), dtype=bool)


def noise(common, seed=1, months=60):
    random = np.random.default_rng(seed)
    shared = random.normal(size=months)
    return np.sqrt(1 - common) * random.normal(size=(10, months)) + np.sqrt(common) * shared


def test_what_all_share_is_found_and_what_a_link_joins_is_left_out():
    found = find_common_noise(noise(0.5), APART)
    assert (found.load**2).mean() == pytest.approx(0.5, abs=0.15)
    rest, joined = noise(0.5), APART.copy()
    rest[1] += 2 * rest[0]
    joined[0, 1] = joined[1, 0] = True
    found = find_common_noise(rest, joined)
    assert found.load[0] ** 2 == pytest.approx(0.5, abs=0.25)


def test_noise_of_its_own_shares_nothing():
    none = [find_common_noise(noise(0.0, seed), APART).load.any() for seed in range(20)]
    assert np.mean(none) < 0.3
    assert not find_common_noise(np.full((10, 60), np.nan), APART).load.any()
    assert not find_common_noise(noise(0.9)[:2], APART[:2, :2]).load.any()


@pytest.mark.parametrize("by", [0.0, 0.6])
def test_within_the_month_common_noise_is_no_effect(by):
    off = []
    for seed in range(8):
        values = noise(0.5, seed).T
        values[:, 1] += by * values[:, 0]
        names = [f"k{k}" for k in range(10)]
        links = [{"cause": "k0", "effect": "k1", "sign": "+", "lag": 0}]
        fit = fit_map(card_of(names, links), long(pd.DataFrame(20 + values, columns=names)))
        off.append(fit.equations[1].by[:, 0].mean() - by)
    assert abs(np.mean(off)) < 0.2  # regressed on each other alone it is 0.5 too much
