"""Accounts: what their owner sets, and what administrators may do for them."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail

from haidang.lib.errors import Conflict, Forbidden, Invalid
from haidang.people import actions
from haidang.people.actions.accounts import account_for
from haidang.people.models import Account, Person
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db


def test_addresses_are_lower_case_and_vouched_for() -> None:
    account = actions.create_account("Lan@X.example", PASSWORD, "vi")
    assert account.email == "lan@x.example"
    assert EmailAddress.objects.get(user=account).verified
    with pytest.raises(Conflict, match="has_account"):
        actions.create_account("lan@x.example", PASSWORD, "vi")
    assert account_for("lan@x.example", PASSWORD, "vi") == account
    assert account_for("lan@x.example", "không phải của nó 11", "vi") is None
    assert Account.objects.get_by_natural_key("LAN@x.example") == account


def test_edit(an: Person) -> None:
    account = an.account
    assert account is not None
    actions.edit_account(account, language="en", theme="dark", time_zone="Asia/Tokyo")
    account.refresh_from_db()
    assert (account.language, account.theme, account.time_zone) == ("en", "dark", "Asia/Tokyo")
    actions.edit_account(account, time_zone="")
    account.refresh_from_db()
    assert (account.language, account.time_zone) == ("en", "")


@pytest.mark.parametrize(
    "facts",
    [
        {"language": "xx"},
        {"theme": "pink"},
        {"time_zone": "Atlantis/Capital"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "\0"},
    ],
)
def test_edit_refuses(an: Person, facts: dict[str, Any]) -> None:
    account = an.account
    assert account is not None
    with pytest.raises(Invalid) as caught:
        actions.edit_account(account, **facts)
    assert caught.value.field in facts


def test_reset_link(client: Any, administrator: Person, an: Person) -> None:
    link = actions.reset_link(administrator, an, site="http://testserver")
    assert link.mailed
    assert link in mail.outbox[0].body
    page = client.get(link, follow=True)
    new = "mật khẩu hoàn toàn mới 8"
    answer = client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    account = Account.objects.get(email=an.email)
    assert account.check_password(new)
    assert "no longer" in client.get(link, follow=True, headers={"Accept-Language": "en"}).text


def test_an_account_that_is_not_only_ours_is_not_reset(
    administrator: Person, an: Person, emma: Person
) -> None:
    """Else an administrator would come into another organisation through it."""
    Person.objects.filter(pk=emma.pk).update(account=an.account)
    for act in (actions.reset_link, actions.remove_second_factor):
        with pytest.raises(Conflict, match="shared_account"):
            act(administrator, an)


def test_who_has_no_account_is_not_reset(administrator: Person, chi: Person) -> None:
    person = actions.create_person(administrator, "Mới")
    with pytest.raises(Conflict):
        actions.reset_link(administrator, person)
    with pytest.raises(Forbidden):
        actions.reset_link(chi, person)


def test_a_lost_second_factor(client: Any, administrator: Person, an: Person) -> None:
    client.post("/accounts/login/", {"login": an.email, "password": PASSWORD})
    key = client.session.session_key
    Authenticator.objects.create(user=an.account, type="totp", data={"secret": "x"})
    actions.remove_second_factor(administrator, an)
    assert not Authenticator.objects.exists()
    assert not client.session.exists(key)
