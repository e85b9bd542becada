"""What the records say that stand in periods."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from haidang.checkins.models import CheckIn
from haidang.goals import store

_STANDS = (
    "SELECT id, for_day, value, numerator, denominator, note FROM checkins_checkin"
    " WHERE id IN ({ids})"
)


class Stands(NamedTuple):
    """The current record of a period."""

    id: int
    for_day: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    note: str


def records_seen(named: Iterable[tuple[int, int]]) -> dict[int, Stands]:
    """What records say that a form names (record id, id of the KPI that it is named for);
    one of another goal is left out, as one that does not exist."""
    pairs = set(named)
    ids = [record for record, _kpi in pairs]
    known = CheckIn.objects.filter(pk__in=ids).order_by().values_list("pk", "goal_id")
    return standing_records(pk for pk, goal_id in known if (pk, goal_id) in pairs)


def standing_records(ids: Iterable[int]) -> dict[int, Stands]:
    """What these records say, by their id."""
    found = {}
    for pk, day, *numbers, note in store.select_by_ids(_STANDS, list(ids)):
        value, numerator, denominator = (None if n is None else Decimal(n) for n in numbers)
        on = date.fromisoformat(day) if isinstance(day, str) else day
        found[pk] = Stands(pk, on, value, numerator, denominator, note)
    return found
