"""The cast, fixed for all tests: who owns, who sits beside, who leads, who is elsewhere.

    Tâm Long (organisation)                    Khác (other_organisation)
      Sales (sales_unit), led by Chi             Emma: administrator and strategist there
        An: owns what the tests are about
        Bình: in the same unit
        Chi: manager of An and Bình
      Factory (factory_unit)
        Dũng

`administrator` set the organisation up; she is its administrator and strategist and belongs
to the root unit (`root_unit`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.people import actions
from haidang.people.actions.accounts import account_for
from haidang.people.models import Organisation, Person, Unit
from tests.support.keeping import derived, kept

PASSWORD = "mật khẩu đủ dài để thử 42"


@pytest.fixture
@kept
def organisation(db: None) -> Organisation:
    return actions.create_organisation(
        "Tâm Long", "vi", "Quản Trị", "quantri@tamlong.example", PASSWORD
    )


@pytest.fixture
@kept
def administrator(organisation: Organisation) -> Person:
    return organisation.people.get()


@pytest.fixture
@kept
def root_unit(organisation: Organisation) -> Unit:
    return organisation.units.get(parent=None)


@pytest.fixture
@kept
def sales_unit(administrator: Person, root_unit: Unit) -> Unit:
    return actions.create_unit(administrator, "Kinh doanh", parent=root_unit)


@pytest.fixture
@kept
def factory_unit(administrator: Person, root_unit: Unit) -> Unit:
    return actions.create_unit(administrator, "Sản xuất", parent=root_unit)


@pytest.fixture
@derived
def make_person(administrator: Person) -> Callable[..., Person]:
    """`make_person("Giang", "giang", unit=..., manager=...)`: a person who can sign in."""

    def make(name: str, mailbox: str, **facts: Any) -> Person:
        email = f"{mailbox}@tamlong.example"
        person = actions.create_person(administrator, name, email=email, **facts)
        return _with_account(person)

    return make


@pytest.fixture
@kept
def chi(make_person: Callable[..., Person], administrator: Person, sales_unit: Unit) -> Person:
    person = make_person("Lê Thị Chi", "chi", unit=sales_unit)
    actions.set_leader(administrator, sales_unit, [person])
    return person


@pytest.fixture
@kept
def an(make_person: Callable[..., Person], sales_unit: Unit, chi: Person) -> Person:
    return make_person("Nguyễn Văn An", "an", unit=sales_unit, manager=chi)


@pytest.fixture
@kept
def binh(make_person: Callable[..., Person], sales_unit: Unit, chi: Person) -> Person:
    return make_person("Trần Thị Bình", "binh", unit=sales_unit, manager=chi)


@pytest.fixture
@kept
def dung(make_person: Callable[..., Person], factory_unit: Unit) -> Person:
    return make_person("Phạm Văn Dũng", "dung", unit=factory_unit)


@pytest.fixture
@kept
def other_organisation(db: None) -> Organisation:
    return actions.create_organisation("Khác", "en", "Emma", "emma@khac.example", PASSWORD)


@pytest.fixture
@kept
def emma(other_organisation: Organisation) -> Person:
    return other_organisation.people.get()


def _with_account(person: Person) -> Person:
    """Give the person an account with the password of the cast, as accepting an invitation
    does."""
    person.account = account_for(person.email, PASSWORD, person.organisation.language)
    person.save(update_fields=["account"])
    return person
