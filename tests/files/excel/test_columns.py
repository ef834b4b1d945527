import pytest

from bsclib.files.excel import columns
from bsclib.model.actions import Action
from bsclib.model.initiatives import Change, Event, Initiative
from bsclib.model.nouns import KPI, Link, Objective
from bsclib.model.perspectives import Perspective
from bsclib.model.values import Accepted, Limits

MODELS = {
    "Perspectives": Perspective,
    "Objectives": Objective,
    "KPIs": KPI,
    "Links": Link,
    "Initiatives": Initiative,
    "Changes": Change,
    "Events": Event,
    "Actions": Action,
    "Accepted": Accepted,
}


@pytest.mark.parametrize("title", MODELS)
def test_every_field_of_the_model_has_its_column(title):
    named = {column.name for column in columns.SHEETS[title]}
    named -= {*columns.EDGES, "at_risk", "on_target", "initiative"}
    assert named == set(MODELS[title].model_fields) - {"thresholds", "changes", "unit_targets", "limits"}


@pytest.mark.parametrize("title", columns.SHEETS)
def test_columns_are_explained_and_the_required_ones_exist(title):
    names = [column.name for column in columns.SHEETS[title]]
    assert len(set(names)) == len(names)
    assert all(column.note.endswith(".") for column in columns.SHEETS[title])
    assert set(columns.REQUIRED.get(title, ())) <= set(names)
    assert all(column.source in columns.SHEETS for column in columns.SHEETS[title] if column.source)


def test_words_to_choose_from_are_the_models_own():
    choices = {column.name: column.choices for column in columns.SHEETS["KPIs"]}
    assert choices["direction"] == ("higher_is_better", "lower_is_better", "within_range")
    assert choices["across_units"] == ("sum", "mean", "last", "min", "max", "ratio")
    assert next(column.choices for column in columns.SHEETS["Links"] if column.name == "sign") == ("+", "-")


def test_limits_that_are_two_numbers_are_known():
    pairs = [name for name, about in Limits.model_fields.items() if isinstance(about.default, tuple)]
    assert list(columns.PAIRS) == pairs
    assert next(iter(columns.SHEETS["Limits"])).choices == tuple(Limits.model_fields)
