"""Somebody leaves: everything they hold goes to others in one transaction, or nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from haidang.activity.models import Event
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal, GoalVersion, Participant
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from haidang.people import actions as people
from haidang.people.models import Person, PersonalToken, PersonUnitHistory, Unit, UnitLeader
from haidang.strategy.actions import depart
from haidang.strategy.queries.holdings import holdings
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def personal(an: Person, chi: Person, year: Cycle) -> Goal:
    """An's own, proposed by Chi and accepted, waiting for nothing."""
    facts = {"title": "Tự học", "level": "individual", "owner": an, "cycle": year}
    goal = goals.create_goal(chi, "objective", facts)
    return goals.accept_goal(an, goal, goal.version)


def all_to(person: Person, heir: Person, leaver: Person) -> dict[str, Any]:
    return {one.key: heir for one in holdings(person, leaver).rows}


def test_everything_goes_to_others(
    administrator: Person, an: Person, binh: Person, chi: Person, objective: Goal,
    key_result: Goal, kpi: Goal, personal: Goal, sales_unit: Unit, make_person: Any,
) -> None:  # fmt: skip
    report = make_person("Giang", "giang", unit=sales_unit, manager=an)
    people.set_leader(administrator, sales_unit, [an])
    goals.edit_goal(chi, kpi, None, {"data_owner": an, "owner": chi})
    goals.edit_goal(chi, objective, None, {"contributors": [binh]})
    people.create_token(an, "Báo cáo", ["read"], timezone.now() + timedelta(days=30))
    before = timezone.now()
    held = holdings(administrator, an)
    kinds = {one.what for one in held.rows}
    assert kinds == {"owner", "data", "leads", "reports"}
    depart(administrator, an, an.version, all_to(administrator, binh, an), last_day=_today())
    for goal in (objective, key_result, personal):
        goal.refresh_from_db()
        assert goal.owner == binh
        version = GoalVersion.objects.get(goal=goal, until=None)
        assert (version.facts["owner_id"], version.version) == (binh.pk, goal.version)
        then = GoalVersion.objects.get(goal=goal, since__lte=before, until__gt=before)
        assert then.facts["owner_id"] == an.pk
    kpi.refresh_from_db()
    assert kpi.data_owner == binh
    report.refresh_from_db()
    assert report.manager == binh
    assert PersonUnitHistory.objects.get(person=report, until=None).manager == binh
    assert [row.person for row in UnitLeader.objects.filter(until=None)] == [binh]
    an.refresh_from_db()
    assert (an.is_active, an.left_on) == (False, _today())
    assert PersonalToken.objects.get(person=an).revoked_at is not None
    assert not holdings(administrator, an)
    assert Event.objects.get(verb="person.departed").data["goals"] == 4
    told = Event.objects.get(subject_id=objective.pk, data__by="person.departed")
    assert told.data["new"] == {"owner": binh.public_id}


def _today() -> date:
    return timezone.localdate()


def test_left_to_its_unit(
    administrator: Person, an: Person, objective: Goal, personal: Goal
) -> None:
    choices: dict[str, Any] = {
        f"owner-{objective.public_id}": "unit",
        f"owner-{personal.public_id}": "unit",
    }
    with pytest.raises(Invalid) as raised:
        depart(administrator, an, None, choices)
    assert raised.value.field == f"owner-{personal.public_id}"  # somebody's own needs somebody
    choices[f"owner-{personal.public_id}"] = administrator
    depart(administrator, an, None, choices)
    objective.refresh_from_db()
    personal.refresh_from_db()
    assert objective.owner is None
    assert (personal.owner, personal.unit) == (administrator, administrator.unit)


def test_parts_in_goals(
    administrator: Person, an: Person, binh: Person, chi: Person, dung: Person, objective: Goal
) -> None:
    until = _today() + timedelta(days=30)
    goals.add_participant(chi, objective, binh, "delegate", until=until)
    goals.add_participant(chi, objective, binh, "contributor")
    goals.add_participant(chi, objective, binh, "stakeholder")
    goals.follow(binh, objective)
    key = objective.public_id
    depart(administrator, binh, None, {f"delegate-{key}": dung, f"contributor-{key}": "end"})
    rows = Participant.objects.values_list("person", "role", "until")
    assert list(rows) == [(dung.pk, "delegate", until)]
    told = Event.objects.filter(verb="goal.participants", data__by="person.departed")
    assert {one.data["role"] for one in told} == {"delegate", "contributor"}


