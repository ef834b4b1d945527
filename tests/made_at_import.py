"""A module that makes, when it is imported, what libraries make: generators, and handlers that hold a stream."""

import logging
import random
import sys

import numpy as np

plain = random.Random()
stated = random.Random(7)
older = np.random.RandomState()
older_stated = np.random.RandomState(7)
newer = np.random.default_rng()
newer_stated = np.random.default_rng(7)
long_stated = np.random.default_rng(2**127 + 12345)


class Subclass(random.Random):
    """As sympy and faker have one."""


of_its_own = [Subclass()]
held = {"in a table": np.random.Generator(np.random.Philox())}

log = logging.getLogger("made_at_import")
log.propagate = False
log.addHandler(logging.StreamHandler())
out = sys.stdout


def drawn():
    """What comes next of each: those with a seed of their own, and those with a stated one."""
    from_the_system = [plain.random(), older.rand(), newer.random(), of_its_own[0].random()]
    from_the_system += [held["in a table"].random(), random.random(), np.random.rand()]  # noqa: NPY002 - it is what notebooks do
    return from_the_system, [stated.random(), older_stated.rand(), newer_stated.random(), long_stated.random()]
