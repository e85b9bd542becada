"""Making goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals import store
from haidang.goals.access import may, may_create, require
from haidang.goals.actions.change import again, local_day, record_event, restructuring
from haidang.goals.actions.edges import insert_link
from haidang.goals.actions.facts import FIELDS, cleaned
from haidang.goals.actions.formula import keep_inputs, refuse_units, resolved
from haidang.goals.actions.history import keep_version
from haidang.goals.actions.identity import cite
from haidang.goals.actions.link_terms import LinkRequest, refuse_weight
from haidang.goals.actions.links import make_link
from haidang.goals.models import (
    Alignment,
    Cycle,
    CycleState,
    Goal,
    Kind,
    KpiPeriod,
    Level,
    Milestone,
    Mode,
    Participant,
    ParticipantRole,
    Relation,
    Rule,
    Standing,
    State,
    Tag,
    Visibility,
)
from haidang.goals.models.kinds import PREFIX
from haidang.goals.rules.node import derive
from haidang.goals.rules.periods import fiscal_year, period_of, periods_between, year_of_period
from haidang.lib.errors import Conflict, Forbidden, Invalid, Refusal
from haidang.lib.text import folded
from haidang.people import settings
from haidang.people.models import Organisation, Person
from haidang.people.sequences import take

#: Facts that are rows of their own, not columns.
ROWS = ("contributors", "named", "tags", "milestones", "cited")
#: Periods are laid out ahead for a fiscal year, but for those too short to be looked at so.
LAID_OUT = {"month", "quarter", "half", "year"}


def create_goal(
    actor: Person,
    kind: str,
    facts: Mapping[str, Any],
    *,
    parents: Sequence[LinkRequest] = (),
    submit: bool = False,
    as_draft: bool = False,
) -> Goal:
    """Make a goal with its links, in one transaction.

    `facts` are column names of `Goal` (related things as instances) and `contributors`,
    `named`, `tags`, `milestones`. A key result needs its objective among `parents` with the
    relation composition. Born active or as a draft (`access.may_create`); `submit` hands a
    draft to its approver at once, but a personal goal for somebody else waits as a draft
    for that person to accept it (`states.accept_goal`). `as_draft` makes a draft of what
    would be born active, to be filled in: the organisation's own fields are not asked yet.
    Raises Invalid with every reason, Forbidden, NotFound.
    """
    if kind not in FIELDS:
        raise Invalid(_("There is no such kind of goal."), code="kind", field="kind")
    with restructuring(actor) as at:
        objective = _objective(kind, parents)
        if objective is not None:
            objective = again(objective)
        values = cleaned(
            kind,
            facts,
            actor.organisation_id,
            cycle=objective.cycle if objective is not None else None,
            answered={} if as_draft else None,
        )
        if values.get("expression"):
            values["expression"] = resolved(actor, values["expression"])
        refuse_closed_cycle(objective.cycle if objective is not None else values.get("cycle"))
        born = may_create(
            actor,
            kind,
            values.get("level", ""),
            values.get("unit"),
            owner=values.get("owner"),
            parent=objective,
        )
        if born is None:
            raise Forbidden
        state: str = State.ACTIVE if born == "active" and not as_draft else State.DRAFT
        if objective is not None:
            state = state_below(objective, born)
        elif submit and state == State.DRAFT:
            state = State.SUBMITTED
        goal = _insert(actor, kind, values, state, objective, at)
        if goal.state == State.SUBMITTED and objective is None:
            require_an_approver(goal)
        if goal.expression:
            refuse_units(goal)
            keep_inputs(actor, goal, at)
        for place, request in enumerate(parents):
            try:
                if request.relation == Relation.COMPOSITION and objective is not None:
                    _compose(actor, goal, objective, request, at)
                else:
                    require(actor, request.parent, "see")
                    make_link(actor, goal, request, at)
            except Refusal as refusal:
                refusal.place = place
                raise
        record_event(actor, "goal.created", goal, at, data={"state": goal.state, "kind": kind})
        return again(goal)


def _objective(kind: str, parents: Iterable[LinkRequest]) -> Goal | None:
    found = [r.parent for r in parents if r.relation == Relation.COMPOSITION]
    if kind != Kind.KEY_RESULT:
        if found:
            raise Invalid(_("Only key results are composed into an objective."), code="relation")
        return None
    if len(found) != 1 or found[0].kind != Kind.OBJECTIVE:
        raise Invalid(
            _("A key result belongs to exactly one objective."), code="required", field="objective"
        )
    return found[0]


def refuse_closed_cycle(cycle: Cycle | None) -> None:
    """What a cycle held is settled when it closes: nothing comes in afterwards."""
    if cycle is not None and cycle.state == CycleState.CLOSED:
        raise Invalid(_("This cycle is closed."), code="closed", field="cycle")


def state_below(objective: Goal, born: str) -> str:
    """The state of a new key result: its objective's, as far as who makes it may."""
    if objective.state == State.ACTIVE:
        return State.ACTIVE if born == "active" else State.DRAFT
    if objective.state in (State.DRAFT, State.RETURNED, State.SUBMITTED):
        return objective.state
    raise Invalid(
        _("This objective is closed; nothing is added to it."), code="closed", field="objective"
    )


