"""Cycles: the list, a form, and moving one through its states."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals import actions
from haidang.goals.access import cycle_for, cycles_visible, may_cycle, visible
from haidang.goals.forms.cycles import CycleForm
from haidang.goals.models import GONE, Cycle, CycleState, Kind
from haidang.goals.rules.periods import period_of
from haidang.goals.views.common import FORM, refuse, version_of
from haidang.lib.errors import Conflict, Forbidden, Invalid, Stale
from haidang.people.access import person_of, signed_in, today_of
from haidang.people.models import Person
from haidang.web.forms import over_what_stands
from haidang.web.once import once

ORDER = [CycleState.PLANNING, CycleState.ACTIVE, CycleState.CLOSING, CycleState.CLOSED]


@require_safe
@signed_in
def cycles(request: HttpRequest) -> HttpResponse:
    """All cycles, a longer one above those that lie within it."""
    person = person_of(request)
    rows = list(cycles_visible(person).select_related("parent").order_by("-starts", "ends", "id"))
    counts = dict(
        visible(person)
        .filter(kind=Kind.OBJECTIVE)
        .exclude(state__in=GONE)
        .order_by()
        .values_list("cycle_id")
        .annotate(Count("id"))
    )
    facts = {
        "tree": _tree(rows),
        "counts": counts,
        "may_edit": may_cycle(person, "edit"),
        "today": today_of(person),
        "order": ORDER,
    }
    return render(request, "goals/cycles.html", facts)


def _tree(rows: list[Cycle]) -> list[tuple[Cycle, int]]:
    """Cycles in order with how deep each lies; a child whose parent is not seen is a root."""
    below: dict[int | None, list[Cycle]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[tuple[Cycle, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, ()):
            found.append((row, depth))
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found


@require_http_methods(FORM)
@signed_in
def create(request: HttpRequest) -> HttpResponse:
    """A new cycle; the form begins with the next one that is likely wanted."""
    person = person_of(request)
    if not may_cycle(person, "create"):
        raise Forbidden
    form = CycleForm(person, request.POST or None, initial=_likely(person))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                facts = form.facts()
                # Work has begun where its first day has come.
                if facts["starts"] and facts["starts"] <= today_of(person):
                    facts["state"] = CycleState.ACTIVE
                with once(request) as sent:
                    cycle = (
                        cycle_for(person, sent.answer)
                        if sent.answer
                        else actions.create_cycle(person, facts)
                    )
                    sent.answer = cycle.public_id
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                said = _("The cycle %(name)s is created.") % {"name": cycle.name}
                messages.success(request, said)
                return HttpResponseRedirect(reverse("cycles"))
    return render(request, "goals/cycle.html", {"form": form, "cycle": None}, status=status)


def _likely(person: Person) -> dict[str, Any]:
    """The year first, then the quarter that runs, then the next quarter."""
    today = today_of(person)
    first_month = person.organisation.fiscal_year_start
    year = period_of(today, "year", first_month)
    known = cycles_visible(person)
    whole = known.filter(starts=year[0], ends=year[1]).first()
    if whole is None:
        return {"name": str(year[0].year), "kind": "year", "starts": year[0], "ends": year[1]}
    starts, ends = period_of(today, "quarter", first_month)
    if known.filter(starts=starts, ends=ends).exists():
        starts, ends = period_of(ends + timedelta(days=1), "quarter", first_month)
    number = ((starts.month - first_month) % 12) // 3 + 1
    fits = whole.starts <= starts and ends <= whole.ends
    return {
        "name": _("Quarter %(n)s/%(year)s") % {"n": number, "year": _year(starts, first_month)},
        "kind": "quarter",
        "starts": starts,
        "ends": ends,
        "parent": whole.public_id if fits else "",
    }


def _year(day: date, first_month: int) -> int:
    return day.year if day.month >= first_month else day.year - 1


@require_http_methods(FORM)
@signed_in
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a cycle; a stale form keeps what was typed."""
    person = person_of(request)
    cycle = cycle_for(person, public_id, to="edit")
    initial = {
        "name": cycle.name,
        "kind": cycle.kind,
        "starts": cycle.starts,
        "ends": cycle.ends,
        "parent": cycle.parent.public_id if cycle.parent else "",
        "version": cycle.version,
    }
    form = CycleForm(person, request.POST or None, cycle=cycle, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.edit_cycle(person, cycle, form.cleaned_data["version"], form.facts())
            except Stale as stale:
                status = refuse(form, stale)
                over_what_stands(form, stale)
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return HttpResponseRedirect(reverse("cycles"))
    return render(request, "goals/cycle.html", {"form": form, "cycle": cycle}, status=status)


@require_POST
@signed_in
def state(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move a cycle one step on, or back."""
    person = person_of(request)
    cycle = cycle_for(person, public_id, to="set_state")
    to, version = request.POST.get("state", ""), version_of(request)
    try:
        moved = actions.set_cycle_state(person, cycle, to, version)
    except (Invalid, Conflict) as refusal:
        messages.error(request, str(refusal.message))
    else:
        said = _("%(name)s: %(state)s") % {"name": moved.name, "state": moved.get_state_display()}
        messages.success(request, said)
    return HttpResponseRedirect(reverse("cycles"))
