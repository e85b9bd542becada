"""kill -9 of the whole server in the middle of a burst of check-ins, again and again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from haidang.lib.sqlite.base import DatabaseWrapper
from tests.durability.burst import Burst
from tests.oracle import facts as raw
from tests.oracle.compare import differences
from tests.support.serving import Server

#: In two halves, which can run beside each other. Fifty times where everything is run.
EVERYTHING = os.environ.get("CI") == "true" and connection.vendor == "sqlite"
KILLS = int(os.environ.get("KILLS", "50" if EVERYTHING else "10"))
LONGEST_BURST = 0.4  # seconds after its first answer


@contextmanager
def database_of(server: Server) -> Iterator[None]:
    """The oracle reads what the killed server left behind."""
    path = server.data / "haidang.sqlite3"
    facts = {**connection.settings_dict, "NAME": str(path)}
    left = DatabaseWrapper({**facts, "ENGINE": "haidang.lib.sqlite", "OPTIONS": {}}, "left")
    try:
        with mock.patch.object(raw, "connection", left):
            yield
    finally:
        left.close()


def build(server: Server) -> dict[str, Any]:
    made = subprocess.run(
        [sys.executable, "-m", "tests.durability.build"],
        env={**server.environment, "DJANGO_SETTINGS_MODULE": "haidang.config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return dict(json.loads(made.stdout))


def kill(server: Server) -> None:
    """The whole process tree at once, with nothing to be tidied up before."""
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(10)


@pytest.mark.django_db
@pytest.mark.parametrize("half", [1, 2])
def test_no_acknowledged_check_in_is_lost_and_no_ancestor_is_off(
    make_server: Callable[..., Server], half: int
) -> None:
    server = make_server()
    company = build(server)
    chance = random.Random(half)
    acknowledged: dict[int, dict[str, Any]] = {}
    unanswered = 0
    for number in range(KILLS // 2):
        server.start()
        burst = Burst(server.port, company["clients"], number)
        burst.start()
        burst.first.wait(30)
        time.sleep(chance.uniform(0, LONGEST_BURST))
        kill(server)
        burst.join()
        assert burst.surprises == []
        assert burst.acknowledged, "killed before anything was done"
        unanswered += burst.unanswered
        acknowledged |= {record["id"]: record for record in burst.acknowledged}
        with database_of(server):
            assert raw.rows("PRAGMA integrity_check")[0]["integrity_check"] == "ok"
            there = {
                row["id"]: (raw.number(row["value"]), str(row["for_day"]))
                for row in raw.rows("SELECT id, value, for_day FROM checkins_checkin")
            }
            lost = [
                record
                for record in acknowledged.values()
                if there.get(record["id"]) != (int(record["value"]), record["day"])
            ]
            assert lost == []
            assert differences(company["organisation"]) == []
    assert unanswered > KILLS // 2, "the kills did not fall into the bursts"
    checked = server.command("recompute", "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.django_db
def test_the_check_notices_what_a_careless_writer_leaves_behind(
    make_server: Callable[..., Server],
) -> None:
    """Statements committed one by one: sooner or later a kill falls between two of them."""
    server = make_server()
    company = build(server)
    for _ in range(20):
        careless = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.careless", str(company["organisation"])],
            env={**server.environment, "DJANGO_SETTINGS_MODULE": "haidang.config.settings"},
            stdout=subprocess.PIPE,
        )
        with careless:
            assert careless.stdout is not None
            assert careless.stdout.readline() == b"done\n"
            time.sleep(random.uniform(0.01, 0.1))
            careless.kill()
        with database_of(server):
            if differences(company["organisation"]):
                return
    pytest.fail("nothing was torn: what is proved?")
