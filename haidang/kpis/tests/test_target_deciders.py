"""Who decides about other targets where hardly anybody is left, and what is refused where nobody
is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from haidang.goals.models import Goal, Participant
from haidang.kpis.access import (
    may_decide_targets,
    nobody_decides,
    target_requests_stuck,
    target_requests_to_decide,
)
from haidang.kpis.actions import Wanted, ask_targets, decide_targets, withdraw_targets
from haidang.kpis.models import TargetRequest
from haidang.lib.errors import Conflict, Forbidden
from haidang.people.access import forget
from haidang.people.models import (
    OrganisationSetting,
    Person,
    Role,
    RoleGrant,
    Unit,
    UnitLeader,
)
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db
JAN = date(2025, 1, 1)


@pytest.fixture
@kept
def world() -> World:
    """Chi is the only strategist; approved targets change by a request; nobody leads anything."""
    world = World()
    OrganisationSetting.objects.all().delete()
    RoleGrant.objects.filter(person=world.an).delete()
    forget(world.an)
    return world


@pytest.fixture
@kept
def company(world: World) -> Goal:
    """The company's KPI, owned by Bình."""
    return made(world, level="company", owner=world.binh)


def made(world: World, by: Person | None = None, **facts: Any) -> Goal:
    return fresh(world.create("kpi", (), by or world.chi, **(_FACTS | facts)))


_FACTS: dict[str, Any] = {
    "metric_kind": "number", "metric_unit": "cái", "decimals": 2, "direction": "higher",
    "target": Decimal(100), "frequency": "month", "aggregation": "sum", "starts": JAN,
}  # fmt: skip


def lead(person: Person, unit: Unit) -> None:
    UnitLeader.objects.create(unit=unit, person=person, since=timezone.now())
    forget(person)


def ask(person: Person, *kpis: Goal) -> TargetRequest:
    wanted = [Wanted(kpi, {JAN: {"target": Decimal(50)}}) for kpi in kpis]
    return ask_targets(person, kpis[0], wanted, "Mùa thấp điểm")


def refused(person: Person, *kpis: Goal) -> str:
    with pytest.raises(Conflict) as caught:
        ask(person, *kpis)
    assert caught.value.code == "nobody_decides"
    assert not TargetRequest.objects.exists()
    return str(caught.value.message)


def test_who_leads_the_whole_stands_in_for_the_only_strategist(world: World, company: Goal) -> None:
    lead(world.dung, world.root)
    request = ask(world.chi, company)
    assert target_requests_to_decide(world.dung) == [request]
    for person in (world.chi, world.binh, world.an):
        assert not may_decide_targets(person, request)
        with pytest.raises(Forbidden):
            decide_targets(person, request, True)
    decide_targets(world.dung, request, True)
    assert company.periods.get(starts=JAN).target == 50


def test_nobody_stands_in_while_another_approves(world: World, company: Goal) -> None:
    lead(world.dung, world.root)
    second = world.person("Long", world.root, strategist=True)
    request = ask(world.chi, company)
    assert target_requests_to_decide(second) == [request]
    assert target_requests_to_decide(world.dung) == []
    assert not may_decide_targets(world.dung, request)
    RoleGrant.objects.filter(person=second).update(until=timezone.now())
    assert may_decide_targets(world.dung, request), "the second strategist has left"


def test_without_anybody_the_owner_is_to_ask(world: World, company: Goal) -> None:
    said = refused(world.chi, company)
    assert "Bình" in said
    assert company.public_id in said
    request = ask(world.binh, company)
    assert target_requests_to_decide(world.chi) == [request]
    decide_targets(world.chi, request, True)


def test_who_owns_it_and_is_the_only_strategist_needs_a_second(world: World) -> None:
    own = made(world, level="company", owner=world.chi)
    assert own.public_id in refused(world.chi, own)
    lead(world.chi, world.root)
    refused(world.chi, own)
    lead(world.dung, world.sales)  # leads a part only
    refused(world.chi, own)


