"""Many check-ins, or many goals, in one request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Router

from haidang.checkins.many import Line, record_all
from haidang.checkins.models import Source
from haidang.exchange.api.auth import actor
from haidang.exchange.api.many import create_all
from haidang.exchange.api.operation import operation
from haidang.exchange.api.routes.check_ins import REPORTERS, values_of
from haidang.exchange.api.routes.goals import CREATORS
from haidang.exchange.api.schemas.checkins import CheckInMade, CheckInRows, CheckInsMade
from haidang.exchange.api.schemas.goals import GoalMade, GoalRows, GoalsMade
from haidang.exchange.api.versions import answer

router = Router(tags=["check-ins"])


@operation(
    router,
    "post",
    "check-ins/bulk",
    summary=N_("Check in many times"),
    who=REPORTERS,
    scope="check_in",
    answers=CheckInsMade,
    status=201,
    note=N_(
        "Up to 1,000 rows, all of them or none: each is a check-in of its own, with its rights "
        "and rules, and every reason is told by its row and field (`rows.4.value`). The same "
        "goal and day twice is refused."
    ),
)
def create_check_ins(request: HttpRequest, body: CheckInRows) -> HttpResponse:
    lines = [Line(row.goal, row.measure_version, values_of(row)) for row in body.rows]
    made = record_all(actor(request), lines, source=Source.API)
    items = [
        CheckInMade(id=check_in.pk, goal=line.goal, for_day=check_in.for_day)
        for check_in, line in zip(made, lines, strict=True)
    ]
    return answer(request, CheckInsMade(items=items), status=201)


@operation(
    router,
    "post",
    "goals/bulk",
    summary=N_("Make many goals"),
    who=CREATORS,
    scope="write",
    answers=GoalsMade,
    status=201,
    note=N_(
        "Up to 500 rows, all of them or none, in their order: each is a goal of its own, with its "
        "rights and rules, and every reason is told by its row and field (`rows.4.title`). A row "
        "may hang below an earlier one, by `#` and the name that one was given here."
    ),
)
def create_goals(request: HttpRequest, body: GoalRows) -> HttpResponse:
    made = create_all(actor(request), body.rows)
    items = [
        GoalMade(id=goal.public_id, name=row.name, kind=goal.kind, state=goal.state)
        for goal, row in zip(made, body.rows, strict=True)
    ]
    return answer(request, GoalsMade(items=items), status=201)
