"""A crash of PostgreSQL in the middle of a burst of check-ins.

The organisation's lock is free, and a check-in is seen, before it is on disk
(`haidang.lib.database.writing`). What was answered has to be there nevertheless.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from tests.durability.burst import Burst
from tests.durability.test_kill import build, kill
from tests.oracle import facts as raw
from tests.oracle.compare import differences
from tests.support.serving import Server
from tools import postgres

CRASHES = 3


class Follower(threading.Thread):
    """Follows the changes until nobody answers; what it was told, it believes for good."""

    def __init__(self, server: Server, token: str) -> None:
        super().__init__()
        self.server, self.token = server, token
        self.told: list[tuple[str, str]] = []
        self.first = threading.Event()

    def run(self) -> None:
        place = "now"
        while found := self.ask(place):
            self.told += [(change["at"], change["verb"]) for change in found["items"]]
            if self.told:
                self.first.set()
            place = found["next"]

    def ask(self, cursor: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        path = f"/api/v1/changes?limit=200&cursor={cursor}"
        try:
            answer = self.server.request(path, headers=headers, timeout=10)
        except OSError:
            return None
        return json.loads(answer.body) if answer.status == 200 else None


@contextmanager
def database_of(cluster: postgres.Cluster) -> Iterator[DatabaseWrapper]:
    """The oracle reads what the crash left behind."""
    here = {"HOST": str(cluster.folder), "NAME": "haidang", "USER": "haidang", "PASSWORD": ""}
    facts = {**connection.settings_dict, **here, "PORT": "", "OPTIONS": {}}
    left = DatabaseWrapper(facts, "left")
    try:
        with mock.patch.object(raw, "connection", left):
            yield left
    finally:
        left.close()


@pytest.mark.django_db
def test_what_was_answered_and_what_was_told_survives_a_crash_of_the_database(
    make_server: Callable[..., Server],
) -> None:
    if connection.vendor != "postgresql":
        return
    programs = postgres.installed()
    assert programs is not None
    # Nobody but who waits for it writes to disk: what nobody waited for is lost for certain.
    settings = {"synchronous_commit": "on", "wal_writer_delay": "10s"}
    with postgres.cluster(programs, **settings) as cluster:
        server = make_server(DATABASE_URL=cluster.url)
        with psycopg.connect(cluster.url.replace("/haidang?", "/postgres?"), autocommit=True) as it:
            it.execute("CREATE DATABASE haidang")
        assert server.command("migrate").returncode == 0
        company = build(server)
        chance = random.Random(5)
        acknowledged: dict[int, dict[str, Any]] = {}
        for number in range(CRASHES):
            server.start()
            follower = Follower(server, company["clients"][0]["token"])
            follower.start()
            burst = Burst(server.port, company["clients"], number)
            burst.start()
            assert burst.first.wait(30)
            assert follower.first.wait(30)
            time.sleep(chance.uniform(0.2, 0.8))
            burst.over.set()
            cluster.crash()
            kill(server)
            burst.join()
            assert burst.surprises == []
            follower.join(30)
            acknowledged |= {record["id"]: record for record in burst.acknowledged}
            cluster.start()
            with database_of(cluster):
                there = {
                    row["id"]: (raw.number(row["value"]), str(row["for_day"]))
                    for row in raw.rows("SELECT id, value, for_day FROM checkins_checkin")
                }
                assert [
                    record
                    for record in acknowledged.values()
                    if there.get(record["id"]) != (int(record["value"]), record["day"])
                ] == []
                assert differences(company["organisation"]) == []
                there_at = {row["at"] for row in raw.rows("SELECT at FROM activity_event")}
                assert follower.told
                assert {datetime.fromisoformat(at) for at, _verb in follower.told} <= there_at
