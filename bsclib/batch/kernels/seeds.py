"""Random generators that took their seed from the system while modules were imported: each fork seeds them anew.

Without that every report would draw the same numbers, for a fork begins where its parent stands. Those that a library
seeded with a stated number stay as they are: an ordinary kernel draws the same numbers each time, too.
"""

from __future__ import annotations

import contextlib
import gc
import random
import secrets
import sys
import weakref
from collections.abc import Iterator
from typing import Any


class Seeds:
    """The generators of one process, as far as their seed came from the system."""

    def __init__(self) -> None:
        self._watching = False
        self._unstated: weakref.WeakSet[random.Random] = weakref.WeakSet([vars(random)["_inst"]])
        self._entropies: set[int] = set()  # what numpy's generators drew for a seed
        self._ours: list[Any] = [vars(random)["_inst"]]

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Note which generators are seeded, and from what, while modules are imported."""
        seed, draw = random.Random.seed, secrets.randbits

        def noting(generator: random.Random, a: Any = None, version: int = 2) -> None:
            with contextlib.suppress(TypeError):
                (self._unstated.add if a is None else self._unstated.discard)(generator)
            seed(generator, a, version)

        def noted(bits: int) -> int:  # numpy keeps this one, and asks it for every seed that is not stated
            entropy = draw(bits)
            if self._watching:
                self._entropies.add(entropy)
            return entropy

        module, function = vars(random), random.seed
        random.Random.seed, secrets.randbits, self._watching = noting, noted, True  # type: ignore[assignment,method-assign]
        module["seed"] = module["_inst"].seed
        try:
            yield
        finally:
            random.Random.seed, secrets.randbits, self._watching = seed, draw, False  # type: ignore[method-assign]
            module["seed"] = function

    def gather(self) -> None:
        """Find what was made since the last time; to be called before `gc.freeze`, which hides it."""
        numpy = sys.modules.get("numpy.random")
        kinds = (random.Random, *((numpy.Generator, numpy.RandomState) if numpy else ()))
        known = {id(generator) for generator in self._ours}
        for thing in gc.get_objects():
            if issubclass(type(thing), kinds) and id(thing) not in known:
                self._ours.append(thing)

    def renew(self) -> None:
        """Give each a seed of its own; called in a fork."""
        for generator in self._ours:
            with contextlib.suppress(Exception):  # whoever overrides `seed` may ask for more
                if isinstance(generator, random.Random):
                    if generator in self._unstated:
                        generator.seed()
                elif self._drew(generator):
                    _renew(generator)

    def _drew(self, generator: Any) -> bool:
        """Whether a generator of numpy drew its own seed."""
        bits = getattr(generator, "bit_generator", None) or getattr(generator, "_bit_generator", None)
        sequence = getattr(bits, "seed_seq", None) or getattr(bits, "_seed_seq", None)
        entropy = getattr(sequence, "entropy", None)
        return isinstance(entropy, int) and entropy in self._entropies


def _renew(generator: Any) -> None:
    if hasattr(generator, "seed"):  # numpy's older kind
        generator.seed()
    else:
        generator.bit_generator.state = type(generator.bit_generator)().state
