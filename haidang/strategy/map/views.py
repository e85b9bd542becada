"""The map as a page, as data, and one goal of it for the panel beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from haidang.goals.access import may_create
from haidang.lib.database import reading
from haidang.lib.errors import NotFound
from haidang.people.access import person_of, public_id_of, signed_in, today_of
from haidang.strategy.map import choosing, facts, filters, outline, panels, queries
from haidang.strategy.map.paper import area_names
from haidang.strategy.map.saved import offered, opened_view
from haidang.web.growing import growing

#: How many goals may be asked for one by one.
MOST_IDS = 200


def _language() -> str:
    return (get_language() or "vi")[:2]


def _ids(asked: str) -> list[str]:
    """The public ids of a list with commas; what cannot be one is left out."""
    found = []
    for text in asked.split(",", MOST_IDS)[:MOST_IDS]:
        with suppress(NotFound):
            found.append(public_id_of(text))
    return found


@require_safe
@signed_in
def page(request: HttpRequest) -> HttpResponseBase:
    """The map, drawn by the browser; as a plain outline with `?view=outline`.

    What can be refused is asked at once; the goals are read while the browser already opens
    the page.
    """
    person, asked = person_of(request), filters.read(request.GET)
    opened = opened_view(person, request.GET.get("saved", ""))
    try:
        root = queries.root(person, asked)
    except NotFound:
        if opened is None:
            raise
        # The address of a shared view, copied by somebody who sees more: the rest of it.
        return redirect("map_view", opened.pk)
    context: dict[str, Any] = {
        "filters": asked,
        "choices": SimpleLazyObject(lambda: choosing.choices(person, asked)),
        "root": root,
        "saved": SimpleLazyObject(lambda: offered(person)),
        "opened": opened,
        "areas": area_names(),
    }
    if request.GET.get("view") == "outline":
        with reading():
            view = queries.view(person, asked, today_of(person))
            context |= {"view": view, "tree": outline.tree(view, _language())}
            return render(request, "strategy/map_outline.html", context)

    def held() -> dict[str, Any]:
        with reading():
            view = queries.view(person, asked, today_of(person))
            return {
                "many": len(view.rows),
                "matches": len(view.rows) - len(view.context),
                "cut": view.cut,
                "may_begin": not view.rows and may_create(person, "ultimate"),
                "payload": facts.dump(facts.payload(view, _language())),
            }

    return growing(request, "strategy/map.html", context | {"held": held})


@require_safe
@signed_in
@gzip_page
def data(request: HttpRequest) -> HttpResponse:
    """The view as JSON (see `facts.payload`); with `ids`, those goals alone.

    Carries an ETag over its content; the same content again is a 304.
    """
    person = person_of(request)
    with reading():
        if "ids" in request.GET:
            view = queries.changed(person, _ids(request.GET["ids"]), today_of(person))
        else:
            view = queries.view(person, filters.read(request.GET), today_of(person))
        body = facts.dump(facts.payload(view, _language()))
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie, Accept-Language"
    return cast(HttpResponse, get_conditional_response(request, etag=tag, response=answer))


@require_safe
@signed_in
def panel(request: HttpRequest, public_id: str) -> HttpResponse:
    """One goal, beside the map: its card, its number, what it hangs on and what hangs on it."""
    person = person_of(request)
    with reading():
        context: Mapping[str, Any] = panels.panel(person, public_id, today_of(person), _language())
        return render(request, "strategy/_map_panel.html", dict(context))
