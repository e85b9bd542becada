"""What the organisation calls its things: its own words for the program's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.people import actions as people
from haidang.people.access import person_of, require_organisation, signed_in
from haidang.people.models import Person
from haidang.strategy.forms.terms import TermsForm
from haidang.strategy.queries.settings import history
from haidang.strategy.queries.terms import relabelled
from haidang.strategy.words import setting_name, setting_text
from haidang.web.forms import add_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation_terms(request: HttpRequest) -> HttpResponse:
    """The words; POST saves them, or with `preview` says what they would change."""
    actor = person_of(request)
    require_organisation(actor, "strategic_settings")
    if request.method != "POST":
        form = TermsForm(initial=people.term_facts(actor.organisation))
        return _show(request, actor, form)
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _show(request, actor, form, 422)
    facts = form.cleaned_data
    try:
        if request.POST.get("preview"):
            wanted = people.checked_terms(facts)
            looked = relabelled(actor.organisation.terms, wanted)
            return _show(request, actor, form, looked=looked)
        people.edit_terms(actor, request.POST.get("stand", "")[:64], facts)
    except (Invalid, Conflict) as refusal:
        add_refusal(form, refusal)
        stale = isinstance(refusal, Stale)
        if isinstance(refusal, Stale):
            actor.organisation = refusal.current
        return _show(request, actor, form, refusal.status, stale=stale)
    messages.success(request, _("Saved."))
    return redirect("organisation_terms")


def _show(
    request: HttpRequest, actor: Person, form: TermsForm, status: int = 200, **facts: Any
) -> HttpResponse:
    shown = {
        "form": form,
        "rows": form.rows(),
        "stand": people.stand_of(people.term_facts(actor.organisation)),
        "history": history(actor, "terms"),
        "named": setting_name,
        "said": setting_text,
        "looked": None,
        "stale": False,
        **facts,
    }
    return render(request, "strategy/terms.html", shown, status=status)
