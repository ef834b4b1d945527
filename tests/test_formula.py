import pytest

from bsclib.formula import scale


@pytest.mark.parametrize(
    ("formula", "factor"),
    [
        ("restore_minutes / incidents / 60", 1 / 60),
        ("100 * met / tickets", 100),
        ("met / tickets * 100", 100),
        ("1000 * (opened - closed) / users", 1000),
        ("(promoters - detractors) / answers * 100", 100),
        ("a / b", 1),
        ("opened - closed", 1),
        ("", 1),
        ("mean of the survey's answers", 1),
        ("a / 0", 1),
        ("(" * 500, 1),
    ],
)
def test_the_constant_factor(formula, factor):
    assert scale(formula) == pytest.approx(factor)
