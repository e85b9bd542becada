"""A goal's history day by day, and a KPI's periods."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_  # noqa: N812
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import page
from haidang.exchange.api.represent import goal_versions, history_out, period_out
from haidang.exchange.api.routes.goals import current_of, expect_definition, shown
from haidang.exchange.api.schemas.goals import GoalOut, HistoryFilters, HistoryOut
from haidang.exchange.api.schemas.periods import (
    PeriodFilters,
    PeriodsOut,
    TargetsIn,
    Year,
)
from haidang.exchange.api.versions import answer, unless_stale
from haidang.goals import actions
from haidang.goals.access import goal_for, verbs_of
from haidang.lib.errors import Forbidden

router = Router(tags=["numbers"])


@operation(
    router, "get", "goals/{goal_id}/history",
    summary=N_("A goal's numbers day by day, latest first"), who=WHO_SEES, scope="read",
    answers=HistoryOut,
)  # fmt: skip
def list_history(
    request: HttpRequest, goal_id: PublicId, filters: Query[HistoryFilters]
) -> HttpResponse:
    """One point for each day on which they moved, as they were at its end."""
    me = actor(request)
    rows = goal_for(me, goal_id).history.all()
    if filters.since:
        rows = rows.filter(day__gte=filters.since)
    if filters.until:
        rows = rows.filter(day__lte=filters.until)
    found, following = page(rows, ("-day", "id"), filters, of=me.organisation_id)
    return answer(request, HistoryOut(items=[history_out(p) for p in found], next=following))


@operation(
    router, "get", "goals/{goal_id}/periods",
    summary=N_("A KPI's periods: targets and what was reported"), who=WHO_SEES, scope="read",
    answers=PeriodsOut,
)  # fmt: skip
def list_periods(
    request: HttpRequest, goal_id: PublicId, filters: Query[PeriodFilters]
) -> HttpResponse:
    """The latest 400, or those of one fiscal year. The ETag guards its targets."""
    me = actor(request)
    goal = goal_for(me, goal_id)
    rows = goal.periods.order_by("-starts")
    if filters.year is not None:
        rows = rows.filter(year=filters.year)
    content = PeriodsOut(items=[period_out(p) for p in reversed(rows[:400])])
    return answer(request, content, versions=goal_versions(goal))


@operation(
    router, "put", "goals/{goal_id}/targets/{year}",
    summary=N_("Set targets of a KPI's periods"),
    who=N_("Owner, leader of its unit, strategists; to change one of an approved KPI its approver"),
    scope="write", answers=GoalOut, guarded=True, refusals=[409],
)  # fmt: skip
def put_targets(
    request: HttpRequest, goal_id: PublicId, year: Year, body: TargetsIn
) -> HttpResponse:
    """Of one fiscal year; a field that is not sent stays as it is. A locked period stays: 409.
    Changing a target that was set needs a `reason`."""
    me = actor(request)
    goal = goal_for(me, goal_id)
    if not verbs_of(me, goal) & {"set_targets", "edit_measure"}:
        raise Forbidden()
    version = expect_definition(request, me, goal)
    targets: dict[Any, dict[str, Any]] = {}
    for target in body.targets:
        sent = target.model_fields_set - {"starts"}
        targets.setdefault(target.starts, {}).update({n: getattr(target, n) for n in sent})
    with unless_stale(current_of(me, goal)):
        actions.set_targets(me, goal, year, targets, version, reason=body.reason)
    return shown(request, me, goal)
