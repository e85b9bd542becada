"""Numbers, periods and rows, however they are written."""

from __future__ import annotations

import json
import time
from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.kpis.connectors.sources.base import SourceError, Wanted
from haidang.kpis.connectors.sources.periods import span_of
from haidang.kpis.connectors.sources.rows import Line, Manner, Unreadable, readings_of
from haidang.kpis.connectors.sources.values import MOST_DEPTH, json_of, json_text, number_of
from haidang.lib.decimals import EXACT, in_bounds
from haidang.lib.errors import Invalid

OCTOBER = Wanted(date(2026, 10, 1), date(2026, 10, 31))
numbers = st.decimals(
    min_value=-(10**23), max_value=10**23, places=10, allow_nan=False, allow_infinity=False
)
days = st.dates(date(1990, 1, 1), date(2199, 12, 31))


def code_of(call: Any) -> str:
    with pytest.raises((Invalid, SourceError)) as caught:
        call()
    return caught.value.code


# --- numbers ----------------------------------------------------------------------------


@given(numbers)
def test_a_number_stays_what_it_is(number: Decimal) -> None:
    assert number_of(number) == number
    assert json_of(json_text(number).encode()) == number


@given(numbers, st.booleans())
def test_grouped_text_in_either_manner(number: Decimal, comma: bool) -> None:
    text = f"{number:,.10f}"
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))
    assert number_of(text, comma=comma) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_binary_fractions_are_rounded_or_too_large(value: float) -> None:
    if abs(value) >= 1e24:
        assert code_of(lambda: number_of(value)) == "too_large"
    else:
        found = number_of(value)
        assert found is not None
        assert in_bounds(found)
        assert abs(found - Decimal(repr(value))) <= Decimal("5e-11")


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for comma in (True, False):
        try:
            found = number_of(text, comma=comma)
        except Invalid:
            continue
        assert found is None or in_bounds(found)


@pytest.mark.parametrize(
    ("value", "comma", "number"),
    [
        *(("1.234", True, "1234"), ("1.234", False, "1.234"), ("1,234", False, "1234")),
        *(("12,5", False, "12.5"), ("12.5", True, "12.5"), (Decimal("1e3"), False, "1000")),
        *((0.1 + 0.2, False, "0.3"), (7, True, "7"), (" 1 000 ", True, "1000")),
        (Decimal("1e-99999999"), False, "0"),
    ],
)
def test_numbers(value: Any, comma: bool, number: str) -> None:
    assert number_of(value, comma=comma) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    [
        *("abc", "NaN", "1e5", "12 tỷ", "#REF!", "1" * 500, True, False, [], {}, object()),
        *(Decimal("NaN"), Decimal("Infinity"), Decimal("1e24"), Decimal("1e999999999"), 10**999),
        *(float("nan"), float("-inf"), "=1+1", "\x00"),
    ],
)
def test_what_is_no_number(value: Any) -> None:
    code_of(lambda: number_of(value))


# --- periods ----------------------------------------------------------------------------


@given(days)
def test_a_day_however_it_is_written(day: date) -> None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%dT00:00:00Z"):
        assert span_of(day.strftime(form)) == (day, day)
    assert span_of(f"{day:%Y-%m-%d} 23:59:59.999") == (day, day)
    assert span_of(datetime(day.year, day.month, day.day, 23)) == (day, day)


@given(days)
def test_a_month_however_it_is_written(day: date) -> None:
    whole = (day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
    forms = ["%Y-%m", "%m/%Y", "%Y%m", "%m-%Y", "T%m/%Y", "Tháng %m/%Y", "tháng %m năm %Y"]
    for form in [*forms, "THÁNG %m-%Y", "%Y/%m", " t%m.%Y "]:
        assert span_of(day.strftime(form)) == whole
    assert span_of(Decimal(f"{day:%Y%m}")) == whole


@pytest.mark.parametrize("text", ["2026-Q4", "Q4/2026", "Q4 2026", "Quý 4/2026", "quý IV năm 2026"])
def test_a_quarter(text: str) -> None:
    assert span_of(text) == (date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize("text", ["2026", "Năm 2026", Decimal(2026)])
def test_a_year(text: Any) -> None:
    assert span_of(text) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        *("10/31/2026", "29/02/2026", "2026-13", "0001-01-01", "9999-12", "31/10/26", "October"),
        *("2026-09-30T17:00:00Z", "2026-10-01T00:30:00+07:00", "Q5/2026", "x" * 999, True, 2.5),
        *([], Decimal("10.2026"), Decimal("1e20"), Decimal("NaN"), "00/2026", "1e5", "²⁰²⁶"),
    ],
)
def test_what_is_no_period(text: Any) -> None:
    code_of(lambda: span_of(text))


@given(st.text(max_size=25))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        found = span_of(text)
    except Invalid:
        return
    assert found is None or found.first <= found.last


# --- rows -------------------------------------------------------------------------------


def read(*lines: Line, **manner: bool) -> list[tuple[Any, ...]]:
    readings, _notes = readings_of(lines, OCTOBER, Manner(**manner))
    return [(one.name, one.day, one.value) for one in readings]


def test_lines_of_other_periods_are_left_out() -> None:
    lines = [
        Line("1", "An", "2026-09", 1),
        Line("2", "An", "10/2026", 2),
        Line("3", "An", "Q4/2026", 3),
        Line("4", "Bình", "31/10/2026", "4,5"),
        Line("5", "", "2026-10", 6),
    ]
    readings, notes = readings_of(lines, OCTOBER, Manner(comma=True, dated=True, named=True))
    assert [(one.name, one.value) for one in readings] == [("An", 2), ("Bình", Decimal("4.5"))]
    assert [str(note)[-2:] for note in notes] == ["2.", "1."]


