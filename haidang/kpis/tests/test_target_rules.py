"""Spreading a target: the parts add up exactly, and lie as near their share as they can."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.goals.rules.kpi import Reported
from haidang.goals.rules.periods import period_of, year_of_period
from haidang.goals.rules.plan import Calendar
from haidang.kpis.rules.targets import (
    Left,
    by_shape,
    by_working_days,
    converted,
    equal,
    settable,
    spread,
    spread_open,
    sum_of,
    under_both,
    year_before,
)

D = Decimal
amounts = st.decimals(min_value=-(10**23), max_value=10**23, places=10, allow_nan=False)
weights = st.lists(
    st.one_of(st.integers(-5, 10**6), st.decimals(-1, 10**9, places=4, allow_nan=False)),
    min_size=1,
    max_size=24,
)


@given(amounts, weights, st.integers(0, 6))
def test_the_parts_are_the_whole(total: Decimal, shares: list[Decimal | int], places: int) -> None:
    parts = spread(total, shares, places)
    whole = sum_of([max(D(0), D(share)) for share in shares])
    if not whole:
        assert parts is None
        return
    assert parts is not None
    assert sum_of(parts) == total
    digits = max(places, -min(int(total.normalize().as_tuple().exponent), 0))
    unit = D(1).scaleb(-digits)
    for part, share in zip(parts, shares, strict=True):
        exact = abs(total) * max(D(0), D(share)) / whole
        assert abs(abs(part) - exact) < unit * D("1.000001"), "no part is a unit off its share"
        assert part * total >= 0
        assert share > 0 or part == 0


@given(st.integers(0, 10**12), st.integers(1, 24))
def test_equal_parts_differ_by_one_unit_at_most(total: int, count: int) -> None:
    parts = spread(D(total), equal(count), 0)
    assert parts is not None
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True), "what is left goes to the first"


@pytest.mark.parametrize(
    ("total", "shares", "places", "expected"),
    [
        (100, [1, 1, 1], 0, ["34", "33", "33"]),
        (100, [1, 1, 1], 2, ["33.34", "33.33", "33.33"]),
        ("100.01", [1] * 12, 2, ["8.34"] * 5 + ["8.33"] * 7),
        (10, [3, 0, 1], 0, ["8", "0", "2"]),
        (-7, [1, 1], 0, ["-4", "-3"]),
        ("0.0000000001", [1, 1], 0, ["0.0000000001", "0"]),
        (0, [1, 2], 2, ["0", "0"]),
        (12, ["0.5", "0.25", "0.25"], 0, ["6", "3", "3"]),
        (5, [0, -3], 0, None),
    ],
)
def test_by_the_largest_remainder(
    total: str, shares: list[str], places: int, expected: list[str] | None
) -> None:
    found = spread(D(total), [D(one) for one in shares], places)
    assert found == (None if expected is None else [D(one) for one in expected])


def test_closed_places_keep_what_they_have() -> None:
    stands = [D(30), None, D(1), D(1)]
    found = spread_open(D(100), stands, [False, False, True, True], equal(4), 0)
    assert found == [30, None, 35, 35]
    assert spread_open(D(20), stands, [False, False, True, True], equal(4), 0) is None
    assert spread_open(D(100), stands, [False] * 4, equal(4), 0) is None
    assert spread_open(D(30), stands, [False, False, True, True], equal(4), 0) == [30, None, 0, 0]


@given(amounts, st.lists(st.tuples(st.none() | amounts, st.booleans()), min_size=1, max_size=12))
def test_with_the_closed_ones_it_is_the_whole(
    total: Decimal, places: list[tuple[Decimal | None, bool]]
) -> None:
    stands, is_open = [one for one, _ in places], [free for _, free in places]
    found = spread_open(total, stands, is_open, equal(len(places)), 0)
    if found is not None:
        assert sum_of(found) == total
        kept = zip(found, stands, is_open, strict=True)
        assert all(one == was for one, was, free in kept if not free)


def test_tet_makes_february_short() -> None:
    tet = Calendar(holidays=frozenset(date(2026, 2, day) for day in (16, 17, 18, 19, 20)))
    spans = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28))]
    assert by_working_days(spans, tet) == [22, 15]
    assert spread(D(37), by_working_days(spans, tet), 0) == [22, 15]


def test_a_year_without_a_report_weighs_nothing() -> None:
    assert by_shape([D(3), None, D(-2)]) == [3, 0, 0]


def test_units_of_another_scale() -> None:
    billion, million = D(10**9), D(10**6)
    assert converted(D("2.5"), billion, million) == 2500
    assert converted(D(2500), million, billion) == D("2.5")
    assert converted(None, million, billion) is None
    assert converted(D(3), None, None) == 3


def test_what_is_left_over_or_too_much() -> None:
    assert [Left(D(10), D(n)).left for n in (7, 10, 12)] == [3, 0, -2]
    assert Left(None, D(7)).left is None


def test_the_same_actuals_under_both_targets() -> None:
    def months(*targets: int) -> list[Reported]:
        return [Reported(date(2025, n, 1), D(60), D(t)) for n, t in enumerate(targets, 1)]

    both = under_both("higher", "sum", months(50, 70), months(100, 100))
    assert (both.now.raw, both.original.raw) == (1, D("0.6"))
    assert (both.now.target, both.original.target) == (120, 200)


@pytest.mark.parametrize(
    ("part", "direction", "found"),
    [
        ("0", "higher", None), ("0", "range", "0"), ("2.5", "higher", "2.5"),
        ("-1", "linear", "-1"), ("0.83333333333333333333", "higher", "0.83"),
        ("-0.83333333333333333333", "linear", "-0.83"),
        ("0.00333333333333333333", "linear", "0.00"),
    ],
)  # fmt: skip
def test_a_part_is_what_a_kpi_can_have(part: str, direction: str, found: str | None) -> None:
    assert settable(Decimal(part), direction, 2) == (None if found is None else Decimal(found))
    assert settable(None, direction, 2) is None


days = st.dates(min_value=date(1992, 1, 1), max_value=date(2198, 12, 31))
every = st.sampled_from(["day", "week", "month", "quarter", "half", "year"])


@given(days, every, st.integers(1, 12))
def test_a_year_before_is_a_period_of_an_earlier_year(
    day: date, frequency: str, first_month: int
) -> None:
    starts = period_of(day, frequency, first_month)[0]
    before = year_before(starts, frequency, first_month)
    assert period_of(before, frequency, first_month)[0] == before
    assert year_of_period(before, frequency, first_month) < year_of_period(
        starts, frequency, first_month
    )
    assert 350 < (starts - before).days < 380
    if frequency == "day":
        assert before.weekday() == starts.weekday()
    elif frequency != "week":
        assert (before.month, before.year) == (starts.month, starts.year - 1)


@pytest.mark.parametrize(
    ("starts", "frequency", "before"),
    [
        ("2026-01-05", "week", "2025-01-06"),  # both the 2nd
        ("2021-01-04", "week", "2019-12-30"),  # the 1st, of years with 53 and 52
        ("2020-12-28", "week", "2019-12-23"),  # the 53rd: the last one
        ("2026-03-02", "day", "2025-03-03"),  # Mondays
        ("2026-12-31", "day", "2025-12-25"),  # 52 weeks before lies in the same year
        ("2024-02-29", "day", "2023-03-02"),
        ("2026-02-01", "month", "2025-02-01"),
        ("2026-07-01", "quarter", "2025-07-01"),
    ],
)
def test_what_meant_the_same_a_year_before(starts: str, frequency: str, before: str) -> None:
    found = year_before(date.fromisoformat(starts), frequency)
    assert found == date.fromisoformat(before)
