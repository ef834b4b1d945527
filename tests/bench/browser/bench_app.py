"""How soon the app can be used: from the command to the first page, and a page for which a kernel waits.

``make bench-browser``. Bars are in seconds: 15 from the command, 3 where a kernel is warm.
"""

import statistics
import time

import browser
import served
from playwright.sync_api import sync_playwright

PAGES = 5


def opened(chromium, app):
    """Seconds until the upload can be used."""
    start = time.perf_counter()
    page = served.opened(chromium, app)
    page.locator("#bsc-file").wait_for()
    seconds = time.perf_counter() - start
    assert page.wrong == []
    return page, seconds


def main():
    """Print a row each."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find())
        start = time.perf_counter()
        with served.running("meridian") as app:
            page, _ = opened(chromium, app)
            cold = time.perf_counter() - start
            page.close()
            warm = []
            for _ in range(PAGES):
                time.sleep(10)  # the next kernel gets warm
                page, seconds = opened(chromium, app)
                warm.append(seconds)
                page.close()
        chromium.close()
    for label, seconds, bar in (("app: cold start", cold, 15), ("app: warm landing", statistics.median(warm), 3)):
        print(f"{label:26} {seconds:6.1f} s  bar {bar} s: {'met' if seconds <= bar else 'missed'}")


if __name__ == "__main__":
    main()
