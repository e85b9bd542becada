"""The event stream: tells open pages which goals have changed, natively asynchronous.

One task per process reads the log (`activity.tail`) while anybody listens. For each batch
it works out, once per person and not per tab, which of the changed goals that person sees,
and gives every listener the public ids. A listener keeps a set of ids until it has sent
them: a slow one gets fewer and larger events, never a longer queue.

An event is `goals` with `{"ids": ["KR-1042", ...]}`, or `{"all": true}` when it is simpler
to say that everything may have changed. Its `id:` and `cursor` are the place in the log, which
a browser that comes back names (`Last-Event-ID`, or `?cursor=`) to lose nothing. The first
event, `hello`, gives it too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import connection
from django.http.request import split_domain_port, validate_host

from haidang.activity.tail import Entry, Position, Tail, after, position_of
from haidang.config import meters
from haidang.config.bridge import Receive, Scope, Send, plain
from haidang.goals.access import Facts, sees, visible
from haidang.goals.models import Goal
from haidang.people.access import person_of_session, standing_of
from haidang.people.models import Person

#: Seconds between two looks into the log, two heartbeats, two checks of who may listen.
LOOK = 0.1
HEARTBEAT = 15.0
#: Seconds after a failure before the log is looked at again.
AWAY = 2.0
#: More ids than this are said as "all".
MOST_IDS = 500
#: How far back a returning listener is served event by event.
MOST_MISSED = 2000
#: Seconds after which a listener that takes nothing is dropped.
SEND_SECONDS = 30
#: Kinds of subject whose change may end a session or change what somebody sees.
ABOUT_PEOPLE = frozenset({"person", "unit", "account", "organisation"})

#: How Django makes session keys; anything else is not asked for.
_SESSION_KEY = re.compile(r"[a-z0-9]{8,40}")
_logger = logging.getLogger(__name__)
_T = TypeVar("_T")
#: person id > public ids of what has changed for them.
News = dict[int, set[str]]


class Listener:
    """One open stream."""

    def __init__(self, session: str, person: Person, position: Position) -> None:
        self.session = session
        self.person = person
        self.position = position
        self.ids: set[str] = set()
        self.everything = False
        self.closed = False
        self.wake = asyncio.Event()

    def offer(self, ids: set[str], position: Position) -> None:
        """Something changed; said with the next event."""
        self.position = max(self.position, position)
        self.ids |= ids
        if len(self.ids) > MOST_IDS:
            self.offer_everything()
        if self.ids:
            self.wake.set()

    def offer_everything(self) -> None:
        self.everything = True
        self.ids.clear()
        self.wake.set()

    def close(self) -> None:
        self.closed = True
        self.wake.set()

    def hello(self) -> bytes:
        cursor = json.dumps({"cursor": str(self.position)})
        return f"retry: 2000\nevent: hello\nid: {self.position}\ndata: {cursor}\n\n".encode()

    def take(self) -> bytes:
        """What is to be sent now: an event, or a heartbeat."""
        self.wake.clear()
        facts: dict[str, Any] = {"all": True} if self.everything else {"ids": sorted(self.ids)}
        if not self.everything and not self.ids:
            return b": still here\n\n"
        self.everything = False
        self.ids = set()
        facts["cursor"] = str(self.position)
        return f"event: goals\nid: {self.position}\ndata: {json.dumps(facts)}\n\n".encode()


class Stream:
    """The ASGI application of `/stream/`, and the task that feeds its listeners."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.per_session: Counter[str] = Counter()
        self.stopping = False
        self._follower: asyncio.Task[None] | None = None
        self._tail: Tail | None = None
        # One thread, so that the tail and what it asks have one connection of their own.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stream")

    # --- one listener -------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        if scope["method"] != "GET":
            await plain(send, 405, "This address answers to GET only.")
        elif not _allowed_host(headers):
            await plain(send, 400, "This host is not served here.")
        elif not _own_page(headers):
            await plain(send, 403, "Only pages of this site may listen.")
        elif self.stopping or len(self.listeners) >= settings.STREAM_LISTENERS:
            await plain(send, 503, "Too many pages are listening.", retry_after=10)
        else:
            session = _session_key(headers)
            person = await self._ask(lambda: session and _person(session))
            if not person or not session:
                await plain(send, 401, "Please sign in.")
            elif self.per_session[session] >= settings.STREAM_LISTENERS_PER_SESSION:
                await plain(send, 429, "Too many pages of one browser listen.", retry_after=60)
            else:
                listener = Listener(session, person, await self._position())
                await self._serve(listener, _came_back_from(scope, headers), receive, send)

    async def _serve(
        self, listener: Listener, came_back_from: str | None, receive: Receive, send: Send
    ) -> None:
        self.listeners.add(listener)
        self.per_session[listener.session] += 1
        if meters.meters:
            meters.meters.listeners.inc()
        hung_up = asyncio.ensure_future(_until_disconnect(receive))
        hung_up.add_done_callback(lambda _done: listener.close())
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [
                        (b"content-type", b"text/event-stream; charset=utf-8"),
                        (b"cache-control", b"no-store"),
                        (b"x-accel-buffering", b"no"),
                        (b"x-content-type-options", b"nosniff"),
                    ],
                }
            )
            if came_back_from is not None:
                await self._catch_up(listener, came_back_from)
            # What was missed comes first: a position may be said only after what lies before it.
            if not listener.wake.is_set() and not await _send(send, listener.hello()):
                return
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT):
                        await listener.wake.wait()
                if listener.closed:
                    break
                if not await _send(send, listener.take()):
                    return  # it takes nothing, not even an end
            if not hung_up.done():
                await _send(send, b"", more=False)
        finally:
            hung_up.cancel()
            self.listeners.discard(listener)
            if meters.meters:
                meters.meters.listeners.dec()
            self.per_session[listener.session] -= 1
            if not self.per_session[listener.session]:
                del self.per_session[listener.session]

    async def _catch_up(self, listener: Listener, came_back_from: str) -> None:
        """What a returning listener missed: between its last event and where it entered."""
        start, here = position_of(came_back_from), listener.position
        if start is None:
            listener.offer_everything()
            return

        def missed() -> News | None:
            entries = after(start, MOST_MISSED)
            if len(entries) == MOST_MISSED:
                return None
            return _news(entries, [listener.person])

        news = await self._ask(missed)
        if news is None:
            listener.offer_everything()
        else:
            listener.offer(news.get(listener.person.pk, set()), here)

    # --- all of them --------------------------------------------------------------------

    async def _position(self) -> Position:
        """Where the follower stands; it is started with the first listener."""
        if self._tail is None:
            tail = await self._ask(Tail)
            self._tail = self._tail or tail
        if self._follower is None or self._follower.done():
            self._follower = asyncio.ensure_future(self._follow())
        return self._tail.position

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        checked = loop.time()
        nobody_since: float | None = None
        while not self.stopping:
            await asyncio.sleep(LOOK)
            now = loop.time()
            try:
                entries = await self._ask(self._tail.read) if self._tail else []
                await self._tell(entries)
                about_people = {e.organisation_id for e in entries if _is_about_people(e)}
                if now - checked > HEARTBEAT:
                    checked = now
                    await self._check(set(self.listeners))
                elif about_people:
                    await self._check(
                        {s for s in self.listeners if s.person.organisation_id in about_people}
                    )
            except Exception:
                # The database may be away for a while; the log is read on from where it was.
                _logger.exception("the event stream cannot read the log")
                await self._ask(disconnect)
                await asyncio.sleep(AWAY)
            # A page that is left opens its stream again on the next one: stay that long.
            if self.listeners:
                nobody_since = None
            elif nobody_since is None:
                nobody_since = now
            elif now - nobody_since > 2 * HEARTBEAT:
                self._tail = None
                self._follower = None
                await self._ask(disconnect)
                return

    async def _tell(self, entries: list[Entry]) -> None:
        """Give every listener what concerns it and may be seen."""
        if not any(entry.touched for entry in entries) or self._tail is None:
            return
        position = self._tail.position
        organisations = {entry.organisation_id for entry in entries}
        concerned = [s for s in self.listeners if s.person.organisation_id in organisations]
        people = list({s.person.pk: s.person for s in concerned}.values())
        news = await self._ask(lambda: _news(entries, people))
        for listener in concerned:
            listener.offer(news.get(listener.person.pk, set()), position)
        if meters.meters and concerned:
            meters.meters.delay.observe(max(0.0, time.time() - entries[0].at))

    async def _check(self, listeners: set[Listener]) -> None:
        """End the streams of sessions that have ended, and of people who have left."""
        sessions = {listener.session for listener in listeners}

        def who() -> dict[str, Person | None]:
            return {session: _person(session) for session in sessions}

        people = await self._ask(who)
        for listener in listeners:
            person = people[listener.session]
            if person is None or person.pk != listener.person.pk:
                listener.close()
            else:
                listener.person = person

    def stop(self) -> None:
        """End every stream; browsers come back to the next server by themselves."""
        self.stopping = True
        for listener in list(self.listeners):
            listener.close()

    async def _ask(self, question: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)


