"""Somebody goes to another unit or manager: what goes along, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.goals import actions as goals
from haidang.goals.access import visible
from haidang.goals.models import Cycle, Goal
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people import actions as people
from haidang.people.models import Person, PersonUnitHistory, Unit, UnitLeader
from haidang.strategy.actions import transfer
from haidang.strategy.queries.holdings import holdings
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def personal(an: Person, chi: Person, year: Cycle) -> Goal:
    facts = {"title": "Tự học", "level": "individual", "owner": an, "cycle": year}
    goal = goals.create_goal(chi, "objective", facts)
    return goals.accept_goal(an, goal, goal.version)


def stays(actor: Person, person: Person, **others: Any) -> dict[str, Any]:
    kept = {one.key: "stay" for one in holdings(actor, person).rows}
    return kept | {key.replace("_", "-"): value for key, value in others.items()}


def test_personal_goals_go_along_and_the_units_stay(
    administrator: Person, an: Person, binh: Person, dung: Person, objective: Goal,
    personal: Goal, factory_unit: Unit, sales_unit: Unit,
) -> None:  # fmt: skip
    before = timezone.now()
    choices = stays(administrator, an) | {f"owner-{objective.public_id}": binh}
    transfer(administrator, an, an.version, choices, unit=factory_unit, manager=dung)
    for row in (an, objective, personal):
        row.refresh_from_db()
    assert (an.unit, an.manager, an.is_active) == (factory_unit, dung, True)
    assert (objective.owner, objective.unit) == (binh, sales_unit)
    assert (personal.owner, personal.unit) == (an, factory_unit)
    spans = PersonUnitHistory.objects.filter(person=an)
    assert spans.get(since__lte=before, until__gt=before).unit == sales_unit
    assert spans.get(until=None).unit == factory_unit
    assert Event.objects.get(verb="person.transferred").data["unit"] == factory_unit.public_id
    told = Event.objects.filter(data__by="person.transferred")
    assert {one.subject for one in told} == {objective.public_id, personal.public_id}


def test_what_they_see_changes_at_once(
    administrator: Person, an: Person, binh: Person, chi: Person, year: Cycle,
    sales_unit: Unit, factory_unit: Unit,
) -> None:  # fmt: skip
    facts = {"title": "Riêng phòng", "level": "unit", "unit": sales_unit, "owner": binh}
    goal = goals.create_goal(chi, "objective", facts | {"cycle": year, "visibility": "unit"})
    assert goal in visible(an)
    choices = stays(administrator, an)
    transfer(administrator, an, None, choices, unit=factory_unit, manager=None)
    assert goal not in visible(Person.objects.get(pk=an.pk))


def test_a_leader_with_reports(
    administrator: Person, an: Person, binh: Person, chi: Person, sales_unit: Unit,
    factory_unit: Unit,
) -> None:  # fmt: skip
    choices = stays(administrator, chi, reports=an) | {f"leads-{sales_unit.public_id}": an}
    transfer(administrator, chi, None, choices, unit=factory_unit, manager=None)
    an.refresh_from_db()
    binh.refresh_from_db()
    assert (an.manager, binh.manager) == (None, an)
    assert [row.person for row in UnitLeader.objects.filter(until=None)] == [an]


def test_what_is_refused_and_changes_nothing(
    administrator: Person, an: Person, binh: Person, emma: Person, objective: Goal,
    sales_unit: Unit, factory_unit: Unit,
) -> None:  # fmt: skip
    fits = stays(administrator, an)
    foreign = emma.organisation.units.get()
    team = people.create_unit(administrator, "Dự án", kind="team")
    for unit, manager, choices, refusal in [
        (factory_unit, None, {}, Conflict),
        (foreign, None, fits, NotFound),
        (team, None, fits, Invalid),
        (factory_unit, an, fits, Invalid),
        (factory_unit, emma, fits, NotFound),
    ]:
        with pytest.raises(refusal):
            transfer(administrator, an, None, choices, unit=unit, manager=manager)
    with pytest.raises(Stale):
        transfer(administrator, an, 99, fits, unit=factory_unit, manager=None)
    with pytest.raises(Forbidden):
        transfer(binh, an, None, fits, unit=factory_unit, manager=None)
    an.refresh_from_db()
    assert an.unit == sales_unit


def test_the_page(
    administrator: Person, an: Person, binh: Person, objective: Goal, factory_unit: Unit,
    enter: Enter,
) -> None:  # fmt: skip
    admin = enter(administrator)
    address = f"/people/{an.public_id}/transfer/"
    shown = body_of(admin.get(address))  # not what a departure says: there all of it goes
    assert "phần không chọn khác vẫn ở lại" in shown
    assert "người đầu tiên nhận" not in shown
    assert address in body_of(admin.get(f"/people/{an.public_id}/"))
    shown = body_of(admin.get(address))
    assert objective.title in shown
    key = f"owner-{objective.public_id}"
    form = {"version": str(an.version), "unit": factory_unit.public_id, key: "stay"}
    wrong = admin.post(address, form | {"unit": "U-99"})
    assert wrong.status_code == 422
    assert admin.post(address, form)["Location"] == f"/people/{an.public_id}/"
    an.refresh_from_db()
    assert an.unit == factory_unit
    people.deactivate_person(administrator, an)
    assert admin.get(address).status_code == 409
