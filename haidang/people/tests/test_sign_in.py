"""Signing in, out, and back in: password, second factor, lost password, too many attempts."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from haidang.people import actions
from haidang.people.adapters import MFAAdapter
from haidang.people.models import Account, Person
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    cache.clear()


def enter(client: Client, person: Person, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": person.email, "password": password, **more})


def test_the_page(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Đăng nhập" in page
    assert "signup" not in page
    assert "placeholder" not in page


def test_in_and_out(client: Client, an: Person) -> None:
    before = client.get("/accounts/login/").cookies.get("haidang")
    answer = enter(client, an, next="/people/")
    assert answer["Location"] == "/people/"
    assert client.session.session_key != before  # a new session for a new standing
    assert client.get("/accounts/login/").status_code == 302
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/people/").status_code == 302


def test_addresses_in_any_case(client: Client, an: Person) -> None:
    answer = client.post(
        "/accounts/login/", {"login": f"  {an.email.upper()} ", "password": PASSWORD}
    )
    assert answer["Location"] == "/"


def test_only_ways_within(client: Client, an: Person) -> None:
    answer = enter(client, an, next="https://evil.example/")
    assert answer["Location"] == "/"


def test_wrong_and_unknown_look_alike(client: Client, an: Person) -> None:
    def strip(text: str) -> str:
        return re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", text)

    wrong = enter(client, an, "không phải mật khẩu")
    unknown = client.post(
        "/accounts/login/", {"login": "ai@do.example", "password": "không phải mật khẩu"}
    )
    assert wrong.status_code == unknown.status_code == 422
    assert strip(wrong.content.decode()) == strip(unknown.content.decode())
    assert "chưa đúng" in wrong.content.decode()
    assert an.email in wrong.content.decode()  # what was typed stays, but the password
    assert "không phải mật khẩu" not in wrong.content.decode()


@pytest.mark.parametrize(
    "odd",
    [
        {"login": "", "password": ""},
        {"login": "an", "password": "x"},
        {"login": "a@x.example\0", "password": "x"},
        {"login": "a@x.example", "password": "\0"},
        {"login": "x" * 100_000 + "@x.example", "password": "x"},
        {"login": "a@x.example", "password": "x" * 100_000},
        {},
    ],
)
def test_odd_attempts(client: Client, odd: dict[str, str]) -> None:
    assert client.post("/accounts/login/", odd).status_code == 422


def test_too_many_attempts(client: Client, an: Person) -> None:
    for _ in range(5):
        enter(client, an, "sai rồi")
    answer = enter(client, an)  # even the right one has to wait
    assert answer.status_code == 422
    assert "Thử quá nhiều lần" in answer.content.decode()


def test_too_many_requests(client: Client) -> None:
    codes = [
        client.post("/accounts/login/", {"login": f"a{n}@x.example", "password": "x"}).status_code
        for n in range(31)
    ]
    assert codes[0] == 422
    assert codes[-1] == 429


def test_who_belongs_to_nobody_is_told_so(
    client: Client, administrator: Person, an: Person
) -> None:
    actions.deactivate_person(administrator, an)
    answer = enter(client, an)
    assert answer["Location"] == "/accounts/inactive/"
    assert "không còn thuộc tổ chức nào" in client.get("/accounts/inactive/").content.decode()
    assert client.get("/people/").status_code == 302


def test_several_organisations_are_chosen_from(client: Client, an: Person, emma: Person) -> None:
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    assert enter(client, an)["Location"] == "/organisations/"
    page = client.get("/organisations/").content.decode()
    assert "Tâm Long" in page
    assert "Khác" in page


def test_there_is_no_sign_up(client: Client) -> None:
    for address in ("/accounts/signup/", "/accounts/email/", "/accounts/password/reset/x/"):
        assert client.get(address).status_code == 404


# --- lost and changed passwords ---------------------------------------------------------


def test_a_lost_password(client: Client, an: Person) -> None:
    old = Client()
    enter(old, an)
    client.post("/accounts/password/reset/", {"email": an.email.upper()})
    [letter] = mail.outbox
    assert letter.to == [an.email]
    assert letter.subject == "Mật khẩu mới cho Haidang"
    [link] = re.findall(r"http://testserver(\S+)", letter.body)
    page = client.get(link, follow=True)
    assert page.request["PATH_INFO"].endswith("set-password/")  # not in the address any more
    address = page.request["PATH_INFO"]
    for one, two in (("ngắn", "ngắn"), (PASSWORD + "a", PASSWORD + "b")):
        assert client.post(address, {"password1": one, "password2": two}).status_code == 422
    new = "một mật khẩu mới tinh 5"
    client.post(address, {"password1": new, "password2": new})
    assert old.get("/people/").status_code == 302
    assert enter(client, an).status_code == 422
    assert enter(client, an, new)["Location"] == "/"


def test_unknown_addresses_get_no_mail_and_the_same_answer(client: Client, an: Person) -> None:
    known = client.post("/accounts/password/reset/", {"email": an.email})
    unknown = client.post("/accounts/password/reset/", {"email": "ai@do.example"})
    assert known["Location"] == unknown["Location"] == "/accounts/password/reset/done/"
    assert len(mail.outbox) == 1
    assert client.get("/accounts/password/reset/done/").status_code == 200
    assert client.post("/accounts/password/reset/", {"email": "x"}).status_code == 422


def test_without_mail_one_asks_an_administrator(client: Client, settings: Any) -> None:
    settings.MAIL_CONFIGURED = False
    page = client.get("/accounts/password/reset/").content.decode()
    assert "quản trị viên" in page
    assert 'name="email"' not in page


@pytest.mark.parametrize("key", ["1-x", "zzzzzzzzzzzz-abc", "1-" + "x" * 500, "0-%00"])
def test_broken_links(client: Client, key: str) -> None:
    answer = client.get(f"/accounts/password/reset/key/{key}/")
    assert answer.status_code == 404
    assert "không còn dùng được" in answer.content.decode()


def test_change_the_password(client: Client, an: Person) -> None:
    other = Client()
    enter(other, an)
    enter(client, an)
    address = "/accounts/password/change/"
    assert "Mật khẩu hiện tại" in client.get(address).content.decode()
    new = "một mật khẩu mới tinh 5"
    wrong = {"oldpassword": "sai", "password1": new, "password2": new}
    assert client.post(address, wrong).status_code == 422
    answer = client.post(address, wrong | {"oldpassword": PASSWORD})
    assert answer["Location"] == "/account/"
    assert client.get("/people/").status_code == 200
    assert other.get("/people/").status_code == 302


def test_set_a_password(client: Client, an: Person) -> None:
    account = an.account
    assert account is not None
    account.set_unusable_password()
    account.save()
    client.force_login(account)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    new = "một mật khẩu mới tinh 5"
    client.post("/accounts/password/set/", {"password1": new, "password2": new})
    account.refresh_from_db()
    assert account.check_password(new)


# --- second factors ---------------------------------------------------------------------


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def confirm(client: Client) -> None:
    """Say again who it is, as everything that protects the account wants."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


