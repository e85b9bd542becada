"""Records are made, corrected and voided; every number above moves in the same transaction."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import event
from haidang.activity.models import Event
from haidang.checkins.current import Current, Told, take_current, take_period
from haidang.checkins.models import CheckIn, Source, Voiding
from haidang.checkins.reports import Report, cleaned
from haidang.goals import store
from haidang.goals.access import require_check_in
from haidang.goals.actions.change import local_day
from haidang.goals.models import Goal, KpiPeriod, Milestone, Rule, State
from haidang.goals.models.kinds import MetricKind
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.node import Node, Period, open_period
from haidang.goals.rules.periods import period_of
from haidang.lib.database import pipelined, writing
from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.lib.insert import insert, made
from haidang.lib.text import clean_text
from haidang.people.models import Person

_SAID = (
    "for_day", "value", "numerator", "denominator", "milestones", "text_value", "confidence",
    "pace", "note", "next_on",
)  # fmt: skip


def record(
    actor: Person,
    goal: Goal,
    *,
    measure_version: int | None = None,
    on_behalf_of: Person | None = None,
    source: str = Source.PERSON,
    **values: Any,
) -> CheckIn:
    """Report a value (fields of `Report`); for a KPI, `for_day` picks the period it lies in.

    Whether it is on behalf of the owner is told by what the actor is to the goal alone:
    `on_behalf_of`, where it is given, must say the same.

    One durable transaction: the record, the new numbers of the goal and of all above it,
    their history points, the activity row. Raises Stale when the measure is no longer at
    `measure_version` (None: not asked), Conflict for a goal that is not active, a locked
    period or a number made of the goals below, Invalid with every reason.
    """
    owner = goal.owner if require_check_in(actor, goal) else None
    if on_behalf_of is not None and on_behalf_of != owner:
        raise Invalid(
            _("Only for the owner, by who leads or keeps the strategy: leave it out."),
            code="on_behalf_of",
            field="on_behalf_of",
        )
    return record_admitted(
        actor, goal, owner, measure_version=measure_version, source=source, **values
    )


def record_admitted(
    actor: Person,
    goal: Goal,
    owner: Person | None,
    *,
    measure_version: int | None,
    source: str,
    **values: Any,
) -> CheckIn:
    """`record` by somebody whom `require_check_in` has admitted just now: on behalf of the
    owner, where it said so. For who records many and asks once for each goal."""
    report = cleaned(goal, Report(**values), local_day(actor.organisation, timezone.now()))
    check_in = draft(actor, goal, report, on_behalf_of=owner, source=source)
    told = _event(actor, goal, "check_in.recorded", owner, source)
    with writing(together=True):
        key = store.lock_organisation(goal.organisation_id, key_of=CheckIn)
        graph, node, at = _open(actor, goal, measure_version)
        if node.version != goal.version:  # another definition than the report was read by
            goal = _goal_again(goal.pk)
            report = cleaned(goal, Report(**values), local_day(actor.organisation, at))
            _say(check_in, report)
        _write(goal, node, check_in, at, key())
        _take(goal, node, check_in, at)
        _finish(actor, goal, graph, check_in, told, at)
    return check_in


def correct(
    actor: Person, check_in: CheckIn, *, source: str = Source.PERSON, **values: Any
) -> CheckIn:
    """Put another record in a record's place; the old one stays, superseded.

    Raises Conflict when it was corrected or voided already: the first one wins.
    """
    goal = _goal_again(check_in.goal_id)
    owner = goal.owner if require_check_in(actor, goal) else None
    values.setdefault("for_day", check_in.for_day)
    report = cleaned(goal, Report(**values), local_day(actor.organisation, timezone.now()))
    successor = draft(actor, goal, report, on_behalf_of=owner, source=source)
    successor.supersedes = check_in
    with writing():
        with pipelined():
            store.lock_organisation(goal.organisation_id)
            graph, node, at = _open(actor, goal, None, reports=False)
        if node.version != goal.version:
            goal = _goal_again(goal.pk)
            report = cleaned(goal, Report(**values), local_day(actor.organisation, at))
            _say(successor, report)
        _refuse_locked(check_in)
        _end(check_in)
        _write(goal, node, successor, at)
        _retake(goal, node)
        with pipelined():
            told = _event(actor, goal, "check_in.corrected", owner, source)
            _finish(actor, goal, graph, successor, told, at)
    return successor


def void(actor: Person, check_in: CheckIn, reason: str) -> Voiding:
    """Declare a record void, saying why; what it said no longer counts."""
    goal = _goal_again(check_in.goal_id)
    owner = goal.owner if require_check_in(actor, goal) else None
    reason = clean_text(reason)[:5000]
    if not reason:
        raise Invalid(_("Please say why."), code="required", field="reason")
    with writing():
        with pipelined():
            store.lock_organisation(goal.organisation_id)
            graph, node, at = _open(actor, goal, None, reports=False)
        _refuse_locked(check_in)
        _end(check_in)
        voiding = Voiding.objects.create(check_in=check_in, by=actor, reason=reason, at=at)
        node.own_reports -= 1
        _retake(goal, node)
        with pipelined():
            told = _event(actor, goal, "check_in.voided", owner, check_in.source)
            _finish(actor, goal, graph, check_in, told, at)
    return voiding


# -- inside the transaction ------------------------------------------------------------------


def _goal_again(goal_id: int) -> Goal:
    return Goal.objects.select_related("standing", "owner", "unit", "cycle", "organisation").get(
        pk=goal_id
    )


def _open(
    actor: Person, goal: Goal, measure_version: int | None, *, reports: bool = True
) -> tuple[Graph, Node, datetime]:
    """The slice above, with the goal's node touched; refuses what must not be.

    Without `reports` an old record is looked at again, which may be done also where the
    number has since come to be made of the goals below.

    The time of the change is taken under the lock: of two writers the later is the later,
    also at midnight, when each writes another day's history point.
    """
    graph = store.above([goal.pk], actor.organisation.fiscal_year_start)
    node = graph.nodes.get(goal.pk)
    if node is None:
        raise NotFound
    refuse_unfit(node, reports=reports)
    if measure_version is not None and node.measure_version != measure_version:
        raise Stale(
            current={
                "measure_version": node.measure_version,
                "value": node.own_value,
                "progress": node.progress,
            }
        )
    graph.touch(goal.pk)
    return graph, node, timezone.now()


def refuse_unfit(node: Node, *, reports: bool = True) -> None:
    """Refuse a goal that takes no check-ins as it stands; without `reports` as `_open`."""
    if node.state != State.ACTIVE:
        raise Conflict(
            _("Only active goals take check-ins; this one is: %(state)s.")
            % {"state": State(node.state).label},
            code="not_active",
        )
    if node.calculation:
        raise Conflict(_("This KPI is calculated from others: report those."), code="calculated")
    if reports and node.rule == Rule.CHILDREN:
        raise Conflict(
            _("Its number is made of the goals below it. Switch first to count own reports too."),
            code="measured_by_children",
            choices={"own": Rule.OWN.label, "both": Rule.BOTH.label},
        )


def draft(
    actor: Person, goal: Goal, report: Report, *, on_behalf_of: Person | None, source: str
) -> CheckIn:
    """The record as far as it is known before there is a lock that others wait for."""
    check_in = made(
        CheckIn,
        organisation_id=goal.organisation_id,
        goal_id=goal.pk,
        author_id=actor.pk,
        source=source,
    )
    if on_behalf_of is not None:
        check_in.on_behalf_of = on_behalf_of
    _say(check_in, report)
    return check_in


def _say(check_in: CheckIn, report: Report) -> None:
    for name in _SAID:
        setattr(check_in, name, getattr(report, name))
    check_in.words = dict(report.words)


def _write(goal: Goal, node: Node, check_in: CheckIn, at: datetime, key: int | None = None) -> None:
    """Put the record beside what it is measured by; one with a key is written at the end."""
    compared: Any = node.measure
    if node.is_kpi:
        compared = _period(goal, node, check_in.for_day)
        check_in.period_id = compared.id
    put_beside(check_in, compared, at)
    if key is None:
        insert(check_in)
    else:
        check_in.pk = key
    if check_in.supersedes_id is None:
        node.own_reports += 1


def put_beside(check_in: CheckIn, compared: Any, at: datetime) -> None:
    """Say when it was recorded, and what it is measured by (a measure or a period)."""
    check_in.recorded_at = at
    check_in.baseline_then = compared.baseline
    check_in.target_then = compared.target
    check_in.low_then = compared.low
    check_in.high_then = compared.high
    check_in.tolerance_then = compared.tolerance


def _period(kpi: Goal, node: Node, day: date) -> Period:
    """The KPI's period of a day, stored, refusing a locked one."""
    start = period_of(day, node.frequency, node.first_month)[0]
    period = node.periods.get(start)
    if period is None:
        period = open_period(node, start)
    if period.id is None:
        store.save_periods([node])
        period.id = KpiPeriod.objects.values_list("pk", flat=True).get(goal=kpi, starts=start)
    else:
        _refuse_closed(period.id)
    return period


