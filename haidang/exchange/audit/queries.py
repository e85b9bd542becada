"""Entries of the log as one person may read them, the newest first, a page at a time.

Rights are those of the moment of reading: of what somebody does not see, nothing is told,
not that something happened either. A filter that fits few of very many events looks at a
stretch of the log at once, and says when it has not looked at everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, Manager, Max, Min, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from haidang.activity.latest import latest_of
from haidang.activity.models import Event
from haidang.exchange.audit.asked import Asked
from haidang.exchange.audit.entries import Entry, entries
from haidang.exchange.changes import Sight
from haidang.goals.models import Cycle, Goal
from haidang.people.models import Person, Unit

PAGE = 50
_BATCH = 200
#: Ids that one question covers where a filter has no index of its own.
STRETCH = 50_000
#: Questions for one page, however little they bring.
MOST_QUESTIONS = 6
#: The condition of an index, word for word: a bound value would not be seen to meet it.
WITHOUT_GOALS = RawSQL("NOT (activity_event.subject_kind = 'goal')", (), BooleanField())


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the id below which the next page begins (0 at the end), and whether the search
    stopped before it looked at everything."""

    entries: Sequence[Entry]
    below: int
    unfinished: bool = False


def page(person: Person, asked: Asked, *, limit: int = PAGE) -> Page:
    """The next entries below `asked.below`; a fixed number of queries for each stretch."""
    if not asked.understood:
        return Page((), 0)
    found: list[Event] = []
    events = _filtered(person, asked)
    lowest, position = _span(person, asked)
    if asked.below:
        position = min(position, asked.below)
    sparse = asked.kind == "goal" or bool(asked.unit or asked.source or asked.who)
    questions = 0
    while position > lowest and questions < MOST_QUESTIONS:
        floor = max(lowest, position - STRETCH) if sparse else lowest
        size = max(_BATCH, limit + 1)
        batch = list(events.filter(id__lt=position, id__gte=floor)[:size])
        questions += 1
        for event in told(person, batch):
            if len(found) == limit:
                return Page(entries(person, found), found[-1].pk)
            found.append(event)
        position = batch[-1].pk if len(batch) == size else floor
    unfinished = position > lowest
    return Page(entries(person, found), position if unfinished else 0, unfinished)


def told(person: Person, events: Sequence[Event]) -> list[Event]:
    """Those of these events that the person may know of. That a list was exported know who
    did it and administrators."""
    if not events:
        return []
    sight = Sight(person, events)
    return [
        event
        for event in events
        if (
            sight.is_admin or event.actor_id == person.pk
            if event.subject_kind == "list"
            else sight.shows(event)
        )
    ]


def _filtered(person: Person, asked: Asked) -> QuerySet[Event]:
    events = _of_thing(person, asked.thing) if asked.thing else latest_of(person.organisation_id)
    if asked.who:
        events = events.filter(actor_id=asked.who.pk)
    if asked.what:
        if asked.kind != "goal":
            events = events.filter(WITHOUT_GOALS, subject_kind=asked.kind)
        exact = not asked.what.endswith(".")
        events = (
            events.filter(verb=asked.what) if exact else events.filter(verb__startswith=asked.what)
        )
    if asked.source:
        events = events.filter(source=asked.source)
    if asked.unit:
        path = asked.unit.path
        inside = Q(unit__path__startswith=path)
        goals = Goal.objects.filter(inside, organisation_id=person.organisation_id)
        people = Person.objects.filter(inside, organisation_id=person.organisation_id)
        parts = Unit.objects.filter(organisation_id=person.organisation_id, path__startswith=path)
        events = events.filter(
            Q(subject_kind="goal", subject_id__in=goals.values("pk").order_by())
            | Q(subject_kind="person", subject_id__in=people.values("pk").order_by())
            | Q(subject_kind="unit", subject_id__in=parts.values("pk").order_by())
        )
    start, end = _moments(asked)
    if start is not None:
        events = events.filter(at__gte=start)
    if end is not None:
        events = events.filter(at__lt=end)
    return events


#: The beginning of a public id > what it names, where that is no goal.
_THINGS: dict[str, tuple[str, Manager[Any]]] = {
    "P": ("person", Person.objects),
    "U": ("unit", Unit.objects),
    "C": ("cycle", Cycle.objects),
}


def _of_thing(person: Person, thing: str) -> QuerySet[Event]:
    """Events of the thing of that public id, by its key alone: the organisation's index would
    else be taken. Whether the reader may know of it is asked of each event."""
    name, things = _THINGS.get(thing.partition("-")[0], ("goal", Goal.objects))
    rows = things.filter(organisation_id=person.organisation_id, public_id=thing)
    key = rows.values_list("pk", flat=True).first()
    if key is None:
        return Event.objects.none()
    return Event.objects.filter(subject_kind=name, subject_id=key).order_by("-id")


def _moments(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """From the first moment of the first day to the last of the last, in the reader's time."""
    zone = timezone.get_current_timezone()
    start = end = None
    if asked.since:
        start = datetime.combine(asked.since, time.min, zone)
    if asked.until:
        end = datetime.combine(asked.until + timedelta(days=1), time.min, zone)
    return start, end


def _span(person: Person, asked: Asked) -> tuple[int, int]:
    """The ids between which the days lie: from the first, to before the second."""
    start, end = _moments(asked)
    if start is None and end is None:
        keys = latest_of(person.organisation_id).values_list("pk", flat=True)
        return (keys.reverse().first() or 0), (keys.first() or 0) + 1
    within = Event.objects.filter(organisation_id=person.organisation_id)
    if start is not None:
        within = within.filter(at__gte=start)
    if end is not None:
        within = within.filter(at__lt=end)
    ends = within.aggregate(first=Min("pk"), last=Max("pk"))
    return (ends["first"] or 0), (ends["last"] or -1) + 1
