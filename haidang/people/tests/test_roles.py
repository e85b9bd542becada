"""Roles: who holds which, since when; somebody always administers."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from haidang.people import actions
from haidang.people.access import standing_of
from haidang.people.models import Person, RoleGrant

pytestmark = pytest.mark.django_db


def held(person: Person) -> set[str]:
    rows = RoleGrant.objects.filter(person=person, until=None)
    return set(rows.values_list("role", flat=True))


def test_set(administrator: Person, an: Person) -> None:
    actions.set_roles(administrator, an, ["hr", "strategist", "hr"])
    assert held(an) == {"hr", "strategist"}
    actions.set_roles(administrator, an, ["hr"])
    assert held(an) == {"hr"}
    ended = RoleGrant.objects.get(person=an, role="strategist")
    assert ended.until is not None
    before = RoleGrant.objects.count()
    actions.set_roles(administrator, an, ["hr"])
    assert RoleGrant.objects.count() == before
    actions.set_roles(administrator, an, [])
    assert standing_of(an).roles == {"member"}


@pytest.mark.parametrize("odd", ["king", "", "ADMINISTRATOR", None, 7])
def test_roles_that_there_are_not(administrator: Person, an: Person, odd: object) -> None:
    with pytest.raises(Invalid) as caught:
        actions.set_roles(administrator, an, [odd])  # type: ignore[list-item]
    assert (caught.value.field, caught.value.code) == ("roles", "choice")


def test_only_administrators(chi: Person, an: Person, emma: Person) -> None:
    with pytest.raises(Forbidden):
        actions.set_roles(chi, chi, ["administrator"])
    with pytest.raises(NotFound):
        actions.set_roles(emma, an, ["guest"])


def test_nobody_inactive(administrator: Person, an: Person) -> None:
    gone = actions.deactivate_person(administrator, an)
    with pytest.raises(Invalid, match="inactive"):
        actions.set_roles(administrator, gone, ["hr"])


def test_the_last_administrator_stays(administrator: Person, an: Person) -> None:
    with pytest.raises(Conflict, match="last_administrator"):
        actions.set_roles(administrator, administrator, [])
    # Somebody who cannot sign in is no administrator to rely on.
    waiting = actions.create_person(administrator, "Chờ", email="cho@x.example")
    actions.set_roles(administrator, waiting, ["administrator"])
    with pytest.raises(Conflict, match="last_administrator"):
        actions.set_roles(administrator, administrator, [])
    actions.set_roles(administrator, an, ["administrator"])
    actions.set_roles(administrator, administrator, ["viewer"])
    assert not standing_of(administrator).is_admin
    with pytest.raises(Forbidden):
        actions.set_roles(administrator, an, [])


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_once(
    administrator: Person, an: Person
) -> None:
    actions.set_roles(administrator, an, ["administrator"])
    start, refused = threading.Barrier(2), []

    def remove(actor_id: int, other_id: int) -> None:
        actor, other = Person.objects.get(pk=actor_id), Person.objects.get(pk=other_id)
        start.wait(10)
        try:
            actions.set_roles(actor, other, [])
        except (Conflict, Forbidden):
            refused.append(other)
        finally:
            connections.close_all()

    pairs = ((administrator.pk, an.pk), (an.pk, administrator.pk))
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert RoleGrant.objects.filter(role="administrator", until=None).count() == 1
