"""Running a connector: ask, settle what was answered, say what came of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.goals import store
from haidang.goals.rules.periods import period_of
from haidang.kpis.actions.accounts import account, deliver, hold_back, tell
from haidang.kpis.actions.fetching import broken, fetch
from haidang.kpis.actions.settling import HELD, Settled, settle
from haidang.kpis.actions.wording import in_languages, kept
from haidang.kpis.connectors.sources.base import Fetched, Reading, SourceError
from haidang.kpis.models import Connector, Outcome, Run, Why
from haidang.kpis.rules.connectors import Schedule, next_time, period_asked, wait_before
from haidang.lib.database import writing
from haidang.lib.errors import Conflict
from haidang.people.access import standing_of
from haidang.people.models import Person

#: A run that has not ended for so long was cut off.
CUT_OFF = timedelta(minutes=10)
#: Seconds that a person waits for a trial, and the background worker for a run.
TRIAL, PATIENT = 15.0, 60.0

Span = tuple[date, date]
_logger = logging.getLogger(__name__)


def span_asked(connector: Connector, now: datetime) -> Span:
    """The period that a run asks for, by the organisation's day."""
    organisation = connector.organisation
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    return period_asked(connector.frequency, connector.asks, today, organisation.fiscal_year_start)


def schedule_of(connector: Connector) -> Schedule:
    return Schedule(connector.every, connector.at, connector.weekday, connector.month_day)


def next_of(connector: Connector, now: datetime) -> datetime | None:
    zone = ZoneInfo(connector.organisation.time_zone)
    return next_time(schedule_of(connector), zone, now)


def begin(connector: Connector, why: str, now: datetime, by: Person | None = None) -> Run:
    """Open a run. Raises Conflict while another of the same connector is under way."""
    with writing():
        store.lock_organisation(connector.organisation_id)
        end_cut_off(now, connector)
        connector = _again(connector)
        refuse_retired(connector)
        return _begun(connector, why, span_asked(connector, now), now, by)


def begin_due(connector: Connector, now: datetime) -> Run | None:
    """Open the run that a schedule or a retry asks for, and set when the next one is; None
    where somebody else was first."""
    with writing():
        store.lock_organisation(connector.organisation_id)
        connector = _again(connector)
        retry = connector.retry_at is not None and connector.retry_at <= now
        scheduled = connector.next_at is not None and connector.next_at <= now
        if not connector.is_on or not (retry or scheduled):
            return None
        span = span_asked(connector, now)
        owed = _owed(connector)
        if owed not in (None, span):
            if not retry or Run.objects.filter(connector=connector, ended_at=None).exists():
                return None  # the schedule waits until what failed has had its turn
            span, scheduled = owed, False
        if scheduled:
            connector.next_at = next_of(connector, now)
            connector.attempt = 0
        connector.retry_at = None
        connector.save(update_fields=["next_at", "retry_at", "attempt"])
        try:
            return _begun(connector, Why.SCHEDULE if scheduled else Why.RETRY, span, now, None)
        except Conflict:
            return None  # it is running: what it brings is what was asked for


def refuse_retired(connector: Connector) -> None:
    """Nothing is asked of, or changed in, a connector that was retired."""
    if connector.retired_at is not None:
        raise Conflict(_("This connector is retired; revive it first."), code="retired")


def is_running(connector: Connector, now: datetime) -> bool:
    """Whether a run is under way that was not cut off."""
    rows = Run.objects.filter(connector=connector, ended_at=None, began_at__gt=now - CUT_OFF)
    return rows.exists()


def end_cut_off(now: datetime, connector: Connector | None = None) -> int:
    """End the runs (of one connector, or of all) in whose middle the program was stopped, as
    failed in passing: what they were to bring is asked for again. How many there were."""
    rows = Run.objects.filter(ended_at=None, began_at__lte=now - CUT_OFF)
    if connector is not None:
        rows = rows.filter(connector=connector)
    found = list(rows.select_related("connector").order_by("pk"))
    for run in found:
        fail(run, SourceError("cut_off", _CUT_OFF, passing=True), now)
    return len(found)


def _again(connector: Connector) -> Connector:
    rows = Connector.objects.select_related("organisation", "keeper__organisation")
    return rows.get(pk=connector.pk)


def _owed(connector: Connector) -> Span | None:
    """The period of the run that failed, where it is to be tried again."""
    if connector.retry_at is None:
        return None
    row = Run.objects.filter(connector=connector, outcome=Outcome.FAILED).order_by("-pk").first()
    first_month = connector.organisation.fiscal_year_start
    if row is None or period_of(row.starts, connector.frequency, first_month) != (
        row.starts, row.ends
    ):  # fmt: skip
        return None  # its KPIs had another frequency
    return row.starts, row.ends