@pytest.fixture
def secret(an: Person) -> str:
    """An uses an authenticator app; the secret that it holds."""
    client = Client()
    enter(client, an)
    confirm(client)
    page = client.get("/accounts/security/app/on/").content.decode()
    [found] = re.findall(r'id="secret"[^>]*value="([A-Z2-7]+)"', page)
    assert client.post("/accounts/security/app/on/", {"code": "000000"}).status_code == 422
    answer = client.post("/accounts/security/app/on/", {"code": code_of(found)})
    assert answer["Location"] == "/accounts/security/codes/"
    cache.clear()
    return found


def test_the_app(client: Client, an: Person, secret: str) -> None:
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored  # encrypted where it lies
    assert get_adapter().decrypt(stored) == secret
    assert enter(client, an)["Location"] == "/accounts/second-factor/"
    assert client.get("/people/").status_code == 302
    assert client.get("/accounts/second-factor/").status_code == 200
    for odd in ("000000", "", "x" * 1000, "\0", "１２３４５６"):
        assert client.post("/accounts/second-factor/", {"code": odd}).status_code == 422
    cache.clear()
    answer = client.post("/accounts/second-factor/", {"code": code_of(secret)})
    assert answer["Location"] == "/"
    assert client.get("/people/").status_code == 200


