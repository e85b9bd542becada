"""What a map can be narrowed to, and what it is narrowed to, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from haidang.goals.access import cycles_visible, tags_visible
from haidang.goals.models import Kind
from haidang.people.access import people_visible, units_visible
from haidang.people.models import Person, Unit
from haidang.strategy.map import rules
from haidang.strategy.map.filters import Filters
from haidang.web.terms import gettext as _

HEALTH_WORDS: dict[str, Any] = {
    "no_data": gettext_lazy("No data"),
    "not_started": gettext_lazy("Not started"),
    "on_track": gettext_lazy("On track"),
    "at_risk": gettext_lazy("At risk"),
    "off_track": gettext_lazy("Off track"),
    "done": gettext_lazy("Done"),
    "outdated": gettext_lazy("Outdated"),
}


@dataclass(frozen=True)
class Choices:
    """What a person can narrow the map to."""

    cycles: list[tuple[str, str]]  # public id, name
    units: list[tuple[str, str, int]]  # public id, name, depth in the tree
    teams: list[tuple[str, str]]  # across units
    tags: list[str]
    person: tuple[str, str] | None  # public id and name of the one narrowed to


def choices(person: Person, asked: Filters) -> Choices:
    """Cycles (newest first), units as a tree, teams, tags; and who is narrowed to."""
    cycles = cycles_visible(person).order_by("-starts", "ends").values_list("public_id", "name")
    open_ = units_visible(person).filter(archived_at=None).order_by("rank", "id")
    found = list(open_.values_list("id", "parent_id", "public_id", "name", "kind"))
    units = [row[:4] for row in found if row[4] != Unit.Kind.TEAM]
    teams = [(row[2], row[3]) for row in found if row[4] == Unit.Kind.TEAM]
    below: dict[int | None, list[int]] = {}
    known = {key: (public_id, name) for key, _parent, public_id, name in units}
    for key, parent, *_rest in units:
        below.setdefault(parent if parent in known else None, []).append(key)
    depth: dict[int, int] = {}
    for key in rules.preorder(below.get(None, []), lambda node: below.get(node, [])):
        depth.setdefault(key, 0)
        for child in below.get(key, []):
            depth[child] = depth[key] + 1
    tags = tags_visible(person).order_by("folded_name")
    return Choices(
        list(cycles[:40]),
        [(*known[key], depth[key]) for key in depth],
        teams,
        list(tags.values_list("name", flat=True)[:200]),
        _named(person, asked.person),
    )


def _named(person: Person, public_id: str) -> tuple[str, str] | None:
    if public_id == "me":
        return "me", person.name
    if not public_id:
        return None
    rows = people_visible(person).filter(public_id=public_id.upper())
    return rows.values_list("public_id", "name").first()


def in_words(asked: Filters, offered: Choices) -> Iterator[tuple[Any, Any]]:
    """(what, which) of each condition, for paper and for a picture's description. What names
    nothing that the reader knows is told as it stands in the address."""
    cycles = {"all": _("All cycles"), **dict(offered.cycles)}
    yield _("Cycle"), cycles.get(asked.cycle, asked.cycle) if asked.cycle else _("Running today")
    if asked.unit:
        names = {key: name for key, name, _depth in offered.units}
        yield _("Unit"), names.get(asked.unit.upper(), asked.unit)
    if asked.team:
        yield _("Team"), dict(offered.teams).get(asked.team.upper(), asked.team)
    if asked.person:
        yield _("Person"), offered.person[1] if offered.person else asked.person
    if asked.kind:
        yield _("Kind"), Kind(asked.kind).label
    if asked.health:
        yield _("Health"), HEALTH_WORDS[asked.health]
    if asked.tag:
        tags = [name for name in offered.tags if asked.is_tag(name)]
        yield _("Tag"), tags[0] if tags else asked.tag
    if asked.text:
        yield _("Words in the title"), f"“{asked.text}”"
