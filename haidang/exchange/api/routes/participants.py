"""Who takes part in a goal, who follows it, and sharing it with guests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Body, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.represent import some_ref
from haidang.exchange.api.schemas.participants import (
    GivenRole,
    GuestIn,
    GuestOut,
    ParticipantIn,
    ParticipantOut,
    ParticipantsOut,
)
from haidang.exchange.api.versions import answer, expect_whole, nothing
from haidang.goals import actions
from haidang.goals.access import goal_for
from haidang.goals.models import Goal
from haidang.goals.queries.participants import participants_of
from haidang.lib.database import lock, writing
from haidang.lib.errors import Conflict, Invalid
from haidang.people.access import person_for, require_organisation
from haidang.people.models import Person

router = Router(tags=["participants"])

SHARERS = N_("Owner, leader of its unit, strategists")
GUEST_INVITERS = N_("Who may share it and is a strategist or an administrator")
#: What a request without a body says.
WITHOUT_DAYS = ParticipantIn()


def participants_out(me: Person, goal: Goal) -> ParticipantsOut:
    return ParticipantsOut(
        items=[
            ParticipantOut(
                person=some_ref(part.person),
                role=role,
                since=part.since,
                until=part.until,
                is_guest=part.is_guest,
            )
            for role, parts in participants_of(me, goal).items()
            for part in parts
        ]
    )


@operation(
    router,
    "get",
    "goals/{goal_id}/participants",
    summary=N_("Who takes part in a goal"),
    who=WHO_SEES,
    scope="read",
    answers=ParticipantsOut,
    note=N_("Guests see only themselves. Its ETag guards the changes."),
)
def list_participants(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    me = actor(request)
    return answer(request, participants_out(me, goal_for(me, goal_id)))


def _changed(
    request: HttpRequest,
    goal_id: str,
    person_id: str,
    act: Callable[[Person, Goal, Person], Any],
) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, "share")
    person = person_for(me, person_id)
    with writing():
        # Parts have no version: the lock makes check and change one step.
        lock(me.organisation_id)
        expect_whole(request, lambda: (participants_out(me, goal), ()))
        try:
            act(me, goal, person)
        except (Invalid, Conflict) as refusal:
            if refusal.field in ("person", "role"):  # they stand in the address
                refusal.field = None
            raise
    return answer(request, participants_out(me, goal))


@operation(
    router,
    "put",
    "goals/{goal_id}/participants/{role}/{person_id}",
    summary=N_("Give somebody a part in a goal"),
    who=SHARERS,
    scope="write",
    answers=ParticipantsOut,
    guarded=True,
    refusals=[409],
    note=N_(
        "A delegate's has days, which change when it is sent again. If-Match is that of the "
        "list. Of what is over only readers and stakeholders can be named (409)."
    ),
)
def put_participant(
    request: HttpRequest,
    goal_id: PublicId,
    role: GivenRole,
    person_id: PublicId,
    body: Body[ParticipantIn] = WITHOUT_DAYS,
) -> HttpResponse:
    return _changed(
        request,
        goal_id,
        person_id,
        lambda me, goal, person: actions.add_participant(
            me, goal, person, role, since=body.since, until=body.until
        ),
    )


@operation(
    router,
    "delete",
    "goals/{goal_id}/participants/{role}/{person_id}",
    summary=N_("End somebody's part in a goal"),
    who=SHARERS,
    scope="write",
    answers=ParticipantsOut,
    guarded=True,
    refusals=[409],
    note=N_("Who has none keeps none. If-Match is that of the list."),
)
def delete_participant(
    request: HttpRequest, goal_id: PublicId, role: GivenRole, person_id: PublicId
) -> HttpResponse:
    return _changed(
        request,
        goal_id,
        person_id,
        lambda me, goal, person: actions.remove_participant(me, goal, person, role),
    )


@operation(
    router,
    "post",
    "goals/{goal_id}/guests",
    summary=N_("Share a goal with somebody from outside"),
    who=GUEST_INVITERS,
    scope="write",
    answers=GuestOut,
    status=201,
    note=N_(
        "A person with the role guest and an invitation, and the goal names them. Who belongs "
        "to the organisation already by that address is named without one."
    ),
)
def create_guest(request: HttpRequest, goal_id: PublicId, body: GuestIn) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, "share")
    require_organisation(me, "invite_guest")
    site = f"{request.scheme}://{request.get_host()}"
    guest, link = actions.share_with_guest(me, goal, body.name, body.email, site=site)
    facts: dict[str, Any] = {"person": some_ref(guest), "mailed": bool(link and link.mailed)}
    response = answer(
        request, GuestOut(**facts, link=None if link is None else str(link)), status=201
    )
    # A secret is not kept with the stored answer.
    kept = GuestOut(**facts, link=None).model_dump_json()
    response.to_keep = kept  # type: ignore[attr-defined]  # ours, read by `once`
    return response


def _follow(request: HttpRequest, goal_id: str, on: bool) -> HttpResponse:
    me = actor(request)
    actions.follow(me, goal_for(me, goal_id, "follow"), on)
    return nothing()


@operation(
    router,
    "put",
    "goals/{goal_id}/following",
    summary=N_("Follow a goal"),
    who=N_("Who sees the goal, but viewers"),
    scope="write",
    answers=None,
    status=204,
    note=N_("For oneself; again is the same."),
)
def follow_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    return _follow(request, goal_id, True)


@operation(
    router,
    "delete",
    "goals/{goal_id}/following",
    summary=N_("Follow a goal no longer"),
    who=N_("Who sees the goal, but viewers"),
    scope="write",
    answers=None,
    status=204,
    note=N_("For oneself; again is the same."),
)
def unfollow_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    return _follow(request, goal_id, False)
