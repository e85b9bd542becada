"""What the room keeps of its own; a KPI's periods and targets are measures, kept in `goals`."""

from haidang.kpis.models.closing import Answer, ClosedFigure, Closing, ReopeningRequest
from haidang.kpis.models.comments import PeriodComment
from haidang.kpis.models.targets import TargetAnswer, TargetChange, TargetRequest

__all__ = [
    "Answer",
    "ClosedFigure",
    "Closing",
    "PeriodComment",
    "ReopeningRequest",
    "TargetAnswer",
    "TargetChange",
    "TargetRequest",
]
