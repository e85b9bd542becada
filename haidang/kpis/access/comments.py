"""Who reads and writes about a KPI's period: who sees the KPI, viewers not writing."""

from __future__ import annotations

from django.db.models import QuerySet

from haidang.goals.access import goal_for
from haidang.goals.models import Goal, Kind
from haidang.kpis.models import PeriodComment
from haidang.lib.errors import NotFound
from haidang.people.models import Person


def kpi_for(person: Person, public_id: str, to: str = "see") -> Goal:
    """The KPI of that id; NotFound for another kind of goal, and as `goals.access.goal_for`."""
    kpi = goal_for(person, public_id, to=to)
    if kpi.kind != Kind.KPI:
        raise NotFound
    return kpi


def comments_on(kpi: Goal) -> QuerySet[PeriodComment]:
    """Of a KPI that the reader sees, the earliest first."""
    return PeriodComment.objects.filter(goal=kpi).select_related("author").order_by("id")


def own_comment(person: Person, pk: int) -> PeriodComment:
    """One's own comment, to take back, also where one no longer sees the KPI."""
    comment = PeriodComment.objects.select_related("goal").filter(author=person, pk=pk).first()
    if comment is None:
        raise NotFound
    return comment
