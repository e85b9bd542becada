"""What may be done to the months of KPIs, and to many KPIs at once."""

from haidang.kpis.actions.closing import begin_closing, carry_out, close_period
from haidang.kpis.actions.comments import comment_period, take_back_comment
from haidang.kpis.actions.reopening import ask_reopening, decide_reopening
from haidang.kpis.actions.targets import (
    Outcome,
    Wanted,
    ask_targets,
    change_targets,
    decide_targets,
    withdraw_targets,
)

__all__ = [
    "Outcome",
    "Wanted",
    "ask_reopening",
    "ask_targets",
    "begin_closing",
    "carry_out",
    "change_targets",
    "close_period",
    "comment_period",
    "decide_reopening",
    "decide_targets",
    "take_back_comment",
    "withdraw_targets",
]
