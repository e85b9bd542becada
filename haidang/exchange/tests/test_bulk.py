"""/check-ins/bulk: many at once, all of them or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.people.models import Person

As = Callable[..., Program]
Facts = dict[str, Any]
PATH = "check-ins/bulk"


def day(ago: int = 0) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def row(goal: Facts, value: Any, **facts: Any) -> Facts:
    return {"goal": goal["id"], "value": value, "measure_version": None, **facts}


@pytest.fixture
def api(as_: As, an: Person) -> Program:
    return as_(an)


@pytest.fixture
def second(admin: Program, objective: Facts) -> Facts:
    facts = KEY_RESULT | {"title": "50 cửa hàng", "target": "50"}
    return admin.made("goals", facts | {"parents": [composed(objective)]})


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content.decode()
    return {e["field"]: e["code"] for e in response.json()["errors"]}


def test_records_every_row_as_a_single_one_would(
    api: Program, objective: Facts, key_result: Facts, second: Facts
) -> None:
    seen = key_result["measure_version"]
    rows = [
        row(key_result, "10", for_day=day(2), measure_version=seen),
        row(second, 25, confidence=8, note="Đủ hàng"),
        row(key_result, "20.5", for_day=day(1), measure_version=seen),
        row(key_result, "40", measure_version=seen),
    ]
    response = api.post(PATH, {"rows": rows})
    assert response.status_code == 201, response.content.decode()
    items = response.json()["items"]
    assert [i["goal"] for i in items] == [r["goal"] for r in rows]
    assert [i["for_day"] for i in items] == [day(2), day(), day(1), day()]
    first = api.get(f"check-ins/{items[0]['id']}").json()
    assert (first["value"], first["source"], first["live"]) == ("10", "api", True)
    standing = api.get(f"goals/{key_result['id']}").json()["standing"]
    assert (standing["progress_decimal"], standing["own_day"]) == ("0.400000000", day())
    above = api.get(f"goals/{objective['id']}").json()["standing"]
    assert above["progress_decimal"] == "0.450000000"
    moves = Event.objects.filter(verb="check_in.recorded", subject=key_result["id"])
    told = [(e.data["from"], e.data["to"]) for e in moves.order_by("id")]
    assert told == [(None, 10**8), (10**8, 205 * 10**6), (205 * 10**6, 4 * 10**8)]


def test_one_bad_row_and_nothing_is_recorded(
    api: Program, as_: As, an: Person, admin: Program, key_result: Facts, second: Facts
) -> None:
    rows = [
        row(key_result, "10"),
        row(second, None),
        row(key_result, "11"),
        row({"id": "KR-999"}, "1"),
        row(second, "1", for_day="2199-01-01"),
        row({"id": "O-1"}, "1"),
    ]
    response = api.post(PATH, {"rows": rows})
    assert errors(response) == {
        "rows.1.value": "required",
        "rows.2.for_day": "duplicate",
        "rows.3.goal": "not_found",
        "rows.4.for_day": "future",
        "rows.5.goal": "not_measured",
    }
    found = response.json()
    assert found["code"] == "invalid"
    assert "5 of 6" in found["detail"]
    assert found["errors"][0]["pointer"] == "/rows/1/value"
    assert "Line 1" in found["errors"][1]["message"]
    assert CheckIn.objects.count() == 0
    assert not Event.objects.filter(verb="check_in.recorded").exists()


def test_what_shows_only_under_the_lock_takes_all_back(
    api: Program, admin: Program, key_result: Facts, second: Facts
) -> None:
    path = f"goals/{second['id']}"
    assert admin.post(f"{path}/drop", {"reason": "Thôi"}, etag="*").status_code == 200
    stale = key_result["measure_version"] + 1
    rows = [
        row(key_result, "10", for_day=day(1)),
        row(second, "1"),
        row(key_result, "20", measure_version=stale),
    ]
    response = api.post(PATH, {"rows": rows})
    assert errors(response) == {"rows.1.goal": "not_active", "rows.2.measure_version": "stale"}
    assert CheckIn.objects.count() == 0
    assert api.get(f"goals/{key_result['id']}").json()["standing"]["progress"] is None


def test_rights_are_those_of_a_single_one(
    as_: As,
    an: Person,
    binh: Person,
    chi: Person,
    dung: Person,
    emma: Person,
    api: Program,
    objective: Facts,
    key_result: Facts,
) -> None:
    facts = KEY_RESULT | {"title": "Kín", "visibility": "private", "owner": an.public_id}
    private = api.made("goals", facts | {"parents": [composed(objective)]})
    for person, goal, code in (
        (binh, key_result, "forbidden"),
        (dung, key_result, "forbidden"),
        (dung, private, "not_found"),
        (emma, key_result, "not_found"),
    ):
        response = as_(person).post(PATH, {"rows": [row(goal, "1")]})
        assert errors(response) == {"rows.0.goal": code}, (person, code)
    hidden = as_(dung).post(PATH, {"rows": [row(private, "1")]}).content
    assert hidden == as_(dung).post(PATH, {"rows": [row({"id": "KR-999"}, "1")]}).content
    assert CheckIn.objects.count() == 0
    assert as_(chi).post(PATH, {"rows": [row(key_result, "1")]}).status_code == 201
    assert CheckIn.objects.get().on_behalf_of == an
    narrow = as_(an, scopes=("read",)).post(PATH, {"rows": [row(key_result, "1")]})
    assert (narrow.status_code, narrow.json()["code"]) == (403, "scope")


def test_the_shape_of_a_call(api: Program, key_result: Facts) -> None:
    bare = {"goal": key_result["id"], "value": "1"}
    assert errors(api.post(PATH, {"rows": [bare]})) == {"rows.0.measure_version": "missing"}
    assert errors(api.post(PATH, {"rows": []})) == {"rows": "too_short"}
    many = [row(key_result, "1")] * 1_001
    assert errors(api.post(PATH, {"rows": many})) == {"rows": "too_long"}
    comma = api.post(PATH, {"rows": [row(key_result, "1"), row(key_result, "3,1")]})
    assert errors(comma) == {"rows.1.value": "decimal_comma"}
    assert api.get(PATH).status_code == 405


def test_sent_again_it_records_nothing_again(api: Program, key_result: Facts) -> None:
    body = {"rows": [row(key_result, "1"), row(key_result, "2", for_day=day(1))]}
    first = api.post(PATH, body, key="nightly")
    again = api.post(PATH, body, key="nightly")
    assert (first.status_code, again.content) == (201, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert CheckIn.objects.count() == 2


def test_takes_a_thousand(api: Program, key_result: Facts) -> None:
    days = [row(key_result, n % 100, for_day=day(n)) for n in range(1_000)]
    response = api.post(PATH, {"rows": days})
    assert response.status_code == 201, response.content.decode()[:300]
    assert CheckIn.objects.count() == 1_000
    assert api.get(f"goals/{key_result['id']}").json()["standing"]["own_value"] == "0"
