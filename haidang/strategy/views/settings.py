"""The settings of the organisation: read by everybody inside, changed by who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haidang.goals.models import Level
from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.people import actions as people
from haidang.people import settings
from haidang.people.access import may_organisation, person_of, require_organisation, signed_in
from haidang.people.models import Person
from haidang.strategy.actions.settings import edit_organisation, has_periods
from haidang.strategy.forms.settings import (
    CalendarForm,
    ClosingForm,
    OrganisationForm,
    ScorecardsForm,
    TargetsForm,
    ThresholdsForm,
    VisibilityForm,
)
from haidang.strategy.queries.settings import history, preview, stretches
from haidang.strategy.words import setting_name, setting_text
from haidang.web.forms import add_refusal

_CALENDAR = ("calendar.working_days", "calendar.holidays")
_CLOSING = ("kpi.closing_day",)
_TARGETS = ("kpi.target_approval",)
_SCORECARDS = ("scorecard.cap", "scorecard.floor", "scorecard.bands", "scorecard.ranking")
_VISIBILITY = tuple(f"visibility.{level}" for level in Level.values)
#: part of the page > who changes it.
PARTS = {
    "organisation": "settings",
    "thresholds": "strategic_settings",
    "calendar": "strategic_settings",
    "closing": "strategic_settings",
    "targets": "strategic_settings",
    "scorecards": "strategic_settings",
    "visibility": "settings",
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation_settings(request: HttpRequest) -> HttpResponse:
    """All settings; POST changes the `part` of the page that was sent."""
    actor = person_of(request)
    require_organisation(actor, "see_settings")
    if request.method != "POST":
        return _show(request, actor)
    part = request.POST.get("part", "")
    if part not in PARTS:
        raise NotFound
    require_organisation(actor, PARTS[part])
    found = settings.everything(actor.organisation_id)
    form = _form(actor, found, part, request.POST)
    if not form.is_valid():
        return _show(request, actor, {part: form}, 422)
    if part == "thresholds" and request.POST.get("preview"):
        return _preview(request, actor, form)
    stand = request.POST.get("stand", "")[:64]
    try:
        _save(actor, found, part, form, stand)
    except (Invalid, Conflict) as refusal:
        _refuse(form, refusal)
        stale = isinstance(refusal, Stale)
        return _show(request, actor, {part: form}, refusal.status, stale=part if stale else "")
    messages.success(request, _("Saved."))
    return redirect("organisation_settings")


def _preview(request: HttpRequest, actor: Person, form: Any) -> HttpResponse:
    """What other thresholds would change; nothing is saved."""
    try:
        wanted = {key: settings.checked(key, value) for key, value in form.wanted().items()}
        settings.agree(wanted)
    except Invalid as refusal:
        _refuse(form, refusal)
        return _show(request, actor, {"thresholds": form}, refusal.status)
    return _show(request, actor, {"thresholds": form}, looked=preview(actor, wanted))


def _refuse(form: Any, refusal: Invalid | Conflict) -> None:
    """Next to the field that shows the setting."""
    names = {key: name for name, key in ThresholdsForm.KEYS.items()}
    names |= {
        key: key.partition(".")[2] for key in (*_CALENDAR, *_CLOSING, *_TARGETS, *_VISIBILITY)
    }
    names |= {key: key.partition(".")[2] for key in _SCORECARDS} | {"scorecard.bands": "good"}
    if refusal.field in names and names[refusal.field] in form.fields:
        form.add_error(names[refusal.field], refusal.message)
    else:
        add_refusal(form, refusal)


def _save(actor: Person, found: Mapping[str, Any], part: str, form: Any, stand: str) -> None:
    if part == "organisation":
        edit_organisation(actor, stand, form.cleaned_data)
    elif part in ("thresholds", "closing", "targets", "scorecards"):
        people.set_settings(actor, form.wanted(), stand)
    elif part == "calendar":
        holidays = form.holidays(found["calendar.holidays"])
        changes = {"calendar.working_days": form.cleaned_data["working_days"]}
        people.set_settings(actor, changes | {"calendar.holidays": holidays}, stand)
    else:
        got = form.cleaned_data
        people.set_settings(actor, {f"visibility.{level}": got[level] for level in got}, stand)


def _form(actor: Person, found: Mapping[str, Any], part: str, data: Any = None) -> Any:
    if part == "organisation":
        facts = people.facts_of(actor.organisation)
        return OrganisationForm(data, initial=facts, fixed_year=has_periods(actor))
    if part == "thresholds":
        return ThresholdsForm(data, initial=ThresholdsForm.first(found))
    if part == "closing":
        return ClosingForm(data, initial=ClosingForm.first(found))
    if part == "targets":
        return TargetsForm(data, initial=TargetsForm.first(found))
    if part == "scorecards":
        return ScorecardsForm(data, initial=ScorecardsForm.first(found))
    if part == "calendar":
        off = stretches(found["calendar.holidays"], found["calendar.working_days"])
        first = {"working_days": found["calendar.working_days"]}
        return CalendarForm(data, initial=first, off=off)
    first = {level: found[f"visibility.{level}"] for level in Level.values}
    return VisibilityForm(data, initial=first)


def _show(
    request: HttpRequest,
    actor: Person,
    filled: Mapping[str, Any] | None = None,
    status: int = 200,
    **facts: Any,
) -> HttpResponse:
    found = settings.everything(actor.organisation_id)
    kept = filled or {}
    shown = {
        "forms": {part: kept.get(part) or _form(actor, found, part) for part in PARTS},
        "may": {part: may_organisation(actor, verb) for part, verb in PARTS.items()},
        "stands": {
            "organisation": people.stand_of(people.facts_of(actor.organisation)),
            "thresholds": _stand(found, tuple(ThresholdsForm.KEYS.values())),
            "calendar": _stand(found, _CALENDAR),
            "closing": _stand(found, _CLOSING),
            "targets": _stand(found, _TARGETS),
            "scorecards": _stand(found, _SCORECARDS),
            "visibility": _stand(found, _VISIBILITY),
        },
        "history": history(actor),
        "named": setting_name,
        "said": setting_text,
        "looked": None,
        "stale": "",
        **facts,
    }
    return render(request, "strategy/settings.html", shown, status=status)


def _stand(found: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return people.stand_of({key: found[key] for key in keys})
