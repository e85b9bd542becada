"""Views of the map that are kept under a name."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import Answer, Moment, Name, Shape, example
from haidang.exchange.api.schemas.people import Ref

Query = Annotated[str, Field(max_length=1000)]
Place = Annotated[str, Field(max_length=8000)]

_QUERY = N_("What the map is narrowed to, as its address writes it behind the ?.")
_PLACE = N_("Where one stands in it, as its address writes it behind the #.")


class SavedViewOut(Answer):
    __doc__ = N_("A view of the map under a name. It holds no goal: its readers see their own.")

    id: int
    name: str
    owner: Ref
    is_shared: bool = Field(description=N_("Whether everybody but guests may open it."))
    query: str = Field(description=_QUERY)
    place: str = Field(description=_PLACE)
    updated_at: Moment


class SavedViewsOut(Answer):
    items: list[SavedViewOut]


class SavedViewIn(Shape):
    model_config = example({"name": "Phòng Kinh doanh", "query": "unit=U-3", "is_shared": True})

    name: Name
    query: Query = Field("", description=_QUERY)
    place: Place = Field("", description=_PLACE)
    is_shared: bool = False


class SavedViewChanges(Shape):
    model_config = example({"name": "Phòng Kinh doanh, quý 4", "is_shared": False})

    name: Name | None = None
    query: Query | None = Field(None, description=_QUERY)
    place: Place | None = Field(None, description=_PLACE)
    is_shared: bool | None = None
