"""What is true of every address: problems, methods, sizes, types, HEAD, ETags."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from haidang.exchange.api import bodies
from haidang.exchange.api.routes import me
from haidang.exchange.tests.conftest import Program
from haidang.lib.requests import request_id
from haidang.people.middleware import PersonMiddleware
from haidang.people.models import Person

As = Callable[..., Program]


@pytest.fixture
def api(as_: As, an: Person) -> Program:
    return as_(an)


@pytest.mark.parametrize("path", ["nothing", "goals/", "goals/KR-1/nothing", "../v1/x", "%00"])
def test_unknown_addresses_are_problems(api: Program, path: str) -> None:
    response = api.get(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "goal_id",
    ["KR-404", "kr-404", "X", "KR-", "-1", "KR-99999999999999", "%00", "..", "KR-1%0a", "ＫＲ-1"],
)
def test_whatever_is_no_goal_answers_the_same(api: Program, emma: Person, goal_id: str) -> None:
    expected = api.get("goals/O-1").content
    response = api.get(f"goals/{goal_id}")
    assert response.status_code == 404
    assert response.content == expected


def test_a_foreign_thing_answers_as_a_missing_one(api: Program, as_: As, emma: Person) -> None:
    theirs = as_(emma)
    pillar = theirs.made("goals", {"kind": "pillar", "title": "Theirs"})
    cycle = theirs.made(
        "cycles",
        {"name": "Q", "kind": "quarter", "starts": "2025-01-01", "ends": "2025-03-31"},
    )
    unit = theirs.made("units", {"name": "U"})
    person = theirs.made("people", {"name": "P"})
    for room, thing in (("goals", pillar), ("cycles", cycle)):
        foreign, missing = api.get(f"{room}/{thing['id']}"), api.get(f"{room}/SP-999999")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.content == missing.content
    for room, thing in (("units", unit), ("people", person)):
        mine = api.get(f"{room}/{thing['id']}")
        if mine.status_code == 200:  # the same number is ours here
            assert mine.json()["name"] != thing["name"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_methods_that_are_not_there(api: Program, method: str) -> None:
    response = api.send(method, "goals")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    assert response.json()["status"] == 405


@pytest.mark.parametrize("path", ["", "openapi.json"])
def test_the_reference_only_answers_get(db: None, path: str) -> None:
    assert Client().get(f"/api/v1/{path}").status_code == 200
    response = Client().post(f"/api/v1/{path}")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_head_is_get_without_a_body(api: Program) -> None:
    get, head = api.get("me"), api.send("HEAD", "me")
    assert head.status_code == 200
    assert head.content == b""
    assert head["Content-Length"] == str(len(get.content))
    assert head["ETag"] == get["ETag"]


def test_304_for_who_has_it(api: Program) -> None:
    first = api.get("me")
    again = api.get("me", If_None_Match=f'"other", W/{first["ETag"]}')
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert api.get("me", If_None_Match='"other"').status_code == 200


def test_answers_are_private_and_vary(api: Program) -> None:
    response = api.get("me")
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "Accept-Language"} <= {
        v.strip() for v in response["Vary"].split(",")
    }
    assert response["X-Request-Id"]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/xml",
    ],
)
def test_only_json(api: Program, content_type: str) -> None:
    response = api.post("goals", b'{"kind": "pillar"}', content_type=content_type)
    assert response.status_code == 415
    assert response.json()["code"] == "not_json"


def test_json_with_a_charset(api: Program) -> None:
    response = api.post("goals", {"kind": "x"}, content_type="application/json; charset=utf-8")
    assert response.status_code == 422


def test_a_body_has_a_limit(api: Program) -> None:
    body = b'{"title": "' + b"x" * bodies.MAX_BYTES + b'"}'
    response = api.post("goals", body)
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


def test_a_lying_length_is_no_way_in(api: Program) -> None:
    huge = "9" * 40
    response = api.client.generic(
        "POST",
        "/api/v1/goals",
        b"{}",
        content_type="application/json",
        CONTENT_LENGTH=huge,
        headers={"Authorization": f"Bearer {api.secret}"},
    )
    assert response.status_code == 413


def test_the_server_names_the_request(api: Program) -> None:
    token = request_id.set("named-outside")
    try:
        assert "X-Request-Id" not in api.get("me")
    finally:
        request_id.reset(token)


def test_a_fault_is_a_problem_without_secrets(
    api: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(me, "organisation_out", broken)
    with caplog.at_level(logging.ERROR, logger="haidang.api"):
        response = api.get("me")
    assert response.status_code == 500
    assert b"hunter2" not in response.content
    found = response.json()
    assert found["request_id"] == response["X-Request-Id"]
    assert found["request_id"] in caplog.text


def test_a_busy_database_says_so(api: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(me, "organisation_out", busy)
    response = api.get("me")
    assert (response.status_code, response["Retry-After"]) == (503, "1")


def test_unknown_parameters_are_named(api: Program) -> None:
    response = api.get("goals?knid=objective&x=1")
    assert response.status_code == 422
    assert [(e["field"], e["in"]) for e in response.json()["errors"]] == [
        ("knid", "query"),
        ("x", "query"),
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=x", "limit"),
        ("limit=NaN", "limit"),
        ("kind=nothing", "kind.0"),
        ("cursor=nothing", "cursor"),
        ("cursor=" + "x" * 5000, "cursor"),
        ("cursor=%00%ff", "cursor"),
        ("owner=%00", "owner"),
        ("owner=P-99999", "owner"),
        ("q=" + "x" * 300, "q"),
    ],
)
def test_bad_parameters_are_explained(api: Program, query: str, field: str) -> None:
    response = api.get(f"goals?{query}")
    assert response.status_code == 422, response.content
    (entry,) = response.json()["errors"]
    assert (entry["field"], entry["in"]) == (field, "query")
    assert entry["message"]


@pytest.mark.parametrize("q", ["%00", "%ed%a0%80", "a%00b", "%27%20OR%201=1--", "%25", "_", "\\"])
def test_odd_searches_find_nothing_and_break_nothing(api: Program, q: str) -> None:
    assert api.get(f"goals?q={q}").status_code == 200
    assert api.get(f"people?q={q}").status_code == 200


def test_cookies_cut_in_half(db: None) -> None:
    client = Client(headers={"Cookie": "haidang=abc; csrf=; =; haidang"})
    assert client.get("/api/v1/me").status_code == 401


def test_a_fault_outside_of_the_operations_is_a_problem_too(
    api: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(PersonMiddleware, "__call__", broken)
    api.client.raise_request_exception = False
    response = api.get("me")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert response.json()["code"] == "fault"
