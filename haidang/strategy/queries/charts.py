"""What the charts of a goal's page are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from haidang.checkins.queries import told
from haidang.goals.models import Goal, HistoryPoint, Kind, KpiPeriod, Rule
from haidang.goals.queries import expected_on
from haidang.goals.rules.health import Thresholds, health
from haidang.goals.rules.kpi import Reported, period_attainment, to_date
from haidang.goals.rules.metric import BILLION, Measure, billionths, raw_progress, rounded
from haidang.goals.rules.periods import fiscal_year
from haidang.goals.words import period_label, period_short
from haidang.lib.decimals import EXACT
from haidang.people.models import Person

#: Days at which the expected line is computed.
STEPS = 24
#: A chart without a start begins so many days before today.
WITHOUT_DATES = 180


@dataclass(frozen=True, slots=True)
class Series:
    """Progress by day and the plan beside it, both in billionths."""

    points: Sequence[tuple[date, int | None]]
    expected: Sequence[tuple[date, int | None]]
    starts: date
    ends: date

    @property
    def known(self) -> bool:
        """Whether there is anything to draw."""
        return any(value is not None for _day, value in self.points)


def progress_of(person: Person, goal: Goal, today: date) -> Series | None:
    """The line of a goal's chart; None for a KPI, which is drawn by its periods.

    A key result with own reports is drawn over the days that they are for; every other goal
    over the days on which its number was known.
    """
    if goal.kind == Kind.KPI:
        return None
    own = goal.kind == Kind.KEY_RESULT and goal.rule == Rule.OWN
    points = _told(goal) if own else _known(goal)
    starts = goal.starts or min([day for day, _v in points] or [today])
    ends = goal.ends or today
    if goal.starts is None:
        starts = max(starts, today - timedelta(days=WITHOUT_DATES))
    if points and points[-1][0] < starts:
        starts = points[0][0]
    if points:
        ends = max(ends, points[-1][0])  # what was reported late is shown too
    if ends <= starts:
        ends = starts + timedelta(days=28)
    if not own and points and points[-1][0] < today <= ends:
        points = [*points, (today, points[-1][1])]  # it still stands there
    expected: list[tuple[date, int | None]] = []
    high = goal.kind in (Kind.ULTIMATE, Kind.PILLAR)
    if high or (goal.starts and goal.ends):
        # Much hangs below what stands high, and each day asks all of it.
        days = _days(starts, ends, STEPS // 3 if high else STEPS)
        expected = expected_on(person.organisation, goal.pk, days, today)
    return Series(points, expected, starts, ends)


def _days(starts: date, ends: date, steps: int) -> list[date]:
    span = (ends - starts).days
    step = max(1, span // steps)
    days = [starts + timedelta(days=n) for n in range(0, span, step)]
    return [*days, ends]


def _known(goal: Goal) -> list[tuple[date, int | None]]:
    rows = HistoryPoint.objects.filter(goal=goal).order_by("day")
    return list(rows.values_list("day", "progress"))


def _told(goal: Goal) -> list[tuple[date, int | None]]:
    measure = Measure(
        goal.direction,
        goal.baseline,
        goal.target,
        goal.low,
        goal.high,
        goal.tolerance,
        goal.relative_change,
    )
    weights = {m.position: m.weight for m in goal.milestones.all()}
    found: list[tuple[date, int | None]] = []
    for row in told(goal):
        value = row["value"]
        if row["milestones"] is not None:
            value = Decimal(sum(weights.get(p, 0) for p in row["milestones"]))
        raw = raw_progress(measure, value)
        found.append((row["for_day"], None if raw is None else billionths(raw)))
    return found


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period of a KPI as its table and its chart show it."""

    period: KpiPeriod
    label: str
    short: str
    actual: Decimal | None
    raw: Decimal | None  # attainment, 1 = as targeted
    health: str
    numerator: Decimal | None
    denominator: Decimal | None
    is_current: bool
    is_future: bool

    @property
    def progress(self) -> int | None:
        return None if self.raw is None else billionths(self.raw)

    @property
    def attainment(self) -> int | None:
        """Billionths, beyond the whole too: what the table writes."""
        return None if self.raw is None else int(self.raw * BILLION)


