"""New goals of a list, by the bulk path and with the rights of who loads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from haidang.checkins.bulk import Bulk
from haidang.exchange.loading.columns import GOALS
from haidang.exchange.loading.goals import FIELDS, GoalList, Said, Wish
from haidang.exchange.loading.lines import Status
from haidang.goals.access import Born, born_below, may_create, verbs_of_each
from haidang.goals.actions import LinkRequest
from haidang.goals.actions.create import refuse_closed_cycle, state_below
from haidang.goals.actions.facts import cleaned
from haidang.goals.actions.link_terms import not_yours_to_weigh, refuse_gone
from haidang.goals.models import Goal, Kind, Level, Mode, Relation, State
from haidang.goals.rules.combine import weight_among
from haidang.lib.errors import Invalid, Refusal
from haidang.people.models import Person

#: As it is said in the log, and of records.
SOURCE = "import"
_SAY_EVERY = 100


class Making(Bulk):
    """A bulk load that asks what `goals.actions.create_goal` asks: who may make this there,
    whether it counts at once, and who gives weights."""

    source = SOURCE

    def __init__(self, actor: Person, below: Sequence[int], *, trial: bool) -> None:
        super().__init__(actor.organisation, below=below, trial=trial)
        self.person = actor
        self._there = frozenset(self.goals)
        self._verbs: dict[int, frozenset[str]] = {}

    def verbs(self, goal: Goal) -> frozenset[str]:
        if goal.pk not in self._verbs:
            new = goal.pk not in self._there
            self._verbs[goal.pk] = verbs_of_each(self.person, [goal], alone=new)[goal.pk]
        return self._verbs[goal.pk]

    def accepts(self, actor: Person | None, parent: Goal) -> bool:
        return "accept_link" in self.verbs(parent)

    def make(
        self, at: datetime, kind: str, facts: Mapping[str, Any], parents: Sequence[LinkRequest]
    ) -> Goal:
        """A goal as the person may make it. Raises every Refusal that `create_goal` would."""
        composed = [one.parent for one in parents if one.relation == Relation.COMPOSITION]
        objective = composed[0] if composed else None
        values = cleaned(
            kind,
            facts,
            self.organisation.pk,
            cycle=objective.cycle if objective is not None else None,
            own=self.own_fields,
        )
        refuse_closed_cycle(objective.cycle if objective is not None else values.get("cycle"))
        born = self._born(kind, values, objective)
        if born is None:
            raise Invalid(_not_yours(kind, values), code="not_yours", field="level")
        state: str = State.ACTIVE if born == "active" else State.DRAFT
        if objective is not None:
            state = state_below(objective, born)
        for request in parents:
            self._may_hang(request)
        return self.goal(at, self.person, kind, facts, state=state, parents=parents)

    def _born(self, kind: str, values: Mapping[str, Any], objective: Goal | None) -> Born | None:
        if objective is None:
            return may_create(
                self.person, kind, values.get("level", ""), values.get("unit"),
                owner=values.get("owner"),
            )  # fmt: skip
        return born_below(self.verbs(objective))

    def _may_hang(self, request: LinkRequest) -> None:
        if request.relation != Relation.COMPOSITION:
            refuse_gone(request.parent)
        if request.weight is None or "weigh" in self.verbs(request.parent):
            return
        siblings = self.below.get(request.parent.pk, ())
        mean = weight_among(e.weight for e in siblings if e.mode == Mode.AVERAGE)
        if request.weight != mean:
            raise not_yours_to_weigh()


def _not_yours(kind: str, values: Mapping[str, Any]) -> str:
    if kind == Kind.KEY_RESULT:
        return _("You may not add key results to this objective.")
    if kind in (Kind.ULTIMATE, Kind.PILLAR) or values.get("level") == "company":
        return _("Goals of the company are made by strategists.")
    if values.get("level") == "unit":
        return _("Goals of this unit are made by its leaders, strategists, or its members.")
    return _not_theirs(values.get("owner"))


def _not_theirs(owner: Person | None) -> str:
    """Who loads an individual goal instead, by name: strategists may not either."""
    if owner is None:
        return _("You may not make individual goals.")
    boss = owner.manager if owner.manager is not None and owner.manager.is_active else None
    names = {"owner": owner.name, "boss": boss.name if boss else "", "unit": Level.UNIT.label}
    if boss is None:
        said = _(
            "An individual goal of %(owner)s is loaded by themself alone: they have no manager."
            " If it is their unit's goal, write “%(unit)s” as its scope."
        )
    else:
        said = _(
            "An individual goal of %(owner)s is loaded by themself or by their manager, %(boss)s."
            " If it is their unit's goal, write “%(unit)s” as its scope."
        )
    return said % names


def make(goals: GoalList, at: datetime, *, trial: bool, said: Said) -> None:
    """Make the new goals of the list; every line that cannot be had says why.

    Nothing is written where a line of the list is wrong, nor in a `trial`.
    """
    new = [wish for wish in goals.order if wish.goal is None]
    if not new:
        return
    there = {
        place.goal.pk for wish in new for place in wish.parents or () if place.goal is not None
    }
    load = Making(goals.actor, sorted(there), trial=trial)
    halves = 1 if trial else 2  # writing is the other half
    for number, wish in enumerate(new, 1):
        _make(load, at, wish)
        if number % _SAY_EVERY == 0:
            said(number, halves * len(new))
    if trial or any(wish.broken for wish in goals.wishes):
        return
    load.flush(progress=lambda _what, done, of: said(of + done, 2 * of))


def _make(load: Making, at: datetime, wish: Wish) -> None:
    """One line, or its reasons. What hangs below a line that is wrong waits for it: only its
    own facts are looked at."""
    if not wish.kind:
        return
    parents = [place.wish.made if place.wish else place.goal for place in wish.parents or ()]
    parents = [
        load.goals.get(place.goal.pk, place.goal) if place.goal else made
        for place, made in zip(wish.parents or (), parents, strict=True)
    ]
    waits = any(parent is None for parent in parents)
    requests = _requests(wish, [parent for parent in parents if parent is not None])
    try:
        if waits or wish.broken or (wish.kind == Kind.KEY_RESULT and not requests):
            cleaned(
                wish.kind,
                wish.facts,
                load.organisation.pk,
                cycle=_some_cycle(requests),
                own=load.own_fields,
            )
            if not wish.broken:
                wish.line.status = Status.WAITING
            return
        wish.made = load.make(at, wish.kind, wish.facts, requests)
    except Refusal as refusal:
        wish.line.refused(GOALS, refusal, FIELDS, "title")
        return
    wish.line.public_id = "" if load.trial else wish.made.public_id


def _some_cycle(requests: Sequence[LinkRequest]) -> Any:
    return requests[0].parent.cycle if requests else None


def _requests(wish: Wish, parents: Sequence[Goal]) -> list[LinkRequest]:
    """The links of a new goal: the objective of a key result is its composition, the first
    of the parents has the weight."""
    found: list[LinkRequest] = []
    for parent in parents:
        composes = wish.kind == Kind.KEY_RESULT and parent.kind == Kind.OBJECTIVE
        composed = composes and not any(r.relation == Relation.COMPOSITION for r in found)
        found.append(
            LinkRequest(
                parent,
                relation=str(Relation.COMPOSITION) if composed else None,
                weight=wish.weight if not found else None,
            )
        )
    return found
