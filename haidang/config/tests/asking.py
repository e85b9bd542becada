"""Asking an ASGI application by hand, without a server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")
App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def run(made: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """In a thread: the browser tests leave an event loop behind in the main one."""
    answer: list[_T] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            answer.append(asyncio.run(made()))
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "the asynchronous part does not end"
    if failure:
        raise failure[0]
    return answer[0]


def scope(path: str = "/", method: str = "GET", **headers: str) -> dict[str, Any]:
    address, _mark, query = path.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": address,
        "query_string": query.encode(),
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50_000),
        "headers": [
            (b"host", b"localhost"),
            *((k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in headers.items()),
        ],
    }


class Client:
    """One request under way: what was sent to it, and a way to hang up."""

    def __init__(self, *pieces: bytes) -> None:
        self.messages: list[dict[str, Any]] = []
        self.changed = asyncio.Event()
        self.gone = asyncio.Event()
        self._pieces = list(pieces) or [b""]
        #: Cleared: the client takes nothing for now.
        self.takes = asyncio.Event()
        self.takes.set()

    async def receive(self) -> dict[str, Any]:
        if self._pieces:
            piece = self._pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self._pieces)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        await self.takes.wait()
        self.messages.append(message)
        self.changed.set()

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {k.decode(): v.decode("latin-1") for k, v in self.messages[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    async def until(self, word: bytes, seconds: float = 10) -> bytes:
        """Wait until `word` has been sent; everything sent so far."""
        async with asyncio.timeout(seconds):
            while word not in self.body:
                self.changed.clear()
                await self.changed.wait()
        return self.body
