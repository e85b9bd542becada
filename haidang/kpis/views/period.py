"""A KPI's period: what it came to, where that is from, and what people say about it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haidang.goals.access import verbs_of
from haidang.goals.rules.periods import FIRST, LAST
from haidang.kpis import actions
from haidang.kpis.access import kpi_for
from haidang.kpis.forms.comments import CommentForm
from haidang.kpis.queries.period import period_page
from haidang.lib.database import reading
from haidang.lib.errors import Invalid, NotFound
from haidang.people.access import person_of, signed_in
from haidang.web.forms import add_refusal
from haidang.web.once import once

FORM = ["GET", "HEAD", "POST"]


def day_of(text: str) -> date:
    """The day in an address; NotFound for what is none, or out of bounds."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise NotFound from None
    if not FIRST <= day <= LAST:
        raise NotFound
    return day


@require_http_methods(FORM)
@signed_in
def kpi_period(request: HttpRequest, public_id: str, day: str) -> HttpResponse:
    """The period that holds a day; POST writes a comment on it."""
    person = person_of(request)
    at = day_of(day)
    kpi = kpi_for(person, public_id, to="comment" if request.method == "POST" else "see")
    form = CommentForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with once(request) as sent:
                    if not sent.answer:
                        made = actions.comment_period(person, kpi, at, form.cleaned_data["text"])
                        sent.answer = str(made.pk)
            except Invalid as refusal:
                add_refusal(form, refusal)
            else:
                here = reverse("kpi_period", args=[kpi.public_id, at.isoformat()])
                return HttpResponseRedirect(here + "#comments")
    with reading():
        facts = {
            "goal": kpi,
            "verbs": verbs_of(person, kpi),
            "page": period_page(kpi, at, person.organisation.fiscal_year_start),
            "form": form,
            "me": person,
        }
        return render(request, "kpis/period.html", facts, status=status)


@require_POST
@signed_in
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own comment back."""
    comment = actions.take_back_comment(person_of(request), pk)
    messages.success(request, _("Taken back."))
    here = reverse("kpi_period", args=[comment.goal.public_id, comment.starts.isoformat()])
    return HttpResponseRedirect(here + "#comments")
