"""Where a goal may be put: level, unit and owner by the rights to make it there; proposals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.goals import actions
from haidang.goals.access import levels_open, may
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound
from haidang.people.actions import set_leader
from haidang.people.models import Person, Unit

pytestmark = pytest.mark.django_db
Make = Callable[..., Goal]


@pytest.fixture
def make(year: Cycle, an: Person, sales_unit: Unit) -> Make:
    """`make(actor, level="unit", owner=an)`: an objective of the sales unit."""

    def made(actor: Person, submit: bool = False, **facts: Any) -> Goal:
        given = {"title": "Mục tiêu", "level": "unit", "unit": sales_unit, "owner": an} | facts
        return actions.create_goal(actor, "objective", given | {"cycle": year}, submit=submit)

    return made


@pytest.fixture
def own(make: Make, an: Person, chi: Person) -> Goal:
    """An's own goal, approved by her manager."""
    goal = make(an, level="individual", submit=True)
    return actions.approve(chi, goal, goal.version)


def edit(actor: Person, goal: Goal, **changes: Any) -> Goal:
    return actions.edit_goal(actor, goal, Goal.objects.get(pk=goal.pk).version, changes)


def refused(actor: Person, goal: Goal, field: str, **changes: Any) -> str:
    """The code with which a change is refused at its field; nothing is changed."""
    before = Goal.objects.filter(pk=goal.pk).values().get()
    with pytest.raises((Invalid, Conflict)) as caught:
        edit(actor, goal, **changes)
    assert caught.value.field == field
    assert Goal.objects.filter(pk=goal.pk).values().get() == before
    return caught.value.code


# --- level, unit and owner of what is approved ---------------------------------------------


def test_an_owner_raises_moves_and_hands_on_nothing(
    make: Make, own: Goal, an: Person, chi: Person, binh: Person, dung: Person,
    sales_unit: Unit, factory_unit: Unit,
) -> None:  # fmt: skip
    units = make(chi)
    for goal in (own, units):
        assert refused(an, goal, "level", level="company") == "not_yours"
        assert refused(an, goal, "owner", owner=dung) in ("not_yours", "approved")
        assert refused(an, goal, "owner", owner=binh) in ("not_yours", "approved")
    assert refused(an, own, "level", level="unit", unit=factory_unit) == "not_yours"
    assert refused(an, own, "level", level="unit", unit=sales_unit) == "approved"
    assert refused(an, own, "unit", unit=factory_unit) == "approved"
    assert refused(an, units, "unit", unit=factory_unit) == "not_yours"
    assert refused(an, units, "level", level="individual") == "approved"


def test_a_kpi_is_no_way_around(make: Make, an: Person, administrator: Person) -> None:
    facts = {
        "title": "Doanh thu", "level": "individual", "owner": an, "metric_kind": "number",
        "direction": "higher", "frequency": "month", "aggregation": "sum",
    }  # fmt: skip
    kpi = actions.create_goal(an, "kpi", facts)
    assert refused(an, kpi, "level", level="company") == "not_yours"


def test_a_pillar_keeps_its_owner(administrator: Person, an: Person, binh: Person) -> None:
    pillar = actions.create_goal(administrator, "pillar", {"title": "Trụ cột", "owner": an})
    assert refused(an, pillar, "owner", owner=binh) == "not_yours"
    assert edit(administrator, pillar, owner=binh).owner == binh


def test_a_leader_hands_on_what_they_lead(
    make: Make, own: Goal, an: Person, chi: Person, binh: Person, dung: Person, factory_unit: Unit
) -> None:
    units = make(chi)
    assert edit(chi, units, owner=binh).owner == binh
    assert refused(chi, units, "level", level="company") == "not_yours"
    assert refused(chi, units, "unit", unit=factory_unit) == "not_yours"
    handed = edit(chi, own, owner=binh)  # as of somebody who leaves
    assert (handed.owner, handed.state, handed.proposed_by) == (binh, "active", None)
    assert refused(chi, handed, "owner", owner=dung) == "not_yours"