def test_proposals_to_others(
    administrator: Person, an: Person, binh: Person, chi: Person, year: Cycle
) -> None:
    facts = {"title": "Mới", "level": "individual", "owner": an, "cycle": year}
    proposal = goals.create_goal(chi, "objective", facts)
    people.set_leader(administrator, an.unit, [])  # type: ignore[arg-type]
    depart(administrator, chi, None, all_to(administrator, binh, chi))
    proposal.refresh_from_db()
    assert proposal.proposed_by == binh
    goals.accept_goal(an, proposal, proposal.version)


class TestWhatIsNotSeen:
    """Goals closed to the administrator go by the rule, and their words are not told."""

    @pytest.fixture(autouse=True)
    def only_administrator(self, administrator: Person, year: Cycle) -> None:
        people.set_roles(administrator, administrator, ["administrator"])

    def private(self, goal: Goal, owner: Person) -> Goal:
        return goals.edit_goal(owner, goal, None, {"visibility": "private", "title": "Mật"})

    def test_a_contributor_who_knows_it(
        self, administrator: Person, an: Person, chi: Person, binh: Person, objective: Goal
    ) -> None:
        goals.edit_goal(an, objective, None, {"contributors": [binh]})
        self.private(objective, an)
        held = holdings(administrator, an)
        assert (len(held.rows), held.unseen_goals) == (0, 1)
        depart(administrator, an, None, {})
        objective.refresh_from_db()
        assert objective.owner == binh

    def test_else_the_manager(
        self, administrator: Person, an: Person, chi: Person, objective: Goal, enter: Enter
    ) -> None:
        self.private(objective, an)
        shown = body_of(enter(administrator).get(f"/people/{an.public_id}/departure/"))
        assert "Mật" not in shown
        assert objective.public_id not in shown
        assert "1 mục tiêu không mở" in shown
        depart(administrator, an, None, {})
        objective.refresh_from_db()
        assert (objective.owner, objective.visibility) == (chi, "private")

    def test_else_the_leader_else_nobody(
        self, administrator: Person, dung: Person, binh: Person, chi: Person, year: Cycle,
        factory_unit: Unit,
    ) -> None:  # fmt: skip
        facts = {"title": "Mật", "level": "individual", "owner": dung, "cycle": year}
        goal = goals.create_goal(dung, "objective", facts | {"visibility": "private"})
        assert goal.state == "active"  # without a manager nobody approves it
        with pytest.raises(Conflict) as raised:
            depart(administrator, dung, None, {})
        assert raised.value.code == "no_heir"
        dung.refresh_from_db()
        assert dung.is_active
        people.set_leader(administrator, factory_unit, [binh])
        depart(administrator, dung, None, {})
        goal.refresh_from_db()
        assert goal.owner == binh

    def test_a_private_draft_is_put_away(
        self, administrator: Person, an: Person, chi: Person, year: Cycle
    ) -> None:
        facts = {"title": "Mật", "level": "individual", "owner": an, "cycle": year}
        draft = goals.create_goal(an, "objective", facts | {"visibility": "private"})
        measure = {
            "title": "Mật", "owner": an, "metric_kind": "count", "direction": "increase",
            "baseline": Decimal(0), "target": Decimal(10),
        }  # fmt: skip
        below = goals.create_goal(
            an, "key_result", measure, parents=[LinkRequest(draft, "composition")]
        )
        depart(administrator, an, None, {})
        for goal in (draft, below):
            goal.refresh_from_db()
            assert (goal.state, goal.owner) == ("archived", an)


