"""The targets of a KPI's year: what stands, what was originally to be reached, the ledger, and
the attainment under both; the requests about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from haidang.goals import store
from haidang.goals.models import Goal, TargetVersion
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.kpi import Reported, ToDate, period_attainment
from haidang.goals.rules.metric import rounded
from haidang.goals.rules.node import Node, Period
from haidang.goals.rules.periods import period_of, periods_between, year_of_period
from haidang.goals.rules.plan import Calendar
from haidang.goals.store import PERIOD_FACTS
from haidang.goals.words import period_label
from haidang.kpis.access import target_requests_visible
from haidang.kpis.actions.targets import wanted_of
from haidang.kpis.figures import node_of
from haidang.kpis.models import TargetChange, TargetRequest
from haidang.kpis.rules.targets import Both, under_both, year_before
from haidang.people import settings
from haidang.people.models import Person

#: What each direction asks of a period; the others a target.
ASKED: dict[str, tuple[str, ...]] = {
    "range": ("low", "high", "tolerance"),
    "linear": ("baseline", "target"),
    "pass_fail": (),
}

Targets = Mapping[str, Decimal | None]


def asked_of(kpi: Goal) -> tuple[str, ...]:
    """The facts of a period that make the KPI's target."""
    return ASKED.get(kpi.direction, ("target",))


@dataclass(slots=True)
class Line:
    """A period with its targets. Attainments are fractions of nine places, 1 is as targeted."""

    starts: date
    ends: date
    label: str
    is_locked: bool
    stands: Targets  # the usual target where the period has none of its own yet
    original: Targets
    actual: Decimal | None = None
    attainment: Decimal | None = None
    attainment_original: Decimal | None = None
    versions: list[TargetVersion] = field(default_factory=list)
    waits: Targets = field(default_factory=dict)  # what a request wants of it

    @property
    def is_revised(self) -> bool:
        return self.original != self.stands


@dataclass(frozen=True, slots=True)
class Year:
    kpi: Goal
    year: int
    lines: Sequence[Line]
    usual_waits: Targets  # what a request wants of the usual target
    to_date: Both
    requests: Sequence[TargetRequest]  # that wait about this year

    @property
    def is_revised(self) -> bool:
        return any(line.is_revised for line in self.lines)

    @property
    def now(self) -> ToDate:
        return self.to_date.now

    @property
    def original(self) -> ToDate:
        return self.to_date.original


def spans_of(kpi: Goal, year: int, first_month: int) -> list[tuple[date, date]]:
    """The periods of a KPI's fiscal year: first and last days, in order of time."""
    first = date(year, first_month, 1)
    last = period_of(first, "year", first_month)[1]
    return [
        span
        for span in periods_between(first, last, kpi.frequency, first_month)
        if year_of_period(span[0], kpi.frequency, first_month) == year
    ]


def calendar_of(organisation_id: int) -> Calendar:
    """The working days and holidays of an organisation."""
    found = settings.everything(organisation_id)
    return Calendar.of(found["calendar.working_days"], found["calendar.holidays"])


def year_of(kpi: Goal, year: int, reader: Person | None = None) -> Year:
    """A fiscal year of a KPI that the reader sees, with the requests that they see (all of them
    without a reader); a fixed number of queries."""
    first_month = kpi.organisation.fiscal_year_start
    node = node_of(kpi, first_month)
    store.load_periods(Graph({kpi.pk: node}), [kpi.pk])
    spans = spans_of(kpi, year, first_month)
    locked = set(kpi.periods.exclude(locked_at=None).values_list("starts", flat=True))
    ledger = ledger_of([kpi.pk], spans[0][0], spans[-1][0]) if spans else {}
    lines, now, original = [], [], []
    for starts, ends in spans:
        versions = ledger.get((kpi.pk, starts), [])
        line = _line(kpi, node, (starts, ends), starts in locked, versions)
        lines.append(line)
        period = node.periods.get(starts)
        found = None if period is None else node.period_value(period)
        if period is None or found is None:
            continue
        one, other = (_reported(period, found, targets) for targets in (line.stands, line.original))
        now.append(one)
        original.append(other)
        line.actual = found[0]
        line.attainment, line.attainment_original = (
            _attained(node, reported) for reported in (one, other)
        )
    waiting = waiting_changes([kpi.pk])
    by_start = {line.starts: line for line in lines}
    usual: Targets = {}
    requests = {}
    for change in waiting:
        if change.starts is None:
            usual = wanted_of(change)
        elif change.starts in by_start:
            by_start[change.starts].waits = wanted_of(change)
        else:
            continue
        requests[change.request_id] = change.request
    if reader is not None and requests:
        seen = target_requests_visible(reader).filter(pk__in=requests).values_list("pk", flat=True)
        requests = {pk: requests[pk] for pk in sorted(seen)}
    both = under_both(kpi.direction, kpi.aggregation, now, original, node.steps)
    return Year(kpi, year, lines, usual, both, list(requests.values()))


