"""The targets of KPIs with their ledger, and requests to change approved ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import PublicId, RowId
from haidang.exchange.api.operation import ANYONE, WHO_SEES, operation
from haidang.exchange.api.represent import goal_ref, ref, some_ref
from haidang.exchange.api.routes import numbers
from haidang.exchange.api.schemas.closings import DecisionIn
from haidang.exchange.api.schemas.periods import Year
from haidang.exchange.api.schemas.targets import (
    TargetChangeOut,
    TargetLineOut,
    TargetRequestIn,
    TargetRequestOut,
    TargetRequestsOut,
    TargetsOut,
    TargetsToDateOut,
    TargetVersionOut,
    TargetYearOut,
)
from haidang.exchange.api.versions import answer
from haidang.goals.access import goal_for
from haidang.goals.models import Goal, Kind, TargetVersion
from haidang.goals.rules.kpi import ToDate
from haidang.kpis import actions
from haidang.kpis.access import (
    nobody_decides,
    require_target_asker,
    target_request_for,
    target_requests_to_decide,
)
from haidang.kpis.models import TargetRequest
from haidang.kpis.queries.targets import Line, asked_in, year_of

router = Router(tags=["numbers"])


def _version_out(one: TargetVersion) -> TargetVersionOut:
    return TargetVersionOut(
        version=one.version,
        since=one.since,
        by=ref(one.by),
        reason=one.reason,
        approved_by=ref(one.approved_by),
        request=one.request_id,
        **{name: getattr(one, name) for name in TargetsOut.model_fields},
    )


def _line_out(line: Line) -> TargetLineOut:
    return TargetLineOut(
        starts=line.starts,
        ends=line.ends,
        locked=line.is_locked,
        stands=TargetsOut(**line.stands),
        original=TargetsOut(**line.original),
        actual=line.actual,
        attainment=line.attainment,
        attainment_original=line.attainment_original,
        versions=[_version_out(one) for one in line.versions],
    )


def _to_date_out(found: ToDate) -> TargetsToDateOut:
    return TargetsToDateOut(
        actual=found.actual, target=found.target, attainment=found.raw, periods=found.periods
    )


def request_out(one: TargetRequest, *, nobody: bool = False) -> TargetRequestOut:
    return TargetRequestOut(
        id=one.pk,
        kpi=goal_ref(one.goal),
        answer=one.answer,
        reason=one.reason,
        asked_by=some_ref(one.asked_by),
        asked_at=one.asked_at,
        decided_by=ref(one.decided_by),
        decided_at=one.decided_at,
        answer_reason=one.answer_reason,
        nobody_decides=nobody,
        changes=[
            TargetChangeOut(
                kpi=goal_ref(change.kpi),
                starts=change.starts,
                field=change.name,
                was=change.was,
                wanted=change.wanted,
                stands=change.stands,
            )
            for change in asked_in(one)
        ],
    )


@operation(
    numbers.router,  # where the same address is written to
    "get",
    "goals/{goal_id}/targets/{year}",
    summary=N_("The targets of a KPI's year, with their ledger"),
    who=WHO_SEES,
    scope="read",
    answers=TargetYearOut,
    note=N_("With the attainment under the targets that stand and under the original ones."),
)
def get_targets(request: HttpRequest, goal_id: PublicId, year: Year) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, kind=Kind.KPI)
    found = year_of(goal, year, me)
    content = TargetYearOut(
        kpi=goal.public_id,
        year=year,
        periods=[_line_out(line) for line in found.lines],
        to_date=_to_date_out(found.now),
        to_date_original=_to_date_out(found.original),
        requests=[one.pk for one in found.requests],
    )
    return answer(request, content)


@operation(
    router,
    "post",
    "goals/{goal_id}/target-requests",
    summary=N_("Ask for other targets"),
    who=N_("Who sets the targets of the KPI (and of each other that is named), and its approver"),
    scope="write",
    answers=TargetRequestOut,
    status=201,
    refusals=[409],
    note=N_(
        "Somebody else decides about all of it together; until then what stands counts. 409 for "
        "a closed period, where a request waits already, where nothing would change, where "
        "nobody could decide, and for a KPI whose targets change without a request."
    ),
)
def ask_targets(request: HttpRequest, goal_id: PublicId, body: TargetRequestIn) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, kind=Kind.KPI)
    require_target_asker(me, goal)
    kpis: dict[str, Goal] = {goal.public_id: goal}
    wanted: dict[str, dict[date | None, dict[str, Any]]] = {}
    for one in body.targets:
        public_id = one.kpi or goal.public_id
        if public_id not in kpis:
            kpis[public_id] = goal_for(me, public_id, kind=Kind.KPI)
        sent = one.model_fields_set - {"kpi", "starts"}
        fields = {name: getattr(one, name) for name in sent}
        wanted.setdefault(kpis[public_id].public_id, {}).setdefault(one.starts, {}).update(fields)
    asked = actions.ask_targets(
        me, goal, [actions.Wanted(kpis[key], days) for key, days in wanted.items()], body.reason
    )
    return answer(request, request_out(target_request_for(me, asked.pk)), status=201)


@operation(
    router,
    "get",
    "kpis/target-requests",
    summary=N_("Requests for other targets that wait for your answer"),
    who=ANYONE,
    scope="read",
    answers=TargetRequestsOut,
    note=N_("The oldest 200."),
)
def list_target_requests(request: HttpRequest) -> HttpResponse:
    found = target_requests_to_decide(actor(request))
    return answer(request, TargetRequestsOut(items=[request_out(one) for one in found]))


@operation(
    router,
    "get",
    "kpis/target-requests/{request_id}",
    summary=N_("A request for other targets"),
    who=N_("Who sees all KPIs that it is about"),
    scope="read",
    answers=TargetRequestOut,
)
def get_target_request(request: HttpRequest, request_id: RowId) -> HttpResponse:
    found = target_request_for(actor(request), request_id)
    return answer(request, request_out(found, nobody=nobody_decides(found)))


@operation(
    router,
    "post",
    "kpis/target-requests/{request_id}/decision",
    summary=N_("Grant or decline other targets"),
    who=N_(
        "Who approves each KPI that changes, or the one that is allocated; where nobody does, "
        "who closes their periods; never who asked"
    ),
    scope="write",
    answers=TargetRequestOut,
    refusals=[409],
    note=N_(
        "Granted, all of it is written, or nothing is: 409 with what stands when a target has "
        "changed since it was asked, when a period was closed, and once answered."
    ),
)
def decide_target_request(
    request: HttpRequest, request_id: RowId, body: DecisionIn
) -> HttpResponse:
    me = actor(request)
    asked = target_request_for(me, request_id, to="decide")
    decided = actions.decide_targets(me, asked, body.granted, body.reason)
    return answer(request, request_out(decided))


@operation(
    router,
    "post",
    "kpis/target-requests/{request_id}/withdrawal",
    summary=N_("Take back a request for other targets"),
    who=N_("Who asked; once they have left, who could ask for the same"),
    scope="write",
    answers=TargetRequestOut,
    refusals=[409],
)
def withdraw_target_request(request: HttpRequest, request_id: RowId) -> HttpResponse:
    me = actor(request)
    asked = target_request_for(me, request_id, to="withdraw")
    return answer(request, request_out(actions.withdraw_targets(me, asked)))
