"""Lines in the order and depth of what they hang below, for people to look at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from haidang.exchange.loading.lines import Line

K = TypeVar("K", bound=Hashable)


def refuse_circle(circle: Sequence[Line], kind: str, key: str) -> None:
    """Say of each of these lines that it hangs below itself."""
    numbers = " > ".join(str(line.number) for line in (*circle, circle[0]))
    said = _("These lines hang below each other in a circle: %(lines)s.") % {"lines": numbers}
    for line in circle:
        line.wrong(kind, key, said)


def as_tree(
    things: Sequence[K], above: Callable[[K], K | None], line_of: Callable[[K], Line]
) -> list[Line]:
    """The lines of `things`, each below what it hangs below.

    Something above that is no line of the list is shown for those below it, one level of it:
    `line_of` gives its line, too.
    """
    known = set(things)
    below: dict[K, list[K]] = {}
    roots: dict[K, None] = {}
    for thing in things:
        parent = above(thing)
        if parent is None:
            roots[thing] = None
            continue
        below.setdefault(parent, []).append(thing)
        if parent not in known:
            roots[parent] = None
    found: list[Line] = []
    seen: set[K] = set()
    # In a circle nothing is a root: its lines come last, each where it is met first.
    stack = [(root, 0) for root in (*reversed(things), *reversed(roots))]
    while stack:
        thing, depth = stack.pop()
        if thing in seen:
            continue
        seen.add(thing)
        line = line_of(thing)
        line.depth = depth
        found.append(line)
        stack += [(child, depth + 1) for child in reversed(below.get(thing, []))]
    return found
