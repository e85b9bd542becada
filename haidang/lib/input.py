"""Reading what people type: decimals with comma or dot, whole numbers, days.

Every function takes text and gives the exact value, or raises `Invalid` with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.lib.decimals import FRACTION_DIGITS, WHOLE_DIGITS, canonical, in_bounds
from haidang.lib.errors import Invalid

#: Far beyond what can be a number in bounds, and short enough to be read at once.
_LONGEST = 120
_FIRST_YEAR, _LAST_YEAR = 1990, 2199

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f']")
_BODY = re.compile(r"[0-9.,]*[0-9]")
_EXPONENT = re.compile(r"[+-]?[0-9.,]+e[+-]?[0-9]+", re.IGNORECASE)


def parse_decimal(text: str, language: str, *, field: str | None = None) -> Decimal:
    """A number as it is written in a language, taking comma and dot as decimal mark.

    With both marks the last one is the decimal mark; one that stands twice groups. A
    single mark that could be either (`1.234`) is read as the language writes it: in
    Vietnamese 1234, in English 1.234, and `1,234` the other way round. Signs, spaces and
    20-digit whole numbers are fine; NaN, exponents and numbers out of bounds are refused.
    """
    body = _SPACES.sub("", unicodedata.normalize("NFKC", text[: _LONGEST + 1]))
    body = body.replace("\u2212", "-").replace("\u2013", "-")
    if not body:
        raise Invalid(_("Please enter a number."), code="required", field=field)
    if len(text) > _LONGEST:
        raise _too_large(field)
    if _EXPONENT.fullmatch(body):
        raise Invalid(
            _("Please write the number out, without an exponent."), code="exponent", field=field
        )
    sign, digits = (body[0], body[1:]) if body[0] in "+-" else ("", body)
    plain = _plain(digits, language) if _BODY.fullmatch(digits) else None
    if plain is None:
        raise Invalid(
            _("This is not a number. Examples: 1500, 12,5 or 12.5."),
            code="not_a_number",
            field=field,
        )
    value = Decimal(("-" if sign == "-" else "") + plain)
    if not in_bounds(value):
        if abs(value) >= Decimal(10) ** WHOLE_DIGITS:
            raise _too_large(field)
        raise Invalid(
            format_lazy(_("At most {most} digits after the decimal mark."), most=FRACTION_DIGITS),
            code="too_precise",
            field=field,
        )
    return canonical(value)


def _too_large(field: str | None) -> Invalid:
    return Invalid(
        format_lazy(_("At most {most} digits before the decimal mark."), most=WHOLE_DIGITS),
        code="too_large",
        field=field,
    )


def _plain(digits: str, language: str) -> str | None:
    """Digits with a dot as decimal mark, or None when the marks make no sense."""
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return digits
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) == 2:
        return _joined(digits, group=other, point=last)
    if len(marks) > 1:
        return _joined(digits, group=last, point=other)
    point = "," if language.startswith("vi") else "."
    before, _mark, after = digits.partition(last)
    could_group = len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0"
    if last != point and could_group:
        return before + after
    return f"{before or '0'}.{after}"


def _joined(digits: str, *, group: str, point: str) -> str | None:
    """Well grouped digits without their groups; None when a group has not three digits."""
    whole, _mark, fraction = digits.partition(point)
    if point in fraction or group in fraction:
        return None
    first, *rest = whole.split(group)
    if not 1 <= len(first) <= 3 or any(len(part) != 3 for part in rest):
        return None
    return "".join([first, *rest]) + (f".{fraction}" if fraction else "")


def parse_whole(text: str, language: str, *, low: int, high: int, field: str | None = None) -> int:
    """A whole number between two bounds, both included."""
    value = parse_decimal(text, language, field=field)
    if value != value.to_integral_value():
        raise Invalid(_("Please enter a whole number."), code="not_whole", field=field)
    if not low <= value <= high:
        raise Invalid(
            format_lazy(_("Please enter a number from {low} to {high}."), low=low, high=high),
            code="out_of_range",
            field=field,
        )
    return int(value)


_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4,6})")
_YEAR_FIRST = re.compile(r"([0-9]{4,6})-([0-9]{1,2})-([0-9]{1,2})")


def parse_date(text: str, *, field: str | None = None) -> date:
    """A day as `31/12/2026` (also with dots or hyphens) or `2026-12-31`, in every language."""
    body = _SPACES.sub("", unicodedata.normalize("NFKC", text[: _LONGEST + 1]))
    if not body:
        raise Invalid(_("Please enter a day."), code="required", field=field)
    if found := _DAY_FIRST.fullmatch(body):
        day, month, year = (int(part) for part in found.groups())
    elif found := _YEAR_FIRST.fullmatch(body):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise Invalid(
            _("This is not a day. Please write it as 31/12/2026."), code="not_a_day", field=field
        )
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Invalid(
            format_lazy(
                _("The year has to be between {first} and {last}."),
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
            ),
            code="year_out_of_range",
            field=field,
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise Invalid(
            format_lazy(_("There is no {day} in the calendar."), day=f"{day:02}/{month:02}/{year}"),
            code="no_such_day",
            field=field,
        ) from None
