"""Who somebody is in an organisation: everything about them that decides about rights."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import CharField, F, IntegerField, Value
from django.utils import timezone

from haidang.lib.database import ask
from haidang.people.models import Person, Role, RoleGrant, TeamMember, Unit, UnitLeader

_CACHE = "_haidang_membership"


@dataclass(frozen=True, slots=True)
class Membership:
    """What decides about a person's rights, as it stands now; goals add their relations."""

    person_id: int
    organisation_id: int
    is_active: bool
    roles: frozenset[str]
    unit_id: int | None
    #: The primary unit and the units above it: whoever is in a part is in the whole.
    place_ids: frozenset[int]
    team_ids: frozenset[int]
    led_ids: frozenset[int]
    led_paths: tuple[str, ...]
    report_ids: frozenset[int]

    @property
    def is_admin(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_strategist(self) -> bool:
        return Role.STRATEGIST in self.roles

    @property
    def is_hr(self) -> bool:
        return Role.HR in self.roles

    @property
    def is_guest(self) -> bool:
        """Only what is shared: roles add up, so any other role lifts this."""
        return self.roles == {Role.GUEST}

    @property
    def is_viewer(self) -> bool:
        """Reads only: holds no role that writes."""
        return only_reads(self.roles)

    @property
    def home_ids(self) -> frozenset[int]:
        """Units one is a member of: the primary one, what it is part of, and teams."""
        return self.team_ids | self.place_ids

    def leads(self, unit: Unit | None) -> bool:
        """Whether the person leads the unit or one above it."""
        return unit is not None and unit.path.startswith(self.led_paths)


def only_reads(roles: Set[str]) -> bool:
    """Whether somebody with these roles reads and writes nothing (pure)."""
    return Role.VIEWER in roles and roles <= {Role.VIEWER, Role.GUEST}


def readers_among(people: Iterable[int]) -> frozenset[int]:
    """Those of these persons (ids) who only read: one query for all of them."""
    roles: dict[int, set[str]] = {}
    held = RoleGrant.objects.filter(person_id__in=list(people), until=None)
    for person_id, role in held.values_list("person_id", "role"):
        roles.setdefault(person_id, set()).add(role)
    return frozenset(person_id for person_id, some in roles.items() if only_reads(some))


def standing_of(person: Person) -> Membership:
    """The person's membership: one query the first time, then kept on the instance."""
    known = person.__dict__.get(_CACHE)
    if isinstance(known, Membership):
        return known
    facts = _membership(person)
    person.__dict__[_CACHE] = facts
    return facts


def forget(*people: Person) -> None:
    """Drop what is kept on the instances, after a write that changes it."""
    for person in people:
        person.__dict__.pop(_CACHE, None)


def _membership(person: Person) -> Membership:
    found: dict[str, list[tuple[str, int]]] = {
        "role": [],
        "leads": [],
        "team": [],
        "report": [],
        "place": [],
    }
    if person.is_active and person.pk:
        sql, values = _question()
        meant = {_PERSON: person.pk, _UNIT: person.unit_id or 0}
        for what, text, number in ask(sql, [meant.get(value, value) for value in values]):
            found[what].append((text, number))
    roles = frozenset(text for text, _n in found["role"])
    return Membership(
        person_id=person.pk,
        organisation_id=person.organisation_id,
        is_active=person.is_active,
        roles=roles or frozenset({Role.MEMBER.value}),
        unit_id=person.unit_id,
        place_ids=frozenset(
            int(part) for path, _n in found["place"] for part in path.split("/") if part
        ),
        team_ids=frozenset(number for _t, number in found["team"]),
        led_ids=frozenset(number for _t, number in found["leads"]),
        led_paths=tuple(sorted(text for text, _n in found["leads"])),
        report_ids=frozenset(number for _t, number in found["report"]),
    )


#: Stand in the question for who is asked about, and for the unit that they are in.
_PERSON, _UNIT = -1, -2


@cache
def _question() -> tuple[str, tuple[Any, ...]]:
    """The statement of `_facts` with its values. Every request asks it, and putting it together
    takes longer than the answer."""
    sql, values = _facts(_PERSON, _UNIT).query.sql_with_params()
    return sql, tuple(values)


def _facts(person_id: int, unit_id: int) -> Any:
    """Rows (what, text, number) of everything that decides, in one query."""

    def rows(queryset: Any, what: str, text: Any, number: Any) -> Any:
        return (
            queryset.order_by()
            .annotate(
                fact=Value(what, CharField()),
                fact_text=text,
                fact_number=number,
            )
            .values_list("fact", "fact_text", "fact_number")
        )

    nothing, zero = Value("", CharField()), Value(0, IntegerField())
    return rows(
        RoleGrant.objects.filter(person_id=person_id, until=None), "role", F("role"), zero
    ).union(
        rows(
            UnitLeader.objects.filter(person_id=person_id, until=None),
            "leads",
            F("unit__path"),
            F("unit_id"),
        ),
        rows(
            TeamMember.objects.filter(person_id=person_id, until=None),
            "team",
            nothing,
            F("team_id"),
        ),
        rows(
            Person.objects.filter(manager_id=person_id, is_active=True), "report", nothing, F("id")
        ),
        rows(Unit.objects.filter(pk=unit_id), "place", F("path"), zero),
        all=True,
    )


def today_of(person: Person) -> date:
    """The calendar day where the person's organisation is."""
    return timezone.localdate(timezone=ZoneInfo(person.organisation.time_zone))


def zone_of(person: Person) -> ZoneInfo:
    """Where the person lives: the time zone that they chose, else the organisation's; the
    installation's own for a name no longer known."""
    account = person.account
    chosen = account.time_zone if account is not None else ""
    try:
        return ZoneInfo(chosen or person.organisation.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(timezone.get_default_timezone_name())
