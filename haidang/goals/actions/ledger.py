"""Writing the ledger of targets, beside every change of an approved KPI's targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Max

from haidang.goals.actions.history import plain
from haidang.goals.models import Goal, GoalVersion, KpiPeriod, State, TargetVersion
from haidang.goals.rules.node import Period
from haidang.goals.store import PERIOD_FACTS
from haidang.people.models import Person

#: States before approval: what a KPI is to reach is still being talked about.
BEFORE_APPROVAL = (State.DRAFT, State.RETURNED, State.SUBMITTED)

Targets = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Basis:
    """By what right targets change: why, and the request that was granted, if there was one."""

    reason: str = ""
    asked_by: Person | None = None
    approved_by: Person | None = None
    request_id: int | None = None


class Moved(NamedTuple):
    """A period's targets before and after; `before` is None where it had no row yet."""

    starts: date
    before: Targets | None
    after: Targets


def targets_in(period: Period | KpiPeriod) -> dict[str, Decimal | None]:
    return {name: getattr(period, name) for name in PERIOD_FACTS}


def is_approved(kpi: Goal) -> bool:
    """Whether what the KPI is to reach was approved: from when it became active."""
    return kpi.state not in BEFORE_APPROVAL


def keep_targets(
    kpi: Goal, moved: Iterable[Moved], at: datetime, by_id: int | None, basis: Basis
) -> None:
    """Enter what changed; of a period's first change also what stood until now, by the versions
    of the definition. Call it before the new version of the definition is kept, for a KPI that
    is approved; nothing is entered for others."""
    rows = list(moved)
    if not rows or not is_approved(kpi):
        return
    known = TargetVersion.objects.filter(goal=kpi, starts__in=[one.starts for one in rows])
    latest = dict(known.order_by().values_list("starts").annotate(Max("version")))
    versions: list[GoalVersion] = []
    if any(one.starts not in latest and one.before is not None for one in rows):
        versions = list(kpi.versions.order_by("-version"))
    TargetVersion.objects.bulk_create(
        row
        for one in rows
        for row in entries_of(kpi, one, latest.get(one.starts, 0), versions, at, by_id, basis)
    )


def entries_of(
    kpi: Goal, moved: Moved, latest: int, versions: Iterable[GoalVersion], at: datetime,
    by_id: int | None, basis: Basis,
) -> list[TargetVersion]:  # fmt: skip
    """What to enter for a change of a period whose latest entry is `latest` (0: none yet);
    `versions` are those of the definition until now, the latest first (pure)."""
    found = []
    if not latest and moved.before is not None and any_said(moved.before):
        since, by, reason = _origin(kpi, moved.starts, moved.before, versions)
        found.append(_entry(kpi, moved.starts, 1, moved.before, since, by, Basis(reason)))
    version = latest + len(found) + 1
    return [*found, _entry(kpi, moved.starts, version, moved.after, at, by_id, basis)]


def any_said(targets: Targets) -> bool:
    return any(value is not None for value in targets.values())


def _entry(
    kpi: Goal, starts: date, version: int, targets: Targets, since: datetime, by_id: int | None,
    basis: Basis,
) -> TargetVersion:  # fmt: skip
    asked, approved = basis.asked_by, basis.approved_by
    return TargetVersion(
        organisation_id=kpi.organisation_id,
        goal=kpi,
        starts=starts,
        version=version,
        since=since,
        by_id=by_id if asked is None else asked.pk,
        reason=basis.reason,
        approved_by_id=None if approved is None else approved.pk,
        request_id=basis.request_id,
        **{name: targets[name] for name in PERIOD_FACTS},
    )


def _origin(
    kpi: Goal, starts: date, stood: Targets, versions: Iterable[GoalVersion]
) -> tuple[datetime, int | None, str]:
    """Since when, by whom and why a period's targets stand: the earliest version of the
    definition, back from the latest, in which the KPI was approved and they were the same."""
    key, wanted = starts.isoformat(), {name: plain(value) for name, value in stood.items()}
    found: tuple[datetime, int | None, str] = (kpi.created_at, kpi.created_by_id, "")
    for version in versions:
        facts: dict[str, Any] = version.facts
        own = facts.get("periods", {}).get(key, {})
        said = {name: own.get(name, facts[name]) for name in PERIOD_FACTS}
        if said != wanted or facts["state"] in BEFORE_APPROVAL:
            break
        found = version.since, version.actor_id, version.reason
    return found
