"""What Ctrl+K finds: goals, people and units by their words, and what one may do from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from haidang.checkins.queries import reported_by
from haidang.goals.access import may_cycle, visible
from haidang.goals.fulltext import Having
from haidang.goals.models import Goal, Kind, State
from haidang.goals.queries.choices import KIND_ORDER, matching, wanted_words
from haidang.lib.text import folded
from haidang.people.access import may_organisation, standing_of
from haidang.people.models import Person, Unit
from haidang.people.queries import person_options, unit_options
from haidang.web.terms import gettext as _

MOST_GOALS = 8
MOST_OTHERS = 4
#: What people call a kind; also the words of books and translations that we do not use.
_CALLED = {
    Kind.ULTIMATE: ("muc tieu tong the", "muc tieu cuoi cung", "ultimate goal"),
    Kind.PILLAR: ("tru cot", "tru cot chien luoc", "strategic pillar", "pillar"),
    Kind.KEY_RESULT: ("ket qua then chot", "ket qua chinh", "key result", "key results"),
}
_KIND_OF = {name: kind for kind, names in _CALLED.items() for name in names}
#: Goals with the words that are sorted; where more have them, the first in order are taken.
MANY = 2000

_OVER = [State.CLOSED, State.DROPPED]


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go to; `icon` or `goal` or `person` says what kind of place."""

    href: str
    label: Any
    hint: str = ""
    icon: str = ""
    goal: Goal | None = None
    person: Person | None = None
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    entries: Sequence[Entry]


class Found(NamedTuple):
    """What has these words, each kind with the nearest first."""

    goals: Sequence[Goal]
    people: Sequence[Person]
    units: Sequence[Unit]


def search(person: Person, text: str, *, most_goals: int, most_others: int) -> Found:
    """Goals, people (not those who have left) and open units that the person may see."""
    people, _more = person_options(person, text)
    units, _more = unit_options(person, text)
    goals = _goals(person, text, most_goals)
    return Found(goals, people[:most_others], units[:most_others])


def find(person: Person, text: str, pages: Iterable[Entry]) -> list[Group]:
    """Groups of entries for what was typed, the nearest first; without text what one may do.

    The same number of queries for any number of goals.
    """
    groups = []
    if text:
        found = search(person, text, most_goals=MOST_GOALS, most_others=MOST_OTHERS)
        groups += [
            Group(_("Goals"), [_goal(g) for g in found.goals]),
            Group(_("People"), [_person(p) for p in found.people]),
            Group(
                _("Units"),
                [
                    Entry(reverse("unit", args=[u.public_id]), u.name, u.code, "building")
                    for u in found.units
                ],
            ),
        ]
    groups += [
        Group(
            _("Check in"), [_check_in(g) for g in _reported(person, _behind(_("Check in"), text))]
        ),
        Group(_("Create"), _fitting(_created(person), _behind(_("Create"), text))),
        Group(_("Pages"), _fitting(pages, text)),
    ]
    return [group for group in groups if group.entries]


def _behind(command: str, text: str) -> str:
    """What is meant of a group that is called by its name: `check in kr-3`, `create objective`."""
    typed, name = folded(text).replace("-", " "), folded(command).replace("-", " ")
    if not f"{typed} ".startswith(f"{name} "):
        return text
    return text.strip()[len(name) :].strip()


def _fitting(entries: Iterable[Entry], text: str) -> list[Entry]:
    words = folded(text).split()
    return [e for e in entries if all(word in folded(str(e.label)) for word in words)]


def _goals(person: Person, text: str, most: int) -> list[Goal]:
    """The one of that id; then those whose title has the words, then whose texts have them."""
    words = wanted_words(text)
    if not words:
        return []
    rows = visible(person).exclude(state=State.ARCHIVED).select_related("unit", "owner")
    found = list(rows.filter(public_id=text.strip().upper()))
    for everywhere in (False, True):
        room = most - len(found)
        if room <= 0:
            break
        others = rows.exclude(pk__in=[goal.pk for goal in found])
        found += _nearest(person, others, words, everywhere, room)
    kind, room = _kind_called(person, " ".join(words)), most - len(found)
    if kind and room > 0:
        others = rows.filter(kind=kind, state=State.ACTIVE).exclude(pk__in=[g.pk for g in found])
        found += others.order_by("rank", "id")[:room]
    return found


