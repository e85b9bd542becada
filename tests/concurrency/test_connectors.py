"""Connectors that are due run side by side: a slow one holds up nobody, and none runs twice."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from haidang.checkins.models import CheckIn
from haidang.kpis import tasks
from haidang.kpis.connectors.sources.base import Fetched, Reading
from haidang.kpis.connectors.sources.sql import Sql
from haidang.kpis.models import Connector, ForeignName, Run
from haidang.kpis.tasks import run_what_is_due
from tests.concurrency.together import together
from tests.worlds import World


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def due(world: World, now: datetime) -> Callable[[int], list[Connector]]:
    def made(count: int) -> list[Connector]:
        found = []
        for n in range(count):
            one = Connector.objects.create(
                organisation=world.organisation, name=f"Nguồn {n}", kind="sql", keeper=world.an,
                at=time(6), every="day", is_on=True, next_at=now - timedelta(minutes=1),
                settings={"which": str(n)}, created_by=world.an, created_at=now,
            )  # fmt: skip
            ForeignName.objects.create(connector=one, name="KD", key="kd", kpi=world.kpi())
            found.append(one)
        return found

    return made


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], None]:
    """`answers(before)`: what a source does before it answers, told which one it is."""

    def let(before: Callable[[str], None]) -> None:
        def fetch(_self: Any, settings: Any, *_rest: Any) -> Fetched:
            before(settings["which"])
            return Fetched([Reading("KD", None, Decimal(7))], "7")

        monkeypatch.setattr(Sql, "fetch", fetch)

    return let


def test_several_are_asked_at_the_same_time(due: Any, answers: Any, now: datetime) -> None:
    due(tasks.AT_A_TIME)
    all_here = threading.Barrier(tasks.AT_A_TIME)
    answers(lambda _which: all_here.wait(20))  # nobody goes on before all are asked
    assert run_what_is_due(now) == tasks.AT_A_TIME
    assert CheckIn.objects.count() == tasks.AT_A_TIME
    assert set(Run.objects.values_list("outcome", flat=True)) == {"good"}


def test_a_slow_one_holds_up_nobody(due: Any, answers: Any, now: datetime) -> None:
    due(6)
    others = threading.Semaphore(0)

    def before(which: str) -> None:
        if which == "0":
            for _n in range(5):
                assert others.acquire(timeout=20), "the others wait for the slow one"
        else:
            others.release()

    answers(before)
    assert run_what_is_due(now) == 6
    assert set(Run.objects.values_list("outcome", flat=True)) == {"good"}


def test_no_connector_runs_twice_at_once(due: Any, answers: Any, now: datetime) -> None:
    """Two workers that look for work at the same moment."""
    due(5)
    at_work: list[str] = []
    met: list[str] = []

    def before(which: str) -> None:
        if which in at_work:
            met.append(which)
        at_work.append(which)
        clock.sleep(0.1)
        at_work.remove(which)

    answers(before)
    counts = together(*[lambda: run_what_is_due(now)] * 2)
    assert sorted(map(type, counts), key=str) == [int, int], counts
    assert sum(counts) == 5
    assert not met
    assert Run.objects.count() == 5
    assert CheckIn.objects.count() == 5


def test_one_that_cannot_be_run_leaves_the_others_their_turn(
    due: Any, answers: Any, now: datetime, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    first, *_others = due(3)
    answers(lambda _which: None)
    begin = tasks.running.begin_due

    def fails(connector: Connector, when: datetime) -> Run | None:
        if connector.pk == first.pk:
            raise RuntimeError("no")
        return begin(connector, when)

    monkeypatch.setattr(tasks.running, "begin_due", fails)
    assert run_what_is_due(now) == 2
    assert f"connector {first.pk} could not be run" in caplog.text


def test_the_database_itself_knows_one_run_at_a_time(due: Any, now: datetime) -> None:
    from django.db import IntegrityError, transaction

    (one,) = due(1)
    facts = {
        "organisation": one.organisation, "connector": one, "why": "hand", "began_at": now,
        "starts": now.date(), "ends": now.date(),
    }  # fmt: skip
    Run.objects.create(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(**facts)
    Run.objects.create(**facts, ended_at=now)
    assert connection.vendor in {"sqlite", "postgresql"}
