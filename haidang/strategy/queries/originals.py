"""What the periods of a KPI were originally to reach, where that was revised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from haidang.goals.models import Goal, TargetVersion
from haidang.goals.rules.kpi import Reported, period_attainment
from haidang.goals.rules.metric import rounded
from haidang.goals.store import PERIOD_FACTS
from haidang.kpis.queries.targets import ledger_of
from haidang.strategy.queries.charts import PeriodRow
from haidang.web import formats
from haidang.web.jinja import language


@dataclass(frozen=True, slots=True)
class Original:
    """The first entry of a period in the ledger, with the attainment under it (1 is as
    targeted; nine places)."""

    version: TargetVersion
    attainment: Decimal | None

    def said(self, kpi: Goal) -> str:
        """The target in words, of a range both ends."""
        if kpi.direction == "range":
            ends = (
                formats.number(one, language()) for one in (self.version.low, self.version.high)
            )
            return " – ".join(ends)
        return formats.value(self.version.target, kpi, language())


def originals_of(kpi: Goal, rows: Sequence[PeriodRow]) -> dict[date, Original]:
    """By the first day of the period: one query, none where there are no periods."""
    if not rows:
        return {}
    found = {}
    ledger = ledger_of([kpi.pk], rows[0].period.starts, rows[-1].period.starts)
    steps = [(Decimal(a), Decimal(b)) for a, b in kpi.steps]
    for row in rows:
        versions = ledger.get((kpi.pk, row.period.starts), [])
        first = versions[0] if versions else None
        if first is None or all(
            getattr(first, name) == getattr(row.period, name) for name in PERIOD_FACTS
        ):
            continue
        exact = None
        if row.actual is not None:
            facts = {name: getattr(first, name) for name in PERIOD_FACTS}
            reported = Reported(
                row.period.starts, row.actual, numerator=row.numerator,
                denominator=row.denominator, **facts,
            )  # fmt: skip
            exact = period_attainment(kpi.direction, reported, steps)
        found[row.period.starts] = Original(first, None if exact is None else rounded(exact))
    return found
