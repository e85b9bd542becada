"""What may be done to the months of KPIs, and to many KPIs at once."""

from haidang.kpis.actions.closing import begin_closing, carry_out, close_period
from haidang.kpis.actions.reopening import ask_reopening, decide_reopening
from haidang.kpis.actions.scorecards import LineFacts, set_card, set_leave, take_leave_back

__all__ = [
    "LineFacts",
    "ask_reopening",
    "begin_closing",
    "carry_out",
    "close_period",
    "decide_reopening",
    "set_card",
    "set_leave",
    "take_leave_back",
]
