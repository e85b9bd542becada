"""Links between goals."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, Moment, PublicId, Shape, Weight, example
from haidang.exchange.api.schemas.goals import NEXT, GoalRef, ParentOut
from haidang.exchange.api.schemas.people import Ref
from haidang.goals.models import Mode, Relation


class LinkOut(Answer):
    __doc__ = N_("A link child > parent.")

    child: GoalRef | None = Field(description=N_("Null when the person may not see it."))
    parent: GoalRef
    relation: str
    mode: str = Field(description=N_("What the child does to the parent's number."))
    weight: int
    position: int
    proposed_mode: str = Field(description=N_("A mode that waits for the parent's side."))
    proposed_by: Ref | None
    since: Moment


class ParentsOut(Answer):
    items: list[ParentOut]


class ChildrenOut(Answer):
    items: list[LinkOut]
    hidden: int = Field(description=N_("How many goals below it the person may not see."))
    next: str | None = Field(description=NEXT)


class LinkEdit(Shape):
    __doc__ = N_("Only what is sent changes. Another `parent` moves the link, on the same terms.")

    model_config = example({"weight": 30}, {"mode": "none"}, {"parent": "SP-2"})

    parent: PublicId | None = None
    relation: Relation | None = None
    mode: Mode | None = None
    weight: Weight | None = None
