"""What pages of connectors show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Q

from haidang.goals.models import Alignment, Goal, Level
from haidang.kpis.access import (
    connectors_visible,
    delivered_visible,
    kpis_to_connect,
    may_connect,
    quarantine_to_decide,
    quarantine_visible,
)
from haidang.kpis.models import (
    Connector,
    Delivered,
    ForeignName,
    Outcome,
    Quarantined,
    Run,
    Verdict,
)
from haidang.kpis.rules.connectors import Candidate, key_of, suggestions
from haidang.people.models import Person

SHOWN = 50
#: KPIs that are looked at for what a name may mean.
CANDIDATES = 2_000
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Listed:
    connector: Connector
    last: Run | None
    names: int
    waiting: int


def listed(person: Person) -> list[Listed]:
    """All connectors with their last run, in a fixed number of queries."""
    rows = list(connectors_visible(person).defer("upload").order_by("name", "pk"))
    ids = [one.pk for one in rows]
    latest = Run.objects.filter(connector__in=ids).values("connector").annotate(last=Max("pk"))
    runs = {
        run.connector_id: run
        for run in Run.objects.filter(pk__in=[one["last"] for one in latest]).defer("raw", "lines")
    }
    names: dict[int, int] = {}
    for pk in ForeignName.objects.filter(connector__in=ids).values_list("connector", flat=True):
        names[pk] = names.get(pk, 0) + 1
    waiting: dict[int, int] = {}
    held = Quarantined.objects.filter(run__connector__in=ids, verdict=Verdict.WAITING)
    for pk in held.values_list("run__connector", flat=True):
        waiting[pk] = waiting.get(pk, 0) + 1
    return [
        Listed(one, runs.get(one.pk), names.get(one.pk, 0), waiting.get(one.pk, 0)) for one in rows
    ]


def runs_of(connector: Connector, *, before: int = 0, most: int = SHOWN) -> list[Run]:
    """The latest runs, with one more than `most` where there are more."""
    rows = Run.objects.filter(connector=connector).select_related("by").defer("raw", "lines")
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: most + 1])


def waiting_of(connector: Connector) -> int:
    """How many of its values wait for a decision."""
    return Quarantined.objects.filter(run__connector=connector, verdict=Verdict.WAITING).count()


@dataclass(frozen=True, slots=True)
class Brought:
    """What a run brought, as far as the reader sees the KPIs."""

    delivered: Sequence[Delivered]
    held: Sequence[Quarantined]
    more: int


def brought(person: Person, run: Run) -> Brought:
    rows = delivered_visible(person, run).order_by("kpi__number", "starts")
    found = list(rows[: 10 * SHOWN])
    held = quarantine_visible(person).filter(run=run).order_by("pk")
    more = max(0, rows.count() - len(found)) if len(found) == 10 * SHOWN else 0
    return Brought(found, list(held[: 10 * SHOWN]), more)


def lineage(records: Iterable[int]) -> dict[int, Delivered]:
    """The run and connector of each of these records that came through one."""
    ids = list(records)
    if not ids:
        return {}
    rows = Delivered.objects.filter(check_in__in=ids).select_related("run__connector")
    return {row.check_in_id: row for row in rows.defer("run__raw", "run__lines")}


# -- names -----------------------------------------------------------------------------------


def candidates(person: Person, connector: Connector) -> list[Goal]:
    """The KPIs that a name may mean: of the connector's frequency, below the chosen one."""
    rows = kpis_to_connect(person, connector.frequency)
    if connector.below_id is not None:
        rows = rows.filter(pk__in=_below(connector.below_id))
    return list(rows.order_by("number")[:CANDIDATES])


def _below(goal_id: int) -> set[int]:
    found = {goal_id}
    layer = {goal_id}
    for _n in range(_DEEPEST):
        children = Alignment.objects.filter(parent_id__in=layer).values_list("child_id", flat=True)
        layer = set(children) - found
        if not layer:
            break
        found |= layer
    return found


def suggested(names: Sequence[str], kpis: Sequence[Goal]) -> Mapping[str, Goal]:
    """Which KPI each name seems to mean."""
    known = {kpi.pk: kpi for kpi in kpis}
    guesses = suggestions(names, [_candidate(kpi) for kpi in kpis])
    return {name: known[pk] for name, pk in guesses.items()}


def _candidate(kpi: Goal) -> Candidate:
    codes, called = [kpi.public_id], [kpi.title]
    if kpi.level == Level.INDIVIDUAL and kpi.owner is not None:
        codes += [kpi.owner.email, kpi.owner.public_id]
        called.append(kpi.owner.name)
    elif kpi.unit is not None:
        codes += [kpi.unit.code, kpi.unit.public_id]
        called.append(kpi.unit.name)
    return Candidate(kpi.pk, codes, called)


def unknown_names(connector: Connector, met: Sequence[str] = ()) -> list[str]:
    """What a trial (`met`) or the latest answer named and belongs to no KPI yet."""
    run = Run.objects.filter(connector=connector).exclude(lines=[]).order_by("-pk").first()
    known = {row.key for row in connector.names.all()}
    lines = run.lines if run else []
    names = [*met, *(line["name"] for line in lines if line.get("code") == "unknown_name")]
    return [name for name in dict.fromkeys(names) if name and key_of(name) not in known][:200]


# -- what needs somebody ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failing:
    """A connector that brings nothing, and its latest run that failed."""

    connector: Connector
    run: Run | None


@dataclass(frozen=True, slots=True)
class Alerts:
    """Values that wait for the reader or for others, and connectors that fail."""

    held: Sequence[Quarantined]  # the oldest few that the reader decides on
    of_others: Sequence[Quarantined]
    more: int  # beyond these
    failing: Sequence[Failing]

    def __len__(self) -> int:
        return len(self.held) + len(self.of_others) + self.more + len(self.failing)


def alerts(person: Person, most: int = 5, *, of_others: bool = False) -> Alerts:
    """For who decides on values, with `of_others` for whoever sees the KPIs; failing connectors
    for administrators, the keeper, and the data owners of their KPIs."""
    failing = Connector.objects.filter(
        organisation_id=person.organisation_id, failing_since__isnull=False
    ).select_related("keeper")
    if not may_connect(person):
        fed = ForeignName.objects.filter(kpi__data_owner_id=person.pk).values("connector")
        failing = failing.filter(Q(keeper_id=person.pk) | Q(pk__in=fed.order_by()))
    found = list(failing.defer("upload").order_by("failing_since")[:most])
    failed = Run.objects.filter(connector__in=found, outcome=Outcome.FAILED).order_by()
    latest = failed.values("connector").annotate(latest=Max("pk")).values("latest")
    runs = {
        run.connector_id: run for run in Run.objects.filter(pk__in=latest).defer("raw", "lines")
    }
    held = quarantine_to_decide(person)
    more = max(0, len(held) - most)
    others: list[Quarantined] = []
    if of_others:
        rows = quarantine_visible(person).filter(verdict=Verdict.WAITING)
        rows = rows.exclude(pk__in=[one.pk for one in held]).order_by("pk")
        others = list(rows[:most])
        more += rows.count() - most if len(others) == most else 0
    return Alerts(
        held[:most],
        others,
        more,
        [Failing(one, runs.get(one.pk)) for one in found],
    )
