"""The app as a process: what a page may ask of it, and what it may not."""

import asyncio
import http.client
import json
import re
import uuid

import pytest
import served
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from bsclib import read_actuals, read_scorecard, write_scorecard
from bsclib.app import server
from bsclib.errors import BscError
from bsclib.model.edit import change

PROTOCOL = "v1.kernel.websocket.jupyter.org"
LONG = "<img src=x onerror=alert(1)> & \"quotes\" 'n' <script>alert(1)</script> " + "Wort" * 110


@pytest.fixture(scope="module")
def rude(tmp_path_factory):
    """A scorecard whose names have five hundred letters, and look like HTML."""
    folder = tmp_path_factory.mktemp("rude")
    card = read_scorecard("enterprise")
    for part in (card, *card.perspectives, *card.objectives, *card.kpis):
        card = change(card, part.id, name=f"{LONG} {part.id}"[:500])
    write_scorecard(card, folder, read_actuals("enterprise"))
    return folder


@pytest.fixture(scope="module")
def app(rude):
    with served.running(str(rude), most=1) as app:
        yield app


@pytest.fixture(scope="module")
def page(app, browser):
    """The one page that there is a place for."""
    sheet = served.opened(browser, app)
    yield sheet
    sheet.close()


@pytest.fixture(scope="module")
def visitor(app, page):
    return Visitor(app, {cookie["name"]: cookie["value"] for cookie in page.context.cookies()})


@pytest.fixture(scope="module")
def kernel(page):
    return served.kernel_of(page)


class Visitor:
    """Somebody with cookies of their own, without a browser."""

    def __init__(self, app, cookies=()):
        self.app, self.cookies = app, dict(cookies)

    def told(self, **headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, **headers}

    def ask(self, path, method="GET", **headers):
        """Status, headers and text of an answer."""
        line = http.client.HTTPConnection(self.app.host, timeout=60)
        line.request(method, path, headers=self.told(**headers))
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in re.findall(r"(?m)^Set-Cookie: ([^=]+)=([^;\r\n]*)", str(answer.headers)):
            self.cookies[name] = value
        line.close()
        return answer.status, answer.headers, text

    def line(self, kernel, protocol=(PROTOCOL,), **headers):
        """A websocket to a kernel."""
        told = self.told(**{"Origin": f"http://{self.app.host}", **headers})
        url = f"ws://{self.app.host}/api/kernels/{kernel}/channels?session_id=x"
        request = HTTPRequest(url, headers={name: value for name, value in told.items() if value is not None})
        return websocket_connect(request, subprotocols=list(protocol))

    def refused(self, kernel, **more):
        """The status with which a websocket is refused."""

        async def attempt():
            (await self.line(kernel, **more)).close()

        with pytest.raises(HTTPClientError) as caught:
            served.run(attempt())
        return caught.value.code


