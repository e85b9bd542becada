"""Taking a KPI over from the library."""

from __future__ import annotations

from haidang.goals import actions
from haidang.goals.access import usual_place
from haidang.goals.models import Goal, Kind
from haidang.kpis.rules.library import Entry
from haidang.lib.errors import Forbidden
from haidang.people.models import Person


def take_over(actor: Person, entry: Entry, language: str) -> Goal:
    """A draft of the entry in that language: the actor's own, at the level and in the unit
    where their goals usually lie. Target, parent and the owner proper are still to be said."""
    place = usual_place(actor)
    if place is None:
        raise Forbidden
    level, unit = place
    facts = {**entry.facts(language), "owner": actor, "level": level, "unit": unit}
    return actions.create_goal(actor, Kind.KPI, facts, as_draft=True)
