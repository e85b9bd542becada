"""Why a number stands elsewhere than a week ago: what below it was reported or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from haidang.activity.latest import latest_since
from haidang.goals.access import visible
from haidang.goals.models import Goal
from haidang.people.models import Person

WEEK = timedelta(days=7)
#: Events of a week that are looked at, the latest first.
LOOKED_AT = 1000
MOST_MOVES = 6
MOST_CAUSES = 2


@dataclass(frozen=True, slots=True)
class Move:
    """A goal's number then and now (billionths), and the goals below that moved it.

    `others` counts further causes, those that the reader may not know of among them.
    """

    goal: Goal
    before: int
    after: int
    causes: Sequence[Goal]
    others: int


def moves(
    person: Person,
    today: date,
    goals: Sequence[Goal],
    before: Mapping[int, int | None],
    after: Mapping[int, int | None],
    *,
    most_causes: int = MOST_CAUSES,
) -> list[Move]:
    """The moves of these goals in a week, the widest first; two queries.

    What moved by its own reports alone is left out: the log tells these.
    """
    widths = {
        g.pk: abs(now - then)
        for g in goals
        if (now := after.get(g.pk)) is not None and (then := before.get(g.pk)) is not None
    }
    moved = {i for i, width in widths.items() if width >= 500_000}
    if not moved:
        return []
    causes = _causes(person, today, moved)
    wanted = {i for found in causes.values() for i in found}
    seen = {g.pk: g for g in visible(person).filter(pk__in=wanted)}
    result = []
    for goal in sorted(goals, key=lambda g: -widths.get(g.pk, 0)):
        found = causes.get(goal.pk, [])
        if goal.pk in moved and found:
            named = [seen[i] for i in found if i in seen][:most_causes]
            then, now = before[goal.pk], after[goal.pk]
            assert then is not None
            assert now is not None
            result.append(Move(goal, then, now, named, len(found) - len(named)))
    return result


def _causes(person: Person, today: date, moved: set[int]) -> dict[int, list[int]]:
    """Of each goal the goals whose changes reached its number, the widest change first."""
    zone = ZoneInfo(person.organisation.time_zone)
    since = datetime.combine(today - WEEK + timedelta(days=1), time.min, zone)
    events = latest_since(person.organisation_id, since).filter(subject_kind="goal")[:LOOKED_AT]
    widths: dict[int, dict[int, int]] = {}
    for subject, touched, data in events.values_list("subject_id", "touched", "data"):
        width = abs((data.get("to") or 0) - (data.get("from") or 0)) if _counted(data) else 0
        for goal_id in moved.intersection(touched):
            if subject and subject != goal_id:
                found = widths.setdefault(goal_id, {})
                found[subject] = found.get(subject, 0) + width
    return {
        goal_id: sorted(found, key=lambda i: (-found[i], i)) for goal_id, found in widths.items()
    }


def _counted(data: Mapping[str, object]) -> bool:
    return all(isinstance(data.get(name) or 0, int) for name in ("from", "to"))
