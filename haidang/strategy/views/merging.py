"""Merging a unit into another, with a look before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.people.access import person_of, signed_in, unit_for
from haidang.people.models import Person, Unit
from haidang.strategy import actions
from haidang.strategy.forms.merging import IntoForm, MergeForm
from haidang.strategy.queries.merging import merge_preview
from haidang.web.forms import add_refusal, over_what_stands


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def merge_unit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose the unit (`?into=U-4`), see what moves, then merge."""
    actor = person_of(request)
    unit = unit_for(actor, public_id, to="merge")
    if unit.archived_at is not None:
        raise Conflict(_("This unit is closed."), code="archived")
    if request.method == "POST":
        return _merge(request, actor, unit)
    if not request.GET.get("into"):
        return _show(request, unit, IntoForm(actor=actor, unit=unit))
    asked = IntoForm(request.GET, actor=actor, unit=unit)
    if not asked.is_valid():
        return _show(request, unit, asked, 422)
    into = asked.cleaned_data["into"]
    preview = merge_preview(actor, unit, into)
    first = {"into": into, "leaders": preview.leaders, "version": unit.version}
    form = MergeForm(actor=actor, unit=unit, initial=first)
    return _show(request, unit, form, into=into, preview=preview)


def _merge(request: HttpRequest, actor: Person, unit: Unit) -> HttpResponse:
    form = MergeForm(request.POST, actor=actor, unit=unit)
    status = 422
    if form.is_valid():
        got = form.cleaned_data
        try:
            into = actions.merge_units(
                actor, unit, got["into"], got["version"], leaders=got["leaders"]
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
            status = refusal.status
            if isinstance(refusal, Stale):
                over_what_stands(form, refusal)
        else:
            said = _("%(unit)s is merged into %(into)s.")
            messages.success(request, said % {"unit": unit.name, "into": into.name})
            return redirect("unit", into.public_id)
    asked: Unit | None = form.cleaned_data.get("into")
    preview = merge_preview(actor, unit, asked) if asked else None
    return _show(request, unit, form, status, into=asked, preview=preview)


def _show(
    request: HttpRequest, unit: Unit, form: IntoForm, status: int = 200, **facts: Any
) -> HttpResponse:
    shown = {"subject": unit, "form": form, "into": None, "preview": None, **facts}
    return render(request, "strategy/unit_merge.html", shown, status=status)
