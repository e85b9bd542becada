"""Days and periods as other systems and people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Wanted
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_date
from haidang.lib.text import folded

_FIRST_YEAR, _LAST_YEAR = 1990, 2199


class Span(NamedTuple):
    """The days that something is of, both included."""

    first: date
    last: date

    def within(self, wanted: Wanted) -> bool:
        return wanted.starts <= self.first and self.last <= wanted.ends


#: A day with the time of that day; only midnight may have a zone.
_TIMED = re.compile(
    r"(?P<day>[0-9/.\-]+)[t ](?P<time>[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)"
    r" ?(?P<zone>z|utc|[+\-][0-9]{2}:?[0-9]{2})?"
)
_MIDNIGHT = re.compile(r"0?0:00(:00(\.0+)?)?")
_MONTH = re.compile(r"(?:thang|t|month|m)?[. ]?([0-9]{1,2})(?: ?[/.\-] ?| nam )([0-9]{4})")
_YEAR_MONTH = re.compile(r"([0-9]{4}) ?[/.\-] ?(?:thang |t|m)?([0-9]{1,2})")
_QUARTER = re.compile(r"(?:quy|q)[. ]?([1-4]|iv|i{1,3})(?: ?[/.\-] ?| nam | )([0-9]{4})")
_YEAR_QUARTER = re.compile(r"([0-9]{4}) ?[/.\-]? ?(?:quy |q)([1-4])")
_YEAR = re.compile(r"(?:nam |year )?([0-9]{4})")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def span_of(value: object) -> Span | None:
    """The day or the period that a row is of; None where it says nothing.

    Days as `2026-10-31`, `31/10/2026`, `20261031`; months as `2026-10`, `10/2026`, `T10/2026`,
    `Tháng 10 năm 2026`, `202610`; quarters as `2026-Q4`, `Quý IV/2026`; years as `2026`. Never
    month first (10/31/2026). Raises Invalid.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, Decimal) and value == value.to_integral_value() and value < 10**8:
        value = str(int(value))
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str) or len(value) > 100:
        raise _no_period()
    text = folded(value)
    if text.isdecimal() and text.isascii() and len(text) in (6, 8):
        text = "-".join(filter(None, (text[:4], text[4:6], text[6:])))
    if found := _TIMED.fullmatch(text):
        if found["zone"] and not _MIDNIGHT.fullmatch(found["time"]):
            raise Invalid(
                _(
                    "A time with a zone (“…Z”) may be of another day here. Please have the"
                    " system answer with the day alone."
                ),
                code="zoned",
            )
        text = found["day"]
    if found := _MONTH.fullmatch(text):
        return _months(int(found[2]), int(found[1]), 1)
    if found := _YEAR_MONTH.fullmatch(text):
        return _months(int(found[1]), int(found[2]), 1)
    if found := _QUARTER.fullmatch(text):
        quarter = _ROMAN.get(found[1]) or int(found[1])
        return _months(int(found[2]), 3 * quarter - 2, 3)
    if found := _YEAR_QUARTER.fullmatch(text):
        return _months(int(found[1]), 3 * int(found[2]) - 2, 3)
    if found := _YEAR.fullmatch(text):
        return _months(int(found[1]), 1, 12)
    try:
        day = parse_date(re.sub(r"(?<=[0-9])[/.](?=[0-9])", "-", text))
    except Invalid as error:
        raise error if error.code != "not_a_day" else _no_period() from None
    return Span(day, day)


def _months(year: int, first: int, count: int) -> Span:
    """So many months of a year from one on."""
    last = first + count - 1
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= first <= last <= 12):
        raise _no_period()
    return Span(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _no_period() -> Invalid:
    return Invalid(
        _("This is no day and no period. Examples: 31/10/2026, 10/2026, 2026-10, Q4/2026."),
        code="not_a_period",
    )
