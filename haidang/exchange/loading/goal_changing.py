"""Goals that are there already and that a list changes, by the single actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from haidang.exchange.loading import limits, own
from haidang.exchange.loading.columns import GOALS, OWN, column_of
from haidang.exchange.loading.goals import FIELDS, GoalList, Said, Wish
from haidang.exchange.loading.lines import Change, Status
from haidang.exchange.loading.words import CHOICES, word_of
from haidang.goals import actions
from haidang.goals.access import may, visible
from haidang.goals.access.verbs import Relation as Side
from haidang.goals.access.verbs import measure_editors
from haidang.goals.actions import LinkRequest
from haidang.goals.actions.facts import MEASURE, TOLD
from haidang.goals.actions.link_terms import checked_link
from haidang.goals.models import OVER, Alignment, Goal, Relation
from haidang.lib.decimals import text as digits_of
from haidang.lib.errors import Forbidden, Invalid, Refusal
from haidang.lib.text import clean_line
from haidang.people.models import Person

_BATCH = 500


class Links:
    """The links of the goals of a list to parents that the person sees, the first one first."""

    def __init__(self, goals: GoalList) -> None:
        ids = [wish.goal.pk for wish in goals.wishes if wish.goal is not None]
        seen = frozenset(visible(goals.actor).order_by().values_list("pk", flat=True))
        self.of: dict[int, list[Alignment]] = {}
        for i in range(0, len(ids), _BATCH):
            rows = Alignment.objects.filter(child__in=ids[i : i + _BATCH])
            for edge in rows.select_related("parent").order_by("id"):
                if edge.parent_id in seen:
                    self.of.setdefault(edge.child_id, []).append(edge)
        for edges in self.of.values():
            edges.sort(key=lambda edge: (edge.relation != Relation.COMPOSITION, edge.pk))


def change(goals: GoalList, *, reason: str, trial: bool, said: Said) -> None:
    """Change what the list changes; in a `trial` only say what would be, and what cannot."""
    known = [wish for wish in goals.wishes if wish.goal is not None]
    if not known:
        return
    links = Links(goals)
    limits.refuse_many(sum(1 for wish in known if _changes(wish, links.of)))
    for number, wish in enumerate(known, 1):
        assert wish.goal is not None
        wish.made = wish.goal
        try:
            _change(goals, wish, links.of.get(wish.goal.pk, []), reason, trial)
        except Forbidden as refusal:
            wish.line.wrong(GOALS, *_why_not(goals.actor, wish, refusal))
        except Refusal as refusal:
            wish.line.refused(GOALS, refusal, FIELDS, "public_id")
        if not wish.broken:
            wish.line.status = Status.CHANGED if wish.line.changes else Status.UNCHANGED
        if number % _BATCH == 0:
            said(number, len(known))


def _why_not(actor: Person, wish: Wish, refusal: Forbidden) -> tuple[str, str]:
    """The column of what is refused, and who changes it instead."""
    goal = wish.goal
    assert goal is not None
    if goal.state in OVER:
        return "public_id", _("A closed goal keeps its definition; reopen it first.")
    measure = [
        name
        for name, value in wish.facts.items()
        if name in MEASURE | TOLD and _differs(goal, name, value)
    ]
    if not measure or may(actor, goal, "edit_measure"):
        return "public_id", refusal.message
    column = measure[0] if measure[0] in FIELDS else "public_id"
    who = measure_editors(goal)
    if who == {Side.OWNER}:
        return column, _("Measure and dates of this goal are its owner's to change.")
    if who == {Side.APPROVER}:
        return column, _("Measure and dates of this goal are its approver's to change.")
    return column, refusal.message


def _changes(wish: Wish, links: Mapping[int, Sequence[Alignment]]) -> bool:
    goal = wish.goal
    assert goal is not None
    if any(_differs(goal, name, value) for name, value in wish.facts.items()):
        return True
    hang, take, weigh = _links_to_change(wish, links.get(goal.pk, ()))
    return bool(hang or take or weigh)


def _change(
    goals: GoalList, wish: Wish, edges: Sequence[Alignment], reason: str, trial: bool
) -> None:
    goal, actor = wish.goal, goals.actor
    assert goal is not None
    changed = {name: value for name, value in wish.facts.items() if _differs(goal, name, value)}
    answers = _other_answers(goal, changed.pop("fields", {}))
    for key, value in answers.items():
        field = goals.fields.get(key)
        old, new = own.told(field, goal.fields.get(key)), own.told(field, value)
        wish.line.changes.append(Change(OWN + key, old, new))
    for name, value in changed.items():
        wish.line.changes.append(_told(name, getattr(goal, name), value))
    hang, take, weigh = _links_to_change(wish, edges)
    for edge in take:
        wish.line.changes.append(Change(_label("parent"), edge.parent.public_id, ""))
    for place in hang:
        wish.line.changes.append(Change(_label("parent"), "", place.said()))
    if weigh is not None:
        old, new = str(weigh.weight), str(wish.weight)
        wish.line.changes.append(Change(_label("weight"), old, new))
    if answers:
        changed["fields"] = answers
    if changed:
        if trial or wish.broken:
            changed_now = actions.would_edit(actor, goal, changed, reason=reason)
            if not changed_now and not (hang or take or weigh):
                wish.line.changes.clear()  # the same said in other words
        else:
            actions.edit_goal(actor, goal, None, changed, reason=reason)
    if len(take) == len(hang) == 1 and not trial and not wish.broken:
        moved_to = hang[0].goal or (hang[0].wish.made if hang[0].wish else None)
        if moved_to is not None:  # else it waits for a line that is wrong
            actions.move_link(actor, take[0], moved_to)
        hang, take = [], []
    for edge in take:
        _unlink(goals, wish, edge, trial)
    for place in hang:
        parent = place.goal or (place.wish.made if place.wish else None)
        if parent is None:
            continue  # a line of the list that is not made yet, or wrong
        if not trial:
            actions.link(actor, goal, LinkRequest(parent))
        elif parent.public_id and Goal.objects.filter(pk=parent.pk).exists():
            if not may(actor, goal, "link"):
                raise Forbidden
            checked_link(actor, goal, parent, LinkRequest(parent))
    if weigh is not None:
        if not may(actor, weigh.parent, "weigh"):
            raise Invalid(_("The parent's side gives the weight: leave it empty."), field="weight")
        if not trial:
            actions.change_link(actor, weigh, weight=wish.weight)


def _unlink(goals: GoalList, wish: Wish, edge: Alignment, trial: bool) -> None:
    if edge.relation == Relation.COMPOSITION:
        raise Invalid(_("A key result belongs to the objective it was made for."), field="parent")
    if not trial:
        actions.unlink(goals.actor, edge)
    elif not (may(goals.actor, edge.parent, "accept_link") or may(goals.actor, edge.child, "link")):
        raise Forbidden


def _links_to_change(
    wish: Wish, edges: Sequence[Alignment]
) -> tuple[list[Any], list[Alignment], Alignment | None]:
    """Parents to hang it below, links to take away, and the link whose weight is another."""
    hang: list[Any] = []
    take: list[Alignment] = []
    if wish.parents is not None:
        now = {edge.parent.public_id: edge for edge in edges}
        wanted = [place.public_id for place in wish.parents]
        hang = [place for place in wish.parents if place.public_id not in now]
        take = [edge for public_id, edge in now.items() if public_id not in wanted]
    kept = [edge for edge in edges if edge not in take]
    first = kept[0] if kept else None
    other = wish.weight is not None and first is not None and first.weight != wish.weight
    return hang, take, first if other else None


def _other_answers(goal: Goal, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is said otherwise to the organisation's own fields."""
    return {
        key: value for key, value in answers.items() if own.stored(value) != goal.fields.get(key)
    }


def _differs(goal: Goal, name: str, value: Any) -> bool:
    if name == "fields":
        return bool(_other_answers(goal, value))
    before = getattr(goal, name)
    if name == "title":
        return bool(clean_line(value) != before)
    return bool((before if before is not None else "") != (value if value is not None else ""))


def _told(name: str, old: Any, new: Any) -> Change:
    return Change(_label(name), _words(name, old), _words(name, new))


def _label(name: str) -> str:
    return str(column_of(GOALS, name).label)


def _words(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    words = column_of(GOALS, name).words
    if words and value in CHOICES[words].values:
        return word_of(words, value)
    for kind, said in _SAID.items():
        if isinstance(value, kind):
            return said(value)
    text = str(getattr(value, "name", value))
    return text if len(text) <= 200 else f"{text[:199]}…"


_SAID: Mapping[type, Callable[[Any], str]] = {
    Decimal: digits_of,
    date: lambda day: f"{day:%d/%m/%Y}",
}
