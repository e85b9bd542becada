"""What is kept of a run: its account, the way back from its records, what it holds back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import event
from haidang.activity.models import Event
from haidang.kpis.actions.settling import HELD, NEW, SAME, WRONG, Line, Settled
from haidang.kpis.actions.wording import in_languages, kept, told
from haidang.kpis.connectors.sources.base import Fetched
from haidang.kpis.models import Delivered, Outcome, Quarantined, Run, Verdict, Why
from haidang.lib.decimals import EXACT, canonical
from haidang.lib.insert import append, insert_many

#: Kept of an answer, of one row, and of the lines that could not be taken.
RAW, RAW_ROW, LINES = 20_000, 1_000, 500
_ABSENT = _("The answer has no row for this name; what stands stays.")


def account(run: Run, settled: Settled, fetched: Fetched, now: datetime) -> None:
    """Write into a run what came of its answer."""
    count = {what: len(settled.of(what)) for what in (NEW, SAME, HELD, WRONG)}
    run.recorded, run.same = count[NEW], count[SAME]
    run.quarantined, run.wrong = count[HELD], count[WRONG]
    taken = count[NEW] + count[SAME]
    whole = not count[HELD] and not count[WRONG]
    read = taken or count[HELD]
    run.outcome = Outcome.GOOD if whole else Outcome.PARTLY if read else Outcome.FAILED
    if run.outcome == Outcome.FAILED:
        run.code, run.said = "nothing", in_languages(_("No row could be taken."))
    run.ended_at = now
    run.raw = kept(fetched.raw, RAW)
    run.notes = [kept(note, 300) for note in fetched.notes[:20]]
    run.lines = [told(line) for line in settled.of(WRONG)[:LINES]]
    if run.why != Why.PUSH:  # who pushes sends what there is
        run.absent = len(settled.absent)
        said = in_languages(_ABSENT)
        blank = {"day": "", "value": "", "code": "absent", "said": said, "raw": ""}
        room = settled.absent[: LINES - len(run.lines)]
        run.lines += [{"name": name, **blank} for name in room]


def deliver(run: Run, settled: Settled, now: datetime) -> None:
    """Keep the way back from what was recorded; what is believed takes the place of what waited
    for the same period."""
    Delivered.objects.bulk_create(
        [delivered_row(run, line) for line in settled.of(NEW)], batch_size=500
    )
    _replace_waiting(run, [line for line in settled.lines if line.record], now)


def _replace_waiting(run: Run, lines: Sequence[Line], now: datetime) -> None:
    """What waited for the KPIs and periods of these lines waits no longer."""
    places = {(line.kpi.pk, line.starts) for line in lines if line.kpi}
    waiting = Quarantined.objects.filter(
        organisation_id=run.organisation_id, verdict=Verdict.WAITING
    )
    of_each = waiting.values_list("pk", "kpi_id", "starts")
    gone = [pk for pk, kpi_id, starts in of_each if (kpi_id, starts) in places]
    waiting.filter(pk__in=gone).update(verdict=Verdict.REPLACED, decided_at=now)


def delivered_row(run: Run, line: Line) -> Delivered:
    """The way of a recorded line back to its run."""
    return Delivered(
        run=run,
        **line.place,
        check_in_id=line.record or 0,
        name=kept(line.reading.name, 200),
        raw=kept(line.reading.raw, RAW_ROW),
    )


def hold_back(run: Run, lines: Sequence[Line], now: datetime) -> None:
    """Keep what has to be looked at, in the place of what waited for the same period."""
    fresh = [line for line in lines if not line.asked_before and line.breach]
    _replace_waiting(run, fresh, now)
    rows = [held_row(run, line) for line in fresh]
    Quarantined.objects.bulk_create(rows, batch_size=500)
    insert_many(Event, [held_event(row, now) for row in rows], has_keys=False)


def held_row(run: Run, line: Line) -> Quarantined:
    """A line that the contract does not believe, for somebody to decide on."""
    return Quarantined(
        organisation_id=run.organisation_id,
        run=run,
        **line.place,
        ends=line.ends or run.ends,
        name=kept(line.reading.name, 200),
        value=line.reading.value,
        numerator=line.reading.numerator,
        denominator=line.reading.denominator,
        stood=decimal_of(line.stood),
        why=line.breach.code if line.breach else "",
        percent=line.breach.percent if line.breach else None,
        raw=kept(line.reading.raw, RAW_ROW),
    )


def held_event(row: Quarantined, now: datetime) -> Event:
    return event(
        organisation_id=row.organisation_id,
        at=now,
        verb="value.held_back",
        source="connector",
        subject_kind="goal",
        subject_id=row.kpi_id,
        subject=row.kpi.public_id,
        touched=[row.kpi_id],
        data={"period": row.starts.isoformat()},
    )


def decimal_of(size: Fraction | None) -> Decimal | None:
    """A size as it is kept: ten places."""
    if size is None:
        return None
    exact = EXACT.divide(Decimal(size.numerator), Decimal(size.denominator))
    return canonical(exact.quantize(Decimal("1E-10"), context=EXACT))


def tell(run: Run, verb: str, now: datetime) -> None:
    """Write into the log what became of a run."""
    append(run_event(run, verb, now))


def run_event(run: Run, verb: str, now: datetime) -> Event:
    data = {
        "run": run.pk,
        "outcome": str(run.outcome),
        "recorded": run.recorded,
        "quarantined": run.quarantined,
        "wrong": run.wrong,
    }
    return event(
        organisation_id=run.organisation_id,
        at=now,
        actor_id=run.by_id,
        verb=verb,
        source="connector",
        subject_kind="connector",
        subject_id=run.connector_id,
        subject=run.connector.name[:32],
        data=data,
    )
