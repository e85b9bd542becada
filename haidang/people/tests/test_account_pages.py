"""One's own account: settings, tokens, devices."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from haidang.people import actions
from haidang.people.access import person_of_token
from haidang.people.models import Person, PersonalToken
from haidang.people.views.devices import device_of
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def signed_in(person: Person, agent: str = CHROME) -> Client:
    client = Client(headers={"User-Agent": agent})
    answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture
def mine(an: Person) -> Client:
    return signed_in(an)


def test_settings(mine: Client, an: Person) -> None:
    assert "Ngôn ngữ" in mine.get("/account/").content.decode()
    answer = mine.post("/account/", {"language": "en", "theme": "dark", "time_zone": "Asia/Tokyo"})
    assert answer.status_code == 302
    assert answer.cookies["theme"].value == "dark"
    account = an.account
    assert account is not None
    account.refresh_from_db()
    assert (account.language, account.theme, account.time_zone) == ("en", "dark", "Asia/Tokyo")
    page = mine.get("/account/").content.decode()
    assert "Language" in page
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize(
    "wrong",
    [{"language": "xx"}, {"theme": ""}, {"time_zone": "Atlantis/Capital"}, {"time_zone": "\0"}],
)
def test_settings_refuse(mine: Client, an: Person, wrong: dict[str, str]) -> None:
    given = {"language": "vi", "theme": "auto", "time_zone": ""} | wrong
    assert mine.post("/account/", given).status_code == 422


def test_a_token_is_shown_once(mine: Client, an: Person) -> None:
    assert "Chưa có token" in mine.get("/account/tokens/").content.decode()
    answer = mine.post(
        "/account/tokens/", {"name": "Báo cáo", "scopes": ["read", "check_in"], "days": 30}
    )
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    [secret] = set(re.findall(r"hd_[0-9a-f]{8}_[\w-]{40,}", answer.content.decode()))
    assert person_of_token(secret) == (an, frozenset({"read", "check_in"}))
    assert secret not in mine.get("/account/tokens/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["admin"]},
        {"days": "10000"},
        {"days": "x"},
    ],
)
def test_tokens_refuse(mine: Client, wrong: dict[str, Any]) -> None:
    given = {"name": "Báo cáo", "scopes": ["read"], "days": 30} | wrong
    answer = mine.post("/account/tokens/", given)
    assert answer.status_code == 422
    assert not PersonalToken.objects.exists()


def test_revoke(
    mine: Client, administrator: Person, an: Person, binh: Person, emma: Person
) -> None:
    def token() -> PersonalToken:
        until = timezone.now() + timedelta(days=1)
        return actions.create_token(an, "x", ["read"], until)[0]

    def revoked(token: PersonalToken) -> bool:
        token.refresh_from_db()
        return token.revoked_at is not None

    one, two = token(), token()
    for stranger in (binh, emma):
        answer = signed_in(stranger).post(f"/account/tokens/{one.pk}/revocation/")
        assert answer.status_code == 404
    assert not revoked(one)
    mine.post(f"/account/tokens/{one.pk}/revocation/")
    assert revoked(one)
    answer = signed_in(administrator).post(f"/account/tokens/{two.pk}/revocation/")
    assert answer["Location"] == f"/people/{an.public_id}/"
    assert revoked(two)
    for odd in ("999", "999999999", "99999999999999999999", "x", "-1"):
        assert mine.post(f"/account/tokens/{odd}/revocation/").status_code == 404


def test_devices(mine: Client, an: Person, binh: Person) -> None:
    other = signed_in(an, PHONE)
    page = mine.get("/account/sessions/").content.decode()
    assert "Chrome · Linux" in page
    assert "Safari · iPhone" in page
    [row] = [r for r in UserSession.objects.all() if r.session_key == other.session.session_key]
    assert signed_in(binh).post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert other.get("/people/").status_code == 200
    assert mine.post(f"/account/sessions/{row.pk}/end/").status_code == 302
    assert other.get("/people/").status_code == 302
    assert mine.get("/people/").status_code == 200


def test_all_other_devices(mine: Client, an: Person) -> None:
    others = [signed_in(an) for _ in range(3)]
    mine.post("/account/sessions/end/")
    assert [other.get("/people/").status_code for other in others] == [302, 302, 302]
    assert mine.get("/people/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (CHROME, ("Chrome", "Linux", False)),
        (PHONE, ("Safari", "iPhone", True)),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", ("Edge", "Windows", False)),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile", ("Chrome", "Android", True)),
        ("", ("", "", False)),
        ("<script>", ("", "", False)),
    ],
)
def test_devices_by_name(agent: str, shown: tuple[str, str, bool]) -> None:
    assert device_of(agent) == shown


def test_an_unknown_device_is_called_so(an: Person) -> None:
    client = signed_in(an, "<script>alert(1)</script>")
    page = client.get("/account/sessions/").content.decode()
    assert "Thiết bị chưa rõ" in page
    assert "<script>alert" not in page
