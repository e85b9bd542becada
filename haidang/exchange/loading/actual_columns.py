"""The header of a list of actuals: a line for each value, or a column for each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.exchange.loading.columns import ACTUALS, Header, header_of, how_well, no_column
from haidang.exchange.loading.periods import is_period, year_in
from haidang.lib.tables.limits import refused
from haidang.lib.tables.table import Broken, Row, Table, Value
from haidang.lib.text import clean_line

#: What holds a value where each line has one.
_VALUES = ("value", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class ActualHeader(Header):
    """`periods` are the columns that name one by their place, each with what its cell says and
    how it is called to people; `year` is that of the title above them."""

    periods: Mapping[int, tuple[Value, str]]
    year: int | None

    @property
    def is_wide(self) -> bool:
        return bool(self.periods)


def fits(values: Sequence[Value]) -> int:
    """How well a line makes a header: the columns and periods that it names."""
    found = how_well(ACTUALS, values)
    return found + sum(is_period(_shown(value)) for value in values) if found else 0


def actual_header(table: Table) -> ActualHeader:
    """What the header says. Raises Invalid where a column is missing or stands twice."""
    row = table.header
    periods = {
        place: (said, _called(said))
        for place, value in enumerate(row.values)
        if is_period(said := _shown(value))
    }
    others = [None if place in periods else value for place, value in enumerate(row.values)]
    header = header_of(ACTUALS, Row(row.number, others))
    one_each = [key for key in _VALUES if key in header.places]
    if periods and one_each:
        raise refused(
            _("There is a column “%(value)s” and a column “%(period)s”. Please leave one of the"
              " two out: a line has one value, or one for each period."),
            "two_forms",
            value=header.said[one_each[0]],
            period=next(iter(periods.values()))[1],
        )  # fmt: skip
    if not periods:
        for key in ("period", "value"):
            if key not in header.places and not (key == "value" and one_each):
                raise no_column(ACTUALS, key)
    years = {one for row in table.above for value in row.values for one in _years(value)}
    year = years.pop() if len(years) == 1 else None
    return ActualHeader(header.places, header.unknown, header.said, periods, year)


def _shown(value: Value) -> Value:
    return value.shown if isinstance(value, Broken) else value


def _called(value: Value) -> str:
    """A column of a period as its header says it."""
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    return clean_line(str(value))[:60]


def _years(value: Value) -> set[int]:
    said = _shown(value)
    return year_in(said) if isinstance(said, str) else set()
