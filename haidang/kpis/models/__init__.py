"""What the room keeps of its own; a KPI's periods and targets are measures, kept in `goals`."""

from haidang.kpis.models.closing import Answer, ClosedFigure, Closing, ReopeningRequest
from haidang.kpis.models.connectors import (
    Asks,
    Connector,
    Delivered,
    Every,
    ForeignName,
    Outcome,
    Quarantined,
    Run,
    Verdict,
    Why,
)

__all__ = [
    "Answer",
    "Asks",
    "ClosedFigure",
    "Closing",
    "Connector",
    "Delivered",
    "Every",
    "ForeignName",
    "Outcome",
    "Quarantined",
    "ReopeningRequest",
    "Run",
    "Verdict",
    "Why",
]
