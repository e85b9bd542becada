"""Slices of the graph, from the database and back.

Nothing but the stored rows is known here; what they mean is in `rules`, and who may have them
changed in `actions`. Numbers are written under the organisation's lock.
"""

from haidang.goals.store.columns import (
    HISTORY_COLUMNS,
    PERIOD_COLUMNS,
    PERIOD_FACTS,
    STANDING_COLUMNS,
)
from haidang.goals.store.reading import (
    above,
    decimal_of,
    from_json,
    load_periods,
    node_of,
    select_by_ids,
    whole,
)
from haidang.goals.store.writing import (
    BATCH,
    history_row,
    lock_organisation,
    restore,
    save,
    save_history,
    save_periods,
    save_standings,
)

__all__ = [
    "BATCH",
    "HISTORY_COLUMNS",
    "PERIOD_COLUMNS",
    "PERIOD_FACTS",
    "STANDING_COLUMNS",
    "above",
    "decimal_of",
    "from_json",
    "history_row",
    "load_periods",
    "lock_organisation",
    "node_of",
    "restore",
    "save",
    "save_history",
    "save_periods",
    "save_standings",
    "select_by_ids",
    "whole",
]
