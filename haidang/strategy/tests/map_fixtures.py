"""Companies for tests of the map, and doors into them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from haidang.people.actions.accounts import account_for
from haidang.people.models import Person
from haidang.strategy.tests.map_company import Company, company


def with_account(person: Person) -> Person:
    """The person, able to sign in."""
    if person.account is None:
        email = f"p{person.pk}@huongsen.example"
        person.account = account_for(email, "mật khẩu đủ dài 42", person.organisation.language)
        person.save(update_fields=["account"])
    return person


@pytest.fixture
def small(db: None) -> Company:
    """About sixty goals."""
    return company(60)


@pytest.fixture
def door() -> Callable[[Person], Client]:
    """`door(person)`: a client in which the person is signed in."""

    def signed_in(person: Person) -> Client:
        client = Client(headers={"accept-language": "vi"})
        account = with_account(person).account
        assert account is not None
        client.force_login(account)
        return client

    return signed_in
