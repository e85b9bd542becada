"""What every structural change does: lock, look again, settle the graph, remember, log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from haidang.activity.actions import log
from haidang.goals import store
from haidang.goals.actions.history import facts_of
from haidang.goals.models import Goal
from haidang.goals.rules.graph import Graph
from haidang.lib.database import writing
from haidang.lib.errors import NotFound, Stale
from haidang.people.models import Organisation, Person


@contextmanager
def restructuring(actor: Person) -> Iterator[datetime]:
    """One durable transaction, alone in the organisation; gives the time of the change."""
    with writing():
        store.lock_organisation(actor.organisation_id)
        yield timezone.now()


def local_day(organisation: Organisation, at: datetime) -> date:
    return at.astimezone(ZoneInfo(organisation.time_zone)).date()


def again(goal: Goal, version: int | None = None) -> Goal:
    """The goal as it stands under the lock; Stale if its definition moved on since `version`."""
    fresh = (
        Goal.objects.select_related("standing", "owner", "unit", "cycle", "organisation")
        .filter(pk=goal.pk, organisation_id=goal.organisation_id)
        .first()
    )
    if fresh is None:
        raise NotFound
    if version is not None and fresh.version != version:
        raise Stale(current={"version": fresh.version, **facts_of(fresh)})
    return fresh


def slice_above(actor: Person, ids: Iterable[int]) -> Graph:
    return store.above(sorted(set(ids)), actor.organisation.fiscal_year_start)


def settle(actor: Person, graph: Graph, at: datetime) -> list[int]:
    """Bring the slice up to date and store what moved; ids, children first."""
    moved = graph.settle()
    store.save(graph, moved, actor.organisation_id, local_day(actor.organisation, at))
    return moved


def record_event(
    actor: Person,
    verb: str,
    goal: Goal,
    at: datetime,
    *,
    touched: Iterable[int] = (),
    data: dict[str, Any] | None = None,
    source: str | None = None,
) -> None:
    log(
        organisation_id=goal.organisation_id,
        at=at,
        actor_id=actor.pk,
        verb=verb,
        source=source,
        subject_kind="goal",
        subject_id=goal.pk,
        subject=goal.public_id,
        touched=dict.fromkeys([goal.pk, *touched]),
        data=data,
    )
