"""Reports, corrections and voidings in a load."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from haidang.checkins.bulk.load import Load
from haidang.checkins.bulk.rows import Live, live_of
from haidang.checkins.current import Current, Told, take_current, take_period
from haidang.checkins.models import CheckIn, Source, Voiding
from haidang.checkins.reports import Report, cleaned
from haidang.goals.actions.change import local_day
from haidang.goals.models import Goal, Rule, State
from haidang.goals.rules.node import Node, open_period
from haidang.goals.rules.periods import period_of
from haidang.lib.errors import Conflict
from haidang.people.models import Person


class Records(Load):
    def check_in(
        self,
        at: datetime,
        actor: Person,
        goal: Goal,
        *,
        on_behalf_of: Person | None = None,
        source: str = Source.PERSON,
        supersedes: CheckIn | None = None,
        **values: Any,
    ) -> CheckIn:
        """A report, recorded at `at`; with `supersedes` it corrects that record."""
        node = self.graph.nodes[goal.pk]
        if node.state != State.ACTIVE:
            raise Conflict("Only active goals take check-ins.", code="not_active")
        if node.rule == Rule.CHILDREN or node.calculation:
            raise Conflict("Its number is made of other goals.", code="measured_by_children")
        if supersedes is not None:
            values.setdefault("for_day", supersedes.for_day)
        positions = {m.position for m in self.milestones.get(goal.pk, ())}
        report = cleaned(goal, Report(**values), local_day(self.organisation, at), positions)
        assert report.for_day is not None
        self.graph.touch(goal.pk)
        compared: Any = node.measure
        period = None
        if node.is_kpi:
            start = period_of(report.for_day, node.frequency, self.first_month)[0]
            compared = period = node.periods.get(start) or open_period(node, start)
        one = CheckIn(
            pk=self._ids[CheckIn].take(),
            organisation=self.organisation,
            goal=goal,
            for_day=report.for_day,
            value=report.value,
            numerator=report.numerator,
            denominator=report.denominator,
            milestones=report.milestones,
            text_value=report.text_value,
            confidence=report.confidence,
            pace=report.pace,
            note=report.note,
            words=dict(report.words),
            next_on=report.next_on,
            author=actor,
            on_behalf_of=on_behalf_of,
            source=source,
            recorded_at=at,
            baseline_then=compared.baseline,
            target_then=compared.target,
            low_then=compared.low,
            high_then=compared.high,
            tolerance_then=compared.tolerance,
            supersedes=supersedes,
        )
        one.period_start = period.starts if period else None  # type: ignore[attr-defined]
        self.pending.check_ins.append(one)
        was = node.progress
        if supersedes is not None:
            self._end(supersedes)
        else:
            node.own_reports += 1
        self.live.setdefault(goal.pk, []).append(live_of(one))
        self._retake(goal, node)
        node.checked_in_at = at
        node.measure_version += 1
        moved = self._settle(at)
        self._event(
            at, actor, "check_in.recorded" if supersedes is None else "check_in.corrected",
            goal, moved,
            {
                "check_in": one.pk,
                "for_day": report.for_day.isoformat(),
                "from": was,
                "to": node.progress,
            },
            on_behalf_of=on_behalf_of, source=source, itself=False,
        )  # fmt: skip
        return one

    def void(self, at: datetime, actor: Person, check_in: CheckIn, reason: str) -> None:
        """Declare a record void."""
        goal = self.goals[check_in.goal_id]
        node = self.graph.touch(goal.pk)
        was = node.progress
        self._end(check_in)
        self.pending.voidings.append(Voiding(check_in=check_in, by=actor, reason=reason, at=at))
        node.own_reports -= 1
        self._retake(goal, node)
        node.checked_in_at = max((c.recorded_at for c in self.live[goal.pk]), default=None)
        node.measure_version += 1
        moved = self._settle(at)
        data = {
            "check_in": check_in.pk,
            "for_day": check_in.for_day.isoformat(),
            "from": was,
            "to": node.progress,
        }
        self._event(at, actor, "check_in.voided", goal, moved, data, itself=False)

    def _end(self, check_in: CheckIn) -> None:
        if not check_in.live:
            raise Conflict("This record was corrected or voided already.", code="superseded")
        check_in.live = False
        live = self.live[check_in.goal_id]
        live[:] = [one for one in live if one.pk != check_in.pk]
        self.pending.ended_records.append(check_in.pk)

    def _retake(self, goal: Goal, node: Node) -> None:
        """The current record, and each period's, among the live ones."""
        live = self.live.get(goal.pk, [])
        if node.is_kpi:
            latest: dict[date, Live] = {}
            for one in live:
                start = period_of(one.for_day, node.frequency, self.first_month)[0]
                if start not in latest or _order(one) > _order(latest[start]):
                    latest[start] = one
            for start, period in node.periods.items():
                found = latest.get(start)
                if (found.pk if found else None) != period.own_record_id:
                    told = found and Told(found.pk, found.value, found.numerator, found.denominator)
                    take_period(period, told, goal.metric_kind)
        current = max(live, key=_order, default=None)
        if current is None:
            take_current(node, None)
            return
        reached = None
        if steps := self.milestones.get(goal.pk):
            for step in steps:
                step.reached = step.position in (current.milestones or ())
            reached = Decimal(sum(s.weight for s in steps if s.reached))
            self.pending.reached.update((s.pk or 0, s) for s in steps if s.pk)
        take_current(
            node,
            Current(current.pk, current.for_day, current.value, current.confidence),
            reached=reached,
        )


def _order(one: Live) -> tuple[date, int]:
    return one.for_day, one.pk
