"""Records are reached through their goal: who sees it sees them, who checks in corrects them."""

from __future__ import annotations

from haidang.checkins.models import CheckIn
from haidang.goals.access import goal_for
from haidang.lib.errors import NotFound
from haidang.people.models import Person


def check_in_for(person: Person, public_id: str, number: int, to: str = "see") -> CheckIn:
    """The record of that number of that goal, if the person may do `to` to the goal.

    Raises NotFound for a stranger to the goal and for a record of another goal alike.
    """
    goal = goal_for(person, public_id, to)
    found = (
        CheckIn.objects.filter(goal=goal, pk=number)
        .select_related("author", "on_behalf_of", "period", "voiding__by")
        .first()
        if number < 2**62
        else None
    )
    if found is None:
        raise NotFound
    found.goal = goal
    return found
