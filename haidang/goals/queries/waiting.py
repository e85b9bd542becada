"""What waits for one person in the graph: to decide, to answer, to rework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from haidang.goals.access import is_proposal, verbs_of_each, visible
from haidang.goals.models import Alignment, Goal, Kind, Level, State
from haidang.people.access import standing_of
from haidang.people.models import Person


@dataclass(frozen=True, slots=True)
class Asked:
    """A link that waits for this person's side to accept it."""

    link: Alignment
    child: Goal | None  # None where it is not open to the reader


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a person decides about goals of others."""

    approvals: Sequence[Goal]  # submitted
    closings: Sequence[Goal]  # proposed to be closed
    links: Sequence[Asked]  # to goals of theirs


def decisions(person: Person) -> Decisions:
    """What this person decides about others' goals; nothing for who only reads.

    At most 20 of a kind, in the order in which they were made.
    """
    me = standing_of(person)
    if me.is_viewer or not (me.is_strategist or me.led_paths or me.report_ids or me.person_id):
        return Decisions([], [], [])
    # Both are found by an index each, in an organisation of whatever size.
    submitted = Goal.objects.filter(
        organisation_id=me.organisation_id, kind__in=Kind.values, state=State.SUBMITTED
    )
    closing = Goal.objects.filter(close_proposed_by_id__gt=0, state=State.ACTIVE)
    either = submitted.values("pk").order_by().union(closing.values("pk").order_by())
    asked = Alignment.objects.filter(proposed_by_id__gt=0).values("pk").order_by()
    # Mostly there is none, and the many tables that a few are shown with take long to plan.
    asking = visible(person).filter(pk__in=either).exclude(owner_id=me.person_id).order_by("id")
    candidates = list(
        Goal.objects.filter(pk__in=list(asking.values_list("pk", flat=True)[:60]))
        .select_related("owner", "unit", "cycle", "standing", "close_proposed_by")
        .order_by("id")
    )
    proposed = Alignment.objects.filter(pk__in=asked, organisation_id=person.organisation_id)
    proposed = proposed.exclude(proposed_mode="").order_by("id")
    some = list(proposed.values_list("pk", flat=True)[:100])
    edges = list(
        Alignment.objects.filter(pk__in=some)
        .select_related("child__owner", "child__unit", "parent__owner", "parent__unit")
        .select_related("child__cycle", "parent__cycle", "proposed_by")
        .order_by("id")
    )
    about = {g.pk: g for g in candidates}
    about |= {e.parent_id: e.parent for e in edges} | {e.child_id: e.child for e in edges}
    verbs = verbs_of_each(person, about.values())
    approvals = [
        g
        for g in candidates
        if g.state == State.SUBMITTED
        and "approve" in verbs[g.pk]
        and g.kind != Kind.KEY_RESULT  # it goes with its objective
    ]
    closings = [g for g in candidates if g.state == State.ACTIVE and "confirm_close" in verbs[g.pk]]
    links = [
        Asked(e, e.child if "see" in verbs[e.child_id] else None)
        for e in edges
        if "accept_link" in verbs[e.parent_id]
    ]
    return Decisions(approvals[:20], closings[:20], links[:20])


def proposals(person: Person) -> list[Goal]:
    """Goals that others proposed to the person, and that they have not answered yet: at most
    20, the oldest first."""
    rows = visible(person).filter(owner_id=person.pk, state=State.DRAFT, level=Level.INDIVIDUAL)
    rows = rows.exclude(proposed_by=None).exclude(proposed_by_id=person.pk)
    return list(rows.select_related("owner", "proposed_by").order_by("id")[:20])


def returned(person: Person) -> list[Goal]:
    """What was returned to the person to be reworked, or declined by whom it was for: at most
    10, the newest first."""
    kinds = [kind for kind in Kind.values if kind != Kind.KEY_RESULT]  # these go with theirs
    back = Goal.objects.filter(
        organisation_id=person.organisation_id, kind__in=kinds, state=State.RETURNED
    )
    rows = visible(person).filter(pk__in=back.values("pk").order_by())
    made = Q(owner_id=person.pk) | Q(created_by_id=person.pk) | Q(proposed_by_id=person.pk)
    rows = rows.filter(made).select_related("owner", "proposed_by")
    mine = [
        g for g in rows.order_by("-id")[:20] if not (g.owner_id == person.pk and is_proposal(g))
    ]
    return mine[:10]
