"""The columns that a table can have: what they are called, and what they can be sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from haidang.web.terms import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its word in the address. `drawn` says which cell draws it and how it is
    aligned; `usual` ones are shown without another choice."""

    name: str
    label: Any
    drawn: str = "text"
    sorts: bool = False
    usual: bool = False


#: Stands first in every table and cannot be taken away.
GOAL = Column("goal", _("Goal"), "goal", sorts=True, usual=True)
GOALS: Sequence[Column] = (
    Column("kind", _("Kind"), sorts=True),
    Column("level", _("Level"), sorts=True),
    Column("state", _("State"), "state", sorts=True),
    Column("progress", _("Progress"), "progress", sorts=True, usual=True),
    Column("measure", _("Actual / target"), "measure", usual=True),
    Column("health", _("Health"), "health", sorts=True, usual=True),
    Column("pace", _("Pace"), "number", sorts=True),
    Column("confidence", _("Confidence"), "number", sorts=True),
    Column("coverage", _("Coverage"), "number"),
    Column("owner", _("Owner"), "person", sorts=True, usual=True),
    Column("data_owner", _("Data owner"), "person", sorts=True),
    Column("unit", _("Unit"), "unit", sorts=True, usual=True),
    Column("cycle", _("Cycle"), sorts=True, usual=True),
    Column("starts", _("Start"), "day", sorts=True),
    Column("ends", _("Deadline"), "day", sorts=True, usual=True),
    Column("silent", _("Days since check-in"), "number", sorts=True, usual=True),
    Column("parents", _("Parents"), "goals"),
    Column("children", _("Children"), "number"),
    Column("weight", _("Weight"), "number"),
    Column("visibility", _("Visibility")),
    Column("commitment", _("Commitment")),
    Column("horizon", _("Horizon")),
    Column("perspective", _("Perspective")),
    Column("tags", _("Tags"), "tags"),
    Column("created", _("Created"), "day", sorts=True),
    Column("updated", _("Updated"), "day"),
)

PERSON = Column("person", _("Name"), "person", sorts=True, usual=True)
PEOPLE: Sequence[Column] = (
    Column("unit", _("Unit"), "unit", sorts=True, usual=True),
    Column("manager", _("Manager"), "person", sorts=True, usual=True),
    Column("title", _("Job title"), sorts=True, usual=True),
    Column("roles", _("Roles"), "tags", usual=True),
    Column("goals", _("Active goals"), "number", usual=True),
    Column("owed", _("Check-ins due"), "number", usual=True),
    Column("region", _("Region"), sorts=True),
    Column("joined", _("Joined"), "day", sorts=True, usual=True),
)

UNIT = Column("name", _("Unit"), "unit", sorts=True, usual=True)
UNITS: Sequence[Column] = (
    Column("kind", _("Kind"), sorts=True, usual=True),
    Column("code", _("Code"), sorts=True),
    Column("parent", _("Part of"), "unit", sorts=True, usual=True),
    Column("leaders", _("Leaders"), "people", usual=True),
    Column("people", _("People"), "number", usual=True),
    Column("goals", _("Active goals"), "number", usual=True),
    Column("health", _("Health"), "strip", usual=True),
)


def chosen(columns: Sequence[Column], names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these names in their order; the usual ones where none is named."""
    found = tuple(column for column in columns if column.name in set(names))
    return found or tuple(column for column in columns if column.usual)


def named(columns: Sequence[Column], asked: Sequence[str]) -> tuple[str, ...]:
    """The names that an address asks for, one by one or joined by commas; () is the usual."""
    wanted = {name for text in asked[:60] for name in text[:3000].split(",")}
    found = tuple(column.name for column in columns if column.name in wanted)
    return () if found == tuple(c.name for c in columns if c.usual) else found
