"""The strategy map as data: the view that the page draws."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import nine_places
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.represent import public_ids
from haidang.exchange.api.schemas.map import MapFilters, MapGoalOut, MapLinkOut, MapOut
from haidang.exchange.api.schemas.people import Ref
from haidang.exchange.api.versions import answer
from haidang.goals.access import cycle_for, goal_for
from haidang.goals.queries import Outlook
from haidang.lib.errors import NotFound
from haidang.lib.text import folded
from haidang.people.access import person_for, today_of, unit_for
from haidang.people.models import Person, Unit
from haidang.strategy.map import queries
from haidang.strategy.map.depth import to_depth
from haidang.strategy.map.filters import Filters
from haidang.strategy.map.queries import Row, View

router = Router(tags=["strategy"])


def outlook_facts(look: Outlook) -> dict[str, Any]:
    """The members of `Stands`."""
    return {
        "progress": look.progress,
        "progress_decimal": nine_places(look.progress),
        "expected": look.expected,
        "expected_decimal": nine_places(look.expected),
        "health": look.health,
        "outdated": look.outdated,
    }


@operation(
    router,
    "get",
    "map",
    summary=N_("The strategy map"),
    who=WHO_SEES,
    scope="read",
    answers=MapOut,
    note=N_(
        "The goals under way that you may see, as a forest from the Ultimate Goal down, and the "
        "links beside it. Where there are more than `limit`, the upper levels come first and "
        "`more` says how many stand below; ask for these with `root`. Filters leave the goals "
        "that fit and, as `context`, the way from each up to the top."
    ),
)
def get_map(request: HttpRequest, filters: Query[MapFilters]) -> HttpResponse:
    me = actor(request)
    view = queries.view(me, _asked(me, filters), today_of(me))
    to_depth(view, filters.depth)
    return answer(request, _map_out(me, view))


def _asked(me: Person, filters: MapFilters) -> Filters:
    """What the map is narrowed to; what names nothing that the person sees is refused."""
    if filters.cycle and filters.cycle != "all":
        named(me, "cycle", cycle_for, filters.cycle, query=True)
    if filters.unit:
        named(me, "unit", unit_for, filters.unit, query=True)
    if filters.team:
        named(me, "team", _team_for, filters.team, query=True)
    if filters.person and filters.person != "me":
        named(me, "person", person_for, filters.person, query=True)
    if filters.root:
        named(me, "root", goal_for, filters.root, query=True)
    return Filters(
        cycle=filters.cycle or "",
        unit=filters.unit or "",
        team=filters.team or "",
        person=filters.person or "",
        kind=filters.kind.value if filters.kind else "",
        health=filters.health or "",
        tag=folded(filters.tag or "")[:40],
        text=filters.q or "",
        root=filters.root or "",
        limit=filters.limit,
    )


def _team_for(me: Person, public_id: str) -> Unit:
    unit = unit_for(me, public_id)
    if unit.kind != Unit.Kind.TEAM:
        raise NotFound
    return unit


def _map_out(me: Person, view: View) -> MapOut:
    ids = {row.id: row.public_id for row in view.rows}
    people = public_ids(
        Person.objects.filter(organisation_id=me.organisation_id), {r.owner_id for r in view.rows}
    )
    units = public_ids(
        Unit.objects.filter(organisation_id=me.organisation_id), {r.unit_id for r in view.rows}
    )

    def of(row: Row) -> MapGoalOut:
        edge = view.branches.get(row.id)
        under = None if edge is None else ids.get(edge.parent)
        return MapGoalOut(
            **outlook_facts(view.outlooks[row.id]),
            id=row.public_id,
            kind=row.kind,
            title=row.title,
            state=row.state,
            level=row.level,
            owner=_ref(row.owner_id, people, view.people),
            unit=_ref(row.unit_id, units, view.units),
            parent=under,
            relation=edge.relation if edge and under else "",
            mode=edge.mode if edge and under else "",
            weight=edge.weight if edge and under else 0,
            actual=row.actual,
            target=row.target,
            low=row.low,
            high=row.high,
            metric_unit=row.metric_unit,
            terms_measured=row.measured or 0,
            terms_total=row.terms or 0,
            context=row.id in view.context,
            more=view.hidden.get(row.id, 0),
        )

    return MapOut(
        items=[of(row) for row in view.rows],
        links=[
            MapLinkOut(
                child=ids[edge.child],
                parent=ids[edge.parent],
                relation=edge.relation,
                mode=edge.mode,
                weight=edge.weight,
            )
            for edge in view.links
        ],
        cut=view.cut,
    )


def _ref(key: int | None, ids: dict[int | None, str], names: dict[int, str]) -> Ref | None:
    return Ref(id=ids[key], name=names[key]) if key in ids and key in names else None
