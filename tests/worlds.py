"""A small organisation and short words for building goals in it, always through the actions.

The cast is fixed: An owns, Bình is in the same unit, Chi approves (strategist, An's manager
in the company's line), Dũng is in another unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from haidang.checkins import actions as check_ins
from haidang.checkins.models import CheckIn
from haidang.goals import actions as goals
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Alignment, Cycle, Goal, Standing
from haidang.people.access import forget
from haidang.people.models import (
    Organisation,
    OrganisationSetting,
    Person,
    Role,
    RoleGrant,
    Unit,
    UnitLeader,
)

BILLION = 10**9
NUMBER: dict[str, Any] = {
    "metric_kind": "number",
    "metric_unit": "cái",
    "decimals": 2,
    "direction": "increase",
    "baseline": Decimal(0),
    "target": Decimal(100),
}
REVENUE: dict[str, Any] = NUMBER | {
    "metric_kind": "currency",
    "metric_unit": "tỷ ₫",
}
KPI: dict[str, Any] = NUMBER | {
    "level": "company",
    "direction": "higher",
    "baseline": None,
    "frequency": "month",
    "aggregation": "sum",
}


def decimals(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts with the numbers that tests write as text or int made decimal."""
    measures = {"baseline", "target", "low", "high", "tolerance", "relative_change"}
    return {
        key: Decimal(str(value)) if key in measures and value is not None else value
        for key, value in facts.items()
    }


def fresh(goal: Goal) -> Goal:
    return Goal.objects.select_related("standing", "owner", "unit", "cycle", "organisation").get(
        pk=goal.pk
    )


def fresh_person(person: Person) -> Person:
    """As a request begins with: nothing of what the person may is known yet."""
    return Person.objects.select_related("organisation").get(pk=person.pk)


