"""The months of the demo company are closed, all but the last that has ended; of the last
three the numbers of salespeople came from the sales database."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from haidang.demo.selling import MONTHLY, answered, connect_sales
from haidang.demo.story.calendar import ZONE, Calendar
from haidang.demo.story.closings import TOO_MUCH
from haidang.demo.story.shapes import ClosedPeriod, Reopened, Report
from haidang.demo.story.telling import tell
from haidang.demo.tests.rows import DAY
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions.closing import span_of
from haidang.kpis.actions.fetching import fetch
from haidang.kpis.actions.running import begin, carry_out, trial
from haidang.kpis.figures import reading
from haidang.kpis.models import (
    ClosedFigure,
    Connector,
    Delivered,
    Quarantined,
    ReopeningRequest,
    Run,
)
from haidang.kpis.queries.closing import counts, kpis_in, late
from haidang.people.models import Organisation, Person

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
        request = ReopeningRequest.objects.get(starts=date(2026, 8, 1))
        assert request.answer == "granted"
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

    def test_three_months_came_from_the_sales_database(self) -> None:
        runs = list(Run.objects.order_by("starts"))
        told = [(one.starts.month, one.recorded + one.same, one.quarantined) for one in runs]
        names = runs[0].connector.names.count()
        assert names == 16
        assert told == [(8, names, 0), (9, names - 2, 1), (10, names - 2, 1)]
        assert [one.outcome for one in runs] == ["good", "partly", "partly"]
        assert [(one.wrong, one.absent) for one in runs] == [(0, 0), (1, 1), (0, 1)]
        assert [one.began_at.astimezone(ZONE).day for one in runs] == [1, 1, 1]
        for run in runs:
            for way in Delivered.objects.filter(run=run).select_related("check_in__author"):
                assert way.check_in.source == "connector"
                assert way.check_in.author == run.connector.keeper
                assert f"{way.name}; value={float(way.check_in.value or 0)}" in run.raw

    def test_the_month_closed_last_was_opened_for_what_was_missing(self) -> None:
        month = date(2026, 9, 1)
        request = ReopeningRequest.objects.get(starts=month)
        first, second = request.goal.closed_figures.filter(starts=month).order_by("version")
        assert (first.actual, second.actual is None) == (None, False)
        assert first.closed_at < request.asked_at < request.decided_at < second.closed_at
        assert first.closed_by_name == second.closed_by_name == "Phạm Thu Hà"
        assert (request.asked_by.name, request.decided_by.name) == (
            "Quách Tuấn Kiệt", "Nguyễn Văn Hùng",
        )  # fmt: skip
        (line,) = [line for line in Run.objects.get(starts=month).lines if line["code"] == "absent"]
        assert line["name"] == request.goal.owner.name
        assert request.goal.check_ins.filter(for_day=date(2026, 9, 30)).get().source == "person"

    def test_one_value_jumped_and_was_accepted(self) -> None:
        held = Quarantined.objects.get(starts=date(2026, 9, 1))
        assert (held.why, held.verdict) == ("jump", "accepted")
        assert held.decided_by == held.kpi.data_owner
        assert held.reason
        assert held.check_in is not None
        figure = held.kpi.closed_figures.get(starts=held.starts)
        assert (figure.actual, figure.record_id) == (held.value, held.check_in_id)
        assert Delivered.objects.get(check_in=held.check_in).run == held.run

    def test_the_month_to_be_closed_has_one_that_waits_and_one_that_is_missing(
        self, company: Organisation
    ) -> None:
        month = date(2026, 10, 1)
        held = Quarantined.objects.get(verdict="waiting")
        stands = KpiPeriod.objects.get(goal=held.kpi, starts=month)
        assert stands.own_value is not None
        assert held.value is not None
        assert held.value > stands.own_value * Decimal("1.5")
        span = span_of(company, "month", month)
        strategist = Person.objects.get(name="Phạm Thu Hà")
        rows = kpis_in(strategist, span)
        missing = counts(rows).by_state["missing"]
        assert {one.person.name: one.count for one in late(rows) if one.person} == {
            "Quách Tuấn Kiệt": 1, "Nguyễn Thị Mai": 1,
        }  # fmt: skip
        assert missing >= 2

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
    assert not Quarantined.objects.filter(run__connector=connector).exists()
    tried = trial(connector, timezone.now())
    assert tried.error is None
    run = carry_out(begin(connector, "hand", timezone.now()))
    names = connector.names.count()
    assert names >= 15
    assert (run.recorded, run.quarantined, run.wrong) == (names - 2, 1, 1), run.lines
    assert [line["code"] for line in run.lines] == ["unknown_name", "absent"]
    held = Quarantined.objects.get(run=run)
    assert held.why == "jump"
    assert carry_out(begin(connector, "hand", timezone.now())).recorded == 0


def test_the_sales_database_says_of_past_months_what_it_said(
    huong_sen: Organisation, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(DAY.year, DAY.month, DAY.day, 10, tzinfo=ZONE)
    monkeypatch.setattr(timezone, "now", lambda: now)
    settings.DATA_DIR = tmp_path
    connect_sales(huong_sen)
    connector = Connector.objects.get(name=MONTHLY)
    for run in Run.objects.filter(connector=connector):
        fetched = fetch(connector, (run.starts, run.ends), 15)
        assert fetched.raw == run.raw
        assert {one.name: one.value for one in fetched.readings} == answered(huong_sen)[run.starts]
    before = Quarantined.objects.count()
    again = carry_out(begin(connector, "hand", now))
    assert (again.starts, again.recorded, again.quarantined) == (date(2026, 10, 1), 0, 1)
    assert Quarantined.objects.count() == before  # it waits already
    assert connector.next_at == datetime(2026, 12, 1, 1, tzinfo=ZONE)
