"""The company itself in the database: units, people, accounts, roles, cycles, settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from haidang.demo import cast
from haidang.demo.story.calendar import Calendar
from haidang.demo.story.script import CYCLES, leader_of, manager_of
from haidang.goals.models import Cycle, CycleState
from haidang.lib.text import folded, given_name_key
from haidang.people import settings
from haidang.people.models import (
    Account,
    Organisation,
    OrganisationSetting,
    Person,
    PersonUnitHistory,
    RoleGrant,
    TeamMember,
    Unit,
    UnitHistory,
    UnitLeader,
)
from haidang.people.sequences import take

#: Days after a cycle's end until all in it is closed, by the first letter of its key.
_CLOSED_AFTER = {"Q": 9, "H": 9, "Y": 21, "S": 21}


@dataclass
class Company:
    """What the story speaks of, by the keys of the cast."""

    organisation: Organisation
    units: dict[str, Unit]
    people: dict[str, Person]
    cycles: dict[str, Cycle]


def found(calendar: Calendar) -> Company:
    """Write everything that is no goal, in the caller's transaction."""
    at = calendar.at(calendar.day(date(2024, 11, 4)), 8)
    organisation = Organisation.objects.create(
        name=cast.COMPANY,
        slug="huong-sen",
        language="vi",
        fiscal_year_start=calendar.first_month,
        is_demo=True,
    )
    Organisation.objects.filter(pk=organisation.pk).update(created_at=at)
    organisation.refresh_from_db()
    units = _units(organisation, calendar, at)
    people = _people(organisation, calendar, units, at)
    _relations(calendar, units, people, at)
    _holidays(organisation, calendar, at)
    return Company(organisation, units, people, _cycles(organisation, calendar))


