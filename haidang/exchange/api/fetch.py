"""Things named in a body or a filter: found through access, or refused at their field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from haidang.exchange.api.problems import BadParameter
from haidang.lib.errors import Invalid, NotFound
from haidang.people.models import Person

T = TypeVar("T")
Fetch = Callable[[Person, str], T]


def named(actor: Person, field: str, fetch: Fetch[T], public_id: str, *, query: bool = False) -> T:
    """What the id names, if the actor may see it; else Invalid, the same for both reasons."""
    try:
        return fetch(actor, public_id)
    except NotFound as error:
        kind = BadParameter if query else Invalid
        raise kind(_unknown(public_id), code="unknown", field=field) from error


def all_named(actor: Person, field: str, fetch: Fetch[T], ids: Iterable[str]) -> list[T]:
    """Each of several, once, in their order; the first unknown one is refused by its place."""
    return [
        named(actor, f"{field}.{place}", fetch, public_id)
        for place, public_id in enumerate(dict.fromkeys(ids))
    ]


def _unknown(public_id: str) -> str:
    return str(_("There is no %(id)s, or it is not open to you.") % {"id": public_id})