def _refuse_locked(check_in: CheckIn) -> None:
    """A record of a closed period neither leaves it nor changes in it."""
    if check_in.period_id is not None:
        _refuse_closed(check_in.period_id)


def _refuse_closed(period_id: int) -> None:
    if KpiPeriod.objects.filter(pk=period_id).exclude(locked_at=None).exists():
        raise closed_period()


def closed_period() -> Conflict:
    return Conflict(_("This period is closed (chốt số)."), code="locked", field="for_day")


def _end(check_in: CheckIn) -> None:
    """The record's time is over; the second of two who try loses."""
    ended = CheckIn.objects.filter(pk=check_in.pk, live=True).update(live=False)
    if not ended:
        raise Conflict(_("This record was corrected or voided already."), code="superseded")
    check_in.live = False


def _take(goal: Goal, node: Node, check_in: CheckIn, at: datetime) -> None:
    """Let a new record become the current one, unless the current one is of a later day.

    Of one day the greater key is current, as it is everywhere.
    """
    node.checked_in_at = at
    this = (check_in.for_day, check_in.pk)
    if node.is_kpi:
        start = period_of(check_in.for_day, node.frequency, node.first_month)[0]
        period = node.periods[start]
        previous = (
            CheckIn.objects.values_list("for_day", "pk").get(pk=period.own_record_id)
            if period.own_record_id
            else None
        )
        if previous is None or this > previous:
            take_period(period, told_of(check_in), goal.metric_kind)
    if node.own_day is None or this > (node.own_day, node.own_record_id or 0):
        take_current(
            node,
            Current(check_in.pk, check_in.for_day, check_in.value, check_in.confidence),
            reached=_reached(goal, check_in),
        )


