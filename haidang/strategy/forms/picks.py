"""People and units chosen by name."""

from __future__ import annotations

from typing import Any

from haidang.people import queries
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person, Unit
from haidang.web.forms import PickField


def people_field(actor: Person, **options: Any) -> PickField:
    """Somebody (with `multiple`: several) whom the actor may know of."""
    return PickField(
        find=lambda public_id: person_for(actor, public_id),
        offer=lambda: queries.offered_people(actor),
        **options,
    )


def unit_field(
    actor: Person, *, besides: int | None = None, teams: bool = True, **options: Any
) -> PickField:
    """An open unit of the tree, or a team across units."""
    return PickField(
        find=lambda public_id: unit_for(actor, public_id),
        offer=lambda: [
            (node.unit.public_id, node.unit.name)
            for node in queries.unit_lines(actor)
            if node.unit.pk != besides and (teams or node.unit.kind != Unit.Kind.TEAM)
        ],
        **options,
    )
