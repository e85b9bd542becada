"""Trying a connector: what a run would write now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as N_
from ninja import Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import RowId
from haidang.exchange.api.operation import operation
from haidang.exchange.api.represent import goal_ref
from haidang.exchange.api.routes.connecting import ADMINISTRATORS
from haidang.exchange.api.schemas.connectors import TrialLineOut, TrialOut
from haidang.exchange.api.versions import answer
from haidang.goals.access import visible
from haidang.kpis.access import connector_for
from haidang.kpis.actions import running
from haidang.kpis.actions.accounts import RAW, RAW_ROW, decimal_of
from haidang.kpis.actions.running import Trial
from haidang.kpis.actions.settling import Line
from haidang.kpis.actions.wording import kept
from haidang.people.models import Person

router = Router(tags=["numbers"])

#: Lines of a trial that are told.
MOST_LINES = 500


@operation(
    router,
    "post",
    "kpis/connectors/{connector_id}/trial",
    summary=N_("Ask now, and tell what a run would write"),
    who=ADMINISTRATORS,
    scope="admin",
    answers=TrialOut,
    keyed=False,
    refusals=[409],
    note=N_("Nothing is written. The other system has 15 seconds."),
)
def try_connector(request: HttpRequest, connector_id: RowId) -> HttpResponse:
    me = actor(request)
    tried = running.trial(connector_for(me, connector_id), timezone.now())
    return answer(request, trial_out(me, tried))


def trial_out(person: Person, tried: Trial) -> TrialOut:
    """What came of a trial; of KPIs, as far as the person sees them."""
    lines = tried.settled.lines[:MOST_LINES] if tried.settled else []
    ids = {line.kpi.pk for line in lines if line.kpi}
    seen = set(visible(person).filter(pk__in=ids).values_list("pk", flat=True))
    error = tried.error
    return TrialOut(
        starts=tried.starts,
        ends=tried.ends,
        code=error.code if error else "",
        message=str(error.message) if error else "",
        detail=kept(error.detail, 500) if error else "",
        notes=[kept(note, 300) for note in tried.fetched.notes] if tried.fetched else [],
        absent=tried.settled.absent if tried.settled else [],
        lines=[_trial_line(line, seen) for line in lines],
        answer=kept(tried.fetched.raw, RAW) if tried.fetched else "",
    )


def _trial_line(line: Line, seen: set[int]) -> TrialLineOut:
    """A line; nothing of a KPI that is not open to the reader but that it is not."""
    told = line.reading
    kpi = line.kpi if line.kpi and line.kpi.pk in seen else None
    can_be_told = line.code != "value"  # else it may be a number that cannot be written down
    return TrialLineOut(
        name=kept(told.name, 200),
        kpi=goal_ref(kpi) if kpi else None,
        day=told.day,
        value=told.value if can_be_told else None,
        numerator=told.numerator if can_be_told else None,
        denominator=told.denominator if can_be_told else None,
        what=line.what,
        code=line.breach.code if line.breach else line.code,
        message=str(line.message),
        percent=line.breach.percent if line.breach else None,
        stood=decimal_of(line.stood) if kpi else None,
        raw=kept(told.raw, RAW_ROW),
    )
