"""Departures that were not observed, and how those of many KPIs go together."""

import numpy as np
import pytest

from bsclib.scenarios.departures import filled, noise_root

NAN = np.nan


def test_a_gap_is_filled_by_what_is_expected_between_its_neighbours():
    # Of a series of first order, one month between two: own · (before + after) / (1 + own²).
    assert filled(np.array([2.0, NAN, 4.0]), 0.5)[1] == pytest.approx(0.5 * 6 / 1.25)
    assert filled(np.array([2.0, NAN, NAN, 5.0]), 1.0)[1:3] == pytest.approx([3, 4], abs=0.01)


def test_before_the_first_it_fades_and_after_the_latest_nothing_is_said():
    assert filled(np.array([NAN, NAN, 4.0, NAN]), 0.5) == pytest.approx([1, 2, 4, NAN], nan_ok=True)
    assert np.isnan(filled(np.full(3, NAN), 0.5)).all()


def test_a_gap_in_noise_is_next_to_nothing():
    assert filled(np.array([2.0, NAN, 4.0]), 0.0)[1] == pytest.approx(0, abs=1e-5)


def test_noise_that_hits_all_alike_is_drawn_together():
    rng = np.random.default_rng(1)
    rest = np.sqrt(0.5) * (rng.normal(size=(8, 60)) + rng.normal(size=60))
    root = noise_root(rest)
    assert (root @ root.T)[np.triu_indices(8, 1)].mean() == pytest.approx(0.5, abs=0.15)
    assert np.diag(root @ root.T) == pytest.approx(1)


def test_noise_of_its_own_is_drawn_apart_and_gaps_spoil_nothing():
    rng = np.random.default_rng(2)
    rest = rng.normal(size=(8, 60))
    rest[3] = NAN
    rest[5, ::2] = NAN
    root = noise_root(rest)
    assert np.abs(root @ root.T - np.eye(8)).max() < 0.2
    assert (root[3] == np.eye(8)[3]).all()
    assert (noise_root(np.full((2, 5), NAN)) == np.eye(2)).all()
