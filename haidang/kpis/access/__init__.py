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

__all__ = [
    "ASKERS",
    "closable",
    "entry_for",
    "may_ask",
    "may_close_some",
    "may_take_over",
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
