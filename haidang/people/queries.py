"""What the pages of people and units show, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.db.models import Count, F, Prefetch, Q, QuerySet

from haidang.lib.text import clean_line, folded
from haidang.people.access import (
    may_person,
    may_unit,
    people_visible,
    standing_of,
    units_visible,
)
from haidang.people.keys import opened, parts
from haidang.people.models import (
    Invitation,
    Person,
    PersonalToken,
    Role,
    RoleGrant,
    Scope,
    TeamMember,
    Unit,
    UnitLeader,
)

PAGE = 50
#: Options of a picker at once; more are found by typing.
OPTIONS = 20
#: People that can be chosen without JavaScript.
OFFERED = 200

_CURRENT_ROLES = Prefetch(
    "roles", RoleGrant.objects.filter(until=None).order_by("role"), to_attr="current_roles"
)


class PeoplePage(NamedTuple):
    """One page of people, how many there are, and which page of how many it is."""

    people: list[Person]
    total: int
    page: int
    pages: int


def found_people(
    actor: Person,
    *,
    text: str = "",
    unit: Unit | None = None,
    role: str = "",
    left: bool = False,
) -> QuerySet[Person]:
    """People the actor may know of, by given name: in a unit or its parts (a team: its
    members); each word begins a word of the name or unit, the e-mail, or is the id."""
    people = people_visible(actor).filter(is_active=not left)
    for word in _words(text):
        people = people.filter(
            _begins_word("folded_name", word)
            | Q(email__istartswith=word)
            | Q(public_id__iexact=word)
            | _begins_word("unit__folded_name", word)
        )
    if unit is not None:
        inside = Q(unit__path__startswith=unit.path)
        teams = TeamMember.objects.filter(until=None, team__path__startswith=unit.path)
        people = people.filter(inside | Q(pk__in=teams.values("person_id")))
    if role in Role.values:
        holders = RoleGrant.objects.filter(role=role, until=None).values("person_id")
        people = people.filter(pk__in=holders)
    return people.order_by("sort_key", "pk")


def _words(text: str) -> list[str]:
    """The words of a search, folded; a few are enough, and PostgreSQL takes no NUL."""
    return folded(clean_line(text[:200])).split()[:8]


def _begins_word(field: str, word: str) -> Q:
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def people_page(found: QuerySet[Person], page: int) -> PeoplePage:
    """Page `page` of what was found (from 1; beyond the end: the last), ready to be drawn."""
    count = found.count()
    pages = max(1, -(-count // PAGE))
    page = min(max(1, page), pages)
    rows = found.select_related("unit", "manager").prefetch_related(_CURRENT_ROLES)
    return PeoplePage(list(rows[(page - 1) * PAGE : page * PAGE]), count, page, pages)


def person_options(actor: Person, text: str) -> tuple[list[Person], bool]:
    """The first people found, for a picker, and whether there are more."""
    found = found_people(actor, text=text).select_related("unit")[: OPTIONS + 1]
    return list(found)[:OPTIONS], len(found) > OPTIONS


def offered_people(actor: Person) -> list[tuple[str, str]]:
    """(public id, name) of the people who can be chosen from a plain list."""
    return list(
        people_visible(actor)
        .filter(is_active=True)
        .order_by("sort_key", "pk")
        .values_list("public_id", "name")[:OFFERED]
    )


# --- units ------------------------------------------------------------------------------


@dataclass
class UnitNode:
    """A unit in the tree: its leaders, people of its own and with all parts, what is below."""

    unit: Unit
    depth: int = 0
    leaders: list[Person] = field(default_factory=list)
    own_people: int = 0
    all_people: int = 0
    children: list[UnitNode] = field(default_factory=list)


def unit_tree(actor: Person) -> list[UnitNode]:
    """All open units the actor may know of, as trees, in three queries."""
    units = list(units_visible(actor).filter(archived_at=None).order_by("rank", "pk"))
    nodes = {unit.pk: UnitNode(unit) for unit in units}
    _add_leaders(actor, nodes)
    for pk, count in _people_in(nodes):
        nodes[pk].own_people = count
    roots: list[UnitNode] = []
    for unit in units:
        above = nodes.get(unit.parent_id or 0)
        (above.children if above else roots).append(nodes[unit.pk])
    for root in roots:
        _settle(root, 0)
    return roots


def _add_leaders(actor: Person, nodes: Mapping[int, UnitNode]) -> None:
    """The active leaders of each unit whom the actor may know of."""
    rows = UnitLeader.objects.filter(unit_id__in=nodes, until=None, person__is_active=True)
    if standing_of(actor).is_guest:
        rows = rows.filter(person__in=people_visible(actor))
    for row in rows.select_related("person").order_by("person__sort_key"):
        nodes[row.unit_id].leaders.append(row.person)


def _people_in(unit_ids: Iterable[int]) -> list[tuple[int, int]]:
    """How many active people each unit has of its own, and each team."""
    ids = list(unit_ids)
    primary = (
        Person.objects.filter(unit_id__in=ids, is_active=True)
        .order_by()
        .values_list("unit_id")
        .annotate(count=Count("pk"))
    )
    teams = (
        TeamMember.objects.filter(team_id__in=ids, until=None, person__is_active=True)
        .order_by()
        .values_list("team_id")
        .annotate(count=Count("pk"))
    )
    return [(pk or 0, count) for pk, count in primary.union(teams, all=True)]


def _settle(node: UnitNode, depth: int) -> None:
    node.depth = depth
    node.all_people = node.own_people
    for child in node.children:
        _settle(child, depth + 1)
        if child.unit.kind != Unit.Kind.TEAM:  # its people are counted in their own units
            node.all_people += child.all_people


def unit_lines(actor: Person) -> list[UnitNode]:
    """The tree of units as lines, parents before children; without people."""
    units = list(units_visible(actor).filter(archived_at=None).order_by("rank", "pk"))
    below: Mapping[int, list[Unit]] = _by_parent(units)
    known = {unit.pk for unit in units}
    lines: list[UnitNode] = []
    todo = [(unit, 0) for unit in reversed(units) if unit.parent_id not in known]
    while todo:
        unit, depth = todo.pop()
        lines.append(UnitNode(unit, depth))
        todo.extend((child, depth + 1) for child in reversed(below[unit.pk]))
    return lines


def _by_parent(units: Sequence[Unit]) -> Mapping[int, list[Unit]]:
    below: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        below[unit.parent_id or 0].append(unit)
    return below


def unit_options(actor: Person, text: str, outside: str = "") -> tuple[list[Unit], bool]:
    """The first units found, for a picker, and whether there are more. `outside`: the public id
    of a unit that is left out, with what is below it."""
    found = units_visible(actor).filter(archived_at=None).select_related("parent")
    left_out = units_visible(actor).filter(public_id=outside).first() if outside else None
    if left_out:
        found = found.exclude(path__startswith=left_out.path)
    for word in _words(text):
        found = found.filter(_begins_word("folded_name", word) | Q(code__icontains=word))
    rows = list(found.order_by("path")[: OPTIONS + 1])
    return rows[:OPTIONS], len(rows) > OPTIONS


class UnitFacts(NamedTuple):
    """What a unit's page shows."""

    above: list[Unit]  # from the root down
    leaders: list[Person]
    below: list[UnitNode]
    people: list[Person]  # its own, or a team's members
    people_count: int


