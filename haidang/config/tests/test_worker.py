"""The background worker: does what was put off, survives the database, cleans up."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from haidang.config import worker

pytestmark = pytest.mark.django_db(transaction=True)
done: list[str] = []


@task()
def note(text: str) -> None:
    done.append(text)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    done.clear()


def test_does_what_was_put_off() -> None:
    note.enqueue("one")
    note.enqueue("two")
    assert done == []
    worker.run(batch=True)
    assert done == ["one", "two"]
    assert DBTaskResult.objects.finished().count() == 2


class Stop(Exception):
    """Ends the endless loop of a test."""


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The endless loop, without waiting, signals or the daily thread; it ends after five."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 5:
            raise Stop

    monkeypatch.setattr(worker.time, "sleep", sleep)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(threading.Thread, "start", lambda _self: None)
    return slept


def test_looks_for_work_again_and_again(loop: list[float]) -> None:
    note.enqueue("one")
    with pytest.raises(Stop):
        worker.run()
    assert done == ["one"]
    assert loop == [worker.LOOK] * 5


def test_waits_for_a_database_that_is_away(
    loop: list[float], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Any] = [OperationalError("away"), OperationalError("away")]
    exists = DBTaskResult.objects.ready().exists

    def failing(_self: Any) -> bool:
        if answers:
            raise answers.pop()
        return bool(exists())

    note.enqueue("one")
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", failing)
    with pytest.raises(Stop):
        worker.run()
    assert done == ["one"]
    assert loop[0] == worker.AWAY
    assert caplog.text.count("waits for the database: away") == 2


def test_cleans_up() -> None:
    ended, running = SessionStore(), SessionStore()
    for session in (ended, running):
        session.save()
    Session.objects.filter(pk=ended.session_key).update(expire_date=timezone.now())
    for text in ("old", "new"):
        note.enqueue(text)
    worker.run(batch=True)
    long_ago = timezone.now() - timedelta(days=worker.KEEP_RESULTS + 1)
    old = DBTaskResult.objects.order_by("finished_at")[0]
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=long_ago)
    worker.clean_up()
    assert [s.pk for s in Session.objects.all()] == [running.session_key]
    assert DBTaskResult.objects.count() == 1


def test_a_failed_clean_up_is_tried_again(
    loop: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    jobs: list[str] = []

    def job() -> None:
        jobs.append("tried")
        raise ZeroDivisionError

    with pytest.raises(Stop):
        worker._again("daily clean-up", worker.DAY, job)
    assert jobs == ["tried"] * 2
    assert loop[0] == worker.SETTLED
    assert loop[1] == worker.DAY - worker.SETTLED
    assert "the daily clean-up failed" in caplog.text
