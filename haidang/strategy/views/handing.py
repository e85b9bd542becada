"""Somebody leaves or goes to another unit: the page on which everything is handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.people.access import person_for, person_of, signed_in, today_of
from haidang.people.models import Person
from haidang.strategy import actions
from haidang.strategy.forms.handing import (
    DepartureForm,
    HandoverForm,
    TransferForm,
    usual_heirs,
)
from haidang.strategy.queries.holdings import can_hold, holdings
from haidang.web.forms import add_refusal

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@signed_in
def departure(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody leaves: their last day, and who takes over each thing. Of somebody who has
    left, what was left with them."""
    actor = person_of(request)
    person = person_for(actor, public_id, to="deactivate")

    def act(form: HandoverForm) -> str:
        last_day = form.cleaned_data["last_day"]
        actions.depart(
            actor, person, form.cleaned_data["version"], form.choices(), last_day=last_day
        )
        if not person.is_active:
            return _("What was left with %(name)s is handed over.")
        return _("%(name)s has left; what they held is handed over.")

    first = {"last_day": person.left_on or today_of(actor)}
    return _page(request, actor, person, DepartureForm, "departure", first, act)


@require_http_methods(FORM)
@signed_in
def transfer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody goes to another unit or manager: what goes along, and what does not."""
    actor = person_of(request)
    person = person_for(actor, public_id, to="transfer")
    if not person.is_active:
        raise Conflict(_("%(name)s is no longer active.") % {"name": person.name}, code="inactive")

    def act(form: HandoverForm) -> str:
        got = form.cleaned_data
        actions.transfer(
            actor, person, got["version"], form.choices(),
            unit=got["unit"], manager=got["manager"],
        )  # fmt: skip
        return _("%(name)s is transferred.")

    first = {"unit": person.unit, "manager": person.manager}
    return _page(request, actor, person, TransferForm, "transfer", first, act)


def _page(
    request: HttpRequest,
    actor: Person,
    person: Person,
    kind: type[HandoverForm],
    what: str,
    first: dict[str, Any],
    act: Callable[[HandoverForm], str],
) -> HttpResponse:
    held = holdings(actor, person)
    options: dict[str, Any] = {"actor": actor, "held": held}
    if request.method != "POST":
        heirs = usual_heirs(person)
        first |= {"to": heirs, "version": person.version}
        return _show(request, person, kind(heirs=heirs, initial=first, **options), what)
    heirs = _heirs(request, actor, person)
    if request.POST.get("refresh"):  # others are offered; what was chosen stays
        typed = {name: request.POST[name] for name in request.POST}
        blank = kind(heirs=heirs, initial=typed | {"to": heirs}, **options)
        return _show(request, person, blank, what)
    form = kind(request.POST, heirs=heirs, **options)
    if not form.is_valid():
        return _show(request, person, form, what, 422)
    try:
        said = act(form)
    except (Invalid, Conflict) as refusal:
        return _refused(request, person, form, what, refusal, kind, options, heirs)
    messages.success(request, said % {"name": person.name})
    return redirect("person", person.public_id)


def _refused(
    request: HttpRequest,
    person: Person,
    form: HandoverForm,
    what: str,
    refusal: Invalid | Conflict,
    kind: type[HandoverForm],
    options: dict[str, Any],
    heirs: list[Person],
) -> HttpResponse:
    """The page again with everything chosen; what came since stands in it, too."""
    data = request.POST.copy()
    if isinstance(refusal, Stale):
        data["version"] = str(refusal.current.version)
    fresh = kind(data, heirs=heirs, **options | {"held": holdings(options["actor"], person)})
    for name, field in fresh.fields.items():
        if name not in data and field.initial is not None:
            data[name] = field.initial
    fresh.is_valid()
    add_refusal(fresh, refusal)
    return _show(request, person, fresh, what, refusal.status)


def _heirs(request: HttpRequest, actor: Person, person: Person) -> list[Person]:
    """Those who were named to take over, without who cannot."""
    found: list[Person] = []
    for public_id in dict.fromkeys(request.POST.getlist("to")[:40]):
        try:
            one = person_for(actor, public_id)
        except NotFound:
            continue
        if one.pk != person.pk and can_hold(one):
            found.append(one)
    return found


def _show(
    request: HttpRequest, person: Person, form: HandoverForm, what: str, status: int = 200
) -> HttpResponse:
    facts = {"subject": person, "form": form, "what": what, "held": form.held}
    return render(request, "strategy/handing.html", facts, status=status)
