"""Who decides that a closed period is opened again where hardly anybody is left, and what is
refused where nobody is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from haidang.goals.models import Goal, KpiPeriod, Participant
from haidang.kpis.access import (
    may_decide_reopening,
    nobody_reopens,
    reopenings_stuck,
    reopenings_to_decide,
)
from haidang.kpis.actions import (
    ask_reopening,
    close_period,
    decide_reopening,
    withdraw_reopening,
)
from haidang.kpis.models import ReopeningRequest
from haidang.lib.errors import Conflict, Forbidden
from haidang.people.access import forget
from haidang.people.models import Person, Role, RoleGrant, Unit, UnitLeader
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db
DAY = date(2025, 2, 10)


@pytest.fixture
def world() -> World:
    """Chi is the only strategist; nobody leads anything."""
    world = World()
    RoleGrant.objects.filter(person=world.an).delete()
    forget(world.an)
    return world


@pytest.fixture
def company(world: World) -> Goal:
    """The company's KPI, owned by Bình; its February is closed."""
    return closed(world, level="company", owner=world.binh)


def closed(world: World, by: Person | None = None, **facts: Any) -> Goal:
    kpi = world.create("kpi", (), by or world.chi, **(_FACTS | facts))
    close_period(world.chi, "month", DAY)
    return fresh(kpi)


_FACTS: dict[str, Any] = {
    "metric_kind": "number", "metric_unit": "cái", "decimals": 2, "direction": "higher",
    "target": 100, "frequency": "month", "aggregation": "sum", "starts": date(2025, 1, 1),
}  # fmt: skip


def lead(person: Person, unit: Unit) -> None:
    UnitLeader.objects.create(unit=unit, person=person, since=timezone.now())
    forget(person)


def ask(person: Person, kpi: Goal) -> ReopeningRequest:
    return ask_reopening(person, kpi, DAY, "Hoá đơn về muộn")


def refused(person: Person, kpi: Goal) -> str:
    with pytest.raises(Conflict) as caught:
        ask(person, kpi)
    assert caught.value.code == "nobody_decides"
    assert not ReopeningRequest.objects.exists()
    return str(caught.value.message)


def waits_for(person: Person) -> list[ReopeningRequest]:
    return list(reopenings_to_decide(person))


def test_who_leads_the_whole_stands_in_for_the_only_strategist(world: World, company: Goal) -> None:
    lead(world.dung, world.root)
    request = ask(world.chi, company)
    assert waits_for(world.dung) == [request]
    for person in (world.chi, world.binh, world.an):
        assert not may_decide_reopening(person, request)
        assert waits_for(person) == []
        with pytest.raises(Forbidden):
            decide_reopening(person, request, True)
    decide_reopening(world.dung, request, True)
    assert not KpiPeriod.objects.filter(goal=company, locked_at__isnull=False).exists()


def test_nobody_stands_in_while_another_closes_it(world: World, company: Goal) -> None:
    lead(world.dung, world.root)
    second = world.person("Long", world.root, strategist=True)
    request = ask(world.chi, company)
    assert waits_for(second) == [request]
    assert waits_for(world.dung) == []
    with pytest.raises(Forbidden):
        decide_reopening(world.dung, request, True)
    RoleGrant.objects.filter(person=second).update(until=timezone.now())
    assert waits_for(world.dung) == [request], "the second strategist has left"


def test_without_anybody_who_reports_it_is_to_ask(world: World, company: Goal) -> None:
    said = refused(world.chi, company)
    assert "Bình" in said
    assert company.public_id in said
    request = ask(world.binh, company)
    assert waits_for(world.chi) == [request]
    decide_reopening(world.chi, request, True)


def test_the_data_owner_asks_where_the_owner_would_decide(world: World) -> None:
    own = closed(world, level="company", owner=world.chi, data_owner=world.an)
    assert "An" in refused(world.chi, own)
    request = ask(world.an, own)
    assert waits_for(world.chi) == [request]


def test_who_owns_it_and_is_the_only_strategist_needs_a_second(world: World) -> None:
    own = closed(world, level="company", owner=world.chi)
    assert own.public_id in refused(world.chi, own)
    lead(world.chi, world.root)
    refused(world.chi, own)
    lead(world.dung, world.sales)  # leads a part only
    refused(world.chi, own)
    world.person("Long", world.root, strategist=True)
    ask(world.chi, own)


def test_the_owners_manager_stands_in_where_nobody_leads_the_unit(world: World) -> None:
    own = closed(world, world.binh, level="individual", owner=world.binh)
    Person.objects.filter(pk=world.binh.pk).update(manager=world.dung)
    forget(world.dung)
    request = ask(world.chi, fresh(own))
    assert waits_for(world.dung) == [request]
    lead(world.an, world.sales)
    assert waits_for(world.an) == [request]
    assert waits_for(world.dung) == [], "who leads the unit closes it"


def test_what_nobody_sees_is_shared_first(world: World) -> None:
    hidden = closed(world, level="unit", unit=world.sales, owner=world.binh)
    Goal.objects.filter(pk=hidden.pk).update(visibility="private")
    assert hidden.public_id in refused(world.binh, fresh(hidden))
    Participant.objects.create(goal=hidden, person=world.chi, role="named")
    request = ask(world.binh, fresh(hidden))
    assert waits_for(world.chi) == [request]


def test_once_the_last_who_could_decide_has_left(world: World, company: Goal) -> None:
    lead(world.dung, world.root)
    boss = world.person("Hải", world.root)
    RoleGrant.objects.create(person=boss, role=Role.ADMINISTRATOR, since=timezone.now())
    request = ask(world.chi, company)
    assert reopenings_stuck(boss) == []
    UnitLeader.objects.filter(person=world.dung).update(until=timezone.now())
    for person in (world.chi, boss):
        assert reopenings_stuck(person) == [request]
    assert reopenings_stuck(world.binh) == [], "who cannot help is not told"
    assert nobody_reopens(request)
    lead(world.person("Long", world.root), world.root)
    assert not nobody_reopens(request)
    assert reopenings_stuck(boss) == []


def test_what_somebody_asked_who_has_left_is_withdrawn_by_others(world: World) -> None:
    kpi = closed(world, level="unit", unit=world.sales, owner=world.binh)
    lead(world.an, world.sales)
    request = ask(world.an, kpi)
    with pytest.raises(Forbidden):
        withdraw_reopening(world.binh, request)
    Person.objects.filter(pk=world.an.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        withdraw_reopening(world.dung, request)  # who may not ask there
    assert withdraw_reopening(world.binh, request).answer == "withdrawn"


def test_many_requests_cost_the_same(world: World, django_assert_max_num_queries: Any) -> None:
    """Who leads the whole would stand in for each of them: that others close is known at once."""
    lead(world.dung, world.root)
    world.person("Long", world.root, strategist=True)
    for _n in range(8):
        ask(world.binh, closed(world, level="company", owner=world.binh))
    dung = Person.objects.select_related("organisation").get(pk=world.dung.pk)
    with django_assert_max_num_queries(12):
        assert waits_for(dung) == []
