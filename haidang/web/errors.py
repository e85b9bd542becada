"""What a person sees when a request is not done: what happened, and what to do about it.

A page for the browser, a notice in the corner for htmx, JSON for scripts of our pages.
"""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from haidang.lib.errors import Refusal

_logger = logging.getLogger(__name__)


class Explained(NamedTuple):
    """A status in words: its name, what happened, what to do, and a sign."""

    title: Any
    text: Any
    advice: Any
    icon: str


PAGES = {
    400: Explained(
        _("This request cannot be read"),
        _("Something in the address or in what was sent is broken."),
        _("Go back, reload the page and try again."),
        "unlink",
    ),
    401: Explained(
        _("Please sign in"),
        _("You are not signed in, or your session has ended."),
        _("Sign in and try again."),
        "login",
    ),
    403: Explained(
        _("You may not do this"),
        _("It takes a right that you do not have here."),
        _("Ask its owner, your manager or an administrator."),
        "lock",
    ),
    404: Explained(
        _("Nothing found at this address"),
        _("The address may be mistyped, the thing deleted, or it is not open to you."),
        _("Check the address, or start from the home page."),
        "map-2",
    ),
    405: Explained(
        _("This address takes no such request"),
        _("It answers to another kind of request than the one that was sent."),
        _("Go back and use the buttons of the page."),
        "switch-horizontal",
    ),
    409: Explained(
        _("Something else happened first"),
        _("Someone changed this in the meantime, so nothing was saved."),
        _("Go back, look at what stands now, and save again."),
        "git-merge",
    ),
    413: Explained(
        _("This is too large"),
        _("More was sent than the program takes at once."),
        _("Shorten the text or split the file, and send it again."),
        "scale",
    ),
    422: Explained(
        _("This cannot be saved as it is"),
        _("Something that was entered is not right yet."),
        _("Go back, correct what is marked, and save again."),
        "pencil",
    ),
    429: Explained(
        _("Too many attempts"),
        _("Too many requests came from here in a short time."),
        _("Wait a few minutes and try again."),
        "hourglass",
    ),
    500: Explained(
        _("Something broke on our side"),
        _("The last step was not saved; all that was saved before is safe."),
        _("Try again. If it happens again, tell your administrator when it was."),
        "tool",
    ),
    503: Explained(
        _("The program is busy"),
        _("Nothing was saved."),
        _("Please try again in a moment."),
        "hourglass",
    ),
}
CSRF = Explained(
    _("This page was open for too long"),
    _("The form no longer belongs to your session, so nothing was saved."),
    _("Go back, reload the page, and send it again. Cookies have to be allowed."),
    "shield-lock",
)


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page asks, and not a person opening an address."""
    return request.headers.get("HX-Request") == "true"


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def answer(
    request: HttpRequest,
    status: int,
    *,
    message: Any = None,
    choices: dict[str, Any] | None = None,
    explained: Explained | None = None,
) -> HttpResponse:
    """A refusal in the form that the asker can use; `message` says why in one sentence."""
    words = explained or PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    facts = {
        "status": status,
        "explained": words,
        "message": message or words.text,
        "choices": choices or {},
    }
    if is_htmx(request):
        response = render(request, "web/_refusal.html", facts, status=status)
        response["HX-Reswap"] = "none"
        return response
    if _wants_json(request):
        return JsonResponse(
            {"status": status, "title": str(words.title), "detail": str(facts["message"])},
            status=status,
            content_type="application/problem+json",
        )
    return render(request, "web/error.html", facts, status=status)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A `Refusal` that no view turned into something better."""
    return answer(request, refusal.status, message=refusal.message, choices=refusal.choices)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    _logger.warning("CSRF check failed: %s", reason)
    return answer(request, 403, explained=CSRF)


#: Shown when even the error page cannot be made.
_LAST_RESORT = (
    "<!doctype html><html lang=vi><meta charset=utf-8><title>Haidang</title>"
    "<p>Có lỗi phía máy chủ; bước vừa rồi chưa được lưu. Xin thử lại.</p>"
    "<p lang=en>Something broke on our side; the last step was not saved. Please try again.</p>"
)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last line: asks nothing of the database, and never fails itself."""
    request.person = None  # type: ignore[attr-defined]
    try:
        return answer(request, 500)
    except Exception:
        _logger.exception("the error page cannot be made")
        return HttpResponse(_LAST_RESORT, status=500)
