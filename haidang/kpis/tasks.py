"""Background work with the months of KPIs: closing very many, closing by itself, asking
other systems."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q
from django_tasks import task

from haidang.kpis.actions import pruning, running
from haidang.kpis.actions.closing import begin_by_itself, carry_out, cut_off, span_of
from haidang.kpis.models import Closing, Connector, Run
from haidang.kpis.rules.closing import BY_THEMSELVES, due_on, ended_before
from haidang.people.models import Organisation, OrganisationSetting

KEY = "kpi.closing_day"
#: More KPIs are closed by the background worker, while a page shows how far it is.
AT_ONCE = 1_000
#: Systems that are asked at the same time: a slow one does not hold up the others.
AT_A_TIME = 4
_logger = logging.getLogger(__name__)


@task()
def carry_out_closing(pk: int) -> None:
    """Close what a page has begun to close."""
    carry_out(Closing.objects.get(pk=pk))


def now_or_later(closing: Closing) -> Closing:
    """Carry out what was begun: at once, or by the background worker where it takes long."""
    if closing.total <= AT_ONCE:
        return carry_out(closing)
    carry_out_closing.enqueue(closing.pk)
    return closing


def close_what_is_due(now: datetime) -> int:
    """Close the periods whose set day has come, and go on with what was cut off; how many
    closings were carried out.

    A day that was set after it had passed holds from the next period on.
    """
    found = list(cut_off(now))
    for row in OrganisationSetting.objects.filter(key=KEY, until=None):
        if not row.value:
            continue
        organisation = Organisation.objects.get(pk=row.organisation_id)
        zone = ZoneInfo(organisation.time_zone)
        today, since = now.astimezone(zone).date(), row.since.astimezone(zone).date()
        for frequency in BY_THEMSELVES:
            starts, ends = ended_before(today, frequency, organisation.fiscal_year_start)
            if since <= due_on(ends, row.value) <= today:
                begun = begin_by_itself(span_of(organisation, frequency, starts), now)
                found += [] if begun is None else [begun]
    for closing in found:
        carry_out(closing)
    return len(found)


@task()
def carry_out_run(pk: int) -> None:
    """Ask what a page has begun to ask."""
    running.carry_out(Run.objects.select_related("connector").get(pk=pk))


def run_what_is_due(now: datetime) -> int:
    """Run the connectors whose time has come, a few at a time; how many ran. Runs that were cut
    off are ended first, so that they are tried again.

    Who asked first has the turn: a run is opened under the organisation's lock, and one
    connector has no two that are open, whoever else looks for work.
    """
    running.end_cut_off(now)
    due = Connector.objects.filter(is_on=True).filter(Q(next_at__lte=now) | Q(retry_at__lte=now))
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    if len(ids) < 2:
        return sum(_run_if_due(pk, now) for pk in ids)
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="connectors") as pool:
        return sum(pool.map(lambda pk: _run_apart(pk, now), ids))


def _run_if_due(pk: int, now: datetime) -> bool:
    connector = Connector.objects.filter(pk=pk).first()
    run = None if connector is None else running.begin_due(connector, now)
    if run is None:
        return False
    running.carry_out(run)
    return True


def _run_apart(pk: int, now: datetime) -> bool:
    """The same in a thread of the pool: whatever happens to one, the others have their turn."""
    try:
        return _run_if_due(pk, now)
    except Exception:
        _logger.exception("connector %s could not be run", pk)
        return False
    finally:
        connection.close()


def prune_what_is_old(now: datetime) -> None:
    """Throw away what connectors need not keep any more."""
    runs, answers, files = pruning.prune(now)
    if runs or answers or files:
        _logger.info("connectors: %s runs, %s answers and %s files were old", runs, answers, files)
