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

from bsclib.app import server
from bsclib.errors import BscError

PROTOCOL = "v1.kernel.websocket.jupyter.org"


@pytest.fixture(scope="module")
def app():
    with served.running() as app:
        yield app


class Visitor:
    """Somebody with cookies of their own, without a browser."""

    def __init__(self, app):
        self.app, self.cookies = app, {}

    def ask(self, path, method="GET", **headers):
        """Status, headers and text of an answer."""
        line = http.client.HTTPConnection(self.app.host, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line.request(method, path, headers={**({"Cookie": cookies} if cookies else {}), **headers})
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in re.findall(r"(?m)^Set-Cookie: ([^=]+)=([^;\r\n]*)", str(answer.headers)):
            self.cookies[name] = value
        line.close()
        return answer.status, answer.headers, text

    def open(self, path="/"):
        """Open a page; the id of its kernel."""
        status, _, text = self.ask(path)
        assert status == 200, text
        return re.search(r'"kernelId": "([^"]+)"', text)[1]

    def request(self, kernel, **headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = f"ws://{self.app.host}/api/kernels/{kernel}/channels?session_id=x"
        told = {"Cookie": cookies, "Origin": f"http://{self.app.host}", **headers}
        return HTTPRequest(url, headers={name: value for name, value in told.items() if value is not None})

    def refused(self, kernel, protocol=(PROTOCOL,), **headers):
        """The status with which a websocket is refused."""

        async def attempt():
            line = await websocket_connect(self.request(kernel, **headers), subprotocols=list(protocol))
            line.close()

        with pytest.raises(HTTPClientError) as caught:
            asyncio.run(attempt())
        return caught.value.code


@pytest.fixture(scope="module")
def visitor(app):
    return Visitor(app)


@pytest.fixture(scope="module")
def kernel(visitor):
    return visitor.open()


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


def test_no_page_can_make_its_kernel_run_code(app, visitor, kernel, tmp_path):
    made = tmp_path / "made"
    code = f"open({str(made)!r}, 'w').close()"
    tries = [
        ("shell", "execute_request", {"code": code, "silent": False, "store_history": False, "user_expressions": {}}),
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
        line = await websocket_connect(visitor.request(kernel), subprotocols=[PROTOCOL])
        for one in tries:
            await line.write_message(packed(*one), binary=True)
        await line.write_message(packed("shell", "kernel_info_request", {}), binary=True)
        heard = set()
        while "kernel_info_reply" not in heard:
            heard.add(kind_of(await asyncio.wait_for(line.read_message(), 60)))
        line.close()
        return heard

    assert asyncio.run(attempt()) <= {"status", "kernel_info_reply", "comm_close"}
    assert not made.exists()
    assert app.process.poll() is None


def test_a_websocket_is_for_our_own_page_and_its_own_visitor(app, visitor, kernel):
    assert visitor.refused(kernel, Origin="http://evil.example") == 403
    assert visitor.refused(kernel, Origin=None) == 403
    assert visitor.refused(kernel, protocol=()) == 403
    assert visitor.refused(kernel, Host="evil.example") == 404
    assert visitor.refused(str(uuid.uuid4())) == 403
    stranger = Visitor(app)
    assert stranger.refused(kernel) == 403
    stranger.cookies = {name: f"{value}x" for name, value in visitor.cookies.items()}
    assert stranger.refused(kernel) == 403


def test_a_stranger_neither_sees_nor_ends_a_kernel(app, visitor, kernel):
    stranger = Visitor(app)
    assert stranger.ask(f"/api/kernels/{kernel}")[0] == 403
    assert stranger.ask(f"/voila/api/shutdown/{kernel}", "POST")[0] == 403
    assert json.loads(stranger.ask(f"/standing/{kernel}")[2]) == {"state": "unknown", "connected": False}
    assert json.loads(visitor.ask(f"/standing/{kernel}")[2])["state"] == "open"


def test_nothing_is_answered_under_another_name_or_to_another_page(app, visitor):
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
def test_there_is_nothing_else_and_no_answer_tells_a_path(visitor, path):
    status, _, text = visitor.ask(path)
    assert status in (403, 404, 500)
    assert not re.search(r"Traceback|/tmp|site-packages|\.py", text)


def test_a_page_holds_no_code_and_is_told_what_it_may_load(app, visitor):
    _, headers, text = visitor.ask("/scorecard?unit=../../etc/passwd")
    assert not re.search(r"import |def |Traceback|site-packages|/tmp", text.partition("voila-style.js")[0])
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"].partition("style-src")[0]
    assert "no-store" in headers["Cache-Control"]
    cookie = next(one for one in Visitor(app).ask("/")[1].get_all("Set-Cookie") if one.startswith("username"))
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_body_larger_than_any_page_sends_is_refused_before_it_is_read(app, visitor):
    line = http.client.HTTPConnection(app.host, timeout=60)
    line.putrequest("POST", "/")
    line.putheader("Content-Length", str(300_000_000))
    line.endheaders()
    assert line.getresponse().status in (400, 413)


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


def test_a_port_that_is_taken_is_told(app):
    with pytest.raises(BscError, match="--port"):
        server.listen("127.0.0.1", int(app.host.rpartition(":")[2]))
    with pytest.raises(BscError, match="cannot listen there"):
        server.listen("192.0.2.1", 0)
