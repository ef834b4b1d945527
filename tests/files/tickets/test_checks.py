"""What a ticket must not say, and numbers that stand more than once among very many."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from bsclib.files.tickets.checks import CONTRADICTED, REPEATED, check_numbers


def refused(rows):
    columns = {
        "number": pa.array([n for n, _ in rows], pa.string()),
        "unit": pa.array([u for _, u in rows], pa.string()),
    }
    refusals = check_numbers(pa.table(columns), ())
    return [refusals.reasons.get(i, ("", ""))[0] for i in range(len(rows))]


@given(st.lists(st.tuples(st.text("ab1é", min_size=1, max_size=3), st.sampled_from("xy")), min_size=1, max_size=40))
def test_a_number_counts_once_and_not_at_all_when_its_rows_differ(rows):
    expected, seen = [], set()
    for number, _ in rows:
        units = {u for n, u in rows if n == number}
        expected.append(CONTRADICTED if len(units) > 1 else REPEATED if number in seen else "")
        seen.add(number)
    assert refused(rows) == expected


def test_a_column_that_is_missing_everywhere_does_not_differ():
    rows = pa.table({"number": pa.array(["a", "a"]), "unit": pa.array([None, None], pa.string())})
    assert [kind for kind, _ in check_numbers(rows, ()).reasons.values()] == [REPEATED]
