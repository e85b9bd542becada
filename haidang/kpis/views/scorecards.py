"""Scorecards: one's own, those of one's people and units, a card, where a number comes from."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals import words as goal_words
from haidang.goals.access import goal_for
from haidang.goals.models.kinds import Aggregation, Perspective
from haidang.kpis import actions, words
from haidang.kpis.access import (
    Holder,
    carded_people,
    carded_units,
    may_set_card,
    person_card_for,
    ranks_units,
    unit_card_for,
)
from haidang.kpis.actions.scorecards import last_closed, newest
from haidang.kpis.forms.scorecards import CardForm, LeaveForm
from haidang.kpis.models import LongLeave
from haidang.kpis.queries import scorecards as queries
from haidang.kpis.queries.lineage import lineage
from haidang.kpis.queries.listing import PAGE, listed_people, listed_units, without_card
from haidang.kpis.views.asked import Wanted, choices
from haidang.lib.database import reading
from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person, Unit
from haidang.web.forms import add_refusal

FORM = ["GET", "HEAD", "POST"]


@require_safe
@signed_in
def kpi_scorecards(request: HttpRequest) -> HttpResponse:
    """One's own card, the people's or the units', of a span of time."""
    person = person_of(request)
    with reading():
        wanted = Wanted.of(person, request.GET)
        facts = _words() | choices(person, wanted) | {"wanted": wanted, "without": []}
        people = carded_people(person).filter(is_active=True).exclude(pk=person.pk)
        with_card = people.filter(scorecards__until=None, scorecards__isnull=False).distinct()
        facts |= {"people_count": with_card.count(), "ranks": ranks_units(person)}
        facts["leads_some"] = people.exists()
        facts["unit_count"] = carded_units(person).filter(archived_at=None).count()
        if wanted.tab == "people":
            found = listed_people(with_card, wanted.page)
            facts["without"] = without_card(people) if wanted.page == 1 else []
            facts["pages"] = max(1, -(-facts["people_count"] // PAGE))
            facts["cards"] = queries.cards(person, found, wanted.span)
        elif wanted.tab == "units":
            facts |= listed_units(person, wanted.span, ranked=facts["ranks"])
        else:
            facts["card"] = queries.card(person, person, wanted.span)
            facts["may_set"] = False
        return render(request, "kpis/scorecards.html", facts)


@require_safe
@signed_in
def person_card(request: HttpRequest, person_id: str) -> HttpResponse:
    """A person's card."""
    return _show(request, person_card_for(person_of(request), person_id))


@require_safe
@signed_in
def unit_card(request: HttpRequest, unit_id: str) -> HttpResponse:
    """A unit's card."""
    return _show(request, unit_card_for(person_of(request), unit_id))


def _show(request: HttpRequest, holder: Holder) -> HttpResponse:
    person = person_of(request)
    with reading():
        wanted = Wanted.of(person, request.GET)
        facts = _words() | choices(person, wanted)
        facts |= {
            "wanted": wanted,
            "card": queries.card(person, holder, wanted.span),
            "may_set": may_set_card(person, holder),
        }
        return render(request, "kpis/scorecard.html", facts)


@require_safe
@signed_in
def person_card_line(request: HttpRequest, person_id: str, public_id: str) -> HttpResponse:
    """Where a number on a person's card comes from."""
    return _derive(request, person_card_for(person_of(request), person_id), public_id)


@require_safe
@signed_in
def unit_card_line(request: HttpRequest, unit_id: str, public_id: str) -> HttpResponse:
    """Where a number on a unit's card comes from."""
    return _derive(request, unit_card_for(person_of(request), unit_id), public_id)


def _derive(request: HttpRequest, holder: Holder, public_id: str) -> HttpResponse:
    person = person_of(request)
    with reading():
        goal = goal_for(person, public_id)
        wanted = Wanted.of(person, request.GET)
        card = queries.card(person, holder, wanted.span)
        line = next((one for one in card.lines if one.goal.pk == goal.pk), None)
        if line is None:
            raise NotFound
        facts = _words() | {
            "wanted": wanted,
            "card": card,
            "line": line,
            "steps": lineage(line),
            "first_month": person.organisation.fiscal_year_start,
        }
        return render(request, "kpis/scorecard_line.html", facts)


@require_http_methods(FORM)
@signed_in
def person_card_lines(request: HttpRequest, person_id: str) -> HttpResponse:
    """Say what counts on a person's card, since when; POST saves it."""
    return _edit(request, person_card_for(person_of(request), person_id, to="set"))


@require_http_methods(FORM)
@signed_in
def unit_card_lines(request: HttpRequest, unit_id: str) -> HttpResponse:
    """Say what counts on a unit's card, since when; POST saves it."""
    return _edit(request, unit_card_for(person_of(request), unit_id, to="set"))


def _edit(request: HttpRequest, holder: Holder) -> HttpResponse:
    person = person_of(request)
    sent = request.POST if request.method == "POST" else None
    form = CardForm(sent, actor=person, holder=holder)
    status = 200
    if sent is not None and "add" in sent:
        form.add_picked()
    elif sent is not None:
        status = 422
        if form.is_valid():
            try:
                actions.set_card(
                    person,
                    holder,
                    form.cleaned_data["starts"],
                    form.lines,
                    ends=form.cleaned_data["ends"],
                    seen=form.seen,
                )
            except (Invalid, Conflict) as refusal:
                form.refuse(refusal)
                status = refusal.status
                if isinstance(refusal, Stale):
                    form.seen = newest(holder)
            else:
                messages.success(request, _("The scorecard is saved."))
                return HttpResponseRedirect(address_of(holder))
    facts = _words() | {
        "form": form,
        "holder": holder,
        "is_unit": isinstance(holder, Unit),
        "closed_until": last_closed(holder),
        "leaves": _leaves(holder),
        "leave_form": LeaveForm(),
        "back": address_of(holder),
    }
    return render(request, "kpis/scorecard_lines.html", facts, status=status)


def _leaves(holder: Holder) -> list[LongLeave]:
    if isinstance(holder, Unit):
        return []
    return list(LongLeave.objects.filter(person=holder, until=None).order_by("-starts")[:20])


@require_http_methods(FORM)
@signed_in
def person_leave(request: HttpRequest, person_id: str) -> HttpResponse:
    """Record that a person is away for long."""
    actor = person_of(request)
    holder = person_card_for(actor, person_id, to="set")
    form = LeaveForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.set_leave(
                    actor, holder, form.cleaned_data["starts"], form.cleaned_data["ends"]
                )
            except Invalid as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The long leave is recorded."))
                return HttpResponseRedirect(address_of(holder, "lines"))
    facts = {"form": form, "holder": holder, "back": address_of(holder, "lines")}
    return render(request, "kpis/scorecard_leave.html", facts, status=status)


@require_POST
@signed_in
def person_leave_back(request: HttpRequest, person_id: str, leave_id: int) -> HttpResponse:
    """Take a long leave back."""
    actor = person_of(request)
    holder = person_card_for(actor, person_id, to="set")
    actions.take_leave_back(actor, holder, leave_id)
    messages.success(request, _("The long leave is taken back."))
    return HttpResponseRedirect(address_of(holder, "lines"))


def address_of(holder: Holder, what: str = "") -> str:
    """The address of a holder's card, or of its lines."""
    kind = "unit" if isinstance(holder, Unit) else "person"
    name = f"kpi_card_{what}_of_{kind}" if what else f"kpi_card_of_{kind}"
    return reverse(name, args=[holder.public_id])


def _words() -> dict[str, Any]:
    return {
        "BANDS": words.BANDS,
        "PERSPECTIVES": dict(Perspective.choices),
        "AGGREGATIONS": dict(Aggregation.choices),
        "percent_down": words.percent_down,
        "weight_text": words.weight_text,
        "words": goal_words,
        "address_of": address_of,
        "is_person": lambda one: isinstance(one, Person),
    }
