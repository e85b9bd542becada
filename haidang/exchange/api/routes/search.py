"""The search of Ctrl+K."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.represent import ref
from haidang.exchange.api.schemas.search import (
    GoalFound,
    PersonFound,
    SearchFilters,
    SearchOut,
    UnitFound,
)
from haidang.exchange.api.versions import answer
from haidang.strategy.queries import finder

router = Router(tags=["search"])


@operation(
    router,
    "get",
    "search",
    summary=N_("Goals, people and units with these words"),
    who=ANYONE,
    scope="read",
    answers=SearchOut,
    note=N_("The same as Ctrl+K: only what you may see, the nearest first, diacritics or not."),
)
def search(request: HttpRequest, filters: Query[SearchFilters]) -> HttpResponse:
    most = filters.limit
    found = finder.search(actor(request), filters.q, most_goals=most, most_others=most)
    content = SearchOut(
        goals=[
            GoalFound(
                id=goal.public_id,
                kind=goal.kind,
                title=goal.title,
                state=goal.state,
                owner=ref(goal.owner),
                unit=ref(goal.unit),
            )
            for goal in found.goals
        ],
        people=[
            PersonFound(id=p.public_id, name=p.name, title=p.title, unit=ref(p.unit))
            for p in found.people
        ],
        units=[
            UnitFound(id=u.public_id, kind=u.kind, name=u.name, code=u.code) for u in found.units
        ],
    )
    return answer(request, content)
