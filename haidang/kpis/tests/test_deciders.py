"""Who decides about a request of either kind where hardly anybody is left, and what is refused
where nobody is."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from haidang.goals.models import Goal, Participant
from haidang.kpis.tests.deciding import Reopening, Targets, only_strategist
from haidang.lib.errors import Forbidden
from haidang.people.models import Person, Role, RoleGrant, UnitLeader
from tests.support.keeping import kept
from tests.worlds import World, fresh, fresh_person

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def world() -> World:
    return only_strategist()


@pytest.fixture(params=[Reopening(), Targets()], ids=["reopening", "targets"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def company(world: World, kind: Reopening) -> Goal:
    """The company's KPI, owned by Bình."""
    return kind.kpi(world, level="company", owner=world.binh)


def test_who_leads_the_whole_stands_in_for_the_only_strategist(
    world: World, kind: Reopening, company: Goal
) -> None:
    world.lead(world.dung, world.root)
    request = kind.ask(world.chi, company)
    assert kind.waits_for(world.dung) == [request]
    for person in (world.chi, world.binh, world.an):
        assert not kind.may_decide(person, request)
        assert kind.waits_for(person) == []
        with pytest.raises(Forbidden):
            kind.decide(person, request, True)
    kind.decide(world.dung, request, True)
    assert kind.is_granted(company)


def test_nobody_stands_in_while_another_strategist_is_there(
    world: World, kind: Reopening, company: Goal
) -> None:
    world.lead(world.dung, world.root)
    second = world.person("Long", world.root, strategist=True)
    request = kind.ask(world.chi, company)
    assert kind.waits_for(second) == [request]
    assert kind.waits_for(world.dung) == []
    assert not kind.may_decide(world.dung, request)
    with pytest.raises(Forbidden):
        kind.decide(world.dung, request, True)
    RoleGrant.objects.filter(person=second).update(until=timezone.now())
    assert kind.may_decide(world.dung, request), "the second strategist has left"
    assert kind.waits_for(world.dung) == [request]


def test_without_anybody_the_owner_is_to_ask(world: World, kind: Reopening, company: Goal) -> None:
    said = kind.refused(world.chi, company)
    assert "Bình" in said
    assert company.public_id in said
    request = kind.ask(world.binh, company)
    assert kind.waits_for(world.chi) == [request]
    kind.decide(world.chi, request, True)


def test_who_owns_it_and_is_the_only_strategist_needs_a_second(
    world: World, kind: Reopening
) -> None:
    own = kind.kpi(world, level="company", owner=world.chi)
    assert own.public_id in kind.refused(world.chi, own)
    world.lead(world.chi, world.root)
    kind.refused(world.chi, own)
    world.lead(world.dung, world.sales)  # leads a part only
    kind.refused(world.chi, own)
    world.person("Long", world.root, strategist=True)
    kind.ask(world.chi, own)


def test_what_nobody_sees_is_shared_first(world: World, kind: Reopening) -> None:
    hidden = kind.kpi(world, level="unit", unit=world.sales, owner=world.binh)
    Goal.objects.filter(pk=hidden.pk).update(visibility="private")
    assert hidden.public_id in kind.refused(world.binh, fresh(hidden))
    Participant.objects.create(goal=hidden, person=world.chi, role="named")
    request = kind.ask(world.binh, fresh(hidden))
    assert kind.waits_for(world.chi) == [request]


def test_once_the_last_who_could_decide_has_left(
    world: World, kind: Reopening, company: Goal
) -> None:
    world.lead(world.dung, world.root)
    boss = world.person("Hải", world.root)
    RoleGrant.objects.create(person=boss, role=Role.ADMINISTRATOR, since=timezone.now())
    request = kind.ask(world.chi, company)
    for person in (world.chi, boss):
        assert kind.stuck(person) == []
    UnitLeader.objects.filter(person=world.dung).update(until=timezone.now())
    for person in (world.chi, boss):
        assert kind.stuck(person) == [request]
    assert kind.stuck(world.binh) == [], "who cannot help is not told"
    assert kind.nobody(request)
    world.lead(world.person("Long", world.root), world.root)
    assert not kind.nobody(request)
    assert kind.stuck(boss) == []


def test_what_somebody_asked_who_has_left_is_withdrawn_by_others(
    world: World, kind: Reopening
) -> None:
    kpi = kind.kpi(world, level="unit", unit=world.sales, owner=world.binh)
    world.lead(world.an, world.sales)
    request = kind.ask(world.an, kpi)
    with pytest.raises(Forbidden):
        kind.withdraw(world.binh, request)
    Person.objects.filter(pk=world.an.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        kind.withdraw(world.dung, request)  # who may not ask there
    assert kind.withdraw(world.binh, request).answer == "withdrawn"


def test_many_requests_cost_the_same(
    world: World, kind: Reopening, django_assert_max_num_queries: Any
) -> None:
    """Who leads the whole would stand in for each of them: that others decide is known at once."""
    world.lead(world.dung, world.root)
    world.person("Long", world.root, strategist=True)
    for _n in range(8):
        kind.ask(world.binh, kind.kpi(world, level="company", owner=world.binh))
    dung = fresh_person(world.dung)
    with django_assert_max_num_queries(kind.most):
        assert kind.waits_for(dung) == []
