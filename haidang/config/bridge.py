"""Django's pages under the asynchronous server: one request, one turn in a thread.

The whole body is read before a thread is taken, and no thread waits for an answer to be sent,
so that neither a slow sender nor a slow reader holds one: what is large waits on disk. A page
may ask that its beginning is sent while the rest is made (`EARLY`). Only the event stream
sends without end, and it is not served here.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from haidang.config import meters
from haidang.lib.requests import EARLY

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]
WSGI = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

#: Bytes of a body, and of an answer, that are kept in memory before they go to disk. Bodies
#: come from anybody, thousands at a time, and may come slowly.
BODY_IN_MEMORY = 64 * 1024
IN_MEMORY = 1024 * 1024
#: Requests of a process that may be worked on or wait for it; beyond, 503 at once. Who is
#: still sending, or still reading the answer, does not count.
ROOM = 500
#: Seconds after which a request lends its turn, and how many may do so at a time.
SLOW = 0.25
SPARE = 7
#: Bytes sent at a time.
PIECE = 256 * 1024
#: Seconds in which a body has to arrive.
BODY_SECONDS = 60
#: Room for the names and borders of a form with files, beyond the files.
FORM_MARGIN = 1024 * 1024
#: Key in the WSGI environment when the body was larger than allowed and is not there.
TOO_LARGE = "haidang.too_large"

_logger = logging.getLogger(__name__)


class ClientGoneError(Exception):
    """The one who asked hung up in the middle of the request."""


class Bridge:
    """An ASGI application made of a WSGI one. `form_limit` and `file_limit` are bytes.

    One request is worked on at a time: more threads would only take the interpreter from
    each other. But a request that takes longer than `SLOW` (it imports a file, or waits for
    the database) lends its turn, to `SPARE` others at most, so that nobody waits behind it.
    """

    def __init__(self, app: WSGI, *, form_limit: int, file_limit: int) -> None:
        self.app = app
        self.form_limit = form_limit
        self.file_limit = file_limit
        self.inside = 0
        self._turns = asyncio.Semaphore(1)
        self._lent = 0
        self._threads = ThreadPoolExecutor(1 + SPARE, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ = environment(scope)
        with tempfile.SpooledTemporaryFile(BODY_IN_MEMORY) as body:
            limit = self._limit(environ)
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    complete = await _read(receive, body, environ, limit)
            except TimeoutError:
                await plain(send, 408, "The request did not arrive in time.")
                return
            except ClientGoneError:
                return
            if not complete:
                environ[TOO_LARGE] = limit
            if self.inside >= ROOM:
                if meters.meters:
                    meters.meters.refused.inc()
                await plain(send, 503, "The server is busy; please try again.", retry_after=5)
                return
            await self._answer(environ, body, send)

    def close(self) -> None:
        """Let the requests in the threads end."""
        self._threads.shutdown(wait=True)

    def _limit(self, environ: Environ) -> int:
        if environ.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data"):
            return self.file_limit + FORM_MARGIN
        return self.form_limit

    async def _answer(self, environ: Environ, body: IO[bytes], send: Send) -> None:
        environ["wsgi.input"] = body
        call = Call(self.app, environ)
        loop = asyncio.get_running_loop()
        early: asyncio.Queue[bytes | None] = asyncio.Queue()
        if environ["REQUEST_METHOD"] != "HEAD":
            environ[EARLY] = False
            call.early = lambda part: loop.call_soon_threadsafe(early.put_nowait, part)
        sending = loop.create_task(_send_early(call, early, send))
        try:
            await self._in_turn(call)
        finally:
            # What the thread gave before it ended stands before its end in the loop.
            early.put_nowait(None)
            await sending
        with call.answer as answer:
            if not call.begun:
                await send(call.beginning())
            if environ["REQUEST_METHOD"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            answer.seek(0)
            piece = answer.read(PIECE)
            while len(piece) == PIECE:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = answer.read(PIECE)
            await send({"type": "http.response.body", "body": piece})

    async def _in_turn(self, call: Call) -> None:
        loop = asyncio.get_running_loop()
        lent = False

        def lend() -> None:
            nonlocal lent
            if self._lent < SPARE:
                lent = True
                self._lent += 1
                self._turns.release()

        self.inside += 1
        if meters.meters:
            meters.meters.inside.inc()
        try:
            await self._turns.acquire()
            timer = loop.call_later(SLOW, lend)
            try:
                # The context carries the id of the request into the thread, for the log.
                context = contextvars.copy_context()
                await loop.run_in_executor(self._threads, context.run, call.run)
            finally:
                timer.cancel()
                if lent:
                    self._lent -= 1
                else:
                    self._turns.release()
        finally:
            self.inside -= 1
            if meters.meters:
                meters.meters.inside.dec()


class Call:
    """One call of the WSGI application, made in a thread; afterwards it holds the answer."""

    def __init__(self, app: WSGI, environ: Environ) -> None:
        self.app = app
        self.environ = environ
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.answer: IO[bytes] = io.BytesIO()
        #: Takes the parts of an answer that asks for it, as they are made; they are not in
        #: `answer` then.
        self.early: Callable[[bytes], object] | None = None
        self.begun = False

    def beginning(self) -> dict[str, Any]:
        """The message with which the answer begins."""
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}

    def run(self) -> None:
        try:
            self._run()
        except Exception:
            # Django answers its own errors; this is one of the frame around it.
            _logger.exception("the request could not be answered")
            self.answer = io.BytesIO()
            if self.begun:
                return  # another status cannot be said any more
            self.status = 500
            self.headers = [(b"content-type", b"text/plain; charset=utf-8")]
            self.answer = io.BytesIO(b"Something broke on our side; please try again.")

    def _run(self) -> None:
        parts = self.app(self.environ, self._start)
        try:
            for part in parts:
                if self.early is not None and self.environ[EARLY]:
                    self.begun = True
                    self.early(part)
                    continue
                if self.answer.tell() + len(part) > IN_MEMORY and isinstance(
                    self.answer, io.BytesIO
                ):
                    larger = tempfile.TemporaryFile()  # noqa: SIM115  closed when it is sent
                    larger.write(self.answer.getvalue())
                    self.answer = larger
                self.answer.write(part)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        self.status = int(status[:3])
        self.headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        return self.answer.write


async def _send_early(call: Call, early: asyncio.Queue[bytes | None], send: Send) -> None:
    """Send what is made of an answer while the rest is being made, until None comes."""
    part = await early.get()
    if part is not None:
        await send(call.beginning())
    while part is not None:
        await send({"type": "http.response.body", "body": part, "more_body": True})
        part = await early.get()


async def _read(receive: Receive, body: IO[bytes], environ: Environ, limit: int) -> bool:
    """Fill `body`; False, and an empty one, when more than `limit` bytes come or are said to."""
    declared = environ.get("CONTENT_LENGTH", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        environ["CONTENT_LENGTH"] = "0"
        return False
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            body.seek(0)
            body.truncate()
            environ["CONTENT_LENGTH"] = "0"
            return False
        body.write(piece)
        more = message.get("more_body", False)
    body.seek(0)
    # A body sent in chunks declares no length, and Django reads only what is declared.
    environ["CONTENT_LENGTH"] = str(size)
    return True


def environment(scope: Scope) -> Environ:
    """The WSGI environment of an ASGI request."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1")
        # "X_Forwarded_For" would become the same key as the header that a proxy sets.
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        value = raw_value.decode("latin-1")
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ


async def plain(send: Send, status: int, text: str, *, retry_after: int = 0) -> None:
    """An answer of the frame itself, before or beside Django."""
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if retry_after:
        headers.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
