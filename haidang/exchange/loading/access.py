"""Who may load and take out which list, and whose a file is."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from haidang.exchange.loading.columns import ACTUALS, GOALS, KINDS, LOADED
from haidang.exchange.models import Import
from haidang.lib.errors import Forbidden, Invalid, NotFound
from haidang.people.access import may_organisation, standing_of
from haidang.people.models import Person


def kinds_open(person: Person) -> list[str]:
    """The lists that the person may load: goals whoever makes any, actuals whoever may report
    some, each line by the rights of a single one; people and units administrators."""
    me = standing_of(person)
    if not me.is_active:
        return []
    found = [] if me.is_viewer or me.is_guest else [GOALS]
    if not me.is_viewer:  # a guest may be a KPI's data owner
        found.append(ACTUALS)
    if may_organisation(person, "create_person") and may_organisation(person, "create_unit"):
        found += [kind for kind in KINDS if kind != GOALS]
    return found


def require_kind(person: Person, kind: str) -> None:
    """Raise Invalid for no kind of list, Forbidden for one that the person may not load."""
    if kind not in LOADED:
        raise Invalid(_("Please say what the list is of."), code="choice", field="kind")
    if kind not in kinds_open(person):
        raise Forbidden


def require_any(person: Person) -> None:
    """Raise Forbidden for who loads nothing at all."""
    if not kinds_open(person):
        raise Forbidden


def imports_of(person: Person) -> QuerySet[Import]:
    """The person's own files: nobody else's, whatever their role."""
    return Import.objects.filter(person=person).defer("file", "lines")


def import_for(person: Person, pk: int) -> Import:
    """One's own import, its file and lines left to be asked for; else NotFound."""
    found = imports_of(person).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
