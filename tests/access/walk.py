"""Walking a route: everybody knocks at every door for everything, and the answers are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.book import ACTORS, SCOPES, answer
from tests.access.routes import Door, Route
from tests.access.stage import Stage

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
#: Placeholder of a pattern > what fills it, of `Stage.ids`.
_PLACES = {
    "public_id": ("goal", "id"),
    "parent_id": ("parent",),
    "number": ("number",),
    "pk": ("id",),
    "person_id": ("id",),
    "unit_id": ("id",),
    "cycle_id": ("id",),
    "goal_id": ("goal",),
    "check_in_id": ("number",),
    "view_id": ("id",),
    "token_id": ("token", "id"),
    "value_id": ("id",),
    "request_id": ("id",),
    "comment_id": ("id",),
    "connector_id": ("id",),
    "run_id": ("id",),
    "held_id": ("id",),
    "leave_id": ("leave",),
}
_FIXED = {
    "kind": "objective",
    "secret": "no-secret",
    "uidb36": "1",
    "pk": "1",
    "key": "health.on_track",
    "field_key": "ma_du_an",
    "entry_key": "net_revenue",
    "listed": "goals",
    "file_format": "csv",
    "year": str(date.today().year + 1),
    "day": date.today().isoformat(),
    "role": "stakeholder",
    "frequency": "month",
    "starts": date.today().isoformat(),
    "person_id": "P-1",
}
_PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the urlconf: its pattern, joined, and what Django keeps of it."""

    def walk(resolver: Any, before: str) -> Iterator[tuple[str, URLPattern]]:
        for one in resolver.url_patterns:
            text = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, text)
            elif isinstance(one, URLPattern):
                yield text, one

    yield from walk(get_resolver(), "")


def patterns() -> Iterator[str]:
    """Every pattern of the urlconf, joined, once."""
    yield from dict.fromkeys(text for text, _pattern in addresses())


def address(route: Route, ids: dict[str, str]) -> str:
    """The pattern with its placeholders filled."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in _PLACES:
            for key in _PLACES[name]:
                if key in ids:
                    return ids[key]
        return _FIXED[name]

    text = route.pattern
    if text.startswith("^"):
        text = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", text.strip("^$"))
    return "/" + _PLACEHOLDER.sub(value, text)


def ask(stage: Stage, route: Route, method: str, door: Door, actor: str, where: str) -> Any:
    """One request, of which nothing stays."""
    client = stage.clients[actor]
    headers: dict[str, str] = {}
    body = stage.fill(door.body)
    options: dict[str, Any] = {"data": body} if method in ("GET", "POST") else {}
    if route.is_api:
        if actor in stage.bearers:
            headers["Authorization"] = f"Bearer {stage.bearers[actor]}"
        headers |= {"Accept-Language": "vi", "If-Match": "*"}
        options = {"data": json.dumps(body), "content_type": "application/json"}
        if method == "GET":
            options = {}
    cookies = client.cookies.copy()
    try:
        with stage.taken_back():
            send = getattr(client, method.lower())
            return send(where, headers=headers, **options)
    finally:
        client.cookies = cookies


def classify(response: Any) -> str:
    """What an answer says about the door."""
    status = response.status_code
    if status == 401 or (
        status == 302 and response["Location"].startswith("/accounts/login/?next=")
    ):
        return "sign in"
    return {403: "forbidden", 404: "missing"}.get(status, "open")


def words(response: Any) -> str:
    """What an answer says, a file as well as a page."""
    return str(response.getvalue().decode())


_VARYING = [
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'), "csrf"),
    (re.compile(r'"X-CSRFToken": "[^"]*"'), "csrf"),
    (re.compile(r"\d{1,2}:\d{2}(:\d{2})?"), "time"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "day"),
]


def bare(response: Any, where: str, ids: dict[str, str]) -> tuple[int, str]:
    """An answer without the address asked for, tokens and the time."""
    text = words(response).replace(where, "ADDRESS")
    for value in sorted(ids.values(), key=len, reverse=True):
        if "-" in value:  # a bare number may mean anything
            text = text.replace(value, "ID")
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return response.status_code, text


def walk(stage: Stage, route: Route, *, uses: list[str] | None = None) -> None:
    """Raise AssertionError at the first door that answers otherwise than the book says."""
    for use, door in route.doors.items():
        if uses is None or use in uses:
            for actor in ACTORS:
                _knock(stage, route, use.partition(" ")[0], door, actor)


def _knock(stage: Stage, route: Route, method: str, door: Door, actor: str) -> None:
    known: dict[str, tuple[int, str]] = {}
    scopes = SCOPES if door.thing else ["own"]
    for scope in scopes:
        ids = stage.ids(door.thing, scope) if door.thing else {}
        if ids is None:
            continue
        expected = answer(actor, door.verb, scope)
        if expected == "at home":
            continue
        where = address(route, ids)
        response = ask(stage, route, method, door, actor, where)
        told = f"{method} {where} by {actor} for {scope}"
        found = classify(response)
        assert found == expected, f"{told}: {found} ({response.status_code}), not {expected}"
        assert response.status_code < 500 or route.pattern == "stream/", told
        text = words(response)
        leaked = [mark for mark in stage.unseen(actor) if mark in text]
        assert not leaked, f"{told}: shows {leaked}"
        if expected == "missing":
            known[scope] = bare(response, where, ids)
    if "missing" in known:
        for scope, found_bare in known.items():
            assert found_bare == known["missing"], (
                f"{method} {route.pattern} by {actor}: {scope} differs from missing"
            )


def refuses_other_methods(stage: Stage, route: Route) -> None:
    """A write is no GET: whatever is not in the table does nothing."""
    door = next(iter(route.doors.values()))
    ids = (stage.ids(door.thing, "own") if door.thing else {}) or {}
    for method in METHODS:
        if method not in route.doors:
            where = address(route, ids)
            response = ask(stage, route, method, Door(door.verb), "strategist", where)
            done = 200 <= response.status_code < 300
            assert not done, f"{method} {where}: {response.status_code}"
