"""Ctrl+K: finds what one sees and nothing else, and offers what one may do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from haidang.checkins import actions as checkins
from haidang.goals.models import Goal, Visibility
from haidang.people.actions import set_roles
from haidang.people.models import Person
from tests.support.pages import Enter, body_of, queries_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def found(client: object, text: str = "") -> str:
    return body_of(client.get("/find/", {"q": text}, headers=HX))  # type: ignore[attr-defined]


def test_goals_are_found_without_diacritics_and_by_id(
    enter: Enter, an: Person, objective: Goal, key_result: Goal
) -> None:
    client = enter(an)
    for text in ("khach hang tim", objective.public_id.lower(), "KHÁCH  HÀNG"):
        assert f'href="/goals/{objective.public_id}/"' in found(client, text), text
    assert objective.title not in found(client, "khong co gi nhu the")
    page = found(client, key_result.public_id)
    assert f'href="/goals/{key_result.public_id}/"' in page
    assert f'href="/goals/{key_result.public_id}/check-ins/"' in page


def test_the_goal_of_that_id_is_the_first(
    enter: Enter, an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    made = [make_key_result(objective, f"Kết quả {at}") for at in range(12)]
    page = found(enter(an), made[0].public_id)
    assert page.split('href="')[1].startswith(f"/goals/{made[0].public_id}/")


def test_nothing_is_found_that_is_not_open(
    enter: Enter, an: Person, dung: Person, emma: Person, objective: Goal
) -> None:
    assert objective.title in found(enter(dung), "khach hang")
    Goal.objects.filter(pk=objective.pk).update(visibility=Visibility.PRIVATE)
    assert objective.title in found(enter(an), "khach hang")
    for stranger in (dung, emma):
        for text in ("khach hang", objective.public_id):
            assert objective.title not in found(enter(stranger), text)
    assert an.name not in found(enter(emma), "nguyen van an")
    assert f'href="/people/{an.public_id}/"' in found(enter(dung), "nguyen van an")


def test_it_offers_what_one_may_create(
    enter: Enter, an: Person, binh: Person, administrator: Person
) -> None:
    set_roles(administrator, binh, ["viewer"])
    member, viewer, all_of_it = (found(enter(p)) for p in (an, binh, administrator))
    assert "/goals/new/objective/" in member
    assert "/goals/new/ultimate/" not in member
    assert "/people/new/" not in member
    assert "/new/" not in viewer
    assert 'href="/goals/"' in viewer
    for address in ("/goals/new/ultimate/", "/cycles/new/", "/people/new/", "/units/new/"):
        assert address in all_of_it
    typed = found(enter(administrator), "chu ky moi")
    assert "/cycles/new/" in typed
    assert "/goals/new/objective/" not in typed


def test_one_checks_in_what_one_owes(
    enter: Enter, an: Person, binh: Person, key_result: Goal
) -> None:
    address = f'href="/goals/{key_result.public_id}/check-ins/"'
    assert address in found(enter(an))
    assert address not in found(enter(binh))


def test_a_command_is_called_by_its_name(
    enter: Enter, an: Person, administrator: Person, key_result: Goal
) -> None:
    address = f'href="/goals/{key_result.public_id}/check-ins/"'
    client = enter(an)
    for text in ("check-in", "Check in", f"check in {key_result.public_id}"):
        assert address in found(client, text), text
    for text in ("check-in KR-999", "checkin", "check-in x"):
        assert address not in found(client, text), text
    client = enter(administrator)
    assert "/goals/new/objective/" in found(client, "tao")
    made = found(client, "tạo mục tiêu")
    assert "/goals/new/objective/" in made
    assert "/cycles/new/" not in made


def test_without_script_it_leads_to_the_list(enter: Enter, an: Person) -> None:
    client = enter(an)
    assert '<a class="finder" href="/goals/"' in body_of(client.get("/"))
    assert client.get("/find/?q=đà nẵng").headers["Location"].startswith("/goals/?q=%C4%91")
    assert client.get("/find/").headers["Location"] == "/goals/"


def test_odd_input_finds_nothing(enter: Enter, an: Person) -> None:
    client = enter(an)
    for text in ("\x00", "%", "_", "'", "a" * 5000, "<b>", "-"):
        assert client.get("/find/", {"q": text}, headers=HX).status_code == 200
    assert "<b>" not in found(client, "<b>")


def test_thirty_goals_cost_what_nine_cost(
    enter: Enter, an: Person, objective: Goal, make_key_result: Callable[..., Goal]
) -> None:
    client = enter(an)
    for at in range(9):  # fewer are looked for in other texts too
        make_key_result(objective, f"Nhà phân phối {at}")
    few = queries_of(client, "/find/?q=nha", **HX)
    for at in range(21):
        checkins.record(
            an, make_key_result(objective, f"Nhà phân phối thêm {at}"), value=Decimal(1)
        )
    assert queries_of(client, "/find/?q=nha", **HX) == few
    assert few <= 20
