"""Rows of another system, read into one reading for each name, or refused by their line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Reading, SourceError, Wanted
from haidang.kpis.connectors.sources.periods import span_of
from haidang.kpis.connectors.sources.values import bounded, number_of
from haidang.lib.decimals import EXACT, WHOLE_DIGITS, canonical
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line
from haidang.web.formats import number

#: Characters of an answer, and of a row, that are kept to look at.
MOST_RAW, MOST_ROW = 20_000, 1_000
#: Faults that are told of at once.
_MOST_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Unreadable:
    """In the place of a value: why there is none that could be trusted."""

    reason: Any


@dataclass(frozen=True, slots=True)
class Line:
    """One row of what came, untouched; `where` says to a person which one it is."""

    where: Any
    name: object = ""
    day: object = None
    value: object = None
    numerator: object = None
    denominator: object = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How lines are read: `comma` as in `number_of`; `dated`: each has to name its day;
    `add`: lines of one name in the period are added up, which else are refused."""

    comma: bool = False
    dated: bool = False
    named: bool = False
    add: bool = False


def readings_of(
    lines: Iterable[Line], wanted: Wanted, manner: Manner
) -> tuple[list[Reading], list[Any]]:
    """The readings of the period that is asked for, one for each name, and what is worth
    saying of the rest.

    Lines of other periods are left out (a month's line in a week too: what of it is the
    week's nobody knows). A line that cannot be read, and two of one name in the period, are
    readings that say what is wrong with them; where nothing else is left, SourceError: "value"
    with the first faults by their line, "many" for lines of one name.
    """
    found: dict[str, list[tuple[Line, Reading]]] = {}
    wrong: list[Reading] = []
    elsewhere = nameless = 0
    for line in lines:
        name = ""
        try:
            name = _name(_readable(line.name))
            if manner.named and not name:  # below a list stand its total and who made it
                nameless += 1
                continue
            reading = _reading(line, name, wanted, manner)
            if reading is None:
                elsewhere += 1
                continue
            if name in found and manner.add:
                first, other = found[name][0]
                found[name] = [(first, _sum(other, reading))]
            else:
                found.setdefault(name, []).append((line, reading))
        except Invalid as error:
            reason = format_lazy("{}: {}", line.where, error.message)
            wrong.append(Reading(name=name, raw=line.raw[:MOST_ROW], wrong=reason))
    good, doubtful = _judged(found, {one.name for one in wrong})
    # A part that nobody can read, of nobody knows whom, may be missing in any sum.
    if wrong and (not good or (manner.add and any(not one.name for one in wrong))):
        raise _wrong([one.wrong for one in wrong])
    if doubtful and not good:
        raise SourceError("many", doubtful[0].wrong)
    notes: list[Any] = []
    if elsewhere:
        notes.append(format_lazy(_("Lines of other periods, left out: {count}."), count=elsewhere))
    if nameless:
        notes.append(format_lazy(_("Lines without a name, left out: {count}."), count=nameless))
    return [*good, *wrong, *doubtful], notes


def scaled(readings: Iterable[Reading], settings: Mapping[str, str]) -> list[Reading]:
    """Readings whose values are in the unit of the KPI (`settings.SCALE`), rounded half even
    to the tenth digit behind the mark, as every value of ours is."""
    scale = Decimal(settings.get("scale") or 1)
    return [
        replace(one, value=bounded(EXACT.divide(one.value, scale)))
        if one.value is not None and scale != 1
        else one
        for one in readings
    ]


def amount_text(value: Decimal) -> Any:
    """A number for a note, lazily in the language of who reads it."""
    return lazy(lambda: number(value, get_language() or "en"), str)()


def _judged(
    found: Mapping[str, Sequence[tuple[Line, Reading]]], broken: Set[str]
) -> tuple[list[Reading], list[Reading]]:
    """Readings that stand alone for their name, and those of which another line makes nobody
    know what is meant."""
    good: list[Reading] = []
    doubtful: list[Reading] = []
    for name, entries in found.items():
        if name in broken:
            reason = format_lazy(_("Another line of “{name}” cannot be read."), name=name)
        elif len(entries) > 1:
            reason = _twice(name, entries)
        else:
            good.append(entries[0][1])
            continue
        doubtful += [replace(reading, wrong=reason) for _line, reading in entries]
    return good, doubtful


def _readable(value: object) -> object:
    if isinstance(value, Unreadable):
        raise Invalid(value.reason, code="unreadable")
    return value


def _name(name: object) -> str:
    if isinstance(name, Decimal) and name.is_finite() and name.adjusted() < WHOLE_DIGITS:
        name = format(canonical(name), "f")
    if name is not None and not isinstance(name, str):
        raise Invalid(_("The name is not a text."), code="not_a_text")
    return clean_line(name or "")[:200]


def _reading(line: Line, name: str, wanted: Wanted, manner: Manner) -> Reading | None:
    """None for a line of another period."""
    span = span_of(_readable(line.day))
    if span is None and manner.dated:
        raise Invalid(_("The day or the period is missing."), code="required")
    if span is not None and not span.within(wanted):
        return None
    reading = Reading(
        name=name,
        day=span.first if span else None,
        value=number_of(_readable(line.value), comma=manner.comma),
        numerator=number_of(_readable(line.numerator), comma=manner.comma),
        denominator=number_of(_readable(line.denominator), comma=manner.comma),
        raw=line.raw[:MOST_ROW],
    )
    if (reading.numerator is None) != (reading.denominator is None):
        raise Invalid(_("Numerator and denominator belong together."), code="half")
    return reading


def _sum(one: Reading, other: Reading) -> Reading:
    def both(left: Decimal | None, right: Decimal | None) -> Decimal | None:
        if left is None or right is None:
            return right if left is None else left
        return bounded(EXACT.add(left, right))

    return replace(
        one,
        value=both(one.value, other.value),
        numerator=both(one.numerator, other.numerator),
        denominator=both(one.denominator, other.denominator),
        raw=f"{one.raw}\n{other.raw}"[:MOST_ROW],
    )


def _twice(name: str, entries: Sequence[tuple[Line, Reading]]) -> Any:
    first, second = entries[0][0].where, entries[1][0].where
    if name:
        return format_lazy(
            _("“{name}” has two lines in this period: {first} and {second}."),
            name=name,
            first=first,
            second=second,
        )
    return format_lazy(
        _("There are two lines for this period: {first} and {second}."),
        first=first,
        second=second,
    )


def _wrong(faults: Sequence[Any]) -> SourceError:
    shown = faults[:_MOST_FAULTS]
    told = format_lazy(" ".join(["{}"] * len(shown)), *shown)
    if len(faults) > len(shown):
        told = format_lazy(_("{told} And {count} more."), told=told, count=len(faults) - len(shown))
    return SourceError("value", told)
