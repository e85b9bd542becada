"""Filling the grid of an allocation: each year over its periods, or the target above among the
KPIs below. Nothing is saved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from haidang.kpis.queries.allocation import Allocation
from haidang.kpis.queries.targets import calendar_of
from haidang.kpis.rules.targets import (
    by_shape,
    by_working_days,
    converted,
    equal,
    settable,
    spread,
    spread_open,
    sum_of,
)
from haidang.lib.decimals import EXACT

#: What is spread how: a year over its periods, or a period of the KPI above over those below.
SPREADS = (
    "year-equal", "year-last_year", "year-working_days", "down-equal", "down-last_year",
)  # fmt: skip


def no_spread(way: str) -> Any:
    """Why nothing could be spread."""
    if way == "last_year":
        return _("Nothing was reported a year before: choose another way to spread.")
    return _("The closed periods take more than that already, or none is open.")


def fill(table: Allocation, how: str, language: str) -> Any:
    """Fill the open cells in one of `SPREADS`; what kept it from that, if anything did."""
    what, _dash, way = how.partition("-")
    return _down(table, way, language) if what == "down" else _over(table, way, language)


def _over(table: Allocation, way: str, language: str) -> Any:
    """Spread the year that is typed for each KPI over its open periods."""
    done, failed = 0, 0
    for row in table.rows:
        if row.year is None or not row.year.is_open or row.year.error or row.year.value is None:
            continue
        weights: list[Decimal | int] = list(equal(len(table.columns)))
        if way == "working_days":
            calendar = calendar_of(table.kpi.organisation_id)
            weights = list(by_working_days([(c.starts, c.ends) for c in table.columns], calendar))
        elif way == "last_year":
            weights = list(by_shape(row.last_year))
        places = [c.is_open for c in row.cells]
        decimals = table.kpi.decimals if row.kpi is None else row.kpi.decimals
        parts = spread_open(row.year.value, [c.was for c in row.cells], places, weights, decimals)
        if parts is None:
            failed += 1
            continue
        done += 1
        for cell, part in zip(row.cells, parts, strict=True):
            if cell.is_open:
                direction = row.kpi.direction if row.kpi is not None else ""
                cell.put(settable(part, direction, decimals), language)
    return no_spread(way) if failed and not done else None


def _down(table: Allocation, way: str, language: str) -> Any:
    """Divide each period's target of the KPI above among the open cells of the KPIs below."""
    kpi, done = table.kpi, False
    for at, column in enumerate(table.columns):
        if column.target is None:
            continue
        cells = [(row, row.cells[at]) for row in table.rows]
        fixed = [
            converted(cell.was, row.scale, kpi.metric_scale)
            for row, cell in cells
            if not cell.is_open
        ]
        left = EXACT.subtract(column.target, sum_of([*fixed, table.others[at]]))
        free = [(row, cell) for row, cell in cells if cell.is_open]
        shares: list[Decimal | int] = list(equal(len(free)))
        if way == "last_year":
            before = (row.last_year[at] for row, _c in free)
            bases = zip(free, before, strict=True)
            shares = list(
                by_shape([converted(one, row.scale, kpi.metric_scale) for (row, _c), one in bases])
            )
        parts = spread(left, shares, kpi.decimals) if free and left >= 0 else None
        if parts is None:
            continue
        done = True
        for (row, cell), part in zip(free, parts, strict=True):
            if row.kpi is not None:
                fits = converted(part, kpi.metric_scale, row.scale)
                cell.put(settable(fits, row.kpi.direction, row.kpi.decimals), language)
    for row in table.rows:
        if row.year is not None:
            row.year.put(row.total, language)
    return None if done else no_spread(way)
