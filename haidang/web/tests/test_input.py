"""What people type becomes the value they meant, or a reason why not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.lib.errors import Invalid
from haidang.lib.input import parse_date, parse_decimal, parse_whole
from haidang.web import formats


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12", "vi", "12"),
        ("12,5", "vi", "12.5"),
        ("12.5", "vi", "12.5"),
        ("12,5", "en", "12.5"),
        ("12.5", "en", "12.5"),
        ("1.234", "vi", "1234"),
        ("1.234", "en", "1.234"),
        ("1,234", "vi", "1.234"),
        ("1,234", "en", "1234"),
        ("0.125", "vi", "0.125"),
        ("0,125", "en", "0.125"),
        ("1234.567", "vi", "1234.567"),
        ("1.234.567,89", "vi", "1234567.89"),
        ("1.234.567,89", "en", "1234567.89"),
        ("1,234,567.89", "vi", "1234567.89"),
        ("1.234.567", "en", "1234567"),
        ("1 234 567,5", "vi", "1234567.5"),
        ("1\u00a0234\u202f567", "en", "1234567"),
        (",5", "vi", "0.5"),
        (".5", "en", "0.5"),
        ("-3,2", "vi", "-3.2"),
        ("−3,2", "vi", "-3.2"),
        ("+7", "en", "7"),
        ("00012", "en", "12"),
        ("12345678901234567890", "vi", "12345678901234567890"),
        ("１２", "vi", "12"),
        ("-0", "vi", "0"),
        ("999999999999999999999999.0123456789", "en", "999999999999999999999999.0123456789"),
    ],
)
def test_reads_numbers(text: str, language: str, expected: str) -> None:
    assert str(parse_decimal(text, language)) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        ("abc", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1e30", "exponent"),
        ("1E-3", "exponent"),
        ("1.2.3", "not_a_number"),
        ("1.23,4,5", "not_a_number"),
        ("1.23.456", "not_a_number"),
        ("12,", "not_a_number"),
        ("--1", "not_a_number"),
        ("-", "not_a_number"),
        (".", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("1_000", "not_a_number"),
        ("1\x002", "not_a_number"),
        ("٣", "not_a_number"),
        ("1" + "0" * 24, "too_large"),
        ("1" * 200, "too_large"),
        ("x" * 1_000_000, "too_large"),
        ("0,12345678901", "too_precise"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_refuses_what_is_no_number(text: str, code: str, language: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_decimal(text, language, field="value")
    assert refused.value.code == code
    assert refused.value.field == "value"


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=5, min_value=-(10**20), max_value=10**20
    ),
    st.sampled_from(["vi", "en"]),
)
def test_what_a_page_shows_is_read_back(value: Decimal, language: str) -> None:
    assert parse_decimal(formats.plain(value, language), language) == value


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=10**6, max_value=10**20),
    st.sampled_from(["vi", "en"]),
)
def test_grouped_numbers_are_read_back(value: Decimal, language: str) -> None:
    assert parse_decimal(formats.number(value, language), language) == value


def test_whole_numbers_keep_their_bounds() -> None:
    assert parse_whole("10.000", "vi", low=0, high=10_000) == 10_000
    for text, code in [("1,5", "not_whole"), ("10001", "out_of_range"), ("-1", "out_of_range")]:
        with pytest.raises(Invalid) as refused:
            parse_whole(text, "vi", low=0, high=10_000)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("1/2/2026", date(2026, 2, 1)),
        ("01-02-2026", date(2026, 2, 1)),
        ("1.2.2026", date(2026, 2, 1)),
        (" 2026-02-01 ", date(2026, 2, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("01/01/1990", date(1990, 1, 1)),
        ("31/12/2199", date(2199, 12, 31)),
    ],
)
def test_reads_days(text: str, expected: date) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("29/02/2025", "no_such_day"),
        ("31/04/2026", "no_such_day"),
        ("00/01/2026", "no_such_day"),
        ("12/13/2026", "no_such_day"),
        ("01/01/0001", "year_out_of_range"),
        ("0001-01-01", "year_out_of_range"),
        ("31/12/9999", "year_out_of_range"),
        ("9999-12-31", "year_out_of_range"),
        ("31/12/12026", "year_out_of_range"),
        ("31/12/26", "not_a_day"),
        ("tomorrow", "not_a_day"),
        ("2026-12-31T00:00", "not_a_day"),
        ("x" * 1_000_000, "not_a_day"),
    ],
)
def test_refuses_what_is_no_day(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_date(text, field="ends")
    assert (refused.value.code, refused.value.field) == (code, "ends")