def _reached(goal: Goal, check_in: CheckIn) -> Decimal | None:
    """Mark the milestones that a record says are reached; their weight."""
    if goal.metric_kind != MetricKind.MILESTONES:
        return None
    reached = set(check_in.milestones or ())
    weight = 0
    for milestone in Milestone.objects.filter(goal=goal):
        now = milestone.position in reached
        weight += milestone.weight if now else 0
        if now != milestone.reached:
            Milestone.objects.filter(pk=milestone.pk).update(reached=now)
    return Decimal(weight)


def told_of(check_in: CheckIn) -> Told:
    return Told(check_in.pk, check_in.value, check_in.numerator, check_in.denominator)


def _retake(goal: Goal, node: Node) -> None:
    """Find the current record (and each period's) anew among the live ones."""
    live = CheckIn.objects.filter(goal=goal, live=True).order_by("-for_day", "-pk")
    node.checked_in_at = live.aggregate(at=Max("recorded_at"))["at"]
    if node.is_kpi:
        latest: dict[int, CheckIn] = {}
        for one in live:
            if one.period_id is not None:
                latest.setdefault(one.period_id, one)
        for period in node.periods.values():
            found = latest.get(period.id) if period.id is not None else None
            if (found.pk if found else None) != period.own_record_id:
                take_period(period, told_of(found) if found else None, goal.metric_kind)
    current = live.first()
    if current is None:
        if goal.metric_kind == MetricKind.MILESTONES:
            Milestone.objects.filter(goal=goal).update(reached=False)
        take_current(node, None)
    else:
        take_current(
            node,
            Current(current.pk, current.for_day, current.value, current.confidence),
            reached=_reached(goal, current),
        )


def _event(actor: Person, goal: Goal, verb: str, owner: Person | None, source: str) -> Event:
    return event(
        organisation_id=goal.organisation_id,
        at=timezone.now(),
        actor_id=actor.pk,
        on_behalf_of_id=None if owner is None else owner.pk,
        verb=verb,
        source=source,
        subject_kind="goal",
        subject_id=goal.pk,
        subject=goal.public_id,
    )


def _finish(
    actor: Person, goal: Goal, graph: Graph, check_in: CheckIn, told: Event, at: datetime
) -> None:
    node = graph.nodes[goal.pk]
    node.measure_version += 1
    moved = graph.settle()
    told.at = at
    told.touched = moved
    told.data = {
        "check_in": check_in.pk,
        "for_day": check_in.for_day.isoformat(),
        "from": goal.standing.progress if hasattr(goal, "standing") else None,
        "to": node.progress,
    }
    today = local_day(actor.organisation, at)
    beside = [check_in, told] if check_in._state.adding else [told]
    store.save(graph, moved, goal.organisation_id, today, beside=beside)
