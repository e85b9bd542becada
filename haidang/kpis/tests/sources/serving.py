"""Real servers on this machine, which behave as they are told."""

from __future__ import annotations

import copy
import gzip
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from haidang.kpis.connectors.sources.base import Limits

INSIDE = Limits(seconds=5, octets=1_000_000, rows=1_000, cells=5_000, inside=True)


class Handler(BaseHTTPRequestHandler):
    """A request with its body read, and short ways to answer."""

    server: Server
    answer: Callable[[Handler], None]
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # headers and body in one packet: in two, the second waits for 40 ms
    body = b""

    def _do(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.asked.append(copy.copy(self))
        type(self).answer(self)

    do_GET = do_POST = do_PUT = do_HEAD = _do  # noqa: N815  the names that http.server calls

    def log_message(self, *_words: Any) -> None:
        pass

    def say(
        self, body: Any, status: int = 200, kind: str = "application/json", **headers: str
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def packed(self, body: bytes) -> None:
        self.say(gzip.compress(body), content_encoding="gzip")


class Server(ThreadingHTTPServer):
    """What it was asked stands in `asked`, its address in `url`."""

    daemon_threads = True
    asked: list[Handler]
    url: str

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # without asking for the machine's name
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, *_words: Any) -> None:
        pass  # who asked has hung up


@contextmanager
def serving(answer: Callable[[Handler], None], tls: Any = None) -> Iterator[Server]:
    handler = type("Its", (Handler,), {"answer": answer})
    with Server(("127.0.0.1", 0), handler) as server:
        server.asked = []
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)


@contextmanager
def raw_serving(talk: Callable[[Any], None]) -> Iterator[str]:
    """A server that does with a connection what `talk` does; gives its address."""

    class Its(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            talk(self.request)

    class Raw(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_words: Any) -> None:
            pass

    with Raw(("127.0.0.1", 0), Its) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
