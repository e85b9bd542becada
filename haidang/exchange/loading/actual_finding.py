"""KPIs by what a line calls them: an ID, or a title with whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from haidang.exchange.loading.finding import Index, is_id, one_of
from haidang.goals.access import check_in_rights, visible
from haidang.goals.models import Goal, Kind, State
from haidang.lib.errors import Invalid
from haidang.lib.text import folded
from haidang.people.models import Person, Unit


class Kpis:
    """Every KPI that the person sees. What is found need not be open to be reported."""

    def __init__(self, actor: Person) -> None:
        self.actor = actor
        self.by_id: dict[str, Goal] = {}
        self.active: Index[Goal] = Index()
        self.others: Index[Goal] = Index()
        rows = visible(actor).filter(kind=Kind.KPI).select_related("owner__unit", "unit")
        for kpi in rows.order_by("pk"):
            kpi.organisation = actor.organisation
            self.by_id[kpi.public_id] = kpi
            (self.active if kpi.state == State.ACTIVE else self.others).add(kpi.title, kpi)

    def find(self, public_id: str, title: str, owner: str, unit: str) -> Goal:
        """The KPI of a line. Raises Invalid at the column that has to be mended."""
        if public_id:
            return self._of_id(public_id, title)
        if is_id(title) and (kpi := self.by_id.get(title.upper())):
            return kpi
        if not title:
            raise Invalid(_("Please say which KPI it is."), code="required", field="title")
        found = self.active.named(title) or self.others.named(title)
        if not found:
            raise Invalid(
                _("There is no KPI “%(text)s” that you see. Please give its title or ID.")
                % {"text": title[:80]},
                code="not_found",
                field="title",
            )
        if owner:
            found = [kpi for kpi in found if kpi.owner and _is_person(kpi.owner, owner)]
            _require(found, "owner", title, owner)
        if unit:
            found = [kpi for kpi in found if (own := _unit_of(kpi)) and _is_unit(own, unit)]
            _require(found, "unit", title, unit)
        if len(found) > 1:  # of several, those of others are not meant
            mine = [kpi for kpi in found if self.rights[kpi.pk] is not None]
            found = mine or found
        try:
            return one_of(
                title, found, _which, none="",
                many=_("Several KPIs are called “%(text)s”: %(which)s. Please give the ID."),
            )  # fmt: skip
        except Invalid as invalid:
            invalid.field = "title"
            raise

    def _of_id(self, public_id: str, title: str) -> Goal:
        kpi = self.by_id.get(public_id.upper())
        if kpi is None:
            raise Invalid(
                _("There is no KPI with the ID %(id)s that you see.") % {"id": public_id[:20]},
                code="not_found",
                field="public_id",
            )
        if title and folded(title) != folded(kpi.title) and title.upper() != kpi.public_id:
            raise Invalid(
                _("%(id)s is called “%(title)s” here. Please mend the ID, or empty one of the two.")
                % {"id": kpi.public_id, "title": kpi.title},
                code="other_title",
                field="title",
            )
        return kpi

    @cached_property
    def rights(self) -> Mapping[int, bool | None]:
        """Whether each may be reported by the person: one query for all."""
        return check_in_rights(self.actor, self.by_id.values())


def _require(found: Sequence[Goal], key: str, title: str, text: str) -> None:
    if not found:
        raise Invalid(
            _("No KPI “%(title)s” is of “%(text)s”.") % {"title": title[:80], "text": text[:80]},
            code="not_found",
            field=key,
        )


def _is_person(person: Person, text: str) -> bool:
    return _is(text, person.public_id, person.email, person.name)


def _is_unit(unit: Unit, text: str) -> bool:
    return _is(text, unit.public_id, unit.code, unit.name)


def _is(text: str, *names: Any) -> bool:
    return bool(folded(text)) and folded(text) in {folded(name) for name in names if name}


def _unit_of(kpi: Goal) -> Unit | None:
    """The unit of a KPI; of a personal one without a unit its owner's."""
    return kpi.unit or (kpi.owner.unit if kpi.owner else None)


def _which(kpi: Goal) -> str:
    whose = kpi.owner.name if kpi.owner else kpi.unit.name if kpi.unit else ""
    return f"{kpi.public_id} ({whose})" if whose else kpi.public_id
