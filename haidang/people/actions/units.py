"""Units: the tree, its leaders and teams, with how each stood before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.lib.database import lock, writing
from haidang.lib.errors import Conflict, Invalid, NotFound, Stale
from haidang.lib.text import folded
from haidang.people.access import forget, require_organisation, require_unit
from haidang.people.actions import inputs
from haidang.people.models import (
    Person,
    PersonUnitHistory,
    TeamMember,
    Unit,
    UnitHistory,
    UnitLeader,
)
from haidang.people.sequences import take

#: Levels of the tree; the path of ids must fit its column.
DEEPEST = 20
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
        above = _parent(actor, parent) if parent is not None else _root(actor.organisation_id)
        if above is not None:
            _room_below(above, name)
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
        _log(actor, unit, "unit.created", now, {"name": name})
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
        current = _locked(unit, version)
        if kind != current.kind and current.kind == Unit.Kind.TEAM and _has_members(current):
            raise Invalid(_("A team with members stays a team."), code="team_members", field="kind")
        if current.parent is not None:
            _name_free(current.parent, name, besides=current)
        before = {"name": current.name, "kind": current.kind, "code": current.code}
        if before == after:
            return current
        now = timezone.now()
        current.name, current.kind, current.code = name, kind, after["code"]
        _store(current, ["name", "folded_name", "kind", "code"])
        if (before["name"], before["kind"]) != (name, kind):
            _history(current, now)
        _log(actor, current, "unit.edited", now, {"from": before, "to": after})
    return current


def move_unit(actor: Person, unit: Unit, parent: Unit, version: int | None = None) -> Unit:
    """Put a unit, with everything below it, under another. Refuses a loop (Invalid)."""
    require_unit(actor, unit, "move")
    with writing():
        lock(actor.organisation_id)
        current = _locked(unit, version)
        above = _parent(actor, parent)
        if current.parent_id is None:
            raise Invalid(_("The whole organisation cannot be moved."), field="parent")
        if above.path.startswith(current.path):
            raise Invalid(_("A unit cannot be placed below itself."), code="cycle", field="parent")
        if current.parent_id == above.pk:
            return current
        _room_below(above, current.name, besides=current)
        now = timezone.now()
        _put_under(current, above)
        _store(current, ["parent"])
        _history(current, now)
        _log(actor, current, "unit.moved", now, {"to": above.public_id})
    return current


def merge_unit(
    actor: Person,
    unit: Unit,
    into: Unit,
    version: int | None,
    *,
    leaders: Sequence[Person],
    at: datetime | None = None,
) -> Unit:
    """Let `into` take in a unit: its people (of a team: its members) and its parts; exactly
    `leaders` lead it from then on. The unit is closed and says where it went.

    Its goals are moved by `strategy.actions.merge_units`, which calls this in its own
    transaction. Raises Stale, Conflict for a closed one, Invalid where they do not fit.
    """
    require_unit(actor, unit, "merge")
    require_unit(actor, into, "merge")
    _all_active_members(into, list(leaders), "leaders")
    with writing():
        lock(actor.organisation_id)
        current = _locked(unit, version)
        target = _parent(actor, into)
        _mergeable(current, target)
        now = at or timezone.now()
        parts = list(current.children.order_by("rank", "pk"))
        for part in parts:
            if part.archived_at is None:
                _free_for(part, target, besides=current)
            _put_under(part, target)
            _store(part, ["parent"])
            if part.archived_at is None:
                _history(part, now)
                _log(actor, part, "unit.moved", now, {"to": target.public_id})
        people = _hand_people(current, target, now)
        current.archived_at, current.merged_into = now, target
        _store(current, ["archived_at", "merged_into"])
        UnitHistory.objects.filter(unit=current, until=None).update(until=now)
        UnitLeader.objects.filter(unit=current, until=None).update(until=now)
        _set_spans(
            actor, target, leaders, UnitLeader.objects.filter(unit=target), "unit.leaders_set"
        )
        counts = {"people": people, "units": len(parts)}
        _log(actor, current, "unit.merged", now, {"into": target.public_id, **counts})
        _log(actor, target, "unit.took_in", now, {"unit": current.public_id, **counts})
    forget(actor)
    return target


def _mergeable(unit: Unit, into: Unit) -> None:
    """Refuse what cannot become one."""
    if unit.parent_id is None:
        raise Invalid(_("The whole organisation cannot be merged into a part of it."), field="into")
    if into.pk == unit.pk:
        raise Invalid(_("Please choose another unit."), code="itself", field="into")
    if into.path.startswith(unit.path):
        raise Invalid(
            _("It lies inside: move it out first, or merge it the other way round."),
            code="cycle",
            field="into",
        )
    if (unit.kind == Unit.Kind.TEAM) != (into.kind == Unit.Kind.TEAM):
        raise Invalid(
            _("A team across units can only be merged with another team."),
            code="team",
            field="into",
        )


def _free_for(part: Unit, into: Unit, besides: Unit) -> None:
    try:
        _room_below(into, part.name, besides=besides)
    except Invalid as refusal:
        if refusal.code != "duplicate":
            raise
        raise Invalid(
            _("“%(name)s” is in both: merge or rename these parts first.") % {"name": part.name},
            code="duplicate",
            field="into",
        ) from None


def _hand_people(unit: Unit, into: Unit, now: datetime) -> int:
    """Everybody of the unit is of the other from now on; how many of them are active. Who has
    left is moved, too, but their history has ended."""
    if unit.kind == Unit.Kind.TEAM:
        rows = TeamMember.objects.filter(until=None)
        ids = set(rows.filter(team=unit).values_list("person_id", flat=True))
        there = set(rows.filter(team=into).values_list("person_id", flat=True))
        rows.filter(team=unit).update(until=now)
        TeamMember.objects.bulk_create(
            TeamMember(team=into, person_id=pk, since=now) for pk in sorted(ids - there)
        )
        return len(ids)
    active = list(unit.people.filter(is_active=True).order_by("pk"))
    unit.people.update(unit=into, version=F("version") + 1)
    PersonUnitHistory.objects.filter(person__in=active, until=None).update(until=now)
    PersonUnitHistory.objects.bulk_create(
        PersonUnitHistory(person=one, unit=into, manager_id=one.manager_id, since=now)
        for one in active
    )
    return len(active)


def archive_unit(actor: Person, unit: Unit, version: int | None = None) -> Unit:
    """Close a unit that has no people and no open units below. Raises Conflict otherwise."""
    require_unit(actor, unit, "archive")
    with writing():
        lock(actor.organisation_id)
        current = _locked(unit, version)
        if current.parent_id is None:
            raise Conflict(_("The whole organisation cannot be closed."))
        if current.people.filter(is_active=True).exists() or _has_members(current):
            raise Conflict(_("Please move the people of this unit first."), code="has_people")
        if current.children.filter(archived_at=None).exists():
            raise Conflict(_("Please move or close the units below first."), code="has_units")
        now = timezone.now()
        current.archived_at = now
        _store(current, ["archived_at"])
        UnitHistory.objects.filter(unit=current, until=None).update(until=now)
        UnitLeader.objects.filter(unit=current, until=None).update(until=now)
        _log(actor, current, "unit.archived", now, {})
    return current


def set_leader(actor: Person, unit: Unit, leaders: Person | Sequence[Person] | None) -> None:
    """Exactly these people lead the unit from now on (one, several, or None for nobody)."""
    require_unit(actor, unit, "set_leaders")
    wanted = [leaders] if isinstance(leaders, Person) else list(leaders or [])
    _all_active_members(unit, wanted, "leaders")
    with writing():
        lock(actor.organisation_id)
        _locked(unit, None)
        _set_spans(actor, unit, wanted, UnitLeader.objects.filter(unit=unit), "unit.leaders_set")


def set_team_members(actor: Person, team: Unit, people: Iterable[Person]) -> None:
    """Exactly these people belong to the team from now on, beside their own units."""
    require_unit(actor, team, "set_members")
    wanted = list(people)
    if team.kind != Unit.Kind.TEAM:
        raise Invalid(_("Only a team has members from other units."), code="not_a_team")
    _all_active_members(team, wanted, "members")
    with writing():
        lock(actor.organisation_id)
        _locked(team, None)
        _set_spans(actor, team, wanted, TeamMember.objects.filter(team=team), "unit.members_set")


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


# --- inside -----------------------------------------------------------------------------


def _set_spans(actor: Person, unit: Unit, wanted: Iterable[Person], rows: Any, verb: str) -> None:
    """Exactly these people lead the unit, or belong to the team, from now on."""
    now = timezone.now()
    current = set(rows.filter(until=None).values_list("person_id", flat=True))
    target = {person.pk for person in wanted}
    if current == target:
        return
    rows.filter(until=None, person_id__in=current - target).update(until=now)
    link = "team" if rows.model is TeamMember else "unit"
    rows.model.objects.bulk_create(
        rows.model(person_id=pk, since=now, **{link: unit}) for pk in sorted(target - current)
    )
    _log(actor, unit, verb, now, {"added": len(target - current), "ended": len(current - target)})


def _all_active_members(unit: Unit, people: list[Person], field: str) -> None:
    for person in people:
        if person.organisation_id != unit.organisation_id:
            raise NotFound
        if not person.is_active:
            raise Invalid(
                _("%(name)s is no longer active.") % {"name": person.name},
                code="inactive",
                field=field,
            )


def _root(organisation_id: int) -> Unit | None:
    return Unit.objects.filter(organisation_id=organisation_id, parent=None).order_by("id").first()


def _parent(actor: Person, parent: Unit) -> Unit:
    """The parent as it stands now, in the actor's organisation and open."""
    above = Unit.objects.filter(organisation_id=actor.organisation_id, pk=parent.pk).first()
    if above is None:
        raise NotFound
    if above.archived_at is not None:
        raise Invalid(_("This unit is closed."), code="archived", field="parent")
    return above


