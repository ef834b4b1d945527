import pytest

from bsclib.model.formula import identity, quantities, scale


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


@pytest.mark.parametrize(
    ("formula", "above", "below"),
    [
        ("open_tickets", "open_tickets", ""),
        ("100 * met / tickets", "met", "tickets"),
        ("restore_minutes / incidents / 60", "restore_minutes", "incidents"),
        ("100 * (it_spend - it_budget) / it_budget", "it_spend it_budget", "it_budget"),
        ("100 * (1 - failed / changes)", "failed", "changes"),
        ("-a + +b", "a b", ""),
        ("a / (b / c)", "a c", "b"),
        ("a / (b + c)", "a", "b c"),
        ("  met / tickets  ", "met", "tickets"),
        ("hours / 60", "hours", ""),
        ("100", "", ""),
        ("median of days", "", ""),
        ("mean(days)", "", ""),
        ("a ** 2", "", ""),
        ("a if b else c", "", ""),
        ("'text' * 2", "", ""),
        ("True / a", "", ""),
        ("(" * 500, "", ""),
        ("a+" * 20000 + "a", "", ""),
        ("", "", ""),
    ],
)
def test_names_above_and_below_the_fraction_line(formula, above, below):
    assert quantities(formula) == (frozenset(above.split()), frozenset(below.split()))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("100 * (it_spend - it_budget) / it_budget", "it_spend / users", True),  # shared above both
        ("100 * run_spend / it_spend", "it_spend / users", True),  # above one, below the other
        ("tickets", "met / tickets", True),
        ("restore_minutes / incidents / 60", "100 * met / tickets", False),  # nothing shared
        ("100 * met / tickets", "100 * reopened / tickets", False),  # only what they divide by
        ("median of days", "median of days", False),  # no arithmetic
        ("", "", False),
        ("60", "60", False),
    ],
)
def test_identities(a, b, same):
    assert identity(a, b) is same
    assert identity(b, a) is same
