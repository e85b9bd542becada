"""Checks of what sources are told, with every reason next to its setting."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.addresses import place_of
from haidang.kpis.connectors.sources.base import Setting, SourceError
from haidang.lib.errors import FieldError, Invalid

_MOST = {"line": 4_000, "text": 20_000, "secret": 4_000, "choice": 100, "whole": 20}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
#: Headers that the program sets itself, or that say where a connection ends.
_OWN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"}
    | {"accept-encoding", "cookie", "expect", "proxy-authorization", "keep-alive"}
)


class Wrong:
    """Reasons, collected; `done` raises them all at once."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, name: str, code: str, message: Any) -> None:
        if all(one.field != name for one in self.errors):
            self.errors.append(FieldError(name, code, message))

    def done(self) -> None:
        """Raises Invalid when there was a reason."""
        if self.errors:
            raise Invalid(errors=self.errors)


def checked(
    declared: Sequence[Setting],
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    *,
    unless: frozenset[str] = frozenset(),
) -> Wrong:
    """What can be said of each setting by its declaration: missing, too long, no choice of
    these, control characters. `unless`: those that are not needed this time."""
    wrong = Wrong()
    for one in declared:
        value = (secrets if one.form == "secret" else settings).get(one.name, "")
        if not value.strip():
            if one.required and one.name not in unless:
                wrong.add(one.name, "required", _("This is missing."))
            continue
        if one.form == "file":
            continue
        if len(value) > _MOST[one.form]:
            wrong.add(one.name, "too_long", _("This is too long."))
        elif _CONTROL.search(value) or (one.form in ("line", "secret") and "\n" in value.strip()):
            wrong.add(
                one.name, "characters", _("There is a character in it that does not belong here.")
            )
        elif one.form == "choice" and value not in {choice for choice, _label in one.choices}:
            wrong.add(one.name, "choice", _("Please choose one of these."))
        elif one.form == "whole" and not (value.strip().isascii() and value.strip().isdecimal()):
            wrong.add(one.name, "not_whole", _("Please enter a whole number."))
    return wrong


def check_url(wrong: Wrong, name: str, url: str) -> None:
    """An address of http(s), its host without placeholders."""
    if not url.strip():
        return
    try:
        if "{" in urlsplit(url.strip()).netloc:
            raise SourceError("address", _("Placeholders stand behind the host only."))
        place_of(re.sub(r"[{}]", "", url))
    except ValueError:
        wrong.add(name, "address", _("This address cannot be used."))
    except SourceError as error:
        wrong.add(name, error.code, error.message)


def headers_of(text: str) -> dict[str, str]:
    """Headers from lines of `Name: value`; raises SourceError("settings")."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not _TOKEN.fullmatch(name) or not value.isprintable():
            raise SourceError(
                "settings", _("Headers are written one per line, as “Accept-Language: vi”.")
            )
        if name.lower() in _OWN_HEADERS:
            raise SourceError("settings", _("This header is set by the program itself."))
        found[name] = value
    if len(found) > 30:
        raise SourceError("settings", _("These are too many headers."))
    return found


def is_header(name: str) -> bool:
    return bool(_TOKEN.fullmatch(name)) and name.lower() not in _OWN_HEADERS


def in_part(title: Any, *settings: Setting) -> tuple[Setting, ...]:
    """Settings below one heading of the form."""
    return tuple(replace(one, part=title) for one in settings)


def seldom(*settings: Setting) -> tuple[Setting, ...]:
    """Settings that most connectors do without: folded away."""
    return tuple(replace(one, rare=True) for one in settings)


#: Headings of the form that several sources have.
WHO, WHERE = _("Who we are"), _("Where the value is")
#: How numbers are written that come as text.
DECIMALS = Setting(
    "decimals",
    _("Numbers written as text"),
    "choice",
    required=False,
    choices=(("dot", "1,234.5"), ("comma", "1.234,5")),
    start="dot",
    help=_("Which mark stands before the decimals, where it could be either."),
)
#: In what the other system counts what the KPI counts in millions or billions.
SCALE = Setting(
    "scale",
    _("Values are divided by"),
    "choice",
    required=False,
    choices=(
        ("1", _("1: as they are")),
        ("1000", _("1,000: for a KPI in thousands")),
        ("1000000", _("1,000,000: for a KPI in millions")),
        ("1000000000", _("1,000,000,000: for a KPI in billions")),
    ),
    start="1",
    help=_("So that ₫ become millions or billions of ₫."),
)
#: What two lines of one name mean.
SEVERAL = Setting(
    "several",
    _("Several lines of one name in a period"),
    "choice",
    required=False,
    choices=(
        ("refuse", _("Refuse: one of them may be a mistake")),
        ("add", _("Add them up: each is a part")),
    ),
    start="refuse",
)


def value_or_ratio(wrong: Wrong, settings: Mapping[str, str], missing: Any) -> None:
    """Either a value, or numerator and denominator."""
    value, above, below = (
        settings.get(one, "").strip() for one in ("value", "numerator", "denominator")
    )
    if above and below:
        if value:
            wrong.add("value", "both", _("Either the value, or numerator and denominator."))
    elif above or below:
        lacking = "denominator" if above else "numerator"
        wrong.add(lacking, "half", _("Numerator and denominator belong together."))
    elif not value:
        wrong.add("value", "required", missing)