def _compose(
    actor: Person, goal: Goal, objective: Goal, request: LinkRequest, at: datetime
) -> None:
    require(actor, objective, "see")
    mode = request.mode or Mode.AVERAGE
    if mode == Mode.VALUE:
        raise Invalid(_("An objective has no actual of its own."), code="mode", field="mode")
    if request.weight is not None and not 0 <= request.weight <= 10_000:
        raise Invalid(
            _("A weight is a whole number from 0 to 10,000."), code="weight", field="weight"
        )
    refuse_weight(actor, objective, request.weight)
    insert_link(
        actor,
        goal,
        objective,
        relation=Relation.COMPOSITION,
        mode=mode,
        weight=request.weight,
        position=request.position,
        accepted=True,
        at=at,
    )


def _insert(
    actor: Person,
    kind: str,
    values: Mapping[str, Any],
    state: str,
    objective: Goal | None,
    at: datetime,
) -> Goal:
    number = take(actor.organisation_id, kind)
    columns = {name: value for name, value in values.items() if name not in ROWS}
    if objective is not None:
        columns["cycle"] = objective.cycle
        columns.setdefault("owner", objective.owner)
        columns.setdefault("unit", objective.unit)
        columns.setdefault("visibility", objective.visibility)
    if "visibility" not in columns:
        columns["visibility"] = usual_visibility(actor, kind, columns.get("level", ""))
    owner = columns.get("owner")
    goal = Goal(
        organisation_id=actor.organisation_id,
        kind=kind,
        number=number,
        public_id=f"{PREFIX[Kind(kind)]}-{number}",
        state=state,
        rule=Rule.OWN if kind in (Kind.KEY_RESULT, Kind.KPI) else Rule.CHILDREN,
        created_at=at,
        created_by=actor,
        proposed_by=actor if owner is not None and owner.pk != actor.pk else None,
        **columns,
    )
    if objective is None and goal.state == State.SUBMITTED and _is_for_another(goal):
        goal.state = State.DRAFT
    goal.save(force_insert=True)
    write_rows(goal, values)
    if "cited" in values:
        cite(goal, values["cited"], at, actor.pk)
    keep_version(goal, at, actor.pk)
    if kind == Kind.KPI and goal.frequency in LAID_OUT:
        first_month = actor.organisation.fiscal_year_start
        today = local_day(actor.organisation, at)
        lay_out_periods(goal, fiscal_year(goal.starts or today, first_month), first_month)
    insert_standing(goal, actor.organisation, at)
    return goal


def _is_for_another(goal: Goal) -> bool:
    """Whether a personal goal is made for somebody else, who has to accept it first."""
    return goal.level == Level.INDIVIDUAL and goal.proposed_by_id is not None


def usual_visibility(person: Person, kind: str, level: str) -> str:
    """Who sees a new goal about which nobody said it: a setting for each level; ultimate
    goals and pillars are the company's."""
    level = level or Level.COMPANY
    found: str = settings.get(person.organisation_id, f"visibility.{level}")
    return found