def unit_facts(actor: Person, unit: Unit) -> UnitFacts:
    """A unit's page: units above, leaders, units below with counts, the first people."""
    ids = [int(part) for part in unit.path.split("/") if part]
    visible = units_visible(actor)
    by_id = {one.pk: one for one in visible.filter(pk__in=ids)}
    below = [
        UnitNode(child)
        for child in visible.filter(parent=unit, archived_at=None).order_by("rank", "pk")
    ]
    nodes = {node.unit.pk: node for node in below}
    _add_leaders(actor, nodes)
    for pk, count in _people_in(nodes):
        nodes[pk].own_people = count
    found = people_visible(actor).filter(is_active=True)
    if unit.kind == Unit.Kind.TEAM:
        members = TeamMember.objects.filter(team=unit, until=None).values("person_id")
        found = found.filter(pk__in=members)
    else:
        found = found.filter(unit=unit)
    leaders = people_visible(actor).filter(
        pk__in=UnitLeader.objects.filter(unit=unit, until=None).values("person_id"),
        is_active=True,
    )
    return UnitFacts(
        above=[by_id[pk] for pk in ids if pk in by_id and pk != unit.pk],
        leaders=list(leaders.order_by("sort_key", "pk")),
        below=below,
        people=list(found.select_related("unit").order_by("sort_key", "pk")[:PAGE]),
        people_count=found.count(),
    )