def test_what_is_refused_and_changes_nothing(
    administrator: Person, an: Person, binh: Person, dung: Person, emma: Person, objective: Goal
) -> None:
    key = f"owner-{objective.public_id}"
    people.set_roles(administrator, dung, ["viewer"])
    for choices, refusal, code in [
        ({}, Conflict, "came_since"),
        ({key: "end"}, Invalid, "required"),
        ({key: "stay"}, Invalid, "required"),
        ({key: ""}, Invalid, "required"),
        ({key: an}, Invalid, "heir"),
        ({key: dung}, Invalid, "heir"),
        ({key: emma}, NotFound, "not_found"),
    ]:
        with pytest.raises(refusal) as raised:
            depart(administrator, an, None, choices)  # type: ignore[arg-type]
        assert raised.value.code == code
    fits: Mapping[str, Any] = {key: binh}
    with pytest.raises(Stale):
        depart(administrator, an, 99, fits)
    with pytest.raises(Invalid):
        depart(administrator, an, None, fits, last_day=_today() + timedelta(days=1))
    with pytest.raises(Forbidden):
        depart(binh, an, None, fits)
    with pytest.raises(NotFound):
        depart(emma, an, None, fits)
    with pytest.raises(Conflict):
        depart(administrator, administrator, None, all_to(administrator, binh, administrator))
    an.refresh_from_db()
    objective.refresh_from_db()
    assert an.is_active
    assert objective.owner == an
    assert not Event.objects.filter(verb="person.departed").exists()


def test_who_becomes_manager_of_their_own_team(
    administrator: Person, an: Person, binh: Person, chi: Person
) -> None:
    choices = {"reports": binh} | {
        one.key: "end" for one in holdings(administrator, chi).rows if one.what == "leads"
    }
    depart(administrator, chi, None, choices)
    binh.refresh_from_db()
    an.refresh_from_db()
    assert (binh.manager, an.manager) == (None, binh)


# --- the page ----------------------------------------------------------------------------


def address(person: Person) -> str:
    return f"/people/{person.public_id}/departure/"


def sent(person: Person, *heirs: Person, **choices: str) -> dict[str, Any]:
    today = _today()
    return {
        "version": str(person.version),
        "last_day": f"{today:%d/%m/%Y}",
        "to": [one.public_id for one in heirs],
        **choices,
    }


def test_the_page(
    administrator: Person, an: Person, binh: Person, chi: Person, objective: Goal, enter: Enter
) -> None:
    admin: Client = enter(administrator)
    key = f"owner-{objective.public_id}"
    assert address(an) in body_of(admin.get(f"/people/{an.public_id}/"))
    shown = body_of(admin.get(address(an)))
    assert objective.title in shown
    assert chi.name in shown  # the manager is offered
    offered = admin.post(address(an), sent(an, binh, **{key: "unit"}) | {"refresh": "1"})
    assert offered.status_code == 200
    assert f'<option value="{binh.public_id}"' in body_of(offered)
    assert 'value="unit" selected' in body_of(offered)
    wrong = admin.post(address(an), sent(an, binh, **{key: chi.public_id}))
    assert wrong.status_code == 422
    lost = admin.post(address(an), sent(an, binh, **{key: binh.public_id}) | {"version": "99"})
    assert lost.status_code == 409
    assert f'value="{binh.public_id}" selected' in body_of(lost)
    done = admin.post(address(an), sent(an, binh, **{key: binh.public_id}))
    assert done["Location"] == f"/people/{an.public_id}/"
    objective.refresh_from_db()
    assert objective.owner == binh
    # Whoever was merely shut out is found, and what they left is handed over later.
    people.deactivate_person(administrator, binh)
    assert address(binh) in body_of(admin.get(f"/people/{binh.public_id}/"))
    binh.refresh_from_db()
    later = sent(binh, chi, **{key: chi.public_id})
    assert admin.post(address(binh), later).status_code == 302
    objective.refresh_from_db()
    assert objective.owner == chi
    assert address(binh) not in body_of(admin.get(f"/people/{binh.public_id}/"))


def test_the_page_costs_the_same_for_few_and_many(
    administrator: Person, an: Person, year: Cycle, chi: Person, objective: Goal, enter: Enter,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    admin = enter(administrator)
    admin.get(address(an))
    with django_assert_max_num_queries(21):
        admin.get(address(an))
    for n in range(12):
        facts = {"title": f"O {n}", "level": "unit", "unit": an.unit, "owner": an, "cycle": year}
        goals.create_goal(chi, "objective", facts)
    with django_assert_max_num_queries(21):
        admin.get(address(an))