def packed(channel, kind, content):
    """A message as the protocol of the websocket has it."""
    header = {"msg_id": uuid.uuid4().hex, "username": "", "session": "x", "msg_type": kind, "version": "5.3"}
    parts = [channel.encode(), *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join(number.to_bytes(8, "little") for number in (len(offsets), *offsets)) + b"".join(parts)


def kind_of(message):
    """The kind of a message that came."""
    count = int.from_bytes(message[:8], "little")
    offsets = [int.from_bytes(message[8 * at : 8 * at + 8], "little") for at in range(1, count + 1)]
    return json.loads(message[offsets[1] : offsets[2]])["msg_type"]


@pytest.mark.system
class TestOneVisitor:
    """The app with a single place, which a browser has taken: one server, one kernel."""

    def test_its_explorers_follow_and_names_of_500_letters_are_only_names(self, app, page):
        page.locator("nav a[data-page=scorecard]").click()
        page.locator(".bsclib-explorer svg").first.wait_for()
        page.locator("select[name=missing]").first.select_option("zero")
        page.wait_for_url("**/scorecard?missing=zero")
        assert page.evaluate("document.querySelectorAll('main script:not([type]), img[src=x]').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert page.wrong == []
        assert {address.split("/")[2] for address in page.asked if address.startswith("http")} == {app.host}

    def test_no_page_can_make_its_kernel_run_code(self, app, page, visitor, kernel, tmp_path):
        made = tmp_path / "made"
        code = f"open({str(made)!r}, 'w').close()"
        tries = [
            ("shell", "execute_request", {"code": code, "silent": False, "user_expressions": {}}),
            ("control", "execute_request", {"code": code, "silent": False}),
            ("shell", "execute_request", {"code": "", "silent": True, "user_expressions": {"x": code}}),
            ("shell", "complete_request", {"code": "open(", "cursor_pos": 5}),
            ("shell", "inspect_request", {"code": "open", "cursor_pos": 4}),
            ("shell", "history_request", {"hist_access_type": "tail", "n": 9, "output": True, "raw": True}),
            ("control", "debug_request", {"command": "evaluate", "arguments": {"expression": code}}),
            ("control", "create_subshell_request", {}),
            ("control", "shutdown_request", {"restart": False}),
            ("control", "interrupt_request", {}),
            ("stdin", "input_reply", {"value": code}),
            ("shell", "apply_request", {"code": code}),
            ("shell", "comm_open", {"comm_id": "1", "target_name": "x", "target_module": f"os;{code}", "data": {}}),
        ]

        async def attempt():
            line = await visitor.line(kernel)
            for one in tries:
                await line.write_message(packed(*one), binary=True)
            await line.write_message(packed("shell", "kernel_info_request", {}), binary=True)
            heard = set()
            while "kernel_info_reply" not in heard:
                heard.add(kind_of(await asyncio.wait_for(line.read_message(), 60)))
            line.close()
            while await line.read_message() is not None:  # what is still on its way
                pass
            return heard

        assert served.run(attempt()) <= {"status", "kernel_info_reply", "comm_msg", "comm_close"}
        assert not made.exists()
        page.locator("nav a[data-page=start]").click()
        page.locator("#bsc-file").wait_for()

    def test_a_websocket_is_for_our_own_page_and_its_own_visitor(self, app, visitor, kernel):
        assert visitor.refused(kernel, Origin="http://evil.example") == 403
        assert visitor.refused(kernel, Origin=None) == 403
        assert visitor.refused(kernel, protocol=()) == 403
        assert visitor.refused(kernel, Host="evil.example") == 404
        assert visitor.refused(str(uuid.uuid4())) == 403
        assert Visitor(app).refused(kernel) == 403
        assert Visitor(app, {name: f"{value}x" for name, value in visitor.cookies.items()}).refused(kernel) == 403

    def test_a_stranger_neither_sees_nor_ends_a_kernel(self, app, visitor, kernel):
        stranger = Visitor(app)
        assert stranger.ask(f"/api/kernels/{kernel}")[0] == 403
        assert stranger.ask(f"/voila/api/shutdown/{kernel}", "POST")[0] == 403
        assert visitor.ask(f"/voila/api/shutdown/{kernel}", "POST", Origin="http://evil.example")[0] == 403
        assert json.loads(stranger.ask(f"/standing/{kernel}")[2]) == {"state": "unknown", "connected": False}
        assert json.loads(visitor.ask(f"/standing/{kernel}")[2]) == {"state": "open", "connected": True}

    def test_nothing_is_answered_under_another_name_or_to_another_page(self, app, visitor):
        for path in ("/", "/assets/app.css", "/voila/static/voila.js"):
            assert visitor.ask(path, Host="evil.example")[0] == 404
            assert visitor.ask(path, Host=f"evil.example:{app.host.rpartition(':')[2]}")[0] == 404
        assert visitor.ask("/", Origin="http://evil.example")[0] == 403
        assert visitor.ask("/", **{"Sec-Fetch-Dest": "image"})[0] == 403
        assert visitor.ask("/", **{"Sec-Fetch-Dest": "iframe"})[0] == 403
        status, headers, text = Visitor(app).ask("/map?unit=<b>", **{"Sec-Fetch-Site": "cross-site"})
        assert (status, headers["Set-Cookie"]) == (200, None)
        assert '<meta http-equiv="refresh" content="0; url=/map?unit=&lt;b&gt;">' in text

    @pytest.mark.parametrize(
        "path",
        [
            "/nothing",
            "/../../etc/passwd",
            "/assets/../server.py",
            "/assets/%2e%2e/server.py",
            "/voila/static/%2e%2e/app.py",
            "/voila/files/app.ipynb",
            "/voila/templates/lab",
            "/voila/templates/../../x/y/z",
            "/voila/render/app.ipynb",
            "/voila/labextensions/../../../etc/passwd",
            "/api/kernels",
            "/api/contents",
            "/voila/query/x",
            "/login",
            "/app.ipynb",
        ],
    )
    def test_there_is_nothing_else_and_no_answer_tells_a_path(self, visitor, path):
        status, _, text = visitor.ask(path)
        assert status in (403, 404, 500)
        assert not re.search(r"Traceback|/tmp|site-packages|\.py", text)

    def test_a_page_holds_no_code_and_is_told_what_it_may_load(self, page):
        text, headers = page.first.text(), page.first.all_headers()
        assert "app.css" in text
        assert not re.search(r"\bimport |\bdef |Traceback|site-packages|/tmp", text)
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "'unsafe-inline'" not in headers["content-security-policy"].partition("style-src")[0]
        assert headers["cache-control"] == "no-store"
        (cookie,) = [one for one in page.context.cookies() if one["name"].startswith("username")]
        assert cookie["httpOnly"]
        assert {one["sameSite"] for one in page.context.cookies()} == {"Strict"}

    def test_one_visitor_more_is_told_that_all_places_are_taken(self, app):
        status, _, text = Visitor(app).ask("/scorecard")
        assert status == 503
        assert "All places are taken" in text
        assert len(app.kernels()) == 1

    def test_a_body_larger_than_any_page_sends_is_refused_before_it_is_read(self, app):
        line = http.client.HTTPConnection(app.host, timeout=60)
        line.putrequest("POST", "/")
        line.putheader("Content-Length", str(300_000_000))
        line.endheaders()
        assert line.getresponse().status in (400, 413)
        line.close()

    def test_a_port_that_is_taken_is_told(self, app):
        with pytest.raises(BscError, match="--port"):
            server.listen("127.0.0.1", int(app.host.rpartition(":")[2]))


def test_what_a_killed_server_left_is_removed_and_what_a_living_one_holds_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(server.tempfile, "gettempdir", lambda: str(tmp_path))
    for name in ("bsc-app-dead", "bsc-app-alive", "somebody-elses"):
        (tmp_path / name / "kernels").mkdir(parents=True)
        (tmp_path / name / "held").touch()
    with (tmp_path / "bsc-app-alive" / "held").open() as held:
        assert server.lock(held.fileno())
        server.clear()
        assert {one.name for one in tmp_path.iterdir()} == {"bsc-app-alive", "somebody-elses"}
    server.clear()
    assert [one.name for one in tmp_path.iterdir()] == ["somebody-elses"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_these_addresses_reach_nobody_else(host):
    assert server.is_loopback(host)


@pytest.mark.parametrize(
    ("host", "name", "answers"),
    [
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "[::1]", True),
        ("127.0.0.1", "192.168.1.5", False),
        ("0.0.0.0", "192.168.1.5", True),
        ("0.0.0.0", "evil.example", False),
        ("bsc.example", "bsc.example", True),
        ("bsc.example", "bscxexample", False),
    ],
)
def test_the_names_under_which_it_answers(host, name, answers):
    assert bool(re.fullmatch(server.hosts(host), name)) is answers


def test_an_address_that_is_not_ours_is_told():
    with pytest.raises(BscError, match="cannot listen there"):
        server.listen("192.0.2.1", 0)
