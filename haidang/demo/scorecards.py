"""What counts for whom in the demo company: cards of its departments and of those who have
KPIs, since the first year of the story; a joiner's since the day on which she joined."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from haidang.demo import cast
from haidang.demo.company import Company
from haidang.demo.story.calendar import Calendar
from haidang.demo.story.kpis import AREAS
from haidang.demo.story.script import manager_of, unit_of
from haidang.goals.models import Goal
from haidang.kpis.models import Scorecard, ScorecardLine
from haidang.people.models import Person, Unit

Lines = list[tuple[str, int]]

UNITS: dict[str, Lines] = {
    "company": [
        ("revenue", 25), ("margin", 10), ("overdue", 5), ("share", 10), ("csat", 15),
        ("ontime", 15), ("stock", 10), ("turnover", 10),
    ],
    "sales": [
        ("revenue", 35), ("distributors", 20), ("margin", 15), ("overdue", 15), ("csat", 15),
    ],
    "sales.east": [
        ("area.binhduong", 35), ("overdue.east", 30), ("distributors", 20), ("csat", 15),
    ],
    "production": [
        ("defects.line1", 20), ("defects.line3", 20), ("accidents.sauce", 15),
        ("accidents.spice", 15), ("turnover.plant", 15), ("ontime", 15),
    ],
    "care": [("csat", 35), ("response", 35), ("complaints", 30)],
    "supply": [("ontime", 40), ("stock", 35), ("complaints", 25)],
    "marketing": [("share", 40), ("revenue", 25), ("csat", 20), ("distributors", 15)],
    "it": [("uptime", 40), ("response", 20), ("ontime", 20), ("complaints", 20)],
    "hr": [("turnover", 40), ("hiring", 30), ("turnover.plant", 30)],
    "finance": [("margin", 40), ("overdue", 35), ("margin.trade", 25)],
}  # fmt: skip
HEADS = {
    "sales.head": "sales", "east.lead": "sales.east", "production.head": "production",
    "care.head": "care", "supply.head": "supply", "marketing.head": "marketing",
    "it.head": "it", "hr.head": "hr", "finance.head": "finance",
}  # fmt: skip
PERSONS: dict[str, Lines] = {
    "phone.lead": [("csat.phone", 40), ("response.phone", 35), ("complaints", 25)],
    "online.lead": [("csat.online", 40), ("response.online", 35), ("complaints", 25)],
    "claims.lead": [("csat.claims", 40), ("complaints", 35), ("response", 25)],
    "stock.north": [("ontime.north", 40), ("stock", 35), ("complaints", 25)],
    "stock.west": [("ontime.west", 40), ("stock", 35), ("complaints", 25)],
    "stock.ship": [("ontime.plant", 40), ("stock", 35), ("complaints", 25)],
    "sauce.bottle1": [("defects.line1", 40), ("accidents.sauce", 30), ("ontime.plant", 30)],
    "sauce.bottle2": [("defects.line2", 40), ("accidents.sauce", 30), ("ontime.plant", 30)],
    "spice.bag1": [("defects.line3", 40), ("accidents.spice", 30), ("ontime.plant", 30)],
    "spice.bag2": [("defects.line4", 40), ("accidents.spice", 30), ("ontime.plant", 30)],
    "hr.plant": [("turnover.plant", 40), ("turnover", 35), ("hiring", 25)],
    "finance.cost": [("margin.trade", 40), ("margin", 35), ("overdue", 25)],
    "modern.lead": [("margin.modern", 40), ("revenue.modern", 35), ("overdue", 25)],
}
#: Where a KPI has no perspective of its own.
_PERSPECTIVES = {
    "revenue": "financial", "margin": "financial", "overdue": "financial", "area": "financial",
    "stock": "process", "distributors": "customer", "csat": "customer", "response": "customer",
    "ontime": "process", "defects": "process", "accidents": "process", "turnover": "learning",
}  # fmt: skip
#: Whose target of the first month was adjusted by hand when she joined.
_BY_HAND = f"kpi.revenue.{cast.JOINER.removeprefix('rep.')}"


def write(goals: Mapping[str, Goal], company: Company, calendar: Calendar) -> None:
    """Write the cards, in the caller's transaction; the goals are in the database."""
    cards: list[Scorecard] = []
    lines: list[ScorecardLine] = []

    def add(holder: Person | Unit, setter: str, what: Lines, joined: bool = False) -> None:
        starts = calendar.month(2025, 1)[0]
        if joined:
            starts = calendar.day(cast.JOINED_ON)
        at = calendar.at(starts, 8)
        if at.date() > calendar.today:
            return
        card = Scorecard(
            organisation=company.organisation,
            person=holder if isinstance(holder, Person) else None,
            unit=holder if isinstance(holder, Unit) else None,
            starts=starts,
            set_by=company.people[setter],
            since=at,
        )
        cards.append(card)
        for position, (name, weight) in enumerate(what):
            key = f"kpi.{name}"
            if key in goals:
                lines.append(
                    ScorecardLine(
                        scorecard=card,
                        goal=goals[key],
                        position=position,
                        weight=Decimal(weight),
                        perspective=_PERSPECTIVES.get(name.partition(".")[0], ""),
                        prorated=key != _BY_HAND,
                    )
                )

    for unit, what in UNITS.items():
        add(company.units[unit], "strategy", what)
    for person, unit in HEADS.items():
        add(company.people[person], manager_of(person), UNITS[unit])
    for person, what in {**PERSONS, **_sellers(goals)}.items():
        add(company.people[person], manager_of(person), what, joined=person == cast.JOINER)
    Scorecard.objects.bulk_create(cards)
    ScorecardLine.objects.bulk_create(lines)


def _sellers(goals: Mapping[str, Goal]) -> dict[str, Lines]:
    """Who sells in an area: its revenue, new distributors, debts of the region."""
    found: dict[str, Lines] = {}
    for area, _name, seller, _target in AREAS:
        region = unit_of(seller).rpartition(".")[2]
        debts = f"overdue.{region}" if f"kpi.overdue.{region}" in goals else "overdue"
        own = f"distributors.{area}"
        more = [(own, 20), ("margin", 10)] if f"kpi.{own}" in goals else [("margin", 30)]
        if seller not in PERSONS:
            found[seller] = [(f"revenue.{area}", 40), (debts, 20), *more, ("csat", 10)]
    return found
