"""People from a list: administrators only, by the single actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from haidang.exchange.loading import cells as cell
from haidang.exchange.loading import limits
from haidang.exchange.loading.columns import COLUMNS, PEOPLE, Header, column_of
from haidang.exchange.loading.finding import People, Units, in_order
from haidang.exchange.loading.goals import Said
from haidang.exchange.loading.lines import Change, Line, Status
from haidang.exchange.loading.trees import as_tree, refuse_circle
from haidang.lib.errors import Invalid, Refusal
from haidang.lib.tables.table import Table
from haidang.people import actions
from haidang.people.actions.persons import checked_facts
from haidang.people.models import Person

FIELDS = tuple(column.key for column in COLUMNS[PEOPLE])
_SAY_EVERY = 100


@dataclass(eq=False)
class Wish:
    """A line that makes or changes somebody; looks like a person to who searches for one."""

    line: Line
    cells: dict[str, Any]
    person: Person | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    manager: Any = None  # a person, or the line that makes one

    @property
    def number(self) -> int:
        return self.line.number

    @property
    def public_id(self) -> str:
        return self.person.public_id if self.person else ""

    @property
    def name(self) -> str:
        return str(self.cells.get("name", ""))

    @property
    def email(self) -> str:
        return str(self.cells.get("email", "")).lower()

    is_active = True


def load(
    actor: Person, table: Table, header: Header, language: str, *, trial: bool, said: Said
) -> list[Line]:
    """Make and change the people of the list; in a `trial` only say what would be."""
    reader = cell.Reader(PEOPLE, header, language)
    wishes = []
    for row in table:
        line = Line(row.number, Status.NEW, "")
        wishes.append(Wish(line, reader.facts(row, line)))
    people, units = People(actor), Units(actor)
    _known(wishes, people)
    for wish in wishes:
        if wish.person is None:
            people.add(wish)
    for wish in wishes:
        _facts(actor, wish, people, units)
    _addresses(wishes, people)
    limits.refuse_many(sum(1 for wish in wishes if _changed(wish)))
    order, circles = in_order(wishes, {w: _managers(w) for w in wishes})
    for circle in circles:
        refuse_circle([wish.line for wish in circle], PEOPLE, "manager")
    wrong = any(wish.line.problems for wish in wishes)
    for number, wish in enumerate(order, 1):
        try:
            _fulfil(actor, wish, trial=trial or wrong)
        except Refusal as refusal:
            wish.line.refused(PEOPLE, refusal, FIELDS, "name")
            wrong = True
        if number % _SAY_EVERY == 0:
            said(number, len(order))
    return as_tree(wishes, _above, lambda wish: wish.line)


def _above(wish: Wish) -> Wish | None:
    return wish.manager if isinstance(wish.manager, Wish) else None


def _managers(wish: Wish) -> list[Wish]:
    return [wish.manager] if isinstance(wish.manager, Wish) else []


def _known(wishes: list[Wish], people: People) -> None:
    first: dict[str, Wish] = {}
    for wish in wishes:
        given = wish.cells.get("public_id", "").upper()
        wish.line.title = wish.name
        if not given:
            continue
        wish.line.public_id = given
        wish.person = people.by_id.get(given)
        if wish.person is None:
            wish.line.wrong(PEOPLE, "public_id", _("There is nobody with the ID %(id)s. Leave it"
                            " empty for somebody new.") % {"id": given[:20]})  # fmt: skip
        elif given in first:
            wish.line.wrong(PEOPLE, "public_id", _("Line %(line)s has this ID, too.")
                            % {"line": first[given].number})  # fmt: skip
        else:
            first[given] = wish
            wish.line.title = wish.name or wish.person.name


def _facts(actor: Person, wish: Wish, people: People, units: Units) -> None:
    facts = {n: v for n, v in wish.cells.items() if n not in ("public_id", "unit", "manager")}
    for name, find in (("unit", units.find), ("manager", people.find)):
        if name not in wish.cells:
            continue
        try:
            found = find(wish.cells[name])
        except Invalid as invalid:
            wish.line.wrong(PEOPLE, name, invalid.message)
            continue
        if name == "manager":
            wish.manager = found
            if found is wish or (wish.person is not None and found == wish.person):
                wish.line.wrong(PEOPLE, name, _("Nobody can be their own manager."))
                wish.manager = None
        if name == "unit" or isinstance(wish.manager, Person):
            facts[name] = found
    if wish.person is None:
        facts.setdefault("name", "")
    try:
        wish.facts = checked_facts(actor, facts)
    except Refusal as refusal:
        wish.line.refused(PEOPLE, refusal, FIELDS, "name")


def _addresses(wishes: list[Wish], people: People) -> None:
    """An address signs one person in: two lines, or a line and somebody, cannot have it."""
    first: dict[str, Wish] = {}
    for wish in wishes:
        email = wish.facts.get("email", "")
        if not email:
            continue
        if email in first:
            wish.line.wrong(PEOPLE, "email", _("Line %(line)s has this address, too.")
                            % {"line": first[email].number})  # fmt: skip
        first.setdefault(email, wish)
        others = [one for one in people.by_email.get(email, []) if isinstance(one, Person)]
        if any(one != wish.person for one in others):
            wish.line.wrong(PEOPLE, "email", _("%(name)s (%(id)s) has this address. Give the ID to"
                            " change that person.") % {"name": others[0].name,
                                                      "id": others[0].public_id})  # fmt: skip


def _differing(person: Person, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in facts.items() if (getattr(person, n) or "") != (v or "")}


def _changed(wish: Wish) -> bool:
    return wish.person is None or bool(_differing(wish.person, wish.facts))


def _fulfil(actor: Person, wish: Wish, *, trial: bool) -> None:
    facts = dict(wish.facts)
    if isinstance(wish.manager, Wish) and wish.manager.person is not None:
        facts["manager"] = wish.manager.person
    if wish.person is None:
        unit = facts.get("unit")
        said = (facts.get("email"), facts.get("title"), unit.name if unit else "")
        wish.line.notes = [one for one in said if one]
        if not trial:
            wish.person = actions.create_person(actor, **facts)
            wish.line.public_id = wish.person.public_id
        return
    changed = _differing(wish.person, facts)
    wish.line.changes = [
        Change(str(column_of(PEOPLE, name).label), _said(getattr(wish.person, name)), _said(value))
        for name, value in changed.items()
    ]
    if isinstance(wish.manager, Wish) and wish.manager.person is None:
        wish.line.changes.append(
            Change(str(column_of(PEOPLE, "manager").label), _said(wish.person.manager),
                   wish.manager.name)
        )  # fmt: skip
    if not wish.line.problems:
        wish.line.status = Status.CHANGED if wish.line.changes else Status.UNCHANGED
    if changed and not trial:
        actions.edit_person(actor, wish.person, None, changed)


def _said(value: Any) -> str:
    if value is None:
        return ""
    found: Mapping[str, str] = {"date": f"{value:%d/%m/%Y}" if hasattr(value, "year") else ""}
    return found["date"] or str(value)
