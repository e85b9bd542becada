"""The program as the server sees it: the event stream here, everything else in Django."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import re
import secrets
import time
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

from haidang.config.bridge import Bridge, Call, Receive, Scope, Send, environment
from haidang.config.health import HEALTH, READY
from haidang.config.metrics import METRICS
from haidang.config.stream import Stream
from haidang.lib.requests import request_id

STREAM_PATH = "/stream/"
#: What a proxy in front may call a request; anything else could forge lines of the log.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_access = logging.getLogger("haidang.access")


class Application:
    """Routes a request, gives it an id, and writes its line of the access log."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self.stream = Stream()
        self.pages = Bridge(
            WSGIHandler(),
            form_limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
            file_limit=settings.UPLOAD_LIMIT,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    def warm_up(self) -> None:
        """Load before the first visitor, and before a fork, what every page needs."""
        host = settings.ALLOWED_HOSTS[0].lstrip("*.") or "localhost"
        for path in (reverse(settings.LOGIN_URL), "/nothing-is-here/"):
            asked = {
                "method": "GET",
                "path": path,
                "query_string": b"",
                "http_version": "1.1",
                "scheme": "https" if settings.HTTPS else "http",
                "headers": [(b"host", host.encode()), (b"x-forwarded-proto", b"https")],
            }
            Call(self.pages.app, {**environment(asked), "wsgi.input": io.BytesIO()}).run()

    def stop(self) -> None:
        """Begin to stop, from any thread: open streams would keep the server waiting."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self.stream.stop)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = _given_id(scope) or secrets.token_hex(8)
        request_id.set(name)
        began = time.perf_counter()
        status = 0
        size = 0

        async def noted(message: dict[str, Any]) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", name.encode())]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            app = self.stream if scope["path"] == STREAM_PATH else self.pages
            await app(scope, receive, noted)
        finally:
            took = (time.perf_counter() - began) * 1000
            # Whoever watches asks every few seconds, and wants to hear only what is wrong.
            watched = scope["path"] in {HEALTH, READY, METRICS} and status < 400
            level = logging.DEBUG if watched else logging.INFO
            line = "%s %s %d %d %.1fms"
            _access.log(level, line, scope["method"], scope["path"], status, size, took)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await asyncio.get_running_loop().run_in_executor(None, self.pages.close)
                await send({"type": "lifespan.shutdown.complete"})
                return
            await send({"type": "lifespan.startup.complete"})


def _given_id(scope: Scope) -> str | None:
    if not settings.PROXIES:
        return None
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return text if _REQUEST_ID.fullmatch(text) else None
    return None
