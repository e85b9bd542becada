"""Facts of the organisation that goals depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.change import restructuring
from haidang.goals.models import KpiPeriod
from haidang.lib.errors import Conflict
from haidang.people import actions as people
from haidang.people.access import require_organisation
from haidang.people.models import Organisation, Person


def edit_organisation(actor: Person, stand: str | None, changes: Mapping[str, Any]) -> Organisation:
    """`people.actions.edit_organisation`, but for the start of the fiscal year: it is what
    the periods of KPIs are laid out and numbered by, and stays once there are some."""
    require_organisation(actor, "settings")
    with restructuring(actor):
        month = changes.get("fiscal_year_start", actor.organisation.fiscal_year_start)
        if month != actor.organisation.fiscal_year_start and has_periods(actor):
            raise Conflict(
                _("KPIs have periods of the fiscal year already, with targets: it stays."),
                code="periods",
                field="fiscal_year_start",
            )
        return people.edit_organisation(actor, stand, changes)


def has_periods(actor: Person) -> bool:
    """Whether any KPI of the organisation has periods: one query."""
    return KpiPeriod.objects.filter(goal__organisation_id=actor.organisation_id).exists()
