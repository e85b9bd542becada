"""Check-ins: made, corrected by a later one, or voided; never changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from haidang.checkins import actions
from haidang.checkins.models import CheckIn, Source
from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import Day, PublicId, RowId
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import Paging, page
from haidang.exchange.api.represent import check_in_out, goal_versions
from haidang.exchange.api.routes.goals import current_of
from haidang.exchange.api.schemas.checkins import (
    CheckInCreate,
    CheckInOut,
    CheckInsOut,
    CheckInValues,
    VoidIn,
)
from haidang.exchange.api.versions import answer, expect, stale
from haidang.exchange.queries import shaped_check_ins
from haidang.goals.access import goal_for
from haidang.goals.models import Goal
from haidang.lib.errors import NotFound, Stale
from haidang.people.access import person_for
from haidang.people.models import Person

router = Router(tags=["check-ins"])

REPORTERS = N_(
    "Owner, contributors, delegates, a KPI's data owner; leader and strategist on behalf, shown"
    " as such"
)


class CheckInFilters(Paging):
    since: Day | None = Field(default=None, description=N_("From this day that they are for."))
    until: Day | None = None
    live: bool | None = Field(
        default=None, description=N_("Only those that count, or only those that do not.")
    )


def shown(request: HttpRequest, check_in: CheckIn, *, status: int = 200) -> HttpResponse:
    row = shaped_check_ins(CheckIn.objects.filter(pk=check_in.pk)).get()
    location = reverse("api:get_check_in", args=[row.pk]) if status == 201 else ""
    return answer(request, check_in_out(row), status=status, location=location)


def check_in_for(person: Person, check_in_id: int, to: str = "see") -> CheckIn:
    """The record of that id, by what the person may do to its goal."""
    check_in = (
        CheckIn.objects.select_related("goal", "period", "on_behalf_of")
        .filter(pk=check_in_id, organisation_id=person.organisation_id)
        .first()
    )
    if check_in is None:
        raise NotFound
    goal_for(person, check_in.goal.public_id, to)
    return check_in


def values_of(body: CheckInValues) -> dict[str, Any]:
    """What was sent, as the action takes it."""
    names = body.model_fields_set & CheckInValues.model_fields.keys()
    values: dict[str, Any] = {name: getattr(body, name) for name in names}
    if "words" in values:
        values["words"] = body.words.model_dump()
    return values


@operation(
    router,
    "get",
    "goals/{goal_id}/check-ins",
    summary=N_("The check-ins of a goal, latest recorded first"),
    who=WHO_SEES,
    scope="read",
    answers=CheckInsOut,
    note=N_("Superseded and voided ones too, marked by `live`: false."),
)
def list_check_ins(
    request: HttpRequest, goal_id: PublicId, filters: Query[CheckInFilters]
) -> HttpResponse:
    me = actor(request)
    rows = CheckIn.objects.filter(goal=goal_for(me, goal_id))
    if filters.since:
        rows = rows.filter(for_day__gte=filters.since)
    if filters.until:
        rows = rows.filter(for_day__lte=filters.until)
    if filters.live is not None:
        rows = rows.filter(live=filters.live)
    found, following = page(shaped_check_ins(rows), ("-id",), filters, of=me.organisation_id)
    return answer(request, CheckInsOut(items=[check_in_out(c) for c in found], next=following))


@operation(
    router,
    "post",
    "goals/{goal_id}/check-ins",
    summary=N_("Check in"),
    who=REPORTERS,
    scope="check_in",
    answers=CheckInOut,
    status=201,
    refusals=[412, 428],
    note=N_(
        "Say which measure you saw: If-Match with the goal's ETag (stale: 412), or "
        "`measure_version` in the body (stale: 409). Neither: 428. The numbers of all goals "
        "above move in the same transaction."
    ),
)
def create_check_in(request: HttpRequest, goal_id: PublicId, body: CheckInCreate) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, "check_in")
    version = body.measure_version
    if version is None:
        version = expect(request, goal_versions(goal), current_of(me, goal), part=1)
    on_behalf_of = None
    if body.on_behalf_of:
        on_behalf_of = named(me, "on_behalf_of", person_for, body.on_behalf_of)
    try:
        check_in = actions.record(
            me,
            goal,
            measure_version=version,
            on_behalf_of=on_behalf_of,
            source=Source.API,
            **values_of(body),
        )
    except Stale as error:
        if body.measure_version is None:
            raise stale(current_of(me, goal)) from error
        raise Stale(current=_now(me, goal)) from error
    return shown(request, check_in, status=201)


def _now(person: Person, goal: Goal) -> dict[str, Any]:
    content, _versions = current_of(person, goal)()
    return content.model_dump(mode="json")


@operation(
    router,
    "get",
    "check-ins/{check_in_id}",
    summary=N_("A check-in"),
    who=WHO_SEES,
    scope="read",
    answers=CheckInOut,
)
def get_check_in(request: HttpRequest, check_in_id: RowId) -> HttpResponse:
    return shown(request, check_in_for(actor(request), check_in_id))


@operation(
    router,
    "post",
    "check-ins/{check_in_id}/correction",
    summary=N_("Correct a check-in"),
    who=REPORTERS,
    scope="check_in",
    answers=CheckInOut,
    status=201,
    note=N_(
        "Makes a record that takes this one's place, for the same day unless `for_day` says "
        "otherwise. Of two at once the second gets 409."
    ),
)
def correct_check_in(request: HttpRequest, check_in_id: RowId, body: CheckInValues) -> HttpResponse:
    me = actor(request)
    check_in = check_in_for(me, check_in_id, "check_in")
    values = values_of(body)
    if values.get("for_day") is None:
        values.pop("for_day", None)
    successor = actions.correct(me, check_in, source=Source.API, **values)
    return shown(request, successor, status=201)


@operation(
    router,
    "post",
    "check-ins/{check_in_id}/voiding",
    summary=N_("Declare a check-in void"),
    who=REPORTERS,
    scope="check_in",
    answers=CheckInOut,
    status=201,
    note=N_("Saying why. It stays readable and counts nothing."),
)
def void_check_in(request: HttpRequest, check_in_id: RowId, body: VoidIn) -> HttpResponse:
    me = actor(request)
    check_in = check_in_for(me, check_in_id, "check_in")
    actions.void(me, check_in, body.reason)
    return shown(request, check_in, status=201)
