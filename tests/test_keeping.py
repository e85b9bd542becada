"""What is kept is as new for every test, whatever the one before has done to it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from haidang.goals.models import Goal
from haidang.people.models import Person

pytestmark = pytest.mark.django_db
_twice = pytest.mark.parametrize("turn", [1, 2])


@_twice
def test_it_is_found_as_it_was_made(an: Person, chi: Person, turn: int) -> None:
    assert an.manager is chi
    assert an.name == Person.objects.get(pk=an.pk).name == "Nguyễn Văn An"
    an.name = chi.name = "Khác"
    an.save()
    Person.objects.exclude(pk=an.pk).update(name="Khác")


@_twice
def test_what_nobody_asks_for_is_not_there(administrator: Person, turn: int) -> None:
    assert Person.objects.get() == administrator


def test_more_and_less_of_it(administrator: Person, key_result: Goal) -> None:
    assert {goal.pk for goal in Goal.objects.all()} == {key_result.pk, key_result.pk - 1}
    assert Person.objects.count() == 3


def test_by_the_order_of_asking(binh: Person, an: Person) -> None:
    assert binh.number + 1 == an.number


def test_by_the_other_order(an: Person, binh: Person) -> None:
    assert an.number + 1 == binh.number


@_twice
def test_a_connection_that_is_closed_spoils_nothing(an: Person, turn: int) -> None:
    assert Person.objects.get(pk=an.pk) == an
    connection.close()


@_twice
def test_a_transaction_that_is_broken_spoils_nothing(an: Person, turn: int) -> None:
    assert Person.objects.get(pk=an.pk) == an
    transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_of_several_transactions_nothing_is_kept(an: Person) -> None:
    assert not connection.in_atomic_block
    assert Person.objects.get(pk=an.pk) == an


def test_nor_is_anything_left_of_one(administrator: Person) -> None:
    assert Person.objects.get() == administrator
