"""How systems let us in, and what of a request depends on the period that is asked for."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import Setting, Wanted
from haidang.kpis.connectors.sources.settings import Wrong, is_header

_PLACES = re.compile(r"\{(starts|ends|after|year|month|name|secret)\}")
#: To try a template with.
SAMPLE = Wanted(date(2026, 10, 1), date(2026, 10, 31))
SAMPLED = {"name": "x", "secret": "x"}

AUTH = Setting(
    "auth",
    _("Way of signing in"),
    "choice",
    choices=(
        ("none", _("None: it is open to everybody")),
        ("bearer", _("Token (Bearer)")),
        ("basic", _("User name and password (Basic)")),
        ("header", _("A secret header, such as X-API-Key")),
    ),
    start="none",
)
USER = Setting(
    "user",
    _("User name"),
    required=False,
    depends=True,
    help=_("For user name and password."),
)
HEADER = Setting(
    "header",
    _("Name of the secret header"),
    required=False,
    depends=True,
    help=_("Such as X-API-Key."),
)
SECRET = Setting("secret", _("Password, token or key"), "secret", required=False, depends=True)


def check_access(wrong: Wrong, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    """What each way in needs."""
    auth = settings.get("auth", "none")
    if auth in ("bearer", "basic", "header") and not secrets.get("secret", "").strip():
        wrong.add("secret", "required", _("This is missing."))
    if auth == "basic" and not settings.get("user", "").strip():
        wrong.add("user", "required", _("This is missing."))
    if auth == "basic" and ":" in settings.get("user", ""):
        wrong.add("user", "characters", _("A user name has no colon."))
    if auth == "header" and not is_header(settings.get("header", "").strip()):
        wrong.add("header", "headers", _("A header cannot have this name."))


def access(settings: Mapping[str, str], secrets: Mapping[str, str]) -> dict[str, str]:
    """The header that lets us in."""
    secret = secrets.get("secret", "").strip()
    match settings.get("auth", "none"):
        case "bearer":
            return {"authorization": f"Bearer {secret}"}
        case "basic":
            return {"authorization": f"Basic {_pair(settings.get('user', ''), secret)}"}
        case "header":
            return {settings.get("header", "").strip(): secret}
    return {}


def _pair(user: str, secret: str) -> str:
    return base64.b64encode(f"{user.strip()}:{secret}".encode()).decode()


def hidden(settings: Mapping[str, str], secrets: Mapping[str, str]) -> set[str]:
    """Secrets in every form that they are sent in, for `net.Conversation`."""
    found: set[str] = set()
    for secret in filter(None, (value.strip() for value in secrets.values())):
        found |= {secret, quote(secret, safe=""), _pair(settings.get("user", ""), secret)}
    return found


def in_url(text: str) -> str:
    return quote(text, safe="")


def in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def filled(
    template: str, wanted: Wanted, more: Mapping[str, str], written: Callable[[str], str]
) -> str:
    """A template with its placeholders: {starts}, {ends} and {after} of the period (the day
    after it), {year}, {month} of its first day, and those of `more`."""
    facts = {
        "starts": wanted.starts.isoformat(),
        "ends": wanted.ends.isoformat(),
        "after": (wanted.ends + timedelta(days=1)).isoformat(),
        "year": str(wanted.starts.year),
        "month": f"{wanted.starts.month:02}",
        **more,
    }
    return _PLACES.sub(lambda found: written(facts.get(found[1], found[0])), template)
