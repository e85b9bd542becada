"""Saying what counts on a person's or a unit's scorecard, and who is away for long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from haidang.activity.actions import log
from haidang.goals.actions.change import restructuring
from haidang.goals.models import Goal, KpiPeriod
from haidang.goals.models.kinds import Perspective
from haidang.goals.rules.periods import FIRST, LAST
from haidang.kpis.access import Holder, cardable, leave_for, require_card
from haidang.kpis.cards import History
from haidang.kpis.models import ClosedLine, LongLeave, Scorecard, ScorecardLine
from haidang.kpis.rules.scorecard import HUNDRED, Limits
from haidang.kpis.words import weight_text
from haidang.lib.decimals import canonical
from haidang.lib.errors import Conflict, FieldError, Invalid, Stale
from haidang.people.models import Person, Unit

#: Lines of one card.
MOST = 30
_MOST_PERCENT = Decimal(1000)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as it is asked for: the KPI's public id; weight, cap and floor in percent."""

    kpi: str
    weight: Decimal
    perspective: str = ""
    cap: Decimal | None = None
    floor: Decimal | None = None
    prorated: bool = True


def held_by(holder: Holder) -> dict[str, Any]:
    """The filter of what belongs to a holder."""
    return {"unit": holder} if isinstance(holder, Unit) else {"person": holder}


def newest(holder: Holder) -> int:
    """What a form is filled in over: the card that was set last; 0: none yet."""
    rows = Scorecard.objects.filter(**held_by(holder), until=None)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def set_card(
    actor: Person,
    holder: Holder,
    starts: date,
    lines: Sequence[LineFacts],
    *,
    ends: date | None = None,
    seen: int | None = None,
) -> Scorecard:
    """Say which KPIs count how much from a day on (to `ends`, for a leaver or a transfer);
    without lines nothing does. It replaces what was set from that day or later.

    Weights that do not make 100% together are taken: the page warns. `seen` is the `newest`
    that the form was filled in over. Raises Stale; Conflict for a day that lies in a period
    that was closed with other weights; Invalid that names the line (`lines.0.weight`).
    """
    require_card(actor, holder, "set")
    _check_days(starts, ends)
    with restructuring(actor) as at:
        if seen is not None and seen != newest(holder):
            raise Stale(current=newest(holder))
        closed_until = last_closed(holder)
        if closed_until is not None and starts <= closed_until:
            raise Conflict(
                _(
                    "Periods are closed with the weights of that time. Please choose a day after "
                    "%(day)s."
                )
                % {"day": closed_until.strftime("%d/%m/%Y")},
                code="closed",
                field="starts",
            )
        kpis = _kpis(actor, holder, lines)
        standing = Scorecard.objects.filter(**held_by(holder), until=None)
        before = _told(standing.filter(starts__lte=starts).order_by("-starts").first())
        standing.filter(starts__gte=starts).update(until=at)
        card = Scorecard.objects.create(
            organisation_id=holder.organisation_id,
            **held_by(holder),
            starts=starts,
            ends=ends,
            set_by=actor,
            since=at,
        )
        ScorecardLine.objects.bulk_create(
            ScorecardLine(
                scorecard=card,
                goal=kpis[line.kpi],
                position=position,
                weight=line.weight,
                perspective=line.perspective,
                cap=line.cap,
                floor=line.floor,
                prorated=line.prorated,
            )
            for position, line in enumerate(lines)
        )
        told = {"starts": starts.isoformat(), "from": before, "to": _told(card)}
        _log(actor, "card.set", holder, at, told)
    return card


def set_leave(actor: Person, holder: Person, starts: date, ends: date) -> LongLeave:
    """Say that a person is away from one day to another: the days are left out of what is
    asked of them. What is closed keeps what it counted with."""
    require_card(actor, holder, "set")
    _check_days(starts, ends)
    with restructuring(actor) as at:
        leave = LongLeave.objects.create(
            organisation_id=holder.organisation_id,
            person=holder,
            starts=starts,
            ends=ends,
            set_by=actor,
            since=at,
        )
        told = {"starts": starts.isoformat(), "ends": ends.isoformat()}
        _log(actor, "card.leave_set", holder, at, told)
    return leave


def take_leave_back(actor: Person, holder: Person, pk: int) -> None:
    """Say that a person was not away after all."""
    with restructuring(actor) as at:
        leave = leave_for(actor, holder, pk)
        leave.until = at
        leave.save(update_fields=["until"])
        told = {"starts": leave.starts.isoformat(), "ends": leave.ends.isoformat()}
        _log(actor, "card.leave_taken_back", holder, at, told)


