"""Invitations: one link, seven days, once; and nobody comes in by somebody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.people import actions
from haidang.people.actions.links import hash_of
from haidang.people.models import Account, Invitation, Person
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def moi(administrator: Person) -> Person:
    return actions.create_person(administrator, "Người Mới", email="moi@tamlong.example")


def secret_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_invite(administrator: Person, moi: Person) -> None:
    link = actions.invite(administrator, moi, site="http://testserver")
    assert link.startswith("http://testserver/invitations/")
    assert link.mailed
    row = Invitation.objects.get()
    assert row.token_hash == hash_of(secret_of(link))
    assert secret_of(link) not in str(Invitation.objects.values().get())
    assert timedelta(days=6, hours=23) < row.expires_at - timezone.now() < timedelta(days=7)
    [letter] = mail.outbox
    assert letter.to == ["moi@tamlong.example"]
    assert link in letter.body
    assert "Người Mới" in letter.body
    assert "&" not in letter.subject


def test_without_mail_the_link_is_all(administrator: Person, moi: Person, settings: Any) -> None:
    settings.MAIL_CONFIGURED = False
    link = actions.invite(administrator, moi)
    assert not link.mailed
    assert link.startswith("/invitations/")
    assert mail.outbox == []


def test_a_silent_mail_server_is_no_reason_to_fail(
    administrator: Person, moi: Person, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 9  # nobody listens
    settings.EMAIL_TIMEOUT = 1
    link = actions.invite(administrator, moi)
    assert not link.mailed
    assert actions.invitation_of(secret_of(link)).person == moi


def test_the_public_address_is_in_the_link(
    administrator: Person, moi: Person, settings: Any
) -> None:
    from urllib.parse import urlsplit

    settings.PUBLIC_URL = urlsplit("https://okr.example.vn")
    link = actions.invite(administrator, moi, site="http://evil.example")
    assert link.startswith("https://okr.example.vn/invitations/")


def test_a_new_link_replaces_the_old(administrator: Person, moi: Person) -> None:
    first, second = (actions.invite(administrator, moi) for _ in range(2))
    with pytest.raises(NotFound):
        actions.invitation_of(secret_of(first))
    assert actions.invitation_of(secret_of(second)).person == moi


def test_who_cannot_be_invited(administrator: Person, an: Person, moi: Person) -> None:
    with pytest.raises(Conflict, match="has_account"):
        actions.invite(administrator, an)
    nameless = actions.create_person(administrator, "Không thư")
    with pytest.raises(Invalid, match="no_email"):
        actions.invite(administrator, nameless)
    actions.deactivate_person(administrator, moi)
    with pytest.raises(Conflict, match="inactive"):
        actions.invite(administrator, moi)


def test_join(administrator: Person, moi: Person) -> None:
    secret = secret_of(actions.invite(administrator, moi))
    person, account = actions.join(secret, PASSWORD)
    assert (person, account.email) == (moi, "moi@tamlong.example")
    assert account.check_password(PASSWORD)
    moi.refresh_from_db()
    assert moi.account == account
    with pytest.raises(NotFound):
        actions.join(secret, PASSWORD)
    assert Account.objects.filter(email="moi@tamlong.example").count() == 1


@pytest.mark.parametrize("weak", ["", "ngắn", "password123", "moi@tamlong"])
def test_join_refuses_weak_passwords(administrator: Person, moi: Person, weak: str) -> None:
    secret = secret_of(actions.invite(administrator, moi))
    with pytest.raises(Invalid) as caught:
        actions.join(secret, weak)
    assert caught.value.field == "password"
    assert not Account.objects.filter(email=moi.email).exists()
    assert actions.join(secret, PASSWORD)


def test_links_die(administrator: Person, moi: Person) -> None:
    secret = secret_of(actions.invite(administrator, moi))
    for odd in ("", "x", "\0", "\udce9", "x" * 10_000, secret + "x"):
        with pytest.raises(NotFound):
            actions.invitation_of(odd)
    Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(NotFound):
        actions.invitation_of(secret)


def test_an_account_of_somebody_is_not_taken_over(
    administrator: Person, emma: Person, an: Person
) -> None:
    """Whoever invites an address that has an account elsewhere gets no way into it: the link
    makes no new password for it, and joins it only when its owner proves it."""
    victim = actions.create_person(administrator, "Emma", email="emma@khac.example")
    secret = secret_of(actions.invite(administrator, victim))
    with pytest.raises(Conflict, match="has_account"):
        actions.join(secret, "mật khẩu của kẻ gian 13")
    account = emma.account
    assert account is not None
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert actions.accept(secret, account) == victim


def test_one_account_once_in_an_organisation(
    administrator: Person, moi: Person, an: Person
) -> None:
    secret = secret_of(actions.invite(administrator, moi))
    account = an.account
    assert account is not None
    with pytest.raises(Conflict, match="taken"):
        actions.accept(secret, account)
    assert Invitation.objects.get().accepted_at is None


def test_a_link_is_used_once_by_two(
    administrator: Person, moi: Person, emma: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two open the link at once: both find it good, and one comes first."""
    from haidang.people.actions import invitations

    secret = secret_of(actions.invite(administrator, moi))
    found = actions.invitation_of(secret)
    actions.join(secret, PASSWORD)
    monkeypatch.setattr(invitations, "invitation_of", lambda _secret: found)
    account = emma.account
    assert account is not None
    with pytest.raises(NotFound):
        actions.accept(secret, account)
    moi.refresh_from_db()
    assert moi.account is not None
    assert moi.account.email == moi.email
