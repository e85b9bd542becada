"""The client programs of PostgreSQL: there, and not older than the server, or said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from haidang.config.backup import clients
from haidang.lib.errors import Conflict

FACTS: dict[str, Any] = {
    "NAME": "okr",
    "USER": "an",
    "PASSWORD": "bí mật",
    "HOST": "",
    "PORT": "",
    "OPTIONS": {"host": "/run/pg", "prepare_threshold": 5},
}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def put(programs: Path, script: str, name: str = "pg_dump") -> None:
    (programs / name).write_text(f"#!/bin/sh\n{script}\n")
    (programs / name).chmod(0o755)


@pytest.mark.parametrize(("found", "refused"), [("14.2", True), ("15.1", False), ("17.0", False)])
def test_an_older_one_is_refused(programs: Path, found: str, refused: bool) -> None:
    put(programs, f"echo 'pg_dump (PostgreSQL) {found} (Debian)'")
    if not refused:
        assert clients.version("pg_dump", 15) == int(found[:2])
        return
    with translation.override("en"), pytest.raises(Conflict) as caught:
        clients.version("pg_dump", 15)
    with translation.override("en"):
        assert "older than the server (15)" in str(caught.value.message)


def test_a_missing_one_is_named(programs: Path) -> None:
    with translation.override("en"):
        with pytest.raises(Conflict) as caught:
            clients.version("pg_nothing", 15)
        assert "pg_nothing is missing" in str(caught.value.message)


def test_the_password_is_not_among_the_words(programs: Path) -> None:
    put(programs, f'echo "$@" > {programs}/words; echo "$PGPASSWORD" > {programs}/password')
    clients.run("pg_dump", "--x", to=clients.where(FACTS, "another"))
    words = (programs / "words").read_text()
    assert "dbname=another" in words
    assert "host=/run/pg" in words
    assert "bí mật" not in words
    assert "prepare_threshold" not in words
    assert (programs / "password").read_text().strip() == "bí mật"


def test_what_fails_is_said(programs: Path) -> None:
    put(programs, "echo 'no such thing' >&2; exit 3")
    with pytest.raises(Conflict) as caught:
        clients.run("pg_dump", to=clients.where(FACTS))
    assert "no such thing" in str(caught.value.message)


#: How the script of a pg_restore begins, and a row that looks like it.
BEGINS = ["SET lock_timeout = 0;", "SET transaction_timeout = 0;", "SET row_security = off;"]
GOES_ON = ["CREATE TABLE x (y text);", "COPY x FROM stdin;", "SET transaction_timeout = 0;", "\\."]


@pytest.mark.parametrize("known", [False, True])
def test_a_newer_one_sets_nothing_that_the_server_does_not_know(
    programs: Path, known: bool
) -> None:
    begins = [line for line in BEGINS if not (known and "transaction" in line)]
    (programs / "script").write_text("\n".join([*begins, *GOES_ON, ""]))
    put(programs, f'echo "$@" > {programs}/words; cat {programs}/script', "pg_restore")
    put(programs, f"cat > {programs}/taken", "psql")
    facts = clients.where(FACTS)
    clients.restore(programs / "dump", "--no-owner", to=facts, newer=True)
    left = [line for line in begins if "transaction" not in line]
    assert (programs / "taken").read_text().splitlines() == [*left, *GOES_ON]
    assert "--exit-on-error" not in (programs / "words").read_text()
    clients.restore(programs / "dump", "--no-owner", to=facts, newer=False)
    assert "--exit-on-error" in (programs / "words").read_text()


@pytest.mark.parametrize("broken", ["pg_restore", "psql"])
def test_whichever_of_the_two_fails_is_said(programs: Path, broken: str) -> None:
    put(programs, "yes CREATE | head -c 3000000", "pg_restore")
    put(programs, "cat > /dev/null", "psql")
    put(programs, "echo 'no such thing' >&2; exit 3", broken)
    with pytest.raises(Conflict) as caught:
        clients.restore(programs / "dump", to=clients.where(FACTS), newer=True)
    assert broken in str(caught.value.message)
    assert "no such thing" in str(caught.value.message)
