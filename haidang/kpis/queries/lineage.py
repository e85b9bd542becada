"""Where the number of a line comes from: period by period, down to the record."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from haidang.checkins.models import CheckIn, Source
from haidang.goals.rules.kpi import Reported, period_attainment
from haidang.kpis.models import Delivered
from haidang.kpis.queries import connectors
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
    way: Delivered | None  # back to the run of a connector that brought it


def lineage(line: Line) -> list[Step]:
    """The periods of a line with their records: one query, and one for what connectors brought."""
    wanted = [one.record_id for one in line.told if one.record_id]
    records = CheckIn.objects.select_related("author", "on_behalf_of").in_bulk(wanted)
    ways = connectors.lineage(pk for pk, one in records.items() if one.source == Source.CONNECTOR)
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
                ways.get(one.record_id or 0),
            )
        )
    return steps
