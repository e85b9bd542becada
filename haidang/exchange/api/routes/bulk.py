"""Many check-ins, or many goals, in one request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Router
from pydantic_core import PydanticCustomError

from haidang.checkins.many import Line, record_all
from haidang.checkins.models import Source
from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import named
from haidang.exchange.api.fields import read_day
from haidang.exchange.api.many import create_all
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.routes.check_ins import REPORTERS, values_of
from haidang.exchange.api.routes.goals import CREATORS
from haidang.exchange.api.schemas.checkins import CheckInMade, CheckInRows, CheckInsMade
from haidang.exchange.api.schemas.goal_bodies import GoalRows
from haidang.exchange.api.schemas.goal_changes import GoalChanges, GoalOutcome, GoalOutcomes
from haidang.exchange.api.schemas.goals import GoalMade, GoalsMade
from haidang.exchange.api.versions import answer
from haidang.goals.access import cycle_for
from haidang.goals.actions.many import Change, Outcome, Refused, Wish, change_many, preview
from haidang.lib.errors import FieldError, Invalid
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person

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


@operation(
    router,
    "post",
    "goals/bulk/changes",
    summary=N_("Change many goals"),
    who=ANYONE,
    scope="write",
    answers=GoalOutcomes,
    note=N_(
        "Up to 200 goals, all of them or none, each by the rights and rules of a change of it "
        "alone: a fact (`owner`, `unit`, `visibility`, `cycle`, `ends`) becomes `value`, `tags` "
        "gets those of `add` and loses those of `remove`, a state is taken. Goals that are "
        "refused are told by their place (`goals.4`), unless they are in `leave_out`."
    ),
)
def change_goals(request: HttpRequest, body: GoalChanges) -> HttpResponse:
    me = actor(request)
    wishes = [Wish(one.id, one.version) for one in body.goals]
    change = Change(
        body.what, _value(me, body.what, body.value), body.add, body.remove, reason=body.reason
    )
    if body.preview:
        return answer(request, _outcomes(preview(me, wishes, change)))
    try:
        done = change_many(me, wishes, change, leave_out=body.leave_out)
    except Refused as refusal:
        raise Invalid(
            refusal.message,
            code=refusal.code,
            errors=[
                FieldError(f"goals.{place}", one.code, one.refusal)
                for place, one in enumerate(preview(me, wishes, change))
                if one.refusal is not None and one.public_id not in body.leave_out
            ],
        ) from refusal
    return answer(request, _outcomes(done))


def _value(me: Person, what: str, text: str | None) -> Any:
    """The fact that a text of the body names."""
    if not text:
        return "" if what == "visibility" else None
    if what == "owner":
        return named(me, "value", person_for, text)
    if what == "unit":
        return named(me, "value", unit_for, text)
    if what == "cycle":
        return named(me, "value", cycle_for, text)
    if what == "ends":
        try:
            return read_day(text)
        except PydanticCustomError as error:
            raise Invalid(_("A day is written 2026-03-31."), code="day", field="value") from error
    return text


def _outcomes(found: Sequence[Outcome]) -> GoalOutcomes:
    return GoalOutcomes(
        items=[
            GoalOutcome(
                id=one.public_id,
                old=one.old,
                new=one.new,
                same=one.same,
                code=one.code,
                message=str(one.refusal or ""),
                also=list(one.also),
            )
            for one in found
        ]
    )
