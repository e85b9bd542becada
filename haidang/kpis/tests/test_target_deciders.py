"""Who decides about other targets: what is so of this request alone."""

from __future__ import annotations

import pytest

from haidang.kpis.tests.deciding import Targets, only_strategist
from haidang.people.access import forget
from haidang.people.models import Person
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db
targets = Targets()


@pytest.fixture
@kept
def world() -> World:
    return only_strategist()


def test_a_manager_who_asks_does_not_decide(world: World) -> None:
    """A personal KPI is its owner's manager's to approve; where the manager asks, a strategist
    or a leader of the unit decides."""
    own = targets.kpi(world, world.binh, level="individual", owner=world.binh)
    Person.objects.filter(pk=world.binh.pk).update(manager=world.dung)
    forget(world.dung)
    request = targets.ask(world.dung, fresh(own))
    assert targets.waits_for(world.chi) == [request]
    world.lead(world.an, world.sales)
    assert targets.may_decide(world.an, request)
    assert not targets.may_decide(world.binh, request)
    targets.withdraw(world.dung, request)
    request = targets.ask(world.binh, fresh(own))
    assert targets.waits_for(world.chi) == [], "the manager approves it"
    assert targets.waits_for(world.dung) == [request]
    Person.objects.filter(pk=world.dung.pk).update(is_active=False)
    assert targets.waits_for(world.chi) == [request]


def test_what_nobody_decides_together_is_asked_one_by_one(world: World) -> None:
    one = targets.kpi(world, level="unit", unit=world.sales, owner=world.binh)
    other = targets.kpi(world, level="unit", unit=world.it, owner=world.dung)
    world.lead(world.an, world.sales)
    world.lead(world.person("Long", world.it), world.it)
    assert one.public_id not in targets.refused(world.chi, one, other)  # no name is at fault
    for kpi in (one, other):
        targets.ask(world.chi, kpi)
