"""Which columns of the graph's tables are read and written together."""

from __future__ import annotations

STANDING_COLUMNS = (
    "progress", "raw", "actual", "own_progress", "terms_measured", "terms_total",
    "own_value", "own_day", "own_record_id", "own_reports",
    "average_weight", "average_weighted", "average_measured", "average_total",
    "value_sum", "value_measured", "value_total", "baseline_sum", "baseline_unknown",
    "kpi_year", "measure_version", "confidence", "checked_in_at",
)  # fmt: skip
HISTORY_COLUMNS = ("progress", "raw", "actual", "terms_measured", "terms_total")
PERIOD_COLUMNS = (
    "own_value", "own_numerator", "own_denominator", "own_record_id",
    "value_sum", "numerator_sum", "denominator_sum", "value_reports", "value_firsts",
)  # fmt: skip
PERIOD_FACTS = ("target", "baseline", "low", "high", "tolerance")
