"""Pages of the shell itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from haidang.web import design as design_page
from haidang.web.middleware import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES

_YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and theme: kept in cookies, and in the account of who is signed in.

    Values that are not offered are left out; the way back is only to this site.
    """
    chosen: dict[str, str] = {}
    for field, offered in (("language", LANGUAGES), ("theme", THEMES)):
        value = request.POST.get(field, "")
        if value in offered:
            chosen[field] = value
    user = request.user
    if chosen and user.is_authenticated:
        for field, value in chosen.items():
            setattr(user, field, value)
        user.save(update_fields=list(chosen))
    way = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(way, {request.get_host()}, request.is_secure())
    quiet = request.headers.get("X-Requested-With") == "preferences"
    answer = HttpResponse(status=204) if quiet else HttpResponseRedirect(way if safe else "/")
    for field, cookie in (("language", LANGUAGE_COOKIE), ("theme", THEME_COOKIE)):
        if field in chosen:
            answer.set_cookie(
                cookie, chosen[field], max_age=_YEAR, samesite="Lax", secure=request.is_secure()
            )
    return answer


def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state; mounted in debug mode only."""
    return render(
        request,
        "web/design.html",
        design_page.facts() | {"dialog_form": design_page.DesignForm(prefix="dialog")},
    )
