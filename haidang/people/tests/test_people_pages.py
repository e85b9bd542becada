"""Pages of people: the list, a person, and what administrators do there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.people import actions
from haidang.people.models import Invitation, Person, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, administrator: Person) -> Client:
    client.force_login(administrator.account)
    return client


@pytest.fixture
def as_an(an: Person) -> Client:
    client = Client()
    client.force_login(an.account)
    return client


def names(answer: Any) -> list[str]:
    return [person.name for person in answer.context["page"].people]


@pytest.fixture
def english(administrator: Person) -> None:
    account = administrator.account
    assert account is not None
    actions.edit_account(account, language="en")


# --- the list ---------------------------------------------------------------------------


def test_people_stand_by_given_name(
    admin: Client, administrator: Person, make_person: Callable[..., Person]
) -> None:
    for number, name in enumerate(["Trần Ánh", "Đỗ Ân", "Đỗ An", "Nguyễn Đức", "Bùi Dũng"]):
        make_person(name, f"m{number}")
    listed = list(Person.objects.order_by("sort_key", "pk").values_list("name", flat=True))
    assert listed == ["Đỗ An", "Trần Ánh", "Đỗ Ân", "Bùi Dũng", "Nguyễn Đức", "Quản Trị"]
    assert admin.get("/people/").status_code == 200


def found(client: Client, query: str) -> str:
    answer = client.get("/people/" + query)
    assert answer.status_code == 200, query
    return answer.content.decode()


def test_search_ignores_marks_and_order(
    admin: Client, an: Person, binh: Person, dung: Person
) -> None:
    for query in ("an nguyen", "Nguyễn VĂN an", "AN", an.email, an.public_id.lower()):
        page = found(admin, f"?q={query}")
        assert an.name in page
        assert dung.name not in page
    assert dung.name in found(admin, "?q=dung")
    assert dung.name in found(admin, "?q=san xuat")  # by unit
    assert "Không tìm thấy ai" in found(admin, "?q=zzz")


def test_filters(
    admin: Client, administrator: Person, an: Person, dung: Person, sales_unit: Unit
) -> None:
    below = actions.create_unit(administrator, "Miền Đông", parent=sales_unit)
    actions.edit_person(administrator, an, 1, {"unit": below})
    team = actions.create_unit(administrator, "Dự án", kind="team", parent=sales_unit)
    actions.set_team_members(administrator, team, [dung])
    page = found(admin, f"?unit={sales_unit.public_id}")
    assert an.name in page
    assert dung.name in page
    assert an.name not in found(admin, f"?unit={team.public_id}").split("<tbody>")[1]
    assert an.name not in found(admin, "?role=administrator").split("<tbody>")[1]
    actions.deactivate_person(administrator, dung)
    assert dung.name not in found(admin, "")
    assert dung.name in found(admin, "?left=1")


@pytest.mark.parametrize(
    "query",
    [
        "?page=99999999999999999999",
        "?page=-1",
        "?page=x",
        "?page=0",
        "?q=%00",
        "?q=" + "x" * 3000,
        "?q=%25%5F'",
        "?role=king",
        "?left=2",
        "?unit=",
        "?q=%F0%28%8C%28",
    ],
)
def test_odd_addresses(admin: Client, query: str) -> None:
    assert admin.get("/people/" + query).status_code == 200


def test_a_unit_that_is_not_there(admin: Client, emma: Person) -> None:
    for odd in ("U-99", "U-1%00", "x", "U-99999999999"):
        assert admin.get(f"/people/?unit={odd}").status_code == 404


def test_pages_cost_the_same_for_few_and_many(
    admin: Client,
    administrator: Person,
    sales_unit: Unit,
    chi: Person,
    django_assert_max_num_queries: Any,
) -> None:
    admin.get("/people/")
    with django_assert_max_num_queries(11):
        admin.get("/people/")
    for number in range(60):
        actions.create_person(administrator, f"Người {number}", unit=sales_unit, manager=chi)
    with django_assert_max_num_queries(11):
        page = admin.get("/people/")
    assert "1 trên 2" in page.content.decode()
    with django_assert_max_num_queries(11):
        admin.get("/people/?page=2")
    with django_assert_max_num_queries(22):
        admin.get(f"/people/{chi.public_id}/")


def test_only_administrators_are_offered_more(admin: Client, as_an: Client) -> None:
    assert "/people/new/" in found(admin, "")
    assert "/people/new/" not in found(as_an, "")


def test_options(admin: Client, an: Person, binh: Person) -> None:
    answer = admin.get("/people/options/?q=nguyen an").json()
    assert answer["more"] is False
    [option] = answer["options"]
    assert option["value"] == an.public_id
    assert option["label"] == an.name
    assert option["hint"] == "Kinh doanh"
    assert len(admin.get("/people/options/").json()["options"]) == 4


# --- one person -------------------------------------------------------------------------


def test_a_person(admin: Client, as_an: Client, an: Person, chi: Person) -> None:
    page = admin.get(f"/people/{an.public_id}/").content.decode()
    for text in (an.name, chi.name, "Kinh doanh", an.email, an.public_id):
        assert text in page
    assert "deactivation" in page
    assert "deactivation" not in as_an.get(f"/people/{chi.public_id}/").content.decode()


def test_names_are_text(admin: Client, administrator: Person) -> None:
    person = actions.create_person(administrator, "<script>alert(1)</script>", title="<b>")
    page = admin.get(f"/people/{person.public_id}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- making and changing ----------------------------------------------------------------


def test_new(admin: Client, sales_unit: Unit, chi: Person) -> None:
    assert sales_unit.name in found(admin, f"new/?unit={sales_unit.public_id}")
    answer = admin.post(
        "/people/new/",
        {
            "name": "Lê Mới",
            "email": "moi@x.example",
            "unit": sales_unit.public_id,
            "manager": chi.public_id,
            "joined_on": "5/1/2026",
        },
    )
    person = Person.objects.get(name="Lê Mới")
    assert answer["Location"] == f"/people/{person.public_id}/"
    assert (person.unit, person.manager, str(person.joined_on)) == (
        sales_unit,
        chi,
        "2026-01-05",
    )
    assert not Invitation.objects.exists()


def test_new_and_invited(admin: Client) -> None:
    answer = admin.post(
        "/people/new/", {"name": "Lê Mới", "email": "moi@x.example", "invite": "on"}
    )
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert "http://testserver/invitations/" in page
    assert Invitation.objects.get().person.name == "Lê Mới"


def test_what_is_typed_stays(admin: Client) -> None:
    typed = {
        "name": "Lê Mới",
        "email": "không phải thư",
        "title": "Kỹ sư",
        "joined_on": "31/02/2026",
        "unit": "U-999",
        "manager": "P-999",
    }
    answer = admin.post("/people/new/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Person.objects.filter(name="Lê Mới").exists()
    for text in ("Lê Mới", "không phải thư", "Kỹ sư", "31/02/2026"):
        assert f'value="{text}"' in page
    assert page.count('class="error"') >= 3


def test_an_invitation_needs_an_address(admin: Client) -> None:
    answer = admin.post("/people/new/", {"name": "Lê Mới", "invite": "on"})
    assert answer.status_code == 422
    assert not Person.objects.filter(name="Lê Mới").exists()


def test_edit(admin: Client, an: Person) -> None:
    page = admin.get(f"/people/{an.public_id}/edit/").content.decode()
    assert f'value="{an.name}"' in page
    answer = admin.post(
        f"/people/{an.public_id}/edit/", {"version": 1, "name": "An Mới", "email": an.email}
    )
    assert answer.status_code == 302
    an.refresh_from_db()
    assert (an.name, an.manager, an.unit) == ("An Mới", None, None)


def test_the_form_says_which_address_signs_in(admin: Client, an: Person, emma: Person) -> None:
    address = f"/people/{an.public_id}/edit/"
    assert "tên để đăng nhập" in admin.get(address).content.decode()
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    Person.objects.filter(pk=an.pk).update(email="khac@tamlong.example")
    page = admin.get(address).content.decode()
    assert f"đăng nhập bằng {an.email}" in page
    assert "tên để đăng nhập" not in page


def test_edit_over_somebody_elses(admin: Client, administrator: Person, an: Person) -> None:
    actions.edit_person(administrator, an, 1, {"title": "Phó phòng"})
    typed = {"version": 1, "name": "Của tôi", "email": an.email}
    answer = admin.post(f"/people/{an.public_id}/edit/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Của tôi"' in page
    assert 'name="version" value="2"' in page
    assert admin.post(f"/people/{an.public_id}/edit/", typed | {"version": 2}).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "-1", "1e3", "99999999999999999999", "١"])
def test_edit_with_a_broken_version(admin: Client, an: Person, version: str) -> None:
    answer = admin.post(
        f"/people/{an.public_id}/edit/", {"version": version, "name": "X", "email": an.email}
    )
    assert answer.status_code == 409


def test_roles(admin: Client, administrator: Person, an: Person) -> None:
    actions.set_roles(administrator, an, ["hr"])
    page = admin.get(f"/people/{an.public_id}/roles/").content.decode()
    assert page.count("checked") == 1
    admin.post(f"/people/{an.public_id}/roles/", {"roles": ["strategist", "viewer"]})
    assert set(an.roles.filter(until=None).values_list("role", flat=True)) == {
        "strategist",
        "viewer",
    }
    answer = admin.post(f"/people/{an.public_id}/roles/", {"roles": ["king"]})
    assert answer.status_code == 422


def test_the_last_administrator_stays(admin: Client, administrator: Person) -> None:
    own = f"/people/{administrator.public_id}/"
    assert admin.post(own + "roles/", {}).status_code == 409
    answer = admin.post(own + "deactivation/")
    assert answer.status_code == 409
    assert "cần có quản trị viên" in answer.content.decode()


def test_deactivate_and_back(admin: Client, as_an: Client, an: Person) -> None:
    admin.post(f"/people/{an.public_id}/deactivation/")
    an.refresh_from_db()
    assert not an.is_active
    assert as_an.get("/people/").status_code == 302
    page = admin.get(f"/people/{an.public_id}/").content.decode()
    assert "reactivation" in page
    admin.post(f"/people/{an.public_id}/reactivation/")
    an.refresh_from_db()
    assert an.is_active


def test_reactivation_that_cannot_be(admin: Client, administrator: Person, an: Person) -> None:
    actions.deactivate_person(administrator, an)
    actions.create_person(administrator, "Khác", email=an.email)
    assert admin.post(f"/people/{an.public_id}/reactivation/").status_code == 422


def test_invitation(admin: Client, administrator: Person, an: Person) -> None:
    person = actions.create_person(administrator, "Mới", email="moi@x.example")
    assert "/invitation/" in admin.get(f"/people/{person.public_id}/").content.decode()
    answer = admin.post(f"/people/{person.public_id}/invitation/")
    assert "/invitations/" in answer.content.decode()
    page = admin.get(f"/people/{person.public_id}/").content.decode()
    assert "Đã mời ngày" in page
    assert admin.post(f"/people/{an.public_id}/invitation/").status_code == 409
    nameless = actions.create_person(administrator, "Không thư")
    assert admin.post(f"/people/{nameless.public_id}/invitation/").status_code == 422


def test_reset(admin: Client, administrator: Person, an: Person) -> None:
    answer = admin.post(f"/people/{an.public_id}/reset/")
    assert "/accounts/password/reset/key/" in answer.content.decode()
    waiting = actions.create_person(administrator, "Chờ")
    for address in ("reset", "second-factor-removal"):
        assert admin.post(f"/people/{waiting.public_id}/{address}/").status_code == 409
    answer = admin.post(f"/people/{an.public_id}/second-factor-removal/")
    assert answer.status_code == 302


def test_in_english(admin: Client, english: None) -> None:
    page = found(admin, "")
    assert "Add a person" in page
    assert "Thêm người" not in page


# --- tokens of others --------------------------------------------------------------------


def test_an_administrator_sees_and_ends_somebodys_tokens(
    admin: Client, as_an: Client, an: Person, binh: Person, administrator: Person
) -> None:
    until = timezone.now() + timedelta(days=30)
    token, secret = actions.create_token(an, "Sổ tuần", ["read", "check_in"], until)
    actions.create_token(administrator, "Của tôi", ["read"], until)
    page = admin.get(f"/people/{an.public_id}/").content.decode()
    assert "Sổ tuần" in page
    assert token.prefix in page
    assert secret not in page
    assert f"/account/tokens/{token.pk}/revocation/" in page
    own = admin.get(f"/people/{administrator.public_id}/").content.decode()
    assert "Của tôi" not in own  # one's own are with one's account
    as_binh = Client()
    as_binh.force_login(binh.account)
    for client in (as_an, as_binh):
        assert "Sổ tuần" not in client.get(f"/people/{an.public_id}/").content.decode()
    answer = admin.post(f"/account/tokens/{token.pk}/revocation/")
    assert answer["Location"] == f"/people/{an.public_id}/"
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "Sổ tuần" not in admin.get(f"/people/{an.public_id}/").content.decode()
