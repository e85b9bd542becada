"""A goal as the program knew it at the end of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import visible
from haidang.goals.models import AlignmentSpan, Cycle, Goal, GoalVersion, HistoryPoint
from haidang.lib.errors import NotFound
from haidang.people.models import Organisation, Person, Unit

#: What a version names by key > what is named.
_NAMED = {"owner_id": Person, "data_owner_id": Person, "unit_id": Unit, "cycle_id": Cycle}


@dataclass(frozen=True, slots=True)
class AsOf:
    """Its definition by field (people, unit and cycle by public id), its numbers (None before
    the first of them), and its links to goals that the reader may see today."""

    version: int
    since: datetime
    facts: Mapping[str, Any]
    point: HistoryPoint | None
    parents: list[AlignmentSpan]


def as_of(person: Person, goal: Goal, day: date) -> AsOf:
    """The goal at the end of that day, in the organisation's time.

    By when it was recorded: a report that came later for an earlier day is not in it. Raises
    NotFound when there was no such goal yet. The same number of queries for any goal.
    """
    end = end_of(person.organisation, day)
    version = (
        GoalVersion.objects.filter(goal=goal, since__lt=end).order_by("-since", "-version").first()
    )
    if version is None:
        raise NotFound(_("There was no such goal on that day."))
    spans = AlignmentSpan.objects.filter(
        Q(until=None) | Q(until__gte=end),
        child=goal,
        since__lt=end,
        parent__in=visible(person).order_by(),
    )
    return AsOf(
        version.version,
        version.since,
        _said(version.facts),
        HistoryPoint.objects.filter(goal=goal, day__lte=day).order_by("-day").first(),
        list(spans.select_related("parent").order_by("position", "since", "id")),
    )


def end_of(organisation: Organisation, day: date) -> datetime:
    """The moment at which a day is over there."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(organisation.time_zone))


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with public ids in place of keys."""
    said = {name: value for name, value in facts.items() if name not in _NAMED}
    for name, kind in _NAMED.items():
        key = facts.get(name)
        found = kind.objects.filter(pk=key).values_list("public_id", flat=True).first()  # type: ignore[attr-defined]
        said[name.removesuffix("_id")] = found
    return said