def test_nobody_hands_on_what_is_their_own(
    make: Make, chi: Person, binh: Person, administrator: Person
) -> None:
    """Else a leader's report would have an active goal that they never accepted."""
    goal = make(chi, level="individual", owner=chi)
    assert goal.state == "active"  # nobody manages Chi
    assert refused(chi, goal, "owner", owner=binh) == "approved"
    assert edit(administrator, goal, owner=binh).owner == binh


def test_a_strategist_puts_goals_anywhere(
    make: Make, own: Goal, chi: Person, administrator: Person, dung: Person, factory_unit: Unit
) -> None:
    goal = edit(administrator, make(chi), level="company", unit=None)
    assert (goal.level, goal.state) == ("company", "active")
    assert edit(administrator, make(chi), unit=factory_unit, owner=dung).unit == factory_unit
    assert edit(administrator, own, owner=dung).owner == dung


def test_an_owner_takes_their_own_along_into_their_unit(
    make: Make, own: Goal, an: Person, root_unit: Unit
) -> None:
    assert edit(an, own, unit=root_unit).unit == root_unit


def test_a_draft_is_moved_where_it_could_be_made(
    make: Make, an: Person, binh: Person, factory_unit: Unit, sales_unit: Unit
) -> None:
    draft = make(an, level="individual")
    assert edit(an, draft, level="unit", unit=sales_unit).state == "draft"
    assert refused(an, draft, "level", level="company") == "not_yours"
    assert refused(an, draft, "unit", unit=factory_unit) == "not_yours"
    own = make(an, level="individual")
    assert refused(an, own, "owner", owner=binh) == "not_yours"


def test_a_key_result_is_handed_on_by_who_keeps_its_objective(
    make: Make, an: Person, chi: Person, binh: Person
) -> None:
    objective = make(chi, owner=chi)
    facts = {"title": "KR", "owner": an}
    request = LinkRequest(objective, "composition")
    key_result = actions.create_goal(chi, "key_result", facts, parents=[request])
    assert key_result.state == "active"
    assert refused(an, key_result, "owner", owner=binh) == "not_yours"
    assert edit(chi, key_result, owner=binh).owner == binh


def test_what_waits_for_approval_stays_as_it_is(
    make: Make, an: Person, chi: Person, binh: Person, administrator: Person
) -> None:
    """Nobody approves their own by giving it away for the moment of the approval."""
    goal = make(an, submit=True)
    assert goal.state == "submitted"
    for actor, changes in [
        (an, {"owner": binh}),
        (chi, {"owner": chi}),
        (administrator, {"level": "company"}),
    ]:
        assert refused(actor, goal, next(iter(changes)), **changes) == "submitted"
    assert edit(an, goal, title="Khác").title == "Khác"


def test_who_made_it_does_not_approve_it(
    make: Make, an: Person, chi: Person, binh: Person, administrator: Person, sales_unit: Unit
) -> None:
    goal = make(an, submit=True, owner=binh)
    set_leader(administrator, sales_unit, [an, chi])
    an = Person.objects.get(pk=an.pk)
    assert not may(an, goal, "approve")
    assert may(chi, goal, "approve")
    active = actions.approve(chi, goal, goal.version)
    assert may(an, active, "reopen")  # an approver like any other from then on


def test_the_form_offers_the_levels_that_are_open(
    make: Make, own: Goal, an: Person, chi: Person, administrator: Person
) -> None:
    assert levels_open(an) == ["unit", "individual"]
    assert levels_open(administrator) == ["company", "unit", "individual"]
    assert levels_open(an, own) == ["individual"]
    assert levels_open(chi, own) == ["unit", "individual"]
    assert levels_open(an, make(chi)) == ["unit"]


# --- proposals -----------------------------------------------------------------------------


@pytest.fixture
def proposal(make: Make, chi: Person, an: Person) -> Goal:
    return make(chi, level="individual", submit=True)


def test_a_managers_goal_for_a_report_waits_for_the_report(
    proposal: Goal, an: Person, chi: Person
) -> None:
    assert (proposal.state, proposal.proposed_by) == ("draft", chi)
    for actor in (chi, an):
        with pytest.raises(Forbidden):
            actions.submit(actor, proposal, proposal.version)
    with pytest.raises(Forbidden):
        actions.accept_goal(chi, proposal, proposal.version)
    with pytest.raises(Conflict):
        actions.approve(chi, proposal, proposal.version)
    taken = actions.accept_goal(an, proposal, proposal.version)
    assert (taken.state, taken.proposed_by) == ("active", None)


