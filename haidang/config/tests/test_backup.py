"""Everything in one file and back again, by real commands over real databases."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from haidang.config.backup import clients
from haidang.config.tests.command import MakeServer
from tests.support.serving import Server

PASSWORD = "một hai ba bốn năm"
#: Random moments at which a restore is killed.
KILLS = 5


class Place:
    """A data folder with its database: what is in it, as nobody but the database tells."""

    def __init__(self, server: Server, url: str) -> None:
        self.server = server
        self.url = url
        self.data = server.data

    def run(self, *words: str, code: int = 0) -> str:
        done = self.server.command(*words)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        assert "Traceback" not in said
        return said

    def found(self, name: str) -> None:
        words = ["--name", "Quản Trị", "--email", f"{len(self.organisations())}@x.example"]
        self.run("init", "--another", "--organisation", name, *words, "--password", PASSWORD)

    def ask(self, question: str, database: str = "") -> list[tuple[Any, ...]]:
        if not self.url:
            with closing(sqlite3.connect(database or self.data / "haidang.sqlite3")) as link:
                rows = link.execute(question).fetchall()
                link.commit()
                return rows
        with psycopg.connect(self.url, **{"dbname": database} if database else {}) as link:
            cursor = link.execute(question.encode())
            return cursor.fetchall() if cursor.description else []

    def organisations(self, database: str = "") -> list[str]:
        question = "SELECT name FROM people_organisation ORDER BY id"
        return [name for (name,) in self.ask(question, database)]

    def key(self) -> str:
        return (self.data / "secret-key").read_text()

    def state(self) -> tuple[str, ...]:
        """Of the database, the key and the files together."""
        files = sorted((self.data / "files").glob("*")) if (self.data / "files").exists() else []
        return (*self.organisations(), self.key(), *(path.read_text() for path in files))

    def left(self) -> list[str]:
        """What a restore may leave only while it runs."""
        return [path.name for path in self.data.iterdir() if "restor" in path.name]


@pytest.fixture
def make_place(own_database: str, make_server: MakeServer) -> Iterator[Callable[[], Place]]:
    def make() -> Place:
        return Place(make_server(DATABASE_URL=own_database, HAIDANG_SECRET_KEY=""), own_database)

    yield make
    if own_database:  # the former databases, which are kept
        facts = connection.settings_dict
        with clients.beside(facts) as link:
            name = f"{facts['NAME']}_own_"
            rows = link.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name]
            ).fetchall()
            for (one,) in rows:
                link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(one)))


@pytest.fixture
def place(make_place: Callable[[], Place]) -> Place:
    made = make_place()
    made.found("Tâm Long")
    return made


@pytest.fixture
def backup(place: Place, tmp_path: Path) -> Path:
    """Of one organisation; then there are two, with another key and another file."""
    (place.data / "files").mkdir()
    (place.data / "files" / "logo").write_text("đèn")
    file = tmp_path / "kept.zip"
    place.run("backup", str(file))
    place.found("Hương Sen")
    (place.data / "secret-key").write_text("another-key")
    (place.data / "files" / "logo").write_text("another")
    return file


def test_what_was_there_comes_back(place: Place, backup: Path) -> None:
    with zipfile.ZipFile(backup) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        key = packed.read("secret-key").decode()
    assert backup.stat().st_mode & 0o077 == 0
    assert manifest["engine"] == ("postgresql" if place.url else "sqlite")
    assert manifest["rows"]["people_organisation"] == 1
    assert "goals.0001_initial" in manifest["migrations"]
    said = place.run("restore", str(backup))
    assert place.state() == ("Tâm Long", key, "đèn")
    assert place.left() == []
    # What was there before is whole, and where the answer says.
    former = next(w for w in said.split() if "before" in w and "2" in w)
    assert place.organisations(former) == ["Tâm Long", "Hương Sen"]
    [kept] = place.data.glob("secret-key.before-*")
    assert kept.read_text() == "another-key"
    assert "Every number" in place.run("recompute", "--check")
    place.found("Mới")  # and it can be worked with


def test_a_new_machine_needs_only_the_file(
    place: Place, backup: Path, make_place: Callable[[], Place]
) -> None:
    with zipfile.ZipFile(backup) as packed:
        key = packed.read("secret-key").decode()
    another = make_place()
    for path in another.data.glob("haidang.sqlite3*"):
        path.unlink()
    said = another.run("restore", str(backup))
    assert another.state() == ("Tâm Long", key, "đèn")
    assert ("before" in said) == bool(another.url)  # there is an empty one on PostgreSQL


def test_a_damaged_database_is_replaced_and_kept(place: Place, backup: Path) -> None:
    if place.url:
        return  # PostgreSQL's own files are not ours
    (place.data / "haidang.sqlite3").write_bytes(b"SQLite format 3\0" + b"x" * 9000)
    (place.data / "haidang.sqlite3-wal").write_bytes(b"of the damaged one")
    place.run("restore", str(backup))
    assert place.organisations() == ["Tâm Long"]
    assert not (place.data / "haidang.sqlite3-wal").exists()  # it would be taken for ours
    [kept] = place.data.glob("haidang.sqlite3.before-*")
    assert b"xxx" in kept.read_bytes()


def test_a_running_program_is_backed_up_and_not_replaced(
    place: Place, backup: Path, tmp_path: Path, make_place: Callable[[], Place]
) -> None:
    before = place.state()
    place.server.start()
    place.server.request("/nowhere")
    assert "MB" in place.run("backup", str(tmp_path / "second.zip"))
    assert "Stop it first" in place.run("restore", str(backup), code=1)
    assert "Stop it first" in place.run("upgrade", code=1)
    # From another data folder, as from another machine.
    another = make_place()
    database = place.url or f"sqlite:///{place.data / 'haidang.sqlite3'}"
    another.server.environment["DATABASE_URL"] = database
    assert "Stop every program" in another.run("restore", str(backup), code=1)
    assert place.state() == before
    assert place.server.process is not None
    place.server.process.send_signal(signal.SIGTERM)
    place.server.process.wait()
    place.run("restore", str(backup))


def test_nothing_is_overwritten(place: Place, backup: Path) -> None:
    held = backup.read_bytes()
    assert "there already" in place.run("backup", str(backup), code=1)
    assert backup.read_bytes() == held
    assert "no folder" in place.run("backup", str(backup / "x" / "y.zip"), code=1)
    assert "backups" in place.run("backup")
    assert len(list((place.data / "backups").iterdir())) == 1


def changed(backup: Path, target: Path, **facts: Any) -> Path:
    """The same backup with other words in its manifest."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            if name == "manifest.json":
                held = json.dumps({**json.loads(held), **facts}).encode()
            new.writestr(name, held)
    return target


