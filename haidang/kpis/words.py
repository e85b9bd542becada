"""What the room's things are called."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.lib.decimals import EXACT, of_fraction
from haidang.web import formats

#: Departments of the library.
DEPARTMENTS: dict[str, Any] = {
    "sales": _("Sales"),
    "marketing": _("Marketing"),
    "care": _("Customer care"),
    "production": _("Production"),
    "supply": _("Supply chain and warehouse"),
    "quality": _("Quality"),
    "hr": _("Human resources"),
    "finance": _("Finance and accounting"),
    "it": _("Information technology"),
    "executive": _("Executive board and projects"),
}

#: Bands of a scorecard: what they are called, and in which tone they are shown.
BANDS: dict[str, tuple[Any, str]] = {
    "A+": (_("Outstanding"), "done"),
    "A": (_("Good"), "on_track"),
    "B": (_("Met"), "on_track"),
    "C": (_("Needs improvement"), "at_risk"),
    "D": (_("Not met yet"), "off_track"),
}


def percent_down(value: Decimal | Fraction | None) -> str:
    """A percentage with one decimal, rounded down, so that none is read as having reached what
    it has not: 99.97 is written 99.9%."""
    if value is None:
        return "–"
    shown = Decimal(floor(Fraction(value) * 10)).scaleb(-1, context=EXACT)
    return formats.number(shown, (get_language() or "vi")[:2]) + "%"


def weight_text(value: Decimal | Fraction) -> str:
    """A weight in percent, with at most two decimals."""
    return formats.number(of_fraction(Fraction(value), 2), (get_language() or "vi")[:2]) + "%"
