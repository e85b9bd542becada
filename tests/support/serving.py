"""The real process tree, as `haidang serve` starts it, over the database of the test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from haidang.people.models import Person

START_SECONDS = 120
STOP_SECONDS = 15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url(name: str = "") -> str:
    """The database that the test itself uses, as the server is to be told; or another one
    beside it."""
    facts = connection.settings_dict
    name = quote(name or str(facts["NAME"]), safe="/")
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    login = quote(facts["USER"]) + (f":{quote(facts['PASSWORD'])}" if facts["PASSWORD"] else "")
    host = quote(facts["HOST"], safe="") + (f":{facts['PORT']}" if facts["PORT"] else "")
    folder = facts["OPTIONS"].get("host")  # of a socket
    socket_of = f"?host={quote(folder, safe='/')}" if folder else ""
    return f"postgresql://{login}{'@' if login else ''}{host}/{name}{socket_of}"


class Answer(NamedTuple):
    """Of the server: `headers["X-Name"]` whatever its case, and the whole body."""

    status: int
    headers: Message
    body: bytes


class Server:
    """`haidang serve` on a free port. `start` waits until it answers, `stop` until it is gone."""

    def __init__(self, data: Path, database: str = "", **environment: str) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data / "server.log"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("HAIDANG_", "DJANGO_"))},
            "HAIDANG_DATA": str(data),
            "HAIDANG_SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": database,
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another `haidang` command over the same data."""
        return subprocess.run(
            [sys.executable, "-m", "haidang", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, command: str = "serve") -> Server:
        words = ["demo", "--serve"] if command == "demo" else ["serve"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "haidang", *words, "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        """Whether somebody listens. A probe that is given the very port as its own, while nobody
        listens there, would be connected with itself, and hold the port that is to be opened."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            if probe.getsockname()[1] == self.port:
                return False
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def tree(self) -> list[psutil.Process]:
        """Every process of the server, the first one first."""
        assert self.process is not None
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def stop(self, with_signal: int = signal.SIGTERM) -> float:
        """Seconds that it took to stop; whatever is still there then is killed and is an error."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        tree = self.tree()
        began = time.monotonic()
        self.process.send_signal(with_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        took = time.monotonic() - began
        left = psutil.wait_procs(tree[1:], timeout=STOP_SECONDS)[1]
        for process in left:
            process.kill()
        assert not left, f"still running after the server: {left}"
        return took

    def request(
        self,
        path: str,
        *,
        method: str = "GET",
        cookie: str = "",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 30,
    ) -> Answer:
        """One request, answered whole."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            asked = {**({"Cookie": cookie} if cookie else {}), **(headers or {})}
            link.request(method, path, body, asked)
            answer = link.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            link.close()


def session_cookie(person: Person) -> str:
    """`name=value` of a session in which the person is signed in."""
    client = Client()
    assert person.account is not None
    client.force_login(person.account)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.fixture(scope="session")
def _running_server(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with django_db_blocker.unblock():
        url = database_url()
    running = Server(tmp_path_factory.mktemp("server"), url, HAIDANG_DEMO="1").start()
    yield running
    took = running.stop()
    assert took < STOP_SECONDS, running.log.read_text()


@pytest.fixture
def server(transactional_db: None, _running_server: Server) -> Iterator[Server]:
    """The running program; what the test writes through its own connection, it sees."""
    yield _running_server
    _let_requests_end()


def _let_requests_end(seconds: float = 10) -> None:
    """What a page asked for last may still be answered when its test is over; emptying the
    tables meanwhile would be a deadlock on PostgreSQL."""
    if connection.vendor != "postgresql":
        return
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)


@pytest.fixture(scope="session")
def _prepared(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first start leaves it, to be copied: making one takes seconds."""
    server = Server(tmp_path_factory.mktemp("prepared"))
    if connection.vendor == "sqlite":  # the tables are those of the suite, which is half of it
        _copy_tables(server.data / "haidang.sqlite3")
    server.start()
    server.stop()
    server.log.unlink()
    return server.data


def _copy_tables(place: Path) -> None:
    """The suite's database as it is between two tests: nothing of a test is in it."""
    here = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(here)) as suite, closing(sqlite3.connect(place)) as own:
        suite.backup(own)
    place.chmod(0o600)


@pytest.fixture
def make_server(tmp_path: Path, _prepared: Path) -> Iterator[Callable[..., Server]]:
    """`make_server(HAIDANG_WORKERS="1").start()`: one over an empty database of its own."""
    made: list[Server] = []

    def make(**environment: str) -> Server:
        data = tmp_path / f"data-{len(made)}"
        shutil.copytree(_prepared, data)
        made.append(Server(data, environment.pop("DATABASE_URL", ""), **environment))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture(scope="session")
def _template_database(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database with every table and nothing in it, to be copied: making one takes seconds."""
    with django_db_blocker.unblock():
        # Where no test of a session has asked for a database, it has no name of its own.
        worker, name = os.environ.get("PYTEST_XDIST_WORKER", ""), connection.settings_dict["NAME"]
        name = f"{name if name.endswith(worker) else f'{name}_{worker}'}_prepared"
        url = database_url(name)
        as_owner(f"CREATE DATABASE {name}")
    done = Server(tmp_path_factory.mktemp("template"), url).command("migrate")
    assert done.returncode == 0, done.stderr
    yield name
    with django_db_blocker.unblock():
        as_owner(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[str]:
    """The address of an empty database for one server alone, of the kind that the suite runs
    on; on SQLite "" (a file in the server's own folder). Ask for it before `make_server`, so
    that the server ends before its database goes."""
    if connection.vendor == "sqlite":
        yield ""
        return
    template = request.getfixturevalue("_template_database")
    name = template.replace("_prepared", "_own")
    with django_db_blocker.unblock():
        as_owner(f"CREATE DATABASE {name} TEMPLATE {template}")
        url = database_url(name)
    yield url
    with django_db_blocker.unblock():
        as_owner(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def make_database(
    request: pytest.FixtureRequest, django_db_blocker: Any
) -> Iterator[Callable[[], str]]:
    """As `own_database`, any number of them, which last as long as the session."""
    made: list[str] = []

    def make() -> str:
        if connection.vendor == "sqlite":
            return ""
        template = request.getfixturevalue("_template_database")
        made.append(template.replace("_prepared", f"_made{len(made)}"))
        with django_db_blocker.unblock():
            as_owner(f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
            return database_url(made[-1])

    yield make
    with django_db_blocker.unblock():
        for name in made:
            drop_with_former(name)


def drop_with_former(name: str) -> None:
    """A database, and those that restores have put aside."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name])
        for (one,) in cursor.fetchall():
            if one == name or one.startswith(f"{name}_"):
                cursor.execute(f'DROP DATABASE "{one}" WITH (FORCE)')


def as_owner(sql: str) -> None:
    """A statement about whole databases, which cannot run in one that it is about."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)
