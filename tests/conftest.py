"""What every test may count on."""

import matplotlib as mpl
import pytest
from hypothesis import settings

from bsclib.batch.kernels.lean import import_jsonschema

mpl.use("Agg")
import_jsonschema()  # seconds sooner than nbformat would

# A busy machine is not a failing test.
settings.register_profile("bsclib", deadline=None, print_blob=True)
settings.load_profile("bsclib")


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
