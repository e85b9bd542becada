"""An organisation of N goals: seven levels, one goal in twenty with a second parent, ten
check-ins for each key result; deterministic."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from haidang.checkins.bulk import Bulk
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Cycle, Goal, Mode
from haidang.people import actions as people
from haidang.people.models import Organisation, Person

CHECK_INS = 10
AT_ONCE = 20_000  # goals that wait in memory to be written
FIRST_DAY = date(2026, 1, 5)
PASSWORD = "đủ dài cho một phép đo 2026"  # noqa: S105  of a database made to be measured
COUNT = {
    "metric_kind": "count",
    "metric_unit": "NPP",
    "direction": "increase",
    "baseline": Decimal(0),
    "target": Decimal(1000),
}


@dataclass
class Company:
    organisation: Organisation
    person: Person
    cycle: Cycle


def found(name: str) -> Company:
    """An empty organisation with one person, who owns everything, and a year."""
    slug = name.lower().replace(" ", "-").replace(",", "")
    organisation = people.create_organisation(
        name, "vi", "Người Đo", f"{slug}@example.com", PASSWORD
    )
    cycle = Cycle.objects.create(
        organisation=organisation,
        number=1,
        public_id="C-1",
        name="2026",
        kind="year",
        state="active",
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
    )
    return Company(organisation, organisation.people.get(), cycle)


def kept(name: str) -> Company | None:
    """The organisation of that name, if an earlier run has built it (whole, or not at all)."""
    organisation = Organisation.objects.filter(name=name).first()
    if organisation is None:
        return None
    return Company(organisation, organisation.people.get(number=1), organisation.cycles.get())


def build(size: int) -> Company:
    """Level 1 an Ultimate Goal, 2 pillars, 3 to 6 objectives, 7 key results (also higher up)."""
    if company := kept(f"Bench {size}"):
        return company
    draw = random.Random(size)  # noqa: S311  repeatable, not secret
    with transaction.atomic():
        company = found(f"Bench {size}")
        load = Bulk(company.organisation)
        at = datetime(2026, 1, 5, 2, tzinfo=UTC)
        me = company.person
        ultimate = load.goal(at, me, "ultimate", {"title": "Mở rộng thị phần", "owner": me})
        levels: list[list[Goal]] = [[ultimate]]
        levels.append(
            [
                load.goal(
                    at, me, "pillar", {"title": f"Trụ cột {i}", "owner": me},
                    parents=[LinkRequest(ultimate)],
                )
                for i in range(5)
            ]
        )  # fmt: skip
        key_results = _grow(load, company, levels, size, draw, at)
        _check_ins(load, company, key_results, draw)
        load.flush()
    return company


def _grow(
    load: Bulk,
    company: Company,
    levels: list[list[Goal]],
    size: int,
    draw: random.Random,
    at: datetime,
) -> list[Goal]:
    """Objectives so that four levels of them hold a third of all; key results under each."""
    objectives = max(4, (size - 6) // 3)
    branching = max(2, round((objectives / 5) ** 0.25))
    key_results: list[Goal] = []
    made = 6
    for level in range(4):
        last = level == 3
        above, here = levels[-1], []
        wanted = objectives - sum(len(x) for x in levels[2:]) if last else None
        count = wanted if wanted is not None else len(above) * branching
        for i in range(count):
            if made >= size:
                break
            parents = [LinkRequest(above[i % len(above)])]
            if draw.random() < 0.15 and len(above) > 1:  # a twentieth of all goals
                parents.append(LinkRequest(above[(i + 1) % len(above)]))
            objective = load.goal(
                at,
                company.person,
                "objective",
                {
                    "title": f"Nâng cao hiệu quả bán hàng khu vực {level}.{i}",
                    "owner": company.person,
                    "cycle": company.cycle,
                    "level": "company" if level == 0 else "unit",
                    "unit": company.person.unit,
                },
                parents=parents,
                log=False,
            )
            here.append(objective)
            made += 1
        levels.append(here)
    flat = [g for level in levels[2:] for g in level]
    while made < size:
        for objective in flat:
            if made >= size:
                break
            key_results.append(_key_result(load, company, objective, f"Khách {made}", at))
            made += 1
            if made % AT_ONCE == 0:
                load.flush()
    return key_results


def _key_result(load: Bulk, company: Company, objective: Goal, title: str, at: datetime) -> Goal:
    return load.goal(
        at,
        company.person,
        "key_result",
        {"title": title, "owner": company.person, **COUNT},
        parents=[LinkRequest(objective, "composition", Mode.AVERAGE, 1)],
        log=False,
    )


def _check_ins(load: Bulk, company: Company, key_results: list[Goal], draw: random.Random) -> None:
    for week in range(CHECK_INS):
        day = FIRST_DAY + timedelta(weeks=week)
        at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        for goal in key_results:
            value = Decimal(week * 40 + draw.randrange(40))
            load.check_in(at, company.person, goal, for_day=day, value=value, confidence=8)
        load.flush()


def wide(children: int) -> Company:
    """An objective with so many key results below it."""
    if company := kept(f"Wide {children}"):
        return company
    with transaction.atomic():
        company = found(f"Wide {children}")
        load = Bulk(company.organisation)
        at = datetime(2026, 1, 5, 2, tzinfo=UTC)
        facts = {
            "title": "Một mục tiêu rộng",
            "owner": company.person,
            "cycle": company.cycle,
            "level": "company",
        }
        objective = load.goal(at, company.person, "objective", facts)
        for i in range(children):
            _key_result(load, company, objective, f"Kết quả {i}", at)
        load.flush()
    return company


def branchy(below: int) -> tuple[Company, Goal, Goal, Goal]:
    """Two pillars, and a branch of so many goals under one objective of the first:
    (company, objective, its pillar, the other pillar)."""
    if company := kept(f"Branch {below}"):
        rows = Goal.objects.filter(organisation=company.organisation)
        branch = rows.get(title="Cành")
        first, second = rows.get(title="Trụ 0"), rows.get(title="Trụ 1")
        if branch.parent_links.filter(parent=second).exists():
            first, second = second, first
        return company, branch, first, second
    with transaction.atomic():
        company = found(f"Branch {below}")
        load = Bulk(company.organisation)
        at = datetime(2026, 1, 5, 2, tzinfo=UTC)
        me = company.person
        top = load.goal(at, me, "ultimate", {"title": "Đích", "owner": me})
        pillars = [
            load.goal(
                at, me, "pillar", {"title": f"Trụ {i}", "owner": me}, parents=[LinkRequest(top)]
            )
            for i in range(2)
        ]
        facts = {"title": "Cành", "owner": me, "cycle": company.cycle, "level": "company"}
        branch = load.goal(at, me, "objective", facts, parents=[LinkRequest(pillars[0])])
        made, parents = 1, [branch]
        while made < below:
            following = []
            for parent in parents:
                for i in range(8):
                    if made >= below:
                        break
                    facts = {**facts, "title": f"Nhánh {made}"}
                    link = [LinkRequest(parent, "cascade", Mode.AVERAGE, 1)]
                    child = load.goal(at, me, "objective", facts, parents=link, log=False)
                    following.append(child)
                    made += 1
                    if i == 0 and made < below:
                        _key_result(load, company, child, f"Kết quả {made}", at)
                        made += 1
            parents = following
        load.flush()
    return company, branch, pillars[0], pillars[1]
