"""Links between goals."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import BaseModel

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import Paging, page
from haidang.exchange.api.represent import link_out, parent_out
from haidang.exchange.api.routes.goals import link_request
from haidang.exchange.api.schemas.alignment import (
    ChildrenOut,
    LinkEdit,
    LinkOut,
    ParentsOut,
)
from haidang.exchange.api.schemas.goal_bodies import LinkIn
from haidang.exchange.api.versions import Current, answer, expect_whole, nothing
from haidang.goals import actions
from haidang.goals.access import alignment_for, goal_for, may, visible
from haidang.goals.models import Alignment
from haidang.lib.database import lock, writing
from haidang.lib.errors import NotFound
from haidang.people.models import Person

router = Router(tags=["alignment"])

LINKERS = N_(
    "Who may edit the child; a counting mode waits for the parent's owner, its leader or a"
    " strategist"
)
KEEPERS = N_("The parent's owner, its leader, strategists")
BOTH = N_("Who may edit the child, or keeps the parent")


def shown(
    request: HttpRequest, person: Person, edge: Alignment, *, status: int = 200
) -> HttpResponse:
    """A link as it stands now."""
    content, _none = current_of(person, edge)()
    location = ""
    if status == 201:
        ids = [edge.child.public_id, edge.parent.public_id]
        location = reverse("api:get_parent", args=ids)
    return answer(request, content, status=status, location=location)


def current_of(person: Person, edge: Alignment) -> Current:
    def current() -> tuple[BaseModel, Sequence[int]]:
        rows = Alignment.objects.select_related("child", "parent", "proposed_by")
        row = rows.filter(pk=edge.pk).first()
        if row is None:  # taken away by somebody else in this moment
            raise NotFound
        return link_out(row, child=may(person, row.child, "see")), ()

    return current


@operation(
    router,
    "get",
    "goals/{goal_id}/parents",
    summary=N_("The goals right above it"),
    who=WHO_SEES,
    scope="read",
    answers=ParentsOut,
    note=N_("Those that you may see."),
)
def list_parents(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    seen = visible(me).filter(child_links__child=goal).values("id")
    rows = goal.parent_links.filter(parent_id__in=seen).select_related("parent").order_by("id")
    return answer(request, ParentsOut(items=[parent_out(edge) for edge in rows]))


@operation(
    router,
    "get",
    "goals/{goal_id}/children",
    summary=N_("The goals right below it"),
    who=WHO_SEES,
    scope="read",
    answers=ChildrenOut,
    note=N_("Those that you may see; `hidden` says how many you may not."),
)
def list_children(request: HttpRequest, goal_id: PublicId, filters: Query[Paging]) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    seen = visible(me).filter(parent_links__parent=goal).values("id")
    rows = goal.child_links.filter(child_id__in=seen)
    hidden = goal.child_links.count() - rows.count()
    found, following = page(
        rows.select_related("child", "parent", "proposed_by"),
        ("position", "id"),
        filters,
        of=me.organisation_id,
    )
    return answer(
        request,
        ChildrenOut(items=[link_out(edge) for edge in found], hidden=hidden, next=following),
    )


@operation(
    router,
    "post",
    "goals/{goal_id}/parents",
    summary=N_("Hang a goal below another"),
    who=LINKERS,
    scope="write",
    answers=LinkOut,
    status=201,
    note=N_(
        "No circles, at most one link between two goals (409). Where the parent's side must "
        "agree first, `mode` is none and `proposed_mode` waits."
    ),
)
def create_parent(request: HttpRequest, goal_id: PublicId, body: LinkIn) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, "link")
    return shown(request, me, actions.link(me, goal, link_request(me, body)), status=201)


@operation(
    router,
    "get",
    "goals/{goal_id}/parents/{parent_id}",
    summary=N_("A link"),
    who=WHO_SEES,
    scope="read",
    answers=LinkOut,
)
def get_parent(request: HttpRequest, goal_id: PublicId, parent_id: PublicId) -> HttpResponse:
    me = actor(request)
    return shown(request, me, alignment_for(me, goal_id, parent_id))


@operation(
    router,
    "patch",
    "goals/{goal_id}/parents/{parent_id}",
    summary=N_("Change or move a link"),
    who=BOTH,
    scope="write",
    answers=LinkOut,
    guarded=True,
    refusals=[409],
    note=N_("A weight is the parent's side to give. Another `parent` moves the link."),
)
def edit_parent(
    request: HttpRequest, goal_id: PublicId, parent_id: PublicId, body: LinkEdit
) -> HttpResponse:
    me = actor(request)
    verb = "move" if body.parent else "change" if body.mode or body.relation else "weigh"
    edge = alignment_for(me, goal_id, parent_id, verb)
    with writing():
        # A link has no version of its own: the lock makes check and change one step.
        lock(me.organisation_id)
        expect_whole(request, current_of(me, edge))
        if body.parent:
            edge = actions.move_link(me, edge, named(me, "parent", goal_for, body.parent))
        if body.mode or body.relation or body.weight is not None:
            edge = actions.change_link(
                me,
                edge,
                mode=None if body.mode is None else body.mode.value,
                relation=None if body.relation is None else body.relation.value,
                weight=body.weight,
            )
    return shown(request, me, edge)


@operation(
    router,
    "delete",
    "goals/{goal_id}/parents/{parent_id}",
    summary=N_("Take a link away"),
    who=BOTH,
    scope="write",
    answers=None,
    status=204,
    guarded=True,
    refusals=[422],
)
def delete_parent(request: HttpRequest, goal_id: PublicId, parent_id: PublicId) -> HttpResponse:
    me = actor(request)
    edge = alignment_for(me, goal_id, parent_id, "unlink")
    with writing():
        lock(me.organisation_id)
        expect_whole(request, current_of(me, edge))
        actions.unlink(me, edge)
    return nothing()


@operation(
    router,
    "post",
    "goals/{goal_id}/parents/{parent_id}/acceptance",
    summary=N_("Agree that a child counts"),
    who=KEEPERS,
    scope="write",
    answers=LinkOut,
    note=N_("409 where nothing waits."),
)
def accept_parent(request: HttpRequest, goal_id: PublicId, parent_id: PublicId) -> HttpResponse:
    me = actor(request)
    edge = alignment_for(me, goal_id, parent_id, "accept")
    return shown(request, me, actions.accept_link(me, edge))


@operation(
    router,
    "post",
    "goals/{goal_id}/parents/{parent_id}/refusal",
    summary=N_("Decline that a child counts"),
    who=KEEPERS,
    scope="write",
    answers=LinkOut,
    note=N_("The link stays, shown only."),
)
def decline_parent(request: HttpRequest, goal_id: PublicId, parent_id: PublicId) -> HttpResponse:
    me = actor(request)
    edge = alignment_for(me, goal_id, parent_id, "decline")
    return shown(request, me, actions.decline_link(me, edge))
