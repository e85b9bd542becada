"""What may be done to the months of KPIs, and to many KPIs at once."""

from haidang.kpis.actions.closing import close_by_itself, close_period
from haidang.kpis.actions.reopening import ask_reopening, decide_reopening

__all__ = ["ask_reopening", "close_by_itself", "close_period", "decide_reopening"]
