"""Other targets: at once where they may be, else asked for by one and decided by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.change import again, local_day, record_event, restructuring
from haidang.goals.actions.history import plain
from haidang.goals.actions.ledger import Basis
from haidang.goals.actions.targets import (
    TargetWish,
    first_plan,
    needs_request,
    require_change,
    wishes_of,
    write_targets,
)
from haidang.goals.models import Goal, Kind, State, Visibility
from haidang.kpis.access import (
    asked_at,
    decides,
    require_target_asker,
    target_request_for,
    undecidable,
)
from haidang.kpis.models import TargetAnswer, TargetChange, TargetRequest
from haidang.lib.errors import Conflict, Invalid, Refusal, Stale
from haidang.lib.text import clean_text
from haidang.people.models import Person

LONGEST = 2000
#: Periods of one request.
MOST = 5_000

Targets = Mapping[date | None, Mapping[str, Decimal | None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The targets of a KPI as somebody wants them, over the version that they saw."""

    kpi: Goal
    targets: Targets
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: how many KPIs changed at once, and the request for the others."""

    changed: int
    request: TargetRequest | None


def change_targets(
    actor: Person, subject: Goal, wanted: Sequence[Wanted], reason: str = ""
) -> Outcome:
    """Change what may change at once, and ask for the rest in one request at `subject`, all in
    one transaction.

    A KPI of which an approved target would change (`goals.actions.targets.needs_request`) goes
    into the request with all of its changes; the first plan of a year (`first_plan`) is none,
    as long as no request waits about its periods. A refusal says by `field`
    ("KPI-7.2026-01-01") which KPI and period it is about. Raises Stale over an older definition.
    """
    with restructuring(actor) as at:
        at_once: list[tuple[Goal, Sequence[TargetWish]]] = []
        asked: list[tuple[Goal, Sequence[TargetWish]]] = []
        for one in wanted:
            kpi, wishes = _wishes(one)
            if not wishes:
                continue
            planned = first_plan(kpi, wishes, local_day(actor.organisation, at))
            if not _waits(kpi, planned):
                wishes = planned
            if needs_request(kpi) and any(wish.resets for wish in wishes):
                asked.append((kpi, wishes))
            else:
                require_change(actor, kpi, wishes, reason)
                at_once.append((kpi, wishes))
        if at_once:
            write_targets(actor, at, at_once, Basis(clean_text(reason)[:LONGEST]))
        request = _ask(actor, subject, asked, reason, at) if asked else None
        return Outcome(len(at_once), request)


def ask_targets(
    actor: Person, subject: Goal, wanted: Sequence[Wanted], reason: str
) -> TargetRequest:
    """Ask for other targets, whether or not each of them needs it. Raises Conflict where nothing
    would change, and for a KPI whose targets change without a request."""
    with restructuring(actor) as at:
        asked = [(kpi, wishes) for kpi, wishes in map(_wishes, wanted) if wishes]
        if not asked:
            raise Conflict(_("Nothing would change."), code="unchanged")
        for kpi, _wished in asked:
            if not needs_request(kpi):
                raise Conflict(
                    _("The targets of this KPI change without a request."), code="not_needed"
                )
        return _ask(actor, subject, asked, reason, at)


def _waits(kpi: Goal, wishes: Sequence[TargetWish]) -> bool:
    """Whether somebody has asked for other targets of one of these periods."""
    days = [wish.starts for wish in wishes]
    return TargetChange.objects.filter(goal=kpi, starts__in=days, waits=True).exists()


def _wishes(one: Wanted) -> tuple[Goal, list[TargetWish]]:
    """A KPI as it stands under the lock, and what would change."""
    if one.kpi.kind != Kind.KPI:
        raise Invalid(_("Only KPIs have targets by period."), code="kind")
    kpi = again(one.kpi, one.version)
    try:
        return kpi, wishes_of(kpi, one.targets)
    except Refusal:
        for day, fields in one.targets.items():  # which period is it about?
            try:
                wishes_of(kpi, {day: fields})
            except Refusal as refusal:
                refusal.field = f"{kpi.public_id}.{'usual' if day is None else day.isoformat()}"
                raise
        raise


def _ask(
    actor: Person,
    subject: Goal,
    asked: Sequence[tuple[Goal, Sequence[TargetWish]]],
    reason: str,
    at: datetime,
) -> TargetRequest:
    subject = again(subject)
    for kpi in {one.pk: one for one in (subject, *(kpi for kpi, _w in asked))}.values():
        require_target_asker(actor, kpi)
    for kpi, _wished in asked:
        if kpi.state != State.ACTIVE:
            raise Conflict(
                _("This does not fit its state: %(state)s.") % {"state": kpi.get_state_display()},
                code="state",
            )
    reason = _reason(reason)
    if sum(len(wishes) for _kpi, wishes in asked) > MOST:
        raise Invalid(_("At most 5,000 periods at once."), code="too_many", field="targets")
    waits = TargetChange.objects.filter(goal__in=[kpi.pk for kpi, _w in asked], waits=True)
    taken = set(waits.values_list("goal_id", "starts"))
    for kpi, wishes in asked:
        for wish in wishes:
            if (kpi.pk, wish.starts) in taken:
                day = "usual" if wish.starts is None else wish.starts.isoformat()
                raise Conflict(
                    _("Somebody has asked for another target here already; it waits."),
                    code="asked",
                    field=f"{kpi.public_id}.{day}",
                )
    _require_decider(actor, subject, [kpi for kpi, _wished in asked])
    request = TargetRequest.objects.create(
        organisation_id=subject.organisation_id,
        goal=subject,
        asked_by=actor,
        asked_at=at,
        reason=reason,
    )
    changes = [
        TargetChange(
            request=request,
            goal=kpi,
            starts=wish.starts,
            fields={name: [plain(old), plain(new)] for name, (old, new) in wish.changes.items()},
        )
        for kpi, wishes in asked
        for wish in wishes
    ]
    TargetChange.objects.bulk_create(changes)
    data = {"request": request.pk, "periods": len(changes), "reason": reason}
    touched = [kpi.pk for kpi, _w in asked]
    record_event(actor, "targets.asked", subject, at, touched=touched, data=data)
    return request


def _require_decider(actor: Person, subject: Goal, kpis: Sequence[Goal]) -> None:
    """Refuse what nobody could decide about, saying who could if it was asked otherwise."""
    whole = asked_at(subject, kpis, actor)
    if not undecidable([whole]):
        return
    code = "nobody_decides"
    if len(kpis) > 1 and not undecidable([asked_at(kpi, [kpi], actor) for kpi in kpis]):
        raise Conflict(
            _(
                "Nobody decides about all of these KPIs together: please ask for each of them on"
                " its own page."
            ),
            code=code,
        )
    names = {"kpis": ", ".join(kpi.public_id for kpi in kpis[:10])}
    owners = {kpi.owner for kpi in (subject, *kpis)}
    owner = owners.pop() if len(owners) == 1 else None
    if (
        owner is not None
        and owner.is_active
        and decides(actor, [replace(whole, by_id=owner.pk)])[0]
    ):
        raise Conflict(
            _(
                "Nobody but you could decide about %(kpis)s. Let the owner, %(name)s, ask for"
                " it: then you decide."
            )
            % (names | {"name": owner.name}),
            code=code,
        )
    if any(kpi.visibility == Visibility.PRIVATE for kpi in kpis):
        raise Conflict(
            _(
                "Nobody who could decide sees %(kpis)s: share it first with the owner's manager,"
                " a leader of its unit or a strategist."
            )
            % names,
            code=code,
        )
    raise Conflict(
        _(
            "Nobody could decide about %(kpis)s but who asks and who owns it: it takes a second"
            " strategist, or a leader above, whom an administrator names."
        )
        % names,
        code=code,
    )


def _reason(text: str) -> str:
    reason = clean_text(text)
    if not reason:
        raise Invalid(_("Please say why."), code="required", field="reason")
    if len(reason) > LONGEST:
        raise Invalid(_("At most 2,000 characters."), code="too_long", field="reason")
    return reason


def decide_targets(
    actor: Person, request: TargetRequest, granted: bool, reason: str = ""
) -> TargetRequest:
    """Grant or decline a request of somebody else. Granted, all of it is written with the
    numbers above, or nothing is: Stale when a target has changed since it was asked (`current`
    says which), Conflict when a period was closed or a KPI has ended, and once answered."""
    target_request_for(actor, request.pk, to="decide")
    reason = clean_text(reason)
    if len(reason) > LONGEST:
        raise Invalid(_("At most 2,000 characters."), code="too_long", field="reason")
    with restructuring(actor) as at:
        request = _waiting(target_request_for(actor, request.pk, to="decide"))
        if granted:
            basis = Basis(request.reason, request.asked_by, actor, request.pk)
            write_targets(actor, at, _as_asked(request), basis)
        _answer(request, TargetAnswer.GRANTED if granted else TargetAnswer.DECLINED, at)
        request.decided_by, request.answer_reason = actor, reason
        request.save(update_fields=["decided_by", "answer_reason"])
        verb = "targets.granted" if granted else "targets.declined"
        data = {"request": request.pk, "reason": reason}
        record_event(actor, verb, request.goal, at, data=data)
    return request


def withdraw_targets(actor: Person, request: TargetRequest) -> TargetRequest:
    """Take back what one asked for, or what somebody asked who has left, before it is
    answered."""
    target_request_for(actor, request.pk, to="withdraw")
    with restructuring(actor) as at:
        request = _waiting(target_request_for(actor, request.pk, to="withdraw"))
        _answer(request, TargetAnswer.WITHDRAWN, at)
        record_event(actor, "targets.withdrawn", request.goal, at, data={"request": request.pk})
    return request


def _waiting(request: TargetRequest) -> TargetRequest:
    if request.answer == TargetAnswer.WITHDRAWN:
        raise Conflict(_("This request was withdrawn."), code="answered")
    if request.answer != TargetAnswer.WAITING:
        raise Conflict(_("Somebody has answered this request already."), code="answered")
    return request


def _answer(request: TargetRequest, answer: str, at: datetime) -> None:
    request.answer, request.decided_at = answer, at
    request.save(update_fields=["answer", "decided_at"])
    request.changes.update(waits=False)


def _as_asked(request: TargetRequest) -> list[tuple[Goal, list[TargetWish]]]:
    """What the request wants, if everything stands as when it was asked."""
    by_goal: dict[int, list[TargetChange]] = {}
    for change in request.changes.select_related("goal"):
        by_goal.setdefault(change.goal_id, []).append(change)
    found, moved = [], []
    for changes in by_goal.values():
        kpi = again(changes[0].goal)
        if kpi.state != State.ACTIVE:
            raise Conflict(
                _("%(kpi)s is no longer under way; nothing of it was granted.")
                % {"kpi": kpi.public_id},
                code="state",
            )
        wished = {change.starts: wanted_of(change) for change in changes}
        wishes = {wish.starts: wish for wish in wishes_of(kpi, wished)}
        for change in changes:
            moved += _moved(kpi, change, wishes.get(change.starts))
        found.append((kpi, list(wishes.values())))
    if moved:
        message = _("A target has changed since this was asked; please decline it and ask anew.")
        raise Stale(current={"changes": moved}, message=message)
    return found


def wanted_of(change: TargetChange) -> dict[str, Decimal | None]:
    """The targets that a change asks for."""
    return {n: None if new is None else Decimal(new) for n, (_old, new) in change.fields.items()}


def _moved(kpi: Goal, change: TargetChange, wish: TargetWish | None) -> list[dict[str, Any]]:
    """The fields of a change that no longer stand as when it was asked."""
    found = []
    for name, (old, new) in change.fields.items():
        wished = None if wish is None else wish.changes.get(name)
        stands = new if wished is None else plain(wished[0])
        if stands != old:
            day = None if change.starts is None else change.starts.isoformat()
            place = {"kpi": kpi.public_id, "starts": day, "field": name}
            found.append(place | {"asked_over": old, "stands": stands, "wanted": new})
    return found
