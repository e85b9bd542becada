"""Deciding on a value that the contract held back."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import coming_from
from haidang.checkins.actuals import Actual, Stands, record_actuals, standing_records
from haidang.checkins.models import CheckIn, Source
from haidang.goals.actions.change import record_event, restructuring
from haidang.goals.models import KpiPeriod
from haidang.kpis.access import quarantined_for
from haidang.kpis.models import Delivered, Quarantined, Verdict
from haidang.lib.decimals import text as digits_of
from haidang.lib.errors import Conflict, Invalid, Stale
from haidang.lib.text import clean_text
from haidang.people.access import today_of
from haidang.people.models import Person

LONGEST = 2000


def stands_now(held: Quarantined) -> Stands | None:
    """The record that stands in the period of a held-back value; accepting it replaces it."""
    rows = KpiPeriod.objects.filter(goal_id=held.kpi_id, starts=held.starts)
    pk = rows.values_list("own_record_id", flat=True).first()
    return None if pk is None else standing_records([pk]).get(pk)


def decide_quarantined(
    actor: Person, held: Quarantined, accepted: bool, reason: str, seen: int | None = None
) -> Quarantined:
    """Record a held-back value as it is, or leave what stands; with a reason either way.

    Accepted, it is recorded by who accepts it, with the way back to its run. `seen` is the
    record that stood in its period when it was looked at (0: none); None: what stood when the
    value came. Raises Conflict when it was decided already or its period is closed, and Stale
    with what stands now when that is another record than was seen.
    """
    reason = clean_text(reason[: LONGEST * 4])
    if not reason:
        raise Invalid(_("Please say why."), code="required", field="reason")
    if len(reason) > LONGEST:
        raise Invalid(_("At most 2,000 characters."), code="too_long", field="reason")
    with restructuring(actor) as at:
        held = quarantined_for(actor, held.pk, to="decide")
        if held.verdict != Verdict.WAITING:
            raise Conflict(_("This value was decided on already."), code="decided")
        if accepted:
            _refuse_unseen(held, seen)
            held.check_in_id = _record(actor, held)
        held.verdict = Verdict.ACCEPTED if accepted else Verdict.REFUSED
        held.decided_by, held.decided_at, held.reason = actor, at, reason
        held.save(update_fields=["verdict", "decided_by", "decided_at", "reason", "check_in"])
        verb = "value.accepted" if accepted else "value.refused"
        data = {"period": held.starts.isoformat(), "reason": reason}
        record_event(actor, verb, held.kpi, timezone.now(), data=data)
    return held


def _refuse_unseen(held: Quarantined, seen: int | None) -> None:
    """Nobody replaces a value that somebody has reported meanwhile without having seen it."""
    stands = stands_now(held)
    here = 0 if stands is None else stands.id
    if seen is None:
        later = CheckIn.objects.filter(pk=here, recorded_at__gt=held.run.began_at)
        is_known = not later.exists()
    else:
        is_known = seen == here
    if not is_known:
        numbers = {
            name: None if stands is None or (number := getattr(stands, name)) is None
            else digits_of(number)
            for name in ("value", "numerator", "denominator")
        }  # fmt: skip
        raise Stale(
            current={"seen": here, **numbers},
            message=_("Somebody has reported this period meanwhile. Look at what stands now."),
        )


def _record(actor: Person, held: Quarantined) -> int:
    row = Actual(
        held.kpi.public_id,
        min(held.ends, today_of(actor)),
        held.value,
        held.numerator,
        held.denominator,
    )
    try:
        with coming_from("connector"):
            taken = record_actuals(actor, [row], source=Source.CONNECTOR)[0]
    except Invalid as refusal:
        first = refusal.errors[0]
        raise Conflict(first.message, code=first.code) from None
    if taken.is_new:
        Delivered.objects.create(
            run=held.run,
            kpi=held.kpi,
            starts=held.starts,
            check_in_id=taken.record,
            name=held.name,
            raw=held.raw,
        )
    return taken.record
