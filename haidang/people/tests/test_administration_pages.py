"""The hub of administration, and the tokens of everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.people import actions
from haidang.people.models import Person
from haidang.web.navigation import address
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
HUB = "/administration/"


def linked(page: str, name: str) -> bool:
    return f'admin-entry" href="{address(name)}"' in page


def test_each_sees_what_is_theirs(
    administrator: Person, an: Person, dung: Person, enter: Enter
) -> None:
    actions.set_roles(administrator, dung, ["guest"])
    admin = body_of(enter(administrator).get(HUB))
    for name in ("people", "units", "tokens_all", "organisation_settings", "cycles", "account"):
        assert linked(admin, name), name
    member = body_of(enter(an).get(HUB))
    assert linked(member, "organisation_settings")
    for name in ("people", "units", "tokens_all", "cycles"):
        assert not linked(member, name), name
    guest = body_of(enter(dung).get(HUB))
    assert linked(guest, "account")
    assert not linked(guest, "organisation_settings")


def test_what_is_not_there_is_left_out(administrator: Person, enter: Enter) -> None:
    shown = body_of(enter(administrator).get(HUB))
    assert 'href="None"' not in shown
    assert 'href=""' not in shown


def test_tokens_of_all(
    administrator: Person, an: Person, emma: Person, enter: Enter,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    end = timezone.now() + timedelta(days=30)
    for person, name in [(an, "Báo cáo ngày"), (emma, "Của nơi khác")]:
        actions.create_token(person, name, ["read"], end)
    admin = enter(administrator)
    shown = body_of(admin.get(HUB + "tokens/"))
    assert "Báo cáo ngày" in shown
    assert an.name in shown
    assert "Của nơi khác" not in shown
    for n in range(30):
        for person in (an, administrator):
            actions.create_token(person, f"Số {n}", ["read"], end)
    with django_assert_max_num_queries(9):
        shown = body_of(admin.get(HUB + "tokens/"))
    assert "?page=2" in shown
    assert "Báo cáo ngày" in body_of(admin.get(HUB + "tokens/?page=99"))
    assert enter(an).get(HUB + "tokens/").status_code == 403


def test_a_form_sent_twice_makes_one(administrator: Person, enter: Enter) -> None:
    admin = enter(administrator)
    person = {"name": "Giang Mới", "email": "giang@tamlong.example", "form_key": "p" * 20}
    first = admin.post("/people/new/", person)
    assert admin.post("/people/new/", person)["Location"] == first["Location"]
    assert Person.objects.filter(name="Giang Mới").count() == 1
    unit = {"name": "Kho", "kind": "department", "parent": "U-1", "form_key": "u" * 20}
    first = admin.post("/units/new/", unit)
    assert admin.post("/units/new/", unit)["Location"] == first["Location"]
    assert administrator.organisation.units.filter(name="Kho").count() == 1
