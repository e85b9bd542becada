"""What somebody holds that others must take over when they leave or go elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from haidang.goals.access import visible
from haidang.goals.models import Goal, Kind, Level, Participant, ParticipantRole, State
from haidang.people.access import standing_of
from haidang.people.models import Person, Unit, UnitLeader

OPEN = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.ACTIVE)
UNFINISHED = (State.DRAFT, State.RETURNED)
#: Parts that are handed on; the others are a reader's own and end with their access.
WORKING = (ParticipantRole.CONTRIBUTOR, ParticipantRole.DELEGATE)


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing held. `what` is "owner", "data", "contributor", "delegate", "leads",
    "reports" or "proposals"; `key` names it in a form and an action."""

    what: str
    key: str
    goal: Goal | None = None
    unit: Unit | None = None
    part: Participant | None = None
    people: Sequence[Person] = ()
    goals: Sequence[Goal] = ()

    @property
    def may_lie(self) -> bool:
        """Whether a goal can do without an owner: its unit's leaders, or the strategists,
        keep it then."""
        return self.goal is not None and self.goal.level != Level.INDIVIDUAL


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything that a person holds. `rows` are what the actor may see; of `unseen` goals
    only how many there are is told."""

    rows: Sequence[Holding]
    unseen: Sequence[Holding] = ()

    @property
    def unseen_goals(self) -> int:
        return len({one.goal.pk for one in self.unseen if one.goal is not None})

    def __bool__(self) -> bool:
        return bool(self.rows or self.unseen)


def holdings(actor: Person, person: Person) -> Holdings:
    """What `person` holds now, in a fixed number of queries."""
    held: list[Holding] = []
    near = ("owner__unit", "unit", "cycle")
    mine = Goal.objects.filter(state__in=OPEN).select_related(*near).order_by("kind", "rank", "id")
    for goal in mine.filter(Q(owner=person) | Q(data_owner=person)):
        if goal.owner_id == person.pk:
            held.append(Holding("owner", f"owner-{goal.public_id}", goal))
        if goal.data_owner_id == person.pk:
            held.append(Holding("data", f"data-{goal.public_id}", goal))
    parts = Participant.objects.filter(person=person, role__in=WORKING, goal__state__in=OPEN)
    for part in parts.select_related("goal__owner", "goal__unit", "person").order_by("goal_id"):
        key = f"{part.role}-{part.goal.public_id}"
        held.append(Holding(part.role, key, part.goal, part=part))
    ids = {one.goal.pk for one in held if one.goal is not None}
    seen = set(visible(actor).filter(pk__in=ids).values_list("pk", flat=True))
    rows = [one for one in held if one.goal is not None and one.goal.pk in seen]
    unseen = [one for one in held if one.goal is not None and one.goal.pk not in seen]
    rows.sort(key=lambda one: _ORDER.index(one.what))
    rows += _of_people(person)
    return Holdings(rows, unseen)


_ORDER = ("owner", "data", *WORKING)


def _of_people(person: Person) -> list[Holding]:
    leads = UnitLeader.objects.filter(person=person, until=None, unit__archived_at=None)
    held = [
        Holding("leads", f"leads-{row.unit.public_id}", unit=row.unit)
        for row in leads.select_related("unit").order_by("unit__path")
    ]
    reports = list(person.reports.filter(is_active=True).order_by("sort_key", "pk"))
    if reports:
        held.append(Holding("reports", "reports", people=reports))
    proposals = list(
        Goal.objects.filter(proposed_by=person, state__in=UNFINISHED)
        .exclude(owner=person)
        .select_related("owner")
        .order_by("pk")
    )
    if proposals:
        held.append(Holding("proposals", "proposals", goals=proposals))
    return held


def still_held(person: Person) -> int:
    """How many open goals and KPI numbers lie with somebody: one query."""
    rows = Goal.objects.filter(state__in=OPEN)
    return rows.filter(Q(owner=person) | Q(data_owner=person)).count()


def can_hold(person: Person | None) -> bool:
    """Whether somebody can take something over: who is here, and may write."""
    if person is None or not person.is_active:
        return False
    me = standing_of(person)
    return not (me.is_viewer or me.is_guest)


def is_own_draft(goal: Goal) -> bool:
    """A private personal goal that its owner wrote and nobody else was to see yet."""
    return (
        goal.visibility == "private"
        and goal.level == Level.INDIVIDUAL
        and goal.kind != Kind.KEY_RESULT
        and goal.state in UNFINISHED
        and goal.created_by_id == goal.owner_id
        and goal.proposed_by_id in (None, goal.owner_id)
    )
