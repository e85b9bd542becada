"""Who decides that a closed period is opened again: what is so of this request alone."""

from __future__ import annotations

import pytest

from haidang.kpis.tests.deciding import Reopening, only_strategist
from haidang.people.access import forget
from haidang.people.models import Person
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db
reopening = Reopening()


@pytest.fixture
@kept
def world() -> World:
    return only_strategist()


def test_the_data_owner_asks_where_the_owner_would_decide(world: World) -> None:
    own = reopening.kpi(world, level="company", owner=world.chi, data_owner=world.an)
    assert "An" in reopening.refused(world.chi, own)
    request = reopening.ask(world.an, own)
    assert reopening.waits_for(world.chi) == [request]


def test_the_owners_manager_stands_in_where_nobody_leads_the_unit(world: World) -> None:
    own = reopening.kpi(world, world.binh, level="individual", owner=world.binh)
    Person.objects.filter(pk=world.binh.pk).update(manager=world.dung)
    forget(world.dung)
    request = reopening.ask(world.chi, fresh(own))
    assert reopening.waits_for(world.dung) == [request]
    world.lead(world.an, world.sales)
    assert reopening.waits_for(world.an) == [request]
    assert reopening.waits_for(world.dung) == [], "who leads the unit closes it"
