"""What the periods of KPIs are to reach: the one place in which targets change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.access import require
from haidang.goals.actions.change import (
    again,
    local_day,
    record_event,
    restructuring,
    settle,
    slice_above,
)
from haidang.goals.actions.create import lay_out_periods
from haidang.goals.actions.history import keep_version, plain
from haidang.goals.actions.ledger import Basis, Moved, is_approved, keep_targets, targets_in
from haidang.goals.actions.metric_facts import DECIMALS
from haidang.goals.models import Goal, Kind, KpiPeriod, State, TargetVersion
from haidang.goals.models.kinds import Aggregation
from haidang.goals.rules.graph import Graph
from haidang.goals.rules.metric import Measure
from haidang.goals.rules.node import Period
from haidang.goals.rules.periods import FIRST, LAST, period_of, year_of_period
from haidang.goals.rules.units import dimension
from haidang.goals.store import PERIOD_FACTS
from haidang.lib.decimals import EXACT, in_bounds
from haidang.lib.errors import Conflict, Invalid
from haidang.lib.text import clean_text
from haidang.people import settings
from haidang.people.models import Person

APPROVAL = "kpi.target_approval"
_FREE = (State.DRAFT, State.RETURNED)
_SET = (*_FREE, State.SUBMITTED, State.ACTIVE)
#: What says how an actual is compared with its target.
_COMPARED = ("metric_kind", "metric_unit", "frequency", "direction", "steps", "aggregation")
_NEEDS_REQUEST = _("The target is approved: it changes by a request that somebody else grants.")
_NEW_KPI = _("Its targets are approved as they are measured; make a new KPI to measure otherwise.")


@dataclass(frozen=True, slots=True)
class TargetWish:
    """What a period of a KPI is to reach instead: field > (what stands, what is wanted), of
    what differs. `starts` is None for the usual target, which periods take that have none.

    With `resets` a target stands there, or stood once, and is changed: a baseline that is said
    beside a target moves the attainment as the target would. With `plans` it is part of the
    first plan of its year (`first_plan`), which resets nothing.
    """

    starts: date | None
    changes: dict[str, tuple[Decimal | None, Decimal | None]]
    resets: bool = False
    plans: bool = False


def needs_request(kpi: Goal) -> bool:
    """Whether a target that stands changes only by a request: of an approved KPI, unless the
    organisation does without (`kpi.target_approval`)."""
    return is_approved(kpi) and bool(settings.get(kpi.organisation_id, APPROVAL))


def wishes_of(
    kpi: Goal, targets: Mapping[date | None, Mapping[str, Decimal | None]]
) -> list[TargetWish]:
    """What of these targets differs from what stands (any day of a period names it; None the
    usual target). Raises Conflict for a closed period, Invalid for what cannot be."""
    first_month = kpi.organisation.fiscal_year_start
    named: dict[date | None, dict[str, Decimal | None]] = {}
    for day, fields in targets.items():
        if day is not None and not FIRST <= day <= LAST:
            raise Invalid(_("Years from 1990 to 2199."), code="out_of_bounds", field="starts")
        starts = None if day is None else period_of(day, kpi.frequency, first_month)[0]
        named.setdefault(starts, {}).update(fields)
    days = [starts for starts in named if starts is not None]
    stored = {p.starts: p for p in KpiPeriod.objects.filter(goal=kpi, starts__in=days)}
    entered = TargetVersion.objects.filter(goal=kpi, starts__in=days)
    known = set(entered.order_by().values_list("starts", flat=True))
    found = []
    for starts, fields in named.items():
        row = None if starts is None else stored.get(starts)
        if row is not None and row.locked_at is not None:
            raise Conflict(_("This period is closed (chốt số)."), code="locked", field="period")
        stands = row or kpi
        _check_target(kpi, stands, fields)
        changes = {
            name: (getattr(stands, name), value)
            for name, value in fields.items()
            if getattr(stands, name) != value
        }
        if changes:
            found.append(TargetWish(starts, changes, starts in known or _says(kpi, stands)))
    return found


def first_plan(kpi: Goal, wishes: Sequence[TargetWish], today: date) -> list[TargetWish]:
    """The wishes as the first plan of their years by period, if they are that: what was approved
    is divided otherwise over periods that all had the usual target, and each year comes to the
    same. Only over periods that are not over, not reported and within the KPI's life, so that
    nothing that was attained, or missed, is told otherwise. Else the wishes as they are.

    A sum keeps the year by its sum, an average by the same; of a largest, smallest or last
    value each period stands for itself, and of a ratio nobody knows the weights yet.
    """
    plain_ones = all(
        wish.starts is not None
        and wish.changes.keys() == {"target"}
        and wish.changes["target"][0] == kpi.target
        and wish.changes["target"][1] is not None
        for wish in wishes
    )
    if (
        not wishes
        or not plain_ones
        or kpi.target is None
        or kpi.state != State.ACTIVE
        or kpi.direction in ("range", "pass_fail")
        or kpi.aggregation not in (Aggregation.SUM, Aggregation.AVERAGE)
    ):
        return list(wishes)
    first_month = kpi.organisation.fiscal_year_start
    years: dict[int, Decimal] = {}
    for wish in wishes:
        assert wish.starts is not None
        old, new = wish.changes["target"]
        assert old is not None
        assert new is not None
        year = year_of_period(wish.starts, kpi.frequency, first_month)
        years[year] = EXACT.add(years.get(year, Decimal(0)), EXACT.subtract(new, old))
        ends = period_of(wish.starts, kpi.frequency, first_month)[1]
        begins = kpi.starts is None or kpi.starts <= ends
        goes_on = kpi.ends is None or wish.starts <= kpi.ends
        if ends < today or not begins or not goes_on:
            return list(wishes)
    rows = KpiPeriod.objects.filter(goal=kpi, year__in=years)
    touched = {wish.starts for wish in wishes}
    if any(years.values()) or any(
        row.target != kpi.target
        or (row.starts in touched and (row.own_value is not None or row.value_reports))
        for row in rows
    ):
        return list(wishes)
    entered = TargetVersion.objects.filter(goal=kpi).order_by().values_list("starts", flat=True)
    if any(year_of_period(day, kpi.frequency, first_month) in years for day in entered):
        return list(wishes)
    return [replace(wish, resets=False, plans=True) for wish in wishes]


def _says(kpi: Goal, stands: KpiPeriod | Goal) -> bool:
    """Whether there is something to be compared with: a target, of a range an end of it."""
    names = ("low", "high") if kpi.direction == "range" else ("target",)
    return any(getattr(stands, name) is not None for name in names)


def set_targets(
    actor: Person,
    kpi: Goal,
    year: int,
    targets: Mapping[date, Mapping[str, Decimal | None]],
    version: int | None,
    *,
    reason: str = "",
) -> Goal:
    """Give the periods of a fiscal year their own targets (any day of a period names it).

    Each value is a mapping of target, baseline, low, high, tolerance. A target that stands, of
    an approved KPI, changes by a request (`needs_request`: Conflict), but for the first plan of
    a year (`first_plan`); in an organisation that does without, it wants the KPI's approver and
    a reason. Raises Conflict for a closed period.
    """
    with restructuring(actor) as at:
        kpi = again(kpi, version)
        if kpi.kind != Kind.KPI:
            raise Invalid(_("Only KPIs have targets by period."), code="kind")
        first_month = actor.organisation.fiscal_year_start
        for day in targets:
            starts = period_of(day, kpi.frequency, first_month)[0]
            if year_of_period(starts, kpi.frequency, first_month) != year:
                raise Invalid(_("This period is of another year."), code="period", field="period")
        wanted: dict[date | None, Mapping[str, Decimal | None]] = {}
        wanted.update(targets.items())
        today = local_day(actor.organisation, at)
        wishes = first_plan(kpi, wishes_of(kpi, wanted), today)
        if not wishes:
            lay_out_periods(kpi, year, first_month)
            return kpi
        require_change(actor, kpi, wishes, reason)
        write_targets(actor, at, [(kpi, wishes)], Basis(clean_text(reason)[:2000]))
        return again(kpi)


def require_change(actor: Person, kpi: Goal, wishes: Sequence[TargetWish], reason: str) -> None:
    """Raise what keeps the actor from changing these targets at once."""
    if kpi.state not in _SET:
        raise Conflict(
            _("This does not fit its state: %(state)s.") % {"state": kpi.get_state_display()},
            code="state",
        )
    if not any(wish.resets for wish in wishes) or kpi.state in _FREE:
        require(actor, kpi, "set_targets")
        return
    if needs_request(kpi):
        require(actor, kpi, "see")
        raise Conflict(_NEEDS_REQUEST, code="needs_request", field="target")
    require(actor, kpi, "edit_measure")
    if not clean_text(reason):
        raise Invalid(
            _("A change of measure or dates of an approved goal needs a reason."),
            code="required",
            field="reason",
        )


def refuse_retargeting(
    kpi: Goal, before: Mapping[str, Any], values: Mapping[str, Any], changed: Collection[str]
) -> None:
    """Refuse an edit of the definition (from the facts `before` to `values`) that would move an
    approved target, or compare actuals with it otherwise: in another unit, for other periods,
    in another direction or fold. A unit that is only written otherwise (tỷ đ, tỷ ₫) is the same.
    """
    names = [name for name in PERIOD_FACTS if name in changed and before[name] is not None]
    others = [name for name in _COMPARED if name in changed]
    units = [dimension(facts["metric_kind"], facts["metric_unit"]) for facts in (before, values)]
    if others == ["metric_unit"] and units[0] == units[1]:
        others = []
    if not (names or others) or not needs_request(kpi):
        return
    if others and _has_targets(kpi, before):
        raise Conflict(_NEW_KPI, code="approved_targets", field=others[0])
    if names:
        raise Conflict(_NEEDS_REQUEST, code="needs_request", field=names[0])


def _has_targets(kpi: Goal, before: Mapping[str, Any]) -> bool:
    if any(before[name] is not None for name in PERIOD_FACTS):
        return True
    empty = dict.fromkeys(PERIOD_FACTS)
    return kpi.periods.exclude(**empty).exists()


def write_targets(
    actor: Person, at: datetime, wanted: Sequence[tuple[Goal, Sequence[TargetWish]]], basis: Basis
) -> list[int]:
    """Let targets change, with the numbers above, the versions, the ledger and the log; ids of
    the goals that moved.

    The caller is in `restructuring`, has read the KPIs again under the lock and has checked
    who may, and that what the wishes say of what stands is so.
    """
    first_month = actor.organisation.fiscal_year_start
    there: dict[int, set[date]] = {}
    for kpi, wishes in wanted:
        there[kpi.pk] = set(kpi.periods.values_list("starts", flat=True))
        days = [wish.starts for wish in wishes if wish.starts is not None]
        for year in sorted({year_of_period(day, kpi.frequency, first_month) for day in days}):
            lay_out_periods(kpi, year, first_month)
    graph = slice_above(actor, [kpi.pk for kpi, _wishes in wanted])
    for kpi, wishes in wanted:
        moved = _move(kpi, graph, wishes, there[kpi.pk])
        keep_targets(kpi, moved, at, actor.pk, basis)
        graph.nodes[kpi.pk].measure_version += 1
        kpi.version += 1
        kpi.save()
        keep_version(kpi, at, actor.pk, basis.reason)
    touched = settle(actor, graph, at)
    for kpi, wishes in wanted:
        changes = {
            f"{'usual' if wish.starts is None else wish.starts.isoformat()}.{name}": [
                plain(old),
                plain(new),
            ]
            for wish in wishes
            for name, (old, new) in wish.changes.items()
        }
        data: dict[str, Any] = {"changes": changes, "reason": basis.reason}
        if basis.request_id is not None:
            data["request"] = basis.request_id
        record_event(actor, "goal.targets", kpi, at, touched=touched, data=data)
    return touched


def _move(kpi: Goal, graph: Graph, wishes: Sequence[TargetWish], there: set[date]) -> list[Moved]:
    node = graph.touch(kpi.pk)
    before = {starts: targets_in(p) for starts, p in node.periods.items()}
    written: dict[date, None] = {}
    for wish in sorted(wishes, key=lambda wish: (wish.starts is not None, wish.starts or FIRST)):
        fields = {name: new for name, (_old, new) in wish.changes.items()}
        if wish.starts is None:
            old = node.measure
            for name, value in fields.items():
                setattr(kpi, name, value)
            node.measure = Measure(kpi.direction, *(getattr(kpi, name) for name in DECIMALS))
            written |= dict.fromkeys(retarget_open_periods(kpi, graph, old, set(fields)))
            continue
        period = node.periods[wish.starts]
        for name, value in fields.items():
            setattr(period, name, value)
        KpiPeriod.objects.filter(goal=kpi, starts=wish.starts).update(**fields)
        written[wish.starts] = None
    # A first plan is what the period was to reach originally, as where it had nothing.
    planned = {wish.starts for wish in wishes if wish.plans}
    return [
        Moved(
            starts,
            before[starts] if starts in there and starts not in planned else None,
            targets_in(node.periods[starts]),
        )
        for starts in written
    ]


def retarget_open_periods(
    kpi: Goal, graph: Graph, old: Measure, changed: Collection[str]
) -> list[date]:
    """New defaults hold for the periods that had the old ones, have no report, are not closed;
    the first days of those that took them.

    A period that was given a target of its own keeps it, unless it is now in another unit.
    """
    node = graph.nodes[kpi.pk]
    closed = set(kpi.periods.exclude(locked_at=None).values_list("starts", flat=True))
    found = []
    for p in node.periods.values():
        if p.starts in closed or node.period_value(p) is not None:
            continue
        fresh = retargeted(p, kpi, old, changed)
        if fresh and p.id is not None:
            KpiPeriod.objects.filter(pk=p.id).update(**fresh)
            found.append(p.starts)
    return found


def retargeted(
    period: Period, kpi: Goal, old: Measure, changed: Collection[str]
) -> dict[str, Decimal | None]:
    """Give an open period those of the KPI's new defaults that it took before; what it took."""
    taken = {
        name: getattr(kpi, name)
        for name in PERIOD_FACTS
        if "metric_scale" in changed or getattr(period, name) == getattr(old, name)
    }
    merged = {name: taken.get(name, getattr(period, name)) for name in PERIOD_FACTS}
    if merged["low"] is not None and merged["high"] is not None and merged["low"] > merged["high"]:
        taken = {name: getattr(kpi, name) for name in PERIOD_FACTS}
    taken = {name: value for name, value in taken.items() if getattr(period, name) != value}
    for name, value in taken.items():
        setattr(period, name, value)
    return taken


