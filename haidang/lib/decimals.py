"""Exact decimals: their arithmetic, their bounds and their canonical text (pure)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

WHOLE_DIGITS = 24
FRACTION_DIGITS = 10

#: Enough digits that sums and products of bounded values are exact, and that a quotient of
#: two of them rounds to billionths as the true ratio would: with numerators and
#: denominators below 10**45 a quotient that is not a tie differs from every tie by more
#: than 10**-60.
EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)


@lru_cache(maxsize=8192)  # equal numbers have one canonical form
def canonical(value: Decimal) -> Decimal:
    """The same number without trailing zeros, exponent or negative zero."""
    if not value:
        return Decimal(0)
    value = EXACT.normalize(value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        value = value.quantize(Decimal(1), context=EXACT)
    return value


@lru_cache(maxsize=8192)
def text(value: Decimal) -> str:
    """Canonical plain notation: `1234.5`, never `1.2345E+3`."""
    return format(canonical(value), "f")


def of_fraction(value: Fraction, places: int = FRACTION_DIGITS) -> Decimal:
    """The nearest decimal with that many places, half-even."""
    return Decimal(round(value * 10**places)).scaleb(-places, context=EXACT)


def order_text(value: str | None) -> str | None:
    """Text by which numbers in bounds sort as text does; None for what is no number.

    SQLite compares with it: its own numbers are floats.
    """
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return None
    if not in_bounds(number):
        return None
    whole = int(number.scaleb(FRACTION_DIGITS, context=EXACT))
    most = WHOLE_DIGITS + FRACTION_DIGITS
    return f"{whole + 10**most:0{most + 1}d}"


def in_bounds(value: Decimal) -> bool:
    """Whether a value may be entered: finite, 24 digits before the point, 10 after."""
    if not value.is_finite():
        return False
    value = canonical(value)
    exponent = value.as_tuple().exponent
    return EXACT.abs(value) < Decimal(10) ** WHOLE_DIGITS and (
        isinstance(exponent, int) and -exponent <= FRACTION_DIGITS
    )