def _units(organisation: Organisation, calendar: Calendar, at: datetime) -> dict[str, Unit]:
    number = take(organisation.pk, "unit", len(cast.UNITS))
    units: dict[str, Unit] = {}
    history = []
    for rank, facts in enumerate(cast.UNITS):
        parent = units.get(facts.parent)
        unit = Unit.objects.create(
            organisation=organisation,
            number=number + rank,
            public_id=f"U-{number + rank}",
            kind=facts.kind,
            name=facts.name,
            code=facts.code,
            parent=parent,
            rank=rank,
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        units[facts.key] = unit
        since = calendar.at(calendar.day(facts.since), 8) if facts.since else at
        if facts.key in cast.MERGED:
            merged = calendar.at(calendar.day(cast.MERGED_ON), 8)
            root = units["company"]
            before = cast.MERGED[facts.key]
            history.append(_span(unit, before, root, at, merged))
            since = merged
        history.append(_span(unit, facts.name, parent, since, None))
    Unit.objects.bulk_update(units.values(), ["path"])
    UnitHistory.objects.bulk_create(history)
    return units


def _span(
    unit: Unit, name: str, parent: Unit | None, since: datetime, until: datetime | None
) -> UnitHistory:
    return UnitHistory(
        unit=unit, name=name, kind=unit.kind, parent=parent, since=since, until=until
    )


def _people(
    organisation: Organisation, calendar: Calendar, units: dict[str, Unit], at: datetime
) -> dict[str, Person]:
    everyone = cast.EVERYONE
    addresses = cast.addresses()
    accounts = {
        a.email: a
        for a in Account.objects.bulk_create(
            Account(email=addresses[p.key], password=make_password(None), language="vi")
            for p in everyone
            if not p.gone
        )
    }
    EmailAddress.objects.bulk_create(
        EmailAddress(user=account, email=email, primary=True, verified=True)
        for email, account in accounts.items()
    )
    number = take(organisation.pk, "person", len(everyone))
    people = {}
    for offset, facts in enumerate(everyone):
        people[facts.key] = Person(
            organisation=organisation,
            number=number + offset,
            public_id=f"P-{number + offset}",
            account=accounts.get(addresses[facts.key]),
            name=facts.name,
            folded_name=folded(facts.name),
            sort_key=given_name_key(facts.name),
            email=addresses[facts.key],
            title=facts.title,
            region=facts.region,
            unit=units[facts.unit],
            joined_on=calendar.day(facts.joined),
            left_on=calendar.day(facts.left) if facts.left else None,
            is_active=not facts.gone,
        )
    Person.objects.bulk_create(people.values())
    for facts in everyone:
        if facts.key != "ceo":
            people[facts.key].manager = people[_manager(facts.key)]
    Person.objects.bulk_update(people.values(), ["manager"])
    spans = []
    for facts in everyone:
        spans += _places(facts, calendar, units, people, at)
    PersonUnitHistory.objects.bulk_create(spans)
    return people


def _manager(key: str) -> str:
    return cast.MANAGERS.get(key) or manager_of(key)


def _places(
    facts: cast.PersonFacts,
    calendar: Calendar,
    units: dict[str, Unit],
    people: dict[str, Person],
    at: datetime,
) -> list[PersonUnitHistory]:
    """Where and under whom somebody was: the merged departments had other managers."""
    person = people[facts.key]
    since = max(at, calendar.at(calendar.day(facts.joined), 8))
    until = None
    if facts.left:
        until = calendar.at(calendar.day(facts.left) + timedelta(days=1), 0)
    result = []
    merged = calendar.at(calendar.day(cast.MERGED_ON), 8)
    if facts.unit in cast.MERGED and leader_of(facts.unit) == facts.key and since < merged:
        result.append(
            PersonUnitHistory(
                person=person, unit=units[facts.unit], manager=people["deputy"],
                since=since, until=merged,
            )
        )  # fmt: skip
        since = merged
    result.append(
        PersonUnitHistory(
            person=person, unit=units[facts.unit], manager=person.manager, since=since, until=until
        )
    )
    return result


def _relations(
    calendar: Calendar, units: dict[str, Unit], people: dict[str, Person], at: datetime
) -> None:
    leaders = []
    for facts in cast.UNITS:
        since = calendar.at(calendar.day(facts.since), 8) if facts.since else at
        leaders += [
            UnitLeader(unit=units[facts.key], person=people[key], since=since)
            for key in cast.LEADERS.get(facts.key) or [leader_of(facts.key)]
        ]
    UnitLeader.objects.bulk_create(leaders)
    teams = {u.key: u for u in cast.UNITS if u.kind == "team"}
    TeamMember.objects.bulk_create(
        TeamMember(
            team=units[key],
            person=people[member],
            since=calendar.at(calendar.day(teams[key].since or date(2025, 1, 1)), 8),
        )
        for key, members in cast.TEAM.items()
        for member in members
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(person=people[key], role=role, since=at)
        for key, roles in cast.ROLES.items()
        for role in roles
    )


def _holidays(organisation: Organisation, calendar: Calendar, at: datetime) -> None:
    """The days of Tết that the program's own list of holidays does not reach."""
    known = set(settings.HOLIDAYS)
    missing = {day.isoformat() for day in calendar.rest_days()} - known
    if calendar.today.year > 2026 and missing:
        OrganisationSetting.objects.create(
            organisation=organisation,
            key="calendar.holidays",
            value=sorted(known | missing),
            since=at,
        )


def _cycles(organisation: Organisation, calendar: Calendar) -> dict[str, Cycle]:
    number = take(organisation.pk, "cycle", len(CYCLES))
    cycles: dict[str, Cycle] = {}
    for offset, facts in enumerate(CYCLES):
        starts, ends = calendar.cycle(facts.key)
        over = (calendar.today - ends).days
        state = CycleState.ACTIVE
        if over > 0:
            closed = over > _CLOSED_AFTER[facts.key[0]]
            state = CycleState.CLOSED if closed else CycleState.CLOSING
        cycles[facts.key] = Cycle.objects.create(
            organisation=organisation,
            number=number + offset,
            public_id=f"C-{number + offset}",
            name=calendar.cycle_name(facts.key),
            kind=facts.kind,
            state=state,
            parent=cycles.get(facts.parent),
            starts=starts,
            ends=ends,
        )
    return cycles
