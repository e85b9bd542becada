"""What depends on today: expected progress, pace, health, overdue check-ins; never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from haidang.goals.models import Goal
from haidang.goals.queries.expectation import Row, expected, holding, rows_of, with_all_below
from haidang.goals.queries.freshness import awaited
from haidang.goals.queries.memory import keep, line, remembered
from haidang.goals.rules import plan
from haidang.goals.rules.freshness import Awaited
from haidang.goals.rules.health import (
    NO_DATA,
    Thresholds,
    health,
    is_outdated,
    since_when,
)
from haidang.people import settings
from haidang.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a goal looks on a day; progress and expected in billionths, pace 1 = as planned.

    `awaited` is the period whose actual should be there by the KPI's own limit and is not.
    """

    progress: int | None
    expected: int | None
    health: str
    outdated: bool
    awaited: Awaited | None = None

    @property
    def pace(self) -> Decimal | None:
        if self.progress is None or not self.expected:
            return None
        return Decimal(self.progress) / Decimal(self.expected)


NOTHING = Outlook(None, None, NO_DATA, False)


def thresholds_of(everything: Mapping[str, Any]) -> Thresholds:
    return Thresholds(Decimal(everything["health.on_track"]), Decimal(everything["health.at_risk"]))


def outlook(organisation: Organisation, goal_ids: Iterable[int], today: date) -> dict[int, Outlook]:
    """The outlook of each of these goals, by id, in a fixed number of queries.

    A parent's expected is the mean over the terms that make its number, with the same
    weights; so everything below that counts bears on it, whoever may see it. It is remembered
    from page to page where that is sure (`queries.memory`).
    """
    wanted = list(goal_ids)
    if not wanted:
        return {}
    found = settings.everything(organisation.pk)
    limits, calendar = thresholds_of(found), _calendar(found)
    terms = (limits, calendar, today, organisation.time_zone, organisation.fiscal_year_start)
    known = remembered(organisation.pk, wanted, calendar, today, terms)
    if known is None:
        plans = with_all_below(wanted, calendar)
        rows, due, hold = plans.rows, expected(plans, today), holding(plans)
    else:
        others = [i for i in known.expected if i not in known.rows]
        rows, due, hold = known.rows | rows_of(others), known.expected, known.holding
    asked = [i for i in (wanted if known is None else due) if i in rows]
    late = awaited((rows[i] for i in asked), organisation, today)
    zone = ZoneInfo(organisation.time_zone)
    looks = {
        i: _look(rows[i], due[i], limits, calendar, today, zone, i in hold, late.get(i))
        for i in asked
    }
    if known is None:
        return looks
    keep(organisation.pk, known.version, terms, looks)
    return known.looks | looks


def expected_on(
    organisation: Organisation, goal_id: int, days: Iterable[date], today: date
) -> list[tuple[date, int | None]]:
    """What was to be expected of a goal by the end of each day, by today's structure: the
    dashed line of its chart. The rows are read once for all days."""
    calendar = _calendar(settings.everything(organisation.pk))
    return line(organisation.pk, goal_id, list(days), calendar, today)


def _calendar(found: Mapping[str, Any]) -> plan.Calendar:
    return plan.Calendar.of(found["calendar.working_days"], found["calendar.holidays"])


def today_in(organisation: Organisation, at: Any) -> date:
    """The organisation's calendar day at a moment."""
    day: date = at.astimezone(ZoneInfo(organisation.time_zone)).date()
    return day


def asked_since(goal: Goal, organisation: Organisation) -> date:
    """The day from which reports of a goal are asked for."""
    return since_when(goal.starts, today_in(organisation, goal.created_at))


def _look(
    row: Row,
    expected: int | None,
    limits: Thresholds,
    calendar: plan.Calendar,
    today: date,
    zone: ZoneInfo,
    holds: bool,
    late: Awaited | None,
) -> Outlook:
    closed = row.state == "closed"
    outdated = late is not None
    if row.is_reported and row.freshness_days is None:
        since = row.own_day or since_when(row.starts, row.made_in(zone))
        off = calendar.days_off(since, today)
        outdated = is_outdated(since, today, row.cadence_days, days_off=off)
    return Outlook(
        row.progress,
        expected,
        health(row.progress, expected, limits, holds_level=holds, closed=closed),
        outdated,
        late,
    )
