"""Personal tokens: made once, shown once, never more than their owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from haidang.people import actions
from haidang.people.access import digest_of
from haidang.people.models import Person, PersonalToken

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_create(an: Person) -> None:
    until = timezone.now() + 90 * DAY
    token, secret = actions.create_token(an, " Báo cáo ", ["check_in", "read", "read"], until)
    assert (token.name, token.scopes, token.expires_at) == (
        "Báo cáo",
        ["read", "check_in"],
        until,
    )
    assert secret.startswith(token.prefix + "_")
    assert token.prefix.startswith("hd_")
    assert len(secret) > 50
    assert token.digest == digest_of(secret)
    assert secret not in str(PersonalToken.objects.values().get())
    assert secret not in str(list(Event.objects.values()))


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"scopes": []}, "scopes", "required"),
        ({"scopes": ["everything"]}, "scopes", "choice"),
        ({"expires_at": timezone.now() - DAY}, "expires_at", "past"),
        ({"expires_at": timezone.now() + 367 * DAY}, "expires_at", "too_late"),
    ],
)
def test_create_refuses(an: Person, facts: dict[str, Any], field: str, code: str) -> None:
    given = {"name": "x", "scopes": ["read"], "expires_at": timezone.now() + DAY} | facts
    with pytest.raises(Invalid) as caught:
        actions.create_token(an, **given)
    assert (caught.value.field, caught.value.code) == (field, code)


def test_only_administrators_give_their_right(administrator: Person, an: Person) -> None:
    until = timezone.now() + DAY
    assert actions.create_token(administrator, "x", ["admin"], until)
    with pytest.raises(Forbidden):
        actions.create_token(an, "x", ["admin"], until)


def test_the_deactivated_make_none(administrator: Person, an: Person) -> None:
    gone = actions.deactivate_person(administrator, an)
    with pytest.raises(NotFound):
        actions.create_token(gone, "x", ["read"], timezone.now() + DAY)


def test_there_are_not_too_many(an: Person) -> None:
    until = timezone.now() + DAY
    PersonalToken.objects.bulk_create(
        PersonalToken(person=an, name="x", prefix="hd_x", digest=str(n), expires_at=until)
        for n in range(50)
    )
    with pytest.raises(Conflict):
        actions.create_token(an, "x", ["read"], until)


def test_revoke(administrator: Person, an: Person, binh: Person, emma: Person) -> None:
    token, _secret = actions.create_token(an, "x", ["read"], timezone.now() + DAY)
    with pytest.raises(Forbidden):
        actions.revoke_token(binh, token)
    with pytest.raises(NotFound):
        actions.revoke_token(emma, token)
    actions.revoke_token(administrator, token)
    token.refresh_from_db()
    first = token.revoked_at
    actions.revoke_token(an, token)
    token.refresh_from_db()
    assert token.revoked_at == first
    assert Event.objects.filter(verb="token.revoked").count() == 1
