"""The process tree as it runs: it starts, serves, and leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection

import psutil
import pytest

from haidang.config.tests.command import MakeServer
from haidang.people.models import Person
from tests.support.serving import STOP_SECONDS, Server, database_url, session_cookie


def wait_until(holds: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.05)


def open_stream(server: Server, cookie: str) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    link.sendall(f"GET /stream/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    heard = b""
    while b"event: hello" not in heard:
        heard += link.recv(65_536)
    assert heard.startswith(b"HTTP/1.1 200")
    return link


def rest_of(link: socket.socket) -> bytes:
    heard = b""
    while piece := link.recv(65_536):
        heard += piece
    return heard


def test_it_starts_serves_and_stops_at_once(make_server: MakeServer) -> None:
    server = make_server().start()
    processors = min(len(os.sched_getaffinity(0)), 4)
    assert len(server.tree()) == 2 + processors  # the first, background work, pages
    answer = server.request("/nowhere")
    assert answer.status == 404
    assert answer.headers["X-Request-ID"]
    assert server.stop() < 3
    log = server.log.read_text()
    assert "Haidang" in log
    assert "GET /nowhere 404" in log
    assert "ERROR" not in log
    assert "Traceback" not in log


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_open_streams_and_requests_under_way_do_not_hold_it_up(
    transactional_db: None, make_server: MakeServer, an: Person, how: int
) -> None:
    another = make_server(DATABASE_URL=database_url(), HAIDANG_WORKERS="1").start()
    cookie = session_cookie(an)
    streams = [open_stream(another, cookie) for _ in range(20)]
    # A request whose body is still coming when the server is told to stop.
    under_way = HTTPConnection("127.0.0.1", another.port, timeout=20)
    under_way.putrequest("POST", "/nowhere")
    under_way.putheader("Content-Length", "4")
    under_way.endheaders()
    under_way.send(b"ab")
    time.sleep(0.3)
    threading.Timer(0.5, lambda: under_way.send(b"cd")).start()
    assert another.stop(how) < STOP_SECONDS / 2
    assert under_way.getresponse().status in {403, 404}
    under_way.close()
    for stream in streams:
        assert rest_of(stream).endswith(b"0\r\n\r\n")  # ended properly, not cut
        stream.close()
    assert "ERROR" not in another.log.read_text()


def test_nothing_outlives_a_killed_first_process(
    transactional_db: None, make_server: MakeServer, an: Person
) -> None:
    another = make_server(DATABASE_URL=database_url()).start()
    stream = open_stream(another, session_cookie(an))
    tree = another.tree()
    assert another.process is not None
    another.process.kill()
    another.process.wait()
    _gone, left = psutil.wait_procs(tree[1:], timeout=STOP_SECONDS)
    assert left == []
    assert rest_of(stream).endswith(b"0\r\n\r\n")
    stream.close()


def test_children_that_die_are_replaced(make_server: MakeServer) -> None:
    server = make_server(HAIDANG_WORKERS="1").start()
    _first, *children = server.tree()
    assert len(children) == 2  # background work and pages
    for child in children:
        child.kill()
    wait_until(lambda: len([p for p in server.tree()[1:] if p not in children]) == 2)
    wait_until(server.answers)
    assert server.request("/nowhere").status == 404
    server.stop()


def test_a_taken_port_is_said(make_server: MakeServer) -> None:
    server = make_server(HAIDANG_WORKERS="1").start()
    second = server.command("serve", "--port", str(server.port))
    assert second.returncode == 1
    assert f"Port {server.port} of 127.0.0.1 is taken" in second.stderr
    server.stop()


def test_static_files_are_compressed_and_kept_by_browsers(make_server: MakeServer) -> None:
    server = make_server(HAIDANG_WORKERS="1").start()
    hashed = next((server.data / "static" / "web").glob("app.*.css"))
    answer = server.request(f"/static/web/{hashed.name}", headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert server.stop() < 3
    # The second start finds them made.
    made = (server.data / "static" / ".made-from").stat().st_mtime_ns
    server.start().stop()
    assert (server.data / "static" / ".made-from").stat().st_mtime_ns == made


def test_an_idle_server_is_small(make_server: MakeServer) -> None:
    server = make_server(HAIDANG_WORKERS="2").start()
    for _ in range(10):
        server.request("/nowhere")
    used = sum(process.memory_full_info().pss for process in server.tree()) / 1024**2
    assert used < 250, f"{used:.0f} MB"
    server.stop()


def test_what_is_kept_is_private(make_server: MakeServer) -> None:
    server = make_server(HAIDANG_SECRET_KEY="", HAIDANG_WORKERS="1").start()
    for name in ("secret-key", "haidang.sqlite3"):
        assert (server.data / name).stat().st_mode & 0o077 == 0
    server.stop()


def test_the_demo_is_loaded_and_served_by_one_command(make_server: MakeServer) -> None:
    """Its own process begins anew after loading, and tells who can sign in."""
    server = make_server(HAIDANG_WORKERS="1", HAIDANG_DEMO="").start(command="demo")
    log = server.log.read_text()
    assert log.count("is loaded") == 1
    assert "Administrator: " in log
    doors = server.request("/accounts/login/").body.decode()
    assert 'action="/accounts/demo/"' in doors  # the command means demo mode
    used = sum(process.memory_full_info().pss for process in server.tree()) / 1024**2
    assert used < 250, f"{used:.0f} MB"
    server.stop()
    again = server.command("demo")
    assert again.returncode == 0
    assert "is loaded" not in again.stdout
