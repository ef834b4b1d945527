"""A visit from its beginning to its end: idle, killed, cut, left; and nothing of it stays."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import served

pytestmark = [pytest.mark.slow, pytest.mark.system]


def pid_of(app, kernel):
    """The process of a kernel."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"kernel-{kernel}.json".encode() in place.read_bytes():
                return int(place.parent.name)
        except OSError:
            continue
    pytest.fail("the kernel has no process")


def notice(page):
    page.locator(".notice:not([hidden])").wait_for()
    return page.locator(".notice").inner_text()


def test_an_idle_visit_is_closed_and_continues_where_it_stood(browser):
    with served.running(idle=20) as app:
        page = served.opened(browser, app, "scorecard?missing=zero")
        page.locator(".bsclib-explorer svg").first.wait_for()
        first = served.kernel_of(page)
        assert "Nothing was moved here for a long time" in notice(page)
        assert first not in app.kernels()
        assert page.locator(".bsclib-explorer svg").count()  # what was seen stays
        page.locator(".notice button").click()
        page.locator(".bsclib-explorer svg").first.wait_for()
        assert served.kernel_of(page) != first
        assert page.locator("select[name=missing]").first.input_value() == "zero"
        page.close()


@pytest.fixture(scope="module")
def app():
    with served.running() as app:
        yield app


def test_a_kernel_that_is_killed_is_told_and_an_upload_comes_back(browser, app, tmp_path):
    kpi = "customer-nps"
    (tmp_path / "mine.csv").write_text(f"kpi,period,actual\n{kpi},2026-01,3\n")
    page = served.opened(browser, app)
    page.locator("#bsc-file").set_input_files(tmp_path / "mine.csv")
    page.locator("section p", has_text="Your data: ").wait_for()
    kernel = served.kernel_of(page)
    os.kill(pid_of(app, kernel), signal.SIGKILL)
    assert "has ended unexpectedly" in notice(page)
    assert served.wait_until(lambda: kernel not in app.kernels())
    page.locator(".notice button").click()
    page.locator("section p", has_text="Your data: ").wait_for()
    assert served.kernel_of(page) != kernel
    assert page.wrong == []
    page.close()


def test_a_connection_that_is_cut_is_told_and_made_again(browser, app):
    page = browser.new_page()
    lines = []

    def through(route):
        lines.append((route, route.connect_to_server()))

    page.route_web_socket(re.compile("/channels"), through)
    page.goto(app.address + "scorecard")
    page.locator(".bsclib-explorer svg").first.wait_for()
    lines[0][0].close()
    lines[0][1].close()
    assert served.wait_until(lambda: page.wait_for_timeout(100) or len(lines) > 1)
    page.locator("select[name=missing]").first.select_option("zero")
    page.wait_for_url("**/scorecard?missing=zero")
    page.close()


def test_a_page_that_is_closed_gives_its_place_back(browser, app):
    page = served.opened(browser, app)
    kernel = served.kernel_of(page)
    assert kernel in app.kernels()
    page.goto("about:blank")
    assert served.wait_until(lambda: kernel not in app.kernels())
    page.close()


def test_a_server_that_stops_leaves_nothing_and_its_pages_say_so(browser):
    app = served.Served()
    page = served.opened(browser, app)
    assert app.kernels()
    said = app.stop()
    assert list(app.temporary.iterdir()) == []
    assert "Traceback" not in said
    assert "The app cannot be reached" in notice(page)
    page.close()


def test_ctrl_c_while_the_first_kernel_starts_is_heard(tmp_path):
    command = [sys.executable, "-m", "bsclib", "app", "--no-browser", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    app = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(tmp_path)}, **pipes)
    assert app.stdout.readline().startswith("The app is at ")
    app.send_signal(signal.SIGINT)
    assert app.communicate(timeout=60) == ("", "The app has ended.\n")
    assert app.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_another_address_needs_the_token(browser):
    with served.running(host="0.0.0.0") as app:
        assert re.fullmatch(r"http://0\.0\.0\.0:\d+/\?token=[\w-]{32}", app.whole)
        context = browser.new_context()
        page = context.new_page()
        for query in ("", "?token=", "?token=guess", f"?token={app.whole.partition('=')[2]}x"):
            assert page.goto(f"http://127.0.0.1:{app.host.rpartition(':')[2]}/{query}").status == 403
        assert page.locator("h1").inner_text() == "This address is not complete"
        page.goto(app.whole.replace("0.0.0.0", "127.0.0.1"))
        page.locator("#bsc-file").wait_for()
        assert "token" not in page.url
        page.goto(f"http://127.0.0.1:{app.host.rpartition(':')[2]}/scorecard")
        page.locator(".bsclib-explorer svg").first.wait_for()
        context.close()
