"""One goal beside the map: where it stands, why, and what it is linked with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from haidang.goals.access import goal_for, verbs_of, visible
from haidang.goals.models import Alignment, Mode, Relation
from haidang.goals.queries import Outlook
from haidang.people.models import Person
from haidang.strategy.map import facts, queries
from haidang.strategy.map.filters import GONE
from haidang.strategy.map.queries import Row

#: Children shown beside the map; the rest are counted.
MOST = 40


@dataclass(frozen=True)
class Linked:
    """A goal at the other end of a link."""

    row: Row
    look: Outlook
    relation: Any
    mode: str
    weight: int


def panel(person: Person, public_id: str, today: date, language: str) -> dict[str, Any]:
    """What the panel shows. Raises NotFound for a stranger."""
    goal = goal_for(person, public_id)
    seen = visible(person).order_by()
    up = list(_links(Alignment.objects.filter(child=goal, parent__in=seen)))
    down = list(
        _links(
            Alignment.objects.filter(parent=goal, child__in=seen).exclude(child__state__in=GONE)[
                : MOST + 1
            ]
        )
    )
    ids = {goal.pk, *(link.parent_id for link in up), *(link.child_id for link in down)}
    view = queries.these(person, ids, today)
    rows = {row.id: row for row in view.rows}

    def linked(links: list[Alignment], end: str) -> list[Linked]:
        return [
            Linked(
                rows[key],
                view.outlooks[key],
                Relation(link.relation).label,
                link.mode,
                link.weight,
            )
            for link in links
            if (key := getattr(link, end)) in rows
        ]

    return {
        "goal": goal,
        "row": rows[goal.pk],
        "amount": facts.amount(rows[goal.pk], language),
        "look": view.outlooks[goal.pk],
        "parents": linked(up, "parent_id"),
        "children": linked(down[:MOST], "child_id"),
        "more": len(down) > MOST,
        "counting": sum(link.mode != Mode.NONE for link in down),
        "may_check_in": goal.is_measured
        and goal.state == "active"
        and "check_in" in verbs_of(person, goal),
    }


def _links(links: Any) -> Any:
    return links.order_by("relation", "position", "id").only(
        "child_id", "parent_id", "relation", "mode", "weight"
    )
