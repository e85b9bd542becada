"""Two units become one: everything moves at once, what was stays readable, refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from haidang.activity.models import Event
from haidang.goals import actions as goals
from haidang.goals.access import visible
from haidang.goals.models import Goal, GoalVersion
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people import actions as people
from haidang.people.models import (
    Person,
    PersonUnitHistory,
    TeamMember,
    Unit,
    UnitHistory,
    UnitLeader,
)
from haidang.strategy.actions import merge_units
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


def merged(
    actor: Person, unit: Unit, into: Unit, leaders: list[Person], version: int | None = None
) -> Unit:
    target = merge_units(actor, unit, into, version, leaders=leaders)
    unit.refresh_from_db()
    into.refresh_from_db()
    return target


def at(rows: Any, moment: Any) -> Any:
    """The row that held at a moment."""
    return rows.get(since__lte=moment, until__gt=moment)


def test_everything_moves_and_what_was_stays(
    administrator: Person, an: Person, dung: Person, chi: Person, objective: Goal,
    sales_unit: Unit, factory_unit: Unit,
) -> None:  # fmt: skip
    part = people.create_unit(administrator, "Miền Đông", parent=sales_unit)
    before = timezone.now()
    merged(administrator, sales_unit, factory_unit, [dung])
    an.refresh_from_db()
    part.refresh_from_db()
    objective.refresh_from_db()
    assert (an.unit, part.parent, objective.unit) == (factory_unit,) * 3
    assert part.path == f"{factory_unit.path}{part.pk}/"
    assert sales_unit.merged_into == factory_unit
    assert sales_unit.archived_at is not None
    leaders = UnitLeader.objects.filter(until=None)
    assert [(row.unit, row.person) for row in leaders] == [(factory_unit, dung)]
    # As it stood before.
    assert at(PersonUnitHistory.objects.filter(person=an), before).unit == sales_unit
    assert at(UnitHistory.objects.filter(unit=part), before).parent == sales_unit
    assert at(UnitHistory.objects.filter(unit=sales_unit), before).name == "Kinh doanh"
    then = at(GoalVersion.objects.filter(goal=objective), before)
    assert then.facts["unit_id"] == sales_unit.pk
    now = GoalVersion.objects.get(goal=objective, until=None)
    assert (now.facts["unit_id"], now.version) == (factory_unit.pk, objective.version)
    # One moment for all of it.
    assert now.since == sales_unit.archived_at == then.until
    assert not UnitHistory.objects.filter(unit=sales_unit, until=None).exists()


def test_the_log_tells_it(
    administrator: Person, an: Person, objective: Goal, sales_unit: Unit, factory_unit: Unit
) -> None:
    merged(administrator, sales_unit, factory_unit, [])
    event = Event.objects.get(verb="unit.merged")
    assert (event.subject, event.data["into"]) == (sales_unit.public_id, factory_unit.public_id)
    assert event.actor_id == administrator.pk
    assert Event.objects.get(verb="unit.took_in").subject == factory_unit.public_id
    told = Event.objects.get(verb="goal.edited", subject_id=objective.pk)
    assert told.data["by"] == "unit.merged"
    assert told.data["new"] == {"unit": factory_unit.public_id}


def test_its_page_leads_to_its_history_which_names_the_other_unit(
    enter: Enter, administrator: Person, sales_unit: Unit, factory_unit: Unit
) -> None:
    merged(administrator, sales_unit, factory_unit, [])
    client = enter(administrator)
    history = f"/audit/?thing={sales_unit.public_id}"
    assert history in body_of(client.get(f"/units/{sales_unit.public_id}/"))
    said = body_of(client.get(history, headers={"HX-Request": "true"}))
    assert "sáp nhập đơn vị" in said
    assert f"<b>{factory_unit.name}</b>" in said


def test_who_sees_changes_at_once(
    administrator: Person, an: Person, binh: Person, dung: Person, objective: Goal,
    sales_unit: Unit, factory_unit: Unit,
) -> None:  # fmt: skip
    goals.edit_goal(an, objective, None, {"visibility": "unit"})
    assert objective not in visible(dung)
    merged(administrator, sales_unit, factory_unit, [])
    dung, binh = Person.objects.get(pk=dung.pk), Person.objects.get(pk=binh.pk)
    assert objective in visible(dung)
    assert objective in visible(binh)


def test_a_private_goal_goes_along_unseen(
    administrator: Person, an: Person, objective: Goal, sales_unit: Unit, factory_unit: Unit,
    enter: Enter,
) -> None:  # fmt: skip
    goals.edit_goal(an, objective, None, {"visibility": "private", "title": "Mật"})
    shown = body_of(enter(administrator).get(_address(sales_unit, factory_unit)))
    assert "Mật" not in shown
    merged(administrator, sales_unit, factory_unit, [])
    objective.refresh_from_db()
    assert objective.unit == factory_unit
    told = Event.objects.filter(actor_id=administrator.pk)
    assert "Mật" not in str(list(told.values_list("data", flat=True)))


def test_members_of_teams(administrator: Person, an: Person, binh: Person, dung: Person) -> None:
    one, two = (people.create_unit(administrator, name, kind="team") for name in ("A", "B"))
    people.set_team_members(administrator, one, [an, binh])
    people.set_team_members(administrator, two, [binh, dung])
    merged(administrator, one, two, [an])
    now = TeamMember.objects.filter(until=None)
    assert {row.person for row in now.filter(team=two)} == {an, binh, dung}
    assert not now.filter(team=one).exists()


def test_what_is_refused_and_changes_nothing(
    administrator: Person, an: Person, emma: Person, root_unit: Unit, sales_unit: Unit,
    factory_unit: Unit,
) -> None:  # fmt: skip
    below = people.create_unit(administrator, "Miền Đông", parent=sales_unit)
    people.create_unit(administrator, "Miền Đông", parent=factory_unit)
    team = people.create_unit(administrator, "Dự án", kind="team")
    foreign = emma.organisation.units.get()
    for unit, into, refusal, code in [
        (root_unit, sales_unit, Invalid, "invalid"),
        (sales_unit, sales_unit, Invalid, "itself"),
        (sales_unit, below, Invalid, "cycle"),
        (sales_unit, team, Invalid, "team"),
        (sales_unit, factory_unit, Invalid, "duplicate"),
        (sales_unit, foreign, NotFound, "not_found"),
    ]:
        with pytest.raises(refusal) as raised:
            merged(administrator, unit, into, [])
        assert raised.value.code == code
    with pytest.raises(Stale):
        merged(administrator, below, root_unit, [], version=99)
    with pytest.raises(Forbidden):
        merged(an, below, factory_unit, [])
    with pytest.raises(NotFound):
        merged(emma, below, foreign, [])
    assert not Unit.objects.exclude(merged_into=None).exists()
    people.archive_unit(administrator, team)
    with pytest.raises(Conflict):
        merged(administrator, team, factory_unit, [])


def test_a_part_into_what_it_is_part_of(
    administrator: Person, an: Person, sales_unit: Unit, root_unit: Unit
) -> None:
    below = people.create_unit(administrator, "Miền Đông", parent=sales_unit)
    same = people.create_unit(administrator, "Miền Đông", parent=below)
    merged(administrator, below, sales_unit, [])
    same.refresh_from_db()
    assert same.path == f"{sales_unit.path}{same.pk}/"


def _address(unit: Unit, into: Unit | None = None) -> str:
    return f"/units/{unit.public_id}/merge/" + (f"?into={into.public_id}" if into else "")


def test_the_page(
    administrator: Person, an: Person, chi: Person, objective: Goal, sales_unit: Unit,
    factory_unit: Unit, enter: Enter,
) -> None:  # fmt: skip
    admin = enter(administrator)
    assert _address(sales_unit) in body_of(admin.get(f"/units/{sales_unit.public_id}/"))
    assert "Nhập vào" in body_of(admin.get(_address(sales_unit)))
    shown = body_of(admin.get(_address(sales_unit, factory_unit)))
    for text in (an.name, chi.name, objective.title, objective.public_id):
        assert text in shown
    wrong = admin.get(_address(sales_unit) + "?into=U-999")
    assert wrong.status_code == 422
    sent = {"into": factory_unit.public_id, "leaders": [chi.public_id], "version": "99"}
    stale = admin.post(_address(sales_unit), sent)
    assert stale.status_code == 409
    assert 'value="1"' in body_of(stale)
    assert chi.public_id in body_of(stale)
    done = admin.post(_address(sales_unit), sent | {"version": "1"})
    assert done["Location"] == f"/units/{factory_unit.public_id}/"
    shown = body_of(admin.get(f"/units/{sales_unit.public_id}/"))
    assert "Đã nhập vào Sản xuất" in shown
    assert admin.get(_address(sales_unit)).status_code == 409
