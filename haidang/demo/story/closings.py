"""The months of KPIs are closed on day 5; one of August is opened again and closed anew, and
one of the month that was closed last."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from haidang.demo.story import deliveries
from haidang.demo.story.calendar import months_later
from haidang.demo.story.script import Script
from haidang.demo.story.shapes import ClosedPeriod, Reopened, Report

_LENGTH = {"month": 1, "quarter": 3}
CLOSER = "strategy"
#: Whose August was told too high at first: two payments came in on the last day.
CORRECTED, TOO_MUCH = "kpi.overdue.east", Decimal("0.6")


def tell(script: Script) -> None:
    """All periods before the last month that has ended: that one is still to be closed, by
    whoever tries the demonstration."""
    open_from = months_later(script.calendar.today.replace(day=1), -1)
    for frequency, step in _LENGTH.items():
        for i in range(24 // step):
            year, month = 2025 + (i * step) // 12, (i * step) % 12 + 1
            first = script.calendar.month(year, month)[0]
            last = months_later(first, step) - timedelta(days=1)
            if last >= open_from:
                break
            day = script.calendar.working_day(last + timedelta(days=5))
            at = script.calendar.at(day, 18)
            late = _last_report(script, frequency, first, last)
            if late is not None and late >= at:  # over Tết some deliver later
                at = late + timedelta(hours=1)
            script.add(ClosedPeriod(at, frequency, first, CLOSER))
            if (frequency, year, month) == ("month", 2026, 8):
                _august(script, first, last)
            if frequency == "month":
                deliveries.open_again(script, first, last, at.date(), CLOSER)


def _last_report(script: Script, frequency: str, first: date, last: date) -> datetime | None:
    told = [
        at
        for at, _n, one in script.happenings
        if isinstance(one, Report)
        and first <= one.day <= last
        and script.goals[one.goal].more.get("frequency") == frequency
    ]
    return max(told, default=None)


def _august(script: Script, first: date, last: date) -> None:
    told = [
        one
        for _at, _n, one in script.happenings
        if isinstance(one, Report) and one.goal == CORRECTED and first <= one.day <= last
    ]
    if not told or told[-1].value is None:
        return
    right, told[-1].value = told[-1].value, told[-1].value + TOO_MUCH
    asked = script.story_moment(date(2026, 9, 8), 9, 20)
    granted = script.story_moment(date(2026, 9, 8), 15, 5)
    reason = "Hai khoản thu ngày cuối tháng ghi nhận muộn; số nợ quá hạn đã báo cao hơn thực tế."
    author = told[-1].author or script.owner_at(CORRECTED, asked)
    script.add(Reopened(asked, CORRECTED, first, author, CLOSER, reason, granted))
    mended = granted + timedelta(minutes=25)
    script.add(Report(mended, CORRECTED, told[-1].day, author, right, note=reason, corrects=True))
    script.add(ClosedPeriod(script.story_moment(date(2026, 9, 9), 17), "month", first, CLOSER))
