"""Numbers, days and names as the glossary writes them, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from haidang.web import formats

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
N = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (Decimal("1234567.89"), None, "1.234.567,89", "1,234,567.89"),
        (Decimal("1234567.89"), 1, "1.234.567,9", "1,234,567.9"),
        (Decimal("3.10"), 2, "3,1", "3.1"),
        (Decimal("-0.5"), None, "−0,5", "−0.5"),
        (Decimal("0.00"), None, "0", "0"),
        (Decimal("2.5"), 0, "2", "2"),
        (
            Decimal("12345678901234567890.01"),
            None,
            "12.345.678.901.234.567.890,01",
            "12,345,678,901,234,567,890.01",
        ),
        (1000, None, "1.000", "1,000"),
        (None, None, "–", "–"),
    ],
)
def test_numbers(value: Decimal | None, decimals: int | None, vi: str, en: str) -> None:
    assert formats.number(value, "vi", decimals) == vi
    assert formats.number(value, "en", decimals) == en


@pytest.mark.parametrize(
    ("amount", "kind", "unit", "decimals", "vi", "en"),
    [
        ("300000000000", "currency", "₫", 0, f"300{N}tỷ{N}₫", f"300B{N}₫"),
        ("3100000", "currency", "₫", 0, f"3,1{N}triệu{N}₫", f"3.1M{N}₫"),
        ("999999", "currency", "₫", 0, f"999.999{N}₫", f"999,999{N}₫"),
        ("1250000000000000", "currency", "₫", 0, f"1.250{N}nghìn{N}tỷ{N}₫", f"1,250T{N}₫"),
        ("300", "currency", "tỷ ₫", 0, f"300{N}tỷ ₫", f"300{N}tỷ ₫"),
        ("63.3", "percent", "%", 1, "63,3%", "63.3%"),
        ("63.3", "percent", "", 1, "63,3%", "63.3%"),
        ("5.60", "duration", "ngày", 1, f"5,6{N}ngày", f"5.6{N}ngày"),
        ("12", "count", "", 0, "12", "12"),
        ("1", "yes_no", "", 0, "Đạt", "Met"),
        ("0", "yes_no", "", 0, "Chưa đạt", "Not met"),
    ],
)
def test_values(amount: str, kind: str, unit: str, decimals: int, vi: str, en: str) -> None:
    goal = SimpleNamespace(metric_kind=kind, metric_unit=unit, decimals=decimals)
    assert formats.value(Decimal(amount), goal, "vi") == vi
    assert formats.value(Decimal(amount), goal, "en") == en
    assert formats.value(None, goal, "vi") == "–"


@pytest.mark.parametrize(
    ("amount", "beside", "shown"),
    [
        (f"17.814{N}điểm bán", f"19.000{N}điểm bán", "17.814"),
        (f"3{N}triệu{N}₫", f"3{N}tỷ{N}₫", f"3{N}triệu{N}₫"),
        (f"312,4{N}tỷ{N}₫", f"300{N}tỷ{N}₫", "312,4"),
        ("71%", "85%", "71%"),
        ("–", f"3{N}nơi", "–"),
    ],
)
def test_a_unit_is_written_once(amount: str, beside: str, shown: str) -> None:
    assert formats.without_unit(amount, beside) == shown


@pytest.mark.parametrize(
    ("billionths", "vi", "en"),
    [
        (633_333_333, "63,3%", "63.3%"),
        (1_000_000_000, "100%", "100%"),
        (999_999_999, "99,9%", "99.9%"),
        (999_400_000, "99,9%", "99.9%"),
        (680_000_000, "68%", "68%"),
        (0, "0%", "0%"),
        (235_000_000, "23,5%", "23.5%"),
        (None, "–", "–"),
    ],
)
def test_percents_never_round_up_to_the_whole(billionths: int | None, vi: str, en: str) -> None:
    assert formats.percent(billionths, "vi") == vi
    assert formats.percent(billionths, "en") == en
    assert formats.percent(640_400_000, "vi", 0) == "64%"


def test_days_months_and_quarters() -> None:
    day = date(2026, 3, 5)
    assert formats.day(day, "vi") == "05/03/2026"
    assert formats.day(day, "en") == "5 Mar 2026"
    assert formats.short_day(day, "vi") == "05/03"
    assert formats.short_day(day, "en") == "5 Mar"
    assert formats.month(day, "vi") == "03/2026"
    assert formats.month(day, "en") == "Mar 2026"
    assert formats.quarter(date(2025, 9, 30), "vi") == "Quý 3/2025"
    assert formats.quarter(date(2025, 1, 1), "en") == "Q1 2025"
    assert formats.day(None, "vi") == formats.short_day(None, "vi") == "–"


def test_times_are_the_reader_s() -> None:
    late = datetime(2026, 3, 5, 20, 5, tzinfo=UTC)
    assert formats.day_time(late, "vi", SAIGON) == "06/03/2026 03:05"
    assert formats.day_time(late, "en") == "5 Mar 2026 20:05"
    assert formats.day_time(None, "en") == "–"


@pytest.mark.parametrize(
    ("passed", "vi", "en"),
    [
        (timedelta(seconds=20), "vừa xong", "just now"),
        (timedelta(minutes=5), "5 phút trước", "5 min ago"),
        (timedelta(hours=2), "2 giờ trước", "2 h ago"),
        (timedelta(hours=20), "hôm qua", "yesterday"),
        (timedelta(days=3), "3 ngày trước", "3 days ago"),
        (timedelta(days=30), "12/05/2026", "12 May 2026"),
    ],
)
def test_how_long_since(passed: timedelta, vi: str, en: str) -> None:
    now = datetime(2026, 6, 11, 12, 0, tzinfo=SAIGON)
    assert formats.ago(now - passed, "vi", now, SAIGON) == vi
    assert formats.ago(now - passed, "en", now, SAIGON) == en
    assert formats.ago(None, "vi", now) == "–"


def test_how_long_until() -> None:
    today = date(2026, 6, 11)
    words = [formats.until(today + timedelta(days=n), "vi", today) for n in (0, 1, 12, -3)]
    assert words == ["hôm nay", "ngày mai", "còn 12 ngày", "trễ 3 ngày"]
    assert formats.until(today + timedelta(days=12), "en", today) == "12 days left"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nguyễn Thị Hương", "NH"),
        ("Đặng Hữu Phước", "ĐP"),
        ("Hương", "H"),
        ("lê ẩn", "LẨ"),
        ("le\u0302 a\u0302\u0309n", "LẨ"),
        ("", "?"),
        ("— (—)", "?"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert formats.initials(name) == expected


def test_a_name_keeps_its_tone() -> None:
    assert formats.tone("Nguyễn Thị Hương") == formats.tone("Nguyễn Thị Hương")
    assert {formats.tone(f"Person {n}") for n in range(100)} == set(range(8))
