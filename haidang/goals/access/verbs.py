"""The table of verbs as data, and what it says about one person and one goal (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from haidang.goals.models import CycleState, Goal, Kind, Level, State, Visibility
from haidang.people.access import Membership


class Relation(StrEnum):
    """What a person is to a goal."""

    SEER = "seer"  # sees it and is more than a viewer
    OWNER = "owner"  # or stands in for a missing one: strategist, leader of its unit
    AUTHOR = "author"  # made or proposed it, and it is still a draft
    PROPOSED_TO = "proposed_to"  # owns what somebody else proposed, not accepted yet
    CONTRIBUTOR = "contributor"
    MANAGER = "manager"  # of the owner
    DELEGATE = "delegate"  # named for check-ins, today
    DATA_OWNER = "data_owner"
    LEADER = "leader"  # of its unit or a unit above
    STRATEGIST = "strategist"
    APPROVER = "approver"  # never the owner, nor who made what waits for approval


_R = Relation
_EDITORS = frozenset({_R.OWNER, _R.CONTRIBUTOR, _R.LEADER, _R.STRATEGIST})
_KEEPERS = frozenset({_R.OWNER, _R.LEADER, _R.STRATEGIST})

#: verb > relations that open it. `see` is by visibility alone; `edit_measure` depends on
#: the state (`measure_editors`); what else a state forbids is the action's to refuse.
VERBS: dict[str, frozenset[Relation]] = {
    "see": frozenset(),
    "comment": frozenset({_R.SEER}),
    "follow": frozenset({_R.SEER}),
    "check_in": frozenset(
        {_R.OWNER, _R.CONTRIBUTOR, _R.DELEGATE, _R.DATA_OWNER, _R.LEADER, _R.STRATEGIST}
    ),
    "edit_words": _EDITORS | {_R.AUTHOR},
    "edit_measure": frozenset(),
    "set_targets": _KEEPERS | {_R.AUTHOR},  # of periods that have none yet
    "close_period": frozenset({_R.LEADER, _R.STRATEGIST}),  # of a KPI, and open it again
    "submit": frozenset({_R.OWNER, _R.AUTHOR}),
    "accept": frozenset({_R.PROPOSED_TO}),
    "decline": frozenset({_R.PROPOSED_TO}),
    "approve": frozenset({_R.APPROVER}),
    "return": frozenset({_R.APPROVER}),
    "link": _EDITORS | {_R.AUTHOR},
    "accept_link": _KEEPERS,
    "weigh": _KEEPERS,
    "close": frozenset({_R.OWNER, _R.STRATEGIST}),
    "confirm_close": frozenset({_R.APPROVER, _R.STRATEGIST}),
    "reopen": frozenset({_R.APPROVER, _R.STRATEGIST}),
    "drop": _KEEPERS,
    "archive": _KEEPERS,
    "restore": _KEEPERS,
    "delete": frozenset({_R.OWNER}),
    "share": _KEEPERS,
}

_FREE = frozenset({State.DRAFT, State.RETURNED})


@dataclass(frozen=True, slots=True)
class Facts:
    """What lies between one person and one goal, read from the database."""

    is_owner: bool = False
    is_data_owner: bool = False
    is_contributor: bool = False
    is_delegate: bool = False
    is_named: bool = False
    manages_owner: bool = False
    manages_contributor: bool = False
    is_member: bool = False  # of the goal's unit or a part of it
    leads: bool = False  # the goal's unit or one above


def measure_editors(goal: Goal) -> frozenset[Relation]:
    """Who changes measure and dates: free as a draft; then the owner with a reason; a KPI,
    or anything once its cycle is closing, only with the approver."""
    if goal.state in _FREE:
        return VERBS["edit_words"]
    locked = goal.cycle is not None and goal.cycle.state in (CycleState.CLOSING, CycleState.CLOSED)
    if goal.kind == Kind.KPI or locked:
        return frozenset({_R.APPROVER})
    return frozenset({_R.OWNER})


def is_proposal(goal: Goal) -> bool:
    """Whether the goal is somebody's personal one that another proposed to them (their
    manager, or who handed a draft over) and that they have not accepted yet (pure)."""
    return (
        goal.level == Level.INDIVIDUAL
        and goal.state in _FREE
        and goal.owner_id is not None
        and goal.proposed_by_id not in (None, goal.owner_id)
    )


def openers(goal: Goal, verb: str) -> frozenset[Relation]:
    """The relations that open a verb on this goal, as it stands.

    A proposal is accepted by its owner, not submitted; once declined, its author submits it
    to the owner again.
    """
    if verb == "submit" and is_proposal(goal):
        return frozenset({_R.AUTHOR}) if goal.state == State.RETURNED else frozenset()
    return measure_editors(goal) if verb == "edit_measure" else VERBS[verb]


def sees(me: Membership, goal: Goal, facts: Facts) -> bool:
    """Whether the goal's visibility includes the person (pure)."""
    if not me.is_active or goal.organisation_id != me.organisation_id:
        return False
    if (
        facts.is_owner
        or facts.is_data_owner
        or facts.is_contributor
        or facts.is_delegate
        or facts.is_named
    ):
        return True
    if me.is_guest or goal.visibility == Visibility.PRIVATE:
        return False
    if goal.visibility == Visibility.ORGANISATION or me.is_strategist:
        return True
    if facts.manages_owner or facts.manages_contributor:
        return True
    return goal.visibility == Visibility.UNIT and (facts.is_member or facts.leads)


