"""The Jinja2 environment of all pages: loader, filters and the few global names.

Names that every template may use: `url(name, ...)`, `static(path)`, `icon(name)`,
`navigation(request)`, `address(name)`, `form_key()`, `now()`, `today()`, `language()`.
Django's backend adds `request`, `csrf_input` and `csrf_token`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.messages import get_messages
from django.forms.renderers import Jinja2
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from haidang.lib import decimals as exact
from haidang.web import charts, formats, icons, navigation, terms
from haidang.web.once import form_key

#: The rooms whose pages this environment may load, and no others.
APPS = ["web", "people", "goals", "checkins", "kpis", "notify", "strategy", "exchange", "demo"]
_PACKAGE = Path(__file__).resolve().parents[1]


def language() -> str:
    """The language of this answer, "vi" or "en"; others are written as English."""
    return (translation.get_language() or "vi")[:2]


def _zone() -> tzinfo:
    return timezone.get_current_timezone()


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    known = None if args or kwargs else navigation.address(name)
    return known or reverse(name, args=args or None, kwargs=kwargs or None)


def _number(value: Decimal | int | None, decimals: int | None = None) -> str:
    return formats.number(value, language(), decimals)


def _value(amount: Decimal | None, goal: formats.Measured) -> str:
    return formats.value(amount, goal, language())


def _percent(billionths: int | None, decimals: int = 1) -> str:
    return formats.percent(billionths, language(), decimals)


def _day(when: date | datetime | None) -> str:
    return formats.day(_local_date(when), language())


def _short_day(when: date | datetime | None) -> str:
    return formats.short_day(_local_date(when), language())


def _local_date(when: date | datetime | None) -> date | None:
    return when.astimezone(_zone()).date() if isinstance(when, datetime) else when


def _iso(when: date | datetime | None) -> str:
    return when.isoformat() if when else ""


def _hyphened(given: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments under the names of attributes: `hx_get` > `hx-get`, `class_` > `class`."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}


def _attributes(given: dict[str, Any]) -> Markup:
    """Keyword arguments as HTML attributes: `hx_get="/x"` > ` hx-get="/x"`; None and False none."""
    parts = [
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in _hyphened(given).items()
        if value is not None and value is not False
    ]
    return Markup("").join(parts)


def _messages(request: HttpRequest) -> Any:
    return get_messages(request)


def _bar_words(progress: int | None, expected: int | None) -> str:
    """What a bar says to those who do not see it."""
    if progress is None:
        return translation.gettext("No data")
    words = {"progress": _percent(progress), "expected": _percent(expected)}
    if expected is None:
        return translation.gettext("Progress %(progress)s") % words
    return translation.gettext("Progress %(progress)s, expected %(expected)s") % words


def _spark_words(points: list[int | None]) -> str:
    known = [point for point in points if point is not None]
    if not known:
        return translation.gettext("No data")
    return translation.gettext("From %(first)s to %(last)s") % {
        "first": _percent(known[0]),
        "last": _percent(known[-1]),
    }


_numbers = count(1)


def _unique(prefix: str) -> str:
    """An id that no other element of the page has."""
    return f"{prefix}-{next(_numbers)}"


FILTERS = {
    "number": _number,
    #: For scripts and machines: "1234.5"; nothing for None.
    "exact": lambda value: "" if value is None else exact.text(value),
    "plain": lambda value: formats.plain(value, language()),
    "compact": lambda value: formats.compact(value, language()),
    "value": _value,
    "percent": _percent,
    "points": lambda difference: formats.points(difference, language()),
    "day": _day,
    "short_day": _short_day,
    "day_time": lambda when: formats.day_time(when, language(), _zone()),
    "month": lambda when: formats.month(when, language()),
    "quarter": lambda when: formats.quarter(when, language()),
    "ago": lambda when: formats.ago(when, language(), timezone.now(), _zone()),
    "until": lambda when: formats.until(when, language(), timezone.localdate()),
    "iso": _iso,
    "initials": formats.initials,
    "tone": formats.tone,
}

GLOBALS = {
    "url": _url,
    "address": navigation.address,
    "static": static,
    "icon": icons.icon,
    "_icon": icons.icon,
    "attributes": _attributes,
    "hyphened": _hyphened,
    "messages": _messages,
    "unique": _unique,
    "_once": lambda amount, beside: formats.without_unit(str(amount), str(beside or "")),
    "_bar_words": _bar_words,
    "_spark_words": _spark_words,
    "KIND_ICONS": icons.KINDS,
    "HEALTH_ICONS": icons.HEALTH,
    "navigation": navigation.shown,
    "form_key": form_key,
    "charts": charts,
    "now": timezone.now,
    "today": timezone.localdate,
    "language": language,
}


def _counting(ngettext: Callable[..., str]) -> Callable[..., str]:
    """The count in a text, `%(num)s`, as any number is written: 1.393 goals."""

    @pass_context
    def counted(context: Context, one: str, many: str, n: int, /, **named: Any) -> str:
        named.setdefault("num", _number(n))
        return ngettext(context, one, many, n, **named)

    return counted


class FormRenderer(Jinja2):
    """Widgets by Django's Jinja2 templates: ten times faster than its own engine."""


def environment(**options: Any) -> Environment:
    """Made once by Django's template backend, which passes autoescape=True."""
    options["loader"] = ChoiceLoader(
        [
            PackageLoader(f"haidang.{app}", "templates")
            for app in APPS
            if (_PACKAGE / app / "templates").is_dir()
        ]
    )
    options["undefined"] = StrictUndefined
    options["trim_blocks"] = True
    options["lstrip_blocks"] = True
    options["extensions"] = ["jinja2.ext.i18n", "jinja2.ext.do"]
    made = Environment(**options)  # noqa: S701  Django's backend passes autoescape
    made.install_gettext_callables(  # type: ignore[attr-defined]
        terms.page_gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals["ngettext"] = _counting(cast("Callable[..., str]", made.globals["ngettext"]))
    made.filters.update(FILTERS)
    made.globals.update(GLOBALS)
    if not settings.DEBUG:
        # A dozen addresses on a page, which stay what they are as long as the program runs.
        made.globals["static"] = cache(static)
    return made
