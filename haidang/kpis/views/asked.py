"""What an address asks of scorecards and the bowler: a span of time, and which holders."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from haidang.goals.models import Frequency
from haidang.goals.rules.periods import FIRST, period_of
from haidang.goals.words import period_label
from haidang.kpis.actions.closing import Span, span_of
from haidang.kpis.rules.closing import ended_before
from haidang.lib.errors import Invalid
from haidang.people.access import today_of
from haidang.people.models import Person

#: Frequencies that a card is read by.
FREQUENCIES = ("month", "quarter", "half", "year")
_OFFERED = {"month": 24, "quarter": 12, "half": 6, "year": 5}
TABS = ("mine", "people", "units")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what it does not say, or says wrongly, is the usual: the
    latest month that has ended, the year that is under way."""

    span: Span
    tab: str
    page: int

    @classmethod
    def of(cls, person: Person, asked: Mapping[str, str], usual: str = "month") -> Wanted:
        frequency = asked.get("frequency", "")
        if frequency not in FREQUENCIES:
            frequency = usual
        first_month = person.organisation.fiscal_year_start
        today = today_of(person)
        running = period_of(today, frequency, first_month)[0]
        day = ended_before(today, frequency, first_month)[0] if frequency == "month" else running
        with suppress(ValueError):
            day = max(FIRST, date.fromisoformat(asked.get("period", "")[:10]))
        try:
            span = span_of(person.organisation, frequency, day)
        except Invalid:
            span = span_of(person.organisation, frequency, running)
        page = asked.get("page", "")
        is_page = page.isascii() and page.isdigit() and 0 < len(page) < 5
        tab = asked.get("of", "")
        return cls(span, tab if tab in TABS else TABS[0], max(int(page), 1) if is_page else 1)

    @property
    def label(self) -> str:
        span = self.span
        return period_label(span.starts, span.frequency, span.organisation.fiscal_year_start)

    def query(self, **changes: Any) -> str:
        """The same as the query of an address, with changes."""
        facts: dict[str, Any] = {
            "of": self.tab if self.tab != TABS[0] else "",
            "frequency": self.span.frequency,
            "period": self.span.starts.isoformat(),
        } | changes
        return "?" + urlencode({key: value for key, value in facts.items() if value})


def choices(person: Person, wanted: Wanted) -> dict[str, Any]:
    """Frequencies and periods to choose from, the latest first."""
    frequency, first_month = wanted.span.frequency, person.organisation.fiscal_year_start
    periods, day = [], today_of(person)
    for _n in range(_OFFERED[frequency]):
        starts = period_of(day, frequency, first_month)[0]
        periods.append(starts)
        day = starts - timedelta(days=1)
    if wanted.span.starts not in periods:
        periods = sorted({*periods, wanted.span.starts}, reverse=True)
    names = dict(Frequency.choices)
    return {
        "frequencies": [(one, names[Frequency(one)]) for one in FREQUENCIES],
        "periods": [
            (one.isoformat(), period_label(one, frequency, first_month)) for one in periods
        ],
    }
