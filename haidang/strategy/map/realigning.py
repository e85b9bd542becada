"""Hanging a goal elsewhere from the map: where it cannot go, what would change, and doing it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haidang.goals import actions
from haidang.goals.access import alignment_for, goal_for, visible
from haidang.goals.actions import LinkRequest
from haidang.goals.actions.realign import Outcome, Stood, forbidden, foresee, realign
from haidang.goals.models import Alignment, Goal, Mode, Relation
from haidang.goals.queries.choices import to_pick
from haidang.goals.words import MODES, RELATIONS
from haidang.lib.database import reading
from haidang.lib.errors import Conflict, Invalid, NotFound, Refusal
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person
from haidang.strategy.map import queries
from haidang.strategy.map.rules import BESIDE
from haidang.web import formats
from haidang.web.errors import is_htmx
from haidang.web.forms import PickField

#: Goals whose change a preview lists.
MOST = 40


def _language() -> str:
    return (get_language() or "vi")[:2]


def _edge(person: Person, child: Goal, parent_id: str, to: str = "move") -> Alignment | None:
    """The link that is to go; None where the goal gets one more.

    Raises Conflict when somebody has taken it away meanwhile.
    """
    if not parent_id:
        return None
    try:
        return alignment_for(person, child.public_id, parent_id, to=to)
    except NotFound:
        goal_for(person, parent_id)
        raise Conflict(
            _("Somebody has hung this goal elsewhere in the meantime. Please look again."),
            code="moved",
        ) from None


# -- where it cannot go --------------------------------------------------------------------


@require_safe
@signed_in
def places(request: HttpRequest, public_id: str) -> JsonResponse:
    """Where a goal cannot be hung: {"from": the parent under which it stands, "refused":
    [[reason, [public ids]], …]}, of goals that the person sees; or {"never": reason} for one
    that goes nowhere."""
    person = person_of(request)
    with reading():
        child = goal_for(person, public_id, to="link")
        stands = queries.stands_under(person, child)
        try:
            closed = forbidden(person, child, stands.relation if stands else "")
        except Invalid as refusal:
            return JsonResponse({"never": str(refusal.message)})
        wanted = list(dict.fromkeys(key for one in closed for key in one.ids))
        seen: dict[int, str] = {}
        for first in range(0, len(wanted), 10_000):
            rows = visible(person).filter(pk__in=wanted[first : first + 10_000]).order_by()
            seen |= dict(rows.values_list("pk", "public_id"))
    refused = [[str(one.reason), [seen[key] for key in one.ids if key in seen]] for one in closed]
    source = seen.get(stands.parent, "") if stands else ""
    return JsonResponse({"from": source, "refused": [one for one in refused if one[1]]})


# -- what would change ---------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A goal of a preview, before and after, as they are written."""

    goal: Goal
    role: Any  # what it is in the move, or ""
    before: str
    after: str
    reached: tuple[str, str] | None  # actuals, where they change
    rises: bool | None  # None: it stays


@dataclass(frozen=True)
class Preview:
    """What a move would do, as its dialog tells it."""

    changes: list[Change]
    relation: Any
    mode: Any
    counts: bool
    waits: bool  # until the parent's side accepts
    beside: bool  # it is drawn beside the tree from then on
    new_relation: bool  # the link means something else than before
    more: int  # goals changed beyond those listed


def preview(
    person: Person, child: Goal, parent: Goal, edge: Alignment | None, language: str
) -> Preview:
    """Raises what `realign` would raise."""
    outcome = foresee(person, child, parent, edge)
    terms = outcome.terms
    changes = _changes(person, outcome, parent, edge, language)
    return Preview(
        changes=changes[:MOST],
        relation=RELATIONS[terms.relation],
        mode=MODES[terms.mode],
        counts=terms.mode != Mode.NONE,
        waits=not terms.accepted,
        beside=terms.relation in BESIDE,
        new_relation=edge is not None and edge.relation != terms.relation,
        more=max(0, len(changes) - MOST),
    )


def _changes(
    person: Person, outcome: Outcome, parent: Goal, edge: Alignment | None, language: str
) -> list[Change]:
    """The old and the new parent, then all above whose number moves, as far as they are seen."""
    ends = [edge.parent_id] if edge else []
    ends.append(parent.pk)
    ids = list(dict.fromkeys([*ends, *outcome.moved]))
    rows = visible(person).filter(pk__in=ids).select_related("standing").order_by()
    seen = {goal.pk: goal for goal in rows}
    roles = {parent.pk: _("new parent")} | ({edge.parent_id: _("parent until now")} if edge else {})
    found = []
    for key in ids:
        if key in seen:
            goal = seen[key]
            now = Stood(goal.standing.progress, goal.standing.actual, 0, 0)
            before, after = outcome.moved.get(key, (now, now))
            found.append(_change(goal, roles.get(key, ""), before, after, language))
    return found


def _change(goal: Goal, role: Any, before: Stood, after: Stood, language: str) -> Change:
    reached = None
    if before.actual != after.actual:
        one, two = (
            formats.value(stood.actual, goal, language) if stood.actual is not None else "–"
            for stood in (before, after)
        )
        reached = (one, two)
    digits = 1
    while digits < 4 and before.progress != after.progress:
        if formats.percent(before.progress, language, digits) != formats.percent(
            after.progress, language, digits
        ):
            break
        digits += 1
    rises = None
    if before.progress != after.progress:
        rises = (after.progress or 0) > (before.progress or 0)
    return Change(
        goal,
        role,
        formats.percent(before.progress, language, digits),
        formats.percent(after.progress, language, digits),
        reached,
        rises,
    )


