import pytest

from bsclib.design.review.words import NOT_VERBS, VERBS, WORK, is_verb_and_object, nearly_same, work_word


@pytest.mark.parametrize(
    "name",
    [
        "Restore services fast",
        "Keep our people",
        "Be easy to do business with",
        "Re-engineer the core",
        "Modernise IT",
        "Containerize workloads",
        "Change often and safely",
        "Access every market",
    ],
)
def test_a_verb_and_an_object(name):
    assert is_verb_and_object(name) is True


@pytest.mark.parametrize(
    "name",
    [
        *("Innovation", "Modernise", "Service quality", "Our people", "Digital transformation", "The best desk"),
        *("Service for citizens", "Digital citizen", "Process improvement"),
        *("24/7 uptime", "Change management", "Value delivery", "Availability of systems", "Verfügbarkeit"),
    ],
)
def test_a_subject_is_not_what_is_wanted_of_it(name):
    assert is_verb_and_object(name) is False


@pytest.mark.parametrize(
    "name",
    [
        *("Kosten senken", "提高 服务 质量", "Mehr Umsatz", "2025", "%", "Rapidly restore it"),
        *("Service verbessern", "Innovation fördern", "Integration der Systeme vertiefen", "System ontwikkelen"),
        *("Process 95 % of claims automatically", "Access for everyone", "Value for money"),
    ],
)
def test_what_cannot_be_told_is_not_told(name):
    assert is_verb_and_object(name) is None


def test_no_word_is_a_verb_and_none():
    assert VERBS.isdisjoint(NOT_VERBS)
    assert all(word == word.casefold().strip() and word for word in (*VERBS, *NOT_VERBS, *WORK))


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Implement ITIL", "implement"),
        ("Roll  out tablets", "roll out"),
        ("MIGRATE to the cloud", "migrate"),
        ("Buy", "buy"),
        ("Implementations that hold", ""),
        ("Implementation of ITIL", "implementation of"),
        ("Roll-out of tablets", "roll-out"),
        ("Deploy changes safely", ""),
        ("Launch products faster", ""),
        ("Buy less, reuse more", ""),
        ("Deliver projects", ""),
        ("", ""),
    ],
)
def test_names_of_work(name, word):
    assert work_word(name) == word


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Restore services fast", "Restore services fast", True),
        ("Restore services fast", "restore our services fast", True),
        ("Satisfy users", "Satisfy the user", True),
        ("Users satisfied", "Satisfied users", True),
        ("Deliver projects on time", "Deliver projects on budget", False),
        ("Reach 2024", "Reach 2025", False),
        ("Increase cost awareness", "Decrease cost awareness", False),
        ("Restore services", "Restore services fast", False),
        ("Cut cost", "Cut cost cost", False),
        ("", "", False),
    ],
)
def test_names_that_say_the_same(one, other, same):
    assert nearly_same(one, other) is same
    assert nearly_same(other, one) is same
