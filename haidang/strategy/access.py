"""Who sees a saved view, and who may change it: the only way to one."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from haidang.lib.errors import Forbidden, NotFound
from haidang.people.access import standing_of
from haidang.people.models import Person
from haidang.strategy.models import SavedView

#: "change" is renaming and sharing, its maker's alone; a shared one a strategist may delete.
VIEW_VERBS = frozenset({"see", "change", "delete"})


def views_visible(person: Person) -> QuerySet[SavedView]:
    """One's own, and what others share; guests have only their own."""
    me = standing_of(person)
    rows = SavedView.objects.filter(organisation_id=me.organisation_id)
    if not me.is_active:
        return rows.none()
    return (
        rows.filter(owner_id=me.person_id)
        if me.is_guest
        else rows.filter(Q(owner_id=me.person_id) | Q(is_shared=True))
    )


def may_share(person: Person) -> bool:
    """Whether the person may show a view to the organisation: who only reads may not."""
    me = standing_of(person)
    return me.is_active and not (me.is_viewer or me.is_guest)


def may_view(person: Person, view: SavedView, verb: str) -> bool:
    """Whether the person, who sees the view, may do `verb` to it."""
    if verb not in VIEW_VERBS:
        raise KeyError(verb)
    mine = view.owner_id == person.pk
    return mine or verb == "see" or (verb == "delete" and standing_of(person).is_strategist)


def view_for(person: Person, pk: int, to: str = "see") -> SavedView:
    """The view of that number, if the person may do `to`; else NotFound or Forbidden."""
    view = views_visible(person).filter(pk=pk).select_related("owner").first()
    if view is None:
        raise NotFound
    if not may_view(person, view, to):
        raise Forbidden
    return view