def disconnect() -> None:
    """Close the connection of the thread that this runs in."""
    connection.close()


def _person(session: str) -> Person | None:
    """Who listens, with what decides about their rights already read."""
    person = person_of_session(session)
    if person is not None:
        standing_of(person)
    return person


def _news(entries: list[Entry], people: list[Person]) -> News:
    """For each person the public ids of the touched goals that they may see.

    A goal that a person sees without any relation to it (most goals) costs no question;
    for the others each person's own rows are asked for.
    """
    touched: dict[int, set[int]] = {}
    for entry in entries:
        touched.setdefault(entry.organisation_id, set()).update(entry.touched)
    goals = {
        organisation: list(Goal.objects.filter(organisation_id=organisation, id__in=ids))
        for organisation, ids in touched.items()
        if ids
    }
    news: News = {}
    unrelated = Facts()
    for person in people:
        rows = goals.get(person.organisation_id, [])
        me = standing_of(person)
        open_to_all = {goal.pk: goal.public_id for goal in rows if sees(me, goal, unrelated)}
        closed = [goal.pk for goal in rows if goal.pk not in open_to_all]
        news[person.pk] = set(open_to_all.values())
        if closed:
            news[person.pk].update(
                visible(person).filter(id__in=closed).values_list("public_id", flat=True)
            )
    return news


def _is_about_people(entry: Entry) -> bool:
    return entry.subject_kind in ABOUT_PEOPLE


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, text: bytes, *, more: bool = True) -> bool:
    """Whether it was taken in time."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await send({"type": "http.response.body", "body": text, "more_body": more})
    except (TimeoutError, OSError):
        return False
    return True


def _allowed_host(headers: dict[str, str]) -> bool:
    domain, _port = split_domain_port(headers.get("host", ""))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _own_page(headers: dict[str, str]) -> bool:
    """Whether one of our pages asks: browsers say where a request comes from."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    return urlsplit(origin).netloc == headers.get("host")


def _came_back_from(scope: Scope, headers: dict[str, str]) -> str | None:
    """The place in the log up to which the browser has heard; None on its first visit."""
    if "last-event-id" in headers:
        return headers["last-event-id"]
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("cursor")
    return asked[-1] if asked else None


def _session_key(headers: dict[str, str]) -> str | None:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel is not None and _SESSION_KEY.fullmatch(morsel.value) else None
