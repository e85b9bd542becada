"""The server as a whole: memory when idle, the demo company's load, the first page."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from django.db import connection

from benchmarks.measuring import Row

SCRATCH = "haidang_bench_demo"


@contextmanager
def _empty_database() -> Iterator[dict[str, str]]:
    """The environment of a program with an empty database of the kind that is measured."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HAIDANG_DATA": folder, "HAIDANG_DEMO": "1"}
        environment.pop("DATABASE_URL", None)
        if connection.vendor == "postgresql":
            subprocess.run(["dropdb", "--if-exists", SCRATCH], check=True, capture_output=True)
            subprocess.run(["createdb", SCRATCH], check=True)
            settings = connection.settings_dict
            where = f"{settings['USER']}@{settings['HOST']}" if settings["HOST"] else ""
            environment["DATABASE_URL"] = f"postgresql://{where}/{SCRATCH}"
        try:
            yield environment
        finally:
            if connection.vendor == "postgresql":
                subprocess.run(["dropdb", "--if-exists", SCRATCH], check=True, capture_output=True)


def _haidang(*words: str) -> list[str]:
    return [sys.executable, "-m", "haidang", *words]


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def _wait(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the server did not answer")


def memory() -> list[Row]:
    """Proportional memory of all processes of an idle server with the demo company."""
    with _empty_database() as environment:
        subprocess.run(_haidang("demo"), env=environment, check=True, capture_output=True)
        port = _free_port()
        server = subprocess.Popen(
            _haidang("serve", "--port", str(port)),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(port)
            time.sleep(3)
            tree = [
                psutil.Process(server.pid),
                *psutil.Process(server.pid).children(recursive=True),
            ]
            pss = sum(p.memory_full_info().pss for p in tree)
            note = f"{len(tree)} processes"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return [Row("memory of an idle server (PSS)", name, pss / 2**20, 400, "M", note=note)]


def demo() -> list[Row]:
    """The demo company loaded into a migrated database, and then the first page."""
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    with _empty_database() as environment:
        start = time.perf_counter()
        subprocess.run(_haidang("migrate"), env=environment, check=True, capture_output=True)
        migrated = time.perf_counter()
        subprocess.run(_haidang("demo"), env=environment, check=True, capture_output=True)
        loaded = time.perf_counter()
        port = _free_port()
        server = subprocess.Popen(
            _haidang("serve", "--port", str(port)),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(port)
            first = time.perf_counter()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    return [
        Row("demo company loaded", name, loaded - migrated, 15, "s"),
        Row("first page after an empty database", name, first - start, 60, "s"),
    ]
