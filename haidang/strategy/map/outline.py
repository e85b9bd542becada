"""The same goals as nested lists, for who has no JavaScript, and for paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from haidang.goals.queries import Outlook
from haidang.strategy.map import facts
from haidang.strategy.map.queries import Row, View


@dataclass
class Branch:
    """A goal and those under it."""

    row: Row
    look: Outlook
    owner: str
    unit: str
    amount: str
    hidden: int
    children: list[Branch] = field(default_factory=list)


def tree(view: View, language: str) -> list[Branch]:
    """The roots of a view with everything below them."""
    branches = {
        row.id: Branch(
            row,
            view.outlooks[row.id],
            view.people.get(row.owner_id or 0, ""),
            view.units.get(row.unit_id or 0, ""),
            facts.amount(row, language),
            view.hidden.get(row.id, 0),
        )
        for row in view.rows
    }
    roots: list[Branch] = []
    for row in view.rows:
        above = branches.get(view.parents.get(row.id, 0))
        (above.children if above else roots).append(branches[row.id])
    return roots
