"""A file from its bytes to lines that say what they would do, or have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.exchange.loading import actuals, goal_changing, goal_making, limits, own, people, units
from haidang.exchange.loading.actual_columns import ActualHeader, actual_header, fits
from haidang.exchange.loading.columns import (
    ACTUALS,
    GOALS,
    PEOPLE,
    Header,
    column_of,
    header_of,
    how_well,
)
from haidang.exchange.loading.goals import GoalList, Place, Said
from haidang.exchange.loading.lines import Line, Status
from haidang.exchange.loading.trees import as_tree
from haidang.goals.models import Goal
from haidang.lib.tables import files
from haidang.lib.tables.table import Table
from haidang.people.models import Person
from haidang.web import formats


@dataclass(frozen=True)
class Done:
    """The lines as a tree, and what is worth saying of the file."""

    lines: Sequence[Line]
    notes: Sequence[str]

    @property
    def wrong(self) -> bool:
        return any(line.status in (Status.WRONG, Status.WAITING) for line in self.lines)

    @property
    def fingerprint(self) -> list[tuple[object, ...]]:
        """What was shown, to be held against what would be done by then."""
        return [
            (line.number, line.status, *((c.column, c.old, c.new) for c in line.changes))
            for line in self.lines
            if line.status != Status.THERE
        ]


def opened(kind: str, data: bytes, fields: own.Fields = own.NOTHING) -> tuple[Table, Header]:
    """The table of a file and its columns; `fields` are the organisation's own. Raises Invalid
    about the whole."""
    how = fits if kind == ACTUALS else lambda values: how_well(kind, values)
    table = files.read(data, how, limits.most_lines())
    header: Header
    if kind == ACTUALS:
        header = actual_header(table)
    else:
        header = header_of(kind, table.header, own.names_of(fields))
    if header.unknown:
        names = ", ".join(f"“{name}”" for name in header.unknown[:10])
        table.notes.append(_("Columns that are not known are left out: %(names)s.")
                           % {"names": names})  # fmt: skip
    return table, header


def work(
    actor: Person,
    kind: str,
    data: bytes,
    at: datetime,
    *,
    language: str,
    reason: str,
    trial: bool,
    said: Said,
) -> Done:
    """Do what the file asks for, or in a `trial` only find out what that is.

    The caller has opened the transaction, and rolls it back where a line is `wrong`. Raises
    Invalid about the file as a whole.
    """
    fields = own.fields_of(actor) if kind == GOALS else {}
    table, header = opened(kind, data, fields)
    said(1, 10)
    if kind == GOALS:
        lines = _goals(actor, table, header, fields, at, language, reason, trial, _rest(said))
    elif isinstance(header, ActualHeader):
        lines = actuals.load(
            actor, table, header, language, reason=reason, trial=trial, said=_rest(said)
        )
    elif kind == PEOPLE:
        lines = people.load(actor, table, header, language, trial=trial, said=_rest(said))
    else:
        lines = units.load(actor, table, header, language, trial=trial, said=_rest(said))
    _as_in_the_file(kind, header, lines)
    return Done(lines, table.notes)


def _as_in_the_file(kind: str, header: Header, lines: list[Line]) -> None:
    """Call the columns what the file calls them: that is where somebody looks for them."""
    said = {str(column_of(kind, key).label): name for key, name in header.said.items()}
    for line in lines:
        for problem in line.problems:
            problem.column = said.get(problem.column, problem.column)
        for change in line.changes:
            change.column = said.get(change.column, change.column)


def _rest(said: Said) -> Said:
    """Reading the file was the first tenth of the work."""
    return _part(said, 1, 9, 10)


def _part(said: Said, before: int, share: int, whole: int) -> Said:
    """A part of the work, of which so much of the whole is done before it."""
    return lambda done, of: said(before * of + share * done, whole * of)


def _goals(
    actor: Person,
    table: Table,
    header: Header,
    fields: own.Fields,
    at: datetime,
    language: str,
    reason: str,
    trial: bool,
    said: Said,
) -> list[Line]:
    goals = GoalList(actor, table, header, language, fields)
    many = len(goals.wishes)
    new = sum(1 for wish in goals.wishes if wish.goal is None)
    goal_making.make(goals, at, trial=trial, said=_part(said, 0, new, many))
    goal_changing.change(goals, reason=reason, trial=trial, said=_part(said, new, many - new, many))
    for wish in goals.wishes:
        if wish.made is not None:
            wish.line.notes = _understood(wish.made, language)
    places = [goals.place_of(wish) for wish in goals.wishes]
    return as_tree(places, _above, _line)


def _understood(goal: Goal, language: str) -> list[str]:
    """Who, where, and from what to what, as it was read from the cells."""
    aim = formats.value(goal.target, goal, language) if goal.target is not None else ""
    if aim and goal.baseline is not None:
        aim = f"{formats.number(goal.baseline, language)} → {aim}"
    people = [goal.owner.name if goal.owner else "", goal.unit.name if goal.unit else ""]
    return [said for said in (*people, aim) if said]


def _above(place: Place) -> Place | None:
    parents = place.wish.parents if place.wish else None
    return parents[0] if parents else None


def _line(place: Place) -> Line:
    if place.wish is not None:
        return place.wish.line
    return Line(0, Status.THERE, place.title, place.kind, place.public_id)
