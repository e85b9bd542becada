"""One goal beside the map: where it stands, what makes its number, what it is linked with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from haidang.goals.access import goal_for, verbs_of, visible
from haidang.goals.models import GONE, OVER, Alignment, Goal, Kind, Mode, Relation, State
from haidang.goals.queries import Outlook
from haidang.goals.queries.derivation import left_out
from haidang.goals.rules.graph import CYCLIC
from haidang.goals.words import LEFT_OUT
from haidang.people.models import Person
from haidang.strategy.map import facts, queries
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
    share: int | None  # of the number above, in billionths; None: no term of it now
    out: Any = ""  # of a child that does not count there: why


def panel(person: Person, public_id: str, today: date, language: str) -> dict[str, Any]:
    """What the panel shows. Raises NotFound for a stranger."""
    goal = goal_for(person, public_id)
    seen = visible(person).order_by()
    order = ("relation", "position", "id")
    up = list(Alignment.objects.filter(child=goal, parent__in=seen).order_by(*order))
    below = Alignment.objects.filter(parent=goal, child__in=seen).exclude(child__state__in=GONE)
    down = list(below.order_by(*order)[: MOST + 1])
    ids = {goal.pk, *(link.parent_id for link in up), *(link.child_id for link in down)}
    view = queries.these(person, ids, today)
    rows = {row.id: row for row in view.rows}
    verbs = verbs_of(person, goal)
    stands = queries.stands_under(person, goal)
    open_ = goal.state not in OVER
    masked = _terms(goal) - _counting(goal, below).count()

    def linked(links: Iterable[Alignment], end: str) -> list[Linked]:
        found = []
        for link in links:
            row = rows.get(getattr(link, end))
            if row is not None:
                is_child = end == "child_id"
                share = _share(goal, link, row) if is_child else None
                out = left_out(link, row, goal) if is_child else ""
                relation = Relation(link.relation).label
                look = view.outlooks[row.id]
                found.append(
                    Linked(row, look, relation, link.mode, share, LEFT_OUT[out] if out else "")
                )
        return found

    children = linked(down[:MOST], "child_id")
    return {
        "goal": goal,
        "row": rows[goal.pk],
        "amount": facts.amount(rows[goal.pk], language),
        "look": view.outlooks[goal.pk],
        "parents": linked(up, "parent_id"),
        "terms": [child for child in children if not child.out],
        "beside": [child for child in children if child.out],
        "more": len(down) > MOST,
        "masked": max(0, masked) if goal.rule != "own" else 0,
        "may_check_in": goal.is_measured and goal.state == "active" and "check_in" in verbs,
        "may_edit": open_ and "edit_words" in verbs,
        "may_link": open_ and "link" in verbs and goal.kind != "ultimate",
        "under": rows[stands.parent] if stands and stands.relation != "composition" else None,
    }


def _terms(goal: Goal) -> int:
    return goal.standing.average_total + goal.standing.value_total


def _counting(goal: Goal, below: QuerySet[Alignment]) -> QuerySet[Alignment]:
    """Of the links from below those of goals that count (`derivation.left_out`)."""
    active = Q(child__state=State.ACTIVE)
    if goal.kind in CYCLIC:
        active |= Q(child__state=State.CLOSED)
    elif goal.kind == Kind.KPI:
        active |= Q(child__state=State.CLOSED, child__kind=Kind.KEY_RESULT, mode=Mode.VALUE)
    return below.exclude(mode=Mode.NONE).filter(active)


def _share(goal: Goal, link: Alignment, row: Row) -> int | None:
    """What part of the goal's number this child's progress is, now."""
    standing = goal.standing
    counts = link.mode == Mode.AVERAGE and not left_out(link, row, goal)
    if not counts or row.progress is None or standing.average_weight <= 0:
        return None
    whole = standing.average_weight + (standing.own_progress is not None)
    return link.weight * 1_000_000_000 // whole
