"""Closing a period of many KPIs: in batches of whole KPIs, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import event
from haidang.activity.models import Event
from haidang.goals import store
from haidang.goals.models import Frequency, Goal, Kind, KpiPeriod, State
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Node
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.kpis.access import closable, require_closer
from haidang.kpis.cards import keep_lines
from haidang.kpis.figures import Act, figure_of, node_of, period_in
from haidang.kpis.models import ClosedFigure, Closing
from haidang.lib.database import writing
from haidang.lib.errors import Conflict, Invalid
from haidang.lib.insert import insert_many
from haidang.people.access import today_of
from haidang.people.models import Organisation, Person, Unit

#: KPIs of one transaction: how long others wait, at most.
BATCH = 250
#: A closing that has not moved for so long was cut off; the next one goes on with it.
CUT_OFF = timedelta(minutes=2)
#: What the log says of where a period was closed from.
SYSTEM = "system"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Span:
    """A period of a frequency in an organisation."""

    organisation: Organisation
    frequency: str
    starts: date
    ends: date


def span_of(organisation: Organisation, frequency: str, day: date) -> Span:
    """The period that holds a day. Raises Invalid for a frequency or a day that is none."""
    if frequency not in Frequency.values:
        raise Invalid(_("Please choose one of the list."), code="choice", field="frequency")
    if not FIRST <= day <= LAST:
        raise Invalid(_("Years from 1990 to 2199."), code="out_of_bounds", field="day")
    span = period_of(day, frequency, organisation.fiscal_year_start)
    return Span(organisation, frequency, *span)


def close_period(
    actor: Person,
    frequency: str,
    day: date,
    unit: Unit | None = None,
    *,
    progress: Progress | None = None,
) -> Closing:
    """Close the period that holds `day` of all KPIs under way that the actor may close and
    that are open; with `unit` only those of it and below.

    One without a report is closed as missing. Raises Conflict when the period has not ended,
    when it is closed already, and while somebody else closes it.
    """
    return carry_out(begin_closing(actor, frequency, day, unit), progress)


def begin_closing(actor: Person, frequency: str, day: date, unit: Unit | None = None) -> Closing:
    """`close_period` up to where the first KPI is closed: `carry_out` does the rest."""
    require_closer(actor, unit)
    span = span_of(actor.organisation, frequency, day)
    if span.ends >= today_of(actor):
        raise Conflict(_("This period has not ended yet."), code="not_ended", field="day")
    with writing():
        store.lock_organisation(span.organisation.pk)
        if _is_moving(span):
            raise Conflict(_("Somebody is closing this period right now."), code="closing")
        kpis = closable(actor, unit)
        total = open_ones(kpis, span).count()
        if not total:
            if asked(kpis, span).exists():
                raise Conflict(_("This period is closed (chốt số)."), code="closed")
            raise Conflict(_("There is no KPI here to close."), code="nothing")
        now = timezone.now()
        _closings(span).filter(finished_at=None).exclude(by=None).update(finished_at=now)
        return _made(span, Act(now, actor), total, unit)


def begin_by_itself(span: Span, at: datetime) -> Closing | None:
    """Begin to close a period on the set day, by nobody: of all KPIs of which it was never
    closed, so that what was reopened stays open. None where it did so before."""
    with writing():
        store.lock_organisation(span.organisation.pk)
        if _is_moving(span) or _closings(span).filter(by=None).exists():
            return None
        total = open_ones(_never_closed(span), span).count()
        return _made(span, Act(at), total, None)


def carry_out(closing: Closing, progress: Progress | None = None) -> Closing:
    """Batch after batch, each a transaction, until nothing is left. What was closed before is
    not looked at again, so that it goes on where it was cut off."""
    after = 0
    while True:
        with writing():
            store.lock_organisation(closing.organisation_id)
            closing = Closing.objects.select_related("organisation", "by__organisation").get(
                pk=closing.pk
            )
            if closing.finished_at is not None:
                return closing
            after = _batch(closing, after)
        if progress is not None:
            progress(closing.done, closing.total)


def cut_off(at: datetime) -> QuerySet[Closing]:
    """Closings that have not moved for long."""
    return Closing.objects.filter(finished_at=None, moved_at__lte=at - CUT_OFF).order_by("pk")


def _batch(closing: Closing, after: int) -> int:
    """The next KPIs behind that id; the id of the last of them."""
    span = Span(closing.organisation, closing.frequency, closing.starts, closing.ends)
    if closing.by is None:
        kpis = _never_closed(span)
    else:
        unit = None if closing.unit_id is None else Unit.objects.get(pk=closing.unit_id)
        kpis = closable(closing.by, unit)
    rows = open_ones(kpis, span).filter(pk__gt=after).order_by("pk")
    some = list(rows.select_related("owner", "data_owner", "unit")[:BATCH])
    closing.missing += close_kpis(some, span, Act(closing.began_at, closing.by))
    closing.done += len(some)
    closing.moved_at = timezone.now()
    if len(some) < BATCH:
        closing.finished_at = closing.moved_at
    closing.save(update_fields=["done", "missing", "moved_at", "finished_at"])
    return some[-1].pk if some else after


def _never_closed(span: Span) -> QuerySet[Goal]:
    rows = Goal.objects.filter(organisation=span.organisation, kind=Kind.KPI, state=State.ACTIVE)
    return rows.filter(~Exists(_figures(span).filter(goal_id=OuterRef("pk"))))


def asked(kpis: QuerySet[Goal], span: Span) -> QuerySet[Goal]:
    """Those of the KPIs that have the period: of its frequency, and not over or to come."""
    return kpis.filter(
        Q(starts=None) | Q(starts__lte=span.ends),
        Q(ends=None) | Q(ends__gte=span.starts),
        frequency=span.frequency,
    )


def open_ones(kpis: QuerySet[Goal], span: Span) -> QuerySet[Goal]:
    """Those of the KPIs that have the period, and of which it is not closed."""
    rows = KpiPeriod.objects.filter(goal_id=OuterRef("pk"), starts=span.starts)
    return asked(kpis, span).filter(~Exists(rows.exclude(locked_at=None).order_by()))


def _figures(span: Span) -> QuerySet[ClosedFigure]:
    return ClosedFigure.objects.filter(
        organisation=span.organisation, frequency=span.frequency, starts=span.starts
    ).order_by()


def _closings(span: Span) -> QuerySet[Closing]:
    return Closing.objects.filter(
        organisation=span.organisation, frequency=span.frequency, starts=span.starts
    )


def _is_moving(span: Span) -> bool:
    since = timezone.now() - CUT_OFF
    return _closings(span).filter(finished_at=None, moved_at__gt=since).exists()


def _made(span: Span, act: Act, total: int, unit: Unit | None) -> Closing:
    return Closing.objects.create(
        organisation=span.organisation,
        frequency=span.frequency,
        starts=span.starts,
        ends=span.ends,
        unit_id=None if unit is None else unit.pk,
        by=act.by,
        total=total,
        began_at=act.at,
        moved_at=timezone.now(),
    )


def close_kpis(kpis: Sequence[Goal], span: Span, act: Act) -> int:
    """Close the period of these KPIs, which are open; how many had no report. The caller
    holds the organisation's lock. The same number of statements for any number of KPIs."""
    if not kpis:
        return 0
    nodes = _nodes(kpis, span)
    store.save_periods(nodes.values())
    ids = list(nodes)
    before = dict(
        _figures(span).filter(goal_id__in=ids).values_list("goal_id").annotate(Max("version"))
    )
    figures = []
    for kpi in kpis:
        node = nodes[kpi.pk]
        version = before.get(kpi.pk, 0) + 1
        figures.append(figure_of(kpi, node, node.periods[span.starts], version, act))
    KpiPeriod.objects.filter(goal_id__in=ids, starts=span.starts).update(locked_at=act.at)
    insert_many(ClosedFigure, figures, has_keys=False)
    keep_lines(span.organisation.pk, figures)
    insert_many(Event, [closed_event(figure, act) for figure in figures], has_keys=False)
    return sum(figure.actual is None for figure in figures)


def _nodes(kpis: Sequence[Goal], span: Span) -> dict[int, Node]:
    """The KPIs with this one period, made where it was not there yet."""
    first_month = span.organisation.fiscal_year_start
    nodes = {kpi.pk: node_of(kpi, first_month) for kpi in kpis}
    store.load_periods(Graph(nodes), list(nodes), span.starts)
    for node in nodes.values():
        period_in(node, span.starts)
    return nodes


def closed_event(figure: ClosedFigure, act: Act) -> Event:
    return event(
        organisation_id=figure.organisation_id,
        at=act.at,
        actor_id=None if act.by is None else act.by.pk,
        verb="period.closed",
        source=SYSTEM if act.by is None else None,
        subject_kind="goal",
        subject_id=figure.goal_id,
        subject=figure.public_id,
        touched=[figure.goal_id],
        data={
            "period": figure.starts.isoformat(),
            "version": figure.version,
            "missing": figure.actual is None,
        },
    )