def _check_target(
    kpi: Goal, stands: KpiPeriod | Goal, fields: Mapping[str, Decimal | None]
) -> None:
    """Refuse what the period would then have, as the definition refuses it."""
    for name, value in fields.items():
        if name not in PERIOD_FACTS:
            raise Invalid(
                _("This kind of goal has no such field."), code="unknown_field", field=name
            )
        if value is not None and not in_bounds(value):
            raise Invalid(
                _("At most 24 digits before the point and 10 after."),
                code="out_of_bounds",
                field=name,
            )
    whole = {name: fields.get(name, getattr(stands, name)) for name in PERIOD_FACTS}
    target = whole["target"]
    if kpi.direction in ("higher", "lower", "steps") and target is not None and target <= 0:
        raise Invalid(
            _(
                "A ratio has no meaning for a target of 0 or less: use linear from a baseline,"
                " or a range."
            ),
            code="ratio_needs_positive_target",
            field="target",
        )
    low, high, tolerance = whole["low"], whole["high"], whole["tolerance"]
    if low is not None and high is not None and low > high:
        raise Invalid(_("The upper end lies below the lower one."), code="reversed", field="high")
    if kpi.direction != "range":
        return
    if low is None or high is None:
        raise Invalid(
            _("Please give both ends of the range."),
            code="required",
            field="low" if low is None else "high",
        )
    if tolerance is None or tolerance < 0:
        raise Invalid(_("A tolerance is 0 or more."), code="negative", field="tolerance")
