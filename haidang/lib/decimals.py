"""Exact decimals: their bounds, their canonical text, and a field that keeps every digit.

NUMERIC on PostgreSQL; text on SQLite, whose DECIMAL is a float and loses digits. Because
of the text, no SQL arithmetic, ordering or aggregate may be done on these columns.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any

from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

WHOLE_DIGITS = 24
FRACTION_DIGITS = 10

#: Enough digits that sums and products of bounded values are exact, and that a quotient of
#: two of them rounds to billionths as the true ratio would: with numerators and
#: denominators below 10**45 a quotient that is not a tie differs from every tie by more
#: than 10**-60.
EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)


def canonical(value: Decimal) -> Decimal:
    """The same number without trailing zeros, exponent or negative zero."""
    if not value:
        return Decimal(0)
    value = EXACT.normalize(value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        value = value.quantize(Decimal(1), context=EXACT)
    return value


def text(value: Decimal) -> str:
    """Canonical plain notation: `1234.5`, never `1.2345E+3`."""
    return format(canonical(value), "f")


def in_bounds(value: Decimal) -> bool:
    """Whether a value may be entered: finite, 24 digits before the point, 10 after."""
    if not value.is_finite():
        return False
    value = canonical(value)
    exponent = value.as_tuple().exponent
    return EXACT.abs(value) < Decimal(10) ** WHOLE_DIGITS and (
        isinstance(exponent, int) and -exponent <= FRACTION_DIGITS
    )


class ExactDecimalField(models.Field[Decimal | None, Decimal | None]):
    """A decimal of any length, equal on both databases to the last digit.

    Bounds on what people may enter are checked where input is read (`in_bounds`); sums
    over many goals may be longer than any entered value.
    """

    description = "Exact decimal"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric" if connection.vendor == "postgresql" else "text"

    def get_internal_type(self) -> str:
        return "ExactDecimalField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else canonical(Decimal(value))

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise ValueError(f"not a decimal: {value!r}") from error

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError("only finite numbers can be stored")
        return canonical(value) if connection.vendor == "postgresql" else text(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else text(value)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return super().check(**kwargs)
