"""The life of a goal: submitted, approved, returned, closed, reopened, dropped, archived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import is_proposal, may, require, visible
from haidang.goals.actions.change import (
    again,
    local_day,
    record_event,
    restructuring,
    settle,
    slice_above,
)
from haidang.goals.actions.create import children_of, objective_of, require_an_approver
from haidang.goals.actions.history import keep_version
from haidang.goals.actions.links import hang_elsewhere, remove_link
from haidang.goals.models import (
    Alignment,
    AlignmentSpan,
    Goal,
    GoalVersion,
    Kind,
    KpiPeriod,
    Mode,
    Relation,
    Standing,
    State,
    Visibility,
)
from haidang.goals.rules.metric import BILLION
from haidang.lib.errors import Conflict, Forbidden, Invalid
from haidang.lib.text import clean_text
from haidang.people.models import Person

UNFINISHED = (State.DRAFT, State.RETURNED)
GONE = (State.DROPPED, State.ARCHIVED)


def submit(actor: Person, goal: Goal, version: int | None) -> Goal:
    """Hand a draft to its approver; a proposal that its owner declined, to the owner again.

    A private goal goes to an approver whom its owner has named: where nobody who sees it may
    approve it, it is refused (`create.require_an_approver`).
    """
    with restructuring(actor) as at:
        goal = again(goal, version)
        require(actor, goal, "submit")
        _from(goal, UNFINISHED)
        if is_proposal(goal):
            change_state(actor, [goal, *_along(goal, UNFINISHED)], State.DRAFT, "goal.proposed", at)
            return again(goal)
        return _hand_in(actor, goal, "goal.submitted", at)


def _hand_in(actor: Person, goal: Goal, verb: str, at: datetime) -> Goal:
    """Let an unfinished goal wait for its approver."""
    if goal.kind == Kind.KEY_RESULT:
        _objective_allows(actor, goal, State.SUBMITTED)
    require_an_approver(goal)
    change_state(actor, [goal, *_along(goal, UNFINISHED)], State.SUBMITTED, verb, at)
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
        taken = [goal, *_along(goal, UNFINISHED)]
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
    reason = _reason(reason)
    with restructuring(actor) as at:
        goal = again(goal, version)
        require(actor, goal, "decline")
        change_state(
            actor, [goal, *_along(goal, UNFINISHED)], State.RETURNED, "goal.declined", at, reason
        )
        return again(goal)


def approve(actor: Person, goal: Goal, version: int | None) -> Goal:
    """Make a submitted goal active; it counts from now on."""
    require(actor, goal, "approve")
    return _move(actor, goal, version, (State.SUBMITTED,), State.ACTIVE, "goal.approved")


def return_goal(actor: Person, goal: Goal, version: int | None, reason: str) -> Goal:
    """Give a submitted goal back to be reworked, saying why."""
    require(actor, goal, "return")
    return _move(
        actor, goal, version, (State.SUBMITTED,), State.RETURNED, "goal.returned",
        reason=_reason(reason),
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
        _from(goal, (State.ACTIVE,))
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

    return _move(
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
        _from(goal, (State.CLOSED,))
        if goal.kind == Kind.KEY_RESULT:
            _objective_allows(actor, goal, State.ACTIVE)
        change_state(actor, [goal, *_left_with(goal)], State.ACTIVE, "goal.reopened", at)
        return again(goal)


def drop(
    actor: Person,
    goal: Goal,
    version: int | None,
    reason: str,
    *,
    children: str = "",
    relink_to: Goal | None = None,
) -> Goal:
    """Give a goal up, saying why; it leaves the numbers above.

    What hangs below (besides its key results) is listed in a refusal until the person says
    whether it goes `along` or is linked to another parent (`relink`).
    """
    require(actor, goal, "drop")
    states = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.ACTIVE)
    return _leave(
        actor, goal, version, states, State.DROPPED, "goal.dropped", _reason(reason),
        children, relink_to,
    )  # fmt: skip


def archive(
    actor: Person,
    goal: Goal,
    version: int | None,
    *,
    children: str = "",
    relink_to: Goal | None = None,
) -> Goal:
    """Put a goal away; like `drop` for what hangs below."""
    require(actor, goal, "archive")
    states = tuple(s for s in State.values if s != State.ARCHIVED)
    return _leave(
        actor, goal, version, states, State.ARCHIVED, "goal.archived", "", children, relink_to
    )


def restore(actor: Person, goal: Goal, version: int | None) -> Goal:
    """Take a dropped or archived goal back to the state that it left, a closed one with its
    score; and with an objective the key results that left with it."""
    require(actor, goal, "restore")
    with restructuring(actor) as at:
        goal = again(goal, version)
        _from(goal, GONE)
        back: dict[str, list[Goal]] = {}
        scores: dict[int, Mapping[str, Any]] = {}
        for one in [goal, *_left_with(goal)]:
            before = _before_it_left(one)
            back.setdefault(before["state"], []).append(one)
            scores[one.pk] = _score_of(before)
        if goal.kind == Kind.KEY_RESULT:
            for to in back.keys() & {State.SUBMITTED, State.ACTIVE}:
                _objective_allows(actor, goal, to)
        for to, goals in back.items():
            change_state(
                actor, goals, to, "goal.restored", at, facts=lambda one, at: scores[one.pk]
            )
        return again(goal)


def _left_with(goal: Goal) -> list[Goal]:
    """An objective's key results that came into its state in the same change."""
    if goal.kind != Kind.OBJECTIVE:
        return []
    moment = _entered(goal)[0]
    return [
        one
        for one in children_of(goal, Relation.COMPOSITION)
        if one.state == goal.state and _entered(one)[0] == moment
    ]


