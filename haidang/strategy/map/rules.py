"""What of the graph a map shows, and how it hangs together: pure, from rows to a forest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

#: No view holds more goals than this; what is beyond is counted on its parent.
CAP = 2000
#: Deeper than any real strategy; bounds how often the database is asked.
DEEPEST = 16
#: Goals shown of a level that does not fit, before the level is left out as a whole.
LEVEL_FLOOR = 300

#: A goal stands under its first parent of the lowest class; what only helps or waits is
#: drawn as a link and never as a branch.
_CLASSES = {"composition": 0, "strategy": 1}
BESIDE = ("supports", "depends_on")
BRANCHES = (
    "composition",
    "strategy",
    "cascade",
    "cross_team",
    "decomposes",
    "computes",
    "improves",
)

#: What a link does, as the map draws it.
COUNTS, HELPS, WAITS = 0, 1, 2


class Edge(NamedTuple):
    """A link from a goal to one above it, by database ids."""

    child: int
    parent: int
    relation: str
    mode: str
    weight: int
    position: int
    id: int

    @property
    def order(self) -> tuple[int, int, int]:
        """The lower, the more the parent is where the child belongs."""
        kind = _CLASSES.get(self.relation, 2 if self.mode != "none" else 3)
        return kind, self.position, self.id

    @property
    def does(self) -> int:
        """How the link is drawn: it counts, it helps, or it waits for the other."""
        if self.mode != "none":
            return COUNTS
        return WAITS if self.relation == "depends_on" else HELPS


def primary_parents(edges: Iterable[Edge]) -> dict[int, Edge]:
    """The one edge of each child by which it stands in the tree.

    The graph has no cycle, so neither has the forest made of some of its edges.
    """
    found: dict[int, Edge] = {}
    for edge in edges:
        if edge.relation in BESIDE:
            continue
        before = found.get(edge.child)
        if before is None or edge.order < before.order:
            found[edge.child] = edge
    return found


def with_ancestors(matches: Iterable[int], parents: Mapping[int, int]) -> set[int]:
    """The matches and everything above them, by `parents` (child > parent)."""
    found: set[int] = set()
    for node in matches:
        at: int | None = node
        while at is not None and at not in found:
            found.add(at)
            at = parents.get(at)
    return found


def preorder(roots: Iterable[int], children: Callable[[int], Sequence[int]]) -> list[int]:
    """Reading order: each goal before those under it."""
    found: list[int] = []
    stack = list(roots)[::-1]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(reversed(children(node)))
    return found
