"""/units"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import Program
from haidang.people.models import Person, Unit

As = Callable[..., Program]


def test_lists_and_filters(as_: As, dung: Person, an: Person, root_unit: Unit) -> None:
    api = as_(an)
    items = api.get("units").json()["items"]
    assert {u["name"] for u in items} == {"Tâm Long", "Kinh doanh", "Sản xuất"}
    sales = next(u for u in items if u["name"] == "Kinh doanh")
    assert [p["name"] for p in sales["leaders"]] == ["Lê Thị Chi"]
    assert sales["parent"] == {"id": root_unit.public_id, "name": "Tâm Long"}
    found = api.get(f"units?parent={root_unit.public_id}&q=san xuat").json()["items"]
    assert [u["name"] for u in found] == ["Sản xuất"]
    assert api.get("units?kind=company").json()["items"][0]["name"] == "Tâm Long"
    assert api.get("units?archived=true").json()["items"] == []


def test_makes_edits_moves_and_closes(admin: Program, sales_unit: Unit, factory_unit: Unit) -> None:
    made = admin.post("units", {"name": "Kênh  hiện đại", "parent": sales_unit.public_id})
    assert made.status_code == 201
    unit = made.json()
    path = f"units/{unit['id']}"
    assert made["Location"] == f"/api/v1/{path}"
    assert unit["name"] == "Kênh hiện đại"
    edited = admin.change("PATCH", path, {"code": "KHĐ", "parent": factory_unit.public_id}).json()
    assert (edited["code"], edited["name"]) == ("KHĐ", "Kênh hiện đại")
    assert edited["parent"]["name"] == "Sản xuất"
    below = admin.change("PATCH", f"units/{factory_unit.public_id}", {"parent": unit["id"]})
    assert below.status_code == 422
    assert below.json()["errors"][0]["code"] == "cycle"
    closed = admin.change("POST", f"{path}/archival", of=path)
    assert closed.json()["archived_at"]
    assert admin.change("PATCH", path, {"name": "X"}).status_code == 409
    assert [u["id"] for u in admin.get("units?archived=1").json()["items"]] == [unit["id"]]


def test_a_unit_with_people_stays(admin: Program, an: Person, sales_unit: Unit) -> None:
    path = f"units/{sales_unit.public_id}"
    refused = admin.change("POST", f"{path}/archival", of=path)
    assert (refused.status_code, refused.json()["code"]) == (409, "has_people")


def test_half_of_a_change_is_none_of_it(
    admin: Program, sales_unit: Unit, factory_unit: Unit
) -> None:
    path = f"units/{sales_unit.public_id}"
    taken = {"parent": factory_unit.public_id, "name": "x" * 201}
    assert admin.change("PATCH", path, taken).status_code == 422
    sales_unit.refresh_from_db()
    assert sales_unit.parent_id != factory_unit.pk


def test_stale_versions(admin: Program, sales_unit: Unit) -> None:
    path = f"units/{sales_unit.public_id}"
    etag = admin.etag(path)
    assert admin.patch(path, {"name": "Bán hàng"}, etag=etag).status_code == 200
    late = admin.patch(path, {"name": "Khác"}, etag=etag)
    assert late.status_code == 412
    assert late.json()["current"]["name"] == "Bán hàng"
    assert admin.patch(path, {"name": "Khác"}, etag="nonsense").status_code == 422
    assert admin.patch(path, {"name": "Khác"}, etag='"zz"').status_code == 412


def test_leaders_are_set_whole(
    admin: Program, an: Person, binh: Person, chi: Person, sales_unit: Unit
) -> None:
    path = f"units/{sales_unit.public_id}"
    etag = admin.etag(path)
    people = [binh.public_id, an.public_id]
    answer = admin.put(f"{path}/leaders", {"people": people}, etag=etag)
    assert [p["name"].split()[-1] for p in answer.json()["leaders"]] == ["An", "Bình"]
    assert admin.put(f"{path}/leaders", {"people": []}, etag=etag).status_code == 412
    unknown = admin.change("PUT", f"{path}/leaders", {"people": ["P-999"]}, of=path)
    assert unknown.json()["errors"][0]["field"] == "people.0"


def test_a_team_and_its_members(
    admin: Program, as_: As, an: Person, dung: Person, binh: Person
) -> None:
    team = admin.made("units", {"name": "Dự án CRM", "kind": "team"})
    path = f"units/{team['id']}"
    members = f"{path}/members"
    admin.change("PUT", f"{path}/leaders", {"people": [dung.public_id]}, of=path)
    leader = as_(dung)
    sent = {"people": [an.public_id, dung.public_id]}
    assert leader.change("PUT", members, sent).status_code == 200
    assert {p["id"] for p in as_(binh).get(members).json()["items"]} == set(sent["people"])
    assert as_(binh).change("PUT", members, sent).status_code == 403
    plain = admin.change("PUT", f"units/{an.unit.public_id}/members", sent)
    assert plain.json()["code"] == "not_a_team"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "units", {"name": "X"}),
        ("PATCH", "units/{unit}", {"name": "X"}),
        ("POST", "units/{unit}/archival", None),
        ("PUT", "units/{unit}/leaders", {"people": []}),
    ],
)
def test_only_administrators(
    as_: As, chi: Person, sales_unit: Unit, method: str, path: str, body: Any
) -> None:
    path = path.format(unit=sales_unit.public_id)
    assert as_(chi).send(method, path, body, etag="*").status_code == 403
