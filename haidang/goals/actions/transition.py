"""How goals come from one state into another, with what goes along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import may
from haidang.goals.actions.change import again, record_event, restructuring, settle, slice_above
from haidang.goals.actions.create import children_of, objective_of
from haidang.goals.actions.history import keep_version
from haidang.goals.models import Goal, GoalVersion, Kind, Relation, State
from haidang.lib.errors import Conflict, Invalid
from haidang.lib.text import clean_text
from haidang.people.models import Person

UNFINISHED = (State.DRAFT, State.RETURNED)


def reason_of(text: str) -> str:
    """What somebody said, cleaned. Raises Invalid where nothing is left."""
    reason = clean_text(text)
    if not reason:
        raise Invalid(_("Please say why."), code="required", field="reason")
    return reason[:5000]


def require_state(goal: Goal, states: Iterable[str]) -> None:
    """Raise Conflict for a goal that is in none of these states."""
    if goal.state not in states:
        raise Conflict(
            _("This does not fit its state: %(state)s.") % {"state": goal.get_state_display()},
            code="state",
        )


def move_to(
    actor: Person,
    goal: Goal,
    version: int | None,
    states: Iterable[str],
    to: str,
    verb: str,
    *,
    reason: str = "",
    facts: Any = None,
) -> Goal:
    """Bring a goal from one of these states into another, in a change of its own."""
    with restructuring(actor) as at:
        goal = again(goal, version)
        if goal.kind == Kind.KEY_RESULT and to in (State.SUBMITTED, State.ACTIVE):
            objective_allows(actor, goal, to)
        require_state(goal, states)
        change_state(actor, [goal, *along(goal, states)], to, verb, at, reason, facts)
        return again(goal)


def objective_allows(actor: Person, key_result: Goal, to: str) -> None:
    """Raise Conflict where a key result would be ahead of its objective."""
    objective = objective_of(key_result)
    order: list[str] = [State.DRAFT, State.RETURNED, State.SUBMITTED, State.ACTIVE]
    if objective.state not in order or order.index(objective.state) < order.index(to):
        said = (
            _("Its objective comes first (%(objective)s).") % {"objective": objective.public_id}
            if may(actor, objective, "see")
            else _("Its objective comes first.")
        )
        raise Conflict(said, code="objective_first")


def along(goal: Goal, states: Iterable[str]) -> list[Goal]:
    """An objective's key results that are where it is go with it."""
    if goal.kind != Kind.OBJECTIVE:
        return []
    return [kr for kr in children_of(goal, Relation.COMPOSITION) if kr.state in states]


def left_with(goal: Goal) -> list[Goal]:
    """An objective's key results that came into its state in the same change."""
    if goal.kind != Kind.OBJECTIVE:
        return []
    moment = _entered(goal)
    return [
        one
        for one in children_of(goal, Relation.COMPOSITION)
        if one.state == goal.state and _entered(one) == moment
    ]


def _entered(goal: Goal) -> datetime:
    """When a goal came into its state."""
    entered: GoalVersion | None = None
    for version in goal.versions.order_by("-version"):
        if version.facts["state"] != goal.state:
            break
        entered = version
    assert entered is not None
    return entered.since


def change_state(
    actor: Person,
    goals: list[Goal],
    to: str,
    verb: str,
    at: datetime,
    reason: str = "",
    facts: Any = None,
) -> None:
    """Write the state of goals and let it reach the numbers above, in an open change."""
    graph = slice_above(actor, [g.pk for g in goals])
    for goal in goals:
        graph.touch(goal.pk).state = to
        values: Mapping[str, Any] = facts(goal, at) if facts else {}
        if to != State.CLOSED:
            values = {"score": None, "closed_on": None, **values}
        goal.state, goal.reason = to, reason
        for name, value in values.items():
            setattr(goal, name, value)
        goal.version += 1
        goal.save(update_fields=["state", "reason", "version", *values])
        keep_version(goal, at, actor.pk, reason)
    touched = settle(actor, graph, at)
    for goal in goals:
        record_event(
            actor, verb, goal, at, touched=touched, data={"state": to, "reason": reason[:2000]}
        )
