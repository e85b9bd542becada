"""Units: the tree, its leaders and teams, with how each stood before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.lib.database import lock, writing
from haidang.lib.errors import Conflict, Invalid
from haidang.people.access import require_organisation, require_unit
from haidang.people.actions import inputs
from haidang.people.actions.unit_rows import (
    has_members,
    keep_history,
    locked,
    log_unit,
    open_parent,
    put_under,
    require_active,
    require_free_name,
    require_room,
    root_of,
    set_spans,
    store_unit,
)
from haidang.people.models import Person, TeamMember, Unit, UnitHistory, UnitLeader
from haidang.people.sequences import take

#: Kinds of a part; the organisation itself is the one unit of kind company.
PARTS = [kind.value for kind in Unit.Kind if kind != Unit.Kind.COMPANY]


def create_unit(
    actor: Person,
    name: str,
    *,
    parent: Unit | None = None,
    kind: str = Unit.Kind.DEPARTMENT,
    code: str = "",
) -> Unit:
    """A new unit below `parent` (the root when None). Raises Invalid, Forbidden, NotFound."""
    require_organisation(actor, "create_unit")
    facts = checked_unit(None, {"name": name, "kind": kind, "code": code})
    name, kind, code = facts["name"], facts["kind"], facts["code"]
    with writing():
        lock(actor.organisation_id)
        above = open_parent(actor, parent) if parent is not None else root_of(actor.organisation_id)
        if above is not None:
            require_room(above, name)
        now = timezone.now()
        number = take(actor.organisation_id, "unit")
        unit = Unit.objects.create(
            organisation_id=actor.organisation_id,
            number=number,
            public_id=f"U-{number}",
            kind=kind,
            name=name,
            code=code,
            parent=above,
            rank=number,
        )
        unit.path = f"{above.path if above else '/'}{unit.pk}/"
        unit.save(update_fields=["path", "folded_name"])
        UnitHistory.objects.create(unit=unit, name=name, kind=kind, parent=above, since=now)
        log_unit(actor, unit, "unit.created", now, {"name": name})
    return unit


def edit_unit(
    actor: Person,
    unit: Unit,
    version: int | None,
    *,
    name: str,
    kind: str | None = None,
    code: str = "",
) -> Unit:
    """Change a unit's name, kind and code. Raises Stale when `version` is not the current."""
    require_unit(actor, unit, "edit")
    after = checked_unit(unit, {"name": name, "kind": kind or unit.kind, "code": code})
    name, kind = after["name"], after["kind"]
    with writing():
        lock(actor.organisation_id)
        current = locked(unit, version)
        if kind != current.kind and current.kind == Unit.Kind.TEAM and has_members(current):
            raise Invalid(_("A team with members stays a team."), code="team_members", field="kind")
        if current.parent is not None:
            require_free_name(current.parent, name, besides=current)
        before = {"name": current.name, "kind": current.kind, "code": current.code}
        if before == after:
            return current
        now = timezone.now()
        current.name, current.kind, current.code = name, kind, after["code"]
        store_unit(current, ["name", "folded_name", "kind", "code"])
        if (before["name"], before["kind"]) != (name, kind):
            keep_history(current, now)
        log_unit(actor, current, "unit.edited", now, {"from": before, "to": after})
    return current


def move_unit(actor: Person, unit: Unit, parent: Unit, version: int | None = None) -> Unit:
    """Put a unit, with everything below it, under another. Refuses a loop (Invalid)."""
    require_unit(actor, unit, "move")
    with writing():
        lock(actor.organisation_id)
        current = locked(unit, version)
        above = open_parent(actor, parent)
        if current.parent_id is None:
            raise Invalid(_("The whole organisation cannot be moved."), field="parent")
        if above.path.startswith(current.path):
            raise Invalid(_("A unit cannot be placed below itself."), code="cycle", field="parent")
        if current.parent_id == above.pk:
            return current
        require_room(above, current.name, besides=current)
        now = timezone.now()
        put_under(current, above)
        store_unit(current, ["parent"])
        keep_history(current, now)
        log_unit(actor, current, "unit.moved", now, {"to": above.public_id})
    return current


def archive_unit(actor: Person, unit: Unit, version: int | None = None) -> Unit:
    """Close a unit that has no people and no open units below. Raises Conflict otherwise."""
    require_unit(actor, unit, "archive")
    with writing():
        lock(actor.organisation_id)
        current = locked(unit, version)
        if current.parent_id is None:
            raise Conflict(_("The whole organisation cannot be closed."))
        if current.people.filter(is_active=True).exists() or has_members(current):
            raise Conflict(_("Please move the people of this unit first."), code="has_people")
        if current.children.filter(archived_at=None).exists():
            raise Conflict(_("Please move or close the units below first."), code="has_units")
        now = timezone.now()
        current.archived_at = now
        store_unit(current, ["archived_at"])
        UnitHistory.objects.filter(unit=current, until=None).update(until=now)
        UnitLeader.objects.filter(unit=current, until=None).update(until=now)
        log_unit(actor, current, "unit.archived", now, {})
    return current


def set_leader(actor: Person, unit: Unit, leaders: Person | Sequence[Person] | None) -> None:
    """Exactly these people lead the unit from now on (one, several, or None for nobody)."""
    require_unit(actor, unit, "set_leaders")
    wanted = [leaders] if isinstance(leaders, Person) else list(leaders or [])
    require_active(unit, wanted, "leaders")
    with writing():
        lock(actor.organisation_id)
        locked(unit, None)
        set_spans(actor, unit, wanted, UnitLeader.objects.filter(unit=unit), "unit.leaders_set")


def set_team_members(actor: Person, team: Unit, people: Iterable[Person]) -> None:
    """Exactly these people belong to the team from now on, beside their own units."""
    require_unit(actor, team, "set_members")
    wanted = list(people)
    if team.kind != Unit.Kind.TEAM:
        raise Invalid(_("Only a team has members from other units."), code="not_a_team")
    require_active(team, wanted, "members")
    with writing():
        lock(actor.organisation_id)
        locked(team, None)
        set_spans(actor, team, wanted, TeamMember.objects.filter(team=team), "unit.members_set")


def checked_unit(unit: Unit | None, facts: Mapping[str, str]) -> dict[str, str]:
    """Some of name, kind and code as they are stored, of a unit or (None) a new one; raises
    Invalid at the field."""
    found: dict[str, str] = {}
    if "name" in facts:
        found["name"] = inputs.line(facts["name"], "name")
    if "kind" in facts:
        found["kind"] = facts["kind"]
        if unit is None or unit.kind != facts["kind"]:
            allowed = PARTS if unit is None or unit.parent_id else []
            found["kind"] = inputs.choice(facts["kind"], allowed, "kind")
    if "code" in facts:
        found["code"] = inputs.line(facts["code"], "code", longest=20, required=False)
    return found
