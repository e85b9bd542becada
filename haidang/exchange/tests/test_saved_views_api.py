"""/map/views: the same views as on the map's page, by a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person
from haidang.strategy.models import SavedView

As = Callable[..., Program]
NAME = "Phòng Kinh doanh"


@pytest.fixture
def made(as_: As, an: Person) -> dict[str, Any]:
    body = {"name": NAME, "query": "?unit=U-1&x=<b>", "place": "#k=0.5&d=2&z=1", "is_shared": True}
    response = as_(an).post("map/views", body)
    assert response.status_code == 201, response.content.decode()
    facts: dict[str, Any] = response.json()
    assert response["Location"] == f"/api/v1/map/views/{facts['id']}"
    return facts


def test_a_view_is_kept_as_the_map_writes_it(made: dict[str, Any], an: Person) -> None:
    assert (made["name"], made["query"], made["place"]) == (NAME, "unit=U-1", "k=0.5&d=2")
    assert made["owner"]["id"] == an.public_id
    assert made["is_shared"]


def test_what_is_shared_is_seen_and_the_rest_is_not(
    as_: As, an: Person, dung: Person, emma: Person, made: dict[str, Any]
) -> None:
    own = as_(an).post("map/views", {"name": "Của tôi"}).json()
    assert [one["name"] for one in as_(an).get("map/views").json()["items"]] == ["Của tôi", NAME]
    assert [one["id"] for one in as_(dung).get("map/views").json()["items"]] == [made["id"]]
    assert as_(dung).get(f"map/views/{made['id']}").json() == made
    assert as_(dung).get(f"map/views/{own['id']}").status_code == 404
    assert as_(emma).get(f"map/views/{made['id']}").status_code == 404
    assert as_(emma).get("map/views").json() == {"items": []}


def test_it_is_changed_by_its_maker_who_saw_it(
    as_: As, an: Person, dung: Person, made: dict[str, Any]
) -> None:
    path = f"map/views/{made['id']}"
    mine = as_(an)
    seen = mine.etag(path)
    assert mine.patch(path, {"name": "X"}).status_code == 428
    done = mine.patch(path, {"name": "Kinh doanh", "query": "kind=kpi"}, etag=seen)
    assert done.status_code == 200, done.content.decode()
    assert (done.json()["name"], done.json()["query"]) == ("Kinh doanh", "kind=kpi")
    assert done.json()["place"] == made["place"]
    stale = mine.patch(path, {"name": "Y"}, etag=seen)
    assert stale.status_code == 412
    assert stale.json()["current"]["name"] == "Kinh doanh"
    assert as_(dung).patch(path, {"name": "Z"}, etag="*").status_code == 403
    assert mine.delete(path, etag=seen).status_code == 412
    assert mine.delete(path, etag=stale["ETag"]).status_code == 204
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": ""}, 422, "name"),
        ({"name": "x" * 81}, 422, "name"),
        ({"name": NAME}, 409, "name"),
        ({"name": "X", "query": "q" * 1001}, 422, "query"),
        ({"name": "X", "goal": "O-1"}, 422, "goal"),
    ],
)
def test_what_cannot_be_kept(
    as_: As, an: Person, made: dict[str, Any], body: dict[str, Any], status: int, field: str
) -> None:
    refused = as_(an).post("map/views", body)
    assert refused.status_code == status, refused.content.decode()
    assert [one["field"] for one in refused.json()["errors"]] == [field]
    assert SavedView.objects.count() == 1
