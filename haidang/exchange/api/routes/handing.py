"""What moves with people and units: a merger, a transfer, a departure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import all_named, named
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import ANYONE, operation
from haidang.exchange.api.problems import BadParameter
from haidang.exchange.api.reasons import reason
from haidang.exchange.api.represent import goal_ref, ref, some_ref
from haidang.exchange.api.routes import people, units
from haidang.exchange.api.routes.organisation import ADMINISTRATOR
from haidang.exchange.api.schemas.administration import (
    WORDS,
    DepartureIn,
    HandingIn,
    HoldingOut,
    HoldingsOut,
    MergerFilters,
    MergerIn,
    MergerOut,
    MovingOut,
    RoleSpanOut,
    RoleSpansOut,
    TransferIn,
)
from haidang.exchange.api.schemas.people import PersonOut, UnitOut
from haidang.exchange.api.versions import answer, expect, unless_stale
from haidang.lib.errors import Conflict, FieldError, Invalid
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person, RoleGrant
from haidang.strategy import actions
from haidang.strategy.actions.handing import END, STAY, UNIT, Choice
from haidang.strategy.queries.holdings import Holding, Holdings, holdings
from haidang.strategy.queries.merging import Moving, merge_preview

router = Router(tags=["people"])
units_router = Router(tags=["units"])

#: Grants of one person that are told, the latest first.
MOST_SPANS = 500


# --- units ------------------------------------------------------------------------------


@operation(
    units_router,
    "get",
    "units/{unit_id}/merger",
    summary=N_("What a merger of two units would move"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=MergerOut,
    note=N_("Its ETag holds the version of the unit that would be closed."),
)
def get_merger(
    request: HttpRequest, unit_id: PublicId, filters: Query[MergerFilters]
) -> HttpResponse:
    me = actor(request)
    unit = unit_for(me, unit_id, "merge")
    if filters.into is None:
        raise BadParameter(reason("missing", {}), code="missing", field="into")
    into = named(me, "into", unit_for, filters.into, query=True)
    found = merge_preview(me, unit, into)

    def moving(some: Moving) -> MovingOut:
        return MovingOut(first=list(some.first), count=some.count)

    content = MergerOut(
        into=some_ref(into),
        people=moving(found.people),
        units=moving(found.units),
        goals=moving(found.goals),
        leaders=[some_ref(one) for one in found.leaders],
    )
    return answer(request, content, versions=(unit.version,))


@operation(
    units_router,
    "post",
    "units/{unit_id}/merger",
    summary=N_("Merge a unit into another"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=UnitOut,
    guarded=True,
    note=N_(
        "Its people, parts and goals move, also goals that you may not see; it is closed. The "
        "answer is the unit that took it in. How both stood stays readable."
    ),
)
def merge_unit(request: HttpRequest, unit_id: PublicId, body: MergerIn) -> HttpResponse:
    me = actor(request)
    unit = unit_for(me, unit_id, "merge")
    version = expect(request, (unit.version,), units.current_of(unit))
    into = named(me, "into", unit_for, body.into)
    if body.leaders is None:
        leaders = list(merge_preview(me, unit, into).leaders)
    else:
        leaders = all_named(me, "leaders", person_for, body.leaders)
    with unless_stale(units.current_of(unit)):
        target = actions.merge_units(me, unit, into, version, leaders=leaders)
    return units.shown(target, request=request)


# --- people -----------------------------------------------------------------------------


@operation(
    router,
    "get",
    "people/{person_id}/holdings",
    summary=N_("What somebody holds that others must take over"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=HoldingsOut,
    note=N_("Its ETag holds the person's version: it guards a transfer and a departure."),
)
def list_holdings(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "deactivate")
    held = holdings(me, person)
    content = HoldingsOut(
        items=[_holding_out(one) for one in held.rows], unseen_goals=held.unseen_goals
    )
    return answer(request, content, versions=(person.version,))


def _holding_out(one: Holding) -> HoldingOut:
    """Of goals that were proposed to others only how many: not all are open to everybody."""
    ends = [END]
    if one.what == "owner":  # never nobody: a unit may keep its goal
        ends = [UNIT] if one.may_lie else []
    return HoldingOut(
        key=one.key,
        what=one.what,
        goal=None if one.goal is None else goal_ref(one.goal),
        unit=ref(one.unit),
        people=[some_ref(person) for person in one.people],
        count=len(one.people) or len(one.goals) or 1,
        words=[*ends, STAY],
    )


@operation(
    router,
    "post",
    "people/{person_id}/departure",
    summary=N_("Let somebody leave, with everything that they hold"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=PersonOut,
    guarded=True,
    note=N_(
        "Access ends at once, and each thing goes as chosen, in one step. Goals that you may "
        "not see go by a rule. What came to them in the meantime: 409. Of somebody who has left "
        "already: what was left with them."
    ),
)
def depart(request: HttpRequest, person_id: PublicId, body: DepartureIn) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "deactivate")
    version = expect(request, (person.version,), people.current_of(person))
    choices = _choices(me, body, body.otherwise, holdings(me, person))
    with unless_stale(people.current_of(person)), _as_sent(body):
        actions.depart(me, person, version, choices, last_day=body.last_day)
    return people.shown(person, request=request)


@operation(
    router,
    "post",
    "people/{person_id}/transfer",
    summary=N_("Put somebody into another unit, or under another manager"),
    who=ADMINISTRATOR,
    scope="admin",
    answers=PersonOut,
    guarded=True,
    note=N_(
        "What they hold stays with them, or goes as chosen, in one step; personal goals that "
        "stay go along into the new unit."
    ),
)
def transfer(request: HttpRequest, person_id: PublicId, body: TransferIn) -> HttpResponse:
    me = actor(request)
    person = person_for(me, person_id, "transfer")
    version = expect(request, (person.version,), people.current_of(person))
    sent = body.model_fields_set
    unit, manager = person.unit, person.manager
    if "unit" in sent:
        unit = named(me, "unit", unit_for, body.unit) if body.unit else None
    if "manager" in sent:
        manager = named(me, "manager", person_for, body.manager) if body.manager else None
    choices = _choices(me, body, body.otherwise, holdings(me, person))
    with unless_stale(people.current_of(person)), _as_sent(body):
        actions.transfer(me, person, version, choices, unit=unit, manager=manager)
    return people.shown(person, request=request)


def _choices(
    me: Person, body: HandingIn, otherwise: str | None, held: Holdings
) -> Mapping[str, Choice]:
    """A choice for each thing held. Raises Invalid at what is not held, at what nobody was
    chosen for, and at who is not known."""
    keys = [one.key for one in held.rows]
    wrong = [
        FieldError(f"choices.{key}", "unknown", _("They do not hold this."))
        for key in body.choices
        if key not in keys
    ]
    if otherwise is None:
        wrong += [
            FieldError(f"choices.{key}", "required", _("Please say who takes this over."))
            for key in keys
            if key not in body.choices
        ]
    if wrong:
        raise Invalid(errors=wrong)
    people_: dict[str, Person] = {}

    def choice(field: str, value: str) -> Choice:
        if value in WORDS:
            return value
        if value not in people_:
            people_[value] = named(me, field, person_for, value)
        return people_[value]

    return {
        key: choice(f"choices.{key}", body.choices[key])
        if key in body.choices
        else choice("otherwise", otherwise or "")
        for key in keys
    }


@contextmanager
def _as_sent(body: HandingIn) -> Iterator[None]:
    """Let a refusal of a choice name what the body has."""
    try:
        yield
    except (Invalid, Conflict) as refusal:
        field = refusal.field
        if field is not None and field not in type(body).model_fields:
            refusal.field = f"choices.{field}" if field in body.choices else "otherwise"
        raise


@operation(
    router,
    "get",
    "people/{person_id}/roles/history",
    summary=N_("Which roles somebody held, and when"),
    who=ANYONE,
    scope="read",
    answers=RoleSpansOut,
    note=N_("The latest 500, the latest first. Guests see only themselves."),
)
def list_role_spans(request: HttpRequest, person_id: PublicId) -> HttpResponse:
    person = person_for(actor(request), person_id)
    rows = RoleGrant.objects.filter(person=person).order_by("-since", "-pk")[:MOST_SPANS]
    spans: list[Any] = [
        RoleSpanOut(role=row.role, since=row.since, until=row.until) for row in rows
    ]
    return answer(request, RoleSpansOut(items=spans))
