"""The library of ready KPIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haidang.goals import words
from haidang.goals.access import goal_for
from haidang.goals.models.kinds import Aggregation, MetricKind, Perspective
from haidang.kpis.access import entry_for, may_take_over
from haidang.kpis.actions.library import take_over
from haidang.kpis.rules.library import LONGEST, PERSPECTIVES, by_department, found, library
from haidang.kpis.words import DEPARTMENTS
from haidang.lib.text import clean_line
from haidang.people.access import person_of, signed_in
from haidang.web.errors import is_htmx
from haidang.web.once import once


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; values that mean nothing are left out."""

    department: str = ""
    perspective: str = ""
    text: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Wanted:
        department, perspective = asked.get("department", ""), asked.get("perspective", "")
        return cls(
            department=department if department in DEPARTMENTS else "",
            perspective=perspective if perspective in PERSPECTIVES else "",
            text=clean_line(asked.get("q", ""))[:LONGEST],
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.department or self.perspective or self.text)


@require_safe
@signed_in
def kpi_library(request: HttpRequest) -> HttpResponse:
    """Ready KPIs by the filters of the address; by script the list alone."""
    wanted = Wanted.of(request.GET)
    some = found(department=wanted.department, perspective=wanted.perspective, text=wanted.text)
    facts: dict[str, Any] = {
        "wanted": wanted,
        "groups": by_department(some),
        "count": len(some),
        "all": len(library()),
        "may_take_over": may_take_over(person_of(request)),
        "said_in": get_language() or "vi",
        "DEPARTMENTS": DEPARTMENTS,
        "PERSPECTIVES": {name: Perspective(name).label for name in PERSPECTIVES},
        "KINDS": dict(MetricKind.choices),
        "AGGREGATIONS": dict(Aggregation.choices),
        "words": words,
    }
    name = "kpis/_library_found.html" if is_htmx(request) else "kpis/library.html"
    return render(request, name, facts)


@require_POST
@signed_in
def take(request: HttpRequest, entry_key: str) -> HttpResponse:
    """A draft of an entry, and its page."""
    person = person_of(request)
    entry = entry_for(person, entry_key, to="take_over")
    with once(request) as sent:
        if sent.answer:
            goal = goal_for(person, sent.answer)
        else:
            goal = take_over(person, entry, get_language() or "vi")
            said = _(
                "%(goal)s is a draft now. Still to fill in: its target, the goal it contributes "
                "to, and who owns it."
            )
            messages.success(request, said % {"goal": goal.public_id})
        sent.answer = goal.public_id
    return HttpResponseRedirect(reverse("goal", args=[goal.public_id]))
