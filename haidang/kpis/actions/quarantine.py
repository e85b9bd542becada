"""Deciding on a value that the contract held back."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import coming_from
from haidang.checkins.actuals import Actual, record_actuals
from haidang.checkins.models import Source
from haidang.goals.actions.change import record_event, restructuring
from haidang.kpis.access import quarantined_for
from haidang.kpis.models import Delivered, Quarantined, Verdict
from haidang.lib.errors import Conflict, Invalid
from haidang.lib.text import clean_text
from haidang.people.access import today_of
from haidang.people.models import Person

LONGEST = 2000


def decide_quarantined(
    actor: Person, held: Quarantined, accepted: bool, reason: str
) -> Quarantined:
    """Record a held-back value as it is, or leave what stands; with a reason either way.

    Accepted, it is recorded by who accepts it, with the way back to its run. Raises Conflict
    when it was decided already or its period is closed.
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
            held.check_in_id = _record(actor, held)
        held.verdict = Verdict.ACCEPTED if accepted else Verdict.REFUSED
        held.decided_by, held.decided_at, held.reason = actor, at, reason
        held.save(update_fields=["verdict", "decided_by", "decided_at", "reason", "check_in"])
        verb = "value.accepted" if accepted else "value.refused"
        data = {"period": held.starts.isoformat(), "reason": reason}
        record_event(actor, verb, held.kpi, timezone.now(), data=data)
    return held


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
