"""What columns show of the things around goals: parents, children, weight, last change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from haidang.goals.access import visible
from haidang.goals.models import Alignment, Goal, GoalVersion, Mode
from haidang.people.models import Person
from haidang.strategy.explorer.asked import Asked


@dataclass(slots=True)
class Beside:
    """Parents and children as far as the reader sees them; the weight in the first parent
    that it counts in."""

    parents: list[Goal] = field(default_factory=list)
    children: int = 0
    weight: int | None = None
    updated: datetime | None = None


def beside(person: Person, keys: Sequence[int], asked: Asked) -> dict[int, Beside]:
    """By goal; nothing is read that no column shows."""
    found = {key: Beside() for key in keys}
    if asked.has("parents", "weight"):
        seen = visible(person).values("pk").order_by()
        up = Alignment.objects.filter(child_id__in=keys, parent_id__in=seen)
        for link in up.select_related("parent").order_by("child_id", "position", "id"):
            one = found[link.child_id]
            one.parents.append(link.parent)
            if one.weight is None and link.mode != Mode.NONE:
                one.weight = link.weight
    if asked.has("children"):
        seen = visible(person).values("pk").order_by()
        down = Alignment.objects.filter(parent_id__in=keys, child_id__in=seen)
        counts = Counter(down.values_list("parent_id", flat=True).order_by())
        for key, one in found.items():
            one.children = counts[key]
    if asked.has("updated"):
        versions = GoalVersion.objects.filter(goal_id__in=keys, until=None)
        for key, since in versions.values_list("goal_id", "since"):
            found[key].updated = since
    return found
