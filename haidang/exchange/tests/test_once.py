"""Idempotency-Key: a creation that is sent again creates nothing again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from haidang.exchange import actions, tasks
from haidang.exchange.models import StoredAnswer
from haidang.exchange.tests.conftest import Program
from haidang.goals.models import Goal
from haidang.people.models import Person

As = Callable[..., Program]

PILLAR = {"kind": "pillar", "title": "Khách hàng"}


def test_the_same_again_answers_the_same(admin: Program) -> None:
    first = admin.post("goals", PILLAR, key="one")
    spaced = b'{ "title":"Kh\xc3\xa1ch h\xc3\xa0ng",  "kind":"pillar" }'
    for body in (PILLAR, spaced):
        again = admin.post("goals", body, key="one")
        assert again.status_code == 201
        assert again.content == first.content
        assert again["Location"] == first["Location"]
        assert again["ETag"] == first["ETag"]
        assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Goal.objects.count() == 1


def test_another_body_address_or_method_is_409(admin: Program) -> None:
    admin.post("goals", PILLAR, key="one")
    for path, body in (
        ("goals", PILLAR | {"title": "X"}),
        ("units", {"name": "X"}),
        ("goals", None),
    ):
        response = admin.post(path, body, key="one")
        assert response.status_code in (409, 422), path
        if body is not None:
            assert response.json()["code"] == "idempotency_key_reused"
    assert Goal.objects.count() == 1


def test_keys_are_each_persons_own(admin: Program, as_: As, emma: Person) -> None:
    admin.post("goals", PILLAR, key="one")
    other = as_(emma).post("goals", PILLAR, key="one")
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other
    assert Goal.objects.count() == 2


def test_what_was_refused_may_be_tried_again(admin: Program) -> None:
    wrong = admin.post("goals", {"kind": "pillar", "title": "x" * 301}, key="one")
    assert wrong.status_code == 422
    assert not StoredAnswer.objects.exists()
    assert admin.post("goals", PILLAR, key="one").status_code == 201


def test_nothing_is_kept_when_the_work_fails(
    admin: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(actions, "keep", broken)
        assert admin.post("goals", PILLAR, key="one").status_code == 500
    assert not Goal.objects.exists()
    assert not StoredAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "ü", "a\tb"])
def test_keys_have_a_form(admin: Program, key: str) -> None:
    response = admin.post("goals", PILLAR, key=key)
    assert response.status_code == 422
    assert response.json()["errors"][0]["in"] == "header"
    assert not Goal.objects.exists()


def test_keys_are_kept_for_a_day(admin: Program) -> None:
    admin.post("goals", PILLAR, key="one")
    admin.post("goals", PILLAR, key="two")
    old = timezone.now() - timedelta(hours=24, seconds=1)
    StoredAnswer.objects.update(created_at=old)
    assert admin.post("goals", PILLAR, key="one").status_code == 201
    assert Goal.objects.count() == 3
    assert StoredAnswer.objects.count() == 1
    StoredAnswer.objects.update(created_at=old)
    assert tasks.purge_stored_answers.func() == 1
    assert not StoredAnswer.objects.exists()


def test_a_state_change_again_is_no_conflict(admin: Program) -> None:
    goal = admin.made("goals", PILLAR)
    path = f"goals/{goal['id']}"
    etag = admin.etag(path)
    first = admin.post(f"{path}/closure", {"score": "0.5"}, etag=etag, key="close")
    assert first.json()["state"] == "closed"
    again = admin.post(f"{path}/closure", {"score": "0.5"}, etag=etag, key="close")
    assert again.content == first.content
    assert admin.post(f"{path}/closure", {"score": "0.5"}, etag=etag).status_code == 412


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_creates(admin: Program) -> None:
    answers: list[Any] = []
    start = threading.Barrier(4)

    def send() -> None:
        start.wait()
        try:
            answers.append(admin.post("goals", PILLAR, key="same"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [a.status_code for a in answers] == [201] * 4
    assert len({a.content for a in answers}) == 1
    assert sorted("Idempotency-Replayed" in a for a in answers) == [False, True, True, True]
    assert Goal.objects.count() == 1