def test_a_code_of_the_app_works_once(
    client: Client, an: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it runs, and also the one that turned the app on."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now)
    owner = Client()
    enter(owner, an)
    confirm(owner)
    page = owner.get("/accounts/security/app/on/").content.decode()
    [found] = re.findall(r'id="secret"[^>]*value="([A-Z2-7]+)"', page)
    counters = list(yield_hotp_counters_from_time())
    first, second = (format_hotp_value(hotp_value(found, counter)) for counter in counters[:2])
    assert owner.post("/accounts/security/app/on/", {"code": first}).status_code == 302
    enter(client, an)
    for code, status in ((first, 422), (f"{first[:3]} {first[3:]}", 422), (second, 302)):
        assert client.post("/accounts/second-factor/", {"code": code}).status_code == status
    # Half a minute on, when allauth has forgotten it, the code still runs.
    cache.delete(f"allauth.mfa.totp.used?user={an.account_id}&code={second}")
    other = Client()
    enter(other, an)
    assert other.post("/accounts/second-factor/", {"code": second}).status_code == 422


def test_a_recovery_code_works_once(client: Client, an: Person, secret: str) -> None:
    account = Account.objects.get(email=an.email)
    wrapped = Authenticator.objects.get(user=account, type="recovery_codes").wrap()
    code = wrapped.get_unused_codes()[0]
    enter(client, an)
    assert client.post("/accounts/second-factor/", {"code": code})["Location"] == "/"
    confirm(client)
    page = client.get("/accounts/security/codes/").content.decode()
    assert "Còn 9 trên 10" in page
    client.post("/accounts/logout/")
    cache.clear()
    enter(client, an)
    assert client.post("/accounts/second-factor/", {"code": code}).status_code == 422


def test_security_pages(client: Client, an: Person, secret: str) -> None:
    enter(client, an)
    client.post("/accounts/second-factor/", {"code": code_of(secret)})
    confirm(client)
    page = client.get("/accounts/security/").content.decode()
    assert "/accounts/security/app/off/" in page
    assert "/accounts/security/codes/" in page
    for address in ("codes/new/", "app/off/", "passkeys/add/"):
        assert client.get(f"/accounts/security/{address}").status_code == 200, address
    assert client.post("/accounts/security/codes/new/").status_code == 302
    assert client.post("/accounts/security/app/off/").status_code == 302
    assert not Authenticator.objects.filter(type="totp").exists()
    assert enter(Client(), an)["Location"] == "/"


def test_what_protects_asks_again(client: Client, an: Person) -> None:
    client.force_login(an.account)
    answer = client.get("/accounts/security/app/on/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert client.post(answer["Location"], {"password": "sai"}).status_code == 422
    answer = client.post(answer["Location"], {"password": PASSWORD})
    assert answer["Location"] == "/accounts/security/app/on/"
    assert client.get(answer["Location"]).status_code == 200


def test_with_an_app_the_app_asks_again(client: Client, an: Person, secret: str) -> None:
    client.force_login(an.account)
    answer = client.get("/accounts/security/app/off/")
    page = client.get(answer["Location"]).content.decode()
    assert "xác nhận là anh/chị" in page
    again = "/accounts/second-factor/again/"
    assert client.get(again).status_code == 200
    assert client.post(again, {"code": "000000"}).status_code == 422


def test_passkeys_where_the_address_allows(an: Person) -> None:
    for host, works in (("testserver", False), ("localhost", True), ("127.0.0.1", False)):
        client = Client(headers={"host": host})
        assert ("data-passkey" in client.get("/accounts/login/").text) == works
    page = Client().get("/accounts/login/", secure=True).content.decode()
    assert "data-passkey" in page
    answer = Client(headers={"host": "localhost"}).get(
        "/accounts/passkey/", headers={"Accept": "application/json"}
    )
    assert "challenge" in answer.json()["request_options"]["publicKey"]


@pytest.mark.parametrize("credential", ["", "x", "{}", "[]", "null", '{"id": 1}', "[" * 900])
def test_broken_passkeys(client: Client, credential: str) -> None:
    answer = client.post("/accounts/passkey/", {"credential": credential})
    assert answer.status_code in (302, 422)


def test_with_another_key_of_the_server_no_code_matches(settings: Any) -> None:
    adapter = MFAAdapter()
    sealed = adapter.encrypt("bí mật")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    assert adapter.decrypt(sealed) == "bí mật"
    settings.SECRET_KEY_FALLBACKS = []
    one, two = adapter.decrypt(sealed), adapter.decrypt(sealed)
    assert one != two
    assert len(one) == 32
