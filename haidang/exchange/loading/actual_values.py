"""What a cell says that a KPI came to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.exchange.loading.cells import text_of
from haidang.goals.models import Goal
from haidang.goals.models.kinds import MetricKind
from haidang.goals.rules.units import dimension, exact_factor
from haidang.lib.decimals import EXACT, FRACTION_DIGITS, canonical, in_bounds
from haidang.lib.decimals import text as digits_of
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_decimal
from haidang.lib.tables.table import FAULTS, Broken, Fault, Value
from haidang.lib.text import clean_line, folded
from haidang.web import formats

#: What a spreadsheet shows where it has no value, and writes into a CSV.
_ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"}
#: What people write where there is nothing to say.
_NOTHING = {"", "-", "–", "—", "n/a", "na", "..."}
_YES = {"co", "dat", "yes", "met", "true", "pass", "1"}
_NO = {"khong", "chua dat", "khong dat", "no", "not met", "false", "fail", "0"}
#: A number with what stands behind it: its unit, perhaps.
_NUMBER = re.compile(r"([+\-\u2212\u2013]?[\s0-9.,'\u00a0\u2007\u2009\u202f]*[0-9])\s*(.*)")
_PARTS = {
    "numerator": ("numerator", "tu so", "tu"),
    "denominator": ("denominator", "mau so", "mau"),
}
_SMALLEST = Decimal(1).scaleb(-FRACTION_DIGITS)


def readable(value: Value) -> Value:
    """The cell, None where it says nothing. Raises Invalid for one that cannot be trusted."""
    if isinstance(value, Broken):
        raise Invalid(FAULTS[value.fault], code=value.fault)
    if isinstance(value, str):
        text = clean_line(value)
        if text.upper() in _ERRORS:
            raise Invalid(FAULTS[Fault.ERROR], code=Fault.ERROR)
        return None if folded(text) in _NOTHING else value
    return value


def line_of(value: Value) -> str:
    """A cell of words: a title, a name. Raises Invalid for one that cannot be trusted."""
    if isinstance(value, Broken) or (isinstance(value, str) and value.strip() in _ERRORS):
        readable(value)
    return clean_line(text_of(value))


def part_of(value: Value) -> str:
    """Which number of a ratio a line has, "" where it does not say. Raises Invalid."""
    text = folded(line_of(value))
    for part, words in _PARTS.items():
        if text in words:
            return part
    if text:
        raise Invalid(_("Please write “%(numerator)s” or “%(denominator)s”.")
                      % {"numerator": _("Numerator"), "denominator": _("Denominator")},
                      code="choice")  # fmt: skip
    return ""


def number_of(value: Value, kpi: Goal, language: str, *, bare: bool = False) -> Decimal | None:
    """The number in the unit of the KPI; None where the cell says nothing. A part of a ratio
    is `bare`: it has a unit of its own. Raises Invalid."""
    value = readable(value)
    if value is None:
        return None
    if kpi.metric_kind == MetricKind.YES_NO and not bare:
        return _choice(value)
    if isinstance(value, bool):
        raise _no_number()
    if isinstance(value, date):
        raise Invalid(
            _("The spreadsheet has made a day of this: %(day)s. Please format the cell as a number"
              " and write it again.") % {"day": f"{value:%d/%m/%Y}"},
            code="a_day",
        )  # fmt: skip
    if isinstance(value, Decimal):
        return parse_decimal(digits_of(value), "en")
    found = _NUMBER.fullmatch(clean_line(text_of(value))[:200])
    if found is None:
        raise _no_number()
    number = parse_decimal(found[1], language)
    unit = found[2].strip()
    return number if not unit else _in_unit(number, unit, None if bare else kpi)


def ratio_in(value: Value, language: str) -> Mapping[str, Decimal]:
    """A numerator and a denominator in one cell: `81/90`. Raises Invalid."""
    value = readable(value)
    if isinstance(value, str) and value.count("/") == 1:
        above, below = value.split("/")
        return {
            "numerator": parse_decimal(above, language),
            "denominator": parse_decimal(below, language),
        }
    raise Invalid(
        _("A ratio needs two numbers: 81/90, or a line for each with “%(column)s” beside.")
        % {"column": _("Which number")},
        code="two_numbers",
    )


def _choice(value: Value) -> Decimal:
    text = "1" if value is True else "0" if value is False else folded(text_of(value))
    if text in _YES or text in _NO:
        return Decimal(text in _YES)
    raise Invalid(_("Please write yes or no."), code="choice")


def _in_unit(number: Decimal, unit: str, kpi: Goal | None) -> Decimal:
    """The number in the KPI's unit, where another is written behind it."""
    if kpi is None:
        raise _no_number()
    if folded(unit) == folded(kpi.metric_unit) or (
        unit == "%" and kpi.metric_kind == MetricKind.PERCENT
    ):
        return number
    if re.search(r"[0-9]", unit):  # a day, a fraction: no unit at all
        raise _no_number()
    factor = _factor(kpi, unit)
    if factor is None:
        raise Invalid(
            _("“%(unit)s” is not the unit of this KPI, which is measured in %(own)s.")
            % {"unit": unit[:40], "own": kpi.metric_unit or _("numbers without a unit")},
            code="other_unit",
        )
    scaled = EXACT.multiply(number, factor)
    if not in_bounds(scaled):
        scaled = scaled.quantize(_SMALLEST, context=EXACT)
    if not in_bounds(scaled):
        raise _no_number()
    return canonical(scaled)


def _factor(kpi: Goal, unit: str) -> Decimal | None:
    """How many of the KPI's units one of these is: a thousandth, of triệu in tỷ."""
    own, other = dimension(kpi.metric_kind, kpi.metric_unit), dimension(kpi.metric_kind, unit)
    return exact_factor(other[1], own[1]) if own[0] == other[0] else None


def check_unit(text: str, kpi: Goal) -> None:
    """Raise Invalid where a list says another scale of the KPI's own unit: triệu for tỷ."""
    if folded(text) in ("", folded(kpi.metric_unit)):
        return
    own, other = dimension(kpi.metric_kind, kpi.metric_unit), dimension(kpi.metric_kind, text)
    if own[0] == other[0] and own[1] != other[1]:
        raise Invalid(
            _("“%(unit)s” is not the unit of this KPI, which is measured in %(own)s.")
            % {"unit": text[:40], "own": kpi.metric_unit},
            code="other_unit",
        )


def _no_number() -> Invalid:
    return Invalid(_("This is not a number. Examples: 1500, 12,5 or 12.5."), code="not_a_number")


def told(numbers: Mapping[str, Decimal | None], kpi: Goal, language: str) -> str:
    """What was reported, as it is read; "" for nothing."""
    if kpi.aggregation == "ratio":
        parts = [numbers.get("numerator"), numbers.get("denominator")]
        if None in parts:
            return ""
        return " / ".join(formats.number(part, language) for part in parts)
    value = numbers.get("value")
    if value is None:
        return ""
    if kpi.metric_kind == MetricKind.YES_NO:
        return formats.value(value, kpi, language)
    unit = kpi.metric_unit or ("%" if kpi.metric_kind == MetricKind.PERCENT else "")
    written = formats.number(value, language)  # every digit: two that differ are told apart
    return written + unit if unit in ("", "%") else f"{written}{formats.NBSP}{unit}"
