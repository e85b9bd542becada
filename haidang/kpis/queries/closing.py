"""How far a period is closed: counts, its KPIs one by one, who has not delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from haidang.goals import store
from haidang.goals.access import verbs_of_each, visible
from haidang.goals.models import Goal, Kind, KpiPeriod, Rule, State
from haidang.goals.rules.graph import Graph
from haidang.kpis.access import ASKERS, reopenings_to_decide, reopenings_visible, within
from haidang.kpis.actions.closing import CUT_OFF, Span, asked
from haidang.kpis.figures import node_of
from haidang.kpis.models import Answer, ClosedFigure, Closing, ReopeningRequest
from haidang.kpis.rules.closing import said
from haidang.people.models import Person, Unit

#: States of a KPI's period, in the order of a page.
STATES = ("missing", "delivered", "reopened", "closed", "closed_missing")
OPEN = ("missing", "delivered", "reopened")
MOST = 100
MOST_NAMED = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A KPI's period. What is closed is told by its figure, what is open as it stands."""

    kpi: Goal
    state: str
    actual: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    version: int  # of its closing; 0: never closed
    waiting: ReopeningRequest | None
    may_ask: bool


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody who has not delivered, with how many KPIs; None: nobody is named."""

    person: Person | None
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many KPIs of a period are in which state."""

    by_state: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def open(self) -> int:
        return sum(self.by_state[state] for state in OPEN)

    @property
    def closed(self) -> int:
        return self.by_state["closed"] + self.by_state["closed_missing"]


def kpis_in(
    person: Person, span: Span, unit: Unit | None = None, among: QuerySet[Goal] | None = None
) -> QuerySet[Any]:
    """The KPIs that have the period, as far as the person sees them (or `among` those of
    them), each with the `standing_of_period` that it has in it."""
    rows = visible(person) if among is None else among
    rows = asked(rows.filter(kind=Kind.KPI, state=State.ACTIVE), span)
    if unit is not None:
        rows = rows.filter(within(unit.path))
    period = KpiPeriod.objects.filter(goal_id=OuterRef("pk"), starts=span.starts).order_by()
    own = ~Q(goal__rule=Rule.CHILDREN) & Q(own_value__isnull=False)
    below = ~Q(goal__rule=Rule.OWN) & Q(value_reports__gt=0)
    figures = ClosedFigure.objects.filter(goal_id=OuterRef("pk"), starts=span.starts).order_by()
    return rows.annotate(
        is_locked=Exists(period.exclude(locked_at=None)),
        is_told=Exists(period.filter(own | below)),
        is_figured=Exists(figures),
    ).annotate(
        standing_of_period=Case(
            When(is_locked=True, is_told=True, then=Value("closed")),
            When(is_locked=True, then=Value("closed_missing")),
            When(is_figured=True, then=Value("reopened")),
            When(is_told=True, then=Value("delivered")),
            default=Value("missing"),
        )
    )


def counts(rows: QuerySet[Any]) -> Counts:
    found = dict(rows.order_by().values_list("standing_of_period").annotate(number=Count("pk")))
    return Counts({state: found.get(state, 0) for state in STATES})


def late(rows: QuerySet[Any]) -> list[Late]:
    """Who has not delivered, the most first: data owners, else owners. Nobody of a KPI whose
    number is made of others."""
    missing = rows.filter(is_locked=False, is_told=False, calculation="").order_by()
    missing = missing.exclude(rule=Rule.CHILDREN)
    found = list(
        missing.annotate(whom=Coalesce("data_owner_id", "owner_id"))
        .values_list("whom")
        .annotate(number=Count("pk"))
        .order_by("-number", "whom")[:MOST_NAMED]
    )
    people = Person.objects.in_bulk([whom for whom, _number in found if whom])
    return [Late(people.get(whom), number) for whom, number in found]