# --- one person -------------------------------------------------------------------------


class PersonFacts(NamedTuple):
    """What a person's page shows beside their own row."""

    roles: list[str]
    reports: list[Person]
    leads: list[Unit]
    teams: list[Unit]
    above: list[Unit]
    manager: Person | None
    invitation: Invitation | None


def person_facts(actor: Person, person: Person) -> PersonFacts:
    """A person's page, as far as the actor may see."""
    me = standing_of(actor)
    units = units_visible(actor).filter(archived_at=None)
    ids = [int(part) for part in person.unit.path.split("/") if part] if person.unit else []
    by_id = {unit.pk: unit for unit in units.filter(pk__in=ids)}
    return PersonFacts(
        roles=list(
            RoleGrant.objects.filter(person=person, until=None)
            .order_by("role")
            .values_list("role", flat=True)
        ),
        reports=list(
            people_visible(actor)
            .filter(manager=person, is_active=True)
            .select_related("unit")
            .order_by("sort_key", "pk")[:PAGE]
        ),
        leads=list(units.filter(leaders__person=person, leaders__until=None)),
        teams=list(units.filter(members__person=person, members__until=None)),
        above=[by_id[pk] for pk in ids if pk in by_id],
        manager=None if me.is_guest else person.manager,
        invitation=Invitation.objects.filter(person=person, accepted_at=None, revoked_at=None)
        .order_by("-pk")
        .first()
        if me.is_admin
        else None,
    )


def tokens_of(person: Person) -> list[PersonalToken]:
    """A person's tokens that were not revoked, the youngest first."""
    return list(PersonalToken.objects.filter(person=person, revoked_at=None).order_by("-pk"))


class TokensPage(NamedTuple):
    """One page of tokens, how many there are, and which page of how many it is."""

    tokens: list[PersonalToken]
    total: int
    page: int
    pages: int


def all_tokens(actor: Person, page: int) -> TokensPage:
    """Tokens of the organisation that were not revoked, the latest used first; those that
    were never used behind. Whoever calls this has asked who may."""
    rows = PersonalToken.objects.filter(
        person__organisation_id=actor.organisation_id, revoked_at=None
    ).select_related("person")
    count = rows.count()
    pages = max(1, -(-count // PAGE))
    page = min(max(1, page), pages)
    rows = rows.order_by(F("last_used_at").desc(nulls_last=True), "-pk")
    return TokensPage(list(rows[(page - 1) * PAGE : page * PAGE]), count, page, pages)


def team_members(actor: Person, team: Unit) -> list[Person]:
    """Everybody who is in the team now."""
    members = TeamMember.objects.filter(team=team, until=None).values("person_id")
    return list(people_visible(actor).filter(pk__in=members).order_by("sort_key", "pk"))


def address_beyond(person: Person) -> str:
    """The address that signs in where an account is another organisation's too; else ""."""
    if person.account is None:
        return ""
    others = Person.objects.filter(account=person.account).exclude(pk=person.pk)
    return person.account.email if others.exists() else ""


def unreadable_second_factors() -> int:
    """Accounts whose second factor no key of the server's opens: they cannot sign in."""
    rows = Authenticator.objects.values_list("user_id", "data")
    return len({one for one, data in rows if any(opened(t) is None for _n, t in parts(data))})


# --- what the pages of one person and one unit are drawn from ------------------------------


def person_page(actor: Person, subject: Person) -> dict[str, Any]:
    # One's own tokens are with one's account; others' are for who may end them.
    others = actor.pk != subject.pk and may_person(actor, subject, "see_tokens")
    return {
        "tokens": tokens_of(subject) if others else [],
        "scope_words": dict(Scope.choices),
        "subject": subject,
        "facts": person_facts(actor, subject),
        "role_labels": dict(Role.choices),
        "may_edit": may_person(actor, subject, "edit"),
    }


def unit_page(actor: Person, subject: Unit) -> dict[str, Any]:
    is_team = subject.kind == Unit.Kind.TEAM
    return {
        "subject": subject,
        "facts": unit_facts(actor, subject),
        "kinds": dict(Unit.Kind.choices),
        "may_edit": may_unit(actor, subject, "edit"),
        "may_set_members": is_team and may_unit(actor, subject, "set_members"),
    }
