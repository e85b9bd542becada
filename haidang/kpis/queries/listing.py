"""Lists of scorecards: people by name, units in the order of their tree, or ranked."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from haidang.kpis.access import carded_units
from haidang.kpis.actions.closing import Span
from haidang.kpis.models import Scorecard
from haidang.kpis.queries.card import Card
from haidang.kpis.queries.scorecards import cards
from haidang.people.access import units_visible
from haidang.people.models import Person, Unit

PAGE = 25
#: Units of one list.
MOST_UNITS = 300


def listed_people(people: QuerySet[Person], page: int) -> list[Person]:
    """A page of them by name."""
    rows = people.select_related("unit").order_by("sort_key", "id")
    return list(rows[(page - 1) * PAGE : page * PAGE])


def without_card(people: QuerySet[Person]) -> list[Person]:
    """The first of them by name for whom nothing is set."""
    standing = Scorecard.objects.filter(person_id=OuterRef("pk"), until=None).order_by()
    rows = people.filter(~Exists(standing)).order_by("sort_key", "id")
    return list(rows[:MOST_UNITS])


def listed_units(person: Person, span: Span, *, ranked: bool) -> dict[str, Any]:
    """The units' cards: those that the person sees in the order of the tree, or ranked, where
    the organisation allows it, all that have a score (whose cards may stay shut)."""
    open_ids = set(carded_units(person).values_list("pk", flat=True))
    units = units_visible(person).filter(archived_at=None).exclude(scorecards=None)
    if not ranked:
        units = units.filter(pk__in=open_ids)
    rows = list(units.select_related("parent").distinct().order_by("path")[:MOST_UNITS])
    found = cards(person, rows, span)
    if ranked:
        found = ranking(found)
    without = units_visible(person).filter(archived_at=None, scorecards=None, pk__in=open_ids)
    return {
        "cards": found,
        "open_ids": open_ids,
        "places": places(found) if ranked else {},
        "without": list(without.order_by("path")[:MOST_UNITS]),
    }


def ranking(found: list[Card]) -> list[Card]:
    """Those with a score, the highest first; equal ones by name. Of units alone."""
    scored = [one for one in found if one.total.score is not None]
    for one in scored:
        if not isinstance(one.holder, Unit):
            raise TypeError("persons are not ranked")
    return sorted(scored, key=lambda one: (-(one.total.score or 0), one.holder.name))


def places(ranked: list[Card]) -> dict[int, int]:
    """The place of each unit by its id; equal scores share a place (1, 1, 3)."""
    found: dict[int, int] = {}
    before, place = None, 0
    for at, one in enumerate(ranked, 1):
        if one.total.score != before:
            before, place = one.total.score, at
        found[one.holder.pk] = place
    return found
