"""Charts are geometry: positions in percent, nothing outside the picture, no lies."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.web import charts

STARTS, ENDS = date(2026, 1, 1), date(2026, 3, 31)
MONEY = SimpleNamespace(metric_kind="currency", metric_unit="₫", decimals=0)


def draw(points: charts.Points, **given: object) -> charts.Line:
    options = {"starts": STARTS, "ends": ENDS, "today": date(2026, 2, 1), "language": "vi"}
    return charts.line(points, [(STARTS, 0), (ENDS, charts.WHOLE)], **{**options, **given})  # type: ignore[arg-type]


def test_a_bar_is_filled_by_share_and_keeps_its_mark_visible() -> None:
    assert charts.bar(520_000_000, 600_000_000) == (52.0, 60.0)
    assert charts.bar(None, 0) == (0, 0.6)
    assert charts.bar(charts.WHOLE, charts.WHOLE) == (100.0, 99.4)
    assert charts.bar(0) == (0.0, None)


def test_a_sparkline_skips_unknown_points() -> None:
    drawn = charts.sparkline([0, None, 10], 72, 24)
    assert drawn is not None
    assert drawn.line == "M0 21L68 3"
    assert (drawn.x, drawn.y) == (68, 3)
    assert charts.sparkline([None], 72, 24) is None
    flat = charts.sparkline([5], 72, 24)
    assert flat is not None
    assert flat.y == 12


def test_a_line_says_what_was_expected_on_each_day() -> None:
    drawn = draw([(STARTS, 0), (date(2026, 2, 14), 400_000_000)])
    assert [mark.progress for mark in drawn.marks] == [0, 400_000_000]
    assert drawn.marks[-1].expected == 494_382_022
    assert drawn.last == drawn.marks[-1]
    assert drawn.actual == "M0 1000L494.4 600"


def test_a_day_without_data_breaks_the_line() -> None:
    drawn = draw([(STARTS, 0), (date(2026, 1, 10), None), (date(2026, 1, 20), 100_000_000)])
    assert drawn.actual is not None
    assert drawn.actual.count("M") == 2


def test_points_outside_the_span_are_left_out() -> None:
    drawn = draw([(STARTS - timedelta(days=1), 1), (ENDS + timedelta(days=1), 1)])
    assert drawn.marks == []
    assert (drawn.actual, drawn.area, drawn.last) == (None, None, None)


def test_today_is_marked_only_inside() -> None:
    assert draw([]).today == pytest.approx(34.83)
    assert draw([], today=date(2027, 1, 1)).today is None


def test_long_series_are_thinned_and_keep_their_end() -> None:
    days = [(STARTS + timedelta(days=n), n * 10_000_000) for n in range(80)]
    drawn = draw(days, most=10)
    assert len(drawn.marks) <= 11
    assert drawn.last is not None
    assert drawn.last.day == days[-1][0]


@pytest.mark.parametrize("length", [1, 5, 30, 90, 180, 365, 800, 1500, 4000])
def test_the_axis_has_a_few_days(length: int) -> None:
    ticks = draw([], ends=STARTS + timedelta(days=length)).days
    assert 1 <= len(ticks) <= 8
    assert all(0 <= tick.at <= 100 for tick in ticks)


@given(st.lists(st.one_of(st.none(), st.integers(0, charts.WHOLE)), max_size=80))
def test_every_point_is_inside_and_the_strips_fill_the_width(values: list[int | None]) -> None:
    drawn = draw([(STARTS + timedelta(days=n), value) for n, value in enumerate(values)])
    assert all(0 <= mark.x <= 100 and 0 <= mark.y <= 100 for mark in drawn.marks)
    if drawn.marks:
        assert sum(mark.width for mark in drawn.marks) == pytest.approx(100, abs=1)


def test_columns_show_actual_against_target() -> None:
    drawn = charts.columns(
        [
            charts.Period("T1", Decimal(24), Decimal(25)),
            charts.Period("T2", None, Decimal(25)),
        ],
        MONEY,
        "vi",
    )
    first, second = drawn.columns
    assert first.target == second.target
    assert first.top is not None
    assert first.target is not None
    assert first.top > first.target
    assert second.top is None
    assert (drawn.has_target, drawn.has_band) == (True, False)


def test_columns_below_zero_hang_from_the_zero_line() -> None:
    drawn = charts.columns([charts.Period("T1", Decimal(-5), None)], MONEY, "en")
    assert drawn.columns[0].top == drawn.zero
    assert drawn.columns[0].height > 0


@given(st.lists(st.decimals(-(10**24), 10**24, places=2), max_size=12))
def test_columns_of_any_size_stay_inside(amounts: list[Decimal]) -> None:
    drawn = charts.columns([charts.Period("x", amount, None) for amount in amounts], MONEY, "vi")
    assert 2 <= len(drawn.levels) <= 8
    for column in drawn.columns:
        assert column.top is not None
        assert column.top >= -0.1
        assert column.top + column.height <= 100.5
