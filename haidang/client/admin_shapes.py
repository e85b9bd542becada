"""What `Administration` gives, as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from haidang.client.shapes import GoalRef, Ref


@dataclass(frozen=True, slots=True)
class Moving:
    """Things that move: the first by name, and how many there are."""

    first: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Merger:
    """What moves when a unit is merged into another."""

    into: Ref
    people: Moving
    units: Moving
    goals: Moving
    leaders: tuple[Ref, ...]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A thing held; a choice names it by `key`, and may be a person or one of `words`."""

    key: str
    what: str
    goal: GoalRef | None
    unit: Ref | None
    people: tuple[Ref, ...]
    count: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    items: tuple[Holding, ...]
    unseen_goals: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class RoleSpan:
    role: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class SettingChange:
    at: datetime
    by: Ref | None
    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class TokenOf:
    """A token with whose it is."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    person: Ref


@dataclass(frozen=True, slots=True)
class Thing:
    id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Detail:
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what; `said` in the client's language."""

    at: datetime
    verb: str
    said: str
    source: str
    actor: Ref | None
    on_behalf_of: Ref | None
    subject: Thing
    other: GoalRef | None
    details: tuple[Detail, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class FieldOption:
    """A choice of an own field; goals answer its `key`."""

    key: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What the organisation calls a thing; empty where it keeps the program's word."""

    term: str
    vi: str
    en: str
    en_many: str


@dataclass(frozen=True, slots=True)
class GoalField:
    """A field of the organisation's own, by whose `key` goals answer it."""

    key: str
    type: str
    name_vi: str
    name_en: str
    help_vi: str
    help_en: str
    unit: str
    decimals: int
    options: tuple[FieldOption, ...]
    kinds: tuple[str, ...]
    required: bool
    retired: bool
