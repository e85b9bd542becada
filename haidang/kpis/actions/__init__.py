"""What may be done to the months of KPIs, and to many KPIs at once."""

from haidang.kpis.actions.closing import begin_closing, carry_out, close_period
from haidang.kpis.actions.comments import comment_period, take_back_comment
from haidang.kpis.actions.reopening import ask_reopening, decide_reopening

__all__ = [
    "ask_reopening",
    "begin_closing",
    "carry_out",
    "close_period",
    "comment_period",
    "decide_reopening",
    "take_back_comment",
]
