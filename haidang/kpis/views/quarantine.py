"""Values that a connector held back: the list, and deciding on one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haidang.goals.words import period_label
from haidang.kpis.access import (
    may_decide,
    quarantine_to_decide,
    quarantine_visible,
    quarantined_for,
)
from haidang.kpis.actions.quarantine import decide_quarantined, stands_now
from haidang.kpis.forms.connectors import DecisionForm
from haidang.kpis.models import Quarantined, Verdict
from haidang.lib.database import reading
from haidang.lib.errors import Conflict, Invalid
from haidang.people.access import person_of, signed_in
from haidang.web.forms import add_refusal

FORM = ["GET", "HEAD", "POST"]
SHOWN = 100


def label_of(held: Quarantined) -> str:
    first_month = held.kpi.organisation.fiscal_year_start
    return period_label(held.starts, held.kpi.frequency, first_month)


@require_safe
@signed_in
def quarantine(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided last, of the KPIs that the person sees."""
    person = person_of(request)
    with reading():
        mine = {one.pk for one in quarantine_to_decide(person)}
        rows = quarantine_visible(person).select_related("kpi__organisation")
        waiting = list(rows.filter(verdict=Verdict.WAITING).order_by("pk")[:SHOWN])
        decided = list(rows.exclude(verdict=Verdict.WAITING).order_by("-pk")[:SHOWN])
        facts = {"waiting": waiting, "decided": decided, "mine": mine, "label_of": label_of}
        return render(request, "kpis/quarantine.html", facts)


@require_http_methods(FORM)
@signed_in
def quarantined(request: HttpRequest, pk: int) -> HttpResponse:
    """A held-back value with what stood before; POST accepts or refuses it."""
    person = person_of(request)
    held = quarantined_for(person, pk, to="decide" if request.method == "POST" else "see")
    form = DecisionForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            accepted = form.cleaned_data["verdict"] == "accepted"
            try:
                got = form.cleaned_data
                decide_quarantined(person, held, accepted, got["reason"], got["seen"])
            except (Invalid, Conflict) as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                said = _("The value is recorded.") if accepted else _("Refused; what stood stays.")
                messages.success(request, said)
                return HttpResponseRedirect(reverse("kpi_quarantine"))
    facts = {
        "held": held,
        "form": form,
        "label": label_of(held),
        "stands": stands_now(held),
        "may_decide": may_decide(person, held),
    }
    return render(request, "kpis/quarantined.html", facts, status=status)
