"""The event stream: who may listen, what each hears, and what happens to those who are slow,
come back, or have left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from haidang.activity import tail
from haidang.activity.actions import log
from haidang.config import stream as module
from haidang.config.stream import Listener, Stream
from haidang.config.tests.asking import Client, run, scope
from haidang.goals.actions import create_goal
from haidang.goals.models import Goal, Visibility
from haidang.people import actions
from haidang.people.models import Person
from tests.support.serving import session_cookie

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def goal(administrator: Person) -> Goal:
    return create_goal(administrator, "ultimate", {"title": "Dẫn đầu phía Nam"})


def change(goal: Goal, *touched: int) -> None:
    """As any write does: one event of the log."""
    log(
        organisation_id=goal.organisation_id,
        at=timezone.now(),
        verb="goal.edited",
        subject_kind="goal",
        subject_id=goal.pk,
        subject=goal.public_id,
        touched=touched or (goal.pk,),
    )


def entries_after(start: tail.Position) -> list[tail.Entry]:
    """For a thread of its own, which leaves no connection behind."""
    try:
        return tail.after(start, 100)
    finally:
        connection.close()


class Listening:
    """One listener of a stream under test."""

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.client = Client()
        self.task: asyncio.Task[None] | None = None

    def events(self) -> list[dict[str, Any]]:
        text = self.client.body.decode()
        return [
            json.loads(line.removeprefix("data: "))
            for block in text.split("\n\n")
            if "event: goals" in block
            for line in block.splitlines()
            if line.startswith("data: ")
        ]

    async def event(self, number: int = 1) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while len(self.events()) < number:
                self.client.changed.clear()
                await self.client.changed.wait()
        return self.events()[number - 1]


class House:
    """A stream, the people who listen, and writes made beside it."""

    def __init__(self) -> None:
        self.stream = Stream()
        self.listening: list[Listening] = []

    async def listen(self, cookie: str = "", path: str = "/stream/", **headers: str) -> Listening:
        one = Listening(cookie)
        given = scope(path, "GET", **{"cookie": cookie, **headers})
        one.task = asyncio.create_task(
            self.stream(given, one.client.receive, one.client.send)  # type: ignore[arg-type]
        )
        self.listening.append(one)
        async with asyncio.timeout(10):
            while len(one.client.messages) < 2:
                one.client.changed.clear()
                await one.client.changed.wait()
        return one

    async def write(self, what: Callable[[], object]) -> None:
        def work() -> None:
            try:
                what()
            finally:
                connection.close()

        await asyncio.to_thread(work)


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    made = House()
    try:
        yield made
    finally:
        made.stream.stop()
        for one in made.listening:
            one.client.gone.set()
            if one.task:
                await asyncio.wait_for(one.task, 10)
        await made.stream._ask(module.disconnect)
        assert not made.stream.listeners
        assert not made.stream.per_session


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"cookie": "haidang=nosuchsessionnosuchsessionnosuch"}, 401),
        ({"cookie": "haidang=\x00'"}, 401),
        ({"cookie": "haidang"}, 401),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
    ],
)
def test_strangers_and_foreign_pages_are_refused(headers: dict[str, str], status: int) -> None:
    async def go() -> None:
        async with house() as home:
            one = await home.listen(**headers)
            assert one.client.status == status

    run(go)


def test_only_get_and_only_our_hosts() -> None:
    async def go() -> None:
        async with house() as home:
            for method, host, status in (("POST", b"localhost", 405), ("GET", b"evil.vn", 400)):
                client = Client()
                asked = scope("/stream/", method)
                asked["headers"][0] = (b"host", host)
                await home.stream(asked, client.receive, client.send)
                assert client.status == status

    run(go)


def test_a_page_of_ours_may_listen(an: Person) -> None:
    cookie = session_cookie(an)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie, origin="http://localhost", sec_fetch_site="same-origin")
            assert one.client.status == 200
            assert one.client.headers["content-type"].startswith("text/event-stream")
            assert one.client.headers["cache-control"] == "no-store"
            assert b"event: hello\nid: " in one.client.body

    run(go)


def test_everybody_hears_what_they_may_see(
    an: Person, binh: Person, dung: Person, emma: Person, administrator: Person, goal: Goal
) -> None:
    private = create_goal(administrator, "ultimate", {"title": "Kín"})
    Goal.objects.filter(pk=private.pk).update(visibility=Visibility.PRIVATE, owner=an)
    cookies = {person: session_cookie(person) for person in (an, binh, emma)}

    async def go() -> None:
        async with house() as home:
            heard = {person: await home.listen(cookie) for person, cookie in cookies.items()}
            second_tab = await home.listen(cookies[an])
            await home.write(lambda: change(goal, goal.pk, private.pk))
            both = sorted([goal.public_id, private.public_id])
            assert (await heard[an].event())["ids"] == both
            assert (await second_tab.event())["ids"] == both
            assert (await heard[binh].event())["ids"] == [goal.public_id]
            await asyncio.sleep(3 * module.LOOK)
            assert heard[emma].events() == []

    run(go)


def test_what_happens_meanwhile_is_said_once_and_together(an: Person, goal: Goal) -> None:
    cookie = session_cookie(an)
    start = tail.end()

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie)
            one.client.takes.clear()
            for _ in range(5):
                await home.write(lambda: change(goal))
            async with asyncio.timeout(20):
                while len(written := await asyncio.to_thread(entries_after, start)) < 5:
                    await asyncio.sleep(module.LOOK)
                last = written[-1].position
                while home.stream._tail is None or home.stream._tail.position < last:
                    await asyncio.sleep(module.LOOK)
                await asyncio.sleep(3 * module.LOOK)
            one.client.takes.set()
            async with asyncio.timeout(10):
                while not one.events() or one.events()[-1]["cursor"] != str(last):
                    await asyncio.sleep(module.LOOK)
            # One that was being sent when the others came, and one for all of them.
            assert len(one.events()) <= 2
            assert all(event["ids"] == [goal.public_id] for event in one.events())

    run(go)


@pytest.mark.parametrize("how", ["header", "address"])
def test_who_comes_back_loses_nothing(an: Person, goal: Goal, how: str) -> None:
    cookie = session_cookie(an)
    left_at = str(tail.end())
    change(goal)

    async def go() -> None:
        async with house() as home:
            if how == "header":
                one = await home.listen(cookie, last_event_id=left_at)
            else:
                one = await home.listen(cookie, path=f"/stream/?cursor={left_at}")
            event = await one.event()
            assert event["ids"] == [goal.public_id]
            # No place in the log is named before what lies before it was sent.
            assert b"hello" not in one.client.body
            again = await home.listen(cookie, last_event_id=event["cursor"])
            assert b"event: hello" in again.client.body

    run(go)


@pytest.mark.parametrize("cursor", ["nonsense", "", "0.0.0"])
def test_who_comes_back_from_nowhere_is_told_to_look_at_everything(
    an: Person, goal: Goal, cursor: str
) -> None:
    cookie = session_cookie(an)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie, last_event_id=cursor)
            assert (await one.event())["all"] is True

    run(go)


def test_who_missed_much_is_told_to_look_at_everything(
    an: Person, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_MISSED", 3)
    cookie = session_cookie(an)
    left_at = str(tail.end())
    for _ in range(3):
        change(goal)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie, last_event_id=left_at)
            assert (await one.event())["all"] is True

    run(go)


def test_many_ids_are_said_as_all(an: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener("s", an, tail.Position(0, 1))
    listener.offer({f"O-{n}" for n in range(module.MOST_IDS)}, tail.Position(0, 2))
    assert b'"ids"' in listener.take()
    listener.offer({f"O-{n}" for n in range(module.MOST_IDS + 1)}, tail.Position(0, 3))
    assert b'"all": true' in listener.take()
    assert listener.take() == b": still here\n\n"


def test_a_deactivated_person_is_cut_off_at_once(
    an: Person, binh: Person, administrator: Person
) -> None:
    cookies = [session_cookie(an), session_cookie(binh)]

    async def go() -> None:
        async with house() as home:
            one, other = [await home.listen(cookie) for cookie in cookies]
            await home.write(lambda: actions.deactivate_person(administrator, an))
            assert one.task is not None
            await asyncio.wait_for(one.task, 5)
            assert not one.client.messages[-1].get("more_body")
            assert other.task is not None
            assert not other.task.done()

    run(go)


def test_a_session_that_ends_is_found_out(an: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.sessions.models import Session

    monkeypatch.setattr(module, "HEARTBEAT", 0.3)
    cookie = session_cookie(an)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie)
            await one.client.until(b": still here")
            await home.write(lambda: Session.objects.all().delete())
            assert one.task is not None
            await asyncio.wait_for(one.task, 5)

    run(go)


def test_new_rights_count_at_once(an: Person, administrator: Person, goal: Goal) -> None:
    Goal.objects.filter(pk=goal.pk).update(visibility=Visibility.PARTICIPANTS)
    cookie = session_cookie(an)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie)
            await home.write(lambda: change(goal))
            await asyncio.sleep(5 * module.LOOK)
            assert one.events() == []
            await home.write(lambda: actions.set_roles(administrator, an, ["strategist"]))
            await asyncio.sleep(5 * module.LOOK)
            await home.write(lambda: change(goal))
            assert (await one.event())["ids"] == [goal.public_id]

    run(go)


def test_listeners_are_bounded(an: Person, binh: Person) -> None:
    cookies = [session_cookie(an), session_cookie(binh)]

    async def go() -> None:
        async with house() as home:
            with override_settings(STREAM_LISTENERS=2, STREAM_LISTENERS_PER_SESSION=1):
                assert (await home.listen(cookies[0])).client.status == 200
                assert (await home.listen(cookies[0])).client.status == 429
                assert (await home.listen(cookies[1])).client.status == 200
                full = await home.listen(cookies[1])
                assert full.client.status == 503
                assert full.client.headers["retry-after"]

    run(go)


def test_who_takes_nothing_is_dropped(
    an: Person, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEND_SECONDS", 0.2)
    cookie = session_cookie(an)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie)
            one.client.takes.clear()
            await home.write(lambda: change(goal))
            assert one.task is not None
            await asyncio.wait_for(one.task, 5)
            one.client.takes.set()

    run(go)


def test_a_fault_of_the_database_is_survived(
    an: Person, goal: Goal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = session_cookie(an)
    monkeypatch.setattr(module, "AWAY", 0.1)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie)
            follower = home.stream._tail
            assert follower is not None
            read = follower.read
            answers = iter([ZeroDivisionError()])

            def failing() -> list[tail.Entry]:
                for error in answers:
                    raise error
                return read()

            follower.read = failing  # type: ignore[method-assign]
            await home.write(lambda: change(goal))
            assert (await one.event())["ids"] == [goal.public_id]

    run(go)
    assert "cannot read the log" in caplog.text


def test_nobody_listening_costs_nothing(an: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT", 0.1)
    cookie = session_cookie(an)

    async def go() -> None:
        async with house() as home:
            one = await home.listen(cookie)
            one.client.gone.set()
            assert one.task is not None
            await asyncio.wait_for(one.task, 5)
            async with asyncio.timeout(5):
                while home.stream._follower is not None:
                    await asyncio.sleep(0.05)
            assert home.stream._tail is None
            assert (await home.listen(cookie)).client.status == 200

    run(go)
