"""Requests for other targets within a load: as by the actions, from the graph in memory. They
are written after the load is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from haidang.checkins.bulk import Bulk
from haidang.goals.actions.history import plain
from haidang.goals.models import Goal, TargetVersion
from haidang.goals.rules.periods import period_of
from haidang.kpis.models import TargetAnswer, TargetChange, TargetRequest
from haidang.people.models import Person

Targets = Mapping[date, Mapping[str, Decimal | None]]


class BulkTargets:
    """Requests of a load, fed in the order of time with its other events."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk
        self._asked: list[tuple[TargetRequest, list[TargetChange]]] = []

    def ask(
        self, at: datetime, asker: Person, kpi: Goal, targets: Targets, reason: str
    ) -> TargetRequest:
        """Somebody asks for other targets of periods that have some; it waits."""
        request = TargetRequest(
            organisation=self.bulk.organisation, goal=kpi, asked_by=asker, asked_at=at,
            reason=reason,
        )  # fmt: skip
        node = self.bulk.graph.nodes[kpi.pk]
        changes = []
        for day, fields in targets.items():
            starts = period_of(day, kpi.frequency, self.bulk.first_month)[0]
            stands = node.periods[starts]
            moved = {
                name: [plain(getattr(stands, name)), plain(new)] for name, new in fields.items()
            }
            changes.append(TargetChange(request=request, goal=kpi, starts=starts, fields=moved))
        self._asked.append((request, changes))
        data = {"periods": len(changes), "reason": reason}
        self.bulk.tell(at, asker, "targets.asked", kpi, data)
        return request

    def grant(
        self, at: datetime, decider: Person, request: TargetRequest, targets: Targets
    ) -> None:
        """Somebody else grants what was asked for, and it counts from now on."""
        request.answer, request.decided_by, request.decided_at = TargetAnswer.GRANTED, decider, at
        self.bulk.targets(
            at, decider, request.goal, targets, reason=request.reason, asked_by=request.asked_by
        )
        self.bulk.tell(at, decider, "targets.granted", request.goal, {"reason": ""})

    def write(self) -> None:
        """What was asked for, once the load is flushed."""
        for request, changes in self._asked:
            request.save(force_insert=True)
            for change in changes:
                change.request = request
                change.waits = request.answer == TargetAnswer.WAITING
            TargetChange.objects.bulk_create(changes)
            if request.decided_at is not None:
                entries = TargetVersion.objects.filter(goal=request.goal, since=request.decided_at)
                entries.filter(approved_by=request.decided_by).update(request_id=request.pk)
