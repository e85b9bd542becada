"""Everybody who may stand around a goal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from haidang.goals.access import may
from haidang.goals.models import Alignment, Cycle, Goal, Participant
from haidang.goals.tests.test_access_visible import make_goal, make_unit
from haidang.people.access import today_of
from haidang.people.models import Organisation, Person, RoleGrant, TeamMember, Unit, UnitLeader


class Stage:
    """An owns; Bình sits beside; Chi is An's manager; Lam leads the unit, Long the whole;
    Dũng is in another unit; Emma in another organisation. The others are their role."""

    def __init__(self) -> None:
        self.organisation = Organisation.objects.create(name="Tâm Long", slug="tam-long")
        self.root = make_unit(self.organisation, 1, None, "company")
        self.sales = make_unit(self.organisation, 2, self.root, "department")
        self.south = make_unit(self.organisation, 3, self.sales, "department")
        self.factory = make_unit(self.organisation, 4, self.root, "department")
        self.team = make_unit(self.organisation, 5, self.factory, "team")
        self.number = 0
        self.chi = self.person("Chi", self.root)
        self.an = self.person("An", self.sales, manager=self.chi)
        self.binh = self.person("Bình", self.sales)
        self.nam = self.person("Nam", self.south)
        self.lam = self.person("Lam", self.sales, leads=self.sales)
        self.long = self.person("Long", self.root, leads=self.root)
        self.phu = self.person("Phú", self.south, leads=self.south)
        self.dung = self.person("Dũng", self.factory)
        self.mate = self.person("Mai", self.factory)
        TeamMember.objects.create(team=self.team, person=self.mate, since=timezone.now())
        self.strategist = self.person("Sơn", self.root, "strategist")
        self.administrator = self.person("Quản", self.root, "administrator")
        self.hr = self.person("Hồng", self.root, "hr")
        self.viewer = self.person("Vy", self.sales, "viewer")
        self.guest = self.person("Giang", self.sales, "guest")
        self.guest_named = self.person("Gấm", None, "guest")
        self.guest_contributor = self.person("Gia", None, "guest")
        self.contributor = self.person("Cúc", self.factory)
        self.boss_of_contributor = self.person("Bảo", self.factory)
        Person.objects.filter(pk=self.contributor.pk).update(manager=self.boss_of_contributor)
        self.delegate = self.person("Đào", self.factory)
        self.past_delegate = self.person("Đạt", self.factory)
        self.future_delegate = self.person("Đức", self.factory)
        self.named = self.person("Ngọc", self.factory)
        self.follower = self.person("Phương", self.factory)
        self.data_owner = self.person("Dữ", self.factory)
        self.author = self.person("Tác", self.sales)
        self.gone = self.person("Ra", self.sales, "strategist", active=False)
        self.other = Organisation.objects.create(name="Khác", slug="khac")
        away = make_unit(self.other, 1, None, "company")
        self.emma = self.person("Emma", away, "strategist", leads=away, organisation=self.other)
        self.cycle = Cycle.objects.create(
            organisation=self.organisation,
            number=1,
            public_id="C-1",
            name="2026",
            kind="year",
            state="active",
            starts="2026-01-01",
            ends="2026-12-31",
        )
        self.everybody = {
            name: value for name, value in vars(self).items() if isinstance(value, Person)
        }

    def person(
        self,
        name: str,
        unit: Unit | None,
        role: str = "",
        *,
        manager: Person | None = None,
        leads: Unit | None = None,
        active: bool = True,
        organisation: Organisation | None = None,
    ) -> Person:
        self.number += 1
        person = Person.objects.create(
            organisation=organisation or self.organisation,
            number=self.number,
            public_id=f"P-{self.number}",
            name=name,
            unit=unit,
            manager=manager,
            is_active=active,
        )
        if role:
            RoleGrant.objects.create(person=person, role=role, since=timezone.now())
        if leads is not None:
            UnitLeader.objects.create(person=person, unit=leads, since=timezone.now())
        return person

    def goal(self, **facts: Any) -> Goal:
        """A goal of An's in the sales unit, with everybody in their part."""
        self.number += 1
        given = {
            "kind": "objective",
            "level": "unit",
            "owner": self.an,
            "unit": self.sales,
            "state": "active",
            "created_by": self.author,
        } | facts
        if given["kind"] == "kpi":
            given.setdefault("data_owner", self.data_owner)
        goal = make_goal(self.organisation, self.number, **given)
        today = today_of(self.an)
        day = timedelta(days=1)
        for person, role, since, until in [
            (self.contributor, "contributor", None, None),
            (self.guest_contributor, "contributor", None, None),
            (self.delegate, "delegate", today, today),
            (self.past_delegate, "delegate", None, today - day),
            (self.future_delegate, "delegate", today + day, None),
            (self.named, "named", None, None),
            (self.guest_named, "named", None, None),
            (self.follower, "follower", None, None),
        ]:
            Participant.objects.create(
                goal=goal, person=person, role=role, since=since, until=until
            )
        return goal

    def link(self, child: Goal, parent: Goal) -> Alignment:
        return Alignment.objects.create(
            organisation=self.organisation,
            child=child,
            parent=parent,
            relation="supports",
            mode="none",
            since=timezone.now(),
        )

    def who(self, goal: Goal, verb: str) -> set[str]:
        return {name for name, person in self.everybody.items() if may(person, goal, verb)}
