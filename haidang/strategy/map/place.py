"""Where somebody stands in a map, as it stands behind the # of an address (`place.js`):
scale, middle, levels open, branches turned, the goal at hand, focus, colours, panel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from haidang.goals.access import visible
from haidang.people.models import Person

#: Characters of a place that is kept; a few hundred branches turned.
MOST = 8000
ALL_LEVELS = 99
#: Names of the address, in the order in which the browser writes them.
NAMES = ("k", "c", "d", "t", "at", "f", "u", "p")
_ID = re.compile(r"[A-Z]{1,4}-[0-9]{1,10}")
_NUMBER = re.compile(r"-?[0-9]{1,7}(?:\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Place:
    """What of a place a drawing of the map obeys."""

    depth: int = ALL_LEVELS
    toggled: frozenset[str] = frozenset()
    at: str = ""
    focus: bool = False


def read(query: Mapping[str, str]) -> Place:
    """A place from the query of an address; what cannot be meant is left out."""
    told = dict(parse_qsl(clean(urlencode([(n, query[n]) for n in NAMES if n in query]))))
    return Place(
        depth=int(told.get("d", ALL_LEVELS)),
        toggled=frozenset(told.get("t", "").split(".")) - {""},
        at=told.get("at", ""),
        focus="f" in told,
    )


def clean(text: str) -> str:
    """A place with what `place.js` could have written, and nothing else."""
    told = dict(parse_qsl(text[:MOST], keep_blank_values=False))
    found: list[tuple[str, str]] = []
    for name in NAMES:
        value = told.get(name, "")
        if name == "k" and _NUMBER.fullmatch(value):
            found.append((name, value))
        elif name == "c":
            near, _comma, off = value.partition(",")
            if _ID.fullmatch(near) and all(_NUMBER.fullmatch(n) for n in off.split(",", 1)):
                found.append((name, value))
        elif name == "d" and value.isascii() and value.isdigit() and len(value) < 3:
            found.append((name, value))
        elif name == "t":
            found.append((name, ".".join(filter(_ID.fullmatch, value.split(".")))))
        elif (name == "at" and _ID.fullmatch(value)) or (name in ("f", "u", "p") and value == "1"):
            found.append((name, value))
    return urlencode([one for one in found if one[1]], safe=",")


def seen_by(person: Person, text: str) -> str:
    """A place without the goals that the person does not see: not even their ids are told."""
    told = dict(parse_qsl(clean(text)))
    near = told.get("c", "").partition(",")[0]
    named = {near, told.get("at", ""), *told.get("t", "").split(".")} - {""}
    rows = visible(person).filter(public_id__in=sorted(named)).order_by()
    seen = set(rows.values_list("public_id", flat=True))
    if near not in seen:
        told.pop("c", None)
        told.pop("k", None)
    if told.get("at") not in seen:
        for name in ("at", "f", "p"):
            told.pop(name, None)
    told["t"] = ".".join(one for one in told.get("t", "").split(".") if one in seen)
    return urlencode([(n, told[n]) for n in NAMES if told.get(n)], safe=",")
