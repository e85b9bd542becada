"""Goals to pick from: searched by words without diacritics, or by public id."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from django.db.models import QuerySet

from haidang.goals import fulltext
from haidang.goals.access import cycles_visible, visible
from haidang.goals.models import ALLOWED, OVER, Cycle, CycleState, Goal, Kind, Relation, State
from haidang.lib.text import clean_line
from haidang.people.access import today_of
from haidang.people.models import Person

SHOWN = 12
#: The order of kinds in a list of parents: from the strategy downward.
KIND_ORDER = (Kind.ULTIMATE, Kind.PILLAR, Kind.OBJECTIVE, Kind.KEY_RESULT, Kind.KPI)


class Found(NamedTuple):
    """The first goals that fit, and whether there are more."""

    goals: list[Goal]
    more: bool


def parent_kinds(kind: str) -> set[str]:
    """Kinds of goals that one of this kind usually hangs below (any may support any)."""
    return {
        parent
        for relation, pairs in ALLOWED.items()
        if relation not in (Relation.SUPPORTS, Relation.COMPOSITION)
        for child, parent in pairs
        if child == kind
    }


def matching(rows: QuerySet[Goal], person: Person, text: str) -> QuerySet[Goal]:
    """Those of the person's organisation whose title and public id have every word of a
    search, each in full or its beginning; all for an empty search, none for one that has
    signs alone."""
    wanted = wanted_words(text)
    if wanted:
        return rows.filter(fulltext.Having(person.organisation_id, wanted))
    return rows.none() if clean_line(text[:1000]) else rows


def wanted_words(text: str) -> list[str]:
    """The words of a search that are used."""
    return fulltext.words_of(clean_line(text[:1000]))[: fulltext.MOST_WANTED]


def to_pick(
    person: Person,
    text: str = "",
    *,
    kinds: Iterable[str] = (),
    without: Iterable[str] = (),
    closed: bool = False,
) -> Found:
    """Goals to choose one from: open ones of these kinds, strategy first; after them, where
    they are asked for too, closed ones."""
    wanted = [kind for kind in KIND_ORDER if kind in set(kinds or KIND_ORDER)]
    rows = visible(person).filter(kind__in=wanted).exclude(public_id__in=list(without))
    rows = matching(rows, person, text).select_related("unit", "cycle", "owner")
    stages = [rows.exclude(state__in=OVER)]
    if closed:
        stages.append(rows.filter(state=State.CLOSED))
    found: list[Goal] = []
    for stage, kind in product(stages, wanted):  # a kind at a time keeps to the index of its order
        room = SHOWN + 1 - len(found)
        if room <= 0:
            break
        found += stage.filter(kind=kind).order_by("rank", "id")[:room]
    return Found(found[:SHOWN], len(found) > SHOWN)


def running_cycle(person: Person) -> Cycle | None:
    """The cycle that one speaks of today: the shortest that runs, else the latest open one."""
    today = today_of(person)
    running = cycles_visible(person).filter(starts__lte=today, ends__gte=today)
    found = list(running.exclude(state=CycleState.CLOSED))
    if found:
        return min(found, key=lambda c: (c.ends - c.starts, c.pk))
    return cycles_visible(person).exclude(state=CycleState.CLOSED).order_by("-starts").first()
