"""Views of the map: kept, read, renamed, shared, deleted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fields import RowId
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.represent import some_ref
from haidang.exchange.api.schemas.saved_views import (
    SavedViewChanges,
    SavedViewIn,
    SavedViewOut,
    SavedViewsOut,
)
from haidang.exchange.api.versions import answer, expect_whole, nothing
from haidang.lib.database import writing
from haidang.people.models import Person
from haidang.strategy.access import view_for
from haidang.strategy.actions import saved_views as actions
from haidang.strategy.map import place
from haidang.strategy.map.saved import canonical, offered
from haidang.strategy.models import SavedView

router = Router(tags=["strategy"])

OPENERS = N_("Its maker; of a shared one anyone but guests")
MAKER = N_("Its maker")


def _shown(view: SavedView) -> SavedViewOut:
    return SavedViewOut(
        id=view.pk,
        name=view.name,
        owner=some_ref(view.owner),
        is_shared=view.is_shared,
        query=view.query,
        place=view.place,
        updated_at=view.updated_at,
    )


@operation(
    router,
    "get",
    "map/views",
    summary=N_("Saved views of the map"),
    who=ANYONE,
    scope="read",
    answers=SavedViewsOut,
    note=N_("One's own first, then those that others share; at most 200."),
)
def list_saved_views(request: HttpRequest) -> HttpResponse:
    items = [_shown(one.view) for one in offered(actor(request))]
    return answer(request, SavedViewsOut(items=items))


@operation(
    router,
    "post",
    "map/views",
    summary=N_("Keep a view of the map"),
    who=ANYONE,
    scope="write",
    answers=SavedViewOut,
    status=201,
    note=N_("What the map does not know of `query` and `place` is left out. Readers do not share."),
)
def create_saved_view(request: HttpRequest, body: SavedViewIn) -> HttpResponse:
    me = actor(request)
    made = actions.save_view(
        me,
        body.name,
        query=canonical(body.query),
        place=place.clean(body.place.removeprefix("#")),
        is_shared=body.is_shared,
    )
    return answer(request, _shown(made), status=201, location=f"/api/v1/map/views/{made.pk}")


@operation(
    router,
    "get",
    "map/views/{view_id}",
    summary=N_("A saved view of the map"),
    who=OPENERS,
    scope="read",
    answers=SavedViewOut,
)
def get_saved_view(request: HttpRequest, view_id: RowId) -> HttpResponse:
    return answer(request, _shown(view_for(actor(request), view_id)))


def _guarded(request: HttpRequest, me: Person, view: SavedView) -> None:
    """Views have no version: the whole tag must fit, read anew under the row's lock."""
    SavedView.objects.select_for_update().filter(pk=view.pk).first()
    expect_whole(request, lambda: (_shown(view_for(me, view.pk)), ()))


@operation(
    router,
    "patch",
    "map/views/{view_id}",
    summary=N_("Rename, share or replace a saved view"),
    who=MAKER,
    scope="write",
    answers=SavedViewOut,
    guarded=True,
    refusals=[409],
)
def edit_saved_view(request: HttpRequest, view_id: RowId, body: SavedViewChanges) -> HttpResponse:
    me = actor(request)
    view = view_for(me, view_id, "change")
    with writing():
        _guarded(request, me, view)
        query = view.query if body.query is None else canonical(body.query)
        where = view.place if body.place is None else place.clean(body.place.removeprefix("#"))
        actions.change_view(
            me, view, name=body.name, is_shared=body.is_shared, query=query, place=where
        )
    return answer(request, _shown(view))


@operation(
    router,
    "delete",
    "map/views/{view_id}",
    summary=N_("Delete a saved view"),
    who=N_("Its maker; of a shared one strategists too"),
    scope="write",
    answers=None,
    status=204,
    guarded=True,
)
def delete_saved_view(request: HttpRequest, view_id: RowId) -> HttpResponse:
    me = actor(request)
    view = view_for(me, view_id, "delete")
    with writing():
        _guarded(request, me, view)
        actions.delete_view(me, view)
    return nothing()