def years_of(kpi: Goal) -> list[int]:
    """The fiscal years of which a KPI has periods, the latest first."""
    if kpi.kind != Kind.KPI:
        return []
    return list(kpi.periods.order_by("-year").values_list("year", flat=True).distinct())


def period_rows(
    goal: Goal, first_month: int, today: date, year: int | None = None
) -> list[PeriodRow]:
    """The periods of a fiscal year: without one of that which the KPI's number stands for,
    else of this one."""
    if goal.kind != Kind.KPI:
        return []
    if year is None:
        year = goal.standing.kpi_year
    if year is None:
        year = fiscal_year(today, first_month)
    steps = [(Decimal(a), Decimal(b)) for a, b in goal.steps]
    rows = goal.periods.filter(year=year).order_by("starts")
    return [_period(goal, p, steps, first_month, today) for p in rows]


def _period(
    goal: Goal,
    p: KpiPeriod,
    steps: Sequence[tuple[Decimal, Decimal]],
    first_month: int,
    today: date,
) -> PeriodRow:
    actual, numerator, denominator = _actual(goal, p)
    raw = None
    if actual is not None:
        reported = Reported(
            p.starts, actual, p.target, p.baseline, p.low, p.high, p.tolerance,
            numerator, denominator,
        )  # fmt: skip
        exact = period_attainment(goal.direction, reported, steps)
        raw = None if exact is None else rounded(exact)
    progress = None if raw is None else billionths(raw)
    return PeriodRow(
        period=p,
        label=period_label(p.starts, goal.frequency, first_month),
        short=period_short(p.starts, goal.frequency, first_month),
        actual=actual,
        raw=raw,
        health=health(progress, BILLION, Thresholds()) if progress is not None else "no_data",
        numerator=numerator,
        denominator=denominator,
        is_current=p.starts <= today <= p.ends,
        is_future=p.starts > today,
    )


def _actual(goal: Goal, p: KpiPeriod) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """(value, numerator, denominator) of a period: own report and value children, by rule."""
    own = goal.rule != Rule.CHILDREN and p.own_value is not None
    below = goal.rule != Rule.OWN and p.value_reports > 0
    if not own and not below:
        return None, None, None

    def both(reported: Decimal | None, added: Decimal | None) -> Decimal:
        first = (reported or Decimal(0)) if own else Decimal(0)
        return EXACT.add(first, added or Decimal(0)) if below else first

    if goal.aggregation == "ratio":
        numerator = both(p.own_numerator, p.numerator_sum)
        denominator = both(p.own_denominator, p.denominator_sum)
        value = EXACT.divide(numerator, denominator) if denominator else None
        return value, numerator, denominator
    return both(p.own_value, p.value_sum), None, None


def targets_of(goals: Iterable[Goal]) -> dict[int, Decimal]:
    """What the reported periods of each KPI were to bring, by id; one query for all."""
    kpis = {
        g.pk: g
        for g in goals
        if g.kind == Kind.KPI
        and g.standing.kpi_year is not None
        and g.direction not in ("range", "pass_fail")
    }
    if not kpis:
        return {}
    rows = KpiPeriod.objects.filter(
        Q(own_value__isnull=False) | Q(value_reports__gt=0),
        goal_id__in=kpis,
        year__in={g.standing.kpi_year for g in kpis.values()},
    )
    reported: dict[int, list[Reported]] = {}
    for p in rows.order_by("starts"):
        goal = kpis[p.goal_id]
        actual, _numerator, denominator = _actual(goal, p)
        if p.year == goal.standing.kpi_year and actual is not None:
            one = Reported(p.starts, actual, p.target, denominator=denominator)
            reported.setdefault(goal.pk, []).append(one)
    found = {
        pk: to_date(kpis[pk].direction, kpis[pk].aggregation, periods).target
        for pk, periods in reported.items()
    }
    return {pk: target for pk, target in found.items() if target is not None}


def target_to_date(goal: Goal, rows: Sequence[PeriodRow]) -> Decimal | None:
    """What the reported periods were to bring, folded as the KPI folds its actuals."""
    reported = [
        Reported(r.period.starts, r.actual, r.period.target, denominator=r.denominator)
        for r in rows
        if r.actual is not None
    ]
    if goal.direction in ("range", "pass_fail"):
        return None
    return to_date(goal.direction, goal.aggregation, reported).target
