"""Who somebody is in an organisation, and who may reach which person or unit.

Everybody who belongs to an organisation sees its people and units; guests see themselves
and the units they are in. Only administrators change them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from haidang.lib.errors import Forbidden, NotFound
from haidang.people.models import Person, Role, RoleGrant, TeamMember, Unit, UnitLeader

_PUBLIC_ID = re.compile(r"[A-Za-z]{1,4}-[0-9]{1,10}", re.ASCII)
_CACHE = "_haidang_membership"
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


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
        return Role.VIEWER in self.roles and self.roles <= {Role.VIEWER, Role.GUEST}

    @property
    def home_ids(self) -> frozenset[int]:
        """Units one is a member of: the primary one, what it is part of, and teams."""
        return self.team_ids | self.place_ids

    def leads(self, unit: Unit | None) -> bool:
        """Whether the person leads the unit or one above it."""
        return unit is not None and unit.path.startswith(self.led_paths)


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
        for what, text, number in _facts(person):
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


def _facts(person: Person) -> Any:
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

    person_id = person.pk
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
        rows(Unit.objects.filter(pk=person.unit_id or 0), "place", F("path"), zero),
        all=True,
    )


def today_of(person: Person) -> date:
    """The calendar day where the person's organisation is."""
    return timezone.localdate(timezone=ZoneInfo(person.organisation.time_zone))


def public_id_of(text: str) -> str:
    """A public id as it is stored, or NotFound: nothing else can name a row."""
    if not isinstance(text, str) or not _PUBLIC_ID.fullmatch(text):
        raise NotFound
    return text.upper()


# --- persons and units ------------------------------------------------------------------


def people_visible(actor: Person) -> QuerySet[Person]:
    """Persons the actor may know of: the only way to lists of people."""
    me = standing_of(actor)
    people = Person.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return people.none()
    return people.filter(pk=me.person_id) if me.is_guest else people


def units_visible(actor: Person) -> QuerySet[Unit]:
    """Units the actor may know of: the only way to lists of units."""
    me = standing_of(actor)
    units = Unit.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return units.none()
    return units.filter(pk__in=me.home_ids) if me.is_guest else units


#: verb > who, beyond seeing: "administrator", "self" (the person), "leader" (of the unit or
#: above), "manager" (of the person). Guests and viewers have only what names them.
PERSON_VERBS: dict[str, frozenset[str]] = {
    "see": frozenset({"anyone"}),
    "edit": frozenset({"administrator"}),
    "invite": frozenset({"administrator"}),
    "deactivate": frozenset({"administrator"}),
    "set_roles": frozenset({"administrator"}),
    "reset": frozenset({"administrator"}),
    "see_tokens": frozenset({"self", "administrator"}),
    "revoke_tokens": frozenset({"self", "administrator"}),
    "create_tokens": frozenset({"self"}),
}
UNIT_VERBS: dict[str, frozenset[str]] = {
    "see": frozenset({"anyone"}),
    "edit": frozenset({"administrator"}),
    "move": frozenset({"administrator"}),
    "set_leaders": frozenset({"administrator"}),
    "set_members": frozenset({"administrator", "team leader"}),
    "archive": frozenset({"administrator"}),
}
ORGANISATION_VERBS: dict[str, frozenset[str]] = {
    "see": frozenset({"anyone"}),
    "create_person": frozenset({"administrator"}),
    "create_unit": frozenset({"administrator"}),
    "settings": frozenset({"administrator"}),
}


def may_person(actor: Person, person: Person, verb: str) -> bool:
    """Whether the actor may do `verb` (a key of PERSON_VERBS) to the person."""
    who = PERSON_VERBS[verb]
    me = standing_of(actor)
    if not me.is_active or me.organisation_id != person.organisation_id:
        return False
    relations = {"self"} if me.person_id == person.pk else set()
    if not me.is_guest or "self" in relations:
        relations.add("anyone")
    if me.is_admin:
        relations.add("administrator")
    return bool(who & relations)


def may_unit(actor: Person, unit: Unit, verb: str) -> bool:
    """Whether the actor may do `verb` (a key of UNIT_VERBS) to the unit."""
    who = UNIT_VERBS[verb]
    me = standing_of(actor)
    if not me.is_active or me.organisation_id != unit.organisation_id:
        return False
    relations = set()
    if not me.is_guest or unit.pk in me.home_ids:
        relations.add("anyone")
    if me.is_admin:
        relations.add("administrator")
    if unit.kind == Unit.Kind.TEAM and me.leads(unit) and not me.is_guest:
        relations.add("team leader")
    return bool(who & relations)


def may_organisation(actor: Person, verb: str) -> bool:
    """Whether the actor may do `verb` (a key of ORGANISATION_VERBS) in the own organisation."""
    who = ORGANISATION_VERBS[verb]
    me = standing_of(actor)
    relations = {"anyone"} if me.is_active else set()
    if me.is_active and me.is_admin:
        relations.add("administrator")
    return bool(who & relations)


def require_organisation(actor: Person, verb: str) -> None:
    """Like `may_organisation`, raising NotFound for nobody and Forbidden otherwise."""
    if not standing_of(actor).is_active:
        raise NotFound
    if not may_organisation(actor, verb):
        raise Forbidden


def require_person(actor: Person, person: Person, verb: str) -> None:
    """Raise NotFound for who may not see the person, Forbidden for who may not do it."""
    if not may_person(actor, person, "see"):
        raise NotFound
    if not may_person(actor, person, verb):
        raise Forbidden


def require_unit(actor: Person, unit: Unit, verb: str) -> None:
    """Raise NotFound for who may not see the unit, Forbidden for who may not do it."""
    if not may_unit(actor, unit, "see"):
        raise NotFound
    if not may_unit(actor, unit, verb):
        raise Forbidden


def person_for(actor: Person, public_id: str, to: str = "see") -> Person:
    """The person of that id, if the actor may do `to`; else NotFound or Forbidden."""
    person = (
        people_visible(actor)
        .select_related("organisation", "unit", "manager", "account")
        .filter(public_id=public_id_of(public_id))
        .first()
    )
    if person is None:
        raise NotFound
    require_person(actor, person, to)
    return person


def unit_for(actor: Person, public_id: str, to: str = "see") -> Unit:
    """The unit of that id, if the actor may do `to`; else NotFound or Forbidden."""
    unit = (
        units_visible(actor)
        .select_related("organisation", "parent")
        .filter(public_id=public_id_of(public_id))
        .first()
    )
    if unit is None:
        raise NotFound
    require_unit(actor, unit, to)
    return unit


# --- doors ------------------------------------------------------------------------------


def signed_in(view: View) -> View:
    """Only for who is signed in as a person of an organisation: else to sign-in.

    A page asked for by script (`HX-Request`, or that wants JSON) gets 401 instead, so that
    a sign-in page is never put into a corner of another page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "person", None) is not None:
            return view(request, *args, **kwargs)
        if "HX-Request" in request.headers or "json" in request.headers.get("Accept", ""):
            return HttpResponse(status=401, headers={"HX-Redirect": "/accounts/login/"})
        return redirect_to_login(request.get_full_path())

    return cast(View, guarded)
