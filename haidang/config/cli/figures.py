"""Figures that the command says, as its language writes them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

from haidang.web import formats


def tenths(amount: float | Decimal) -> str:
    """With at most one digit after the decimal mark: 13,5 in Vietnamese, 13.5 in English."""
    return formats.number(Decimal(amount), get_language() or "en", 1)
