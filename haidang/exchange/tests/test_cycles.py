"""/cycles"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person

As = Callable[..., Program]
YEAR = {"name": "Năm 2026", "kind": "year", "starts": "2026-01-01", "ends": "2026-12-31"}


def test_makes_lists_and_nests(admin: Program, as_: As, an: Person) -> None:
    made = admin.post("cycles", YEAR)
    assert made.status_code == 201
    year = made.json()
    assert (year["state"], year["parent"]) == ("planning", None)
    quarter = admin.made(
        "cycles",
        {
            "name": "Quý 1/2026",
            "kind": "quarter",
            "starts": "2026-01-01",
            "ends": "2026-03-31",
            "parent": year["id"],
        },
    )
    api = as_(an)
    listed = [c["id"] for c in api.get("cycles").json()["items"]]
    assert listed == [year["id"], quarter["id"]]
    assert [c["id"] for c in api.get("cycles?kind=quarter").json()["items"]] == [quarter["id"]]
    assert api.get("cycles?state=active").json()["items"] == []
    assert api.get(f"cycles/{quarter['id']}").json()["parent"]["id"] == year["id"]


def test_pages_follow_each_other(admin: Program) -> None:
    for n in range(1, 8):
        month = {"name": f"Tháng {n}", "kind": "months"}
        admin.made("cycles", {**month, "starts": f"2026-0{n}-01", "ends": f"2026-0{n}-28"})
    names, query = [], "cycles?limit=3"
    for _ in range(3):
        found = admin.get(query).json()
        names += [c["name"] for c in found["items"]]
        query = f"cycles?limit=3&cursor={found['next']}"
    assert names == [f"Tháng {n}" for n in range(1, 8)]
    assert found["next"] is None


def test_edits_and_moves_on(admin: Program) -> None:
    cycle = admin.made("cycles", YEAR)
    path = f"cycles/{cycle['id']}"
    assert admin.change("PATCH", path, {"name": "2026"}).json()["name"] == "2026"
    state = f"{path}/state"
    assert admin.put(state, {"state": "active"}).status_code == 428
    assert admin.change("PUT", state, {"state": "active"}, of=path).json()["state"] == "active"
    jump = admin.change("PUT", state, {"state": "closed"}, of=path)
    assert (jump.status_code, jump.json()["code"]) == (409, "state")
    etag = admin.etag(path)
    assert admin.put(state, {"state": "closing"}, etag=etag).status_code == 200
    assert admin.put(state, {"state": "closed"}, etag=etag).status_code == 412


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts": "0001-01-01"}, "starts"),
        ({"ends": "9999-12-31"}, "ends"),
        ({"starts": "2026-02-29"}, "starts"),
        ({"starts": "2027-01-01"}, "ends"),
        ({"starts": 20260101}, "starts"),
        ({"starts": None}, "starts"),
        ({"kind": "decade"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "\u0000 \u202e"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"parent": "C-999"}, "parent"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input(admin: Program, change: dict[str, Any], field: str) -> None:
    response = admin.post("cycles", YEAR | change)
    assert response.status_code == 422, response.content
    assert field in [e["field"] for e in response.json()["errors"]]


def test_only_strategists_write(as_: As, chi: Person, admin: Program) -> None:
    cycle = admin.made("cycles", YEAR)
    api = as_(chi)
    assert api.post("cycles", YEAR).status_code == 403
    path = f"cycles/{cycle['id']}"
    assert api.patch(path, {"name": "X"}, etag="*").status_code == 403
    assert api.put(f"{path}/state", {"state": "active"}, etag="*").status_code == 403
