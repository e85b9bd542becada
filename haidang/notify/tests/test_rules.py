"""When somebody is written to, and what is news to them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from haidang.notify.rules import day_to_write, news, tells_reports

SAIGON, LIMA, HONOLULU = map(ZoneInfo, ("Asia/Ho_Chi_Minh", "America/Lima", "Pacific/Honolulu"))


@pytest.mark.parametrize(
    ("utc", "zone", "day"),
    [
        ((6, 0, 59), SAIGON, None),  # 7:59
        ((6, 1, 0), SAIGON, 6),
        ((6, 12, 59), SAIGON, 6),  # 19:59
        ((6, 13, 0), SAIGON, None),
        ((6, 12, 59), LIMA, None),  # 7:59
        ((6, 13, 0), LIMA, 6),
        ((7, 0, 59), LIMA, 6),  # 19:59 of the day before
        ((7, 1, 0), LIMA, None),
        ((7, 1, 0), HONOLULU, 6),  # 15:00
    ],
)
def test_a_day_is_that_of_the_reader(
    utc: tuple[int, int, int], zone: ZoneInfo, day: int | None
) -> None:
    of_month, hour, minute = utc
    now = datetime(2026, 11, of_month, hour, minute, tzinfo=UTC)
    assert day_to_write(now, zone) == (day and date(2026, 11, day))


def test_the_morning_moves_with_summer_time() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert day_to_write(datetime(2026, 7, 1, 6, tzinfo=UTC), paris) == date(2026, 7, 1)
    assert day_to_write(datetime(2026, 12, 1, 6, tzinfo=UTC), paris) is None


TET = {date(2027, 2, day) for day in range(4, 11)}  # Thursday to Wednesday


@pytest.mark.parametrize(
    ("day", "weekday", "told"),
    [
        (date(2027, 1, 29), 4, True),  # a Friday
        (date(2027, 1, 29), None, False),
        (date(2027, 1, 28), 4, False),
        (date(2027, 2, 5), 4, False),  # the Friday of Tết
        (date(2027, 2, 11), 4, True),  # moves to the first Thursday after it
        (date(2027, 2, 12), 4, True),
        (date(2027, 2, 11), 3, True),
        (date(2027, 2, 13), 4, False),
        (date(2027, 2, 11), 2, True),  # the last day of Tết was a Wednesday
    ],
)
def test_from_a_holiday_reports_move_to_the_day_after(
    day: date, weekday: int | None, told: bool
) -> None:
    assert tells_reports(day, weekday, TET) is told


def test_news_is_what_was_not_said() -> None:
    assert news(["a", "b"], []).new == ["a", "b"]
    told = news(["a", "b"], ["a"])
    assert (told.new, told.said, told.known) == (["b"], ["a", "b"], 1)
    assert news(["a"], ["a", "gone"]).new == []


def test_what_comes_back_is_news_again() -> None:
    gone = news(["b"], ["a", "b"])
    assert gone.said == ["b"]
    assert news(["a", "b"], gone.said).new == ["a"]