def require_an_approver(goal: Goal) -> None:
    """Refuse that a goal waits for an approval which nobody who sees it can give.

    A private goal is seen by its owner and those named; its approver is as a rule not among
    them, and it would wait for ever. Its owner names the approver, or shares it.
    """
    if goal.visibility != Visibility.PRIVATE or goal.kind == Kind.KEY_RESULT:
        return
    parts = goal.participants.select_related("person").exclude(role=ParticipantRole.FOLLOWER)
    people = {part.person_id: part.person for part in parts}
    if goal.data_owner is not None:
        people[goal.data_owner.pk] = goal.data_owner
    if not any(may(person, goal, "approve") for person in people.values()):
        raise Conflict(
            _(
                "It is private, and nobody who may approve it sees it: name the approver among"
                " those who see it, or share it more widely."
            ),
            code="nobody_approves",
            field="visibility",
        )


def objective_of(key_result: Goal) -> Goal:
    """The objective that a key result is composed into."""
    return Goal.objects.select_related("owner", "unit", "cycle").get(
        child_links__child=key_result, child_links__relation=Relation.COMPOSITION
    )


def insert_standing(goal: Goal, organisation: Organisation, at: datetime) -> None:
    """A new goal's row of numbers, as the one rule derives it from nothing."""
    Standing.objects.create(goal=goal, organisation_id=goal.organisation_id)
    graph = store.above([goal.pk], organisation.fiscal_year_start)
    derive(graph.nodes[goal.pk])
    store.save(graph, [goal.pk], goal.organisation_id, local_day(organisation, at))


def write_rows(goal: Goal, values: Mapping[str, Any]) -> None:
    """Participants, tags and milestones, where the values speak of them."""
    for name, role in (
        ("contributors", ParticipantRole.CONTRIBUTOR),
        ("named", ParticipantRole.NAMED),
    ):
        if name in values:
            wanted = {p.pk for p in values[name]}
            goal.participants.filter(role=role).exclude(person_id__in=wanted).delete()
            have = set(goal.participants.filter(role=role).values_list("person_id", flat=True))
            Participant.objects.bulk_create(
                Participant(goal=goal, person_id=pk, role=role) for pk in sorted(wanted - have)
            )
    if "tags" in values:
        goal.tags.set([_tag(goal.organisation_id, name) for name in values["tags"]])
    if "milestones" in values:
        _write_milestones(goal, values["milestones"])


def _write_milestones(goal: Goal, wanted: Sequence[Mapping[str, Any]]) -> None:
    """A milestone keeps its position, by which records name it, for good: no other gets it.

    One without a position, or with one that is not known, is new.
    """
    known = {m.position: m for m in goal.milestones.all()}
    reported = goal.check_ins.exclude(milestones=None).values_list("milestones", flat=True)
    named = {position for positions in reported for position in positions or ()}
    following = max(named | known.keys(), default=-1) + 1
    kept = []
    for given in wanted:
        milestone = known.pop(given["position"], None)
        if milestone is None:
            milestone = Milestone(goal=goal, position=following)
            following += 1
        milestone.title, milestone.weight = given["title"], given["weight"]
        milestone.due = given["due"]
        kept.append(milestone)
    Milestone.objects.filter(pk__in=[m.pk for m in known.values()]).delete()
    for milestone in kept:
        milestone.save()


def _tag(organisation_id: int, name: str) -> Tag:
    return Tag.objects.get_or_create(
        organisation_id=organisation_id, folded_name=folded(name)[:40], defaults={"name": name}
    )[0]


def lay_out_periods(kpi: Goal, year: int, first_month: int) -> None:
    """The periods of a fiscal year that are not there yet, with the KPI's default target."""
    start = date(year, first_month, 1)
    last = period_of(start, "year", first_month)[1]
    KpiPeriod.objects.bulk_create(
        (
            KpiPeriod(
                goal=kpi,
                year=year_of_period(starts, kpi.frequency, first_month),
                starts=starts,
                ends=ends,
                target=kpi.target,
                baseline=kpi.baseline,
                low=kpi.low,
                high=kpi.high,
                tolerance=kpi.tolerance,
                value_sum=Decimal(0),
                numerator_sum=Decimal(0),
                denominator_sum=Decimal(0),
            )
            for starts, ends in periods_between(start, last, kpi.frequency, first_month)
        ),
        ignore_conflicts=True,
    )


def children_of(goal: Goal, relation: str) -> list[Goal]:
    return [
        edge.child
        for edge in Alignment.objects.filter(parent=goal, relation=relation).select_related(
            "child__owner", "child__unit", "child__cycle", "child__standing"
        )
    ]