def page_of(person: Person, rows: QuerySet[Any], span: Span, state: str, page: int) -> list[Row]:
    """A page of the KPIs in their order, what is missing first."""
    if state:
        rows = rows.filter(standing_of_period=state)
    order = Case(*(When(standing_of_period=one, then=at) for at, one in enumerate(STATES)))
    rows = rows.select_related("owner", "data_owner", "unit", "organisation")
    found = list(rows.order_by(order, "rank", "number")[(page - 1) * MOST : page * MOST])
    return _told(person, found, span)


def _told(person: Person, kpis: Sequence[Goal], span: Span) -> list[Row]:
    """The KPIs with their numbers: four queries for any number of them."""
    ids = [kpi.pk for kpi in kpis]
    nodes = {kpi.pk: node_of(kpi, span.organisation.fiscal_year_start) for kpi in kpis}
    store.load_periods(Graph(nodes), ids, span.starts)
    figures = latest(ids, span.starts)
    waiting = {
        one.goal_id: one
        for one in ReopeningRequest.objects.filter(
            goal_id__in=ids, starts=span.starts, answer=Answer.WAITING
        )
    }
    verbs = verbs_of_each(person, kpis)
    found = []
    for kpi in kpis:
        state: str = kpi.standing_of_period  # type: ignore[attr-defined]  # annotated by `kpis_in`
        figure = figures.get(kpi.pk)
        period = nodes[kpi.pk].periods.get(span.starts)
        if figure is not None and state not in OPEN:
            state = "closed" if figure.actual is not None else "closed_missing"
            told = (figure.actual, figure.target, figure.attainment)
        elif period is None:
            told = (None, kpi.target, None)
        else:
            stands = said(nodes[kpi.pk], period)
            told = (stands.actual, period.target, stands.attainment)
        found.append(
            Row(
                kpi,
                state,
                *told,
                version=0 if figure is None else figure.version,
                waiting=waiting.get(kpi.pk),
                may_ask=state not in OPEN and bool(verbs[kpi.pk] & ASKERS),
            )
        )
    return found


def latest(goal_ids: Iterable[int], starts: date) -> dict[int, ClosedFigure]:
    """The figure that holds of each KPI's period, by goal id."""
    rows = ClosedFigure.objects.filter(goal_id__in=list(goal_ids), starts=starts)
    return {one.goal_id: one for one in rows.order_by("version")}


def moving(span: Span) -> Closing | None:
    """A closing of the period that is under way, for its progress."""
    since = timezone.now() - CUT_OFF
    rows = Closing.objects.filter(
        organisation=span.organisation, frequency=span.frequency, starts=span.starts
    )
    return rows.filter(finished_at=None, moved_at__gt=since).order_by("-pk").first()


def figures_of(person: Person, frequency: str, starts: date) -> QuerySet[ClosedFigure]:
    """What was closed of a period, of the KPIs that the person sees: every version, in an
    order that does not change."""
    seen = visible(person).values("pk").order_by()
    return ClosedFigure.objects.filter(
        organisation_id=person.organisation_id,
        frequency=frequency,
        starts=starts,
        goal_id__in=seen,
    ).order_by("number", "version")


def to_decide(person: Person, most: int = 20) -> list[ReopeningRequest]:
    """The requests that wait for this person's answer, the oldest first."""
    return list(reopenings_to_decide(person).order_by("pk")[:most])


def asked_by(person: Person, most: int = 20) -> list[ReopeningRequest]:
    """What the person asked for and that waits for somebody's answer, the latest first."""
    rows = reopenings_visible(person).filter(asked_by=person, answer=Answer.WAITING)
    return list(rows.order_by("-pk")[:most])


def waiting_for(kpi: Goal, starts: date) -> ReopeningRequest | None:
    """The request to open this period that waits for an answer."""
    rows = ReopeningRequest.objects.filter(goal=kpi, starts=starts, answer=Answer.WAITING)
    return rows.select_related("asked_by").first()
