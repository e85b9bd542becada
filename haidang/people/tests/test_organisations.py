"""Organisations and their settings."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from haidang.lib.errors import Forbidden, Invalid
from haidang.people import actions, settings
from haidang.people.access import standing_of
from haidang.people.models import Account, Organisation, OrganisationSetting, Person, Unit
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db


def test_create() -> None:
    made = actions.create_organisation(
        "Công ty Đại Dương", "vi", "Trần Thị Ý Nhi", "Nhi@Dai-Duong.vn", PASSWORD
    )
    assert (made.slug, made.language) == ("cong-ty-dai-duong", "vi")
    root = Unit.objects.get(organisation=made)
    assert (root.kind, root.path, root.public_id) == ("company", f"/{root.pk}/", "U-1")
    first = made.people.get()
    assert (first.public_id, first.unit, first.email) == ("P-1", root, "nhi@dai-duong.vn")
    assert standing_of(first).roles == {"administrator", "strategist"}
    assert first.account is not None
    assert first.account.check_password(PASSWORD)


def test_names_that_are_alike_get_different_short_names() -> None:
    for name in ("Hương Sen", "HƯƠNG SEN", "Huong  Sen", "***"):
        actions.create_organisation(name, "vi", "A", "a@x.example")
    slugs = set(Organisation.objects.values_list("slug", flat=True))
    assert slugs == {"huong-sen", "huong-sen-2", "huong-sen-3", "organisation"}
    assert not Account.objects.exists()


def test_the_first_administrator_can_be_invited() -> None:
    made = actions.create_organisation("X", "en", "A", "a@x.example")
    first = made.people.get()
    link = actions.invite(first, first, site="http://testserver")
    assert actions.join(link.rstrip("/").rpartition("/")[2], PASSWORD)[0] == first


def test_an_account_is_joined_only_with_its_password(emma: Person) -> None:
    account = emma.account
    assert account is not None
    one = actions.create_organisation("Một", "vi", "Emma", account.email, PASSWORD)
    assert one.people.get().account == account
    two = actions.create_organisation("Hai", "vi", "Emma", account.email, "không phải nó 77")
    assert two.people.get().account is None


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"language": "xx"}, "language"),
        ({"admin_name": "\0"}, "admin_name"),
        ({"admin_email": "nobody"}, "admin_email"),
        ({"admin_email": ""}, "admin_email"),
        ({"password": "123"}, "password"),
    ],
)
def test_create_refuses(facts: dict[str, Any], field: str) -> None:
    given = {
        "name": "X",
        "language": "vi",
        "admin_name": "A",
        "admin_email": "a@x.example",
        "password": PASSWORD,
    } | facts
    with pytest.raises(Invalid) as caught:
        actions.create_organisation(**given)
    assert caught.value.field == field
    assert not Organisation.objects.exists()


def test_settings_have_history(administrator: Person, organisation: Organisation) -> None:
    before = timezone.now()
    assert settings.get(organisation.pk, "health.on_track") == "0.9"
    actions.set_setting(administrator, "health.on_track", "0,95")
    actions.set_setting(administrator, "health.on_track", "0.950")
    assert OrganisationSetting.objects.count() == 1
    between = timezone.now()
    actions.set_setting(administrator, "health.on_track", "0.8")
    now = settings.everything(organisation.pk)
    assert now["health.on_track"] == "0.8"
    assert set(now) == set(settings.DEFAULTS)
    at = [before - timedelta(seconds=1), between, timezone.now()]
    assert [settings.get(organisation.pk, "health.on_track", moment) for moment in at] == [
        "0.9",
        "0.95",
        "0.8",
    ]
    assert settings.everything(organisation.pk, between)["health.on_track"] == "0.95"


def test_settings_are_one_organisations(
    administrator: Person, other_organisation: Organisation
) -> None:
    actions.set_setting(administrator, "calendar.working_days", [5, 0, 1, 1])
    assert settings.get(administrator.organisation_id, "calendar.working_days") == [0, 1, 5]
    assert settings.get(other_organisation.pk, "calendar.working_days") == [0, 1, 2, 3, 4]
    with pytest.raises(KeyError):
        settings.get(other_organisation.pk, "nothing")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nothing", 1),
        ("health.on_track", "NaN"),
        ("health.on_track", "Infinity"),
        ("health.on_track", "0"),
        ("health.on_track", "1.5"),
        ("health.on_track", "1e30"),
        ("health.on_track", "0.12345678901234"),
        ("health.on_track", None),
        ("health.on_track", {}),
        ("calendar.working_days", []),
        ("calendar.working_days", [7]),
        ("calendar.working_days", ["x"]),
        ("calendar.working_days", 5),
        ("calendar.holidays", ["29/02/2026"]),
        ("calendar.holidays", ["2026-02-30"]),
        ("calendar.holidays", [None]),
        ("calendar.holidays", ["2026-01-01"] * 3000),
    ],
)
def test_settings_refuse(administrator: Person, key: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        actions.set_setting(administrator, key, value)
    assert caught.value.field == key


def test_only_administrators(an: Person) -> None:
    with pytest.raises(Forbidden):
        actions.set_setting(an, "health.on_track", "0.8")


def test_every_setting_is_documented() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "administration.md"
    part = page.read_text(encoding="utf-8").split("## Settings")[1].split("\n## ")[0]
    told = [key for row in re.findall(r"^\|([^|]*)\|", part, re.M) for key in _CODE.findall(row)]
    assert sorted(told) == sorted(settings.DEFAULTS), "each once"


_CODE = re.compile(r"`([^`]+)`")