# -- the dialog and the move ---------------------------------------------------------------


class MoveForm(forms.Form):
    """Below which goal."""

    use_required_attribute = False

    def __init__(self, person: Person, child: Goal, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)

        def offer() -> list[tuple[str, str]]:
            found = to_pick(person, without=[child.public_id])
            return [(one.public_id, name(one)) for one in found.goals]

        def name(one: Goal) -> str:
            return f"{one.public_id} {one.title}"

        self.fields["to"] = PickField(
            find=lambda public_id: goal_for(person, public_id),
            name_of=name,
            offer=offer,
            label=gettext_lazy("Move under"),
            required=True,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hang a goal below another: asked where, told what would change, done on confirmation.

    `from` is the parent whose link goes, empty for one link more; `to` the new parent. With
    `undo`, a move is taken back, on the terms that the link had.
    """
    person = person_of(request)
    child = goal_for(person, public_id, to="link")
    asked = request.POST if request.method == "POST" else request.GET
    source, target = asked.get("from", "")[:24], asked.get("to", "")[:24]
    if request.method == "POST":
        return _moved(request, person, child, source, target)
    facts: dict[str, Any] = {"goal": child, "source": source, "target": None, "preview": None}
    with reading():
        form = MoveForm(person, child, {"to": target} if target else None)
        status = 200
        if target:
            status = 422
            try:
                if form.is_valid():
                    facts["target"] = form.cleaned_data["to"]
                    edge = _edge(person, child, source)
                    facts["edge"] = edge
                    facts["preview"] = preview(person, child, facts["target"], edge, _language())
                    status = 200
            except (Invalid, Conflict) as refusal:
                form.add_error(None, str(refusal.message))
                status = refusal.status
        elif source:
            facts["edge"] = _edge(person, child, source)
        facts["form"] = form
        return _render(request, facts, status)


def _render(request: HttpRequest, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    facts.setdefault("edge", None)
    name = "strategy/_map_move_dialog.html" if is_htmx(request) else "strategy/map_move.html"
    return render(request, name, facts, status=status)


def _moved(
    request: HttpRequest, person: Person, child: Goal, source: str, target: str
) -> HttpResponse:
    undoing = "undo" in request.POST
    try:
        if undoing and not target:
            actions.unlink(person, alignment_for(person, child.public_id, source, to="unlink"))
            text = _("The link is taken back.")
            return _told(request, child, text, None)
        edge = _edge(person, child, source)
        before = _terms(edge) if edge else {}
        parent = goal_for(person, target)
        like = _like(parent, request.POST) if undoing else None
        made = realign(person, child, parent, edge, like)
    except (Invalid, Conflict) as refusal:
        return _refused(request, person, child, source, target, refusal)
    if undoing:
        text = _("%(goal)s hangs below %(parent)s again.")
    elif made.proposed_mode:
        text = _("%(goal)s hangs below %(parent)s; it counts there once it is accepted.")
    elif edge is None:
        text = _("%(goal)s is linked to %(parent)s.")
    else:
        text = _("%(goal)s hangs below %(parent)s now.")
    back = {"from": parent.public_id, "to": source, **before}
    names = {"goal": child.public_id, "parent": parent.public_id}
    return _told(request, child, text % names, None if undoing else back)


def _terms(edge: Alignment) -> dict[str, str]:
    """What a move that is taken back gives the link again."""
    mode = edge.proposed_mode or edge.mode
    return {"relation": edge.relation, "mode": mode, "weight": str(edge.weight)}


def _like(parent: Goal, sent: Mapping[str, str]) -> LinkRequest:
    """The terms that came with an undo; the action checks them like any others."""
    relation, mode, weight = (sent.get(name, "")[:24] for name in ("relation", "mode", "weight"))
    whole = int(weight) if weight.isascii() and weight.isdigit() and len(weight) < 6 else None
    return LinkRequest(
        parent,
        relation if relation in Relation.values else None,
        mode if mode in Mode.values else None,
        whole,
    )


def _told(
    request: HttpRequest, child: Goal, text: str, back: dict[str, str] | None
) -> HttpResponse:
    """Said on the map that still stands; without a script, on a page."""
    if not is_htmx(request):
        messages.success(request, text)
        return HttpResponseRedirect(f"{reverse('map')}?also={child.public_id}#at={child.public_id}")
    answer = HttpResponse()
    told: dict[str, Any] = {"text": text, "id": child.public_id, "undo": back}
    answer["HX-Trigger"] = json.dumps({"map:moved": told})
    return answer


def _refused(
    request: HttpRequest, person: Person, child: Goal, source: str, target: str, refusal: Refusal
) -> HttpResponse:
    form = MoveForm(person, child, {"to": target})
    form.is_valid()
    form.add_error(None, str(refusal.message))
    facts = {"goal": child, "source": source, "target": None, "preview": None, "form": form}
    return _render(request, facts, refusal.status)