def _entered(goal: Goal) -> tuple[datetime, GoalVersion | None]:
    """When a goal came into its state, and the version before."""
    entered: GoalVersion | None = None
    for version in goal.versions.order_by("-version"):
        if version.facts["state"] != goal.state:
            assert entered is not None
            return entered.since, version
        entered = version
    assert entered is not None
    return entered.since, None


def _before_it_left(goal: Goal) -> dict[str, Any]:
    """What a goal was before it was dropped or archived (a dropped one may be archived)."""
    for version in goal.versions.order_by("-version"):
        if version.facts["state"] not in GONE:
            facts: dict[str, Any] = version.facts
            return facts
    return {"state": State.DRAFT}


def _score_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    if facts["state"] != State.CLOSED:
        return {}
    score, day = facts["score"], facts["closed_on"]
    return {
        "score": None if score is None else Decimal(score),
        "closed_on": None if day is None else date.fromisoformat(day),
    }


def delete(actor: Person, goal: Goal, version: int | None) -> None:
    """Remove a draft without records or children for good; anything else is archived."""
    require(actor, goal, "delete")
    with restructuring(actor) as at:
        goal = again(goal, version)
        _from(goal, UNFINISHED)
        own = children_of(goal, Relation.COMPOSITION)
        ids = [goal.pk, *(kr.pk for kr in own)]
        if Standing.objects.filter(pk__in=ids).exclude(own_reports=0).exists():
            raise Conflict(_("It has records: archive it instead."), code="has_records")
        if Alignment.objects.filter(parent_id__in=ids).exclude(child_id__in=ids).exists():
            raise Conflict(_("Other goals hang below it: archive it instead."), code="has_children")
        record_event(actor, "goal.deleted", goal, at)
        for edge in Alignment.objects.filter(child_id__in=ids).select_related("child", "parent"):
            remove_link(actor, edge, at)
        AlignmentSpan.objects.filter(child_id__in=ids).delete()
        GoalVersion.objects.filter(goal_id__in=ids).delete()
        KpiPeriod.objects.filter(goal_id__in=ids).delete()
        Goal.objects.filter(pk__in=ids).delete()


# -- how a state moves --------------------------------------------------------------------


def _reason(text: str) -> str:
    reason = clean_text(text)
    if not reason:
        raise Invalid(_("Please say why."), code="required", field="reason")
    return reason[:5000]


def _from(goal: Goal, states: Iterable[str]) -> None:
    if goal.state not in states:
        raise Conflict(
            _("This does not fit its state: %(state)s.") % {"state": goal.get_state_display()},
            code="state",
        )


