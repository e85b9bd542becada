"""Who makes connectors, who sees what they brought, who decides on what was held back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from haidang.goals.access import Relation, relations_of, visible
from haidang.goals.models import Goal, Kind, State
from haidang.kpis.models import Connector, Delivered, ForeignName, Quarantined, Run, Verdict
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import standing_of
from haidang.people.models import Person

#: What lets somebody decide on a value that was held back.
DECIDERS = frozenset({Relation.OWNER, Relation.DATA_OWNER, Relation.STRATEGIST})


def may_connect(person: Person) -> bool:
    """Administrators make, change, try and run connectors."""
    me = standing_of(person)
    return me.is_active and me.is_admin


def require_connecting(person: Person) -> None:
    if not may_connect(person):
        raise Forbidden


def connectors_visible(person: Person) -> QuerySet[Connector]:
    """An administrator's all; of who is no administrator none but what they keep."""
    me = standing_of(person)
    rows = Connector.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active or me.is_guest:
        return rows.none()
    rows = rows if me.is_admin else rows.filter(keeper_id=person.pk)
    return rows.select_related("organisation", "keeper__organisation", "below")


def connector_for(person: Person, pk: int, to: str = "change") -> Connector:
    """The connector of that number, to "change" (and see, try and run) it, or to "push"
    values to it, which its keeper may as well. To everybody else there is none."""
    found = connectors_visible(person).filter(pk=pk).first()
    if found is None or (to != "push" and not may_connect(person)):
        raise NotFound
    return found


def names_visible(person: Person, connector: Connector) -> QuerySet[ForeignName]:
    """The names of the KPIs that the person sees: administrators see no private goal either."""
    return _names(person).filter(connector=connector)


def names_of_each(person: Person, connectors: Iterable[Connector]) -> dict[int, list[ForeignName]]:
    """The same of many connectors, by their numbers: one query."""
    found: dict[int, list[ForeignName]] = {one.pk: [] for one in connectors}
    for row in _names(person).filter(connector_id__in=found):
        found[row.connector_id].append(row)
    return found


def _names(person: Person) -> QuerySet[ForeignName]:
    seen = visible(person).filter(kind=Kind.KPI).values("pk").order_by()
    rows = ForeignName.objects.filter(kpi_id__in=seen)
    return rows.select_related("kpi").order_by("name", "pk")


def kpis_to_connect(person: Person, frequency: str) -> QuerySet[Goal]:
    """The KPIs that take own reports of a frequency, as far as the person sees them."""
    rows = visible(person).filter(
        kind=Kind.KPI, frequency=frequency, calculation="", state=State.ACTIVE
    )
    return rows.exclude(rule="children").select_related("unit", "owner__unit", "organisation")


def runs_visible(person: Person) -> QuerySet[Run]:
    """The runs of the connectors that one may change, keeps, or is fed by as a data owner, and
    those that brought or held back a value of a KPI that one sees."""
    rows = Run.objects.filter(organisation_id=person.organisation_id)
    rows = rows.select_related("connector__organisation", "by", "organisation")
    if may_connect(person):
        return rows
    seen = visible(person).filter(kind=Kind.KPI).values("pk").order_by()
    brought = Delivered.objects.filter(run_id=OuterRef("pk"), kpi_id__in=seen).order_by()
    held = Quarantined.objects.filter(run_id=OuterRef("pk"), kpi_id__in=seen).order_by()
    fed = ForeignName.objects.filter(kpi__data_owner_id=person.pk).values("connector")
    theirs = Q(connector__keeper_id=person.pk) | Q(connector_id__in=fed.order_by())
    return rows.filter(Q(Exists(brought)) | Q(Exists(held)) | theirs)


def run_for(person: Person, pk: int) -> Run:
    """The run of that number, or NotFound."""
    if not standing_of(person).is_active:
        raise NotFound
    found = runs_visible(person).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def delivered_visible(person: Person, run: Run) -> QuerySet[Delivered]:
    """What a run recorded, of the KPIs that the person sees."""
    seen = visible(person).filter(kind=Kind.KPI).values("pk").order_by()
    rows = Delivered.objects.filter(run=run, kpi_id__in=seen)
    return rows.select_related("kpi", "check_in")


def quarantine_visible(person: Person) -> QuerySet[Quarantined]:
    """Held-back values of the KPIs that the person sees."""
    seen = visible(person).filter(kind=Kind.KPI).values("pk").order_by()
    rows = Quarantined.objects.filter(organisation_id=person.organisation_id, kpi_id__in=seen)
    return rows.select_related(
        "kpi__owner", "kpi__unit", "kpi__data_owner", "run__connector", "decided_by"
    )


def quarantine_to_decide(person: Person) -> list[Quarantined]:
    """The values that wait for this person (among others) to decide, the oldest first."""
    waiting = Quarantined.objects.filter(
        organisation_id=person.organisation_id, verdict=Verdict.WAITING
    )
    # Few wait: their KPIs are looked at, not all that the person sees.
    ids = set(waiting.values_list("kpi_id", flat=True)[:1000])
    if not ids:
        return []
    theirs = _decided_by(person, visible(person).filter(pk__in=ids))
    rows = waiting.filter(kpi_id__in=theirs).select_related(
        "kpi__owner", "kpi__unit", "kpi__data_owner", "run__connector"
    )
    return list(rows.order_by("pk"))


def _decided_by(person: Person, kpis: Iterable[Goal]) -> set[int]:
    held = relations_of(person, list(kpis))
    if standing_of(person).is_viewer:
        return set()
    return {pk for pk, relations in held.items() if relations & DECIDERS}


def may_decide(person: Person, held: Quarantined) -> bool:
    """The data owner, the owner and strategists, as far as they see the KPI."""
    kpis = visible(person).filter(pk=held.kpi_id)
    return bool(_decided_by(person, kpis))


def quarantined_for(person: Person, pk: int, to: str = "see") -> Quarantined:
    """The held-back value of that number, if the person may "see" or "decide" on it."""
    found = quarantine_visible(person).filter(pk=pk).first()
    if found is None:
        raise NotFound
    if to == "decide" and not may_decide(person, found):
        raise Forbidden
    return found