def test_a_month_in_a_week() -> None:
    week = Wanted(date(2026, 10, 5), date(2026, 10, 11))
    assert readings_of([Line("1", "An", "2026-10", 1)], week, Manner(dated=True))[0] == []


@given(st.lists(numbers, min_size=1, max_size=5))
def test_parts_are_added_exactly(parts: list[Decimal]) -> None:
    with localcontext(EXACT):
        total = sum(parts, Decimal(0))
    lines = [Line(str(n), "An", "2026-10-01", part) for n, part in enumerate(parts)]
    assert read(*lines, add=True, dated=True)[0][2] == total


def test_two_lines_of_one_name() -> None:
    # Decomposed and with another space, it is the same name all the same.
    lines = [Line("Dòng 2", "Bình An", None, 1), Line("Dòng 5", " Bi\u0300nh  An", None, 2)]
    with pytest.raises(SourceError) as caught:
        read(*lines)
    assert caught.value.code == "many"
    assert "Dòng 2" in str(caught.value.message)
    assert "Dòng 5" in str(caught.value.message)


def test_nothing_said_is_a_reading_of_nothing() -> None:
    assert read(Line("1", "An", None, None)) == [("An", None, None)]


def test_names_that_are_numbers() -> None:
    assert read(Line("1", Decimal("7.0"), None, 1))[0][0] == "7"


@pytest.mark.parametrize(
    "line",
    [
        *(Line("x", "An", None, "tốt"), Line("x", "An", "soon", 1), Line("x", "An", None, [1])),
        *(Line("x", ["An"], None, 1), Line("x", "An", None, numerator=1), Line("x", True, None, 1)),
        Line("x", Decimal("1e99"), None, 1),
    ],
)
def test_a_line_that_cannot_be_read(line: Line) -> None:
    assert code_of(lambda: read(line)) == "value"


def test_a_day_that_is_missing() -> None:
    assert code_of(lambda: read(Line("1", "An", "", 1), dated=True)) == "value"


def test_the_first_faults_are_told_and_the_others_counted() -> None:
    with pytest.raises(SourceError) as caught:
        read(*(Line(f"L{n}", f"N{n}", None, "x") for n in range(9)))
    told = str(caught.value.message)
    assert [f"L{n}" in told for n in range(4)] == [True, True, True, False]
    assert "6" in told


def test_a_part_that_cannot_be_read_spoils_its_sum() -> None:
    lines = [Line("1", "An", None, 1), Line("2", "An", None, "?"), Line("3", "Bình", None, 3)]
    for add in (True, False):
        readings, _notes = readings_of(lines, OCTOBER, Manner(add=add, named=True))
        assert [(one.name, bool(one.wrong)) for one in readings] == [
            ("Bình", False), ("An", True), ("An", True),
        ]  # fmt: skip


def test_a_part_of_nobody_knows_whom_spoils_every_sum() -> None:
    lines = [Line("1", "An", None, 1), Line("2", Unreadable("merged"), None, 2)]
    assert code_of(lambda: read(*lines, add=True, named=True)) == "value"
    assert read(*lines, named=True)[0] == ("An", None, 1)


def test_a_sum_beyond_bounds() -> None:
    lines = [Line("1", "An", None, Decimal("9e23")), Line("2", "An", None, Decimal("9e23"))]
    assert code_of(lambda: read(*lines, add=True)) == "value"


# --- JSON -------------------------------------------------------------------------------

trees = st.recursive(
    st.none() | st.booleans() | st.text(max_size=10) | numbers,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=5), below),
    max_leaves=15,
)


@given(trees)
def test_json_there_and_back(tree: Any) -> None:
    text = json_text(tree)
    assert json_of(text.encode("utf-8", "surrogatepass")) == tree
    json.loads(text)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"<html>", b"\xff", b"[1e]", b"[" * 100_000, b'{"a":' * 1000),
        *(b"[" + b"1" * 900,),
        *(b'{"a": 1, "a": 2}', b"[NaN]", b"[Infinity]", b"[-Infinity]", b'"\\u00"'),
        b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1),
    ],
)  # fmt: skip
def test_what_is_no_json(body: bytes) -> None:
    assert code_of(lambda: json_of(body)) == "shape"


def test_brackets_in_text_are_no_depth() -> None:
    assert json_of(json.dumps("[" * 500 + '\\"').encode()) == "[" * 500 + '\\"'


def test_ten_thousand_days_are_read_at_once() -> None:
    first = date(2000, 1, 1)
    for n in range(0, 10_000, 500):
        day = first + timedelta(days=n)
        assert span_of(day) == (day, day)


def test_keys_are_compared_in_no_time() -> None:
    many = ",".join(f'"{n}":1' for n in range(60_000))
    began = time.monotonic()
    assert code_of(lambda: json_of(f'{{{many},"59999":2}}'.encode())) == "shape"
    assert time.monotonic() - began < 3  # comparing each with each: half a minute


def test_more_values_than_are_taken() -> None:
    body = b"[" + b"1," * 99 + b"1]"
    assert len(json_of(body, 99)) == 100
    assert code_of(lambda: json_of(body, 98)) == "large"
    assert code_of(lambda: json_of(b'{"a":{"b":1}}', 1)) == "large"
    assert json_of(b'{"a":"x,,,::"}', 1) == {"a": "x,,,::"}
    assert code_of(lambda: json_of(b"[" + b"1," * 500_001 + b"1]")) == "large"
