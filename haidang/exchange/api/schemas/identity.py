"""Vision, mission and core values."""

from __future__ import annotations

from django.utils.translation import gettext_noop as N_  # noqa: N812
from pydantic import Field

from haidang.exchange.api.fields import Answer, IdOut
from haidang.exchange.api.schemas.goals import GoalRef


class Words(Answer):
    __doc__ = N_("The same in Vietnamese and in English; blank where it is not written.")

    vi: str
    en: str


class CoreValueOut(Answer):
    id: IdOut
    rank: int = Field(description=N_("1 comes first."))
    name: Words
    words: Words
    icon: str
    cited_by: list[GoalRef] = Field(
        description=N_("The objectives that cite it and that you may see.")
    )
    version: int


class IdentityOut(Answer):
    vision: Words
    mission: Words
    values: list[CoreValueOut]
    version: int
