"""Goals given another owner, data owner or unit by what happens to people and units.

Whoever calls these has decided who may, and holds the organisation (`restructuring`): a unit
that is merged takes its goals along, also those that the administrator does not see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from haidang.goals.actions.change import record_event
from haidang.goals.actions.facts import short
from haidang.goals.actions.history import version_of
from haidang.goals.models import (
    Goal,
    GoalVersion,
    KpiPeriod,
    Milestone,
    Participant,
    ParticipantRole,
)
from haidang.people.models import Person

#: What may be handed; all but the last are facts of the definition.
HANDED = ("owner", "data_owner", "unit", "state", "proposed_by")
_BATCH = 500


def hand(
    actor: Person, changes: Mapping[int, Mapping[str, Any]], at: datetime, *, because: str
) -> None:
    """Give goals (by id) some of HANDED; each gets its next version and its line in the log,
    which says by what it came (`because`, a verb of the log). Numbers do not move: a state
    may only change where the goal counts nowhere, before and after."""
    ids = sorted(changes)
    for start in range(0, len(ids), _BATCH):
        _hand(actor, ids[start : start + _BATCH], changes, at, because)


def _hand(
    actor: Person,
    ids: list[int],
    changes: Mapping[int, Mapping[str, Any]],
    at: datetime,
    because: str,
) -> None:
    goals = list(
        Goal.objects.filter(pk__in=ids)
        .select_related("owner", "data_owner", "unit", "proposed_by")
        .order_by("pk")
    )
    told: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
    for goal in goals:
        old, new = {}, {}
        for name, value in changes[goal.pk].items():
            before = getattr(goal, name)
            if before != value:
                setattr(goal, name, value)
                if name != "proposed_by":
                    old[name], new[name] = short(before), short(value)
        goal.version += 1
        told[goal.pk] = old, new
    Goal.objects.bulk_update(goals, [*HANDED, "version"])
    milestones = _by_goal(Milestone.objects.filter(goal__in=goals))
    periods = _by_goal(KpiPeriod.objects.filter(goal__in=goals))
    GoalVersion.objects.filter(goal__in=goals, until=None).update(until=at)
    GoalVersion.objects.bulk_create(
        version_of(goal, at, actor.pk, "", milestones=milestones[goal.pk], periods=periods[goal.pk])
        for goal in goals
    )
    for goal in goals:
        old, new = told[goal.pk]
        record_event(
            actor, "goal.edited", goal, at,
            data={"fields": sorted(new), "old": old, "new": new, "reason": "", "by": because},
        )  # fmt: skip


def _by_goal(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.goal_id].append(row)
    return found


def hand_part(
    actor: Person,
    part: Participant,
    to: Person | None,
    at: datetime,
    *,
    because: str,
) -> None:
    """End somebody's part in a goal, and give it to somebody else, where there is one: with
    the dates of a delegate."""
    goal = part.goal
    part.delete()
    if to is not None and to.pk != goal.owner_id:
        Participant.objects.get_or_create(
            goal=goal,
            person=to,
            role=part.role,
            defaults={"since": part.since, "until": part.until},
        )
    if part.role == ParticipantRole.FOLLOWER:  # one's own affair, which the log does not tell
        return
    record_event(
        actor, "goal.participants", goal, at,
        data={
            "role": part.role,
            "removed": [part.person.public_id],
            "added": [to.public_id] if to is not None else [],
            "by": because,
        },
    )  # fmt: skip
