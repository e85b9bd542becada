"""Actuals of many KPIs at once: all of them or none, settled once.

Each row is what a check-in of its own would be (`actions.record`): the same rules, the same
rows in the end. But the graph above all of them is one slice, read once and settled once,
and one event tells of each KPI (docs/decisions/one-event-for-the-actuals-of-a-kpi.md).
"""

from haidang.checkins.actuals.recording import MOST, record_actuals, try_actuals
from haidang.checkins.actuals.rows import Actual, Taken, Tried
from haidang.checkins.actuals.standing import Stands, records_seen, standing_records

__all__ = [
    "MOST",
    "Actual",
    "Stands",
    "Taken",
    "Tried",
    "record_actuals",
    "records_seen",
    "standing_records",
    "try_actuals",
]
