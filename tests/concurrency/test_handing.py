"""A unit is merged and somebody leaves while others check in: nothing is lost, nothing hangs
between the two."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.checkins import actions as check_ins
from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals import actions as goals
from haidang.goals.models import Goal, GoalVersion
from haidang.lib.errors import Conflict
from haidang.people.models import Account, Person, Role, RoleGrant, Unit
from haidang.strategy.actions import depart, merge_units
from haidang.strategy.queries.holdings import holdings
from tests.concurrency.together import together
from tests.oracle.compare import differences
from tests.worlds import World, fresh

ROUNDS = 5
DAY = date(2025, 2, 10)


@pytest.fixture
def world(transactional_db: None) -> World:
    world = World()
    for person in (world.chi, world.an):
        account = Account.objects.create(email=f"p{person.pk}@huongsen.example")
        Person.objects.filter(pk=person.pk).update(account=account)
        RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR, since=timezone.now())
    return world


def checking_in(world: World, goal: Goal, value: int) -> Any:
    goal, person = fresh(goal), Person.objects.get(pk=world.an.pk)

    def call() -> CheckIn:
        return check_ins.record(person, goal, for_day=DAY, value=Decimal(value))

    return call


def whole(world: World) -> None:
    assert differences(world.organisation.pk) == []
    assert list(recompute(world.organisation.pk, check=True)) == []
    for goal in Goal.objects.all():
        version = GoalVersion.objects.get(goal=goal, until=None)
        assert version.version == goal.version
        assert version.facts["unit_id"] == goal.unit_id
        assert version.facts["owner_id"] == goal.owner_id


def test_a_merge_under_check_ins(world: World) -> None:
    objective = world.objective(level="unit", unit=world.south)
    key_result = world.key_result(objective, unit=world.south)
    units = [world.unit(f"Tổ {n}", world.root) for n in range(ROUNDS)]
    at: Unit = world.south
    for n, into in enumerate(units, 1):
        chi = Person.objects.get(pk=world.chi.pk)
        outcomes = together(
            checking_in(world, key_result, n),
            lambda at=at, into=into, chi=chi: merge_units(chi, at, into, None, leaders=[]),
            checking_in(world, key_result, n + 50),
        )
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        assert fresh(key_result).unit == into
        at = into
    assert CheckIn.objects.filter(goal=key_result).count() == ROUNDS * 2
    whole(world)


def test_a_departure_under_check_ins_and_a_goal_that_comes(world: World) -> None:
    """The leaver gets another goal at the same moment: either it is handed over with the
    others, or the departure is refused and names it."""
    for n in range(ROUNDS):
        leaver = world.person(f"Người {n}", world.south)
        objective = world.objective(level="unit", unit=world.south, owner=leaver)
        key_result = world.key_result(objective, owner=leaver)
        other = world.objective(level="unit", unit=world.south)
        chi = Person.objects.get(pk=world.chi.pk)
        choices: Any = {one.key: world.binh for one in holdings(chi, leaver).rows}
        left, given, record = together(
            lambda chi=chi, leaver=leaver, choices=choices: depart(chi, leaver, None, choices),
            lambda other=other, leaver=leaver: goals.edit_goal(
                world.an, fresh(other), None, {"owner": leaver}
            ),
            checking_in(world, key_result, n + 1),
        )
        assert not isinstance(given, Exception), given
        assert not isinstance(record, Exception), record
        if isinstance(left, Exception):
            assert isinstance(left, Conflict), left
            assert left.code == "came_since"
            assert fresh(objective).owner == leaver
        else:
            assert fresh(objective).owner == fresh(key_result).owner == world.binh
    whole(world)
