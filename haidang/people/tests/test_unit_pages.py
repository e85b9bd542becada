"""Pages of units: the tree, a unit, and changes to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.people import actions
from haidang.people.models import Person, Role, RoleGrant, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, administrator: Person) -> Client:
    client.force_login(administrator.account)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_tree(
    admin: Client, administrator: Person, an: Person, dung: Person, sales_unit: Unit
) -> None:
    below = actions.create_unit(administrator, "Miền Đông", parent=sales_unit)
    team = actions.create_unit(administrator, "Dự án", kind="team", parent=below)
    actions.set_team_members(administrator, team, [an, dung])
    shown = page(admin, "/units/")
    assert shown.index(">Kinh doanh<") < shown.index(">Miền Đông<") < shown.index(">Sản xuất<")
    assert "4 người" in shown  # everybody once: a team's members count in their own units


def test_an_empty_tree_says_what_to_do(admin: Client, emma: Person) -> None:
    assert "/units/new/" in page(admin, "/units/")
    assert "Chưa có đơn vị nào" in page(admin, "/units/")


def test_a_guest_is_told_what_guests_see(client: Client, an: Person) -> None:
    Person.objects.filter(pk=an.pk).update(unit=None)
    RoleGrant.objects.filter(person=an).delete()
    RoleGrant.objects.create(person=an, role=Role.GUEST, since=timezone.now())
    client.force_login(an.account)
    shown = page(client, "/units/")
    assert "Khách thấy đơn vị mà mình thuộc về" in shown
    assert "/units/new/" not in shown


def test_pages_cost_the_same_for_few_and_many(
    admin: Client, administrator: Person, sales_unit: Unit, django_assert_max_num_queries: Any
) -> None:
    page(admin, "/units/")
    with django_assert_max_num_queries(8):
        page(admin, "/units/")
    for number in range(30):
        unit = actions.create_unit(administrator, f"Tổ {number}", parent=sales_unit)
        actions.set_leader(administrator, unit, administrator)
    with django_assert_max_num_queries(8):
        page(admin, "/units/")
    with django_assert_max_num_queries(18):
        page(admin, f"/units/{sales_unit.public_id}/")


def test_a_unit(admin: Client, administrator: Person, chi: Person, sales_unit: Unit) -> None:
    actions.create_unit(administrator, "Miền Đông", parent=sales_unit)
    shown = page(admin, f"/units/{sales_unit.public_id}/")
    for text in ("Kinh doanh", chi.name, "Miền Đông", "Tâm Long", sales_unit.public_id):
        assert text in shown
    empty = page(admin, f"/units/{Unit.objects.get(name='Miền Đông').public_id}/")
    assert "Chưa có người trực thuộc" in empty


def test_a_team(admin: Client, administrator: Person, an: Person, chi: Person) -> None:
    team = actions.create_unit(administrator, "Dự án", kind="team")
    address = f"/units/{team.public_id}/"
    assert "Nhóm chưa có ai" in page(admin, address)
    admin.post(address + "members/", {"people": [an.public_id, chi.public_id]})
    shown = page(admin, address)
    assert an.name in shown
    assert an.name in page(admin, address + "members/")
    answer = admin.post(address + "members/", {"people": ["P-999"]})
    assert answer.status_code == 422
    actions.set_leader(administrator, team, chi)
    client = Client()
    client.force_login(chi.account)
    assert client.post(address + "members/", {"people": []}).status_code == 302
    assert "Nhóm chưa có ai" in page(client, address)


def test_a_department_has_no_members_page(admin: Client, an: Person, sales_unit: Unit) -> None:
    answer = admin.post(f"/units/{sales_unit.public_id}/members/", {"people": [an.public_id]})
    assert answer.status_code == 422


def test_new(admin: Client, sales_unit: Unit) -> None:
    shown = page(admin, f"/units/new/?parent={sales_unit.public_id}")
    assert "Kinh doanh" in shown
    answer = admin.post(
        "/units/new/",
        {"name": "Miền Đông", "kind": "department", "parent": sales_unit.public_id},
    )
    unit = Unit.objects.get(name="Miền Đông")
    assert answer["Location"] == f"/units/{unit.public_id}/"
    assert unit.parent == sales_unit


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\0\u202e"},
        {"name": "x" * 201},
        {"kind": "company"},
        {"kind": ""},
        {"parent": ""},
        {"parent": "U-999"},
        {"parent": "U-1\0"},
        {"code": "x" * 21},
    ],
)
def test_new_refuses(admin: Client, root_unit: Unit, wrong: dict[str, str]) -> None:
    given = {"name": "Tên", "kind": "department", "parent": "U-1", "code": "T"} | wrong
    answer = admin.post("/units/new/", given)
    assert answer.status_code == 422
    assert Unit.objects.count() == 1
    kept = {"name": "Tên", "code": "T"} | {k: v for k, v in wrong.items() if v.isascii()}
    for field, value in kept.items():
        if field in ("name", "code") and "\0" not in value and field not in wrong:
            assert f'value="{value}"' in answer.content.decode()


def test_edit(admin: Client, administrator: Person, sales_unit: Unit) -> None:
    address = f"/units/{sales_unit.public_id}/edit/"
    assert 'value="Kinh doanh"' in page(admin, address)
    typed = {"version": 1, "name": "Bán hàng", "kind": "division", "code": "BH"}
    assert admin.post(address, typed).status_code == 302
    answer = admin.post(address, typed | {"name": "Chậm tay"})
    assert answer.status_code == 409
    assert 'value="Chậm tay"' in answer.content.decode()
    sales_unit.refresh_from_db()
    assert (sales_unit.name, sales_unit.kind) == ("Bán hàng", "division")


def test_the_organisations_own_unit_keeps_its_kind(admin: Client, root_unit: Unit) -> None:
    address = f"/units/{root_unit.public_id}/edit/"
    assert 'name="kind"' not in page(admin, address)
    admin.post(address, {"version": 1, "name": "Tâm Long Mới", "kind": "team"})
    root_unit.refresh_from_db()
    assert (root_unit.name, root_unit.kind) == ("Tâm Long Mới", "company")


def test_move(admin: Client, sales_unit: Unit, factory_unit: Unit) -> None:
    address = f"/units/{sales_unit.public_id}/move/"
    page(admin, address)
    into = {"version": 1, "parent": factory_unit.public_id}
    assert admin.post(address, into).status_code == 302
    assert admin.post(address, into).status_code == 409
    loop = {"version": 1, "parent": sales_unit.public_id}
    answer = admin.post(f"/units/{factory_unit.public_id}/move/", loop)
    assert answer.status_code == 422
    assert "bên dưới chính nó" in answer.content.decode()


def test_a_unit_is_not_offered_to_be_put_below_itself(
    admin: Client, root_unit: Unit, sales_unit: Unit, factory_unit: Unit
) -> None:
    admin.post(
        f"/units/{sales_unit.public_id}/move/", {"version": 1, "parent": factory_unit.public_id}
    )
    shown = page(admin, f"/units/{factory_unit.public_id}/move/")
    asked = f"/units/options/?outside={factory_unit.public_id}"
    assert f'data-url="{asked}"' in shown
    assert f'value="{sales_unit.public_id}"' not in shown
    assert [one["value"] for one in admin.get(asked).json()["options"]] == [root_unit.public_id]


def test_leaders(admin: Client, chi: Person, an: Person, sales_unit: Unit) -> None:
    address = f"/units/{sales_unit.public_id}/leaders/"
    assert chi.name in page(admin, address)
    admin.post(address, {"people": [an.public_id]})
    assert list(sales_unit.leaders.filter(until=None).values_list("person", flat=True)) == [an.pk]
    answer = admin.post(address, {"people": [an.public_id, "P-999"]})
    assert answer.status_code == 422


def test_close(admin: Client, an: Person, sales_unit: Unit, factory_unit: Unit) -> None:
    answer = admin.post(f"/units/{sales_unit.public_id}/closure/")
    assert answer.status_code == 409
    assert "chuyển người" in answer.content.decode()
    assert admin.post(f"/units/{factory_unit.public_id}/closure/").status_code == 302
    shown = page(admin, f"/units/{factory_unit.public_id}/")
    assert "Đã đóng" in shown
    assert factory_unit.name not in page(admin, "/units/")


def test_options(admin: Client, sales_unit: Unit, factory_unit: Unit) -> None:
    [option] = admin.get("/units/options/?q=san xuat").json()["options"]
    assert (option["value"], option["hint"]) == (factory_unit.public_id, "Tâm Long")
    assert len(admin.get("/units/options/").json()["options"]) == 3
    for odd in ("%00", "x" * 3000, "%25", "'"):
        assert admin.get(f"/units/options/?q={odd}").status_code == 200
