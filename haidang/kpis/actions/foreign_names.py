"""Which KPI is meant by which name of the other system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import check_in_rights, visible
from haidang.goals.models import Goal
from haidang.kpis.access import kpis_to_connect, names_visible
from haidang.kpis.models import Connector, ForeignName
from haidang.kpis.rules.connectors import key_of
from haidang.lib.errors import FieldError, Invalid
from haidang.lib.text import clean_line
from haidang.people.models import Person

LONGEST_FOREIGN, MOST_NAMES = 200, 900


def names_of(
    actor: Person, connector: Connector, pairs: Sequence[tuple[str, Goal]]
) -> list[ForeignName]:
    """The rows of a connector's names. Raises Invalid with every reason, at `rows.<place>`."""
    if len(pairs) > MOST_NAMES:
        raise Invalid(_("At most 900 names."), code="too_many", field=None)
    wrong: list[FieldError] = []

    def refuse(place: int, part: str, code: str, message: Any) -> None:
        wrong.append(FieldError(f"rows.{place}.{part}", code, message))

    ids = [kpi.pk for _name, kpi in pairs]
    kept = set(connector.names.values_list("kpi_id", flat=True))
    seen = set(
        kpis_to_connect(actor, connector.frequency).filter(pk__in=ids).values_list("pk", flat=True)
    )
    rights = check_in_rights(connector.keeper, visible(connector.keeper).filter(pk__in=ids))
    own = set(names_visible(actor, connector).values_list("pk", flat=True))
    hidden = set(connector.names.exclude(pk__in=own).values_list("key", flat=True))
    keys: dict[str, int] = {}
    kpis: dict[int, int] = {}
    rows = []
    for place, (text, kpi) in enumerate(pairs):
        name = clean_line(text[: LONGEST_FOREIGN * 4])
        key = key_of(name)
        if len(name) > LONGEST_FOREIGN:
            refuse(place, "name", "too_long", _("At most 200 characters."))
        if keys.setdefault(key, place) != place or key in hidden:
            refuse(place, "name", "duplicate", _("This name stands here twice."))
        if kpis.setdefault(kpi.pk, place) != place:
            refuse(place, "kpi", "duplicate", _("This KPI stands here twice."))
        if kpi.pk not in seen and kpi.pk not in kept:
            refuse(
                place, "kpi", "choice",
                _("Only a KPI under way, of the connector's frequency, that takes own reports."),
            )  # fmt: skip
        elif rights.get(kpi.pk) is None:
            refuse(
                place, "kpi", "forbidden",
                format_lazy(
                    _("{name}, on whose behalf it writes, may not report this KPI."),
                    name=connector.keeper.name,
                ),
            )  # fmt: skip
        rows.append(ForeignName(connector=connector, name=name, key=key[:400], kpi=kpi))
    if wrong:
        raise Invalid(errors=wrong)
    return rows
