"""What is foretold of a move, and that it is what then happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haidang.activity.models import Event
from haidang.goals.actions import LinkRequest
from haidang.goals.actions.fits import CIRCLE
from haidang.goals.actions.realign import Stood, forbidden, foresee, realign
from haidang.goals.models import Alignment, Goal, Standing
from haidang.lib.errors import Conflict, Forbidden, Invalid
from tests.support.keeping import kept
from tests.worlds import World, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def world() -> World:
    return World()


def stands(world: World) -> dict[int, Stood]:
    """Where every goal of the organisation stands."""
    return {
        row.pk: Stood(row.progress, row.actual, row.terms_measured, row.terms_total)
        for row in Standing.objects.filter(organisation_id=world.organisation.pk)
    }


def averages(world: World) -> tuple[Goal, Goal, Alignment | None]:
    """An objective goes from one pillar's objective to another's."""
    top = world.ultimate()
    left, right = world.pillar(top), world.pillar(top)
    old, new = world.objective(left), world.objective(right)
    child = world.objective(old, level="unit", unit=world.sales)
    world.check_in(world.key_result(child), 30)
    world.check_in(world.key_result(old), 80)
    world.check_in(world.key_result(new), 55)
    return child, new, world.edge(child, old)


def values(world: World) -> tuple[Goal, Goal, Alignment | None]:
    """A KPI's actual adds up elsewhere; the one it leaves takes its own reports again."""
    top = world.ultimate()
    pillar = world.pillar(top)
    old, new = world.kpi(pillar), world.kpi(pillar)
    child = world.kpi(old)
    world.check_in(child, 40)
    return child, new, world.edge(child, old)


def first_child(world: World) -> tuple[Goal, Goal, Alignment | None]:
    """A key result without reports is answered by the objective that is hung below it."""
    top = world.ultimate()
    old = world.objective(top)
    new = world.bare_key_result(world.objective(top))
    child = world.objective(old, level="unit", unit=world.sales)
    world.check_in(world.key_result(child), 70)
    return child, new, world.edge(child, old)


def alone(world: World) -> tuple[Goal, Goal, Alignment | None]:
    """A goal that hangs nowhere is linked."""
    new = world.objective(world.pillar(world.ultimate()))
    child = world.objective(level="unit", unit=world.sales)
    world.check_in(world.key_result(child), 20)
    return child, new, None


def shown(world: World) -> tuple[Goal, Goal, Alignment | None]:
    """A pillar can only support an objective: nothing counts there, and less where it was."""
    top = world.ultimate()
    pillar, other = world.pillar(top), world.pillar(top)
    world.check_in(world.key_result(world.objective(pillar)), 90)
    new = world.objective(other)
    return pillar, new, world.edge(pillar, top)


def inputs(world: World) -> tuple[Goal, Goal, Alignment | None]:
    """An input of one calculated KPI becomes one of another."""
    one, two, three = (world.kpi() for _ in range(3))
    old = world.kpi(calculation="sum")
    new = world.kpi(calculation="difference")
    for child, parent in ((one, old), (two, old), (three, new)):
        world.link(child, parent, "computes")
    for goal, value in ((one, 10), (two, 20), (three, 50)):
        world.check_in(goal, value)
    return one, new, world.edge(one, old)


@pytest.mark.parametrize("case", [averages, values, first_child, alone, shown, inputs])
def test_what_is_foretold_happens(
    world: World, case: Callable[[World], tuple[Goal, Goal, Alignment | None]]
) -> None:
    child, new, edge = case(world)
    before, events = stands(world), Event.objects.count()
    told = foresee(world.an, fresh(child), fresh(new), edge)
    assert stands(world) == before
    assert Event.objects.count() == events
    made = realign(world.an, fresh(child), fresh(new), edge)
    after = stands(world)
    assert dict(told.moved) == {
        key: (before[key], after[key]) for key in after if before[key] != after[key]
    }
    terms = told.terms
    assert (made.relation, made.mode, made.weight) == (terms.relation, terms.mode, terms.weight)
    assert terms.accepted
    if case is not alone:
        assert told.moved


def test_what_waits_for_acceptance_counts_nothing_yet(world: World) -> None:
    old = world.objective()
    child = world.objective(LinkRequest(fresh(old)), level="unit", unit=world.it, owner=world.dung)
    new = world.objective(level="unit", unit=world.sales, owner=world.binh)
    world.check_in(world.key_result(child), 60)
    before = stands(world)
    told = foresee(world.dung, fresh(child), fresh(new), world.edge(child, old))
    assert not told.terms.accepted
    assert new.pk not in told.moved
    assert told.moved[old.pk][1].progress is None
    made = realign(world.dung, fresh(child), fresh(new), world.edge(child, old))
    assert (made.mode, made.proposed_mode) == ("none", "average")
    after = stands(world)
    assert {k for k in after if after[k] != before[k]} == set(told.moved)


def test_a_pillar_is_not_hung_below_its_grandchild(world: World) -> None:
    top = world.ultimate()
    pillar = world.pillar(top)
    grandchild = world.objective(world.objective(pillar))
    edge = world.edge(pillar, top)
    closed = forbidden(world.an, fresh(pillar), "strategy")
    reasons = {key: one.reason for one in closed for key in one.ids}
    assert reasons[grandchild.pk] == CIRCLE
    for act in (foresee, realign):
        with pytest.raises(Invalid, match="cycle"):
            act(world.an, fresh(pillar), fresh(grandchild), edge)
    assert world.edge(pillar, top).pk == edge.pk


def test_where_it_cannot_go(world: World) -> None:
    top = world.ultimate()
    pillar, other = world.pillar(top), world.pillar(top)
    aim = world.objective(pillar)
    result = world.key_result(aim)
    closed = {key for one in forbidden(world.an, fresh(aim), "strategy") for key in one.ids}
    assert closed == {aim.pk, pillar.pk, result.pk}
    assert other.pk not in closed
    with pytest.raises(Invalid):
        forbidden(world.an, fresh(result), "composition")
    with pytest.raises(Invalid):
        foresee(world.an, fresh(result), fresh(world.objective()), world.edge(result, aim))
    with pytest.raises(Conflict, match="already_linked"):
        foresee(world.an, fresh(aim), fresh(pillar))


def test_who_may_not_link_is_told_nothing(world: World) -> None:
    aim = world.objective(world.ultimate())
    with pytest.raises(Forbidden):
        forbidden(world.dung, fresh(aim))
    with pytest.raises(Forbidden):
        foresee(world.dung, fresh(aim), fresh(world.objective()))


def test_a_move_taken_back_has_its_terms_again(world: World) -> None:
    pillar = world.pillar(world.ultimate())
    old = world.kpi(pillar)
    child = world.kpi(LinkRequest(fresh(old), mode="value"))
    world.check_in(child, 40)
    away = world.pillar()  # where no actual adds up
    was, before = world.edge(child, old), stands(world)
    moved = realign(world.an, fresh(child), fresh(away), was)
    assert (moved.relation, moved.mode) == ("strategy", "none")
    like = LinkRequest(fresh(old), was.relation, was.mode, was.weight)
    again = realign(world.an, fresh(child), fresh(old), world.edge(child, away), like)
    assert (again.relation, again.mode, again.weight) == (was.relation, "value", was.weight)
    assert stands(world) == before


def test_the_preview_costs_the_same_whatever_hangs_there(world: World) -> None:
    child, new, edge = averages(world)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            foresee(world.an, fresh(child), fresh(new), edge)
        return len(asked)

    few = cost()
    for _ in range(12):
        world.key_result(new)
    assert cost() == few
    assert few < 40
