"""What the client does when a server is busy, gone, elsewhere or odd."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from haidang.client import Fault, Haidang, NoAnswer, Problem, TryLater

#: A status with headers and a body, or None: the line is cut.
Step = tuple[int, dict[str, str], bytes] | None
GOOD: Step = (200, {}, b'{"a": 1}')
BUSY: Step = (503, {"Retry-After": "7"}, b"<html>busy</html>")


class Script:
    """A server that answers by a list, and remembers what it was asked."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.slept: list[float] = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                script.asked.append((self.command, self.path, dict(self.headers), body))
                step = script.steps.pop(0)
                if step is None:
                    self.close_connection = True
                    return
                status, headers, text = step
                self.send_response(status)
                for name, value in {"Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def client(self, **facts: Any) -> Haidang:
        return Haidang(self.url, "hd_x", sleep=self.slept.append, timeout=5, **facts)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def script() -> Iterator[Script]:
    made = Script()
    yield made
    made.close()


@pytest.mark.parametrize("first", [BUSY, (429, {"Retry-After": "7"}, b"{}"), None])
def test_a_get_is_asked_again(script: Script, first: Step) -> None:
    script.steps = [first, first, GOOD]
    assert script.client().request("GET", "me").facts == {"a": 1}
    assert len(script.asked) == 3
    assert len(script.slept) == 2
    if first is not None:
        assert script.slept == [7, 7]
    else:
        assert 0.25 <= script.slept[0] <= 0.5 <= script.slept[1] <= 1


def test_a_post_is_sent_again_with_its_key(script: Script) -> None:
    script.steps = [None, BUSY, GOOD, GOOD]
    client = script.client()
    client.request("POST", "goals", body={"title": "Đích"})
    keys = [headers["Idempotency-Key"] for _m, _p, headers, _b in script.asked]
    assert len(set(keys)) == 1
    assert {body for *_rest, body in script.asked} == {json.dumps({"title": "Đích"}).encode()}
    client.request("POST", "goals", body={"title": "Đích"})
    assert script.asked[-1][2]["Idempotency-Key"] != keys[0]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_nothing_else_is(script: Script, method: str) -> None:
    client = script.client()
    script.steps = [None]
    with pytest.raises(NoAnswer):
        client.request(method, "goals/KR-1", body={}, etag='"1.1-0"')
    script.steps = [BUSY]
    with pytest.raises(TryLater):
        client.request(method, "goals/KR-1", body={}, etag='"1.1-0"')
    assert len(script.asked) == 2
    assert script.asked[0][2]["If-Match"] == '"1.1-0"'
    assert script.slept == []


def test_gives_up_in_the_end(script: Script) -> None:
    script.steps = [BUSY] * 3
    with pytest.raises(TryLater) as busy:
        script.client(retries=2).request("GET", "me")
    assert (busy.value.status, busy.value.title) == (503, "Service Unavailable")
    script.steps = [None]
    with pytest.raises(NoAnswer):
        script.client(retries=0).request("GET", "me")
    script.close()
    with pytest.raises(NoAnswer):
        script.client().request("GET", "me")
    assert len(script.slept) == 2 + 4


def test_what_is_no_problem_is_not_asked_again(script: Script) -> None:
    script.steps = [
        (500, {}, b'{"code": "fault", "detail": "Oh", "request_id": "r1", "errors": []}'),
        (502, {}, b"<html>"),
        (418, {}, b"[]"),
    ]
    client = script.client()
    with pytest.raises(Fault) as fault:
        client.request("GET", "me")
    assert (fault.value.request_id, str(fault.value)) == ("r1", "500 fault: Oh")
    with pytest.raises(Fault):
        client.request("GET", "me")
    with pytest.raises(Problem):
        client.request("GET", "me")
    assert len(script.asked) == 3


def test_the_token_goes_nowhere_else(script: Script) -> None:
    script.steps = [(302, {"Location": f"{script.url}/elsewhere"}, b"")]
    with pytest.raises(Problem) as moved:
        script.client().request("GET", "me")
    assert moved.value.status == 302
    assert [path for _m, path, *_rest in script.asked] == ["/api/v1/me"]
    for address in ("file:///etc/passwd", "ftp://x", "okr.example.vn"):
        with pytest.raises(ValueError, match="https"):
            Haidang(address, "hd_x")


def test_filters_are_spelt_for_the_api(script: Script) -> None:
    script.steps = [(200, {}, b'{"items": [], "next": null}')] * 2
    client = script.client()
    assert list(client.goals(kind=["kpi", "pillar"], q="đích & hơn", owner=None)) == []
    assert list(client.people(is_active=True)) == []
    paths = [path.partition("?")[2] for _m, path, *_rest in script.asked]
    assert paths[0] == "limit=200&kind=kpi&kind=pillar&q=%C4%91%C3%ADch+%26+h%C6%A1n"
    assert paths[1] == "limit=200&is_active=true"


def test_a_follower_waits_and_keeps_its_place(script: Script) -> None:
    def page(cursor: str, items: list[Any], more: bool) -> Step:
        facts = {"items": items, "next": cursor, "more": more}
        return 200, {}, json.dumps(facts).encode()

    def change(cursor: str) -> dict[str, Any]:
        return {
            "cursor": cursor,
            "at": "2026-01-02T03:04:05Z",
            "verb": "goal.edited",
            "actor": None,
            "on_behalf_of": None,
            "subject": {"kind": "goal", "id": "O-1"},
            "goals": ["O-1"],
            "what a newer server adds": 1,
        }

    script.steps = [
        page("b", [change("a"), change("b")], True),
        page("c", [], False),
        page("d", [change("d")], False),
    ]
    follower = script.client().changes("start", wait=3)
    seen: list[tuple[str, str | None]] = []
    for one in follower:
        seen.append((one.cursor, follower.cursor))
        if one.cursor == "d":
            break
    assert seen == [("a", "start"), ("b", "a"), ("d", "c")]
    assert script.slept == [3]
    asked = [path.partition("cursor=")[2].partition("&")[0] for _m, path, *_r in script.asked]
    assert asked == ["start", "b", "c"]


def test_an_answer_that_breaks_off_is_no_answer(script: Script) -> None:
    script.steps = [(200, {"Content-Length": "99"}, b'{"a": '), GOOD]
    assert script.client().request("GET", "me").facts == {"a": 1}