def _put_under(unit: Unit, above: Unit) -> None:
    """Give the unit, and everything below it, its place in the tree; the row of the unit is
    the caller's to store."""
    old, new = unit.path, f"{above.path}{unit.pk}/"
    below = Unit.objects.filter(organisation_id=unit.organisation_id, path__startswith=old)
    deepest = max(path.count("/") for path in below.values_list("path", flat=True))
    if deepest - old.count("/") + new.count("/") - 1 > DEEPEST:
        raise _too_deep()
    below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    unit.parent, unit.path = above, new


def _room_below(above: Unit, name: str, besides: Unit | None = None) -> None:
    if above.path.count("/") > DEEPEST:
        raise _too_deep()
    _name_free(above, name, besides)


def _too_deep() -> Invalid:
    return Invalid(
        _("Units can be nested %(count)s levels deep at most.") % {"count": DEEPEST},
        code="too_deep",
        field="parent",
    )


def _name_free(above: Unit, name: str, besides: Unit | None = None) -> None:
    # The folded name finds candidates; case is compared here, where Ò and ò are known.
    same = Unit.objects.filter(parent=above, archived_at=None, folded_name=folded(name)[:200])
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    if name.casefold() in {other.casefold() for other in same.values_list("name", flat=True)}:
        raise Invalid(
            _("There is already a unit of this name in the same place."),
            code="duplicate",
            field="name",
        )


def _locked(unit: Unit, version: int | None) -> Unit:
    """The row as it stands, held to the end of the transaction; Stale for another version."""
    current = Unit.objects.select_for_update().filter(pk=unit.pk).first()
    if current is None:
        raise NotFound
    if version is not None and current.version != version:
        raise Stale(current)
    if current.archived_at is not None:
        raise Conflict(_("This unit is closed."), code="archived")
    return current


def _has_members(unit: Unit) -> bool:
    return TeamMember.objects.filter(team=unit, until=None).exists()


def _store(unit: Unit, fields: list[str]) -> None:
    unit.version += 1
    unit.save(update_fields=[*fields, "version"])


def _history(unit: Unit, now: datetime) -> None:
    UnitHistory.objects.filter(unit=unit, until=None).update(until=now)
    UnitHistory.objects.create(
        unit=unit, name=unit.name, kind=unit.kind, parent_id=unit.parent_id, since=now
    )


def _log(actor: Person, unit: Unit, verb: str, now: datetime, data: dict[str, Any]) -> None:
    log(
        organisation_id=unit.organisation_id,
        at=now,
        verb=verb,
        subject_kind="unit",
        subject_id=unit.pk,
        subject=unit.public_id,
        actor_id=actor.pk,
        data=data,
    )
