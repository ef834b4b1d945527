"""Cells as exports write them: nothing, mappings, amounts, durations, yes and no in five languages."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.files.tickets import cells
from bsclib.files.tickets.cells import read_span


def column(*texts):
    return pa.array(texts, pa.string())


@pytest.mark.parametrize("nothing", ["", "  ", "?", "-", "–", "NaN", "n/a", "NULL", "None", "(empty)", "#N/A", "[]"])
def test_what_stands_for_nothing(nothing):
    assert cells.texts(column(nothing, " x ")).to_pylist() == [None, "x"]


def test_coded_texts_stay_coded_and_lose_what_stands_for_nothing():
    coded = column("?", " a", "b", "?", None, "a ").dictionary_encode()
    found = cells.texts(coded)
    assert pa.types.is_dictionary(found.type)
    assert found.to_pylist() == [None, "a", "b", None, None, "a"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("{'link': 'https://x.example', 'value': '5137'}", "5137"), ('{"display_value": "Desk", "value": "1"}', "Desk"),
     ("{'self': 'https://x.example', 'name': 'Done', 'id': '3'}", "Done"), ("{odd}", "{odd}")],
)  # fmt: skip
def test_a_mapping_is_its_value(cell, value):
    assert cells.texts(column(cell)).to_pylist() == [value]


def test_values_that_are_no_texts():
    assert cells.texts(pa.array([1, None])).to_pylist() == ["1", None]
    assert cells.texts(pa.array([1.0, 2.5, float("nan")])).to_pylist() == ["1", "2.5", None]
    assert cells.texts(pa.array([True, False])).to_pylist() == ["True", "False"]


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [("4", ".", 4), ("-4.5", ".", -4.5), ("$6,279,429", ".", 6279429), ("1.234,5", ",", 1234.5),
     ("2050,36", ",", 2050.36), ("1 234,5 €", ",", 1234.5), ("EUR 12", ".", 12), ("R$ 1.000", ",", 1000),
     ("1'234.5", ".", 1234.5),
     ("3,87,16,91,111", ".", None), ("3,87,16,91,111", ",", None), ("1.234,5", ".", None), ("15 dias", ".", None),
     ("x", ".", None), (".", ".", None), ("1e400", ".", None)],
)  # fmt: skip
def test_amounts(text, decimal, value):
    values, bad = cells.amounts(column(text, None), decimal)
    assert bad.tolist() == [value is None, False]
    np.testing.assert_equal(values, [np.nan if value is None else value, np.nan])


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 3)))
def test_an_amount_reads_as_it_was_written_with_either_sign_and_thousands(value):
    plain, grouped = f"{value:.3f}", f"{value:,.3f}"
    turned = grouped.translate(str.maketrans(",.", ".,"))
    for text, decimal in ((plain, "."), (grouped, "."), (plain.replace(".", ","), ","), (turned, ",")):
        assert cells.amounts(column(text), decimal)[0][0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "hours", "days"),
    [("3 horas 18 minutos", 3.3, 0), ("0 segundo", 0, 0), ("1 dias 18 horas 47 minutos", 18 + 47 / 60, 1),
     ("2 jours 3 heures", 3, 2), ("1 Tag 2 Std 30 Min", 2.5, 1), ("30m", 0.5, 0), ("1h 30m", 1.5, 0), ("1w", 0, 7),
     ("Gold: 4 hours (High)", 4, 0), ("Padrão: 15 dias", 0, 15), ("1,5 h", 1.5, 0), ("02:30", 2.5, 0),
     ("12:00:36", 12.01, 0), ("1.02:00:00", 26, 0), ("PT1H30M", 1.5, 0), ("P1DT2H", 26, 0),
     ("1970-01-02 04:00:00", 28, 0)],
)  # fmt: skip
def test_durations(text, hours, days):
    assert read_span(text) == pytest.approx((hours, days))


@pytest.mark.parametrize("text", ["", "soon", "4", "Silver", "Level 2", "2024-03-04", "4 hectares"])
def test_what_is_no_duration(text):
    assert read_span(text) is None


def test_durations_measured_in_something():
    for unit, hours, days in (("seconds", 1, 0), ("minutes", 60, 0), ("hours", 3600, 0), ("days", 0, 3600)):
        found = cells.spans(column("3600", None), unit, ".")
        assert (found[0][0], found[1][0]) == (hours, days)
        assert np.isnan(found[0][1])
    assert cells.spans(column("-1"), "hours", ".")[2].tolist() == [True]


@pytest.mark.parametrize("word", ["true", "Yes", "SIM", "Oui", "Sí", "ja", "1", "Within SLA"])
def test_yes(word):
    assert cells.truths(column(word))[0].tolist() == [1]
    assert cells.truths(column(word), reverse=True)[0].tolist() == [0]


@pytest.mark.parametrize("word", ["false", "No", "Não", "non", "Nein", "0", "SLA Violated"])
def test_no(word):
    assert cells.truths(column(word))[0].tolist() == [0]


def test_neither_yes_nor_no():
    values, bad = cells.truths(column("perhaps", None))
    assert np.isnan(values).all()
    assert bad.tolist() == [True, False]


def test_counts_are_whole():
    values, bad = cells.counts(column("2", "2.0", "1.5", "-1", None), ".")
    np.testing.assert_equal(values, [2, 2, np.nan, np.nan, np.nan])
    assert bad.tolist() == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("text", "number"),
    [("52 267", "52267"), ("1,052,267", "1052267"), ("52.267", "52267"), ("INC 001", "INC 001"), ("1 0000", "1 0000"),
     ("52267", "52267")],
)  # fmt: skip
def test_numbers_whose_thousands_stand_apart(text, number):
    assert cells.numbers_of_tickets(column(text, None)).to_pylist() == [number, None]


def test_parts_of_a_cell():
    assert cells.part_of(column("C1 / Sales / Ann", "C2", None), " / ", 2).to_pylist() == ["Sales", None, None]
