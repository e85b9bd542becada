"""What the room keeps of its own; a KPI's periods and targets are measures, kept in `goals`."""

from haidang.kpis.models.closing import Answer, ClosedFigure, Closing, ReopeningRequest
from haidang.kpis.models.scorecards import ClosedLine, LongLeave, Scorecard, ScorecardLine

__all__ = [
    "Answer",
    "ClosedFigure",
    "ClosedLine",
    "Closing",
    "LongLeave",
    "ReopeningRequest",
    "Scorecard",
    "ScorecardLine",
]
