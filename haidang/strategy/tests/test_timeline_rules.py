"""The axis of the timeline."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from haidang.strategy.timeline.rules import Window, gathered, rows_of, ticks, window


class Span(NamedTuple):
    starts: date
    ends: date


def test_a_quarter_and_a_year_are_the_organisations() -> None:
    day = date(2026, 11, 20)
    assert window("quarter", day, [], 1).starts == date(2026, 10, 1)
    assert window("year", day, [], 1) == Window("year", date(2026, 1, 1), date(2026, 12, 31))
    assert window("year", day, [], 4) == Window("year", date(2026, 4, 1), date(2027, 3, 31))
    assert window("quarter", day, [], 2) == Window("quarter", date(2026, 11, 1), date(2027, 1, 31))


def test_everything_is_whole_months() -> None:
    found = window("all", date(2026, 1, 1), [date(2025, 3, 9), date(2027, 2, 2)], 1)
    assert found == Window("all", date(2025, 3, 1), date(2027, 2, 28))
    assert (found.before, found.after) == (None, None)
    assert window("all", date(2026, 5, 5), [], 1).zoom == "year"
    wide = window("all", date(2026, 1, 1), [date(1990, 1, 1), date(2199, 12, 31)], 1)
    assert wide.ends.year == 2019


def test_one_goes_on_to_the_edge_of_time() -> None:
    last = window("year", date(2199, 5, 5), [], 1)
    assert last.after is None
    assert last.before == date(2198, 12, 31)
    assert window("year", date(1990, 5, 5), [], 4).starts == date(1990, 4, 1)
    assert window("year", date(1990, 2, 5), [], 4).starts == date(1990, 1, 1)


def test_a_day_stands_where_it_is() -> None:
    shown = Window("quarter", date(2026, 1, 1), date(2026, 4, 10))  # 100 days
    assert shown.x(date(2026, 1, 1)) == 0
    assert shown.x(date(2026, 1, 11)) == 10
    assert shown.place(date(2026, 1, 11), date(2026, 1, 20)) == (10, 10)
    assert shown.place(date(2026, 1, 1), date(2026, 4, 10)) == (0, 100)
    assert shown.place(date(2025, 12, 22), date(2026, 1, 10)) == (-10, 20)
    assert shown.place(date(2026, 1, 1), date(2026, 1, 1)).width == 1


@pytest.mark.parametrize(
    ("zoom", "labels"),
    [
        ("quarter", ["10/2026", "11/2026", "12/2026"]),
        ("year", [f"T{month}" for month in range(1, 13)]),
    ],
)
def test_the_axis_is_labelled(zoom: str, labels: list[str]) -> None:
    found = ticks(window(zoom, date(2026, 11, 20), [], 1), "vi")
    assert [tick.text for tick in found if tick.text] == labels


def test_a_long_axis_has_quarters_then_years() -> None:
    three = window("all", date(2026, 1, 1), [date(2025, 1, 1), date(2027, 12, 31)], 1)
    assert len(ticks(three, "en")) == 12
    ten = window("all", date(2026, 1, 1), [date(2020, 1, 1), date(2029, 12, 31)], 1)
    assert [tick.text for tick in ticks(ten, "en")] == [str(year) for year in range(2020, 2030)]


def test_bands_do_not_lie_over_each_other() -> None:
    first, second = (
        Span(date(2026, 1, 1), date(2026, 6, 30)),
        Span(date(2026, 7, 1), date(2026, 9, 1)),
    )
    over = Span(date(2026, 6, 1), date(2026, 8, 1))
    assert rows_of([second, over, first]) == [[first, second], [over]]
    assert rows_of([]) == []


def test_what_falls_on_a_day_is_one_mark() -> None:
    day, later = date(2026, 1, 1), date(2026, 1, 2)
    assert gathered([(later, "b"), (day, "c"), (day, "a")]) == [(day, ["a", "c"]), (later, ["b"])]
