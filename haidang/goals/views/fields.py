"""Fields of the organisation's own: the list, a form, retiring and deleting one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haidang.goals import actions
from haidang.goals.access import field_for, fields_visible
from haidang.goals.actions.fields import MOST_FIELDS
from haidang.goals.forms.fields import TYPES, FieldForm
from haidang.goals.models import CustomField, FieldType
from haidang.goals.queries.fields import answer_counts
from haidang.goals.views.common import FORM, refuse, version_of
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.people.access import person_of, require_organisation, signed_in
from haidang.people.models import Person
from haidang.web.forms import over_what_stands
from haidang.web.once import once


def _keeper(request: HttpRequest) -> Person:
    person = person_of(request)
    require_organisation(person, "strategic_settings")
    return person


def _list(said: str, request: HttpRequest) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("organisation_fields"))


@require_safe
@signed_in
def fields(request: HttpRequest) -> HttpResponse:
    """What goals are asked, and what they are asked no longer."""
    person = _keeper(request)
    found = list(fields_visible(person))
    facts = {
        "asked": [field for field in found if field.retired_at is None],
        "retired": [field for field in found if field.retired_at is not None],
        "counts": answer_counts(person, found),
        "most": MOST_FIELDS,
        "TYPES": TYPES,
    }
    return render(request, "goals/fields.html", facts)


@require_http_methods(FORM)
@signed_in
def create(request: HttpRequest) -> HttpResponse:
    """A new field: first its type, then the rest."""
    person = _keeper(request)
    kind = request.POST.get("type") or request.GET.get("type", "")
    if kind not in FieldType.values:
        facts = {"types": [(FieldType(name), *words) for name, words in TYPES.items()]}
        status = 422 if request.method == "POST" else 200
        return render(request, "goals/field_type.html", facts, status=status)
    asked = fields_visible(person).filter(retired_at=None).count()
    if request.method != "POST":
        return _show(request, FieldForm(kind, place=asked + 1))
    form = FieldForm(kind, request.POST)
    if request.POST.get("refresh"):
        return _more_rows(request, form)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        with once(request) as sent:
            made = sent.answer or actions.create_field(person, {"type": kind, **form.facts()}).key
            sent.answer = made
    except (Invalid, Conflict) as refusal:
        return _show(request, form, status=refuse(form, refusal))
    return _list(_("The field is added."), request)


@require_http_methods(FORM)
@signed_in
def edit(request: HttpRequest, field_key: str) -> HttpResponse:
    """Change a field; a stale form keeps what was typed."""
    person = person_of(request)
    field = field_for(person, field_key)
    if request.method != "POST":
        return _show(
            request, FieldForm(field.type, field=field, place=_place(person, field)), field
        )
    form = FieldForm(field.type, request.POST, field=field)
    if request.POST.get("refresh"):
        return _more_rows(request, form, field)
    if not form.is_valid():
        return _show(request, form, field, 422)
    try:
        actions.edit_field(person, field, form.cleaned_data["version"], form.facts())
    except Stale as stale:
        status = refuse(form, stale)
        over_what_stands(form, stale)
        return _show(request, form, field, status)
    except (Invalid, Conflict) as refusal:
        return _show(request, form, field, refuse(form, refusal))
    return _list(_("Saved."), request)


def _place(person: Person, field: CustomField) -> int:
    """Where it stands among those that are asked, from 1; of a retired one the end."""
    asked = list(fields_visible(person).filter(retired_at=None).values_list("pk", flat=True))
    return asked.index(field.pk) + 1 if field.pk in asked else len(asked) + 1


def _more_rows(
    request: HttpRequest, form: FieldForm, field: CustomField | None = None
) -> HttpResponse:
    """The form as it was typed, with room for more options; nothing is judged or saved."""
    blank = FieldForm(form.type, field=field)
    blank.initial.update({name: form[name].value() for name in form.fields})
    blank.typed = form.typed
    return _show(request, blank, field)


def _show(
    request: HttpRequest, form: FieldForm, field: CustomField | None = None, status: int = 200
) -> HttpResponse:
    facts = {
        "form": form,
        "field": field,
        "type": FieldType(form.type),
        "sign": TYPES[form.type][1],
        "main": person_of(request).organisation.language,
    }
    return render(request, "goals/field.html", facts, status=status)


def _changed(
    request: HttpRequest, key: str, act: Callable[[Person, CustomField, int], Any], said: str
) -> HttpResponse:
    person = person_of(request)
    field = field_for(person, key)
    try:
        act(person, field, version_of(request))
    except Conflict as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("organisation_fields"))
    return _list(said % {"name": field.name}, request)


@require_POST
@signed_in
def retirement(request: HttpRequest, field_key: str) -> HttpResponse:
    """Ask it no longer."""
    return _changed(request, field_key, actions.retire_field, _("“%(name)s” is no longer asked."))


@require_POST
@signed_in
def restoration(request: HttpRequest, field_key: str) -> HttpResponse:
    """Ask it again."""
    return _changed(request, field_key, actions.restore_field, _("“%(name)s” is asked again."))


@require_POST
@signed_in
def deletion(request: HttpRequest, field_key: str) -> HttpResponse:
    """Take it away, while no goal has answered."""
    return _changed(request, field_key, actions.delete_field, _("“%(name)s” is deleted."))
