"""What every test may count on."""

import gc

import matplotlib as mpl
import pytest
from hypothesis import settings

from bsclib.batch.kernels.lean import import_jsonschema

mpl.use("Agg")
import_jsonschema()  # seconds sooner than nbformat would

# A busy machine is not a failing test.
settings.register_profile("default", deadline=None, print_blob=True, max_examples=10)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=300)
settings.load_profile("default")  # `--hypothesis-profile thorough` comes after this


def pytest_collection_modifyitems(items):
    """Begin with files that wait for processes, then the notebooks: the small ones end together."""
    system = {item.path for item in items if item.get_closest_marker("system")}
    items.sort(key=lambda item: (item.path not in system, "notebooks" not in item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def browser():
    """A real, headless browser: `browser.new_page()`."""
    import browser as browsers  # needs playwright, which the other tests do without
    from playwright.sync_api import sync_playwright

    path = browsers.find()
    if path is None:
        pytest.fail(browsers.MISSING)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path)
        yield chromium
        chromium.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection():
    """What is collected stays, tens of thousands of things: they are not looked through again and again meanwhile."""
    gc.disable()


def pytest_collection_finish():
    """Nor afterwards."""
    gc.collect()
    gc.freeze()
    gc.enable()
