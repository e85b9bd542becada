"""The life of a goal. A state change is a thing that is made, or taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Body, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import operation
from haidang.exchange.api.routes.goals import current_of, expect_definition, shown
from haidang.exchange.api.schemas.goals import GoalOut
from haidang.exchange.api.schemas.states import Closing, Leaving, Reasoned
from haidang.exchange.api.versions import unless_stale
from haidang.goals import actions
from haidang.goals.access import goal_for, verbs_of
from haidang.goals.models import Goal
from haidang.lib.errors import Forbidden
from haidang.people.models import Person

router = Router(tags=["states"])

OWNER = N_("Its owner, or who drafted it")
PROPOSED_TO = N_("Whom it was proposed to")
APPROVER = N_(
    "The owner's manager (individual), a leader above or strategist (unit), a strategist"
    " (company); never one's own"
)
CLOSERS = N_("The owner proposes, the approver or a strategist confirms")
KEEPERS = N_("Owner, leader of its unit, strategists")


#: What a request without a body says.
AS_IT_IS = Closing()
ALONE = Leaving()


def changed(
    request: HttpRequest,
    goal_id: str,
    verbs: set[str],
    act: Callable[[Person, Goal, int | None], Any],
) -> HttpResponse:
    """Do what one of `verbs` opens, to the definition that If-Match names."""
    me = actor(request)
    goal = goal_for(me, goal_id)
    if not verbs_of(me, goal) & verbs:
        raise Forbidden()
    version = expect_definition(request, me, goal)
    with unless_stale(current_of(me, goal)):
        act(me, goal, version)
    return shown(request, me, goal)


@operation(
    router,
    "post",
    "goals/{goal_id}/submission",
    summary=N_("Submit a draft for approval"),
    who=OWNER,
    scope="write",
    answers=GoalOut,
    guarded=True,
)
def submit_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    return changed(request, goal_id, {"submit"}, actions.submit)


@operation(
    router,
    "post",
    "goals/{goal_id}/acceptance",
    summary=N_("Accept a personal goal that somebody proposed"),
    who=PROPOSED_TO,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_(
        "Active at once where its approver proposed it and nobody else has changed it since; "
        "else it waits for approval."
    ),
)
def accept_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    return changed(request, goal_id, {"accept"}, actions.accept_goal)


@operation(
    router,
    "post",
    "goals/{goal_id}/refusal",
    summary=N_("Decline a personal goal that somebody proposed"),
    who=PROPOSED_TO,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_("Saying why. Who proposed it may change it and submit it to its owner again."),
)
def decline_goal(request: HttpRequest, goal_id: PublicId, body: Reasoned) -> HttpResponse:
    return changed(
        request,
        goal_id,
        {"decline"},
        lambda me, goal, version: actions.decline_goal(me, goal, version, body.reason),
    )


@operation(
    router,
    "post",
    "goals/{goal_id}/approval",
    summary=N_("Approve a submitted goal"),
    who=APPROVER,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_("It is active and counts from now on."),
)
def approve_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    return changed(request, goal_id, {"approve"}, actions.approve)


@operation(
    router,
    "post",
    "goals/{goal_id}/return",
    summary=N_("Give a submitted goal back"),
    who=APPROVER,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_("Saying why."),
)
def return_goal(request: HttpRequest, goal_id: PublicId, body: Reasoned) -> HttpResponse:
    return changed(
        request,
        goal_id,
        {"return"},
        lambda me, goal, version: actions.return_goal(me, goal, version, body.reason),
    )


@operation(
    router,
    "post",
    "goals/{goal_id}/closure",
    summary=N_("Close a goal, or propose to"),
    who=CLOSERS,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_(
        "By its owner a proposal: the goal stays active until its approver confirms by the "
        "same request."
    ),
)
def close_goal(
    request: HttpRequest, goal_id: PublicId, body: Body[Closing] = AS_IT_IS
) -> HttpResponse:
    return changed(
        request,
        goal_id,
        {"close", "confirm_close"},
        lambda me, goal, version: actions.close(
            me, goal, version, score=body.score, reason=body.reason
        ),
    )


@operation(
    router,
    "delete",
    "goals/{goal_id}/closure",
    summary=N_("Reopen a closed goal"),
    who=N_("The approver, strategists"),
    scope="write",
    answers=GoalOut,
    guarded=True,
    refusals=[409],
    note=N_("Its score goes."),
)
def reopen_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    return changed(request, goal_id, {"reopen"}, actions.reopen)


def _leave(request: HttpRequest, body: Leaving) -> dict[str, Any]:
    relink_to = None
    if body.relink_to:
        relink_to = named(actor(request), "relink_to", goal_for, body.relink_to)
    return {"children": body.children, "relink_to": relink_to}


@operation(
    router,
    "post",
    "goals/{goal_id}/drop",
    summary=N_("Give a goal up"),
    who=KEEPERS,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_(
        "Saying why. Where goals hang below it, the refusal lists them in `choices`; say then "
        "whether they go `along`, or `relink` with `relink_to`."
    ),
)
def drop_goal(request: HttpRequest, goal_id: PublicId, body: Leaving) -> HttpResponse:
    return changed(
        request,
        goal_id,
        {"drop"},
        lambda me, goal, version: actions.drop(
            me, goal, version, body.reason, **_leave(request, body)
        ),
    )


@operation(
    router,
    "post",
    "goals/{goal_id}/archive",
    summary=N_("Put a goal away"),
    who=KEEPERS,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_(
        "Goals below it go `along` or are linked elsewhere (`relink`), as when it is given up."
    ),
)
def archive_goal(
    request: HttpRequest, goal_id: PublicId, body: Body[Leaving] = ALONE
) -> HttpResponse:
    return changed(
        request,
        goal_id,
        {"archive"},
        lambda me, goal, version: actions.archive(me, goal, version, **_leave(request, body)),
    )


@operation(
    router,
    "post",
    "goals/{goal_id}/restoration",
    summary=N_("Take a dropped or archived goal back"),
    who=KEEPERS,
    scope="write",
    answers=GoalOut,
    guarded=True,
    note=N_("Active if it ever was, else a draft."),
)
def restore_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    return changed(request, goal_id, {"restore"}, actions.restore)
