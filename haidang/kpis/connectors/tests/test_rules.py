"""When a connector asks, for which period, what it believes, what names mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.kpis.rules.connectors import (
    Candidate,
    Contract,
    Schedule,
    breach,
    next_time,
    period_asked,
    size_of,
    suggestions,
    wait_before,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
numbers = st.decimals(-(10**12), 10**12, places=4)


@given(
    st.sampled_from(["day", "week", "month"]), st.times().map(lambda t: t.replace(second=0)),
    st.integers(0, 6), st.integers(1, 28),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "UTC"]),
)  # fmt: skip
def test_the_next_time_is_the_first_that_fits(
    every: str, at: time, weekday: int, month_day: int, now: datetime, zone: str
) -> None:
    schedule = Schedule(every, at, weekday, month_day)
    found = next_time(schedule, ZoneInfo(zone), now)
    assert found is not None
    assert found > now
    assert found - now <= timedelta(days={"day": 2, "week": 8, "month": 32}[every])
    assert found.time() == at.replace(tzinfo=None)
    if every == "week":
        assert found.weekday() == weekday
    if every == "month":
        assert found.day == month_day
    if every == "day":
        assert found.date() - now.astimezone(ZoneInfo(zone)).date() <= timedelta(days=1)


def test_by_hand_there_is_no_next_time() -> None:
    assert next_time(Schedule("off"), HANOI, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_in_the_organisations_time() -> None:
    now = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)  # 5:30 of 1 December in Hà Nội
    found = next_time(Schedule("month", time(6), month_day=1), HANOI, now)
    assert found == datetime(2026, 12, 1, 6, tzinfo=HANOI)


def test_periods_that_are_asked() -> None:
    day = date(2026, 5, 10)
    assert period_asked("month", "running", day, 1) == (date(2026, 5, 1), date(2026, 5, 31))
    assert period_asked("month", "last", day, 1) == (date(2026, 4, 1), date(2026, 4, 30))
    assert period_asked("year", "last", day, 4) == (date(2025, 4, 1), date(2026, 3, 31))
    assert period_asked("quarter", "last", day, 4) == (date(2026, 1, 1), date(2026, 3, 31))


@given(numbers, numbers, st.decimals("0.01", 10**6, places=2))
def test_a_jump_is_against_the_last_value(new: Decimal, old: Decimal, most: Decimal) -> None:
    found = breach(Contract(jump=most), Fraction(new), Fraction(old))
    if old == 0:
        assert found is None
    else:
        moved = abs(Fraction(new) - Fraction(old)) * 100 > Fraction(most) * abs(Fraction(old))
        assert (found is not None) == moved
        if found:
            assert found.code == "jump"


@given(numbers, numbers, numbers)
def test_bounds_are_included(new: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    found = breach(Contract(lowest=low, highest=high), Fraction(new), None)
    assert (found.code if found else "") == ("low" if new < low else "high" if new > high else "")


@given(numbers, numbers)
def test_less_in_a_running_period_says_nothing(new: Decimal, old: Decimal) -> None:
    found = breach(Contract(jump=Decimal(1)), Fraction(new), Fraction(old), is_partial=True)
    assert found is None or new > old or new < 0


def test_below_0_is_a_jump_in_a_running_period_too() -> None:
    ten = Fraction(10)
    assert breach(Contract(jump=Decimal(50)), Fraction(0), ten, is_partial=True) is None
    found = breach(Contract(jump=Decimal(50)), Fraction(-1000), ten, is_partial=True)
    assert found is not None
    assert (found.code, found.percent) == ("jump", Decimal(10100))


def test_a_jump_is_told_in_percent() -> None:
    found = breach(Contract(jump=Decimal(50)), Fraction(100), Fraction(10))
    assert found is not None
    assert found.percent == Decimal(900)
    third = breach(Contract(jump=Decimal(50)), Fraction(2), Fraction(6))
    assert third is not None
    assert third.percent == Decimal("66.67")


def test_sizes() -> None:
    assert size_of(Decimal("1.5")) == Fraction(3, 2)
    assert size_of(None, Decimal(1), Decimal(3)) == Fraction(1, 3)
    assert size_of(None, Decimal(1), Decimal(0)) is None
    assert size_of(None) is None


def test_how_long_is_waited() -> None:
    waits = [wait_before(n) for n in range(6)]
    minutes = [None if wait is None else wait.total_seconds() / 60 for wait in waits]
    assert minutes == [None, 1, 5, 25, None, None]


CANDIDATES = [
    Candidate(1, ["KPI-1", "KD-BD", "U-3"], ["Kinh doanh Bình Dương", "Doanh thu Bình Dương"]),
    Candidate(2, ["KPI-2", "mai@huongsen.example"], ["Nguyễn Thị Mai"]),
    Candidate(3, ["KPI-3", "mai2@huongsen.example"], ["Nguyễn Thị Mái"]),
]


@pytest.mark.parametrize(
    ("name", "kpi"),
    [
        ("kd-bd", 1),
        (" Doanh thu  Bình Dương ", 1),
        ("DOANH THU BINH DUONG", 1),
        ("MAI@huongsen.example", 2),
        ("Nguyễn Thị Mai", None),  # without marks two are called so
        ("KPI-3", 3),
        ("", None),
        ("Khách lẻ", None),
    ],
)
def test_what_a_name_seems_to_mean(name: str, kpi: int | None) -> None:
    assert suggestions([name], CANDIDATES).get(name) == kpi


@given(st.lists(st.text(max_size=20)))
def test_any_name_is_looked_at(names: list[str]) -> None:
    assert set(suggestions(names, CANDIDATES)) <= set(names)
