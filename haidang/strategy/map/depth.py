"""A map of so many levels: what lies deeper is counted where it would hang."""

from __future__ import annotations

from haidang.strategy.map import rules
from haidang.strategy.map.queries import View


def to_depth(view: View, depth: int) -> None:
    """Leave `depth` levels below the tops of the view; `hidden` counts the rest, each goal at
    every parent that is left and that it hangs on."""
    level: dict[int, int] = {}
    kept = {row.id for row in view.rows}
    for row in view.rows:  # in reading order: a parent stands before its children
        above = view.parents.get(row.id)
        level[row.id] = level[above] + 1 if above in kept and above in level else 0
    gone = {key for key, at in level.items() if at > depth}
    if not gone:
        return
    edges = [view.branches[key] for key in gone if key in view.branches]
    edges += [edge for edge in view.links if edge.relation not in rules.BESIDE]
    for edge in edges:
        if edge.child in gone and edge.parent not in gone:
            view.hidden[edge.parent] = view.hidden.get(edge.parent, 0) + 1
    view.rows = [row for row in view.rows if row.id not in gone]
    view.links = [e for e in view.links if e.child not in gone and e.parent not in gone]
    view.cut = True
