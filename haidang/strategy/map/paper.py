"""The map on paper and as a file: one drawing, by the server."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from markupsafe import Markup

from haidang.goals.models import State
from haidang.lib.database import reading
from haidang.people.access import person_of, signed_in, today_of
from haidang.strategy.map import choosing, facts, filters, place, queries
from haidang.strategy.map.drawing import svg as drawing
from haidang.strategy.map.drawing.forest import decode, is_open
from haidang.strategy.map.drawing.layout import arrange
from haidang.web import formats


def _language() -> str:
    return (get_language() or "vi")[:2]


def _drawn(request: HttpRequest) -> dict[str, Any]:
    """The picture of what the address asks for, and what is written beside it."""
    person = person_of(request)
    language = _language()
    asked, where = filters.read(request.GET), place.read(request.GET)
    with reading():
        view = queries.view(person, asked, today_of(person))
        told = list(choosing.in_words(asked, choosing.choices(person, asked)))
        forest = decode(facts.payload(view, language))
    if view.root is not None:
        told.insert(0, (_("Branch"), f"{view.root.public_id} {view.root.title}"))
    opened = is_open(where.depth, where.toggled)
    layout = arrange(forest, opened, area_names())
    at = forest.by_id.get(where.at)
    today = formats.day(timezone.localdate(), language)
    about = "; ".join(f"{what}: {which}" for what, which in told)
    words = drawing.Words(
        title=f"{_('Strategy map')} · {person.organisation.name}",
        about=f"{today}. {about}.",
        healths=[str(choosing.HEALTH_WORDS[name]) for name in drawing.HEALTHS],
        states=[str(State(state).label) for state in facts.STATES],
        percent=lambda progress: formats.percent(progress, language),
        ups=_("+{0} above"),
    )
    picture = drawing.Picture(
        forest, layout, opened, words, at if where.focus and at and at.shown else None
    )
    here = place.clean(request.GET.urlencode())
    return {
        "picture": drawing.draw(picture),
        "back": f"{reverse('map')}?{asked.query()}" + (f"#{here}" if here else ""),
        "told": told,
        "today": today,
        "organisation": person.organisation,
        "shown": len(picture.shown),
        "cut": view.cut,
        "fills": list(zip(drawing.HEALTHS, drawing.FILLS, strict=True)),
        "healths": choosing.HEALTH_WORDS,
    }


def area_names() -> dict[str, str]:
    """What areas without a pillar are called; the browser gets the same."""
    return {
        "direct": _("Straight under the Ultimate Goal"),
        "below": _("Straight below"),
        "alone": _("Linked to nothing on this map"),
    }


@require_safe
@signed_in
@gzip_page
def svg(request: HttpRequest) -> HttpResponse:
    """The present view as a file that needs nothing else."""
    drawn = _drawn(request)
    head = Markup('<?xml version="1.0" encoding="UTF-8"?>\n')
    answer = HttpResponse(head + drawn["picture"], content_type="image/svg+xml")
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="haidang-map-{day}.svg"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@signed_in
def printed(request: HttpRequest) -> HttpResponse:
    """The present view on one sheet, for the browser's own printing or saving as PDF."""
    return render(request, "strategy/map_print.html", _drawn(request))
