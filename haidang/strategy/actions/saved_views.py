"""Views of the map, kept under a name, shared, renamed, deleted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from haidang.lib.database import writing
from haidang.lib.errors import Conflict, Forbidden, Invalid
from haidang.lib.text import clean_line
from haidang.people.models import Person
from haidang.strategy.access import may_share, may_view
from haidang.strategy.models import SavedView

#: Views that one person keeps.
MOST = 100
MOST_NAME = 80


def save_view(
    actor: Person, name: str, *, query: str, place: str, is_shared: bool = False
) -> SavedView:
    """Keep a view under a name of one's own.

    Raises Invalid without a name, Conflict for a name that one has given already and when
    there are too many, Forbidden when who only reads would share.
    """
    if is_shared and not may_share(actor):
        raise Forbidden
    with writing():
        name = _named(actor, name)
        if SavedView.objects.filter(owner=actor).count() >= MOST:
            raise Conflict(
                _("You keep %(most)s views already. Please delete one first.") % {"most": MOST},
                code="too_many",
            )
        return SavedView.objects.create(
            organisation_id=actor.organisation_id,
            owner=actor,
            name=name,
            is_shared=is_shared,
            query=query,
            place=place,
        )


def change_view(
    actor: Person,
    view: SavedView,
    *,
    name: str | None = None,
    is_shared: bool | None = None,
    query: str | None = None,
    place: str | None = None,
) -> SavedView:
    """Another name, shared or not, or another view under the same name: its maker's alone."""
    if not may_view(actor, view, "change") or (is_shared and not may_share(actor)):
        raise Forbidden
    with writing():
        if name is not None:
            view.name = _named(actor, name, view)
        if is_shared is not None:
            view.is_shared = is_shared
        if query is not None and place is not None:
            view.query, view.place = query, place
        view.save()
    return view


def delete_view(actor: Person, view: SavedView) -> None:
    """Its maker deletes it, and a strategist what is shared."""
    if not may_view(actor, view, "delete"):
        raise Forbidden
    with writing():
        SavedView.objects.filter(pk=view.pk).delete()


def _named(actor: Person, name: str, view: SavedView | None = None) -> str:
    """A name that may be given now, alone among the person's views."""
    name = clean_line(name)
    if not name:
        raise Invalid(_("Please give the view a name."), code="required", field="name")
    if len(name) > MOST_NAME:
        raise Invalid(
            _("At most %(most)s characters.") % {"most": MOST_NAME}, code="too_long", field="name"
        )
    # One's own row is locked, so that two requests do not give one name.
    Person.objects.select_for_update().filter(pk=actor.pk).first()
    others = SavedView.objects.filter(owner=actor, name=name)
    if view is not None:
        others = others.exclude(pk=view.pk)
    if others.exists():
        raise Conflict(_("You have a view of this name already."), code="name_taken", field="name")
    return name