def test_what_cannot_be_restored_touches_nothing(
    place: Place, backup: Path, tmp_path: Path
) -> None:
    before = place.state()
    with zipfile.ZipFile(backup) as packed:
        manifest = json.loads(packed.read("manifest.json"))
    whole = backup.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    other = "sqlite" if place.url else "postgresql"
    more = {**manifest["rows"], "people_person": 7}
    steps = [*manifest["migrations"], "goals.9999_of_tomorrow"]
    for file, said in [
        (cut, "beginning of one"),
        (tmp_path / "nowhere.zip", "No such file"),
        (changed(backup, tmp_path / "engine", engine=other), "DATABASE_URL"),
        (changed(backup, tmp_path / "steps", migrations=steps), "goals.9999_of_tomorrow"),
        (changed(backup, tmp_path / "rows", rows=more), "people_person 1 ≠ 7"),
    ]:
        assert said in place.run("restore", str(file), code=1)
        assert place.state() == before
        assert place.left() == []


def test_numbers_are_proven(place: Place, tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tests.durability.build"],
        env={
            **place.server.environment,
            "DJANGO_SETTINGS_MODULE": "haidang.config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    place.run("backup", str(tmp_path / "right.zip"))
    place.run("restore", str(tmp_path / "right.zip"))
    place.ask("UPDATE goals_standing SET terms_total = terms_total + 1")
    place.run("backup", str(tmp_path / "wrong.zip"))
    before = place.state()
    assert "not what their records say" in place.run("restore", str(tmp_path / "wrong.zip"), code=1)
    assert (place.state(), place.left()) == (before, [])
    said = place.run("restore", str(tmp_path / "wrong.zip"), "--accept-differences")
    assert "haidang recompute" in said
    place.run("recompute")
    place.run("recompute", "--check")


@pytest.mark.parametrize(
    ("moment", "new"),
    [
        ("begin", False),  # all is proven and lies ready, nothing is moved
        ("carry_out", True),  # it is written down; on PostgreSQL the names have changed
        ("forget", True),  # all is moved
    ],
)
def test_what_dies_at_the_worst_moment_is_finished_by_the_next_command(
    place: Place, backup: Path, moment: str, new: bool
) -> None:
    before = place.state()
    dies = f"""
import os, sys
from haidang.config import cli
from haidang.config.backup import swap
def dies(*_args, **_named): os._exit(9)
swap.{moment} = dies
sys.exit(cli.main(sys.argv[1:]))
"""
    done = subprocess.run(
        [sys.executable, "-c", dies, "restore", str(backup)],
        env=place.server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 9, done.stderr
    place.run("recompute", "--check")
    with zipfile.ZipFile(backup) as packed:
        after = ("Tâm Long", packed.read("secret-key").decode(), "đèn")
    assert place.state() == (after if new else before)
    place.run("restore", str(backup))  # and what was left is in nobody's way
    assert (place.state(), place.left()) == (after, [])


def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new(
    place: Place, backup: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second.zip"
    place.run("backup", str(second))
    with zipfile.ZipFile(backup) as packed:
        states = {
            backup: ("Tâm Long", packed.read("secret-key").decode(), "đèn"),
            second: place.state(),
        }
    began = time.monotonic()
    place.run("restore", str(backup))
    took = time.monotonic() - began
    chance = random.Random(7)
    for _ in range(KILLS):
        wanted = next(file for file, state in states.items() if state != place.state())
        process = subprocess.Popen(
            [sys.executable, "-m", "haidang", "restore", str(wanted)],
            env=place.server.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.4, 1.1) * took)
        process.kill()
        process.wait()
        place.run("recompute", "--check")
        assert place.state() in states.values()
    place.run("restore", str(second))
    assert (place.state(), place.left()) == (states[second], [])
