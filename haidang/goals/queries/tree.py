"""A goal and all that hangs below it, ready to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from haidang.goals.access import visible
from haidang.goals.models import Goal
from haidang.people.models import Person


@dataclass(slots=True)
class Branch:
    """A node of a subtree; a goal with several parents stands below the first of them."""

    id: int
    parent_id: int | None
    depth: int
    relation: str
    mode: str
    weight: int
    public_id: str
    kind: str
    title: str
    state: str
    owner_id: int | None
    unit_id: int | None
    progress: int | None
    terms_measured: int
    terms_total: int
    ends: date | None


@dataclass(slots=True)
class Subtree:
    """Branches in preorder, and the edges between them that the tree does not draw."""

    branches: list[Branch] = field(default_factory=list)
    cross: list[tuple[int, int, str, str]] = field(default_factory=list)


#: Parent, child, relation, mode, weight.
Edge = tuple[int, int, str, str, int]

_EDGES = """
WITH RECURSIVE below(id, depth) AS (
  SELECT child_id, 1 FROM goals_alignment WHERE parent_id = %s
  UNION
  SELECT a.child_id, below.depth + 1 FROM goals_alignment a
  JOIN below ON a.parent_id = below.id WHERE below.depth < %s
)
SELECT a.parent_id, a.child_id, a.relation, a.mode, a.weight
FROM goals_alignment a
WHERE a.child_id IN (SELECT id FROM below)
  AND (a.parent_id = %s OR a.parent_id IN (SELECT id FROM below))
ORDER BY a.position, a.id
"""

#: What a branch is made of, in this order.
FIELDS = (
    "id", "public_id", "kind", "title", "state", "owner_id", "unit_id", "ends",
    "standing__progress", "standing__terms_measured", "standing__terms_total",
)  # fmt: skip
#: The edge that draws a child below a parent, before others.
_FIRST = {"composition": 0, "strategy": 1, "cascade": 2, "cross_team": 3, "decomposes": 4}


def subtree(person: Person, goal: Goal, depth: int = 64) -> Subtree:
    """What hangs below a goal, to so many levels, as far as the person sees it."""
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, [goal.pk, depth, goal.pk])
        edges = cursor.fetchall()
    ids = {goal.pk, *(e[1] for e in edges)}
    return drawn_from(goal.pk, edges, {r[0]: r for r in _goals(person, goal, ids)})


def drawn_from(root: int, edges: Sequence[Edge], rows: Mapping[int, tuple[Any, ...]]) -> Subtree:
    """The tree below `root` from links in the order in which they mean something, and goals
    (by id, FIELDS of each); a link to a goal that is not among them is left out."""
    edges = [e for e in edges if e[0] in rows and e[1] in rows]
    drawn = _drawn(root, edges)
    result = Subtree()
    _walk(root, rows, drawn, result)
    chosen = {(c[0], parent) for parent, below in drawn.items() for c in below}
    result.cross = [(e[1], e[0], e[2], e[3]) for e in edges if (e[1], e[0]) not in chosen]
    return result


def _goals(person: Person, goal: Goal, ids: set[int]) -> list[tuple[Any, ...]]:
    below = visible(person)
    if len(ids) <= 500:
        below = below.filter(pk__in=ids)
    rows = below.values_list(*FIELDS).order_by()
    return [r for r in rows.iterator(5000) if r[0] in ids]


def _drawn(root: int, edges: Sequence[Edge]) -> dict[int, list[tuple[int, str, str, int]]]:
    """Each child below one parent: the one whose edge means most, the earliest made."""
    best: dict[int, tuple[int, int]] = {}
    for i, (_, child, relation, _, _) in enumerate(edges):
        rank = (_FIRST.get(relation, 9), i)
        if child != root and (child not in best or rank < best[child]):
            best[child] = rank
    drawn: dict[int, list[tuple[int, str, str, int]]] = {}
    for i, (parent, child, relation, mode, weight) in enumerate(edges):
        if best.get(child, (0, -1))[1] == i:
            drawn.setdefault(parent, []).append((child, relation, mode, weight))
    return drawn


def _walk(
    root: int,
    rows: Mapping[int, tuple[Any, ...]],
    drawn: dict[int, list[tuple[int, str, str, int]]],
    result: Subtree,
) -> None:
    stack: list[tuple[int, int | None, int, str, str, int]] = [(root, None, 0, "", "", 0)]
    while stack:
        pk, parent, depth, relation, mode, weight = stack.pop()
        _, public_id, kind, title, state, owner, unit, ends, progress, measured, total = rows[pk]
        result.branches.append(
            Branch(
                pk, parent, depth, relation, mode, weight, public_id, kind, title, state,
                owner, unit, progress, measured, total, ends,
            )
        )  # fmt: skip
        stack += [(c, pk, depth + 1, r, m, w) for c, r, m, w in reversed(drawn.get(pk, ()))]
