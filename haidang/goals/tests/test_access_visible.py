"""Seeing: in SQL, in Python, and as docs/access.md words it; all three must agree everywhere."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from haidang.goals import access
from haidang.goals.models import Cycle, Goal, Participant
from haidang.people.access import forget, standing_of, today_of
from haidang.people.models import (
    Organisation,
    Person,
    RoleGrant,
    TeamMember,
    Unit,
    UnitLeader,
)

pytestmark = pytest.mark.django_db
KINDS = ["ultimate", "pillar", "objective", "key_result", "kpi"]


def make_unit(organisation: Organisation, number: int, parent: Unit | None, kind: str) -> Unit:
    unit = Unit.objects.create(
        organisation=organisation,
        number=number,
        public_id=f"U-{number}",
        name=f"Đơn vị {number}",
        parent=parent,
        kind=kind,
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def make_goal(organisation: Organisation, number: int, **facts: Any) -> Goal:
    kind = facts.setdefault("kind", "pillar")
    if kind in ("objective", "key_result"):
        facts.setdefault("cycle", Cycle.objects.filter(organisation=organisation).first())
    if kind == "objective":
        facts.setdefault("commitment", "committed")
        facts["level"] = facts.get("level") or "company"
    if kind == "kpi":
        facts.update(direction="higher", frequency="month", aggregation="sum")
        facts["level"] = facts.get("level") or "company"
    return Goal.objects.create(
        organisation=organisation,
        number=number,
        public_id=f"O-{number}",
        title=f"Mục tiêu {number}",
        created_at=timezone.now(),
        **facts,
    )


class Company:
    """A company made at random: units, persons in every role, goals of every visibility."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        draw = self.random
        now = timezone.now()
        self.organisation = Organisation.objects.create(name=f"C{seed}", slug=f"c-{seed}")
        Cycle.objects.create(
            organisation=self.organisation,
            number=1,
            public_id="C-1",
            name="2026",
            kind="year",
            starts="2026-01-01",
            ends="2026-12-31",
        )
        self.units = [make_unit(self.organisation, 1, None, "company")]
        for number in range(2, 9):
            kind = "team" if number >= 7 else "department"
            self.units.append(make_unit(self.organisation, number, draw.choice(self.units), kind))
        departments = [unit for unit in self.units if unit.kind != "team"]
        self.people: list[Person] = []
        for number in range(1, 17):
            person = Person.objects.create(
                organisation=self.organisation,
                number=number,
                public_id=f"P-{number}",
                name=f"Người {number}",
                unit=draw.choice([None, *departments]),
                manager=draw.choice([None, *self.people]),
                is_active=draw.random() > 0.05,
            )
            self.people.append(person)
            wanted = draw.choice(
                [
                    *[[], [], ["strategist"], ["administrator"], ["hr"], ["viewer"], ["guest"]],
                    *[["guest", "viewer"], ["guest", "member"], ["viewer", "strategist"]],
                ]
            )
            for role in wanted:
                RoleGrant.objects.create(person=person, role=role, since=now)
            for unit in self.units:
                if draw.random() < 0.08:
                    ended = draw.choice([None, None, now])
                    UnitLeader.objects.create(unit=unit, person=person, since=now, until=ended)
                if unit.kind == "team" and draw.random() < 0.3:
                    ended = draw.choice([None, None, now])
                    TeamMember.objects.create(team=unit, person=person, since=now, until=ended)
        self.goals = []
        for number in range(1, 61):
            kind = draw.choice(KINDS)
            goal = make_goal(
                self.organisation,
                number,
                kind=kind,
                owner=draw.choice([None, *self.people]),
                unit=draw.choice([None, *self.units]),
                visibility=draw.choice(["organisation", "unit", "participants", "private"]),
                level=draw.choice(["company", "unit", "individual"])
                if kind in ("objective", "kpi")
                else draw.choice(["", "individual"]),
                state=draw.choice(["draft", "submitted", "active", "returned", "closed"]),
                data_owner=draw.choice([None, *self.people]) if kind == "kpi" else None,
                created_by=draw.choice([None, *self.people]),
                proposed_by=draw.choice([None, *self.people]),
            )
            self.goals.append(goal)
            for person in self.people:
                if draw.random() < 0.15:
                    self._take_part(goal, person)

    def _take_part(self, goal: Goal, person: Person) -> None:
        today = today_of(person)
        for role in self.random.sample(
            ["contributor", "delegate", "named", "follower", "stakeholder"],
            self.random.choice([1, 1, 2]),
        ):
            days = self.random.choice([-1, 0, 1])
            since, until = self.random.choice(
                [
                    (None, None),
                    (today + timedelta(days), None),
                    (None, today + timedelta(days)),
                    (today + timedelta(days), today + timedelta(days + 2)),
                ]
            )
            Participant.objects.create(
                goal=goal, person=person, role=role, since=since, until=until
            )


