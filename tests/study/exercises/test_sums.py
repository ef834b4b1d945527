import pytest

from bsclib.study.exercises.sums import sum_in_numbers

WAY = "100 × (19.65 − 30) / (12 − 30)"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("floor, due, actual = 30.0, 12.0, 19.65\nanswer = 100 * (actual - floor) / (due - floor)", WAY),
        (
            "by = 2\nhalf = by / 2\nanswer = half + 1.23456789",
            "2 / 2 + 1.23457",
        ),
        (
            "answer = 12 * (27 * 20 / 60 + 9)",
            "12 × (27 × 20 / 60 + 9)",
        ),
        ("answer = 5", ""),
        ("answer = -5", ""),
        ("answer = 2 * 0.5**8", ""),
        ("answer = sum([1, 2]) / 2", ""),
        ("import math\nanswer = 1 + 1", ""),
        ("answer = unknown + 1", ""),
        ('answer = "a" + "b"', ""),
    ],
    ids=["way", "step by step", "cost", "number", "negative", "power", "call", "import", "unknown", "text"],
)
def test_a_plain_sum_is_written_out(code, said):
    assert sum_in_numbers(code) == said
