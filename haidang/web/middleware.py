"""What every answer gets: its headers, language and theme, refusals as pages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from gzip import GzipFile

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.text import StreamingBuffer

from haidang.lib.errors import Refusal
from haidang.web import errors

Next = Callable[[HttpRequest], HttpResponse]

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


#: Doors to the device that no page of ours opens, whatever script got into it.
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope"),
        *("magnetometer", "microphone", "midi", "payment", "usb"),
    )
)


class CompressMiddleware(GZipMiddleware):
    """Pages and parts of pages travel compressed, also where no proxy does it.

    Random bytes in each answer keep what is secret in it from being measured (BREACH). JSON
    of the API is left to the proxy: its ETags are compared byte for byte.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        if not isinstance(response, StreamingHttpResponse):
            return super().process_response(request, response)
        parts = iter(response)
        super().process_response(request, response)
        if response.headers.get("Content-Encoding") == "gzip":
            response.streaming_content = _compressed(parts, self.max_random_bytes)
        return response


def _compressed(parts: Iterator[bytes], most_random_bytes: int) -> Iterator[bytes]:
    """Each part as soon as it is there: Django's own waits until there is enough to send."""
    buffer = StreamingBuffer()
    name = secrets.token_urlsafe(secrets.randbelow(most_random_bytes))
    with GzipFile(filename=name, mode="wb", compresslevel=6, fileobj=buffer, mtime=0) as packed:
        for part in parts:
            packed.write(part)
            packed.flush()
            yield buffer.read()
    yield buffer.read()


class HeadersMiddleware:
    """What a page may do (no inline script or style, no eval, nothing from elsewhere, none
    of the device's senses), and who may keep it.

    A view that needs another policy or may be kept sets the header itself.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        self._keep(request, response)
        return response

    def _keep(self, request: HttpRequest, response: HttpResponse) -> None:
        """A part of a page has the page's address: kept, it would come up in the page's place
        at the next Back, without its styles.

        Pages of an account are not kept either. `no-cache` would not do: Back shows what was
        kept without asking, also after signing out, and also where a check-in has changed it
        since. Without a copy the browser asks, gets what stands now or the sign-in page, and
        scrolls to where it was.
        """
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        user = getattr(request, "user", None)
        if "HX-Request" in request.headers:
            response.headers["Cache-Control"] = "no-store"
        elif user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")


class PreferencesMiddleware:
    """Language and theme of the account, else of the cookie, else of the browser.

    Stands after authentication. Sets `request.theme`.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        signed_in = user is not None and user.is_authenticated
        theme = getattr(user, "theme", "") if signed_in else request.COOKIES.get(THEME_COOKIE, "")
        request.theme = theme if theme in THEMES else "auto"  # type: ignore[attr-defined]
        language = getattr(user, "language", "") if signed_in else ""
        if language in LANGUAGES:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers["Content-Language"] = translation.get_language() or "vi"
        return response


class RefusalMiddleware:
    """Turns refusals into pages, bare statuses into explained ones, redirects into htmx's.

    A redirect would be followed inside the request of a fragment, and a whole page would
    land in its place; htmx is told to go there instead. The API speaks for itself.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/api/") or response.streaming:
            return response
        if errors.is_htmx(request) and response.has_header("Location"):
            response["HX-Redirect"] = response["Location"]
            del response["Location"]
            response.status_code = 204
            return response
        if response.status_code in errors.PAGES and not response.content:
            page = errors.answer(request, response.status_code)
            for name, value in response.headers.items():
                if name.lower() not in {"content-type", "content-length"}:
                    page[name] = value
            page.cookies.update(response.cookies)
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal) and not request.path.startswith("/api/"):
            return errors.refused(request, exception)
        return None
