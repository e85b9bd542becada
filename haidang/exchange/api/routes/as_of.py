"""Goals as they stood at the end of a day: one of them, or all."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import Day, PublicId, nine_places
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import page
from haidang.exchange.api.represent import goal_ref
from haidang.exchange.api.schemas.as_of import GoalsThen, GoalThen, ParentThen, ThenFilters
from haidang.exchange.api.versions import answer
from haidang.goals.access import cycle_for, goal_for
from haidang.goals.models import GoalVersion
from haidang.goals.queries import AsOf, as_of, goals_as_of, told
from haidang.people.access import person_for, unit_for, units_visible
from haidang.people.models import Person

router = Router(tags=["numbers"])


def then_out(then: AsOf, day: date) -> GoalThen:
    point = then.point
    return GoalThen(
        id=then.goal.public_id,
        kind=then.goal.kind,
        day=day,
        version=then.version,
        since=then.since,
        definition=dict(then.facts),
        progress=point.progress if point else None,
        progress_decimal=nine_places(point.progress if point else None),
        raw=point.raw if point else None,
        actual=point.actual if point else None,
        terms_measured=point.terms_measured if point else 0,
        terms_total=point.terms_total if point else 0,
        parents=[
            ParentThen(
                parent=goal_ref(span.parent),
                relation=span.relation,
                mode=span.mode,
                weight=span.weight,
                since=span.since,
            )
            for span in then.parents
        ],
    )


@operation(
    router,
    "get",
    "goals/as-of/{day}",
    summary=N_("All goals as they stood at the end of a day"),
    note=N_(
        "In the organisation's time, by what had been recorded by then, in the order in which"
        " they were made. Goals that you may see today; what was deleted since is not among"
        " them."
    ),
    who=WHO_SEES,
    scope="read",
    answers=GoalsThen,
)
def list_as_of(request: HttpRequest, day: Day, filters: Query[ThenFilters]) -> HttpResponse:
    me = actor(request)
    rows = _filtered(me, goals_as_of(me, day), filters)
    found, following = page(rows, ("goal_id",), filters, of=me.organisation_id)
    items = [then_out(then, day) for then in told(me, found, day)]
    return answer(request, GoalsThen(items=items, next=following))


def _filtered(
    me: Person, rows: QuerySet[GoalVersion], filters: ThenFilters
) -> QuerySet[GoalVersion]:
    """By the definition of then; what a filter names is named as it is today."""
    if filters.kind:
        rows = rows.filter(goal__kind__in=filters.kind)
    if filters.state:
        rows = rows.filter(facts__state__in=[state.value for state in filters.state])
    if filters.cycle:
        cycle = named(me, "cycle", cycle_for, filters.cycle, query=True)
        rows = rows.filter(facts__cycle_id=cycle.pk)
    if filters.unit:
        unit = named(me, "unit", unit_for, filters.unit, query=True)
        below = units_visible(me).filter(path__startswith=unit.path).order_by()
        rows = rows.filter(facts__unit_id__in=list(below.values_list("pk", flat=True)))
    if filters.owner:
        owner = named(me, "owner", person_for, filters.owner, query=True)
        rows = rows.filter(facts__owner_id=owner.pk)
    return rows


@operation(
    router,
    "get",
    "goals/{goal_id}/as-of/{day}",
    summary=N_("A goal as it stood at the end of a day"),
    note=N_(
        "In the organisation's time, by what had been recorded by then. 404 where there was no"
        " such goal yet. Whoever may see the goal today may see how it was."
    ),
    who=WHO_SEES,
    scope="read",
    answers=GoalThen,
)
def get_as_of(request: HttpRequest, goal_id: PublicId, day: Day) -> HttpResponse:
    me = actor(request)
    return answer(request, then_out(as_of(me, goal_for(me, goal_id), day), day))