def relations(me: Membership, goal: Goal, facts: Facts) -> frozenset[Relation]:
    """All relations of a person who sees the goal; none for who does not (pure)."""
    if not sees(me, goal, facts) or me.is_viewer:
        return frozenset()
    strategist = me.is_strategist
    leader = facts.leads and not me.is_guest
    steward = goal.owner_id is None and (
        strategist or (leader and goal.level not in ("", Level.COMPANY))
    )
    owner = facts.is_owner or steward
    found = {
        _R.SEER: True,
        _R.OWNER: owner,
        _R.AUTHOR: me.person_id in (goal.created_by_id, goal.proposed_by_id)
        and goal.state in _FREE,
        _R.PROPOSED_TO: facts.is_owner and is_proposal(goal),
        _R.CONTRIBUTOR: facts.is_contributor,
        _R.MANAGER: facts.manages_owner and not me.is_guest,
        _R.DELEGATE: facts.is_delegate,
        _R.DATA_OWNER: facts.is_data_owner,
        _R.LEADER: leader,
        _R.STRATEGIST: strategist,
        _R.APPROVER: not facts.is_owner
        and not me.is_guest
        and not _awaits_others(me, goal)
        and _approves(me, goal, facts),
    }
    return frozenset(relation for relation, holds in found.items() if holds)


def _awaits_others(me: Membership, goal: Goal) -> bool:
    """Whether the person made what is not approved yet: never one's own, whoever owns it by
    then. A personal goal is its owner's act: they accepted or submitted it themselves."""
    return (
        goal.created_by_id == me.person_id
        and goal.level != Level.INDIVIDUAL
        and goal.state in (*_FREE, State.SUBMITTED)
    )


def _approves(me: Membership, goal: Goal, facts: Facts) -> bool:
    """The owner's manager (individual); a leader above or strategist (unit); a strategist
    (company). Where the owner has no manager, as for a unit's goal."""
    if goal.level == Level.INDIVIDUAL and goal.owner is not None and goal.owner.manager_id:
        return facts.manages_owner
    if goal.level in (Level.INDIVIDUAL, Level.UNIT) or (
        goal.kind == Kind.KEY_RESULT and goal.unit_id is not None
    ):
        return facts.leads or me.is_strategist
    return me.is_strategist
