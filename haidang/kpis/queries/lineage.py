"""Where the number of a line comes from: period by period, down to the record."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from haidang.checkins.models import CheckIn
from haidang.goals.rules.kpi import Reported, period_attainment
from haidang.kpis.queries.card import Line, Told
from haidang.kpis.rules.scorecard import part_of_target
from haidang.lib.decimals import EXACT


@dataclass(frozen=True, slots=True)
class Step:
    """A period of a line: what was reported, against which target, and by whom."""

    told: Told
    said: Reported | None  # with the target of the days worked
    attainment: Decimal | None  # of this period alone, in percent; it is not added up
    record: CheckIn | None


def lineage(line: Line) -> list[Step]:
    """The periods of a line with their records: one query."""
    wanted = [one.record_id for one in line.told if one.record_id]
    records = CheckIn.objects.select_related("author", "on_behalf_of").in_bulk(wanted)
    steps, definition = [], line.definition
    for one in line.told:
        said = part_of_target(one.cell, definition.direction, definition.aggregation)
        exact = (
            None
            if said is None
            else period_attainment(definition.direction, said, definition.steps)
        )
        steps.append(
            Step(
                one,
                said,
                None if exact is None else EXACT.multiply(exact, Decimal(100)),
                records.get(one.record_id or 0),
            )
        )
    return steps
