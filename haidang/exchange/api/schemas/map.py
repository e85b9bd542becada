"""The strategy map: the goals of a view and how they hang together."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import BeforeValidator, Field
from pydantic.json_schema import WithJsonSchema

from haidang.exchange.api.fields import (
    PROGRESS,
    PROGRESS_DECIMAL,
    Answer,
    DecimalOut,
    IdOut,
    Line,
    PublicId,
    Shape,
    read_public_id,
)
from haidang.exchange.api.schemas.people import Ref
from haidang.goals.models import Kind
from haidang.strategy.map.rules import CAP

Health = Literal[
    "on_track", "at_risk", "off_track", "done", "not_started", "no_data", "outdated"
]  # fmt: skip


def _or(word: str) -> BeforeValidator:
    return BeforeValidator(lambda v: v if v == word else read_public_id(v))


CycleOrAll = Annotated[
    str, _or("all"), WithJsonSchema({"type": "string", "examples": ["C-2", "all"]})
]
PersonOrMe = Annotated[
    str, _or("me"), WithJsonSchema({"type": "string", "examples": ["P-2", "me"]})
]


class Stands(Answer):
    """Where a goal stands today, and where it was to stand."""

    progress: int | None = Field(description=PROGRESS)
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    expected: int | None = Field(description=N_("What was to be reached by today; billionths."))
    expected_decimal: str | None
    health: str = Field(
        description=N_("no_data, not_started, on_track, at_risk, off_track or done, as of today.")
    )
    outdated: bool = Field(description=N_("Its check-in is overdue."))


class MapGoalOut(Stands):
    __doc__ = N_("A goal of the map; with several parents it stands below the first of them.")

    id: IdOut
    kind: str
    title: str
    state: str
    level: str
    owner: Ref | None
    unit: Ref | None
    parent: IdOut | None = Field(description=N_("Below which goal of the map it stands."))
    relation: str = Field(description=N_("To that parent; blank at the top."))
    mode: str
    weight: int
    actual: DecimalOut | None
    target: DecimalOut | None
    low: DecimalOut | None
    high: DecimalOut | None
    metric_unit: str
    terms_measured: int
    terms_total: int
    context: bool = Field(
        description=N_("Here only to show where the goals stand that were asked for.")
    )
    more: int = Field(
        description=N_("Goals right below it that you may see and that are not on this map.")
    )


class MapLinkOut(Answer):
    __doc__ = N_("A link between two goals of the map besides those by which goals stand in it.")

    child: IdOut
    parent: IdOut
    relation: str
    mode: str
    weight: int


class MapOut(Answer):
    items: list[MapGoalOut] = Field(description=N_("In reading order, each goal after its parent."))
    links: list[MapLinkOut]
    cut: bool = Field(description=N_("Whether there is more than stands on this map."))


class MapFilters(Shape):
    cycle: CycleOrAll | None = Field(
        default=None,
        description=N_("`all` for every cycle; left out: those that run today."),
    )
    unit: PublicId | None = Field(default=None, description=N_("The unit and everything below it."))
    team: PublicId | None = Field(
        default=None, description=N_("What a team across units has, and what its members own.")
    )
    person: PersonOrMe | None = Field(
        default=None, description=N_("What somebody owns, reports or contributes to; or `me`.")
    )
    kind: Kind | None = None
    health: Health | None = None
    tag: Line | None = None
    q: Line | None = Field(
        default=None, description=N_("Words of the title, with or without diacritics, or an id.")
    )
    root: PublicId | None = Field(
        default=None, description=N_("Only this goal and what hangs below it.")
    )
    depth: Annotated[int, Field(ge=0, le=64)] = Field(
        default=64, description=N_("Levels below the tops, 0 to 64; `more` counts the rest.")
    )
    limit: Annotated[int, Field(ge=1, le=CAP)] = Field(
        default=CAP,
        description=N_("Goals at most, 1 to 2,000; which ones, the server chooses."),
    )
