"""Goals of every kind: lists, one goal, making, changing and removing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import BaseModel

from haidang.exchange.api.auth import actor
from haidang.exchange.api.fetch import all_named, named
from haidang.exchange.api.fields import PublicId
from haidang.exchange.api.operation import WHO_SEES, operation
from haidang.exchange.api.pages import page
from haidang.exchange.api.represent import goal_out, goal_versions, goals_out
from haidang.exchange.api.schemas.goal_bodies import GoalCreate, GoalEdit, GoalFacts, LinkIn, RuleIn
from haidang.exchange.api.schemas.goals import GoalFilters, GoalOut, GoalsOut
from haidang.exchange.api.versions import Current, answer, expect, nothing, unless_stale
from haidang.exchange.queries import shaped
from haidang.goals import actions
from haidang.goals.access import cycle_for, goal_for, verbs_of, visible
from haidang.goals.actions import LinkRequest
from haidang.goals.models import Goal, Level
from haidang.goals.queries.choices import matching
from haidang.lib.errors import Forbidden, NotFound, Refusal
from haidang.lib.text import folded
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person

router = Router(tags=["goals"])

EDITORS = N_(
    "Owner, contributors, leader of its unit, strategists; measure and dates of an approved goal:"
    " its owner, of a KPI its approver"
)
CREATORS = N_(
    "Strategists (company), leaders and members of the unit (members as drafts), oneself and"
    " one's manager (individual); a key result by its objective"
)


def shown(request: HttpRequest, person: Person, goal: Goal, *, status: int = 200) -> HttpResponse:
    """A goal as it stands now, with the two versions that guard it."""
    row = shaped(Goal.objects.filter(pk=goal.pk)).first()
    if row is None:  # removed by somebody else in this moment
        raise NotFound
    location = reverse("api:get_goal", args=[row.public_id]) if status == 201 else ""
    return answer(
        request,
        goal_out(person, row),
        status=status,
        versions=goal_versions(row),
        location=location,
    )


def current_of(person: Person, goal: Goal) -> Current:
    """What stands now, for who was too late, if it is still there for them."""

    def current() -> tuple[BaseModel, Sequence[int]]:
        row = shaped(visible(person).filter(pk=goal.pk)).first()
        if row is None:
            raise NotFound
        return goal_out(person, row), goal_versions(row)

    return current


def expect_definition(request: HttpRequest, person: Person, goal: Goal) -> int | None:
    """The definition version that If-Match named; None for any."""
    return expect(request, goal_versions(goal), current_of(person, goal))


def filtered(person: Person, filters: GoalFilters) -> QuerySet[Goal]:
    rows = visible(person)
    if filters.kind:
        rows = rows.filter(kind__in=filters.kind)
    if filters.state:
        rows = rows.filter(state__in=filters.state)
    if filters.level:
        rows = rows.filter(level__in=filters.level)
    if filters.cycle:
        rows = rows.filter(cycle=named(person, "cycle", cycle_for, filters.cycle, query=True))
    if filters.unit:
        unit = named(person, "unit", unit_for, filters.unit, query=True)
        rows = rows.filter(unit__path__startswith=unit.path)
    if filters.owner:
        rows = rows.filter(owner=named(person, "owner", person_for, filters.owner, query=True))
    if filters.parent:
        parent = named(person, "parent", goal_for, filters.parent, query=True)
        rows = rows.filter(parent_links__parent=parent)
    if filters.tag:
        rows = rows.filter(tags__folded_name=folded(filters.tag)[:40])
    if filters.q:
        rows = matching(rows, person, filters.q)
    return rows


@operation(
    router,
    "get",
    "goals",
    summary=N_("Goals, in the order in which they were made"),
    who=WHO_SEES,
    scope="read",
    answers=GoalsOut,
    note=N_("Only goals that you may see, of all kinds unless filtered."),
)
def list_goals(request: HttpRequest, filters: Query[GoalFilters]) -> HttpResponse:
    me = actor(request)
    found, following = page(shaped(filtered(me, filters)), ("id",), filters, of=me.organisation_id)
    return answer(request, GoalsOut(items=goals_out(me, found), next=following))


@operation(
    router,
    "post",
    "goals",
    summary=N_("Make a goal"),
    who=CREATORS,
    scope="write",
    answers=GoalOut,
    status=201,
    note=N_(
        "With its links, in one transaction. Who may, makes it active; others make a draft; a "
        "personal goal for a report is a draft until they accept it. A key result names its "
        "objective in `parents` with the relation composition."
    ),
)
def create_goal(request: HttpRequest, body: GoalCreate) -> HttpResponse:
    me = actor(request)
    return shown(request, me, make(me, body), status=201)


def make(person: Person, body: GoalCreate, made: Mapping[str, Goal] = {}) -> Goal:
    """The goal that a body describes; `made` as for `link_request`."""
    facts = facts_of(person, body)
    if body.level == Level.INDIVIDUAL:
        facts.setdefault("owner", person)
    parents = [
        link_request(person, link, f"parents.{n}.", made) for n, link in enumerate(body.parents)
    ]
    kind = body.kind.value
    try:
        return actions.create_goal(person, kind, facts, parents=parents, submit=body.submit)
    except Refusal as refusal:
        _as_sent(refusal)
        raise


def _as_sent(refusal: Refusal) -> None:
    """Let a refusal name what the body has: an objective is one of the parents."""
    if refusal.field == "objective":
        refusal.field = "parents"
    elif refusal.place is not None:
        refusal.field = f"parents.{refusal.place}.{refusal.field or 'parent'}"


def link_request(
    person: Person, link: LinkIn, prefix: str = "", made: Mapping[str, Goal] = {}
) -> LinkRequest:
    """The link as the action takes it; `made` are goals of this request by their name in it."""
    return LinkRequest(
        parent=made.get(link.parent) or named(person, f"{prefix}parent", goal_for, link.parent),
        relation=None if link.relation is None else link.relation.value,
        mode=None if link.mode is None else link.mode.value,
        weight=link.weight,
        position=link.position,
    )


_NOT_FACTS = {"kind", "parents", "submit", "reason", "name"}


def facts_of(person: Person, body: GoalFacts) -> dict[str, Any]:
    """What was sent, as the action takes it: things instead of ids."""
    facts: dict[str, Any] = {
        name: getattr(body, name) for name in body.model_fields_set - _NOT_FACTS
    }
    for name in ("owner", "data_owner"):
        if facts.get(name):
            facts[name] = named(person, name, person_for, facts[name])
    if facts.get("unit"):
        facts["unit"] = named(person, "unit", unit_for, facts["unit"])
    if facts.get("cycle"):
        facts["cycle"] = named(person, "cycle", cycle_for, facts["cycle"])
    for name in ("contributors", "named"):
        if name in facts:
            facts[name] = all_named(person, name, person_for, facts[name])
    if "milestones" in facts:
        facts["milestones"] = [milestone.model_dump() for milestone in body.milestones]
    if "plan" in facts:
        facts["plan"] = body.model_dump(mode="json", include={"plan"})["plan"]
    return facts


@operation(
    router,
    "get",
    "goals/{goal_id}",
    summary=N_("A goal"),
    who=WHO_SEES,
    scope="read",
    answers=GoalOut,
    note=N_(
        "Its ETag holds two versions: the first guards its definition (edits, states, its rule), "
        "the second its measure (check-ins)."
    ),
)
def get_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    me = actor(request)
    return shown(request, me, goal_for(me, goal_id))


@operation(
    router,
    "patch",
    "goals/{goal_id}",
    summary=N_("Change a goal's definition"),
    who=EDITORS,
    scope="write",
    answers=GoalOut,
    guarded=True,
    refusals=[409],
    note=N_(
        "Words, people, measure and dates. Measure and dates of an approved goal need a "
        "`reason`. Level, unit and owner change as far as you could make the goal there, and "
        "not while it waits for approval (409)."
    ),
)
def edit_goal(request: HttpRequest, goal_id: PublicId, body: GoalEdit) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id)
    if not verbs_of(me, goal) & {"edit_words", "edit_measure", "share"}:
        raise Forbidden()
    version = expect_definition(request, me, goal)
    with unless_stale(current_of(me, goal)):
        actions.edit_goal(me, goal, version, facts_of(me, body), reason=body.reason)
    return shown(request, me, goal)


@operation(
    router,
    "delete",
    "goals/{goal_id}",
    summary=N_("Remove a draft for good"),
    who=N_("Its owner"),
    scope="write",
    answers=None,
    status=204,
    guarded=True,
    refusals=[409],
    note=N_("Only without records and without goals below it (409); anything else is archived."),
)
def delete_goal(request: HttpRequest, goal_id: PublicId) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, "delete")
    version = expect_definition(request, me, goal)
    with unless_stale(current_of(me, goal)):
        actions.delete(me, goal, version)
    return nothing()


@operation(
    router,
    "put",
    "goals/{goal_id}/rule",
    summary=N_("Say which terms make its number"),
    who=N_("Owner, leader of its unit, strategists"),
    scope="write",
    answers=GoalOut,
    guarded=True,
    refusals=[409],
    note=N_("`own`: only its reports; `children`: the goals below it; `both`."),
)
def put_rule(request: HttpRequest, goal_id: PublicId, body: RuleIn) -> HttpResponse:
    me = actor(request)
    goal = goal_for(me, goal_id, "weigh")
    version = expect_definition(request, me, goal)
    with unless_stale(current_of(me, goal)):
        actions.set_rule(me, goal, body.rule.value, version)
    return shown(request, me, goal)
