"""Units from a list: administrators only, by the single actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from haidang.exchange.loading import cells as cell
from haidang.exchange.loading import limits
from haidang.exchange.loading.columns import COLUMNS, UNITS, Header, column_of
from haidang.exchange.loading.finding import People, Units, in_order
from haidang.exchange.loading.goals import Said
from haidang.exchange.loading.lines import Change, Line, Status
from haidang.exchange.loading.trees import as_tree, refuse_circle
from haidang.exchange.loading.words import word_of
from haidang.lib.errors import Invalid, Refusal
from haidang.lib.tables.table import Table
from haidang.lib.text import folded
from haidang.people import actions
from haidang.people.actions.units import checked_unit
from haidang.people.models import Person, Unit, UnitLeader

FIELDS = tuple(column.key for column in COLUMNS[UNITS])
_WORDS = ("name", "code", "kind")


@dataclass(eq=False)
class Wish:
    """A line that makes or changes a unit; looks like a unit to who searches for one."""

    line: Line
    cells: dict[str, Any]
    unit: Unit | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    parent: Any = None  # a unit, or the line that makes one
    leaders: list[Person] | None = None

    @property
    def number(self) -> int:
        return self.line.number

    @property
    def public_id(self) -> str:
        return self.unit.public_id if self.unit else ""

    @property
    def name(self) -> str:
        return str(self.cells.get("name", ""))

    @property
    def code(self) -> str:
        return str(self.cells.get("code", ""))


def load(
    actor: Person, table: Table, header: Header, language: str, *, trial: bool, said: Said
) -> list[Line]:
    """Make and change the units of the list; in a `trial` only say what would be."""
    reader = cell.Reader(UNITS, header, language)
    wishes = []
    for row in table:
        line = Line(row.number, Status.NEW, "")
        wishes.append(Wish(line, reader.facts(row, line)))
    units, people = Units(actor), People(actor)
    _known(wishes, units)
    for wish in wishes:
        if wish.unit is None:
            units.add(wish)
    root = next((unit for unit in units.by_id.values() if unit.parent_id is None), None)
    for wish in wishes:
        _facts(wish, units, people, root)
    _names(wishes)
    limits.refuse_many(sum(1 for wish in wishes if wish.unit is None))
    order, circles = in_order(wishes, {w: _parents(w) for w in wishes})
    for circle in circles:
        refuse_circle([wish.line for wish in circle], UNITS, "parent")
    wrong = any(wish.line.problems for wish in wishes)
    leaders = _leaders_now(wishes)
    for number, wish in enumerate(order, 1):
        try:
            _fulfil(actor, wish, leaders, trial=trial or wrong)
        except Refusal as refusal:
            wish.line.refused(UNITS, refusal, FIELDS, "name")
            wrong = True
        said(number, len(order))
    return as_tree(wishes, _above, lambda wish: wish.line)


def _above(wish: Wish) -> Wish | None:
    return wish.parent if isinstance(wish.parent, Wish) else None


def _parents(wish: Wish) -> list[Wish]:
    return [wish.parent] if isinstance(wish.parent, Wish) else []


def _known(wishes: list[Wish], units: Units) -> None:
    first: dict[str, Wish] = {}
    for wish in wishes:
        given = wish.cells.get("public_id", "").upper()
        wish.line.title = wish.name
        if not given:
            continue
        wish.line.public_id = given
        wish.unit = units.by_id.get(given)
        if wish.unit is not None and wish.unit.archived_at is not None:
            wish.unit = None
        if wish.unit is None:
            wish.line.wrong(UNITS, "public_id", _("There is no open unit with the ID %(id)s. Leave"
                            " it empty for a new one.") % {"id": given[:20]})  # fmt: skip
        elif given in first:
            wish.line.wrong(UNITS, "public_id", _("Line %(line)s has this ID, too.")
                            % {"line": first[given].number})  # fmt: skip
        else:
            first[given] = wish
            wish.line.title = wish.name or wish.unit.name


def _facts(wish: Wish, units: Units, people: People, root: Unit | None) -> None:
    line = wish.line
    wish.facts = {name: wish.cells[name] for name in _WORDS if name in wish.cells}
    if wish.unit is None:
        wish.facts.setdefault("name", "")
        wish.parent = root
    if "parent" in wish.cells:
        try:
            wish.parent = units.find(wish.cells["parent"])
        except Invalid as invalid:
            line.wrong(UNITS, "parent", invalid.message)
        if wish.parent is wish or (wish.unit is not None and wish.parent == wish.unit):
            line.wrong(UNITS, "parent", _("A unit cannot be placed below itself."))
            wish.parent = None
    if "leaders" in wish.cells:
        wish.leaders = []
        for text in cell.parts(wish.cells["leaders"]):
            try:
                wish.leaders.append(people.find(text))
            except Invalid as invalid:
                line.wrong(UNITS, "leaders", invalid.message)
    try:
        wish.facts = checked_unit(wish.unit, wish.facts)
    except Refusal as refusal:
        line.refused(UNITS, refusal, FIELDS, "name")


def _names(wishes: list[Wish]) -> None:
    """Two units of one place have two names: lines against lines; the rest says the action."""
    first: dict[tuple[Any, str], Wish] = {}
    for wish in wishes:
        if wish.unit is not None or not wish.name:
            continue
        key = (wish.parent, wish.name.casefold())
        if key in first:
            wish.line.wrong(UNITS, "name", _("Line %(line)s makes a unit of this name in the same"
                            " place.") % {"line": first[key].number})  # fmt: skip
        first.setdefault(key, wish)
        if isinstance(wish.parent, Unit):
            same = wish.parent.children.filter(
                archived_at=None, folded_name=folded(wish.name)[:200]
            )
            if any(one.name.casefold() == wish.name.casefold() for one in same):
                wish.line.wrong(UNITS, "name", _("There is already a unit of this name in the same"
                                " place: %(id)s.") % {"id": same[0].public_id})  # fmt: skip


def _leaders_now(wishes: list[Wish]) -> dict[int, list[Person]]:
    ids = [wish.unit.pk for wish in wishes if wish.unit is not None and wish.leaders is not None]
    found: dict[int, list[Person]] = {}
    rows = UnitLeader.objects.filter(unit__in=ids, until=None).select_related("person")
    for row in rows.order_by("person__sort_key", "person_id"):
        found.setdefault(row.unit_id, []).append(row.person)
    return found


def _fulfil(actor: Person, wish: Wish, leaders: dict[int, list[Person]], *, trial: bool) -> None:
    parent = wish.parent.unit if isinstance(wish.parent, Wish) else wish.parent
    if wish.unit is None:
        if not trial:
            wish.unit = actions.create_unit(actor, **wish.facts, parent=parent)
            wish.line.public_id = wish.unit.public_id
            if wish.leaders:
                actions.set_leader(actor, wish.unit, wish.leaders)
        return
    unit = wish.unit
    changed = {n: v for n, v in wish.facts.items() if (getattr(unit, n) or "") != (v or "")}
    changes = [_told(name, getattr(unit, name), value) for name, value in changed.items()]
    moves = wish.parent is not None and (parent is None or parent.pk != unit.parent_id)
    if moves:
        changes.append(_told("parent", unit.parent or "", wish.parent.name))
    now = leaders.get(unit.pk, [])
    led = wish.leaders is not None and {p.pk for p in wish.leaders} != {p.pk for p in now}
    if led:
        changes.append(_told("leaders", _all(now), _all(wish.leaders or [])))
    wish.line.changes = changes
    if not wish.line.problems:
        wish.line.status = Status.CHANGED if changes else Status.UNCHANGED
    if trial:
        return
    if changed:
        facts = {"name": unit.name, "code": unit.code, "kind": unit.kind, **changed}
        actions.edit_unit(actor, unit, None, **facts)
    if moves and parent is not None:
        actions.move_unit(actor, unit, parent)
    if led:
        actions.set_leader(actor, unit, wish.leaders)


def _all(people: list[Person]) -> str:
    return "; ".join(person.name for person in people)


def _told(name: str, old: Any, new: Any) -> Change:
    words = column_of(UNITS, name).words
    said = [word_of(words, one) if words else str(one) for one in (old, new)]
    return Change(str(column_of(UNITS, name).label), *said)
