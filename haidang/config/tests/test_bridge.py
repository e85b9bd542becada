"""The bridge: bodies with bounds, slow people who hold nobody up, answers as they were made."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from haidang.config import bridge
from haidang.config.bridge import TOO_LARGE, Bridge, environment
from haidang.config.tests.asking import Client, run, scope
from haidang.lib.requests import EARLY

Start = Callable[..., Any]


def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Says back what it got."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
    start("200 OK", [("Content-Type", "text/plain"), ("X-Length", environ["CONTENT_LENGTH"])])
    return [b"too large" if TOO_LARGE in environ else body]


def made(wsgi: Any = app) -> Bridge:
    return Bridge(wsgi, form_limit=10, file_limit=100)


def ask(*pieces: bytes, wsgi: Any = app, method: str = "POST", **headers: str) -> Client:
    async def go() -> Client:
        client = Client(*pieces)
        await made(wsgi)(scope("/x", method, **headers), client.receive, client.send)
        return client

    return run(go)


def test_a_body_arrives_whole_in_whatever_pieces() -> None:
    client = ask(b"abc", b"def", b"ghi")
    assert (client.status, client.body) == (200, b"abcdefghi")
    assert client.headers["x-length"] == "9"


def test_more_than_allowed_is_not_taken() -> None:
    assert ask(b"12345", b"123456").body == b"too large"
    assert ask(b"", content_length="11").body == b"too large"
    assert ask(b"1234567890", content_length="10").body == b"1234567890"


def test_files_may_be_larger() -> None:
    kind = "multipart/form-data; boundary=x"
    assert ask(b"x" * 50, content_type=kind).body == b"x" * 50
    too_much = bridge.FORM_MARGIN + 101
    assert ask(b"", content_type=kind, content_length=str(too_much)).body == b"too large"


def test_a_body_that_does_not_come_ends_in_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "BODY_SECONDS", 0.05)

    async def go() -> Client:
        client = Client(b"a", b"never sent")
        client._pieces.pop()
        message = {"type": "http.request", "body": b"a", "more_body": True}
        sent = [message]

        async def receive() -> dict[str, Any]:
            if sent:
                return sent.pop()
            await asyncio.sleep(60)
            return message

        await made()(scope("/x", "POST"), receive, client.send)
        return client

    assert run(go).status == 408


def test_nobody_is_answered_who_has_hung_up() -> None:
    async def go() -> Client:
        client = Client()

        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        await made()(scope("/x", "POST"), receive, client.send)
        return client

    assert run(go).messages == []


def test_a_head_request_has_no_body() -> None:
    client = ask(b"abc", method="HEAD")
    assert (client.status, client.body) == (200, b"")


def test_a_large_answer_is_sent_in_pieces_and_closed() -> None:
    closed = threading.Event()

    class Parts(list[bytes]):
        def close(self) -> None:
            closed.set()

    def large(environ: Any, start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return Parts([b"x" * 700_000] * 3)

    client = ask(wsgi=large)
    assert client.body == b"x" * 2_100_000
    assert len(client.messages) > 3
    assert not client.messages[-1].get("more_body")
    assert closed.is_set()


def test_a_broken_frame_is_a_500() -> None:
    def broken(environ: Any, start: Start) -> Iterable[bytes]:
        raise ZeroDivisionError

    client = ask(wsgi=broken)
    assert client.status == 500
    assert b"broke" in client.body


def test_a_long_request_lets_others_past() -> None:
    free = threading.Event()

    def slow_or_fast(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            free.wait(10)
        start("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    async def go() -> float:
        app_ = made(slow_or_fast)
        clients = [Client(), Client()]
        slow = asyncio.create_task(app_(scope("/slow"), clients[0].receive, clients[0].send))
        await asyncio.sleep(0)
        began = time.monotonic()
        await app_(scope("/fast"), clients[1].receive, clients[1].send)
        took = time.monotonic() - began
        free.set()
        await slow
        assert [client.body for client in clients] == [b"/slow", b"/fast"]
        # All turns are back: one at a time again.
        assert (app_._turns._value, app_._lent, app_.inside) == (1, 0, 0)
        return took

    took = run(go)
    assert bridge.SLOW * 0.8 < took < 5


def test_short_requests_are_worked_on_one_at_a_time() -> None:
    together: list[int] = []
    inside = 0

    def counted(environ: Any, start: Start) -> Iterable[bytes]:
        nonlocal inside
        inside += 1
        together.append(inside)
        time.sleep(0.01)
        inside -= 1
        start("200 OK", [])
        return [b""]

    async def go() -> None:
        app_ = made(counted)
        clients = [Client() for _ in range(5)]
        await asyncio.gather(*(app_(scope("/"), c.receive, c.send) for c in clients))

    run(go)
    assert together == [1] * 5


def test_too_many_at_once_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "ROOM", 0)
    client = ask(b"")
    assert client.status == 503
    assert client.headers["retry-after"]


def test_who_is_slow_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "ROOM", 1)

    async def go() -> int:
        app_ = made()
        never = asyncio.Event()

        async def slow_sender() -> dict[str, Any]:
            await never.wait()
            return {"type": "http.disconnect"}

        async def slow_reader(message: dict[str, Any]) -> None:
            await never.wait()

        waiting = [
            asyncio.create_task(app_(scope("/", "POST"), slow_sender, Client().send)),
            asyncio.create_task(app_(scope("/"), Client().receive, slow_reader)),
        ]
        await asyncio.sleep(0.1)
        client = Client()
        await app_(scope("/"), client.receive, client.send)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return client.status

    assert run(go) == 200


def test_the_environment_of_a_request() -> None:
    asked = scope("/mục?q=\xe9", "GET", content_type="text/plain", x_forwarded_for="1.2.3.4")
    asked["headers"] += [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x_forwarded_for", b"9.9.9.9")]
    asked["query_string"] = b"q=\xe9"
    environ = environment(asked)
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/mục"
    assert environ["QUERY_STRING"] == "q=\xe9"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    # A header that only looks like the proxy's is dropped.
    assert environ["HTTP_X_FORWARDED_FOR"] == "1.2.3.4"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"


def test_an_answer_that_asks_for_it_is_sent_while_it_is_made() -> None:
    seen = threading.Event()

    def growing(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [("X-Kind", "page")])
        environ[EARLY] = True
        yield b"first "
        assert seen.wait(10), "the first part did not come"
        yield b"second "
        yield b"third"

    async def go() -> Client:
        client = Client()
        asked = asyncio.create_task(made(growing)(scope("/x"), client.receive, client.send))
        await client.until(b"first ")
        assert client.status == 200
        assert client.headers == {"x-kind": "page"}
        seen.set()
        await asked
        return client

    client = run(go)
    assert client.body == b"first second third"
    assert [m.get("more_body") for m in client.messages[1:]] == [True, True, True, None]


def test_what_breaks_after_the_beginning_ends_the_answer() -> None:
    def broken(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        environ[EARLY] = True
        yield b"first"
        raise ZeroDivisionError

    client = ask(wsgi=broken)
    assert (client.status, client.body) == (200, b"first")
    assert not client.messages[-1].get("more_body")


def test_a_head_request_is_not_offered_it() -> None:
    def growing(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"offered" if EARLY in environ else b"whole"]

    assert ask(wsgi=growing, method="GET").body == b"offered"
    assert ask(wsgi=growing, method="HEAD").body == b""
