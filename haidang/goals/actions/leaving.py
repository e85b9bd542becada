"""How goals leave: dropped or archived with what hangs below, and restored; drafts deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import may, require, visible
from haidang.goals.actions.change import again, record_event, restructuring
from haidang.goals.actions.create import children_of
from haidang.goals.actions.edges import remove_link
from haidang.goals.actions.links import hang_elsewhere
from haidang.goals.actions.transition import (
    UNFINISHED,
    along,
    change_state,
    left_with,
    objective_allows,
    reason_of,
    require_state,
)
from haidang.goals.models import (
    GONE,
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
from haidang.lib.errors import Conflict, Forbidden, Invalid
from haidang.people.models import Person


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
        actor, goal, version, states, State.DROPPED, "goal.dropped", reason_of(reason),
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
        require_state(goal, GONE)
        back: dict[str, list[Goal]] = {}
        scores: dict[int, Mapping[str, Any]] = {}
        for one in [goal, *left_with(goal)]:
            before = _before_it_left(one)
            back.setdefault(before["state"], []).append(one)
            scores[one.pk] = _score_of(before)
        if goal.kind == Kind.KEY_RESULT:
            for to in back.keys() & {State.SUBMITTED, State.ACTIVE}:
                objective_allows(actor, goal, to)
        for to, goals in back.items():
            change_state(
                actor, goals, to, "goal.restored", at, facts=lambda one, at: scores[one.pk]
            )
        return again(goal)


def delete(actor: Person, goal: Goal, version: int | None) -> None:
    """Remove a draft without records or children for good; anything else is archived."""
    require(actor, goal, "delete")
    with restructuring(actor) as at:
        goal = again(goal, version)
        require_state(goal, UNFINISHED)
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
        require_state(goal, states)
        leaving = {g.pk: g for g in [goal, *along(goal, states)]}
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
                        leaving.update((g.pk, g) for g in [child, *along(child, states)])
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
        .exclude(child__state__in=GONE)
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
