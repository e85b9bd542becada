"""The goals of a view as a forest, from the columns that are sent: `graph.js`, in Python.

Pure. A browser test holds the two equal, down to the place of every card.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Node:
    """A goal of the map. `more` counts goals below that the view does not hold; `count` and
    `below` (by health) those that it does; x, y, w, h are set by `layout.arrange`."""

    id: str
    kind: int
    title: str
    state: int
    health: int
    progress: int | None
    expected: int | None
    amount: str
    owner: str
    unit: str
    context: bool
    late: bool
    more: int
    up: Node | None = None
    kids: list[Node] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    depth: int = 0
    count: int = 0
    below: list[int] = field(default_factory=lambda: [0] * 6)
    shown: bool = False
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0
    indent: float = 0
    column_top: float = 0


@dataclass(eq=False)
class Link:
    """A link beside the tree; `does` as in `rules`."""

    child: Node
    parent: Node
    does: int


@dataclass
class Forest:
    nodes: list[Node]
    roots: list[Node]
    links: list[Link]

    @property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}


def decode(data: Mapping[str, Any]) -> Forest:
    """The forest of `facts.payload`."""
    context, late = set(data["context"]), set(data["outdated"])
    people, units = data["people"], data["units"]

    def name(names: Sequence[Any], at: int) -> str:
        found = names[at] if at < len(names) else ""
        return found if isinstance(found, str) else str(found[0])

    nodes = [
        Node(
            id=public_id,
            kind=data["kind"][j],
            title=data["title"][j],
            state=data["state"][j],
            health=data["health"][j],
            progress=data["progress"][j],
            expected=data["expected"][j],
            amount=data["amount"][j],
            owner=name(people, data["owner"][j]),
            unit=name(units, data["unit"][j]),
            context=j in context,
            late=j in late,
            more=data["more"].get(public_id, 0),
        )
        for j, public_id in enumerate(data["id"])
    ]
    roots: list[Node] = []
    for node, up in zip(nodes, data["up"], strict=True):
        node.up = nodes[up] if up >= 0 else None
        (node.up.kids if node.up else roots).append(node)
    links = []
    told = data["links"]
    for j in range(0, len(told), 3):
        link = Link(nodes[told[j]], nodes[told[j + 1]], told[j + 2])
        links.append(link)
        link.child.links.append(link)
        link.parent.links.append(link)
    order = preorder(roots, lambda node: node.kids)
    for node in order:
        if node.up:
            node.depth = node.up.depth + 1
    for node in reversed(order):
        if node.up:
            node.up.count += node.count + 1
            for health, number in enumerate(node.below):
                node.up.below[health] += number
            node.up.below[node.health] += 1
    found = Forest(nodes, roots, links)
    _untangle(found)
    return found


def preorder(roots: Iterable[Node], kids: Callable[[Node], Sequence[Node]]) -> list[Node]:
    """Reading order: each goal before those under it."""
    found: list[Node] = []
    stack = list(roots)[::-1]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(reversed(kids(node)))
    return found


def _untangle(forest: Forest) -> None:
    """Brothers nearer to what they are linked with: three sweeps of barycentres."""
    for _ in range(3 if forest.links else 0):
        order = preorder(forest.roots, lambda node: node.kids)
        at = {node: place for place, node in enumerate(order)}
        pull = dict.fromkeys(order, 0)
        weight = dict.fromkeys(order, 0)

        def draw(node: Node | None, to: int, pull: dict[Node, int] = pull) -> None:
            while node:
                pull[node] += to
                weight[node] += 1  # noqa: B023  of this sweep
                node = node.up

        for link in forest.links:
            draw(link.child, at[link.parent])
            draw(link.parent, at[link.child])
        keys = {
            node: (at[node] + pull[node] / weight[node]) / 2 if weight[node] else at[node]
            for node in order
        }
        for node in forest.nodes:
            if node.depth > 1:
                node.kids.sort(key=keys.__getitem__)


def is_open(depth: int, toggled: Collection[str]) -> Callable[[Node], bool]:
    """Whether what lies below a goal is shown: to a depth, with exceptions."""
    return lambda node: (node.depth < depth) != (node.id in toggled)


def together(at: Node) -> set[Node]:
    """What is in focus with a goal: ancestors, itself, children and linked goals."""
    found = {at, *at.kids}

    def rise(node: Node | None) -> None:
        while node:
            found.add(node)
            node = node.up

    rise(at.up)
    for link in at.links:
        if link.child is at:
            rise(link.parent)
        else:
            found.add(link.child)
    return found
