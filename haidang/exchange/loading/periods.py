"""Periods as people write them above columns and into cells, by the organisation's own year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.goals.rules.periods import FIRST, LAST, add_months
from haidang.kpis.connectors.sources.periods import Span, span_of
from haidang.lib.errors import Invalid
from haidang.lib.tables.table import Value
from haidang.lib.text import folded

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
#: What may stand before the year, and a year of two or four digits or none at all.
_YEAR = r"(?:(?: ?[/.\-] ?| nam | )(?P<year>[0-9]{4}|[0-9]{2}))?"
_MONTH = re.compile(r"(?:thang|thg|t|month|m)[. ]?(?P<n>[0-9]{1,2})" + _YEAR)
_NAMED = re.compile(rf"(?P<name>{_MONTH_NAMES})\.?" + _YEAR)
_QUARTER = re.compile(r"(?:quy|quarter|q)[. ]?(?P<n>[1-4]|iv|i{1,3})" + _YEAR)
_HALF = re.compile(r"(?:nua nam|half|h)[. ]?(?P<n>[12])" + _YEAR)
_SIX = re.compile(r"(?:6|sau) thang (?P<which>dau|cuoi)(?: nam(?: (?P<year>[0-9]{4}))?)?")
_WEEK = re.compile(r"(?:tuan|week|w)[. ]?(?P<n>[0-9]{1,2})" + _YEAR)
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4}) ?[/.\-]? ?(?P<what>quy|q|h|w|tuan) ?(?P<n>[0-9]{1,2})"
)
_ALONE = re.compile(r"(?:nam |year |fy ?)?(?P<year>[0-9]{4})")
_IN_A_TITLE = re.compile(r"(?<![0-9])(?:19|20|21)[0-9]{2}(?![0-9])")


class NoYear(Invalid):
    """A month or a quarter that does not say of which year it is."""


def read_period(value: Value, first_month: int, year: int | None = None) -> Span | None:
    """The days that a cell names; None where it is empty. Raises Invalid.

    Months as `10/2026`, `T10/2026`, `Tháng 10`, `Oct 26`; quarters, halves and years are those
    of the fiscal year, as pages write them: `Q3/2026`, `Quý III/2026`, `H1/2026`, `2026`; weeks
    `W40/2026`; days. `year` is that of what names none.
    """
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = str(int(value)) if abs(value) < 10**8 else "?"
    if isinstance(value, str) and len(value) <= 60:
        text = folded(value)
        found = _named(text, first_month, year)
        if found is not None:
            return found
    if isinstance(value, bool) or not isinstance(value, str | date | Decimal | None):
        value = "?"
    return span_of(value)


def _named(text: str, first_month: int, year: int | None) -> Span | None:
    """What is called a month, a quarter, a half, a week or a year by a word or alone."""
    if found := _ALONE.fullmatch(text):
        return _part(int(found["year"]), 12, 1, first_month)
    if found := _YEAR_FIRST.fullmatch(text):
        n, of = int(found["n"]), int(found["year"])
        if found["what"] in ("w", "tuan"):
            return _week(of, n)
        return _part(of, 6 if found["what"] == "h" else 3, n, first_month)
    if found := _MONTH.fullmatch(text):
        return _month(_year_of(found["year"], year), int(found["n"]))
    if found := _NAMED.fullmatch(text):
        return _month(_year_of(found["year"], year), _MONTHS.index(found["name"][:3]) + 1)
    if found := _QUARTER.fullmatch(text):
        n = _ROMAN.get(found["n"]) or int(found["n"])
        return _part(_year_of(found["year"], year), 3, n, first_month)
    if found := _HALF.fullmatch(text):
        return _part(_year_of(found["year"], year), 6, int(found["n"]), first_month)
    if found := _SIX.fullmatch(text):
        n = 1 if found["which"] == "dau" else 2
        return _part(_year_of(found["year"], year), 6, n, first_month)
    if found := _WEEK.fullmatch(text):
        return _week(_year_of(found["year"], year), int(found["n"]))
    return None


def _year_of(said: str | None, otherwise: int | None) -> int:
    if said:
        return int(said) + (2000 if len(said) == 2 else 0)
    if otherwise is None:
        raise NoYear(
            _("This does not say of which year it is. Please write it as T10/2026."),
            code="no_year",
        )
    return otherwise


def _month(year: int, n: int) -> Span:
    if not (FIRST.year <= year <= LAST.year and 1 <= n <= 12):
        raise _no_period()
    return Span(date(year, n, 1), date(year, n, monthrange(year, n)[1]))


def _part(year: int, months: int, n: int, first_month: int) -> Span:
    """The part of so many months of a fiscal year, which is called by its first day's year."""
    if not (FIRST.year <= year < LAST.year and 1 <= n <= 12 // months):
        raise _no_period()
    starts = add_months(date(year, first_month, 1), months * (n - 1))
    return Span(starts, add_months(starts, months) - timedelta(days=1))


def _week(year: int, n: int) -> Span:
    try:
        starts = date.fromisocalendar(year, n, 1)
    except ValueError:
        raise _no_period() from None
    if not FIRST <= starts <= LAST - timedelta(days=6):
        raise _no_period()
    return Span(starts, starts + timedelta(days=6))


def _no_period() -> Invalid:
    return Invalid(
        _("This is no day and no period. Examples: 31/10/2026, 10/2026, 2026-10, Q4/2026."),
        code="not_a_period",
    )


def is_period(value: Value) -> bool:
    """Whether the cell of a header names a period, with its year or without."""
    if isinstance(value, bool) or not isinstance(value, str | date | Decimal):
        return False
    if isinstance(value, Decimal) and not FIRST.year <= value <= LAST.year:
        return False
    try:
        return read_period(value, 1, 2000) is not None
    except Invalid:
        return False


def year_in(text: str) -> set[int]:
    """The years that a title names."""
    return {int(one) for one in _IN_A_TITLE.findall(text)}
