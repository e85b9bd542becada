"""The life of a goal: submitted, accepted, approved, returned, closed, reopened.

How it ends otherwise is in `leaving`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import is_proposal, may, require
from haidang.goals.actions.change import again, local_day, record_event, restructuring
from haidang.goals.actions.create import children_of, require_an_approver
from haidang.goals.actions.history import keep_version
from haidang.goals.actions.transition import (
    UNFINISHED,
    along,
    change_state,
    left_with,
    move_to,
    objective_allows,
    reason_of,
    require_state,
)
from haidang.goals.models import Goal, GoalVersion, Kind, Relation, State
from haidang.goals.rules.metric import BILLION
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_text
from haidang.people.models import Person


def submit(actor: Person, goal: Goal, version: int | None) -> Goal:
    """Hand a draft to its approver; a proposal that its owner declined, to the owner again.

    A private goal goes to an approver whom its owner has named: where nobody who sees it may
    approve it, it is refused (`create.require_an_approver`).
    """
    with restructuring(actor) as at:
        goal = again(goal, version)
        require(actor, goal, "submit")
        require_state(goal, UNFINISHED)
        if is_proposal(goal):
            change_state(actor, [goal, *along(goal, UNFINISHED)], State.DRAFT, "goal.proposed", at)
            return again(goal)
        return _hand_in(actor, goal, "goal.submitted", at)


def _hand_in(actor: Person, goal: Goal, verb: str, at: datetime) -> Goal:
    """Let an unfinished goal wait for its approver."""
    if goal.kind == Kind.KEY_RESULT:
        objective_allows(actor, goal, State.SUBMITTED)
    require_an_approver(goal)
    change_state(actor, [goal, *along(goal, UNFINISHED)], State.SUBMITTED, verb, at)
    return again(goal)


def accept_goal(actor: Person, goal: Goal, version: int | None) -> Goal:
    """Take on a personal goal that somebody proposed.

    Who proposed it and may approve it has said yes by proposing: it is active at once, as
    long as nobody else has changed it (or a key result of it) since. Otherwise it goes to
    its approver, as the owner's own would. From now on it is the owner's own.
    """
    with restructuring(actor) as at:
        goal = again(goal, version)
        require(actor, goal, "accept")
        agreed = _was_agreed(goal)
        goal.proposed_by = None
        goal.save(update_fields=["proposed_by"])
        if not agreed:
            return _hand_in(actor, goal, "goal.accepted", at)
        taken = [goal, *along(goal, UNFINISHED)]
        change_state(actor, taken, State.ACTIVE, "goal.accepted", at)
        return again(goal)


def _was_agreed(goal: Goal) -> bool:
    """Whether its approver proposed it as it stands, with its key results."""
    proposer = goal.proposed_by
    if proposer is None or not may(proposer, goal, "approve"):
        return False
    whole = [goal, *children_of(goal, Relation.COMPOSITION)]
    now = GoalVersion.objects.filter(goal__in=whole, until=None)
    return not now.exclude(actor_id=proposer.pk).exists()


def decline_goal(actor: Person, goal: Goal, version: int | None, reason: str) -> Goal:
    """Say no to a personal goal that somebody proposed, and why: it is returned to them, to
    be proposed again (`submit`) or dropped."""
    reason = reason_of(reason)
    with restructuring(actor) as at:
        goal = again(goal, version)
        require(actor, goal, "decline")
        change_state(
            actor, [goal, *along(goal, UNFINISHED)], State.RETURNED, "goal.declined", at, reason
        )
        return again(goal)


def approve(actor: Person, goal: Goal, version: int | None) -> Goal:
    """Make a submitted goal active; it counts from now on."""
    require(actor, goal, "approve")
    return move_to(actor, goal, version, (State.SUBMITTED,), State.ACTIVE, "goal.approved")


def return_goal(actor: Person, goal: Goal, version: int | None, reason: str) -> Goal:
    """Give a submitted goal back to be reworked, saying why."""
    require(actor, goal, "return")
    return move_to(
        actor, goal, version, (State.SUBMITTED,), State.RETURNED, "goal.returned",
        reason=reason_of(reason),
    )  # fmt: skip


def close(
    actor: Person,
    goal: Goal,
    version: int | None,
    *,
    score: Decimal | None = None,
    reason: str = "",
) -> Goal:
    """Close with a score (0 to 1; without one, the progress to two places).

    An owner proposes, and the goal stays active until its approver confirms by closing it.
    """
    require(actor, goal, "see")
    if score is not None and not (score.is_finite() and 0 <= score <= 1):
        raise Invalid(_("A score lies between 0.0 and 1.0."), code="score", field="score")
    if may(actor, goal, "confirm_close"):
        return _close(actor, goal, version, score, clean_text(reason))
    require(actor, goal, "close")
    with restructuring(actor) as at:
        goal = again(goal, version)
        require_state(goal, (State.ACTIVE,))
        goal.close_proposed_by = actor
        goal.proposed_score = score if score is not None else default_score(goal)
        goal.version += 1
        goal.save(update_fields=["close_proposed_by", "proposed_score", "version"])
        keep_version(goal, at, actor.pk, clean_text(reason))
        record_event(actor, "goal.close_proposed", goal, at)
        return again(goal)


def _close(
    actor: Person, goal: Goal, version: int | None, score: Decimal | None, reason: str
) -> Goal:
    def facts(one: Goal, at: datetime) -> dict[str, Any]:
        wanted = default_score(one)
        if one.pk == goal.pk:
            wanted = score if score is not None else (one.proposed_score or wanted)
        return {
            "score": wanted,
            "closed_on": local_day(actor.organisation, at),
            "close_proposed_by": None,
            "proposed_score": None,
        }

    return move_to(
        actor, goal, version, (State.ACTIVE,), State.CLOSED, "goal.closed",
        reason=reason, facts=facts,
    )  # fmt: skip


def default_score(goal: Goal) -> Decimal | None:
    """Progress rounded half-even to two places; None without data."""
    progress = goal.standing.progress
    return None if progress is None else round(Decimal(progress) / BILLION, 2)


def reopen(actor: Person, goal: Goal, version: int | None) -> Goal:
    """Make a closed goal active again; its score goes. Key results that were closed with
    their objective are active again too, those that were closed before stay closed."""
    require(actor, goal, "reopen")
    with restructuring(actor) as at:
        goal = again(goal, version)
        require_state(goal, (State.CLOSED,))
        if goal.kind == Kind.KEY_RESULT:
            objective_allows(actor, goal, State.ACTIVE)
        change_state(actor, [goal, *left_with(goal)], State.ACTIVE, "goal.reopened", at)
        return again(goal)
