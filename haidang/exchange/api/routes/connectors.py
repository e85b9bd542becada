"""What comes of connectors: runs with their lines, what is pushed, what is held back."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import RowId
from haidang.exchange.api.operation import ANYONE, WHO_SEES, operation
from haidang.exchange.api.pages import Paging, page
from haidang.exchange.api.represent import goal_ref, ref
from haidang.exchange.api.routes.connecting import ADMINISTRATORS
from haidang.exchange.api.schemas.connectors import (
    DeliveredListOut,
    DeliveredOut,
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
    delivered_visible,
    may_connect,
    quarantine_to_decide,
    quarantine_visible,
    quarantined_for,
    run_for,
)
from haidang.kpis.actions import running
from haidang.kpis.actions.quarantine import decide_quarantined
from haidang.kpis.actions.wording import in_language
from haidang.kpis.connectors.sources.base import Reading
from haidang.kpis.models import Delivered, Quarantined, Run, Verdict
from haidang.kpis.tasks import carry_out_run
from haidang.people.models import Person

router = Router(tags=["numbers"])

RUN_SEERS = N_("Administrators, who keeps it, and who sees a KPI that it brought a value for")


class QuarantineFilters(Paging):
    verdict: Verdict | None = None
    mine: bool = Field(
        default=True,
        description=N_("Those that wait for your decision; false: all of KPIs that you see."),
    )


def run_out(person: Person, one: Run, *, is_alone: bool = True) -> RunOut:
    """A run; in a list without what is long."""
    sees = is_alone and (may_connect(person) or one.by_id == person.pk)
    lines = one.lines if sees else []
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
        notes=one.notes,
        answer=one.raw if is_alone and may_connect(person) else "",
        kept_until=one.kept_until,
    )


def delivered_out(one: Delivered) -> DeliveredOut:
    return DeliveredOut(
        kpi=goal_ref(one.kpi),
        starts=one.starts,
        check_in=one.check_in_id,
        value=one.check_in.value,
        numerator=one.check_in.numerator,
        denominator=one.check_in.denominator,
        name=one.name,
        raw=one.raw,
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
    "kpis/connectors/{connector_id}/runs",
    summary=N_("The runs of a connector, the latest first"),
    who=ADMINISTRATORS,
    scope="read",
    answers=RunsOut,
    note=N_("Their rows are told by each run alone."),
)
def list_connector_runs(
    request: HttpRequest, connector_id: RowId, filters: Query[Paging]
) -> HttpResponse:
    me = actor(request)
    rows = Run.objects.filter(connector=connector_for(me, connector_id))
    rows = rows.select_related("by").defer("raw", "lines")
    found, following = page(rows, ("-id",), filters, of=me.organisation_id)
    items = [run_out(me, run, is_alone=False) for run in found]
    return answer(request, RunsOut(items=items, next=following))


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
    who=RUN_SEERS,
    scope="read",
    answers=RunOut,
)
def get_connector_run(request: HttpRequest, run_id: RowId) -> HttpResponse:
    me = actor(request)
    return answer(request, run_out(me, run_for(me, run_id)))


@operation(
    router,
    "get",
    "kpis/connector-runs/{run_id}/records",
    summary=N_("What a run recorded"),
    who=RUN_SEERS,
    scope="read",
    answers=DeliveredListOut,
    note=N_("Of KPIs that you see, each with the row that it was read from."),
)
def list_run_records(request: HttpRequest, run_id: RowId, filters: Query[Paging]) -> HttpResponse:
    me = actor(request)
    rows = delivered_visible(me, run_for(me, run_id))
    found, following = page(rows, ("id",), filters, of=me.organisation_id)
    items = [delivered_out(one) for one in found]
    return answer(request, DeliveredListOut(items=items, next=following))


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
    summary=N_("Held-back values"),
    who=ANYONE,
    scope="read",
    answers=QuarantineOut,
    note=N_("Those that wait for your decision, the oldest first, unless others are asked for."),
)
def list_quarantine(request: HttpRequest, filters: Query[QuarantineFilters]) -> HttpResponse:
    me = actor(request)
    rows = quarantine_visible(me)
    if filters.mine:
        rows = rows.filter(pk__in=[one.pk for one in quarantine_to_decide(me)])
    if filters.verdict:
        rows = rows.filter(verdict=filters.verdict)
    found, following = page(rows, ("id",), filters, of=me.organisation_id)
    items = [quarantined_out(one) for one in found]
    return answer(request, QuarantineOut(items=items, next=following))


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