def test_a_manager_who_asks_does_not_decide(world: World) -> None:
    """A personal KPI is its owner's manager's to approve; where the manager asks, a strategist
    or a leader of the unit decides."""
    own = made(world, world.binh, level="individual", owner=world.binh)
    Person.objects.filter(pk=world.binh.pk).update(manager=world.dung)
    forget(world.dung)
    request = ask(world.dung, fresh(own))
    assert target_requests_to_decide(world.chi) == [request]
    lead(world.an, world.sales)
    assert may_decide_targets(world.an, request)
    assert not may_decide_targets(world.binh, request)
    withdraw_targets(world.dung, request)
    request = ask(world.binh, fresh(own))
    assert target_requests_to_decide(world.chi) == [], "the manager approves it"
    assert target_requests_to_decide(world.dung) == [request]
    Person.objects.filter(pk=world.dung.pk).update(is_active=False)
    assert target_requests_to_decide(world.chi) == [request]


def test_what_nobody_sees_is_shared_first(world: World) -> None:
    hidden = made(world, level="unit", unit=world.sales, owner=world.binh)
    Goal.objects.filter(pk=hidden.pk).update(visibility="private")
    assert hidden.public_id in refused(world.binh, fresh(hidden))
    Participant.objects.create(goal=hidden, person=world.chi, role="named")
    request = ask(world.binh, fresh(hidden))
    assert target_requests_to_decide(world.chi) == [request]


def test_what_nobody_decides_together_is_asked_one_by_one(world: World) -> None:
    one = made(world, level="unit", unit=world.sales, owner=world.binh)
    other = made(world, level="unit", unit=world.it, owner=world.dung)
    lead(world.an, world.sales)
    lead(world.person("Long", world.it), world.it)
    assert one.public_id not in refused(world.chi, one, other)  # no name is at fault
    for kpi in (one, other):
        ask(world.chi, kpi)


def test_once_the_last_who_could_decide_has_left(world: World, company: Goal) -> None:
    lead(world.dung, world.root)
    boss = world.person("Hải", world.root)
    RoleGrant.objects.create(person=boss, role=Role.ADMINISTRATOR, since=timezone.now())
    request = ask(world.chi, company)
    for person in (world.chi, boss):
        assert target_requests_stuck(person) == []
    UnitLeader.objects.filter(person=world.dung).update(until=timezone.now())
    for person in (world.chi, boss):
        assert target_requests_stuck(person) == [request]
    assert target_requests_stuck(world.binh) == [], "who cannot help is not told"
    assert nobody_decides(request)
    lead(world.person("Long", world.root), world.root)
    assert not nobody_decides(request)
    assert target_requests_stuck(boss) == []


def test_what_somebody_asked_who_has_left_is_withdrawn_by_others(world: World) -> None:
    kpi = made(world, level="unit", unit=world.sales, owner=world.binh)
    lead(world.an, world.sales)
    request = ask(world.an, kpi)
    with pytest.raises(Forbidden):
        withdraw_targets(world.binh, request)
    Person.objects.filter(pk=world.an.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        withdraw_targets(world.dung, request)  # who may not ask there
    assert withdraw_targets(world.binh, request).answer == "withdrawn"


def test_many_requests_cost_the_same(world: World, django_assert_max_num_queries: Any) -> None:
    """Who leads the whole would stand in for each of them: that others approve is known at
    once."""
    lead(world.dung, world.root)
    world.person("Long", world.root, strategist=True)
    for _n in range(8):
        ask(world.binh, made(world, level="company", owner=world.binh))
    with django_assert_max_num_queries(9):
        assert target_requests_to_decide(fresh_person(world.dung)) == []


def fresh_person(person: Person) -> Person:
    return Person.objects.select_related("organisation").get(pk=person.pk)
