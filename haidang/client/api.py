"""The client itself: addresses, versions, keys, and trying again."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from haidang.client.changes import Changes
from haidang.client.errors import NoAnswer, problem
from haidang.client.plain import plain, shaped
from haidang.client.shapes import (
    CheckIn,
    CheckInMade,
    Cycle,
    Found,
    Goal,
    GoalMade,
    Me,
    Person,
    Unit,
)
from haidang.client.wire import Answer, send

T = TypeVar("T")
Thing = TypeVar("Thing", Goal, Person, Unit, Cycle)
Number = Decimal | int | str

_PLACES: Mapping[type[Any], str] = {
    Goal: "goals",
    Person: "people",
    Unit: "units",
    Cycle: "cycles",
}
#: Statuses after which the same may be asked again: nothing was done.
_LATER = frozenset({429, 503})
_PAGE = 200
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: the JSON (None of an empty answer) and its ETag."""

    facts: Any
    etag: str


class Haidang:
    """One server as one person: `url` is where it is opened in a browser.

    A GET, and a POST by its Idempotency-Key, is tried again up to `retries` times when the
    line was cut or the server asks to wait; nothing else is, as the answer to the first may
    be what was lost. Raises `Problem` for every no, `NoAnswer` where nobody answers.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        language: str = "en",
        timeout: float = 30.0,
        retries: int = 4,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError("the address of a server begins with https:// or http://")
        self._base = f"{url.rstrip('/')}/api/v1/"
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Language": language,
        }
        self._timeout, self._retries, self._sleep = timeout, retries, sleep

    # --- anything -----------------------------------------------------------------------

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        etag: str = "",
        key: str = "",
    ) -> Reply:
        """Any operation of the reference; `path` without /api/v1/, `etag` as If-Match.

        A POST gets an Idempotency-Key of its own unless `key` is one.
        """
        headers = dict(self._headers)
        if method == "POST":
            key = key or secrets.token_hex(16)
            headers["Idempotency-Key"] = key
        if etag:
            headers["If-Match"] = etag
        sent = None
        if body is not None or method in {"POST", "PUT", "PATCH"}:
            headers["Content-Type"] = "application/json"
            sent = b"" if body is None else json.dumps(body, default=plain).encode()
        url = self._base + quote(path) + _query(params or {})
        answer = self._patiently(method, url, headers, sent, again=method == "GET" or bool(key))
        found = answer.headers.get("ETag") or ""
        if not 200 <= answer.status < 300:
            raise problem(answer.status, answer.body, found)
        return Reply(json.loads(answer.body) if answer.body else None, found)

    def _patiently(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, again: bool
    ) -> Answer:
        tries = self._retries if again else 0
        for attempt in range(tries):
            wait = min(0.5 * 2**attempt, _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311  only spreads the waits
            try:
                answer = send(method, url, headers, body, self._timeout)
            except NoAnswer:
                self._sleep(wait)
                continue
            if answer.status not in _LATER:
                return answer
            asked = answer.headers.get("Retry-After") or ""
            self._sleep(max(wait, min(float(asked), _LONGEST_WAIT) if asked.isdigit() else 0.0))
        return send(method, url, headers, body, self._timeout)

    def _each(self, kind: type[T], path: str, filters: Mapping[str, Any]) -> Iterator[T]:
        cursor: str | None = None
        while True:
            params = {"limit": _PAGE, **filters, "cursor": cursor}
            page = self.request("GET", path, params=params).facts
            for facts in page["items"]:
                yield shaped(kind, facts | {"etag": _etag_of(facts)})
            cursor = page["next"]
            if cursor is None:
                return

    def _one(self, kind: type[Thing], reply: Reply) -> Thing:
        return shaped(kind, reply.facts | {"etag": reply.etag})

    # --- reading ------------------------------------------------------------------------

    def me(self) -> Me:
        """Whom the token acts as."""
        return shaped(Me, self.request("GET", "me").facts)

    def goals(self, **filters: Any) -> Iterator[Goal]:
        """Goals in the order in which they were made, page by page; filters as in the API."""
        return self._each(Goal, "goals", filters)

    def goal(self, goal_id: str) -> Goal:
        return self._one(Goal, self.request("GET", f"goals/{goal_id}"))

    def people(self, **filters: Any) -> Iterator[Person]:
        """People by given name."""
        return self._each(Person, "people", filters)

    def person(self, person_id: str) -> Person:
        return self._one(Person, self.request("GET", f"people/{person_id}"))

    def units(self, **filters: Any) -> Iterator[Unit]:
        return self._each(Unit, "units", filters)

    def unit(self, unit_id: str) -> Unit:
        return self._one(Unit, self.request("GET", f"units/{unit_id}"))

    def cycles(self, **filters: Any) -> Iterator[Cycle]:
        return self._each(Cycle, "cycles", filters)

    def cycle(self, cycle_id: str) -> Cycle:
        return self._one(Cycle, self.request("GET", f"cycles/{cycle_id}"))

    def check_ins(self, goal: Goal | str, **filters: Any) -> Iterator[CheckIn]:
        """The check-ins of a goal, latest recorded first."""
        return self._each(CheckIn, f"goals/{_id(goal)}/check-ins", filters)

    def search(self, text: str, *, limit: int = 8) -> Found:
        """Goals, people and units with these words, diacritics or not."""
        params = {"q": text, "limit": limit}
        return shaped(Found, self.request("GET", "search", params=params).facts)

    def changes(
        self,
        since: str | None = None,
        *,
        verb: str | None = None,
        subject: str | None = None,
        wait: float | None = None,
    ) -> Changes:
        """What has happened since a cursor: None the beginning, "now" from here on.

        Ends when there is no more; with `wait` it asks again after so many seconds, for ever.
        """

        def ask(cursor: str | None) -> Any:
            params = {"cursor": cursor, "verb": verb, "subject": subject, "limit": _PAGE}
            return self.request("GET", "changes", params=params).facts

        return Changes(ask, since, wait, self._sleep)

    # --- writing ------------------------------------------------------------------------

    def create_goal(self, kind: str, title: str, **facts: Any) -> Goal:
        body = {"kind": kind, "title": title, **facts}
        return self._one(Goal, self.request("POST", "goals", body=body))

    def create_person(self, name: str, **facts: Any) -> Person:
        return self._one(Person, self.request("POST", "people", body={"name": name, **facts}))

    def create_unit(self, name: str, **facts: Any) -> Unit:
        return self._one(Unit, self.request("POST", "units", body={"name": name, **facts}))

    def create_cycle(self, name: str, kind: str, starts: date, ends: date, **facts: Any) -> Cycle:
        body = {"name": name, "kind": kind, "starts": starts, "ends": ends, **facts}
        return self._one(Cycle, self.request("POST", "cycles", body=body))

    def edit(self, thing: Thing, **changes: Any) -> Thing:
        """Change a goal, person, unit or cycle as it was seen; Stale if somebody was faster."""
        kind = type(thing)
        path = f"{_PLACES[kind]}/{thing.id}"
        return self._one(kind, self.request("PATCH", path, body=changes, etag=thing.etag))

    def check_in(self, goal: Goal | str, value: Number | None = None, **facts: Any) -> CheckIn:
        """Report where a goal stands.

        Of a `Goal` its measure as it was seen (Conflict, code "stale", if it was changed); of
        an id whichever it is.
        """
        body = _values(value, facts)
        etag = "*"
        if isinstance(goal, Goal):
            body.setdefault("measure_version", goal.measure_version)
            etag = ""
        path = f"goals/{_id(goal)}/check-ins"
        return shaped(CheckIn, self.request("POST", path, body=body, etag=etag).facts)

    def check_in_many(self, rows: Iterable[Mapping[str, Any]]) -> list[CheckInMade]:
        """Up to 1,000 check-ins, all of them or none: `{"goal": goal, "value": "3.1", ...}`.

        Invalid tells every reason by row and field (`rows.4.value`).
        """
        body = [_row(row) for row in rows]
        reply = self.request("POST", "check-ins/bulk", body={"rows": body})
        return [shaped(CheckInMade, facts) for facts in reply.facts["items"]]

    def create_many(self, rows: Iterable[Mapping[str, Any]]) -> list[GoalMade]:
        """Up to 500 goals, all of them or none, in their order: `{"kind": "objective", ...}`.

        A row with a `name` may be the parent of later ones, as `"#name"`. Invalid tells every
        reason by row and field (`rows.4.title`).
        """
        reply = self.request("POST", "goals/bulk", body={"rows": list(rows)})
        return [shaped(GoalMade, facts) for facts in reply.facts["items"]]

    def correct(
        self, check_in: CheckIn | int, value: Number | None = None, **facts: Any
    ) -> CheckIn:
        """Put another check-in in its place."""
        path = f"check-ins/{_number(check_in)}/correction"
        return shaped(CheckIn, self.request("POST", path, body=_values(value, facts)).facts)

    def void(self, check_in: CheckIn | int, reason: str) -> CheckIn:
        """Declare a check-in void, saying why."""
        path = f"check-ins/{_number(check_in)}/voiding"
        return shaped(CheckIn, self.request("POST", path, body={"reason": reason}).facts)


def _etag_of(facts: Mapping[str, Any]) -> str:
    """What guards a thing of a list: If-Match compares the versions, not the digest."""
    if "version" not in facts:
        return ""
    versions = [facts[name] for name in ("version", "measure_version") if name in facts]
    return f'"{".".join(map(str, versions))}-0"'


def _values(value: Number | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    return dict(facts) if value is None else {"value": value, **facts}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    goal = row["goal"]
    seen = goal.measure_version if isinstance(goal, Goal) else None
    return {"measure_version": seen, **row}


def _id(goal: Goal | str) -> str:
    return goal.id if isinstance(goal, Goal) else goal


def _number(check_in: CheckIn | int) -> int:
    return check_in.id if isinstance(check_in, CheckIn) else check_in


def _query(params: Mapping[str, Any]) -> str:
    """Filters as a query; a list is any of its values, None is left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        values = value if isinstance(value, (list, tuple, set)) else [value]
        pairs += [(name, _word(one)) for one in values if one is not None]
    return f"?{urlencode(pairs)}" if pairs else ""


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value if isinstance(value, (str, int)) else plain(value))