def _begun(connector: Connector, why: str, span: Span, now: datetime, by: Person | None) -> Run:
    if Run.objects.filter(connector=connector, ended_at=None).exists():
        raise Conflict(_("This connector is running right now."), code="running")
    return Run.objects.create(
        organisation_id=connector.organisation_id,
        connector=connector,
        why=why,
        by=by,
        starts=span[0],
        ends=span[1],
        attempt=connector.attempt + 1,
        began_at=now,
    )


_CHANGED = _(
    "The connector was changed or switched off while it ran; nothing of this run was written."
)
_CUT_OFF = _("The program was stopped in the middle of this run.")


def carry_out(run: Run) -> Run:
    """Ask the other system, without a transaction, and settle what it answers."""
    run.refresh_from_db(fields=["ended_at"])
    if run.ended_at is not None:
        return run  # it waited for so long that it was given up
    connector = _again(run.connector)
    is_off = run.why in (Why.SCHEDULE, Why.RETRY) and not connector.is_on
    if is_off or connector.retired_at is not None:
        return fail(run, _changed())
    try:
        fetched = fetch(connector, (run.starts, run.ends), PATIENT)
    except SourceError as error:
        return fail(run, error)
    try:
        return finish(run, fetched, connector.version)
    except SourceError as error:
        return fail(run, error)
    except Exception:
        _logger.exception("an answer to connector %s could not be settled", connector.pk)
        return fail(run, broken())


def _changed() -> SourceError:
    return SourceError("changed", _CHANGED, passing=True)  # where it is on: by the new plan


@dataclass(frozen=True, slots=True)
class Trial:
    """What a run would do now; nothing of it was written."""

    starts: date
    ends: date
    fetched: Fetched | None = None
    settled: Settled | None = None
    error: SourceError | None = None


def trial(connector: Connector, now: datetime) -> Trial:
    """Ask, settle, and take it back."""
    refuse_retired(connector)
    span = span_asked(connector, now)
    try:
        fetched = fetch(connector, span, TRIAL)
    except SourceError as error:
        return Trial(*span, error=error)
    with writing():
        store.lock_organisation(connector.organisation_id)
        with transaction.atomic():
            settled = settle(_again(connector), fetched.readings, span)
            transaction.set_rollback(True)
    return Trial(*span, fetched, settled)


def push(connector: Connector, by: Person, readings: Sequence[Reading], raw: str) -> Run:
    """Settle what another program brings, as a run of its own."""
    if connector.kind != "push":
        raise Conflict(_("This connector asks by itself; nothing is sent to it."), code="kind")
    with writing():
        store.lock_organisation(connector.organisation_id)
        connector = _again(connector)
        refuse_retired(connector)
        if not connector.is_on:
            raise Conflict(_("This connector is switched off."), code="off")
        if not standing_of(connector.keeper).is_active:
            raise Conflict(_("Who keeps this connector is no longer active."), code="keeper")
        run = begin(connector, Why.PUSH, timezone.now(), by)
        return finish(run, Fetched(readings, raw))


def finish(run: Run, fetched: Fetched, version: int | None = None) -> Run:
    """Settle an answer: records, lineage, what is held back, and the run's account of it.

    Raises SourceError("changed"), and nothing is written, where the connector is no longer
    the version that was asked for (None: not compared).
    """
    with writing():
        store.lock_organisation(run.organisation_id)
        run = Run.objects.select_related("connector").get(pk=run.pk)
        if run.ended_at is not None:
            return run  # it was given up meanwhile
        connector = _again(run.connector)
        if version not in (None, connector.version):
            raise _changed()
        settled = settle(connector, fetched.readings, (run.starts, run.ends))
        now = timezone.now()
        owed = _owed(connector)
        deliver(run, settled, now)
        hold_back(run, settled.of(HELD), now)
        account(run, settled, fetched, now)
        run.save()
        connector.failing_since = None
        if owed in (None, (run.starts, run.ends)):  # else that period has its turn still
            connector.attempt, connector.retry_at = 0, None
        connector.save(update_fields=["attempt", "retry_at", "failing_since"])
        tell(run, "connector.ran", now)
    return run


def fail(run: Run, error: SourceError, now: datetime | None = None) -> Run:
    """Nothing could be read: try again later where that may help, else raise the alarm."""
    with writing():
        store.lock_organisation(run.organisation_id)
        run = Run.objects.select_related("connector").get(pk=run.pk)
        if run.ended_at is not None:
            return run
        connector = _again(run.connector)
        now = now or timezone.now()
        run.ended_at, run.outcome = now, Outcome.FAILED
        run.code, run.said = error.code, in_languages(error.message)
        run.detail = kept(error.detail, 500)
        run.save()
        connector.attempt += 1
        wait = wait_before(connector.attempt) if error.passing and connector.is_on else None
        connector.retry_at = None if wait is None else now + wait
        if wait is None:
            connector.attempt = 0
        if wait is None and connector.is_on:  # else who runs it by hand is told by its page
            if connector.failing_since is None:
                tell(run, "connector.failed", now)
            connector.failing_since = connector.failing_since or now
        connector.save(update_fields=["attempt", "retry_at", "failing_since"])
    return run