def last_closed(holder: Holder) -> date | None:
    """The last day of the periods that were closed with this holder's weights and still are."""
    locked = KpiPeriod.objects.filter(
        goal_id=OuterRef("goal_id"), starts=OuterRef("starts"), locked_at__isnull=False
    )
    rows = ClosedLine.objects.filter(Exists(locked.order_by()), **held_by(holder))
    found: date | None = rows.order_by("-ends").values_list("ends", flat=True).first()
    return found


def _check_days(starts: date, ends: date | None) -> None:
    for name, day in (("starts", starts), ("ends", ends)):
        if day is not None and not FIRST <= day <= LAST:
            raise Invalid(_("Years from 1990 to 2199."), code="out_of_bounds", field=name)
    if ends is not None and ends < starts:
        raise Invalid(_("It ends before it begins."), code="reversed", field="ends")


def _kpis(actor: Person, holder: Holder, lines: Sequence[LineFacts]) -> dict[str, Goal]:
    if len(lines) > MOST:
        raise Invalid(_("At most %(n)s KPIs.") % {"n": MOST}, code="too_many", field="lines")
    asked = [line.kpi for line in lines]
    found = {goal.public_id: goal for goal in cardable(actor).filter(public_id__in=asked)}
    # What stands on the card already stays there, also where who sets it does not see it.
    kept = Goal.objects.filter(
        public_id__in=[one for one in asked if one not in found],
        organisation_id=holder.organisation_id,
        scorecard_lines__scorecard__in=Scorecard.objects.filter(**held_by(holder), until=None),
    )
    found |= {goal.public_id: goal for goal in kept.distinct()}
    errors: list[FieldError] = []
    usual = History(holder.organisation_id).at().limits
    for at, line in enumerate(lines):
        errors += _wrong(at, line, found, asked, usual)
    if errors:
        raise Invalid(errors=errors)
    return found


def _wrong(
    at: int, line: LineFacts, found: dict[str, Goal], asked: Sequence[str], usual: Limits
) -> list[FieldError]:
    errors = []
    if line.kpi not in found:
        errors.append(FieldError(f"lines.{at}.kpi", "unknown", _("There is no such KPI.")))
    elif asked.index(line.kpi) != at:
        errors.append(
            FieldError(f"lines.{at}.kpi", "twice", _("This KPI stands on the card already."))
        )
    if not 0 < line.weight <= HUNDRED or canonical(line.weight) != line.weight.quantize(
        Decimal("0.01")
    ):
        errors.append(
            FieldError(
                f"lines.{at}.weight",
                "out_of_bounds",
                _("Above 0 and at most 100%, with two decimals."),
            )
        )
    if line.perspective not in Perspective.values:
        errors.append(
            FieldError(f"lines.{at}.perspective", "choice", _("Please choose one of the list."))
        )
    for name in ("cap", "floor"):
        value = getattr(line, name)
        if value is not None and not 0 <= value <= _MOST_PERCENT:
            errors.append(FieldError(f"lines.{at}.{name}", "out_of_bounds", _("From 0 to 1,000%.")))
    return errors or _reversed(at, line, usual)


def _reversed(at: int, line: LineFacts, usual: Limits) -> list[FieldError]:
    """A cap below the floor, also where only one of them is the line's own."""
    cap = usual.cap if line.cap is None else line.cap
    floor = usual.floor if line.floor is None else line.floor
    if floor < cap or (line.cap is None and line.floor is None):
        return []
    if line.floor is None:
        said: Any = _("It has to lie above the usual floor, %(floor)s.") % {
            "floor": weight_text(floor)
        }
        return [FieldError(f"lines.{at}.cap", "reversed", said)]
    if line.cap is None:
        said = _("It has to lie below the usual cap, %(cap)s.") % {"cap": weight_text(cap)}
    else:
        said = _("The floor has to lie below the cap.")
    return [FieldError(f"lines.{at}.floor", "reversed", said)]


def _told(card: Scorecard | None) -> list[list[str]]:
    """Of a card, for the log: the KPIs with their weights."""
    if card is None:
        return []
    rows = card.lines.annotate(kpi=F("goal__public_id")).order_by("position")
    return [[row.kpi, str(row.weight)] for row in rows]


def _log(actor: Person, verb: str, holder: Holder, at: Any, data: dict[str, Any]) -> None:
    kind = "unit" if isinstance(holder, Unit) else "person"
    log(
        organisation_id=holder.organisation_id,
        at=at,
        actor_id=actor.pk,
        verb=f"{kind}_{verb}",
        subject_kind=f"{kind}_card",
        subject_id=holder.pk,
        subject=holder.public_id,
        data=data,
    )
