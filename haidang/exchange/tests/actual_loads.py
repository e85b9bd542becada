"""Short words for tests that load actuals of KPIs: what a file says, and what stands then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from haidang.exchange.models import Import
from haidang.exchange.tests.loads import lines_of, problems_of, taken
from haidang.goals.models import Goal, KpiPeriod
from haidang.lib.tests.made import csv_of
from haidang.people.models import Person

#: A line for each value.
LONG = ["KPI", "Kỳ", "Thực đạt", "Tử số", "Mẫu số", "Ghi chú"]


def sent(who: Person, rows: Sequence[Sequence[Any]] | bytes, language: str = "vi") -> Import:
    data = rows if isinstance(rows, bytes) else csv_of(rows)
    return taken(who, data, "actuals", language)


def stands(kpi: Goal) -> dict[date, Decimal | None]:
    return dict(
        KpiPeriod.objects.filter(goal=kpi)
        .exclude(own_record_id=None)
        .order_by("starts")
        .values_list("starts", "own_value")
    )


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def told(job: Import) -> list[tuple[int, str, list[tuple[str, str, str]]]]:
    return [
        (one.number, one.status, [(c.column, plain(c.old), plain(c.new)) for c in one.changes])
        for one in lines_of(job)
    ]


def only_problem(job: Import) -> tuple[str, str]:
    (found,) = problems_of(job).values()
    (problem,) = found
    return problem
