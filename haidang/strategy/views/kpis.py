"""The tree of KPIs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in
from haidang.strategy.queries.kpis import kpi_tree
from haidang.web.errors import is_htmx


@require_safe
@signed_in
def kpis(request: HttpRequest) -> HttpResponse:
    """The KPIs with the branches that the address opens; by script the rows alone."""
    person = person_of(request)
    with reading():
        facts = {"tree": kpi_tree(person, request.GET.get("open", ""))}
        name = "strategy/_kpis_found.html" if is_htmx(request) else "strategy/kpis.html"
        return render(request, name, facts)
