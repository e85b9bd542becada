"""/changes: the log as one person may read it, each event once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from haidang.activity.actions import log
from haidang.activity.tail import Position
from haidang.exchange import changes
from haidang.exchange.api.places import seal, unseal
from haidang.exchange.api.routes import changes as routes
from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import Goal
from haidang.people import actions as people
from haidang.people.models import Person, Unit

pytestmark = pytest.mark.django_db(transaction=True)

As = Callable[..., Program]
Facts = dict[str, Any]


def page(api: Program, cursor: str | None = None, **filters: Any) -> Facts:
    words = {"cursor": cursor, **filters}
    query = "&".join(f"{name}={value}" for name, value in words.items() if value is not None)
    response = api.get(f"changes?{query}")
    assert response.status_code == 200, response.content.decode()
    found: Facts = response.json()
    return found


def follow(api: Program, cursor: str | None = None, **filters: Any) -> tuple[list[Facts], str]:
    """Everything that there is behind a cursor, and where to go on."""
    items: list[Facts] = []
    while True:
        found = page(api, cursor, **filters)
        items += found["items"]
        cursor = found["next"]
        if not found["more"]:
            return items, cursor


def said(items: list[Facts]) -> list[tuple[str, str | None]]:
    return [(i["verb"], i["subject"] and i["subject"]["id"]) for i in items]


def checked_in(api: Program, goal: Facts, value: int = 5) -> None:
    response = api.post(f"goals/{goal['id']}/check-ins", {"value": value}, etag="*")
    assert response.status_code == 201, response.content.decode()


@pytest.fixture
def api(as_: As, an: Person) -> Program:
    return as_(an)


@pytest.fixture
def private(admin: Program, api: Program, an: Person, objective: Facts) -> Facts:
    """A private key result of An's, below an objective that everybody sees."""
    facts = KEY_RESULT | {"title": "Kín", "visibility": "private", "owner": an.public_id}
    return api.made("goals", facts | {"parents": [composed(objective)]})


def test_says_who_did_what_to_what(
    api: Program, an: Person, objective: Facts, key_result: Facts
) -> None:
    _before, cursor = follow(api)
    checked_in(api, key_result)
    found = page(api, cursor)
    (entry,) = found["items"]
    assert entry["verb"] == "check_in.recorded"
    assert entry["actor"] == {"id": an.public_id, "name": an.name}
    assert entry["on_behalf_of"] is None
    assert entry["subject"] == {"kind": "goal", "id": key_result["id"]}
    assert entry["goals"] == [key_result["id"], objective["id"]]
    assert entry["at"]
    assert found["more"] is False
    assert page(api, found["next"])["items"] == []
    assert page(api, entry["cursor"])["items"] == []


def test_begins_at_the_beginning_or_now(api: Program, key_result: Facts) -> None:
    items, _cursor = follow(api)
    assert ("goal.created", key_result["id"]) in said(items)
    now = page(api, "now")
    assert (now["items"], now["more"]) == ([], False)
    checked_in(api, key_result)
    assert said(page(api, now["next"])["items"]) == [("check_in.recorded", key_result["id"])]


def test_pages_of_any_size_make_the_same_whole(api: Program, key_result: Facts) -> None:
    whole, _end = follow(api)
    assert len(whole) > 6
    for limit in (1, 2, 3, len(whole)):
        items, _cursor = follow(api, limit=limit)
        assert said(items) == said(whole)
    for place, entry in enumerate(whole):
        rest, _cursor = follow(api, entry["cursor"])
        assert said(rest) == said(whole[place + 1 :])


def test_what_is_hidden_leaves_no_trace(
    api: Program, as_: As, dung: Person, objective: Facts, key_result: Facts, private: Facts
) -> None:
    other = as_(dung)
    _before, cursor = follow(other)
    _before, own = follow(api)
    checked_in(api, private)
    assert said(page(api, own)["items"]) == [("check_in.recorded", private["id"])]
    # What it moved is told, as the event stream tells it, and nothing else.
    (entry,) = page(other, cursor)["items"]
    facts = (entry["verb"], entry["actor"], entry["subject"], entry["goals"])
    assert facts == ("numbers.moved", None, None, [objective["id"]])
    assert page(other, cursor, verb="check_in.")["items"] == []
    assert len(page(other, cursor, verb="numbers")["items"]) == 1
    text = other.get("changes?limit=200").content.decode()
    assert private["id"] not in text
    hidden = other.get(f"changes?subject={private['id']}")
    assert hidden.status_code == 422
    missing = other.get("changes?subject=KR-999")
    assert hidden.content.decode().replace(private["id"], "KR-999") == missing.content.decode()


def test_nor_do_hidden_events_count(
    api: Program, as_: As, dung: Person, an: Person, key_result: Facts
) -> None:
    """Alone, without anything above: nobody else hears of it at all."""
    other = as_(dung)
    cursor = page(other, "now")["next"]
    Goal.objects.filter(public_id=key_result["id"]).update(visibility="private")
    Goal.objects.filter(public_id="O-1").update(visibility="private")
    for value in range(4):
        checked_in(api, key_result, value)
    silent = page(other, cursor, limit=1)
    assert (silent["items"], silent["more"]) == ([], False)
    assert silent["next"] != cursor
    assert silent["next"] != page(other, cursor, limit=1)["next"]  # nor can two be compared


