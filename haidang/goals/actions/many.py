"""One change made to many goals: all of them or none, each by the action that makes it alone.

What would happen is found out by doing it and taking it back, so a preview can never differ
from the change. Each goal keeps its own version, history and line in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import visible
from haidang.goals.actions.change import restructuring
from haidang.goals.actions.edit import edit_goal, facts_now
from haidang.goals.actions.facts import short
from haidang.goals.actions.leaving import archive, drop
from haidang.goals.actions.states import approve, submit
from haidang.goals.models import Goal, Kind, Relation, State
from haidang.goals.queries.choices import KIND_ORDER
from haidang.lib.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Stale
from haidang.lib.text import folded
from haidang.people.models import Person

#: Each takes about 10 ms while others in the organisation wait with what they write.
MOST = 200
#: What a definition can be given in many goals at once.
FACTS = ("owner", "unit", "visibility", "cycle", "ends")
STATES = ("submit", "approve", "drop", "archive")
_INTO = {
    "submit": State.SUBMITTED,
    "approve": State.ACTIVE,
    "drop": State.DROPPED,
    "archive": State.ARCHIVED,
}
#: What is wrong with one goal; anything else is wrong with the whole.
_OF_A_GOAL = (Conflict, Forbidden, Invalid, NotFound)
_GONE = _("It is not there any more, or not open to you any more.")
_MOVED_ON = _("Someone changed it in the meantime: look at it again first.")


@dataclass(frozen=True, slots=True)
class Wish:
    """A goal by its public id, and the version of it that the person saw."""

    goal: str
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done: one of `FACTS` with its `value`, "tags" to `add` and to `remove`,
    or one of `STATES`. `reason` where the single action wants one."""

    what: str
    value: Any = None
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one goal: `goal` as it stood (None for one that is not seen), what it
    had and has then, as the log keeps it; or why it may not be changed."""

    public_id: str
    goal: Goal | None
    old: Any = None
    new: Any = None
    refusal: Any = None
    code: str = ""  # of the refusal
    same: bool = False  # it is so already
    also: Sequence[str] = ()  # key results that go with it, as far as they are seen


class Refused(Refusal):
    """Goals that may not be changed and were not left out: nothing was written."""

    status = 409
    code = "some_refused"
    default = _("Nothing was changed: some goals may not be changed.")


class _TakenBack(Exception):
    pass


def preview(actor: Person, wishes: Sequence[Wish], change: Change) -> list[Outcome]:
    """What `change_many` would do, in the order of the wishes; nothing is written."""
    outcomes: list[Outcome] = []
    try:
        with restructuring(actor):
            outcomes = _each(actor, wishes, change)
            raise _TakenBack
    except _TakenBack:
        return outcomes


def change_many(
    actor: Person, wishes: Sequence[Wish], change: Change, *, leave_out: Collection[str] = ()
) -> list[Outcome]:
    """Change all goals in one durable transaction; those of `leave_out` (public ids) that are
    refused stay as they are. Raises Refused when any other is, and nothing is written."""
    with restructuring(actor):
        outcomes = _each(actor, wishes, change)
        if any(o.refusal is not None and o.public_id not in leave_out for o in outcomes):
            raise Refused
    return outcomes


def _each(actor: Person, wishes: Sequence[Wish], change: Change) -> list[Outcome]:
    if len(wishes) > MOST:
        raise Invalid(
            _("At most %(most)s goals at once.") % {"most": MOST}, code="too_many", field="goals"
        )
    if change.what not in (*FACTS, *STATES, "tags"):
        raise Invalid(_("Please choose one of the list."), code="choice", field="what")
    rows = visible(actor).filter(public_id__in=[wish.goal for wish in wishes])
    rows = rows.select_related("standing", "owner", "unit", "cycle", "organisation")
    goals = {goal.public_id: goal for goal in rows.order_by()}
    waiting = sorted(wishes, key=lambda wish: _turn(goals.get(wish.goal), change))
    done: dict[str, Outcome] = {}
    while waiting:
        for wish in waiting:
            done[wish.goal] = _one(actor, goals.get(wish.goal), wish, change)
        # What hangs below and is chosen too has left by now: another turn, while it helps.
        again = [wish for wish in waiting if done[wish.goal].code == "has_children"]
        waiting = again if len(again) < len(waiting) else []
    return [done[wish.goal] for wish in wishes]


def _turn(goal: Goal | None, change: Change) -> int:
    """Whose turn it is: what is given up goes from below, what begins from above, so that
    goals chosen together do not stand in each other's way."""
    if goal is None:
        return 0
    at = KIND_ORDER.index(Kind(goal.kind))
    return -at if change.what in ("drop", "archive") else at


def _one(actor: Person, goal: Goal | None, wish: Wish, change: Change) -> Outcome:
    if goal is None:
        return Outcome(wish.goal, None, refusal=_GONE, code="not_found")
    before = Goal.objects.get(pk=goal.pk)
    if before.version != wish.version and _went_along(before, change):
        return Outcome(wish.goal, before, before.state, before.state, same=True)
    try:
        with transaction.atomic():
            if change.what in STATES:
                return _state(actor, goal, wish, change)
            return _fact(actor, goal, wish, change)
    except Stale:
        return Outcome(wish.goal, goal, refusal=_MOVED_ON, code="stale")
    except _OF_A_GOAL as refusal:
        first = refusal.errors[0]
        return Outcome(wish.goal, goal, refusal=first.message, code=first.code)


def _went_along(goal: Goal, change: Change) -> bool:
    """Whether a key result already came into the state with its objective."""
    return goal.kind == Kind.KEY_RESULT and goal.state == _INTO.get(change.what)


def _state(actor: Person, goal: Goal, wish: Wish, change: Change) -> Outcome:
    moves: Mapping[str, Callable[[], Goal]] = {
        "submit": lambda: submit(actor, goal, wish.version),
        "approve": lambda: approve(actor, goal, wish.version),
        "drop": lambda: drop(actor, goal, wish.version, change.reason),
        "archive": lambda: archive(actor, goal, wish.version),
    }
    before = _key_results(actor, goal)
    new = moves[change.what]().state
    after = _key_results(actor, goal)
    also = [public_id for public_id, state in after.items() if state != before.get(public_id)]
    return Outcome(wish.goal, goal, goal.state, new, also=also)


def _key_results(actor: Person, goal: Goal) -> dict[str, str]:
    """The states of an objective's key results that the person sees."""
    if goal.kind != Kind.OBJECTIVE:
        return {}
    rows = visible(actor).filter(
        parent_links__parent=goal, parent_links__relation=Relation.COMPOSITION
    )
    return dict(rows.order_by("rank", "id").values_list("public_id", "state"))


def _fact(actor: Person, goal: Goal, wish: Wish, change: Change) -> Outcome:
    name, value = change.what, change.value
    before = facts_now(goal)
    if name == "tags":
        value = _tags(before["tags"], change)
    old = before.get(name)
    fresh = edit_goal(actor, goal, wish.version, {name: value}, reason=change.reason)
    now = facts_now(fresh)[name]
    return Outcome(wish.goal, goal, short(old), short(now), same=fresh.version == wish.version)


def _tags(now: Sequence[str], change: Change) -> list[str]:
    """The tags that a goal has then; one is the same whatever its marks."""
    gone = {folded(name) for name in change.remove}
    kept = [name for name in now if folded(name) not in gone]
    known = {folded(name) for name in kept}
    return kept + [name for name in change.add if folded(name) not in known]