def _kind_called(person: Person, name: str) -> Kind | None:
    """The kind that the organisation or the program calls that."""
    for words in person.organisation.terms.values():
        for term, said in words.items():
            if term in Kind.values and name in map(folded, said):
                return Kind(term)
    return _KIND_OF.get(name)


def _nearest(
    person: Person, rows: QuerySet[Goal], words: list[str], everywhere: bool, room: int
) -> list[Goal]:
    """By kind from the strategy downward, what is over last.

    What half of all goals have in common is not gathered and sorted: then the goals are gone
    through in the order of an index until enough have the words.
    """
    having = Having(person.organisation_id, words, everywhere=everywhere)
    if Goal.objects.filter(having).order_by()[: MANY + 1].count() <= MANY:
        number = IntegerField()
        fitting = rows.filter(having).annotate(
            over=Case(When(state__in=_OVER, then=1), default=0, output_field=number),
            height=Case(
                *(When(kind=kind, then=Value(at)) for at, kind in enumerate(KIND_ORDER)),
                output_field=number,
            ),
        )
        return list(fitting.order_by("over", "height", "rank", "id")[:room])
    for word in words:
        says = Q(words__contains=f" {word}")
        rows = rows.filter(says | Q(more_words__contains=f" {word}") if everywhere else says)
    found: list[Goal] = []
    for states in ([State.ACTIVE], [s for s in State if s not in _OVER], _OVER):
        for kind in KIND_ORDER:
            left = room - len(found)
            if left <= 0:
                return found
            here = rows.filter(kind=kind, state__in=states)
            found += here.exclude(pk__in=[g.pk for g in found]).order_by("rank", "id")[:left]
    return found


def _goal(goal: Goal) -> Entry:
    parts = [
        goal.public_id,
        goal.owner.name if goal.owner else "",
        "" if goal.state == State.ACTIVE else goal.get_state_display(),
    ]
    href = reverse("goal", args=[goal.public_id])
    return Entry(href, goal.title, " · ".join(part for part in parts if part), goal=goal)


def _person(person: Person) -> Entry:
    hint = person.unit.name if person.unit else person.email
    return Entry(reverse("person", args=[person.public_id]), person.name, hint, person=person)


def _reported(person: Person, text: str) -> QuerySet[Goal]:
    """What one reports, the longest unreported first."""
    rows = matching(reported_by(person), person, text).annotate(day=F("standing__own_day"))
    return rows.order_by(F("day").asc(nulls_first=True), "rank", "id")[:MOST_OTHERS]


def _check_in(goal: Goal) -> Entry:
    href = reverse("check_in", args=[goal.public_id])
    return Entry(href, goal.title, goal.public_id, icon="checkbox")


def _created(person: Person) -> list[Entry]:
    """What this person may create."""
    me = standing_of(person)
    found: list[Entry] = []
    if not (me.is_viewer or me.is_guest):
        found += [
            _new(Kind.OBJECTIVE, _("New objective"), "target"),
            _new(Kind.KEY_RESULT, _("New key result"), "key"),
            _new(Kind.KPI, _("New KPI"), "gauge"),
        ]
    if me.is_strategist:
        found += [
            _new(Kind.PILLAR, _("New pillar"), "building-bank"),
            _new(Kind.ULTIMATE, _("New Ultimate Goal"), "mountain"),
        ]
    if may_cycle(person, "create"):
        found.append(Entry(reverse("cycle_new"), _("New cycle"), icon="calendar"))
    if may_organisation(person, "create_person"):
        found.append(Entry(reverse("person_new"), _("Add a person"), icon="user-plus"))
    if may_organisation(person, "create_unit"):
        found.append(Entry(reverse("unit_new"), _("Add a unit"), icon="building"))
    return found


def _new(kind: str, label: str, icon: str) -> Entry:
    return Entry(reverse("goal_new", args=[kind]), label, icon=icon)
