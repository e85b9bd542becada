"""Asking: addresses, versions, keys, and trying again."""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from haidang.client.errors import NoAnswer, problem
from haidang.client.plain import plain, shaped
from haidang.client.shapes import Cycle, Goal, Person, Unit
from haidang.client.wire import Answer, send

T = TypeVar("T")
Thing = TypeVar("Thing", Goal, Person, Unit, Cycle)
Number = Decimal | int | str

PLACES: Mapping[type[Any], str] = {
    Goal: "goals",
    Person: "people",
    Unit: "units",
    Cycle: "cycles",
}
#: Statuses after which the same may be asked again: nothing was done.
_LATER = frozenset({429, 503})
PAGE = 200
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: the JSON (None of an empty answer) and its ETag."""

    facts: Any
    etag: str


class Core:
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
            params = {"limit": PAGE, **filters, "cursor": cursor}
            page = self.request("GET", path, params=params).facts
            for facts in page["items"]:
                yield shaped(kind, facts | {"etag": _etag_of(facts)})
            cursor = page["next"]
            if cursor is None:
                return

    def _seen(self, kind: type[T], reply: Reply) -> T:
        """A shape that keeps the tag by which it is changed."""
        return shaped(kind, reply.facts | {"etag": reply.etag})


def _etag_of(facts: Mapping[str, Any]) -> str:
    """What guards a thing of a list: If-Match compares the versions, not the digest."""
    if "version" not in facts:
        return ""
    versions = [facts[name] for name in ("version", "measure_version") if name in facts]
    return f'"{".".join(map(str, versions))}-0"'


def id_of(thing: Any) -> str:
    """The id of a goal, person, unit or cycle, or of what names one; an id is its own."""
    found: str = thing if isinstance(thing, str) else thing.id
    return found


def guard(thing: Any, etag: str = "") -> str:
    """What guards a change: the tag that was seen, of an id alone any version."""
    return etag or getattr(thing, "etag", "") or "*"


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
