"""The made-up tables have the shape of COBIT's, and nothing in them is idle."""

from bsclib.files.goal_tables import read_goal_tables
from tools.datasets.cobit import SEED, goal_tables


def test_every_goal_is_primary_for_somebody_both_ways():
    tables = read_goal_tables("cobit-example")
    for table in (tables.goals, tables.objectives):
        assert (table == 2).any(axis=0).all()
        assert (table == 2).any(axis=1).all()
        assert 0.1 < (table > 0).to_numpy().mean() < 0.6


def test_they_are_drawn_not_copied():
    """The seed alone makes them: the same bytes each time."""
    assert isinstance(SEED, int)
    again = goal_tables()
    assert all(table.equals(again[name]) for name, table in goal_tables().items())
