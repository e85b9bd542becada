"""Settings of an organisation: what may be set, its default, and how it stood before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haidang.lib.database import ask
from haidang.lib.errors import Invalid
from haidang.people.models import OrganisationSetting

#: Public holidays of Vietnam on working days, as announced (2027: as the calendar says).
HOLIDAYS = [
    *["2025-01-01", "2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"],
    *["2025-04-07", "2025-04-30", "2025-05-01", "2025-09-01", "2025-09-02"],
    *["2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"],
    *["2026-04-27", "2026-04-30", "2026-05-01", "2026-09-01", "2026-09-02"],
    *["2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11"],
    *["2027-04-16", "2027-04-30", "2027-05-03", "2027-09-02", "2027-09-03"],
]

#: Every key with its default. Fractions are decimal strings; days of the week are 0
#: (Monday) to 6; holidays are ISO dates.
DEFAULTS: dict[str, Any] = {
    "health.on_track": "0.9",
    "health.at_risk": "0.7",
    "score.aspirational": "0.7",
    "score.committed": "1",
    "calendar.working_days": [0, 1, 2, 3, 4],
    "calendar.holidays": HOLIDAYS,
    #: The day of the following month on which periods of KPIs close by themselves; 0: by hand.
    "kpi.closing_day": 0,
    #: Whether an approved target changes only by a request that a second person grants.
    "kpi.target_approval": True,
    #: Of scorecards, in percent: what a KPI counts at most, below what it counts 0, and from
    #: what on each band but the last begins.
    "scorecard.cap": "120",
    "scorecard.floor": "50",
    "scorecard.bands": {"A+": "110", "A": "100", "B": "85", "C": "70"},
    #: Whether everybody inside sees the units' scores in the order of their height.
    "scorecard.ranking": False,
    "visibility.company": "organisation",
    "visibility.unit": "organisation",
    "visibility.individual": "organisation",
}
#: What a goal's visibility can be; `goals`, which stands above, has their words.
VISIBILITIES = ("organisation", "unit", "participants", "private")
#: Settings that the strategy office may change, too: how the company measures and plans.
STRATEGIC = frozenset(key for key in DEFAULTS if not key.startswith("visibility."))


_IN_FORCE = """
SELECT key, value FROM people_organisationsetting
WHERE organisation_id = %s AND until IS NULL
"""


def get(organisation_id: int, key: str, at: datetime | None = None) -> Any:
    """The value in force (at that moment); KeyError for a key that does not exist."""
    default = DEFAULTS[key]
    row = _rows(organisation_id, at).filter(key=key).values_list("value", flat=True).first()
    return default if row is None else row


def everything(organisation_id: int, at: datetime | None = None) -> dict[str, Any]:
    """All settings in force (at that moment), in one query."""
    if at is None:  # asked for by almost every page
        found = {key: json.loads(value) for key, value in ask(_IN_FORCE, [organisation_id])}
    else:
        found = dict(_rows(organisation_id, at).values_list("key", "value"))
    return {key: found.get(key, default) for key, default in DEFAULTS.items()}


def _rows(organisation_id: int, at: datetime | None) -> Any:
    rows = OrganisationSetting.objects.filter(organisation_id=organisation_id)
    if at is None:
        return rows.filter(until=None)
    return rows.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


def checked(key: str, value: Any) -> Any:
    """The value as it is stored, or Invalid that names the setting."""
    try:
        return _CHECKS[key](value)
    except KeyError:
        raise Invalid(_("There is no such setting."), code="unknown", field=key) from None
    except (ValueError, TypeError, InvalidOperation):
        raise Invalid(_("This value does not fit the setting."), field=key) from None


def _fraction(value: Any) -> str:
    number = Decimal(str(value).replace(",", "."))
    if not number.is_finite() or not 0 < number <= 1 or len(str(value)) > 12:
        raise ValueError
    return format(number.normalize(), "f")


def _weekdays(value: Any) -> list[int]:
    days = sorted({int(day) for day in list(value)[:50]})
    if not days or not set(days) <= set(range(7)):
        raise ValueError
    return days


def _closing_day(value: Any) -> int:
    day = int(value)
    if isinstance(value, bool) or day != value or not 0 <= day <= 28:
        raise ValueError
    return day


def _percent(value: Any) -> str:
    number = Decimal(str(value).replace(",", "."))
    if isinstance(value, bool) or not number.is_finite() or not 0 <= number <= 1000:
        raise ValueError
    if len(str(value)) > 12:
        raise ValueError
    return format(number.normalize(), "f")


def _bands(value: Any) -> dict[str, str]:
    names = DEFAULTS["scorecard.bands"]
    if not isinstance(value, Mapping) or set(value) != set(names):
        raise ValueError
    return {name: _percent(value[name]) for name in names}


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _visibility(value: Any) -> str:
    if value not in VISIBILITIES:
        raise ValueError
    return str(value)


def agree(found: Mapping[str, Any]) -> None:
    """Refuse settings that contradict each other; what is not `found` is as the program came."""
    found = {**DEFAULTS, **found}
    if Decimal(found["health.at_risk"]) > Decimal(found["health.on_track"]):
        raise Invalid(
            _("At risk begins below on track: the lower threshold cannot lie above the upper."),
            code="reversed",
            field="health.at_risk",
        )
    if Decimal(found["scorecard.floor"]) >= Decimal(found["scorecard.cap"]):
        raise Invalid(
            _("The floor has to lie below the cap."), code="reversed", field="scorecard.floor"
        )
    starts = [Decimal(found["scorecard.bands"][name]) for name in DEFAULTS["scorecard.bands"]]
    if any(above <= below for above, below in pairwise(starts)):
        raise Invalid(
            _("Each band has to begin above the next one."),
            code="reversed",
            field="scorecard.bands",
        )


def _days(value: Any) -> list[str]:
    days = list(value)
    if len(days) > 2000:
        raise ValueError
    return sorted({date.fromisoformat(day).isoformat() for day in days})


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "health.on_track": _fraction,
    "health.at_risk": _fraction,
    "score.aspirational": _fraction,
    "score.committed": _fraction,
    "calendar.working_days": _weekdays,
    "calendar.holidays": _days,
    "kpi.closing_day": _closing_day,
    "kpi.target_approval": _yes_no,
    "scorecard.cap": _percent,
    "scorecard.floor": _percent,
    "scorecard.bands": _bands,
    "scorecard.ranking": _yes_no,
    "visibility.company": _visibility,
    "visibility.unit": _visibility,
    "visibility.individual": _visibility,
}
