"""The explanation of a number as its page shows it: terms that add up, who told them, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from haidang.checkins.models import CheckIn
from haidang.goals.models import Goal, HistoryPoint
from haidang.goals.queries import Derivation, Term, derivation
from haidang.goals.queries.derivation import ways
from haidang.goals.queries.outlook import outlook
from haidang.goals.rules.health import LEVELS
from haidang.goals.rules.metric import BILLION
from haidang.lib.decimals import EXACT
from haidang.people.access import today_of
from haidang.people.models import Person
from haidang.strategy.queries.calculation import Calculation, calculation_of
from haidang.strategy.queries.charts import PeriodRow, period_rows, target_to_date
from haidang.web.formats import shown


@dataclass(frozen=True, slots=True)
class Line:
    """A term with what its page writes, in billionths: shares of the weight and what each
    brings are rounded so that they add up to the whole and to the number."""

    term: Term
    share: int | None
    brings: int | None
    expected: int | None = None  # by today, of a goal that the reader may know of


@dataclass(frozen=True, slots=True)
class Told:
    """Where a term's number comes from: its latest report, else what lies below it."""

    record: CheckIn | None
    day: date | None  # since when it stands as it does


@dataclass(frozen=True, slots=True)
class Due:
    """What is expected by today, in billionths, and what says so: "parts" (the mean of what
    is expected of them), "held" (whole from the start), else the name of a plan curve."""

    expected: int
    how: str


@dataclass(frozen=True, slots=True)
class Number:
    derived: Derivation
    lines: Sequence[Line]
    due: Due | None  # None where nothing is: no dates, or no longer active
    own: Told
    told: Mapping[int, Told]  # by goal, of the terms that the reader may know of
    reported: Mapping[int, CheckIn]  # by id, of a KPI's periods
    periods: Sequence[PeriodRow]
    target: Decimal | None  # of a KPI, over what was reported
    own_sum: Decimal | None  # a KPI's own reports, where its periods add up
    ways: Mapping[int, Sequence[Sequence[Goal | None]]]  # of what counts twice
    calculation: Calculation | None  # of a KPI that is calculated from others


def number_of(person: Person, goal: Goal) -> Number:
    """`goal` comes from `goals.access.goal_for`; a fixed number of queries."""
    today = today_of(person)
    derived = derivation(person, goal)
    periods = period_rows(goal, person.organisation.fiscal_year_start, today)
    ends = [t.child for t in derived.terms] + [t.child for t in derived.value_terms]
    children = {child.pk: child for child in ends if child}
    records = _records(
        [
            *(c.standing.own_record_id for c in (goal, *children.values()) if c.rule != "children"),
            *(row.period.own_record_id for row in periods if row.actual is not None),
        ]
    )
    days = dict(
        HistoryPoint.objects.filter(goal_id__in=children)
        .order_by()
        .values_list("goal_id")
        .annotate(latest=Max("day"))
    )

    def told(one: Goal) -> Told:
        own = records.get(one.standing.own_record_id or 0) if one.rule != "children" else None
        return Told(own, days.get(one.pk))

    looks = outlook(person.organisation, [goal.pk, *children], today)
    expected = {pk: look.expected for pk, look in looks.items()}
    return Number(
        derived=derived,
        lines=_lines(derived, expected),
        due=_due(goal, derived, expected.get(goal.pk)),
        own=told(goal),
        told={pk: told(child) for pk, child in children.items()},
        reported=records,
        periods=periods,
        target=target_to_date(goal, periods) if periods else None,
        own_sum=_own_sum(goal, derived),
        ways=ways(person, goal, derived.twice),
        calculation=calculation_of(person, goal),
    )


def _records(ids: Sequence[int | None]) -> dict[int, CheckIn]:
    rows = CheckIn.objects.filter(pk__in={i for i in ids if i}).select_related("author")
    return {row.pk: row for row in rows}


def _own_sum(goal: Goal, derived: Derivation) -> Decimal | None:
    own = [p.own_value for p in derived.periods if p.own_value is not None]
    if goal.aggregation != "cumulative" or not own:
        return None
    total = own[0]
    for value in own[1:]:
        total = EXACT.add(total, value)
    return total


def _due(goal: Goal, derived: Derivation, expected: int | None) -> Due | None:
    if expected is None or goal.state != "active":
        return None
    if any(not term.is_own for term in derived.terms):
        return Due(expected, "parts")
    if goal.kind == "kpi" or (goal.is_measured and goal.direction in LEVELS):
        return Due(expected, "held")
    return Due(expected, goal.plan_curve if goal.is_measured else "calendar")


def _lines(derived: Derivation, expected: Mapping[int, int | None]) -> list[Line]:
    counted = [t for t in derived.terms if t.share is not None]
    shares = allotted([int(t.share * BILLION) for t in counted if t.share], BILLION, 1_000_000)
    total = shown(derived.standing.progress, 2) or 0
    brought = allotted([t.contribution or 0 for t in counted], total, 100_000)
    by_term = {
        id(t): Line(t, *both, expected.get(t.child.pk) if t.child else None)
        for t, both in zip(counted, zip(shares, brought, strict=True), strict=True)
    }
    return [by_term.get(id(t), Line(t, None, None)) for t in derived.terms]


def allotted(parts: Sequence[int], total: int, step: int) -> list[int]:
    """The parts in whole steps that add up to the total, the largest rest rounded up first."""
    found = [part // step * step for part in parts]
    rests = sorted(range(len(parts)), key=lambda at: (-(parts[at] % step), at))
    missing = (total - sum(found)) // step
    for at in rests[: max(0, missing)]:
        found[at] += step
    return found
