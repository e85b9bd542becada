"""KPIs whose actual should be there and is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from haidang.goals.models import Kind, KpiPeriod
from haidang.goals.queries.expectation import Row
from haidang.goals.rules.freshness import Awaited, overdue
from haidang.goals.rules.health import since_when
from haidang.people.models import Organisation

#: Ids asked for at once; SQLite bounds their number.
_TOGETHER = 900


def awaited(rows: Iterable[Row], organisation: Organisation, today: date) -> dict[int, Awaited]:
    """The period that each KPI with a limit of its own (`freshness_days`) is late with.

    One query for each 900 of these; none where nobody set a limit.
    """
    zone = ZoneInfo(organisation.time_zone)
    late: dict[int, Awaited] = {}
    for row in rows:
        if row.kind != Kind.KPI or row.freshness_days is None or not row.is_reported:
            continue
        found = overdue(
            today,
            row.frequency,
            row.freshness_days,
            asked_since=since_when(row.starts, row.made_in(zone)),
            until=row.ends,
            first_month=organisation.fiscal_year_start,
        )
        if found is not None:
            late[row.id] = found
    ids = sorted(late)
    for first in range(0, len(ids), _TOGETHER):
        some = ids[first : first + _TOGETHER]
        reported = KpiPeriod.objects.filter(
            goal_id__in=some,
            starts__in={late[pk].starts for pk in some},
            own_value__isnull=False,
        )
        for goal_id, starts in reported.order_by().values_list("goal_id", "starts"):
            if late.get(goal_id, (None,))[0] == starts:
                del late[goal_id]
    return late
