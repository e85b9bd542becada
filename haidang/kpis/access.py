"""Who takes what over from the library of ready KPIs."""

from __future__ import annotations

from haidang.goals.access import usual_place
from haidang.kpis.rules.library import Entry, library
from haidang.lib.errors import Forbidden, NotFound
from haidang.people.models import Person


def may_take_over(person: Person) -> bool:
    """Whether the person makes KPIs anywhere: all but viewers and guests."""
    return usual_place(person) is not None


def entry_for(person: Person, key: str, to: str = "see") -> Entry:
    """The entry of that key: read by everybody who is signed in, taken over ("take_over") by
    who makes KPIs. Raises NotFound or Forbidden."""
    entry = library().get(key)
    if entry is None:
        raise NotFound
    if to == "take_over" and not may_take_over(person):
        raise Forbidden
    return entry
