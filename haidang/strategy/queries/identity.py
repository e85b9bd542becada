"""What an organisation is for, as its page shows it: vision, mission, values with what cites
them, the goals that follow from them, and who changed the words when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from haidang.goals.access import identity_of, may_identity, values_visible, visible
from haidang.goals.models import (
    GONE,
    Citation,
    CoreValue,
    Goal,
    IdentityVersion,
    Kind,
)
from haidang.goals.queries import outlook
from haidang.goals.queries.outlook import NOTHING
from haidang.goals.rules.identity import Said, said
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.strategy.queries.home import Card, top_of

#: Objectives shown below each value, and edits told.
MOST_CITING = 5
MOST_EDITS = 12


@dataclass(frozen=True, slots=True)
class Value:
    """A core value and the objectives that cite it, the latest cycle first."""

    row: CoreValue
    name: Said
    words: Said
    cited_by: Sequence[Goal]
    more: int


@dataclass(frozen=True, slots=True)
class Change:
    """`what` is "vision", "mission", "added", "removed", "changed" or "order"; `name` that of
    a value, `before` the words that stood."""

    what: str
    name: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    at: datetime
    by: Person | None
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class IdentityPage:
    vision: Said
    mission: Said
    values: Sequence[Value]
    tops: Sequence[Card]  # the Ultimate Goals
    pillars: Sequence[Card]
    edits: Sequence[Edit]
    may_see: bool
    may_edit: bool

    @property
    def is_blank(self) -> bool:
        return not (self.vision.text or self.mission.text or self.values)


def identity_page(person: Person, language: str) -> IdentityPage:
    """The whole page in the reader's language, in a fixed number of queries."""
    may_see, may_edit = may_identity(person, "see"), may_identity(person, "edit")
    now = identity_of(person)
    top = top_of(person)
    looks = outlook(person.organisation, [goal.pk for goal in top], today_of(person))
    cards = [Card(goal, looks.get(goal.pk, NOTHING), None) for goal in top]
    return IdentityPage(
        vision=said(now.vision_vi, now.vision_en, language),
        mission=said(now.mission_vi, now.mission_en, language),
        values=_values(person, language),
        tops=[card for card in cards if card.goal.kind == Kind.ULTIMATE],
        pillars=[card for card in cards if card.goal.kind == Kind.PILLAR],
        edits=_edits(person, language) if may_see else [],
        may_see=may_see,
        may_edit=may_edit,
    )


def values_cited(person: Person, goal: Goal, language: str) -> list[tuple[CoreValue, Said]]:
    """The values that a goal cites now, named for the reader; none for a guest."""
    if goal.kind != Kind.OBJECTIVE:
        return []
    rows = values_visible(person).filter(citations__goal=goal, citations__until=None)
    return [(row, said(row.name_vi, row.name_en, language)) for row in rows]


def _values(person: Person, language: str) -> list[Value]:
    rows = list(values_visible(person))
    pairs = list(
        Citation.objects.filter(value__in=[row.pk for row in rows], until=None)
        .exclude(goal__state__in=GONE)
        .values_list("value_id", "goal_id")
    )
    goals = visible(person).filter(pk__in={goal for _value, goal in pairs})
    goals = goals.select_related("cycle", "unit").order_by("-cycle__starts", "rank", "id")
    citing: dict[int, list[Goal]] = {row.pk: [] for row in rows}
    cited: dict[int, list[int]] = {}
    for value, goal_id in pairs:
        cited.setdefault(goal_id, []).append(value)
    for goal in goals:
        for value in cited[goal.pk]:
            citing[value].append(goal)
    return [
        Value(
            row,
            said(row.name_vi, row.name_en, language),
            said(row.words_vi, row.words_en, language),
            citing[row.pk][:MOST_CITING],
            max(0, len(citing[row.pk]) - MOST_CITING),
        )
        for row in rows
    ]


def _edits(person: Person, language: str) -> list[Edit]:
    """The latest edits, the youngest first, each against what stood before."""
    rows = IdentityVersion.objects.filter(organisation_id=person.organisation_id)
    found = list(rows.order_by("-id")[: MOST_EDITS + 1])
    people = Person.objects.filter(organisation_id=person.organisation_id)
    known = people.in_bulk({row.actor_id for row in found if row.actor_id})
    return [
        Edit(
            row.since,
            known.get(row.actor_id or 0),
            _changes(found[at + 1].facts if at + 1 < len(found) else {}, row.facts, language),
        )
        for at, row in enumerate(found[:MOST_EDITS])
    ]


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> list[Change]:
    found = []
    for what in ("vision", "mission"):
        names = (f"{what}_vi", f"{what}_en")
        if any(old.get(name, "") != new.get(name, "") for name in names):
            before = said(old.get(names[0], ""), old.get(names[1], ""), language)
            found.append(Change(what, before=before.text))
    was = {value["id"]: value for value in old.get("values", ())}
    now = {value["id"]: value for value in new.get("values", ())}
    found += [Change("added", _name(v, language)) for i, v in now.items() if i not in was]
    found += [Change("removed", _name(v, language)) for i, v in was.items() if i not in now]
    for i in was.keys() & now.keys():
        if was[i] != now[i]:
            words = said(was[i]["words_vi"], was[i]["words_en"], language)
            found.append(Change("changed", _name(was[i], language), words.text))
    if [i for i in was if i in now] != [i for i in now if i in was]:
        found.append(Change("order"))
    return found


def _name(value: Mapping[str, Any], language: str) -> str:
    return said(value["name_vi"], value["name_en"], language).text
