"""Many goals at once: all of them or none, each by the rules of a single one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from haidang.exchange.api.routes.goals import make
from haidang.exchange.api.schemas.goal_bodies import GoalRow
from haidang.goals.actions.change import restructuring
from haidang.goals.models import Goal
from haidang.lib.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Refusal
from haidang.people.models import Person

#: What is wrong with a row; anything else (nobody's turn came) is wrong with the whole.
_OF_A_ROW = (Conflict, Forbidden, Invalid, NotFound)


def create_all(actor: Person, rows: Sequence[GoalRow]) -> list[Goal]:
    """Make every row's goal, in their order, in one durable transaction.

    Raises Invalid with every reason, each at `rows.<row>.<field>`, and nothing is made. A row
    below one that could not be made is not tried: what is wrong with it is not known.
    """
    made: list[Goal] = []
    named: dict[str, Goal] = {}
    lost: set[str] = set()
    wrong: list[FieldError] = []
    with restructuring(actor):
        for place, row in enumerate(rows):
            name = f"#{row.name}"
            if row.name and (name in named or name in lost):
                again = FieldError(
                    f"rows.{place}.name", "duplicate", _("An earlier row has this name.")
                )
                wrong.append(again)
                continue
            if lost.intersection(link.parent for link in row.parents):
                lost.add(name)
                continue
            try:
                with transaction.atomic():  # what a refused row has begun is taken back
                    goal = make(actor, row, named)
            except _OF_A_ROW as refusal:
                wrong += _at(place, refusal)
                lost.add(name)
            else:
                made.append(goal)
                if row.name:
                    named[name] = goal
        if wrong:
            raise _refusal(wrong, len(rows))
    return made


def _at(place: int, refusal: Refusal) -> list[FieldError]:
    """The reasons of a row's refusal, by the names of its fields."""
    return [
        FieldError(f"rows.{place}.{field or 'kind'}", code, message)
        for field, code, message in refusal.errors
    ]


def _refusal(wrong: Sequence[FieldError], count: int) -> Invalid:
    rows = len({error.field.split(".")[1] for error in wrong if error.field})
    return Invalid(
        _("Nothing was made: %(wrong)s of %(count)s rows cannot be taken.")
        % {"wrong": rows, "count": count},
        code="invalid",
        errors=wrong,
    )
