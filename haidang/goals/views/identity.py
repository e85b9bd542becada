"""Writing vision, mission and core values; `strategy` shows them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haidang.goals import actions
from haidang.goals.access import identity_of, may_identity, value_for, values_visible
from haidang.goals.actions.identity import VALUE_FACTS, WORDS
from haidang.goals.forms.identity import IdentityForm, ValueForm
from haidang.goals.models import CoreValue
from haidang.goals.views.common import FORM, refuse, version_of
from haidang.lib.errors import Conflict, Forbidden, Invalid, Stale
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person
from haidang.web.forms import over_what_stands
from haidang.web.once import once


def _writer(request: HttpRequest) -> Person:
    person = person_of(request)
    if not may_identity(person, "edit"):
        raise Forbidden
    return person


def _back(said: str, request: HttpRequest, value: CoreValue | None = None) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("identity") + (f"#{value.public_id}" if value else ""))


@require_http_methods(FORM)
@signed_in
def edit(request: HttpRequest) -> HttpResponse:
    """Vision and mission; a stale form keeps what was typed."""
    person = _writer(request)
    now = identity_of(person)
    initial = {name: getattr(now, name) for name in (*WORDS, "version")}
    form = IdentityForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.edit_identity(person, form.cleaned_data["version"], form.facts())
            except Stale as stale:
                status = refuse(form, stale)
                over_what_stands(form, stale)
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                return _back(_("Saved."), request)
    facts = {"form": form, "main": person.organisation.language}
    return render(request, "goals/identity.html", facts, status=status)


@require_http_methods(FORM)
@signed_in
def create_value(request: HttpRequest) -> HttpResponse:
    """A new core value."""
    person = _writer(request)
    form = ValueForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with once(request) as sent:
                    value = (
                        value_for(person, sent.answer)
                        if sent.answer
                        else actions.add_value(person, form.facts())
                    )
                    sent.answer = value.public_id
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                return _back(_("The value is added."), request, value)
    return _value_page(request, person, form, None, status)


@require_http_methods(FORM)
@signed_in
def edit_value(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a core value; a stale form keeps what was typed."""
    person = person_of(request)
    value = value_for(person, public_id, to="edit")
    initial = {name: getattr(value, name) for name in (*VALUE_FACTS, "version")}
    form = ValueForm(request.POST or None, value=value, initial=initial | {"place": value.rank})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.edit_value(person, value, form.cleaned_data["version"], form.facts())
            except Stale as stale:
                status = refuse(form, stale)
                over_what_stands(form, stale)
            except (Invalid, Conflict) as refusal:
                status = refuse(form, refusal)
            else:
                return _back(_("Saved."), request, value)
    return _value_page(request, person, form, value, status)


def _value_page(
    request: HttpRequest, person: Person, form: ValueForm, value: CoreValue | None, status: int
) -> HttpResponse:
    facts = {
        "form": form,
        "value": value,
        "main": person.organisation.language,
        "is_first": not values_visible(person).exists(),
    }
    return render(request, "goals/value.html", facts, status=status)


@require_POST
@signed_in
def removal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a core value away."""
    person = person_of(request)
    value = value_for(person, public_id, to="edit")
    try:
        actions.remove_value(person, value, version_of(request))
    except (Invalid, Conflict) as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("identity"))
    return _back(_("“%(name)s” is removed.") % {"name": str(value)}, request)
