"""Changing many goals: what is to change, what would change, and that it changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from haidang.goals.access import visible
from haidang.goals.actions import Change, Wish, change_many
from haidang.goals.actions.many import MOST, STATES, Outcome, Refused, preview
from haidang.goals.models import Goal, State, Visibility
from haidang.lib.database import reading
from haidang.lib.errors import Invalid
from haidang.people.access import person_of, signed_in
from haidang.people.models import Person
from haidang.strategy.explorer.asked import Asked
from haidang.strategy.explorer.forms import CHANGES, ChangeForm
from haidang.strategy.explorer.goals import ids_of
from haidang.web import formats
from haidang.web.once import once

_WISH = re.compile(r"([A-Za-z]{1,4}-[0-9]{1,10}):([0-9]{1,9})", re.ASCII)
#: Goals of the choice that are named on the page that asks what to change.
_NAMED = 8


@require_POST
@signed_in
def changes(request: HttpRequest) -> HttpResponse:
    """From the ticked rows to what to change, to the preview, to the change.

    `step` says where one is; the goals travel along with the versions that were seen, so
    that nothing is written over what somebody else did in between.
    """
    person, post = person_of(request), request.POST
    what, step, back = post.get("what", ""), post.get("step", ""), _back(post.get("from", ""))
    if what not in CHANGES:
        raise Invalid(_("Please choose one of the list."), code="choice", field="what")
    wishes, too_many = _wishes(person, post)
    if too_many or not wishes:
        said = (
            _("At most %(most)s goals at once. Narrow the list first.") % {"most": MOST}
            if too_many
            else _("Tick some goals first.")
        )
        messages.warning(request, said)
        return HttpResponseRedirect(back)
    form = ChangeForm(person, what, post if step else None)
    facts: dict[str, Any] = {
        "what": what, "label": CHANGES[what][0], "form": form, "back": back,
        "query": post.get("from", ""), "packed": " ".join(f"{w.goal}:{w.version}" for w in wishes),
        "count": len(wishes), "is_state": what in STATES,
    }  # fmt: skip
    if not step and form.fields:
        return render(request, "strategy/explorer_change.html", facts | _first(person, wishes))
    if not step:
        form = ChangeForm(person, what, post)
        facts["form"] = form
    if not form.is_valid():
        facts |= _first(person, wishes)
        return render(request, "strategy/explorer_change.html", facts, status=422)
    change = form.change()
    status = 200
    if step == "apply":
        left = set(post.get("leave_out", "").split()[: MOST + 1])
        try:
            return _applied(request, person, wishes, change, left, back)
        except Refused as refused:
            status = refused.status
            facts["refused"] = refused.message
    facts |= _previewed(preview(person, wishes, change), change, form)
    return render(request, "strategy/explorer_preview.html", facts, status=status)


def _back(query: str) -> str:
    """The list that one came from."""
    kept = QueryDict(query[:4000].replace("\0", "")).urlencode(safe=",")
    return reverse("explorer") + (f"?{kept}" if kept else "")


def _wishes(person: Person, post: QueryDict) -> tuple[list[Wish], bool]:
    """The goals that are meant, each once, and whether they are more than can be changed."""
    if post.get("all") == "1":
        with reading():
            asked = Asked.of(person, QueryDict(post.get("from", "")[:4000].replace("\0", "")))
            keys, more = ids_of(person, asked, MOST)
            rows = visible(person).filter(pk__in=keys).order_by()
            facts = rows.values_list("pk", "public_id", "version")
            known = {pk: Wish(public_id, version) for pk, public_id, version in facts}
            return [known[key] for key in keys if key in known], more
    given = [*post.getlist("goal"), *post.get("goals", "")[: 40 * MOST].split()]
    found: dict[str, Wish] = {}
    for text in given:
        if match := _WISH.fullmatch(text):
            found.setdefault(match[1].upper(), Wish(match[1].upper(), int(match[2])))
    return list(found.values()), len(found) > MOST


def _first(person: Person, wishes: Sequence[Wish]) -> dict[str, Any]:
    """The first of the chosen goals, to be named."""
    keys = [wish.goal for wish in wishes[:_NAMED]]
    rows = visible(person).filter(public_id__in=keys).order_by()
    known = {goal.public_id: goal for goal in rows}
    return {"first": [known[key] for key in keys if key in known]}


def _applied(
    request: HttpRequest,
    person: Person,
    wishes: Sequence[Wish],
    change: Change,
    left: set[str],
    back: str,
) -> HttpResponse:
    with once(request) as sent:
        if not sent.answer:
            outcomes = change_many(person, wishes, change, leave_out=left)
            changed = sum(1 for o in outcomes if o.refusal is None and not o.same)
            stayed = sum(1 for o in outcomes if o.refusal is not None)
            sent.answer = f"{changed} {stayed}"
    counts = sent.answer.split()
    changed, stayed = int(counts[0]), int(counts[1])
    said = ngettext("%(n)s goal changed: %(what)s.", "%(n)s goals changed: %(what)s.", changed)
    text = said % {"n": changed, "what": _done(change)}
    if stayed:
        text += " " + ngettext(
            "%(n)s was left out.", "%(n)s were left out.", stayed
        ) % {"n": stayed}  # fmt: skip
    messages.success(request, text)
    return HttpResponseRedirect(back)


def _done(change: Change) -> str:
    """A change in words: `owner > Trần Văn Minh`."""
    label = str(CHANGES[change.what][0])
    if change.what in STATES:
        return label
    if change.what == "tags":
        parts = [f"+{name}" for name in change.add] + [f"−{name}" for name in change.remove]
        return f"{label} {', '.join(parts)}"
    return f"{label} → {_shown(change.what, change.value)}"


def _shown(what: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "" or value == []:
        return "–"
    if what in STATES:
        return str(State(value).label)
    if what == "visibility":
        return str(Visibility(value).label)
    if what == "ends":
        return formats.day(value, (get_language() or "vi")[:2])
    return ", ".join(value) if isinstance(value, list) else str(value)


def _before(goal: Goal, outcome: Outcome, change: Change) -> str:
    if change.what in (*STATES, "tags"):
        return _shown(change.what, outcome.old)
    return _shown(change.what, getattr(goal, change.what))


def _after(outcome: Outcome, change: Change) -> str:
    if change.what in (*STATES, "tags"):
        return _shown(change.what, outcome.new)
    return _shown(change.what, change.value)


def _previewed(outcomes: Sequence[Outcome], change: Change, form: ChangeForm) -> dict[str, Any]:
    """The preview: what changes, what is so already, and what may not be changed."""
    changing = [
        (o, _before(o.goal, o, change), _after(o, change))
        for o in outcomes
        if o.goal is not None and o.refusal is None and not o.same
    ]
    refused = [o for o in outcomes if o.refusal is not None]
    return {
        "changing": changing,
        "refused_ones": refused,
        "same": [o for o in outcomes if o.refusal is None and o.same],
        "leave_out": " ".join(o.public_id for o in refused),
        "done": _done(change),
        "values": [(name, form.data.get(name, "")) for name in form.fields],
    }
