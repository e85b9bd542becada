"""Lists as they are imported, of what a person sees: read back they change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from haidang.exchange.loading import own
from haidang.exchange.loading.columns import COLUMNS, GOALS, PEOPLE, UNITS
from haidang.exchange.loading.finding import Cycles, People, Units
from haidang.exchange.loading.words import word_of
from haidang.goals.access import visible
from haidang.goals.models import GONE, Alignment, Goal, Relation
from haidang.goals.queries.choices import KIND_ORDER
from haidang.lib.errors import Invalid
from haidang.people.access import people_visible, units_visible
from haidang.people.models import Person, UnitLeader
from haidang.web.sheets import Cell

#: Rows that are read together, with the same two queries; SQLite bounds their number.
TOGETHER = 500


def rows(kind: str, actor: Person) -> Iterator[Sequence[Cell]]:
    """The header and every row that the person sees, read as they are asked for."""
    fields = own.fields_of(actor) if kind == GOALS else {}
    columns = (*COLUMNS[kind], *own.columns_of(fields))
    yield [str(column.label) for column in columns]
    yield from _goals(actor, fields) if kind == GOALS else _OF[kind](actor)


def widths(kind: str) -> list[int]:
    """Of the program's own columns; further ones take what is usual."""
    return [column.width for column in COLUMNS[kind]]


def count(kind: str, actor: Person) -> int:
    """How many rows there would be."""
    return _SEEN[kind](actor).count()


def _goals_seen(actor: Person) -> QuerySet[Goal]:
    return visible(actor).exclude(state__in=GONE)


def _goals(actor: Person, fields: own.Fields) -> Iterator[Sequence[Cell]]:
    # Asked once: in each query of links it would be worked out again.
    seen = frozenset(visible(actor).order_by().values_list("pk", flat=True))
    links = Alignment.objects.select_related("parent").order_by("id")
    names = _Names(actor)
    columns = COLUMNS[GOALS]
    people = own.people_of(actor, list(fields.values()))
    for kind in KIND_ORDER:
        some = _goals_seen(actor).filter(kind=kind)
        some = some.select_related("owner", "data_owner", "unit", "cycle")
        some = some.prefetch_related(Prefetch("parent_links", links, "links_above"))
        for goal in _in_turn(some):
            above = [edge for edge in goal.links_above if edge.parent_id in seen]
            above.sort(key=lambda edge: (edge.relation != Relation.COMPOSITION, edge.pk))
            yield [
                *(_of_goal(goal, above, column.key, column.words, names) for column in columns),
                *(own.cell(field, goal, people, names.person) for field in fields.values()),
            ]


def _of_goal(goal: Goal, above: Sequence[Alignment], key: str, words: str, names: _Names) -> Cell:
    if key == "weight":
        return above[0].weight if above else None
    if key == "parent":
        return "; ".join(edge.parent.public_id for edge in above)
    value = getattr(goal, key)
    if words:
        return word_of(words, value)
    if key in ("owner", "data_owner"):
        return names.person(value)
    if key == "unit":
        return names.unit(value)
    return names.cycle(value) if key == "cycle" else value


def _people_seen(actor: Person) -> QuerySet[Person]:
    return people_visible(actor).filter(is_active=True)


def _people(actor: Person) -> Iterator[Sequence[Cell]]:
    names = _Names(actor)
    for person in _in_turn(_people_seen(actor).select_related("unit", "manager")):
        yield [
            person.public_id,
            person.name,
            person.email,
            person.title,
            names.unit(person.unit),
            names.person(person.manager),
            person.region,
            person.joined_on,
        ]


def _units_seen(actor: Person) -> QuerySet[Any]:
    return units_visible(actor).filter(archived_at=None)


def _units(actor: Person) -> Iterator[Sequence[Cell]]:
    names = _Names(actor)
    led = UnitLeader.objects.filter(until=None).select_related("person")
    led = led.order_by("person__sort_key", "person_id")
    some = _units_seen(actor).select_related("parent")
    for unit in _in_turn(some.prefetch_related(Prefetch("leaders", led, "led_by"))):
        yield [
            unit.public_id,
            unit.code,
            unit.name,
            word_of("unit_kind", unit.kind),
            names.unit(unit.parent),
            "; ".join(names.person(one.person) for one in unit.led_by),
        ]


def _in_turn(some: QuerySet[Any]) -> Iterator[Any]:
    """The rows in the order of their ids, `TOGETHER` at a time."""
    ids = list(some.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), TOGETHER):
        part = ids[first : first + TOGETHER]
        yield from some.filter(pk__in=part).order_by("pk")


class _Names:
    """What people call a thing, where that finds it again; else its id."""

    def __init__(self, actor: Person) -> None:
        self._people, self._units, self._cycles = People(actor), Units(actor), Cycles(actor)
        self._known: dict[tuple[str, int], str] = {}

    def person(self, person: Person | None) -> str:
        return self._name(person, "person", self._people.find, "email")

    def unit(self, unit: Any) -> str:
        return self._name(unit, "unit", self._units.find, "name")

    def cycle(self, cycle: Any) -> str:
        return self._name(cycle, "cycle", self._cycles.find, "name")

    def _name(self, thing: Any, kind: str, find: Callable[[str], Any], called: str) -> str:
        if thing is None:
            return ""
        key = kind, thing.pk
        if key not in self._known:
            name = getattr(thing, called)
            try:
                same = bool(name) and ";" not in name and find(name) == thing
            except Invalid:
                same = False
            self._known[key] = name if same else thing.public_id
        return self._known[key]


_OF: dict[str, Callable[[Person], Iterator[Sequence[Cell]]]] = {
    PEOPLE: _people,
    UNITS: _units,
}
_SEEN: dict[str, Callable[[Person], QuerySet[Any]]] = {
    GOALS: _goals_seen,
    PEOPLE: _people_seen,
    UNITS: _units_seen,
}
