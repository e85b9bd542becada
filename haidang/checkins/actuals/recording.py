"""Recording actuals in one change, and trying what it would do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.checkins.actuals.checks import (
    beforehand,
    closed_periods,
    kpis_named,
    look_up,
    read_again,
    refusal_of,
    says_the_same,
    under_the_lock,
)
from haidang.checkins.actuals.rows import Actual, Taken, Tried
from haidang.checkins.actuals.writing import write
from haidang.checkins.models import Source
from haidang.goals import store
from haidang.goals.access import check_in_rights
from haidang.lib.database import writing
from haidang.lib.errors import FieldError, Invalid
from haidang.people.models import Person

MOST = 10_000


def record_actuals(
    actor: Person, rows: Sequence[Actual], *, source: str = Source.PERSON
) -> list[Taken]:
    """Record every row, in their order, in one durable transaction under the organisation's
    lock.

    What stands in a period already is not recorded again (the same numbers, and no other
    note), so that a list sent twice makes nothing new. A row takes the place of what stands:
    it is for the later of its day and the day of the record that stands, which stays as it
    is. Raises Invalid with every reason, each at `rows.<row>.<field>`; nothing is recorded
    then.
    """
    if len(rows) > MOST:
        raise Invalid(_("At most 10,000 rows at once."), code="too_many", field="rows")
    kpis = kpis_named(actor, {row.kpi for row in rows})
    rights = check_in_rights(actor, kpis.values())
    lines, wrong = beforehand(actor, rows, kpis, rights)
    if wrong:
        raise refusal_of(wrong, len(rows))
    with writing():
        store.lock_organisation(actor.organisation_id)
        ids = sorted({line.goal.pk for line in lines})
        graph = store.above(ids, actor.organisation.fiscal_year_start)
        at = timezone.now()
        wrong = read_again(actor, lines, graph, at)
        look_up(lines, graph)
        wrong += under_the_lock(lines, graph, closed_periods(ids))
        if wrong:
            raise refusal_of(wrong, len(rows))
        new = [line for line in lines if not says_the_same(line)]
        made = write(actor, new, rights, graph, source, at) if new else {}
    taken = []
    for line in lines:
        record = made.get(line.place)
        stands = record.pk if record else line.stands.id if line.stands else 0
        taken.append(Taken(line.row.kpi, line.starts, stands, record is not None))
    return taken


def try_actuals(actor: Person, rows: Sequence[Actual]) -> list[Tried]:
    """What `record_actuals` would do with each row as things stand; nothing is written.

    The caller reads in one snapshot, or holds the organisation's lock.
    """
    kpis = kpis_named(actor, {row.kpi for row in rows})
    lines, wrong = beforehand(actor, rows, kpis, check_in_rights(actor, kpis.values()))
    if lines:
        ids = sorted({line.goal.pk for line in lines})
        graph = store.above(ids, actor.organisation.fiscal_year_start)
        look_up(lines, graph)
        wrong += under_the_lock(lines, graph, closed_periods(ids))
    reasons: dict[int, list[FieldError]] = {}
    for error in wrong:
        _rows, number, name = (error.field or "..").split(".")
        reasons.setdefault(int(number), []).append(error._replace(field=name))
    read = {line.place: line for line in lines}
    found = []
    for place in range(len(rows)):
        line = read.get(place)
        same = line is not None and says_the_same(line)
        stands = line.stands if line is not None else None
        found.append(Tried(stands, same, reasons.get(place, ())))
    return found