def _move(
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
    with restructuring(actor) as at:
        goal = again(goal, version)
        if goal.kind == Kind.KEY_RESULT and to in (State.SUBMITTED, State.ACTIVE):
            _objective_allows(actor, goal, to)
        _from(goal, states)
        change_state(actor, [goal, *_along(goal, states)], to, verb, at, reason, facts)
        return again(goal)


def _objective_allows(actor: Person, key_result: Goal, to: str) -> None:
    """A key result is never ahead of its objective."""
    objective = objective_of(key_result)
    order = [State.DRAFT, State.RETURNED, State.SUBMITTED, State.ACTIVE]
    if objective.state not in order or order.index(objective.state) < order.index(State(to)):  # type: ignore[arg-type]
        said = (
            _("Its objective comes first (%(objective)s).") % {"objective": objective.public_id}
            if may(actor, objective, "see")
            else _("Its objective comes first.")
        )
        raise Conflict(said, code="objective_first")


def _along(goal: Goal, states: Iterable[str]) -> list[Goal]:
    """An objective's key results that are where it is go with it."""
    if goal.kind != Kind.OBJECTIVE:
        return []
    return [kr for kr in children_of(goal, Relation.COMPOSITION) if kr.state in states]


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


def _leave(
    actor: Person,
    goal: Goal,
    version: int | None,
    states: Iterable[str],
    to: str,
    verb: str,
    reason: str,
    children: str,
    relink_to: Goal | None,
) -> Goal:
    states = tuple(states)
    with restructuring(actor) as at:
        goal = again(goal, version)
        _from(goal, states)
        leaving = {g.pk: g for g in [goal, *_along(goal, states)]}
        hanging = _hanging(leaving)
        if hanging and children == "along":
            while hanging:
                for edge in hanging:
                    child = again(edge.child)
                    if not may(actor, child, "drop"):
                        raise Forbidden(
                            _("%(goal)s is not yours to take along: link it elsewhere.")
                            % {"goal": child.public_id}
                            if may(actor, child, "see")
                            else _("A goal below is not yours to take along: link it elsewhere.")
                        )
                    if child.state in states:
                        leaving.update((g.pk, g) for g in [child, *_along(child, states)])
                hanging = [e for e in _hanging(leaving) if e.child.state in states]
        elif hanging and children == "relink" and relink_to is not None:
            if relink_to.pk in leaving or again(relink_to).state in GONE:
                raise Invalid(
                    _("The parent is dropped or archived: nothing counts there any more."),
                    code="gone",
                    field="relink_to",
                )
            for edge in hanging:
                _relink(actor, edge, relink_to, at)
            # Losing its last counting child may have changed a goal's rule, and its version.
            leaving = {pk: again(g) for pk, g in leaving.items()}
        elif hanging:
            raise Invalid(
                _("Goals hang below it: let them go along, or link them to another parent."),
                code="has_children",
                field="children",
                choices={
                    "along": _("They go along"),
                    "relink": _("Link them to another parent"),
                    "children": _seen(actor, hanging),
                },
            )
        change_state(actor, list(leaving.values()), to, verb, at, reason)
        return again(goal)


def _seen(actor: Person, hanging: Iterable[Alignment]) -> list[str]:
    """Public ids of the children that the person may know of."""
    children = visible(actor).filter(pk__in=[e.child_id for e in hanging])
    return list(children.order_by("kind", "number").values_list("public_id", flat=True))


def _hanging(leaving: Mapping[int, Goal]) -> list[Alignment]:
    """Counting links into what leaves, from goals that stay and are not over. A key result
    that is closed already stays its objective's."""
    return list(
        Alignment.objects.filter(parent_id__in=leaving)
        .exclude(child_id__in=leaving)
        .exclude(mode=Mode.NONE)
        .exclude(relation=Relation.COMPOSITION)
        .exclude(child__state__in=[State.DROPPED, State.ARCHIVED])
        .select_related("child", "parent")
    )


def _relink(actor: Person, edge: Alignment, parent: Goal, at: datetime) -> None:
    """Hang a child of what leaves below another parent, on the terms of `links.move_link`.

    Whoever gives the parent up does it for children of others, too: these lose their parent
    in any case, and the new parent's side is still asked. But a private child that is not
    theirs to link is only shown there: that it counts is its owner's to choose. A link that
    is there already stays as it is.
    """
    require(actor, parent, "see")
    if Alignment.objects.filter(child=edge.child, parent=parent).exists():
        remove_link(actor, edge, at)
        return
    shown_only = edge.child.visibility == Visibility.PRIVATE and not may(actor, edge.child, "link")
    hang_elsewhere(actor, edge, again(parent), at, shown_only=shown_only)
