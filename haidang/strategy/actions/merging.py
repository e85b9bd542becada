"""Two units become one, with everything that belongs to them."""

from __future__ import annotations

from collections.abc import Sequence

from haidang.goals.actions.change import restructuring
from haidang.goals.actions.handing import hand
from haidang.goals.models import Goal
from haidang.people import actions as people
from haidang.people.access import require_unit
from haidang.people.models import Person, Unit


def merge_units(
    actor: Person, unit: Unit, into: Unit, version: int | None, *, leaders: Sequence[Person]
) -> Unit:
    """Let `into` take in a unit: people, parts and goals, also those that are closed or that
    the actor does not see; exactly `leaders` lead it from then on. How both stood before
    stays readable: spans and versions end, and the next ones begin at the same moment.

    Raises Stale, Conflict and Invalid as `people.actions.merge_unit` does.
    """
    require_unit(actor, unit, "merge")
    with restructuring(actor) as at:
        target = people.merge_unit(actor, unit, into, version, leaders=leaders, at=at)
        goals = Goal.objects.filter(unit_id=unit.pk).values_list("pk", flat=True)
        hand(actor, {pk: {"unit": target} for pk in goals}, at, because="unit.merged")
    return target
