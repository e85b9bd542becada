"""The library of ready KPIs."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, DecimalOut, Line, Shape

Department = Literal[
    "sales", "marketing", "care", "production", "supply", "quality", "hr", "finance", "it",
    "executive",
]  # fmt: skip


class LibraryWordsOut(Answer):
    title: str
    unit: str
    formula: str = Field(description=N_("In words: how its number is worked out."))
    source: str = Field(description=N_("The system or list from which its number is taken."))
    purpose: str = Field(description=N_("What it is for."))
    pitfall: str = Field(description=N_("What to watch out for."))


class LibraryKpiOut(Answer):
    __doc__ = N_("A ready KPI. Its target is one's own.")

    key: str
    department: str
    perspective: str
    metric_kind: str
    decimals: int
    direction: str
    frequency: str
    aggregation: str
    low: DecimalOut | None = Field(description=N_("Suggested, of a range."))
    high: DecimalOut | None = Field(description=N_("Suggested, of a range."))
    tolerance: DecimalOut | None = Field(description=N_("Suggested, of a range."))
    freshness_days: int = Field(description=N_("Suggested: days from a period to its actual."))
    vi: LibraryWordsOut
    en: LibraryWordsOut


class LibraryOut(Answer):
    items: list[LibraryKpiOut]


class LibraryFilters(Shape):
    department: Department | None = None
    perspective: Literal["financial", "customer", "process", "learning"] | None = None
    q: Line | None = Field(
        default=None, description=N_("Words, with or without diacritics, in either language.")
    )
