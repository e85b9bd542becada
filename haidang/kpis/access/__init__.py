"""The only way to what the room keeps: who sees it, and who may do what with it."""

from haidang.kpis.access.closing import (
    ASKERS,
    closable,
    entry_for,
    may_ask,
    may_close_some,
    may_take_over,
    reopening_for,
    reopenings_to_decide,
    reopenings_visible,
    reportable,
    require_asker,
    require_closer,
    require_decider,
    units_open,
    within,
)
from haidang.kpis.access.comments import comments_on, kpi_for, own_comment

__all__ = [
    "ASKERS",
    "closable",
    "comments_on",
    "entry_for",
    "kpi_for",
    "may_ask",
    "may_close_some",
    "may_take_over",
    "own_comment",
    "reopening_for",
    "reopenings_to_decide",
    "reopenings_visible",
    "reportable",
    "require_asker",
    "require_closer",
    "require_decider",
    "units_open",
    "within",
]
