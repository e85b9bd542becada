"""One period of a KPI as its page tells it: what it came to, who reported, what was closed,
what people say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count

from haidang.checkins.models import CheckIn, Source
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.node import Period
from haidang.goals.rules.periods import FIRST, LAST, period_of
from haidang.goals.store import PERIOD_COLUMNS, PERIOD_FACTS
from haidang.goals.words import period_label
from haidang.kpis.access import comments_on
from haidang.kpis.figures import node_of, period_in
from haidang.kpis.models import ClosedFigure, Delivered, PeriodComment
from haidang.kpis.queries.connectors import lineage
from haidang.kpis.rules.closing import said

#: Of a period's records and comments, the latest.
MOST = 200


@dataclass(frozen=True, slots=True)
class PeriodPage:
    starts: date
    ends: date
    label: str
    before: date | None  # a day of the period before, and of the one after
    after: date | None
    period: Period  # with its target, range and tolerance
    is_closed: bool
    actual: Decimal | None
    attainment: Decimal | None
    records: Sequence[CheckIn]
    ways: Mapping[int, Delivered]  # of those that came through a connector
    figures: Sequence[ClosedFigure]  # every version, the latest first
    comments: Sequence[PeriodComment]


def period_page(kpi: Goal, day: date, first_month: int) -> PeriodPage:
    """A fixed number of queries."""
    starts, ends = period_of(day, kpi.frequency, first_month)
    node = node_of(kpi, first_month)
    row = KpiPeriod.objects.filter(goal=kpi, starts=starts).first()
    if row is not None:
        facts = {name: getattr(row, name) for name in (*PERIOD_FACTS, *PERIOD_COLUMNS)}
        node.periods[starts] = Period(starts, ends, row.year, id=row.pk, **facts)
    period = period_in(node, starts)
    told = said(node, period)
    rows = CheckIn.objects.none() if row is None else CheckIn.objects.filter(period=row)
    records = list(rows.select_related("author", "voiding").order_by("-pk")[:MOST])
    figures = ClosedFigure.objects.filter(goal=kpi, starts=starts)
    return PeriodPage(
        starts=starts,
        ends=ends,
        label=period_label(starts, kpi.frequency, first_month),
        before=_inside(starts - timedelta(days=1)),
        after=_inside(ends + timedelta(days=1)),
        period=period,
        is_closed=row is not None and row.locked_at is not None,
        actual=told.actual,
        attainment=told.attainment,
        records=records,
        ways=lineage(one.pk for one in records if one.source == Source.CONNECTOR),
        figures=list(figures.order_by("-version")[:MOST]),
        comments=list(comments_on(kpi).filter(starts=starts).order_by("-pk")[:MOST])[::-1],
    )


def _inside(day: date) -> date | None:
    return day if FIRST <= day <= LAST else None


def comment_counts(kpi: Goal) -> dict[date, int]:
    """How much is said about each period of a KPI."""
    rows = comments_on(kpi).filter(taken_back_at=None).order_by()
    return dict(rows.values_list("starts").annotate(Count("pk")))