def seen_by_the_book(person: Person, goal: Goal) -> bool:
    """docs/access.md in plain steps, one query at a time: shares no code with the program."""
    if not person.is_active or person.organisation_id != goal.organisation_id:
        return False
    roles = set(person.roles.filter(until=None).values_list("role", flat=True)) or {"member"}
    today = today_of(person)
    takes_part = goal.owner_id == person.pk or goal.data_owner_id == person.pk
    for row in goal.participants.filter(person=person):
        if row.role in ("contributor", "named"):
            takes_part = True
        if row.role == "delegate" and (row.since is None or row.since <= today):
            takes_part = takes_part or row.until is None or row.until >= today
    if takes_part:
        return True
    if roles == {"guest"} or goal.visibility == "private":
        return False
    if "strategist" in roles or goal.visibility == "organisation":
        return True
    contributors = [row.person for row in goal.participants.filter(role="contributor")]
    if any(p and p.manager_id == person.pk and p.is_active for p in [goal.owner, *contributors]):
        return True
    if goal.visibility == "participants":
        return False
    unit = goal.unit
    if unit is None:
        if goal.level != "individual" or goal.owner is None or goal.owner.unit is None:
            return False
        above = _line(goal.owner.unit)  # no unit of its own: only leaders of its owner's
        return person.leads.filter(until=None, unit__in=above).exists()
    if person.unit is not None and unit in _line(person.unit):
        return True
    if person.teams.filter(until=None, team=unit).exists():
        return True
    return person.leads.filter(until=None, unit__in=_line(unit)).exists()


def _line(unit: Unit | None) -> list[Unit]:
    line = []
    while unit is not None:
        line.append(unit)
        unit = unit.parent
    return line


@pytest.mark.parametrize("seed", range(6))
def test_sql_python_and_the_book_agree(seed: int) -> None:
    company = Company(seed)
    stranger = Company(1000 + seed)
    goals = company.goals + stranger.goals[:5]
    for person in company.people:
        me = standing_of(person)
        facts = access.facts_of(person, goals)
        in_sql = set(access.visible(person).values_list("pk", flat=True))
        in_python = {goal.pk for goal in goals if access.sees(me, goal, facts[goal.pk])}
        by_the_book = {goal.pk for goal in goals if seen_by_the_book(person, goal)}
        assert in_sql == by_the_book
        assert in_python == by_the_book


@pytest.mark.parametrize("seed", range(3))
def test_who_does_not_see_may_nothing(seed: int) -> None:
    company = Company(seed)
    for person in company.people:
        seen = set(access.visible(person).values_list("pk", flat=True))
        for pk, verbs in access.verbs_of_each(person, company.goals).items():
            assert ("see" in verbs) == (pk in seen)
            assert verbs if pk in seen else not verbs


def test_a_list_has_no_doubles() -> None:
    """Many paths lead to one goal; it is listed once."""
    company = Company(7)
    goal, person = company.goals[0], company.people[0]
    Person.objects.filter(pk=person.pk).update(is_active=True)
    person.refresh_from_db()
    goal.participants.all().delete()
    for role in ("contributor", "named", "delegate", "follower"):
        Participant.objects.create(goal=goal, person=person, role=role)
    forget(person)
    listed = list(access.visible(person).values_list("pk", flat=True))
    assert listed.count(goal.pk) == 1
    assert len(listed) == len(set(listed))
