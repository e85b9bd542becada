"""What former versions stored is brought up to date, and nothing of it is lost."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.support.serving import Server, as_owner, database_url
from tests.upgrades.dump import DUMPS
from tests.upgrades.killed import AFTERWARDS

NAMES = sorted(path.stem for path in DUMPS.glob("*.json"))


def test_there_is_a_dump_of_each_engine() -> None:
    assert NAMES
    for name in NAMES:
        for engine in ("sqlite", "postgresql"):
            assert (DUMPS / f"{name}.{engine}.sql.gz").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NAMES)
def test_a_former_database_is_brought_up_to_date(tmp_path: Path, name: str) -> None:
    script = gzip.decompress((DUMPS / f"{name}.{connection.vendor}.sql.gz").read_bytes()).decode()
    with stored(script, tmp_path) as url:
        server = Server(tmp_path, url)
        for words in (["migrate"], ["recompute", "--check"]):
            done = server.command(*words)
            assert done.returncode == 0, done.stdout + done.stderr
        known = json.loads((DUMPS / f"{name}.json").read_text("utf-8"))
        found = told(server)
        assert {label: found["rows"][label] for label in known["rows"]} == known["rows"]
        assert found["standings"] == known["standings"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NAMES)
def test_an_upgrade_is_killed_at_each_step(tmp_path: Path, name: str) -> None:
    """What was killed left nothing, and the next start takes it up where it was."""
    script = gzip.decompress((DUMPS / f"{name}.{connection.vendor}.sql.gz").read_bytes()).decode()
    (tmp_path / "killed").mkdir()
    (tmp_path / "whole").mkdir()
    with stored(script, tmp_path / "whole") as url:
        server = Server(tmp_path / "whole", url)
        waiting = json.loads(run(server, "tests.upgrades.killed", "--waiting"))
        assert server.command("migrate").returncode == 0
        known, whole = told(server), run(server, "tests.upgrades.killed", "--tables")
    with stored(script, tmp_path / "killed") as url:
        server = Server(tmp_path / "killed", url)
        killed = json.loads(run(server, "tests.upgrades.killed"))
        assert killed == [*waiting, AFTERWARDS]
        for words in (["migrate"], ["recompute", "--check"]):
            done = server.command(*words)
            assert done.returncode == 0, done.stdout + done.stderr
        assert told(server) == known
        assert run(server, "tests.upgrades.killed", "--tables") == whole


@contextmanager
def stored(script: str, data: Path) -> Iterator[str]:
    """A database as it was dumped, by its address ("" for a file in the folder)."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(data / "haidang.sqlite3")) as file:
            file.executescript(script)
        yield ""
        return
    import psycopg

    name = f"{connection.settings_dict['NAME']}_former"
    as_owner(f"CREATE DATABASE {name}")
    url = database_url(name)
    try:
        with psycopg.connect(url) as former:
            former.execute(script.encode())
        yield url
    finally:
        as_owner(f"DROP DATABASE {name} WITH (FORCE)")


def told(server: Server) -> dict[str, Any]:
    return dict(json.loads(run(server, "tests.upgrades.dump", "--told")))


def run(server: Server, *words: str) -> str:
    """What a program of the tests prints of the server's database."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={**server.environment, "DJANGO_SETTINGS_MODULE": "haidang.config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
