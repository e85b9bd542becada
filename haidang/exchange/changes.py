"""The log as one person may read it: each event once, in an order that does not change.

Rights are those of the moment of reading. An event of something that the person may not see
is not told; where it moved goals that they do see, only that they moved is told (`MOVED`),
as the event stream does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from haidang.activity.models import Event
from haidang.activity.tail import Position, between
from haidang.goals.access import cycles_visible, visible
from haidang.kpis.access import carded_people, carded_units
from haidang.people.access import may_organisation, people_visible, standing_of, units_visible
from haidang.people.models import Person, PersonalToken

#: Said of goals that something moved which the reader may not see.
MOVED = "numbers.moved"
#: Events that are looked at for one answer, however few of them are told.
MOST_LOOKED_AT = 5_000
_BATCH = 200
#: What everybody who sees a person may know of them; the rest is about their account.
_OPEN = frozenset(
    {
        "person.created",
        "person.edited",
        "person.deactivated",
        "person.departed",
        "person.reactivated",
        "person.roles_set",
        "person.transferred",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One event as it is told; without a subject only that these goals moved."""

    position: Position
    at: datetime
    verb: str
    actor: Person | None = None
    on_behalf_of: Person | None = None
    subject_kind: str = ""
    subject: str = ""
    goals: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked for alone: a kind and the id of a row."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Read:
    """A page of changes, the place behind it, and whether more may follow at once."""

    changes: list[Change]
    position: Position
    more: bool


def read(
    person: Person,
    start: Position,
    stop: Position,
    *,
    verb: str = "",
    subject: Subject | None = None,
    limit: int,
) -> Read:
    """The next changes behind `start` and not behind `stop` (`tail.settled`, asked before).

    `verb` is the beginning of one. Filters choose among what is told: asking for check-ins
    does not tell that it was one which moved a number.
    """
    events = Event.objects.filter(organisation_id=person.organisation_id)
    if subject is not None:
        events = events.filter(subject_kind=subject.kind, subject_id=subject.id)
    if not MOVED.startswith(verb):
        events = events.filter(verb__startswith=verb)
    found: list[Change] = []
    position, looked_at = start, 0
    while looked_at < MOST_LOOKED_AT:
        batch = list(between(events, position, stop)[:_BATCH])
        for change, here in _told(person, batch, anonymous=subject is None):
            if change is not None and change.verb.startswith(verb):
                if len(found) == limit:
                    return Read(found, found[-1].position, more=True)
                found.append(change)
            position = here
        if len(batch) < _BATCH:
            return Read(found, max(position, stop), more=False)
        looked_at += len(batch)
    return Read(found, position, more=True)


def _told(
    person: Person, events: Sequence[Event], *, anonymous: bool
) -> Iterable[tuple[Change | None, Position]]:
    """Each event as it is told to the person, or None, with its place."""
    sight = Sight(person, events)
    for event in events:
        transaction: int = event.transaction  # type: ignore[attr-defined]
        position = Position(transaction, event.pk)
        goals = [sight.goals[pk] for pk in dict.fromkeys(event.touched) if pk in sight.goals]
        if sight.shows(event):
            change = Change(
                position,
                event.at,
                event.verb,
                sight.who(event, event.actor_id),
                sight.who(event, event.on_behalf_of_id),
                event.subject_kind,
                event.subject,
                goals,
            )
            yield change, position
        elif goals and anonymous:
            yield Change(position, event.at, MOVED, goals=goals), position
        else:
            yield None, position


class Sight:
    """What one person may see of some events: a query for each kind of thing."""

    def __init__(self, person: Person, events: Sequence[Event]) -> None:
        self.person = person
        me = standing_of(person)
        self.is_admin, self.is_guest = me.is_admin, me.is_guest
        self.is_insider = may_organisation(person, "see_settings")
        named: dict[str, set[int]] = {}
        for event in events:
            if event.subject_id is not None:
                named.setdefault(event.subject_kind, set()).add(event.subject_id)
        goals = {pk for event in events for pk in event.touched} | named.pop("goal", set())
        self.goals: dict[int, str] = {}
        if goals:
            rows = visible(person).filter(pk__in=goals).order_by()
            self.goals = dict(rows.values_list("pk", "public_id"))
        tokens = PersonalToken.objects.filter(person__organisation_id=person.organisation_id)
        rows_of: dict[str, QuerySet[Any]] = {
            "person": people_visible(person),
            "unit": units_visible(person),
            "cycle": cycles_visible(person),
            "person_card": carded_people(person),
            "unit_card": carded_units(person),
            "token": tokens if self.is_admin else tokens.filter(person=person),
        }
        self.ids = {
            kind: set(rows_of[kind].filter(pk__in=ids).values_list("pk", flat=True))
            for kind, ids in named.items()
            if kind in rows_of
        }

        actors = {e.actor_id for e in events} | {e.on_behalf_of_id for e in events}
        people = Person.objects.filter(organisation_id=person.organisation_id)
        self.people = people.in_bulk([pk for pk in actors if pk])

    def who(self, event: Event, pk: int | None) -> Person | None:
        """Who did it; a guest knows only those who do something to goals that they see."""
        if self.is_guest and event.subject_kind != "goal" and pk != self.person.pk:
            return None
        return self.people.get(pk or 0)

    def shows(self, event: Event) -> bool:
        """Whether the event is told as it is; of a kind that is not known here nothing is."""
        if event.subject_kind == "goal":
            return event.subject_id in self.goals
        if event.subject_kind == "connector":
            return self.is_admin
        if event.subject_kind in {"organisation", "setting", "identity", "value"}:
            return self.is_insider
        if event.subject_id not in self.ids.get(event.subject_kind, ()):
            return False
        if event.subject_kind != "person" or event.verb in _OPEN:
            return True
        return self.is_admin or event.subject_id == self.person.pk