def test_filters(api: Program, admin: Program, key_result: Facts) -> None:
    checked_in(api, key_result)
    items, _cursor = follow(api, verb="check_in.")
    assert said(items) == [("check_in.recorded", key_result["id"])]
    items, _cursor = follow(api, subject=key_result["id"].lower())
    assert {i["subject"]["id"] for i in items} == {key_result["id"]}
    assert {"goal.created", "check_in.recorded"} <= {i["verb"] for i in items}
    items, _cursor = follow(api, subject="C-1")
    assert said(items) == [("cycle.created", "C-1")]
    items, _cursor = follow(api, verb="goal.created", subject="O-1", limit=1)
    assert len(items) == 1
    for odd in ("verb=%25", "verb=Goal", "subject=x", "limit=0", "since=1"):
        assert api.get(f"changes?{odd}").status_code == 422, odd


def test_accounts_are_their_owners_and_the_administrators(
    api: Program, admin: Program, as_: As, administrator: Person, an: Person, binh: Person
) -> None:
    cursor = page(api, "now")["next"]
    people.reset_link(administrator, an)
    people.set_roles(administrator, an, ["member", "hr"])
    roles = ("person.roles_set", an.public_id)
    for reader in (api, admin):
        told = said(follow(reader, cursor)[0])
        assert ("person.reset_link_made", an.public_id) in told
        assert roles in told
    assert said(follow(as_(binh), cursor)[0]) == [roles]


def test_tokens_are_their_owners_and_the_administrators(
    api: Program, admin: Program, as_: As, an: Person, binh: Person
) -> None:
    cursor = page(api, "now")["next"]
    people.revoke_token(an, as_(an).token)
    for reader, told in ((api, ["token.revoked"]), (admin, ["token.revoked"]), (as_(binh), [])):
        assert [i["verb"] for i in follow(reader, cursor)[0]] == told


def test_a_guest_hears_of_what_is_theirs(
    admin: Program,
    as_: As,
    administrator: Person,
    make_person: Callable[..., Person],
    objective: Facts,
    key_result: Facts,
    sales_unit: Unit,
) -> None:
    guest = make_person("Khách", "khach", unit=sales_unit)
    people.set_roles(administrator, guest, ["guest"])
    items, _cursor = follow(as_(guest))
    subjects = {i["subject"]["id"] for i in items if i["subject"]}
    assert subjects <= {guest.public_id, sales_unit.public_id, sales_unit.parent.public_id}  # type: ignore[union-attr]
    assert all(i["actor"] is None for i in items)
    assert not any(i["goals"] for i in items)


def test_nothing_crosses_an_organisation(as_: As, emma: Person, api: Program) -> None:
    foreign = as_(emma)
    items, cursor = follow(foreign)
    assert {i["verb"] for i in items} == {"organisation.created"}
    response = api.get(f"changes?cursor={cursor}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("cursor", ["x", "0.1", "=", "%20", "A" * 70, "ü", "A" * 4001])
def test_a_cursor_that_was_made_up_is_refused(api: Program, cursor: str) -> None:
    assert api.get(f"changes?cursor={cursor}").status_code == 422


def test_cursors_are_sealed() -> None:
    place = Position(7, 2**62)
    cursor = seal(place, of=3)
    assert unseal(cursor, of=3) == place
    assert unseal(cursor, of=4) is None
    assert seal(place, of=3) != cursor
    broken = cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:]
    assert unseal(broken, of=3) is None
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert unseal(cursor, of=3) == place
    with override_settings(SECRET_KEY="new"):
        assert unseal(cursor, of=3) is None


def test_looks_at_no_more_than_it_should_at_once(
    api: Program, key_result: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _end = follow(api)
    monkeypatch.setattr(changes, "_BATCH", 2)
    monkeypatch.setattr(changes, "MOST_LOOKED_AT", 4)
    found = page(api, verb="numbers.")
    assert (found["items"], found["more"]) == ([], True)
    items, _cursor = follow(api)
    assert said(items) == said(whole)
    items, _cursor = follow(api, verb="numbers.")
    assert items == []


def test_what_ends_between_horizon_and_snapshot_is_not_lost(
    api: Program, key_result: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = page(api, "now")["next"]
    settled = routes.settled

    def meanwhile() -> Position:
        assert not connection.in_atomic_block  # an older snapshot would lack what has ended
        found = settled()
        monkeypatch.undo()
        checked_in(api, key_result)
        return found

    monkeypatch.setattr(routes, "settled", meanwhile)
    first = page(api, cursor)
    second = page(api, first["next"])
    told = said(first["items"]) + said(second["items"])
    assert told == [("check_in.recorded", key_result["id"])]


def test_waits_for_who_commits_late(api: Program, key_result: Facts) -> None:
    """On PostgreSQL ids commit out of order; on SQLite a second writer has to wait anyway."""
    if connection.vendor != "postgresql":
        return
    goal = Goal.objects.get(public_id=key_result["id"])
    cursor = page(api, "now")["next"]
    began, go_on = threading.Event(), threading.Event()

    def write(verb: str) -> None:
        log(
            organisation_id=goal.organisation_id,
            at=goal.created_at,
            verb=verb,
            subject_kind="goal",
            subject_id=goal.pk,
            subject=goal.public_id,
            touched=[goal.pk],
        )

    def slow() -> None:
        try:
            with transaction.atomic():
                write("goal.slow")
                began.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert began.wait(20)
        write("goal.fast")
        early, cursor = follow(api, cursor)
        assert early == []
    finally:
        go_on.set()
        thread.join(20)
    told: list[Facts] = []
    end = time.monotonic() + 20
    while len(told) < 2 and time.monotonic() < end:
        more, cursor = follow(api, cursor)
        told += more
    assert [i["verb"] for i in told] == ["goal.slow", "goal.fast"]
