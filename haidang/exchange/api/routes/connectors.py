"""Connectors: which there are, their runs, pushing values, deciding on what is held back."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as N_
from ninja import Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import RowId
from haidang.exchange.api.operation import ANYONE, WHO_SEES, operation
from haidang.exchange.api.represent import goal_ref, ref, some_ref
from haidang.exchange.api.schemas.connectors import (
    ConnectorOut,
    ConnectorsOut,
    ForeignNameOut,
    PushedRows,
    QuarantinedOut,
    QuarantineOut,
    RunLineOut,
    RunOut,
    RunsOut,
    VerdictIn,
)
from haidang.exchange.api.versions import answer
from haidang.kpis.access import (
    connector_for,
    connectors_visible,
    may_connect,
    names_of_each,
    names_visible,
    quarantine_to_decide,
    quarantined_for,
    require_connecting,
    run_for,
)
from haidang.kpis.actions import running
from haidang.kpis.actions.quarantine import decide_quarantined
from haidang.kpis.actions.wording import in_language
from haidang.kpis.connectors.sources.base import Reading
from haidang.kpis.models import Connector, ForeignName, Quarantined, Run
from haidang.kpis.queries.connectors import runs_of
from haidang.kpis.tasks import carry_out_run
from haidang.people.models import Person

router = Router(tags=["numbers"])

ADMINISTRATORS = N_("Administrators")


def connector_out(one: Connector, names: Iterable[ForeignName]) -> ConnectorOut:
    return ConnectorOut(
        id=one.pk,
        name=one.name,
        kind=one.kind,
        is_on=one.is_on,
        keeper=some_ref(one.keeper),
        frequency=one.frequency,
        asks=one.asks,
        every=one.every,
        jump=one.jump,
        lowest=one.lowest,
        highest=one.highest,
        next_at=one.next_at,
        failing_since=one.failing_since,
        names=[ForeignNameOut(name=row.name, kpi=goal_ref(row.kpi)) for row in names],
    )


def run_out(person: Person, one: Run) -> RunOut:
    lines = one.lines if may_connect(person) or one.by_id == person.pk else []
    return RunOut(
        id=one.pk,
        connector=one.connector_id,
        why=one.why,
        by=ref(one.by),
        starts=one.starts,
        ends=one.ends,
        began_at=one.began_at,
        ended_at=one.ended_at,
        outcome=one.outcome,
        recorded=one.recorded,
        unchanged=one.same,
        held_back=one.quarantined,
        not_taken=one.wrong,
        absent=one.absent,
        code=one.code,
        message=one.words,
        lines=[
            RunLineOut(
                name=line["name"],
                day=line["day"],
                value=line["value"],
                code=line["code"],
                message=in_language(line["said"]),
            )
            for line in lines
        ],
    )


def quarantined_out(one: Quarantined) -> QuarantinedOut:
    return QuarantinedOut(
        id=one.pk,
        kpi=goal_ref(one.kpi),
        connector=one.run.connector.name,
        run=one.run_id,
        starts=one.starts,
        ends=one.ends,
        value=one.value,
        numerator=one.numerator,
        denominator=one.denominator,
        stood=one.stood,
        why=one.why,
        percent=one.percent,
        verdict=one.verdict,
        decided_by=ref(one.decided_by),
        decided_at=one.decided_at,
        reason=one.reason,
        check_in=one.check_in_id,
    )


@operation(
    router,
    "get",
    "kpis/connectors",
    summary=N_("All connectors"),
    who=ADMINISTRATORS,
    scope="read",
    answers=ConnectorsOut,
)
def list_connectors(request: HttpRequest) -> HttpResponse:
    me = actor(request)
    require_connecting(me)
    found = list(connectors_visible(me).defer("upload").order_by("name", "pk"))
    names = names_of_each(me, found)
    return answer(
        request, ConnectorsOut(items=[connector_out(one, names[one.pk]) for one in found])
    )


@operation(
    router,
    "get",
    "kpis/connectors/{connector_id}",
    summary=N_("A connector"),
    who=ADMINISTRATORS,
    scope="read",
    answers=ConnectorOut,
)
def get_connector(request: HttpRequest, connector_id: RowId) -> HttpResponse:
    me = actor(request)
    found = connector_for(me, connector_id)
    return answer(request, connector_out(found, names_visible(me, found)))


@operation(
    router,
    "get",
    "kpis/connectors/{connector_id}/runs",
    summary=N_("The latest runs of a connector"),
    who=ADMINISTRATORS,
    scope="read",
    answers=RunsOut,
    note=N_("The latest 50; their rows are told by each run alone."),
)
def list_connector_runs(request: HttpRequest, connector_id: RowId) -> HttpResponse:
    me = actor(request)
    runs = runs_of(connector_for(me, connector_id))[:50]
    for run in runs:
        run.lines = []
    return answer(request, RunsOut(items=[run_out(me, run) for run in runs]))


@operation(
    router,
    "post",
    "kpis/connectors/{connector_id}/runs",
    summary=N_("Run a connector now"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=RunOut,
    status=201,
    note=N_("It runs in the background: ask for the run. 409 while it is running."),
)
def run_connector(request: HttpRequest, connector_id: RowId) -> HttpResponse:
    me = actor(request)
    run = running.begin(connector_for(me, connector_id), "hand", timezone.now(), me)
    carry_out_run.enqueue(run.pk)
    return answer(request, run_out(me, run), status=201)


@operation(
    router,
    "get",
    "kpis/connector-runs/{run_id}",
    summary=N_("A run of a connector"),
    who=N_("Administrators, who keeps it, and who sees a KPI that it brought a value for"),
    scope="read",
    answers=RunOut,
)
def get_connector_run(request: HttpRequest, run_id: RowId) -> HttpResponse:
    me = actor(request)
    return answer(request, run_out(me, run_for(me, run_id)))


@operation(
    router,
    "post",
    "kpis/connectors/{connector_id}/push",
    summary=N_("Send values to a connector"),
    who=N_("Administrators, and who keeps the connector"),
    scope="check_in",
    answers=RunOut,
    status=201,
    note=N_(
        "Up to 10,000 rows for a connector that is pushed to. They go through its names and its "
        "contract and are recorded on behalf of its keeper; the answer is the run, with every "
        "row that was not taken. What stands already is not recorded again. 409 where it is "
        "switched off."
    ),
)
def push_to_connector(request: HttpRequest, connector_id: RowId, body: PushedRows) -> HttpResponse:
    me = actor(request)
    connector = connector_for(me, connector_id, to="push")
    raws = [row.model_dump(mode="json", exclude_none=True) for row in body.rows]
    readings = [
        Reading(
            row.name,
            row.day,
            row.value,
            None if row.value is not None else row.numerator,
            None if row.value is not None else row.denominator,
            raw=json.dumps(raw, ensure_ascii=False),
        )
        for row, raw in zip(body.rows, raws, strict=True)
    ]
    raw = "\n".join(one.raw for one in readings)
    run = running.push(connector, me, readings, raw)
    return answer(request, run_out(me, run), status=201)


@operation(
    router,
    "get",
    "kpis/quarantine",
    summary=N_("Held-back values that wait for your decision"),
    who=ANYONE,
    scope="read",
    answers=QuarantineOut,
    note=N_("The oldest 200."),
)
def list_quarantine(request: HttpRequest) -> HttpResponse:
    found = quarantine_to_decide(actor(request))[:200]
    return answer(request, QuarantineOut(items=[quarantined_out(one) for one in found]))


@operation(
    router,
    "get",
    "kpis/quarantine/{held_id}",
    summary=N_("A held-back value"),
    who=WHO_SEES,
    scope="read",
    answers=QuarantinedOut,
)
def get_quarantined(request: HttpRequest, held_id: RowId) -> HttpResponse:
    return answer(request, quarantined_out(quarantined_for(actor(request), held_id)))


@operation(
    router,
    "post",
    "kpis/quarantine/{held_id}/decision",
    summary=N_("Accept or refuse a held-back value"),
    who=N_("The data owner and the owner of the KPI, and strategists"),
    scope="check_in",
    answers=QuarantinedOut,
    note=N_(
        "Accepted, it is recorded under your name. 409 once decided, and where another record "
        "stands than was seen; current says which."
    ),
)
def decide_held_back(request: HttpRequest, held_id: RowId, body: VerdictIn) -> HttpResponse:
    me = actor(request)
    held = quarantined_for(me, held_id, to="decide")
    decided = decide_quarantined(me, held, body.verdict == "accepted", body.reason, body.seen)
    return answer(request, quarantined_out(decided))