class World:
    """One organisation; every method acts as An unless told otherwise.

    Approved targets change at once, as they do where an organisation does without requests.
    """

    def __init__(self, name: str = "Hương Sen", *, fiscal_year_start: int = 1) -> None:
        self.organisation = Organisation.objects.create(
            name=name,
            slug=f"o-{Organisation.objects.count() + 1}",
            fiscal_year_start=fiscal_year_start,
        )
        OrganisationSetting.objects.create(
            organisation=self.organisation,
            key="kpi.target_approval",
            value=False,
            since=timezone.now(),
        )
        self.root = self.unit("Công ty", None, kind="company")
        self.sales = self.unit("Kinh doanh", self.root)
        self.south = self.unit("Kinh doanh phía Nam", self.sales)
        self.it = self.unit("Công nghệ thông tin", self.root)
        self.chi = self.person("Chi", self.root, strategist=True)
        self.an = self.person("An", self.sales, strategist=True)
        self.binh = self.person("Bình", self.sales)
        self.dung = self.person("Dũng", self.it)
        self.year = self.cycle("Năm 2025", "year", date(2025, 1, 1), date(2025, 12, 31))
        self.quarters = [
            self.cycle(f"Quý {n}/2025", "quarter", starts, ends, parent=self.year)
            for n, (starts, ends) in enumerate(
                [
                    (date(2025, 1, 1), date(2025, 3, 31)),
                    (date(2025, 4, 1), date(2025, 6, 30)),
                    (date(2025, 7, 1), date(2025, 9, 30)),
                    (date(2025, 10, 1), date(2025, 12, 31)),
                ],
                1,
            )
        ]

    # --- people ---

    def unit(self, name: str, parent: Unit | None, kind: str = "department") -> Unit:
        number = Unit.objects.filter(organisation=self.organisation).count() + 1
        unit = Unit.objects.create(
            organisation=self.organisation,
            number=number,
            public_id=f"U-{number}",
            kind=kind,
            name=name,
            parent=parent,
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path", "folded_name"])
        return unit

    def person(
        self,
        name: str,
        unit: Unit,
        *,
        strategist: bool = False,
        manager: Person | None = None,
    ) -> Person:
        number = Person.objects.filter(organisation=self.organisation).count() + 1
        person = Person.objects.create(
            organisation=self.organisation,
            number=number,
            public_id=f"P-{number}",
            name=name,
            unit=unit,
            manager=manager,
        )
        if strategist:
            RoleGrant.objects.create(person=person, role=Role.STRATEGIST, since=timezone.now())
        return person

    def lead(self, person: Person, unit: Unit) -> Person:
        """From now on the person leads the unit."""
        UnitLeader.objects.create(unit=unit, person=person, since=timezone.now())
        forget(person)
        return person

    # --- goals ---

    def cycle(
        self, name: str, kind: str, starts: date, ends: date, parent: Cycle | None = None
    ) -> Cycle:
        return goals.create_cycle(
            self.an,
            {"name": name, "kind": kind, "starts": starts, "ends": ends, "parent": parent},
        )

    def create(
        self,
        kind: str,
        parents: Sequence[LinkRequest | Goal] = (),
        actor: Person | None = None,
        **facts: Any,
    ) -> Goal:
        links = [p if isinstance(p, LinkRequest) else LinkRequest(fresh(p)) for p in parents]
        facts = {"title": kind, "owner": actor or self.an} | decimals(facts)
        return goals.create_goal(actor or self.an, kind, facts, parents=links)

    def ultimate(self, **facts: Any) -> Goal:
        return self.create("ultimate", **facts)

    def pillar(self, *parents: LinkRequest | Goal, **facts: Any) -> Goal:
        return self.create("pillar", parents, **facts)

    def objective(self, *parents: LinkRequest | Goal, **facts: Any) -> Goal:
        facts = {"level": "company", "commitment": "committed", "cycle": self.year} | facts
        return self.create("objective", parents, **facts)

    def key_result(
        self,
        objective: Goal | LinkRequest | None = None,
        *parents: LinkRequest | Goal,
        weight: int | None = None,
        **facts: Any,
    ) -> Goal:
        """A key result of 100, increasing from 0, unless `facts` say otherwise."""
        above = objective or self.objective()
        if isinstance(above, Goal):
            above = LinkRequest(fresh(above), relation="composition", weight=weight)
        return self.create("key_result", [above, *parents], **(NUMBER | facts))

    def bare_key_result(self, objective: Goal | None = None, **facts: Any) -> Goal:
        """A key result without a metric of its own, answered by others."""
        nothing = dict.fromkeys(NUMBER, None) | {
            "metric_kind": "",
            "metric_unit": "",
            "direction": "",
            "decimals": 0,
        }
        return self.key_result(objective, **(nothing | facts))

    def kpi(self, *parents: LinkRequest | Goal, **facts: Any) -> Goal:
        """A monthly KPI of 100 a month, higher is better, summed, unless told otherwise."""
        return self.create("kpi", parents, **(KPI | facts))

    def link(
        self,
        child: Goal,
        parent: Goal,
        relation: str | None = None,
        mode: str | None = None,
        weight: int | None = None,
    ) -> Alignment:
        request = LinkRequest(fresh(parent), relation=relation, mode=mode, weight=weight)
        return goals.link(self.an, fresh(child), request)

    def edge(self, child: Goal, parent: Goal) -> Alignment:
        return Alignment.objects.select_related("child", "parent").get(child=child, parent=parent)

    def edit(self, goal: Goal, actor: Person | None = None, **changes: Any) -> Goal:
        goal = fresh(goal)
        return goals.edit_goal(
            actor or self.an, goal, goal.version, decimals(changes), reason="thử nghiệm"
        )

    def rule(self, goal: Goal, rule: str) -> Goal:
        goal = fresh(goal)
        return goals.set_rule(self.an, goal, rule, goal.version)

    def close(self, goal: Goal) -> Goal:
        goal = fresh(goal)
        return goals.close(self.chi, goal, goal.version)

    def drop(self, goal: Goal) -> Goal:
        goal = fresh(goal)
        return goals.drop(self.an, goal, goal.version, reason="không còn phù hợp")

    # --- records ---

    def check_in(
        self, goal: Goal, value: Any = None, day: date = date(2025, 2, 10), **more: Any
    ) -> CheckIn:
        goal = fresh(goal)
        for name in ("numerator", "denominator"):
            if name in more:
                more[name] = Decimal(str(more[name]))
        return check_ins.record(
            more.pop("actor", self.an),
            goal,
            measure_version=goal.standing.measure_version,
            for_day=day,
            value=None if value is None else Decimal(str(value)),
            **more,
        )

    def correct(self, record: CheckIn, value: Any = None, **more: Any) -> CheckIn:
        record = CheckIn.objects.get(pk=record.pk)
        return check_ins.correct(
            self.an,
            record,
            for_day=more.pop("day", record.for_day),
            value=None if value is None else Decimal(str(value)),
            **more,
        )

    def void(self, record: CheckIn, reason: str = "nhập nhầm") -> None:
        check_ins.void(self.an, CheckIn.objects.get(pk=record.pk), reason)

    # --- reading ---

    def standing(self, goal: Goal) -> Standing:
        return Standing.objects.get(pk=goal.pk)

    def progress(self, goal: Goal) -> int | None:
        return self.standing(goal).progress

    def share(self, goal: Goal) -> Decimal | None:
        """Progress as a decimal, 0 to 1, nine places."""
        progress = self.progress(goal)
        return None if progress is None else Decimal(progress) / BILLION

    def coverage(self, goal: Goal) -> tuple[int, int]:
        standing = self.standing(goal)
        return standing.terms_measured, standing.terms_total
