"""What the sidebar shows: the base template names addresses that other apps own.

An item whose address does not exist (its app is not installed) is left out. Counts beside
items and the search address come from `config`, so that this layer knows no domain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from haidang.web.terms import gettext_lazy as _

Count = Callable[[HttpRequest], int]


@dataclass(frozen=True)
class Item:
    """One place to go; `name` is a URL name, `key` the letter after G that goes there."""

    name: str
    label: Any
    icon: str
    key: str = ""
    short: Any = ""  # for the narrow bar of a phone
    group: str = "main"
    also: tuple[str, ...] = ()  # URL names of what belongs to it though it lies elsewhere


@dataclass(frozen=True)
class Shown:
    """An item as it stands on one page."""

    item: Item
    href: str
    current: bool
    count: int


ITEMS = [
    Item("home", _("Home"), "home", "h"),
    Item("map", _("Strategy map"), "map-2", "m", short=_("Map")),
    Item("goals", _("Goals"), "target", "g"),
    Item("check_ins", _("Check-in"), "checkbox", "c"),
    Item("overview", _("Overview"), "presentation", "o", group="strategy"),
    Item("my_alignment", _("My alignment"), "sitemap", "l", group="strategy"),
    Item("kpis", _("KPI tree"), "list-tree", "k", group="strategy"),
    Item("attention", _("Needs attention"), "alert-triangle", "a", group="strategy"),
    Item("explorer", _("Explorer"), "table", "e", group="strategy"),
    Item("timeline", _("Timeline"), "timeline", "t", group="strategy"),
    Item("identity", _("Vision and values"), "mountain", "v", group="strategy"),
    Item("people", _("People"), "users", "p", group="organisation"),
    Item("units", _("Units"), "hierarchy-2", "u", group="organisation"),
    Item("cycles", _("Cycles"), "calendar", "y", group="organisation"),
    Item(
        "administration",
        _("Administration"),
        "settings",
        "n",
        group="organisation",
        also=("connectors",),
    ),
]

_counts: dict[str, Count] = {}


def register_count(name: str, count: Count) -> None:
    """Show what `count(request)` says beside the item of that name; 0 shows nothing."""
    _counts[name] = count


def address(name: str, *args: Any, **kwargs: Any) -> str | None:
    """The address of a URL name, or None when no app has it."""
    if args or kwargs:
        return _reversed(settings.ROOT_URLCONF, name, args or None, kwargs or None)
    return _fixed(settings.ROOT_URLCONF, name)


def _reversed(urlconf: str, name: str, args: Any = None, kwargs: Any = None) -> str | None:
    try:
        return reverse(name, urlconf, args, kwargs)
    except NoReverseMatch:
        return None


#: An address without a part that varies is looked up once: a page shows three dozen of them.
_fixed = cache(_reversed)


def shown(request: HttpRequest) -> list[Shown]:
    """The items of this page, with the one that it belongs to marked: of two that a page lies
    below, the one that is nearer."""
    places = {item.name: _places(item) for item in ITEMS}
    around = [one for found in places.values() for one in found if _is_below(request.path, one)]
    nearest = max(around, key=len, default=None)
    found: list[Shown] = []
    for item in ITEMS:
        href = address(item.name)
        if href is None:
            continue
        count = _counts[item.name](request) if item.name in _counts else 0
        found.append(Shown(item, href, nearest in places[item.name], count))
    return found


def _places(item: Item) -> list[str]:
    return [href for name in (item.name, *item.also) if (href := address(name)) is not None]


def _is_below(path: str, place: str) -> bool:
    return path == place if place == "/" else path.startswith(place)
