"""Forks do not share what a module made when it was imported: random generators, and hold of a stream."""

import random

import pytest
from faults import made
from kernel_runs import run

from bsclib.batch.kernels.jobs import why_ordinary
from bsclib.batch.kernels.seeds import Seeds

CELLS = [
    "import tests.made_at_import as made\nimport numpy, random",
    "made.drawn()",
    "made.log.warning('a line'); print('another', file=made.out)",
]
STATED = ["stated", "older_stated", "newer_stated", "long_stated"]


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    if why_ordinary():
        pytest.skip("no warm kernels here")
    return run([("all", made(CELLS))] * 3, tmp_path_factory.mktemp("forks"), workers=1)["all"]


def drawn(one):
    return eval(one.notebook["cells"][1]["outputs"][0]["data"]["text/plain"], {"np": __import__("numpy")})


@pytest.mark.system
def test_each_fork_draws_its_own_numbers_and_the_same_where_a_seed_is_stated(forks):
    every = [drawn(one) for one in forks]
    for numbers in zip(*(own for own, _ in every), strict=True):
        assert len(set(numbers)) == 3
    assert every[0][1] == every[1][1] == every[2][1]


@pytest.mark.system
def test_what_took_hold_of_a_stream_at_import_writes_to_the_kernels(forks):
    for one in forks:
        said = {output["name"]: output["text"] for output in one.notebook["cells"][2]["outputs"]}
        assert said == {"stderr": "a line\n", "stdout": "another\n"}


@pytest.mark.system
@pytest.mark.skipif(why_ordinary() != "", reason="no warm kernels here")
def test_what_a_package_imports_when_it_is_first_used_is_watched_too(tmp_path):
    found = run([("late", made(["import numpy", "numpy.random.rand()"]))] * 5, tmp_path / "in", workers=1)["late"]
    numbers = [one.notebook["cells"][1]["outputs"][0]["data"]["text/plain"] for one in found]
    assert len(set(numbers)) == 5


@pytest.mark.parametrize("stated", [False, True])
def test_the_generator_of_the_module_itself(stated):
    before, seeds = random.getstate(), Seeds()
    try:
        with seeds.watching():
            if stated:
                random.seed(7)
        seeds.gather()
        state = random.getstate()
        seeds.renew()
        assert (random.getstate() == state) == stated
    finally:
        random.setstate(before)


def test_nothing_is_left_changed():
    import secrets

    held = random.seed, random.Random.seed, secrets.randbits
    with Seeds().watching():
        pass
    assert (random.seed, random.Random.seed, secrets.randbits) == held