def test_its_key_results_go_along(proposal: Goal, an: Person, chi: Person) -> None:
    request = LinkRequest(proposal, "composition")
    key_result = actions.create_goal(chi, "key_result", {"title": "KR"}, parents=[request])
    actions.accept_goal(an, proposal, proposal.version)
    key_result.refresh_from_db()
    assert key_result.state == "active"


def test_what_the_owner_changed_first_goes_to_the_approver(
    proposal: Goal, an: Person, chi: Person
) -> None:
    changed = edit(an, proposal, title="Nhẹ hơn")
    taken = actions.accept_goal(an, changed, changed.version)
    assert (taken.state, taken.proposed_by) == ("submitted", None)
    assert actions.approve(chi, taken, taken.version).state == "active"


def test_a_key_result_of_the_owners_own_is_a_change(proposal: Goal, an: Person) -> None:
    request = LinkRequest(proposal, "composition")
    actions.create_goal(an, "key_result", {"title": "KR"}, parents=[request])
    assert actions.accept_goal(an, proposal, proposal.version).state == "submitted"


def test_declined_it_goes_back_and_may_come_again(proposal: Goal, an: Person, chi: Person) -> None:
    with pytest.raises(Invalid) as caught:
        actions.decline_goal(an, proposal, proposal.version, " ")
    assert caught.value.field == "reason"
    with pytest.raises(Forbidden):
        actions.decline_goal(chi, proposal, proposal.version, "Không")
    back = actions.decline_goal(an, proposal, proposal.version, "Quá sức")
    assert (back.state, back.reason) == ("returned", "Quá sức")
    changed = edit(chi, back, title="Nhẹ hơn")
    again = actions.submit(chi, changed, changed.version)
    assert (again.state, again.reason) == ("draft", "")
    assert actions.accept_goal(an, again, again.version).state == "active"


def test_a_draft_given_to_a_report_is_a_proposal(
    make: Make, an: Person, chi: Person, administrator: Person
) -> None:
    """Neither by its first owner nor by its level does a goal get past acceptance."""
    draft = make(administrator, level="individual", owner=administrator, unit=None)
    assert draft.state == "active"
    mine = make(an, level="individual")
    Person.objects.filter(pk=chi.pk).update(manager=administrator)
    chi = Person.objects.get(pk=chi.pk)
    own = make(chi, level="individual", owner=chi)
    handed = edit(chi, own, owner=an)
    assert (handed.state, handed.proposed_by) == ("draft", chi)
    with pytest.raises(Forbidden):
        actions.submit(chi, handed, handed.version)
    assert edit(an, mine, title="Của tôi").proposed_by is None


# --- private goals -------------------------------------------------------------------------


def test_a_private_goal_is_handed_to_an_approver_who_is_named(
    make: Make, an: Person, chi: Person, binh: Person
) -> None:
    private = make(an, level="individual", visibility="private", named=[binh])
    with pytest.raises(Conflict) as caught:
        actions.submit(an, private, private.version)
    assert (caught.value.code, caught.value.field) == ("nobody_approves", "visibility")
    with pytest.raises(Conflict):
        make(an, level="individual", visibility="private", submit=True)
    named = edit(an, private, named=[binh, chi])
    waiting = actions.submit(an, named, named.version)
    assert refused(an, waiting, "visibility", named=[binh]) == "nobody_approves"
    assert actions.approve(chi, waiting, waiting.version).state == "active"


def test_it_is_not_hidden_from_its_approver_while_it_waits(make: Make, an: Person) -> None:
    goal = make(an, level="individual", submit=True)
    assert refused(an, goal, "visibility", visibility="private") == "nobody_approves"
    assert edit(an, goal, visibility="participants").visibility == "participants"


def test_a_contributor_of_a_private_goal_is_named(
    make: Make, an: Person, binh: Person, chi: Person
) -> None:
    goal = make(an, level="individual", visibility="private", contributors=[binh])
    assert may(binh, goal, "see")
    with pytest.raises(NotFound):
        actions.approve(chi, goal, goal.version)
