import pytest

from bsclib.files.paths import shipped_folder
from bsclib.study.teaching.links import KEYS, Copies

NOTEBOOKS = shipped_folder() / "notebooks"
HERE = NOTEBOOKS / "03_scoring.ipynb"


@pytest.fixture
def copies():
    return Copies({HERE.resolve(), (NOTEBOOKS / "04_cause_and_effect.ipynb").resolve()}, (*KEYS, "scaling.md"))


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("[next](04_cause_and_effect.ipynb)", "[next](04_cause_and_effect.ipynb)"),
        ("[a part](04_cause_and_effect.ipynb#Lags)", "[a part](04_cause_and_effect.ipynb#Lags)"),
        ("see [`05`](05_scenarios.ipynb).", "see `05`."),  # not in this edition
        ("[Strategy map](../docs/glossary.md#strategy-map)", "[Strategy map](docs/glossary.md#strategy-map)"),
        ('[data](../datasets/README.md "what ships")', '[data](datasets/README.md "what ships")'),
        ("[the start](../README.md)", "the start"),  # outside of what is copied
        ("[key](../datasets/lakeside/answer_key.yaml)", "key"),
        ("[truth](../datasets/meridian/truth.yaml)", "truth"),
        ("[left out](../docs/scaling.md)", "left out"),
        ("[folder](../datasets/meridian)", "folder"),
        ("[lost](../docs/nowhere.md) and [away](../../../etc/passwd)", "lost and away"),
        ("[web](https://example.org/a.md) [here](#top) [mail](mailto:a@example.org)",) * 2,
        ("![picture](attachment:a.png)",) * 2,
        ("`[code](05_scenarios.ipynb)` and\n```\n[code](05_scenarios.ipynb)\n```",) * 2,
    ],
)
def test_links_work_in_an_edition(copies, text, becomes):
    assert copies.mended(text, HERE, HERE.name) == becomes


def test_a_page_is_copied_with_the_pages_that_it_links_to(copies):
    copies.mended("[own data](../docs/own-data.md)", HERE, HERE.name)
    assert "docs/own-data.md" in copies.files
    assert all(data for data in copies.files.values())
    assert all(name.split("/")[0] in ("docs", "datasets") for name in copies.files)
    assert not any(name.endswith(KEYS) for name in copies.files)


def test_a_copied_page_links_back_to_the_lesson(copies):
    page = copies.mended("[scoring](../notebooks/03_scoring.ipynb)", shipped_folder() / "docs" / "x.md", "docs/x.md")
    assert page == "[scoring](../03_scoring.ipynb)"
