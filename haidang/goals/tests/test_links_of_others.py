"""Links at the edge of what one may: gone parents, weights, moves of others' children, names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.goals import actions
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Cycle, Goal
from haidang.lib.errors import Conflict, Forbidden, Invalid
from haidang.people.models import Person, Unit

pytestmark = pytest.mark.django_db
Make = Callable[..., Goal]


@pytest.fixture
def make(year: Cycle, administrator: Person, an: Person, sales_unit: Unit) -> Make:
    def made(actor: Person = administrator, *parents: LinkRequest, **facts: Any) -> Goal:
        given = {"title": "Mục tiêu", "level": "unit", "unit": sales_unit, "owner": an} | facts
        return actions.create_goal(actor, "objective", given | {"cycle": year}, parents=parents)

    return made


def version(goal: Goal) -> int:
    return Goal.objects.get(pk=goal.pk).version


@pytest.mark.parametrize("state", ["dropped", "archived"])
def test_nothing_is_hung_below_what_is_gone(make: Make, administrator: Person, state: str) -> None:
    gone, child = make(), make()
    if state == "dropped":
        actions.drop(administrator, gone, gone.version, "Thôi")
    else:
        actions.archive(administrator, gone, gone.version)
    with pytest.raises(Conflict) as caught:
        actions.link(administrator, child, LinkRequest(gone))
    assert (caught.value.code, caught.value.field) == ("gone", "parent")
    above, other = make(), make(administrator)
    edge = actions.link(administrator, other, LinkRequest(above))
    with pytest.raises(Conflict):
        actions.move_link(administrator, edge, gone)
    with pytest.raises(Invalid) as wrong:
        actions.drop(
            administrator, above, version(above), "Thôi", children="relink", relink_to=gone
        )
    assert (wrong.value.code, wrong.value.field) == ("gone", "relink_to")
    with pytest.raises(Invalid):
        actions.drop(
            administrator, above, version(above), "Thôi", children="relink", relink_to=above
        )
    assert Alignment.objects.get(child=other).parent == above


def test_a_relinked_child_keeps_weight_mode_and_relation(make: Make, administrator: Person) -> None:
    old, new = make(), make()
    counted = make(administrator, LinkRequest(old, "cascade", "average", 7))
    actions.drop(administrator, old, version(old), "Thôi", children="relink", relink_to=new)
    edge = Alignment.objects.get(child=counted)
    assert (edge.parent, edge.relation, edge.mode, edge.weight) == (new, "cascade", "average", 7)


def test_children_of_others_are_relinked_and_the_new_parents_side_is_asked(
    make: Make, administrator: Person, an: Person, dung: Person, factory_unit: Unit
) -> None:
    old = make()
    new = make(owner=dung, unit=factory_unit)
    child = make(administrator, LinkRequest(old, weight=9), owner=dung, unit=factory_unit)
    actions.drop(an, old, version(old), "Thôi", children="relink", relink_to=new)
    edge = Alignment.objects.get(child=child)
    assert (edge.parent, edge.mode, edge.proposed_mode) == (new, "none", "average")
    assert edge.weight == 1  # An does not weigh there


def test_a_private_child_of_others_is_only_shown_in_its_new_parent(
    make: Make, administrator: Person, an: Person, dung: Person
) -> None:
    old, new = make(), make()
    child = make(dung, level="individual", owner=dung, unit=None, visibility="private")
    edge = actions.link(dung, child, LinkRequest(old, mode="average"))
    actions.accept_link(an, edge)
    actions.drop(an, old, version(old), "Thôi", children="relink", relink_to=new)
    edge = Alignment.objects.get(child=child)
    assert (edge.parent, edge.mode, edge.proposed_mode) == (new, "none", "")


def test_the_parents_side_gives_the_weight(
    make: Make, administrator: Person, an: Person, dung: Person, factory_unit: Unit
) -> None:
    parent = make(owner=dung, unit=factory_unit)
    make(administrator, LinkRequest(parent, weight=30))
    child = make()
    with pytest.raises(Invalid) as caught:
        actions.link(an, child, LinkRequest(parent, weight=10_000))
    assert (caught.value.code, caught.value.field) == ("not_yours", "weight")
    assert not Alignment.objects.filter(child=child).exists()
    assert actions.link(an, child, LinkRequest(parent, weight=30)).weight == 30  # as its siblings


def test_a_move_is_no_way_to_a_weight(
    make: Make, administrator: Person, an: Person, dung: Person, factory_unit: Unit
) -> None:
    mine, theirs = make(), make(owner=dung, unit=factory_unit)
    child = make()
    edge = actions.link(an, child, LinkRequest(mine, weight=10_000))
    assert actions.move_link(an, edge, theirs).weight == 1


def test_a_contributors_key_result_takes_the_usual_weight(
    make: Make, an: Person, binh: Person
) -> None:
    objective = make(contributors=[binh])
    with pytest.raises(Invalid) as caught:
        actions.create_goal(
            binh, "key_result", {"title": "KR"},
            parents=[LinkRequest(objective, "composition", weight=10_000)],
        )  # fmt: skip
    assert caught.value.field == "weight"


def test_a_refusal_names_no_goal_that_is_not_seen(
    make: Make, administrator: Person, an: Person, dung: Person
) -> None:
    old = make()
    child = make(dung, level="individual", owner=dung, unit=None, visibility="private")
    edge = actions.link(dung, child, LinkRequest(old, mode="average"))
    actions.accept_link(an, edge)
    with pytest.raises(Forbidden) as caught:
        actions.drop(an, old, version(old), "Thôi", children="along")
    assert child.public_id not in str(caught.value.message)


def test_a_private_objective_is_not_named_to_its_key_results_owner(
    year: Cycle, an: Person, binh: Person, sales_unit: Unit
) -> None:
    objective = actions.create_goal(
        an,
        "objective",
        {"title": "Riêng", "level": "individual", "visibility": "private", "cycle": year}
        | {"owner": an},
    )
    key_result = actions.create_goal(
        an, "key_result", {"title": "KR", "owner": binh, "named": [an]},
        parents=[LinkRequest(objective, "composition")],
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        actions.submit(binh, key_result, key_result.version)
    assert objective.public_id not in str(caught.value.message)
    with pytest.raises(Conflict) as seen:
        actions.submit(an, Goal.objects.get(pk=key_result.pk), version(key_result))
    assert objective.public_id in str(seen.value.message)
