"""The months of the demo company are closed, all but the last that has ended."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from haidang.demo.selling import connect_sales
from haidang.demo.story.calendar import ZONE, Calendar
from haidang.demo.story.closings import TOO_MUCH
from haidang.demo.story.script import tell
from haidang.demo.story.shapes import ClosedPeriod, Reopened, Report
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions.running import begin, carry_out, trial
from haidang.kpis.figures import reading
from haidang.kpis.models import ClosedFigure, Quarantined, ReopeningRequest
from haidang.people.models import Organisation

DAYS = [date(2026, 10, 1), date(2026, 12, 31), date(2027, 2, 14), date(2028, 2, 29)]


@pytest.mark.parametrize("today", DAYS)
def test_nothing_is_told_of_a_closed_period(today: date) -> None:
    calendar = Calendar(today)
    script = tell(calendar)
    now = datetime(today.year, today.month, today.day, 23, tzinfo=ZONE)
    closed: set[tuple[str, date]] = set()
    opened: set[tuple[str, date]] = set()
    for one in script.told(now):
        if isinstance(one, ClosedPeriod):
            closed.add((one.frequency, period_of(one.day, one.frequency, calendar.first_month)[0]))
            opened.clear()
        elif isinstance(one, Reopened):
            opened.add((one.goal, one.day))
        elif isinstance(one, Report) and (more := script.goals[one.goal].more).get("frequency"):
            start = period_of(one.day, more["frequency"], calendar.first_month)[0]
            assert (more["frequency"], start) not in closed or (one.goal, start) in opened, one
    assert len(closed) > 20


@pytest.mark.django_db
class TestLoaded:
    @pytest.fixture(autouse=True)
    def company(self, huong_sen: Organisation) -> Organisation:
        return huong_sen

    def test_all_but_the_last_month_are_closed(self) -> None:
        months = KpiPeriod.objects.filter(goal__frequency="month", goal__title="Doanh thu phía Nam")
        locked = dict(months.values_list("starts", "locked_at"))
        assert locked[date(2026, 9, 1)] is not None
        assert locked[date(2025, 1, 1)] is not None
        assert locked[date(2026, 10, 1)] is None
        assert locked[date(2026, 11, 1)] is None

    def test_one_of_august_was_opened_again(self) -> None:
        request = ReopeningRequest.objects.get()
        assert (request.answer, request.starts) == ("granted", date(2026, 8, 1))
        assert request.asked_by_id != request.decided_by_id
        first, second = request.goal.closed_figures.filter(starts=request.starts).order_by(
            "version"
        )
        assert (first.version, second.version) == (1, 2)
        assert first.actual == second.actual + TOO_MUCH
        assert first.closed_at < request.asked_at < request.decided_at < second.closed_at
        assert first.closed_at.astimezone(ZONE).date() == date(2026, 9, 7)  # the 5th is a Saturday

    def test_one_month_is_closed_as_missing(self) -> None:
        kpi = Goal.objects.get(title="Tỷ lệ khiếu nại trên giao dịch")
        missing = kpi.closed_figures.filter(actual=None)
        assert [one.starts for one in missing] == [date(2026, 4, 1)]

    def test_each_figure_can_be_read_again(self) -> None:
        figures = list(ClosedFigure.objects.all())
        assert len(figures) > 500
        for one in figures:
            assert reading(one) == one.actual, one


def test_the_sales_database_brings_numbers(
    huong_sen: Organisation, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    connector = connect_sales(huong_sen)
    tried = trial(connector, timezone.now())
    assert tried.error is None
    run = carry_out(begin(connector, "hand", timezone.now()))
    names = connector.names.count()
    assert names >= 15
    assert (run.recorded, run.quarantined, run.wrong) == (names - 2, 1, 1), run.lines
    assert [line["code"] for line in run.lines] == ["unknown_name", "absent"]
    held = Quarantined.objects.get()
    assert held.why == "jump"
    assert carry_out(begin(connector, "hand", timezone.now())).recorded == 0
