"""The data that ships, by name."""

import pandas as pd
import pytest

from bsclib.errors import UnknownNameError
from bsclib.files.datasets import answer_key, describe_dataset, list_datasets, load_dataset


def test_the_list_counts_what_loading_gives():
    for row in list_datasets().itertuples():
        scorecard, actuals = load_dataset(row.name)
        assert scorecard.id == row.name
        assert scorecard.name == row.title
        assert len(scorecard.kpis) == actuals["kpi"].nunique() == row.kpis
        assert actuals["unit"].nunique() == row.units
        months = actuals["period"].astype(str)
        assert months[months.str.len() == 7][~months.str.contains("Q")].nunique() == row.months
        assert row.licence == "CC0-1.0"


def test_a_description_names_every_file_and_column():
    about = describe_dataset("meridian")
    assert about.tables.set_index("file").loc[["actuals.csv", "tickets.csv"], "rows"].min() > 7000
    assert set(about.columns["file"]) == {"actuals.csv", "tickets.csv", "holds.csv"}
    text = str(about)
    for word in ("Meridian Freight IT (meridian)", "CC0-1.0", "scorecard.yaml", "tickets.csv:", "hold_hours"):
        assert word in text
    assert "nan" not in text
    html = about._repr_html_()
    assert html.startswith("<p>Meridian Freight IT (meridian)</p>")
    assert html.count("<table") == 4
    assert "hold_hours" in html


def test_rows_of_the_description_are_the_tables_rows():
    _, actuals = load_dataset("enterprise")
    tables = describe_dataset("enterprise").tables.set_index("file")
    assert tables.loc["actuals.csv", "rows"] == len(actuals)
    assert pd.isna(tables.loc["scorecard.yaml", "rows"])


def test_a_data_set_for_review_has_an_answer_key():
    key = answer_key("lakeside")
    assert key["rule"].str.fullmatch(r"BSC\d{3}").all()
    assert not key.isna().any(axis=None)
    assert "answer_key.yaml" in describe_dataset("lakeside").tables["file"].tolist()
    with pytest.raises(UnknownNameError, match=r"no answer key of the data set 'meridian'\. Allowed: lakeside\."):
        answer_key("meridian")


@pytest.mark.parametrize("what", [load_dataset, describe_dataset, answer_key])
def test_an_unknown_name_is_answered_with_the_nearest(what):
    with pytest.raises(UnknownNameError, match=r"there is no data set 'enterprize'.*did you mean 'enterprise'"):
        what("enterprize")
