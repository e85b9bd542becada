"""What the room keeps of its own; a KPI's periods and targets are measures, kept in `goals`."""

from haidang.kpis.models.closing import Answer, ClosedFigure, Closing, ReopeningRequest
from haidang.kpis.models.comments import PeriodComment
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
from haidang.kpis.models.scorecards import ClosedLine, LongLeave, Scorecard, ScorecardLine
from haidang.kpis.models.targets import TargetAnswer, TargetChange, TargetRequest

__all__ = [
    "Answer",
    "Asks",
    "ClosedFigure",
    "ClosedLine",
    "Closing",
    "Connector",
    "Delivered",
    "Every",
    "ForeignName",
    "LongLeave",
    "Outcome",
    "PeriodComment",
    "Quarantined",
    "ReopeningRequest",
    "Run",
    "Scorecard",
    "ScorecardLine",
    "TargetAnswer",
    "TargetChange",
    "TargetRequest",
    "Verdict",
    "Why",
]
