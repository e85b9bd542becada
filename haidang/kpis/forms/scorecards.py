"""What is typed about a scorecard: its lines with their weights, and long leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Goal
from haidang.goals.models.kinds import Perspective
from haidang.kpis.access import Holder, cardable
from haidang.kpis.actions.scorecards import LineFacts, held_by, last_closed, newest
from haidang.kpis.models import Scorecard
from haidang.lib.errors import Conflict, Invalid, NotFound
from haidang.lib.input import parse_decimal
from haidang.people.access import public_id_of, today_of
from haidang.people.models import Person, Unit
from haidang.web import formats
from haidang.web.forms import DayField, PickField, add_refusal

LONGEST = 60
#: KPIs that one form lists.
MOST = 60
PARTS = ("weight", "cap", "floor")


@dataclass(slots=True)
class Row:
    """A KPI that may count, as it is typed. Without a weight it is not on the card."""

    goal: Goal
    weight: str = ""
    cap: str = ""
    floor: str = ""
    perspective: str = ""
    prorated: bool = True
    errors: dict[str, Any] = field(default_factory=dict)
    facts: LineFacts | None = None

    def name(self, part: str) -> str:
        return f"{part}-{self.goal.public_id}"


class CardForm(forms.Form):
    """The lines that hold from a day on. `lines` has those with a weight, once it is valid."""

    use_required_attribute = False

    starts = DayField(
        label=_("Holds from"),
        help_text=_("Best the first day of a month; what was set from then on is replaced."),
    )
    ends = DayField(
        label=_("Until"),
        required=False,
        help_text=_("Of who leaves or moves to another place; empty: until it is set anew."),
    )

    def __init__(self, data: QueryDict | None, *, actor: Person, holder: Holder) -> None:
        current = _current(holder)
        first = {"starts": self._first_day(actor, holder), "ends": None}
        super().__init__(data, initial=first)
        self.actor, self.holder = actor, holder
        self.seen = newest(holder) if data is None else _whole(data.get("seen", ""))
        self.fields["more"] = PickField(
            label=_("Other KPIs"),
            required=False,
            multiple=True,
            find=lambda public_id: cardable(actor).filter(public_id=_id(public_id)).first(),
            name_of=lambda goal: f"{goal.public_id} {goal.title}",
        )
        self.rows = self._blank(current) if data is None else self._typed(data, current)
        self.order_fields(["starts", "ends", "more"])

    @property
    def lines(self) -> list[LineFacts]:
        return [row.facts for row in self.rows if row.facts is not None]

    @property
    def total(self) -> Decimal:
        return sum((line.weight for line in self.lines), Decimal(0))

    @staticmethod
    def _first_day(actor: Person, holder: Holder) -> date:
        """The first of this month, or of when somebody joined; never in what is closed."""
        first = today_of(actor).replace(day=1)
        if isinstance(holder, Person) and holder.joined_on and holder.joined_on > first:
            first = holder.joined_on
        closed = last_closed(holder)
        if closed is not None and closed >= first:
            first = date.fromordinal(closed.toordinal() + 1)
        return first

    def _blank(self, current: Scorecard | None) -> list[Row]:
        language = (get_language() or "vi")[:2]
        rows = []
        for line in current.lines.all() if current else ():
            texts: dict[str, Any] = {
                part: formats.plain(getattr(line, part), language) for part in PARTS
            }
            rows.append(
                Row(
                    line.goal,
                    **texts,
                    perspective=line.perspective,
                    prorated=line.prorated,
                    facts=LineFacts(line.goal.public_id, line.weight or Decimal(0)),
                )
            )
        there = {row.goal.pk for row in rows}
        own = _own(self.actor, self.holder).exclude(pk__in=there)
        return rows + [Row(goal) for goal in own[: MOST - len(rows)]]

    def _typed(self, data: QueryDict, current: Scorecard | None) -> list[Row]:
        asked = [found for text in data.getlist("kpi")[:MOST] if (found := _id(text))]
        known = {
            line.goal.public_id: line.goal for line in (current.lines.all() if current else ())
        }
        wanted = [one for one in dict.fromkeys(asked) if one not in known]
        known |= {
            goal.public_id: goal for goal in cardable(self.actor).filter(public_id__in=wanted)
        }
        rows = [Row(known[one]) for one in dict.fromkeys(asked) if one in known]
        for row in rows:
            self._read(row, data)
        return rows

    def _read(self, row: Row, data: QueryDict) -> None:
        language = get_language() or "vi"
        numbers: dict[str, Decimal | None] = {}
        for part in PARTS:
            text = data.get(row.name(part), "").strip().removesuffix("%").strip()[:LONGEST]
            setattr(row, part, text.replace("\x00", ""))
            try:
                numbers[part] = parse_decimal(text, language) if text else None
            except Invalid as invalid:
                row.errors[part] = invalid.message
        row.perspective = data.get(row.name("perspective"), "")
        if row.perspective not in Perspective.values:
            row.perspective = ""
        row.prorated = row.name("prorated") in data
        weight = numbers.get("weight")
        if weight is None and "weight" not in row.errors:
            if numbers.get("cap") is not None or numbers.get("floor") is not None:
                row.errors["weight"] = _("Please enter a number.")
            return
        if not row.errors and weight:
            row.facts = LineFacts(
                row.goal.public_id, weight, row.perspective, numbers["cap"], numbers["floor"],
                row.prorated,
            )  # fmt: skip
        elif not row.errors and weight is not None:
            row.weight = ""  # 0 is not on the card

    def add_picked(self) -> None:
        """Put what is picked under “Other KPIs” into the list, with nothing typed yet."""
        self.is_valid()
        there = {row.goal.pk for row in self.rows}
        picked = self.cleaned_data.get("more") or []
        self.rows += [Row(goal) for goal in picked if goal.pk not in there][: MOST - len(self.rows)]
        self.errors.clear()
        self.data = QueryDict(mutable=True) | {
            name: self.data.get(name, "") for name in ("starts", "ends")
        }

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        if any(row.errors for row in self.rows):
            self.add_error(None, _("Please check the weights."))
        return got

    def refuse(self, refusal: Invalid | Conflict) -> None:
        """Put the reasons of an action beside what they are about."""
        places = [row for row in self.rows if row.facts is not None]
        for name, _code, message in refusal.errors:
            parts = (name or "").split(".")
            if len(parts) == 3 and parts[1].isdigit() and int(parts[1]) < len(places):
                part = parts[2] if parts[2] in (*PARTS, "perspective") else "weight"
                places[int(parts[1])].errors[part] = message
            elif name in self.fields:
                self.add_error(name, message)
            else:
                add_refusal(self, refusal)
        if any(row.errors for row in self.rows):
            self.add_error(None, _("Please check the weights."))


class LeaveForm(forms.Form):
    """Days on which somebody is away for long."""

    use_required_attribute = False
    prefix = "leave"

    starts = DayField(label=_("First day away"))
    ends = DayField(label=_("Last day away"))


def _current(holder: Holder) -> Scorecard | None:
    """The card that was set for the latest time, with its lines."""
    rows = Scorecard.objects.filter(**held_by(holder), until=None).order_by("-starts")
    return rows.prefetch_related("lines__goal").first()


def _own(actor: Person, holder: Holder) -> Any:
    """The KPIs that usually stand on a holder's card: what they own, or what is the unit's."""
    rows = cardable(actor).order_by("rank", "number")
    if isinstance(holder, Unit):
        return rows.filter(unit=holder).exclude(level="individual")
    return rows.filter(owner=holder)


def _id(text: str) -> str:
    try:
        return public_id_of(text)
    except NotFound:
        return ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
