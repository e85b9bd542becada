"""Periods as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from haidang.exchange.loading.periods import is_period, read_period
from haidang.lib.errors import Invalid


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("T10/2026", "2026-10-01", "2026-10-31"),
        ("t 10-26", "2026-10-01", "2026-10-31"),
        ("Tháng 02 năm 2024", "2024-02-01", "2024-02-29"),
        ("Thg 3/26", "2026-03-01", "2026-03-31"),
        ("Oct-26", "2026-10-01", "2026-10-31"),
        ("September 2026", "2026-09-01", "2026-09-30"),
        ("10/2026", "2026-10-01", "2026-10-31"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("Quý IV/2026", "2026-10-01", "2026-12-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("Quarter 4/2026", "2026-10-01", "2026-12-31"),
        ("Nửa năm 2/2026", "2026-07-01", "2026-12-31"),
        ("6 tháng đầu năm 2026", "2026-01-01", "2026-06-30"),
        ("H2 2026", "2026-07-01", "2026-12-31"),
        ("W40/2026", "2026-09-28", "2026-10-04"),
        ("Tuần 1 năm 2026", "2025-12-29", "2026-01-04"),
        ("2026-W40", "2026-09-28", "2026-10-04"),
        ("Năm 2026", "2026-01-01", "2026-12-31"),
        ("31/10/2026", "2026-10-31", "2026-10-31"),
        (Decimal(2026), "2026-01-01", "2026-12-31"),
        (Decimal(202610), "2026-10-01", "2026-10-31"),
        (date(2026, 10, 9), "2026-10-09", "2026-10-09"),
    ],
)
def test_periods(text: Any, first: str, last: str) -> None:
    found = read_period(text, 1)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert is_period(text) == (text != Decimal(202610))


@pytest.mark.parametrize(
    "text",
    ["Marketing", "Mục tiêu", "T13/2026", "Q5/2026", "W54/2026", "2026-13", "T0/2026", "KPI-1",
     "Tổng", "STT", Decimal("10.5"), True, "x" * 5000, "29/02/2026", "1/2/3", "Q", "T", "٣/2026"],
)  # fmt: skip
def test_what_is_no_period(text: Any) -> None:
    assert not is_period(text)
    with pytest.raises(Invalid):
        read_period(text, 1)
