"""What happened to goals, in words: one line an event, with what moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language

from haidang.activity.latest import latest_about
from haidang.activity.models import Event
from haidang.checkins.models import CheckIn
from haidang.goals.access import visible
from haidang.goals.models import Goal
from haidang.goals.queries.fields import names_of
from haidang.people.models import Person
from haidang.strategy.words import BY, FIELDS, VERBS
from haidang.web import formats

SAVED = ("check_in.recorded", "check_in.corrected", "check_in.voided")


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a page shows it. `before` and `after` are progress in billionths."""

    id: int
    at: datetime
    verb: str
    said: Any  # what was done, a sentence without its subject
    icon: str
    actor: Person | None
    on_behalf_of: Person | None
    goal: Goal | None
    other: Goal | None  # the other end of a link, where it is seen
    before: int | None
    after: int | None
    record: CheckIn | None
    changes: Sequence[tuple[Any, str, str]]  # (field, old, new)
    reason: str

    @property
    def moved(self) -> bool:
        return self.before != self.after


def feed_of(
    person: Person, goal_ids: Iterable[int], *, told: int | None = None, most: int = 8
) -> list[Line]:
    """The latest events of these goals (which the person sees), the newest first.

    The check-ins of `told`, a goal whose records stand beside, are left out, and that its
    periods were closed, as these stand beside too.
    """
    events = latest_about(person.organisation_id, "goal", list(goal_ids))
    if told is not None:
        events = events.exclude(subject_id=told, verb__in=(*SAVED, "period.closed"))
    return lines(person, list(events[:most]))


def lines(person: Person, events: Sequence[Event]) -> list[Line]:
    """Events as lines; those of goals that the person does not see are left out."""
    subjects = {e.subject_id for e in events if e.subject_id and e.subject_kind == "goal"}
    others = {e.data["parent"] for e in events if "parent" in e.data}
    seen = visible(person).select_related("standing")
    goals = {g.pk: g for g in seen.filter(pk__in=subjects).prefetch_related("milestones")}
    named = {g.public_id: g for g in seen.filter(public_id__in=others)} if others else {}
    ids = {e.actor_id for e in events} | {e.on_behalf_of_id for e in events}
    people = Person.objects.in_bulk([i for i in ids if i])
    wanted = [e.data["check_in"] for e in events if e.verb in SAVED and "check_in" in e.data]
    records = CheckIn.objects.in_bulk(wanted) if wanted else {}
    own = names_of(person, (name for e in events for name in e.data.get("fields") or ()))
    return [_line(e, goals, named, people, records, own) for e in events if e.subject_id in goals]


def _line(
    event: Event,
    goals: Mapping[int, Goal],
    named: Mapping[str, Goal],
    people: Mapping[int, Person],
    records: Mapping[int, CheckIn],
    own: Mapping[str, str],
) -> Line:
    data = event.data
    said, icon = BY.get(data.get("by", "")) or VERBS.get(event.verb, (event.verb, "activity"))
    return Line(
        id=event.pk,
        at=event.at,
        verb=event.verb,
        said=said,
        icon=icon,
        actor=people.get(event.actor_id or 0),
        on_behalf_of=people.get(event.on_behalf_of_id or 0),
        goal=goals.get(event.subject_id or 0),
        other=named.get(data.get("parent", "")),
        before=data.get("from") if event.verb in SAVED else None,
        after=data.get("to") if event.verb in SAVED else None,
        record=records.get(data.get("check_in", 0)) if event.verb in SAVED else None,
        changes=_changes(data, own) if event.verb == "goal.edited" else (),
        reason=str(data.get("reason", "")),
    )


def _changes(data: Mapping[str, Any], own: Mapping[str, str]) -> list[tuple[Any, str, str]]:
    """Fields that changed; old and new only where they are short numbers or days, or the unit
    of measure, whose scale goes without saying."""
    found = []
    names = data.get("fields", ())
    for name in [n for n in names if n != "metric_scale" or "metric_unit" not in names][:8]:
        old, new = data.get("old", {}).get(name), data.get("new", {}).get(name)
        said = own.get(name) or FIELDS.get(name, name)
        if name == "metric_unit" or (_is_short(old) and _is_short(new)):
            found.append((said, _text(old), _text(new)))
        else:
            found.append((said, "", ""))
    return found


def _is_short(value: Any) -> bool:
    if value is None:
        return True
    try:
        Decimal(str(value))
    except InvalidOperation:
        return len(str(value)) == 10 and str(value)[4:5] == "-"
    return True


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    if len(text) == 10 and text[4:5] == "-":
        with suppress(ValueError):
            return formats.day(date.fromisoformat(text), (get_language() or "vi")[:2])
    return text
