"""The way from a goal up to its Ultimate Goal, as far as the reader sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from haidang.goals.access import visible
from haidang.goals.models import Kind
from haidang.people.models import Person


class Step(NamedTuple):
    """A goal on the way, named as a link shows it."""

    id: int
    public_id: str
    title: str
    kind: str


_ABOVE = """
WITH RECURSIVE up(id) AS (
  SELECT id FROM goals_goal WHERE id IN ({ids})
  UNION
  SELECT a.parent_id FROM goals_alignment a JOIN up ON a.child_id = up.id
  WHERE a.relation NOT IN ('supports', 'depends_on', 'computes')
)
SELECT a.child_id, a.parent_id, a.relation FROM goals_alignment a JOIN up ON a.child_id = up.id
WHERE a.relation NOT IN ('supports', 'depends_on', 'computes')
ORDER BY a.position, a.id
"""
#: Which of several ways up is the goal's own, before others.
_RANK = {"composition": 0, "strategy": 1, "decomposes": 2, "cascade": 3, "cross_team": 4}
LONGEST = 12


def trail(person: Person, goal_id: int) -> list[Step]:
    """From the topmost goal down to the parent of this one; two queries."""
    return trails(person, [goal_id])[goal_id]


def trails(person: Person, goal_ids: Sequence[int]) -> dict[int, list[Step]]:
    """The `trail` of each of these goals, by id; two queries for all of them.

    Of several parents the way that reaches an Ultimate Goal comes first, then the one whose
    link means most.
    """
    found: dict[int, list[Step]] = {goal_id: [] for goal_id in goal_ids}
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE.format(ids=",".join("%s" for _ in found)), list(found))
        edges = cursor.fetchall()
    if not edges:
        return found
    known = {
        row[0]: Step(*row)
        for row in visible(person)
        .filter(pk__in={parent for _child, parent, _relation in edges})
        .values_list("id", "public_id", "title", "kind")
    }
    above: dict[int, list[tuple[int, int]]] = {}
    for child, parent, relation in edges:
        if parent in known:
            above.setdefault(child, []).append((_RANK.get(relation, 9), parent))
    for parents in above.values():
        parents.sort()
    leading = _leading(above, known)
    return {i: list(reversed(_climb(i, above, known, leading))) for i in found}


def _leading(above: dict[int, list[tuple[int, int]]], known: dict[int, Step]) -> set[int]:
    """Goals from which a seen way leads to an Ultimate Goal."""
    below: dict[int, list[int]] = {}
    for child, parents in above.items():
        for _rank, parent in parents:
            below.setdefault(parent, []).append(child)
    found = {i for i, step in known.items() if step.kind == Kind.ULTIMATE}
    waiting: list[int] = list(found)
    while waiting:
        for child in below.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _climb(
    goal_id: int,
    above: Mapping[int, Sequence[tuple[int, int]]],
    known: Mapping[int, Step],
    leading: set[int],
) -> list[Step]:
    at = goal_id
    way: list[Step] = []
    while at in above and len(way) < LONGEST:
        parents = [parent for _rank, parent in above[at]]
        at = next((p for p in parents if p in leading), parents[0])
        way.append(known[at])
    return way
