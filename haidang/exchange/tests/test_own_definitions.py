"""The organisation's own words and fields, defined by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.goals.models import CustomField, Goal
from haidang.people.models import Person

As = Callable[..., Program]
FIELDS = "organisation/goal-fields"
TERMS = "organisation/terms"
SECTOR = {
    "type": "choice", "name_vi": "Mảng", "name_en": "Sector", "kinds": ["objective"],
    "options": [{"name_vi": "Bắc", "name_en": "North"}, {"name_vi": "Nam", "name_en": "South"}],
}  # fmt: skip


def test_words_are_read_and_changed_together(as_: As, administrator: Person, an: Person) -> None:
    api = as_(administrator)
    items = api.get(TERMS).json()["items"]
    assert [one["term"] for one in items][:3] == ["ultimate", "pillar", "objective"]
    assert {one["en"] for one in items} == {""}
    rocks = {"term": "objective", "vi": "Trọng tâm", "en": "Rock", "en_many": "Rocks"}
    answer = api.put(TERMS, {"items": [rocks]}, etag=api.etag(TERMS))
    assert answer.status_code == 200, answer.content
    assert rocks in as_(an).get(TERMS).json()["items"]
    stale = api.put(TERMS, {"items": []}, etag='"0"')
    assert stale.status_code == 412
    assert rocks in stale.json()["current"]["items"]
    assert api.put(TERMS, {"items": []}, etag="*").status_code == 200
    assert rocks not in api.get(TERMS).json()["items"]


@pytest.mark.parametrize(
    ("items", "field", "code"),
    [
        ([{"term": "goal", "vi": "X"}], "items.0.term", "unknown"),
        ([{"term": "unit", "vi": "A"}, {"term": "unit", "vi": "B"}], "items.1.term", "duplicate"),
        ([{"term": "unit", "en": "Branch"}], "items.0.en_many", "required"),
        ([{"term": "team", "vi": "T"}, {"term": "unit", "vi": "<b>"}], "items.1.vi", "signs"),
        ([{"term": "unit", "vi": "kpi"}], "items.0.vi", "taken"),
    ],
)
def test_words_are_refused_where_they_were_sent(
    as_: As, administrator: Person, items: list[dict[str, str]], field: str, code: str
) -> None:
    answer = as_(administrator).put(TERMS, {"items": items}, etag="*")
    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


def test_a_field_from_its_making_to_its_end(
    as_: As, administrator: Person, objective: dict[str, Any]
) -> None:
    api = as_(administrator)
    made = api.post(FIELDS, SECTOR)
    assert made.status_code == 201, made.content
    path = f"{FIELDS}/{made.json()['key']}"
    assert made["Location"].endswith(f"{FIELDS}/sector")
    assert api.get(path).json()["options"][0]["key"] == "north"
    second = api.post(FIELDS, {"type": "text", "name_en": "Remark", "kinds": ["kpi"], "place": 1})
    keys = [one["key"] for one in api.get(FIELDS).json()["items"]]
    assert keys == [second.json()["key"], "sector"]

    north = {"key": "north", "name_vi": "Miền Bắc", "name_en": "North"}
    changed = api.patch(path, {"options": [north], "place": 1}, etag=api.etag(path))
    assert changed.status_code == 200, changed.content
    assert changed.json()["options"] == [north]
    assert api.get(FIELDS).json()["items"][0]["key"] == "sector"
    assert api.patch(path, {"name_en": "Y"}, etag=made["ETag"]).status_code == 412

    Goal.objects.filter(public_id=objective["id"]).update(fields={"sector": "north"})
    refused = api.delete(path, etag="*")
    assert (refused.status_code, refused.json()["code"]) == (409, "answered")
    refused = api.patch(path, {"options": [{"name_vi": "Khác"}]}, etag="*")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "options")

    assert api.put(f"{path}/state", {"retired": True}, etag=api.etag(path)).json()["retired"]
    assert not api.put(f"{path}/state", {"retired": False}, etag="*").json()["retired"]
    Goal.objects.filter(public_id=objective["id"]).update(fields={})
    assert api.delete(path, etag=api.etag(path)).status_code == 204
    assert api.get(path).status_code == 404
    assert CustomField.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name_vi": "", "name_en": ""}, "name_vi"),
        ({"kinds": []}, "kinds"),
        ({"options": []}, "options"),
        ({"type": "colour"}, "type"),
        ({"decimals": 11}, "decimals"),
        ({"colour": "red"}, "colour"),
        ({"name_en": "x" * 90}, "name_en"),
    ],
)
def test_a_bad_field_is_refused_by_name(
    as_: As, administrator: Person, facts: dict[str, Any], field: str
) -> None:
    answer = as_(administrator).post(FIELDS, SECTOR | facts)
    assert answer.status_code == 422, answer.content
    assert field in [e["field"] for e in answer.json()["errors"]]
    assert not CustomField.objects.exists()


def test_members_define_nothing(as_: As, an: Person) -> None:
    assert as_(an).post(FIELDS, SECTOR).status_code == 403
    assert as_(an).put(TERMS, {"items": []}, etag="*").status_code == 403
