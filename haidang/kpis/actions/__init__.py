"""What may be done to the months of KPIs, and to many KPIs at once."""

from haidang.kpis.actions.closing import begin_closing, carry_out, close_period
from haidang.kpis.actions.comments import comment_period, take_back_comment
from haidang.kpis.actions.reopening import (
    ask_reopening,
    decide_reopening,
    withdraw_reopening,
)
from haidang.kpis.actions.scorecards import LineFacts, set_card, set_leave, take_leave_back
from haidang.kpis.actions.targets import (
    Outcome,
    Wanted,
    ask_targets,
    change_targets,
    decide_targets,
    withdraw_targets,
)

__all__ = [
    "LineFacts",
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
    "set_card",
    "set_leave",
    "take_back_comment",
    "take_leave_back",
    "withdraw_reopening",
    "withdraw_targets",
]
