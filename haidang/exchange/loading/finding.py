"""People, units, cycles and goals by what a cell calls them: an id, a code, a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

from haidang.goals.access import cycles_visible
from haidang.goals.models import Cycle, CycleState
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line, folded
from haidang.people.access import people_visible, today_of, units_visible
from haidang.people.models import Person

T = TypeVar("T")
_ID = re.compile(r"[A-Za-z]{1,4}-[0-9]{1,10}", re.ASCII)
#: So many candidates are named; more help nobody.
_NAMED = 5


def is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))


@dataclass
class Index(Generic[T]):
    """Things by their names: first as they are written, then without diacritics."""

    exact: dict[str, list[T]] = field(default_factory=dict)
    loose: dict[str, list[T]] = field(default_factory=dict)

    def add(self, name: str, thing: T) -> None:
        if name:
            self.exact.setdefault(clean_line(name).casefold(), []).append(thing)
            self.loose.setdefault(folded(name), []).append(thing)

    def named(self, text: str) -> Sequence[T]:
        return self.exact.get(text.casefold()) or self.loose.get(folded(text), [])


def one_of(text: str, found: Sequence[T], label: Callable[[T], str], *, none: str, many: str) -> T:
    """The only one found; else Invalid with why, naming who could be meant."""
    if not found:
        raise Invalid(none % {"text": text[:80]}, code="not_found")
    if len(found) > 1:
        names = ", ".join(label(one) for one in found[:_NAMED])
        names += ", …" if len(found) > _NAMED else ""
        raise Invalid(many % {"text": text[:80], "which": names}, code="ambiguous")
    return found[0]


class People:
    """Everybody whom the person may know of, and lines of the same file that make somebody."""

    def __init__(self, actor: Person) -> None:
        rows = people_visible(actor).select_related("unit", "manager")
        self.by_id: dict[str, Any] = {}
        self.by_email: dict[str, list[Any]] = {}
        self.names: Index[Any] = Index()
        for person in rows:
            self.add(person)

    def add(self, person: Any) -> None:
        """`person` has public_id, email, name and is_active; who has left has only an id."""
        if person.public_id:
            self.by_id[person.public_id] = person
        if person.is_active:
            self.by_email.setdefault(person.email, []).append(person)
            self.names.add(person.name, person)

    def find(self, text: str) -> Any:
        if is_id(text) and (found := self.by_id.get(text.upper())):
            return found
        if "@" in text:
            return one_of(
                text, self.by_email.get(text.lower(), []), _who,
                none=_("Nobody has the address “%(text)s”."),
                many=_("Several have the address “%(text)s”: %(which)s. Please give the ID."),
            )  # fmt: skip
        return one_of(
            text, self.names.named(text), _who,
            none=_("There is nobody called “%(text)s”. Please give the e-mail address or ID."),
            many=_("Several people are called “%(text)s”: %(which)s. Please give the ID."),
        )  # fmt: skip


def _who(person: Any) -> str:
    said = person.public_id or _("line %(number)s") % {"number": person.number}
    return f"{said} ({person.email})" if person.email else said


class Units:
    """Units by id, open ones by code or name, and lines of the same file that make one."""

    def __init__(self, actor: Person) -> None:
        self.by_id: dict[str, Any] = {}
        self.codes: Index[Any] = Index()
        self.names: Index[Any] = Index()
        for unit in units_visible(actor).select_related("parent"):
            if unit.archived_at is None:
                self.add(unit)
            else:
                self.by_id[unit.public_id] = unit  # what lies there can still be named

    def add(self, unit: Any) -> None:
        if unit.public_id:
            self.by_id[unit.public_id] = unit
        self.codes.add(unit.code, unit)
        self.names.add(unit.name, unit)

    def find(self, text: str) -> Any:
        if is_id(text) and (found := self.by_id.get(text.upper())):
            return found
        found_all = self.codes.named(text) or self.names.named(text)
        return one_of(
            text, found_all, _which,
            none=_("There is no unit “%(text)s”. Please give its code, ID or name."),
            many=_("Several units are called “%(text)s”: %(which)s. Please give the ID."),
        )  # fmt: skip


def _which(unit: Any) -> str:
    said = unit.public_id or _("line %(number)s") % {"number": unit.number}
    return f"{said} ({unit.name})"


class Cycles:
    """Cycles by name or id."""

    def __init__(self, actor: Person) -> None:
        self.names: Index[Cycle] = Index()
        self.by_id: dict[str, Cycle] = {}
        today = today_of(actor)
        open_ones = []
        for cycle in cycles_visible(actor):
            self.by_id[cycle.public_id] = cycle
            self.names.add(cycle.name, cycle)
            if cycle.state != CycleState.CLOSED and cycle.starts <= today <= cycle.ends:
                open_ones.append(cycle)
        #: Where nothing is said: the shortest that runs today, as on the page.
        self.default = min(open_ones, key=lambda c: (c.ends - c.starts, c.pk), default=None)

    def find(self, text: str) -> Cycle:
        if is_id(text) and (found := self.by_id.get(text.upper())):
            return found
        return one_of(
            text, self.names.named(text), lambda cycle: cycle.public_id,
            none=_("There is no cycle “%(text)s”. Please give its name or ID."),
            many=_("Several cycles are called “%(text)s”: %(which)s. Please give the ID."),
        )  # fmt: skip


K = TypeVar("K", bound=Hashable)


def in_order(lines: Iterable[K], above: Mapping[K, Sequence[K]]) -> tuple[list[K], list[list[K]]]:
    """The lines with what each hangs below before it, else as they come; and the circles,
    whose lines are left out of the order's promise (but not out of the order)."""
    order: list[K] = []
    circles: list[list[K]] = []
    state: dict[K, int] = {}  # 1: on the way up, 2: done
    for start in lines:
        if start in state:
            continue
        way: list[tuple[K, int]] = [(start, 0)]
        state[start] = 1
        while way:
            line, place = way.pop()
            parents = above.get(line, ())
            if place < len(parents):
                way.append((line, place + 1))
                parent = parents[place]
                if state.get(parent) == 1:
                    onway = [one for one, _place in way]
                    circles.append(onway[onway.index(parent) :])
                elif parent not in state:
                    state[parent] = 1
                    way.append((parent, 0))
            else:
                state[line] = 2
                order.append(line)
    return order, circles
