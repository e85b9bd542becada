"""Ready KPIs, and taking one over."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.routes.goals import shown
from haidang.exchange.api.schemas.goals import GoalOut
from haidang.exchange.api.schemas.kpi_library import (
    LibraryFilters,
    LibraryKpiOut,
    LibraryOut,
    LibraryWordsOut,
)
from haidang.exchange.api.versions import answer
from haidang.kpis.access import entry_for
from haidang.kpis.actions.library import take_over
from haidang.kpis.rules.library import Entry, found

router = Router(tags=["strategy"])


@operation(
    router,
    "get",
    "kpis/library",
    summary=N_("Ready KPIs"),
    who=ANYONE,
    scope="read",
    answers=LibraryOut,
    note=N_("By department; each with formula, source and pitfall in Vietnamese and English."),
)
def list_library(request: HttpRequest, filters: Query[LibraryFilters]) -> HttpResponse:
    actor(request)
    entries = found(
        department=filters.department or "",
        perspective=filters.perspective or "",
        text=filters.q or "",
    )
    return answer(request, LibraryOut(items=[_entry_out(entry) for entry in entries]))


def _entry_out(entry: Entry) -> LibraryKpiOut:
    return LibraryKpiOut(
        key=entry.key,
        department=entry.department,
        perspective=entry.perspective,
        metric_kind=entry.kind,
        decimals=entry.decimals,
        direction=entry.direction,
        frequency=entry.frequency,
        aggregation=entry.aggregation,
        low=entry.low,
        high=entry.high,
        tolerance=entry.tolerance,
        freshness_days=entry.freshness_days,
        vi=LibraryWordsOut(**asdict(entry.vi)),
        en=LibraryWordsOut(**asdict(entry.en)),
    )


@operation(
    router,
    "post",
    "kpis/library/{entry_key}/draft",
    summary=N_("Take a ready KPI over as a draft"),
    who=N_("Who makes KPIs: all but viewers and guests"),
    scope="write",
    answers=GoalOut,
    status=201,
    note=N_(
        "One's own, in the language of the request, for the company (strategists), the unit one "
        "leads, or oneself. Its target, parent and owner are said by changing it."
    ),
)
def draft_from_library(request: HttpRequest, entry_key: str) -> HttpResponse:
    me = actor(request)
    entry = entry_for(me, entry_key, to="take_over")
    goal = take_over(me, entry, get_language() or "vi")
    return shown(request, me, goal, status=201)