def year_before_of(kpi: Goal, starts: Iterable[date]) -> list[Decimal | None]:
    """What the KPI came to a year before each of these periods (`rules.targets.year_before`)."""
    first_month = kpi.organisation.fiscal_year_start
    node = node_of(kpi, first_month)
    store.load_periods(Graph({kpi.pk: node}), [kpi.pk])
    return [actual_in(node, year_before(day, kpi.frequency, first_month)) for day in starts]


def actual_in(node: Node, starts: date) -> Decimal | None:
    """What a KPI came to in the period that starts on that day."""
    period = node.periods.get(starts)
    found = None if period is None else node.period_value(period)
    return None if found is None else found[0]


def _line(
    kpi: Goal,
    node: Node,
    span: tuple[date, date],
    is_locked: bool,
    versions: Sequence[TargetVersion],
) -> Line:
    period = node.periods.get(span[0])
    source: Goal | Period = period or kpi
    stands = {name: getattr(source, name) for name in PERIOD_FACTS}
    first = versions[0] if versions else None
    original = stands if first is None else {name: getattr(first, name) for name in PERIOD_FACTS}
    label = period_label(span[0], kpi.frequency, kpi.organisation.fiscal_year_start)
    return Line(*span, label, is_locked, stands, original, versions=list(versions))


def _reported(
    period: Period, found: tuple[Decimal, Decimal | None, Decimal | None], targets: Targets
) -> Reported:
    value, numerator, denominator = found
    return Reported(
        period.starts, value, numerator=numerator, denominator=denominator,
        **{name: targets[name] for name in PERIOD_FACTS},
    )  # fmt: skip


def _attained(node: Node, reported: Reported) -> Decimal | None:
    exact = period_attainment(node.measure.direction, reported, node.steps)
    return None if exact is None else rounded(exact)


def ledger_of(
    kpi_ids: Iterable[int], first: date, last: date
) -> dict[tuple[int, date], list[TargetVersion]]:
    """What the ledger has of the periods that start between two days, in order of version."""
    rows = TargetVersion.objects.filter(
        goal_id__in=list(kpi_ids), starts__gte=first, starts__lte=last
    )
    found: dict[tuple[int, date], list[TargetVersion]] = {}
    for row in rows.select_related("by", "approved_by").order_by("goal_id", "starts", "version"):
        found.setdefault((row.goal_id, row.starts), []).append(row)
    return found


def waiting_changes(kpi_ids: Iterable[int]) -> list[TargetChange]:
    """What waits for an answer about these KPIs."""
    rows = TargetChange.objects.filter(goal_id__in=list(kpi_ids), waits=True)
    return list(rows.select_related("request__asked_by", "request__goal").order_by("starts", "pk"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A period of a request: what is wanted over what stood when it was asked, and what stands
    now. Of a range the field says which end."""

    kpi: Goal
    starts: date | None
    label: str
    name: str
    was: Decimal | None
    wanted: Decimal | None
    stands: Decimal | None

    @property
    def has_moved(self) -> bool:
        return self.stands != self.was

    @property
    def difference(self) -> Decimal | None:
        return None if self.was is None or self.wanted is None else self.wanted - self.was


def asked_in(request: TargetRequest) -> list[Asked]:
    """Everything that a request wants, by KPI and period; three queries."""
    changes = list(
        request.changes.select_related("goal__owner", "goal__unit", "goal__organisation")
    )
    days = [change.starts for change in changes if change.starts is not None]
    kpis = {change.goal_id: change.goal for change in changes}
    stored = {}
    if days:
        graph = Graph({pk: node_of(kpi, 1) for pk, kpi in kpis.items()})
        store.load_periods(graph, sorted(kpis))
        stored = {(pk, p.starts): p for pk, n in graph.nodes.items() for p in n.periods.values()}
    first_month = request.goal.organisation.fiscal_year_start
    found = []
    for change in changes:
        kpi = change.goal
        stands = kpi if change.starts is None else stored.get((kpi.pk, change.starts), kpi)
        label = (
            "" if change.starts is None else period_label(change.starts, kpi.frequency, first_month)
        )
        for name, (was, wanted) in change.fields.items():
            found.append(
                Asked(
                    kpi, change.starts, label, name, _number(was), _number(wanted),
                    getattr(stands, name),
                )
            )  # fmt: skip
    return found


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
