from bsclib.batch.kernels.jobs import failure_of


def test_an_error_is_put_into_words():
    assert failure_of(2, "KeyError", "'mttr'").what == "the cell failed with KeyError: 'mttr'"
    assert failure_of(2, "ValueError", "x" * 20_000).evalue == "x" * 10_000 + "…"
