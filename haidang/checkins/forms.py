"""The check-in form: what is asked depends on how the goal is measured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from haidang.checkins.models import CheckIn
from haidang.checkins.reports import LONGEST, WORDS
from haidang.goals.models import Frequency, Goal, Kind, KpiPeriod
from haidang.goals.models.kinds import MetricKind
from haidang.goals.queries import asked_since
from haidang.goals.rules.periods import add_months, fiscal_year, period_of, periods_between
from haidang.goals.rules.units import ratio_factor
from haidang.goals.words import period_label
from haidang.lib.decimals import EXACT
from haidang.lib.errors import Refusal
from haidang.people.models import Organisation
from haidang.web import formats
from haidang.web.forms import DayField, DecimalField, TextField

#: What the three buttons of the quick form say, of 10.
HIGH, MEDIUM, LOW = 8, 5, 2
#: Periods of these are chosen from a list; shorter ones by their day.
LISTED = {Frequency.MONTH, Frequency.QUARTER, Frequency.HALF, Frequency.YEAR}
SHAPES = ("quick", "row", "long")


def _words(label: Any, rows: int = 2) -> TextField:
    widget = forms.Textarea(attrs={"rows": rows})
    return TextField(label=label, required=False, max_length=LONGEST, widget=widget)


class CheckInForm(forms.Form):
    """A report of one goal. `goal` comes with its standing; its milestones and periods are
    read once (prefetched, for lists). `record` is the one to be corrected."""

    use_required_attribute = False

    measure_version = forms.Field(widget=forms.HiddenInput, required=False)
    confidence = forms.TypedChoiceField(
        label=_("Confidence"),
        choices=[(i, str(i)) for i in range(11)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    note = _words(_("What changed?"))
    achieved = _words(_("What was achieved"))
    late = _words(_("What is late or will be"))
    obstacle = _words(_("Obstacle"))
    cause = _words(_("Cause"))
    remedy = _words(_("How to get past it"))
    next_step = _words(_("Next step"))
    pace = forms.ChoiceField(
        label=_("Pace"),
        choices=[("fast", _("Fast")), ("normal", _("Normal")), ("slow", _("Slow"))],
        required=False,
        widget=forms.RadioSelect,
    )
    next_on = DayField(label=_("Next check-in on"), required=False)

    def __init__(
        self,
        goal: Goal,
        organisation: Organisation,
        today: date,
        data: Any = None,
        *,
        record: CheckIn | None = None,
        shape: str = "quick",
    ) -> None:
        self.goal, self.organisation, self.today = goal, organisation, today
        self.record, self.shape = record, shape
        super().__init__(data, auto_id=f"{shape}-{goal.public_id}-%s")
        self.fields["measure_version"].initial = goal.standing.measure_version
        self._ask_when()
        self._ask_value()
        if record is not None:
            self._begin_with(record)
        elif goal.standing.confidence is not None:
            self.fields["confidence"].initial = goal.standing.confidence

    # -- what is asked -------------------------------------------------------------------

    def _ask_when(self) -> None:
        if self.goal.kind == Kind.KPI and self.goal.frequency in LISTED:
            self.periods = self._periods()
            self.fields["period"] = forms.ChoiceField(
                label=_("Period"),
                choices=[self._choice(start) for start in reversed(self.periods)],
                initial=self._period_due().isoformat(),
            )
            return
        self.fields["for_day"] = DayField(label=_("As of day"), required=False, initial=self.today)

    def _periods(self) -> list[date]:
        """Starts of the periods that may be reported: from last fiscal year's first to now."""
        first_month = self.organisation.fiscal_year_start
        year = fiscal_year(self.today, first_month)
        first = add_months(date(year, first_month, 1), -12)
        spans = periods_between(first, self.today, self.goal.frequency, first_month)
        return [start for start, _end in spans]

    @property
    def closed(self) -> list[tuple[str, str]]:
        """The latest periods that are closed (first day, name): asked to be opened again
        elsewhere."""
        if "period" not in self.fields:
            return []
        known = self._known()
        first_month = self.organisation.fiscal_year_start
        found = [one for one in reversed(self.periods) if one in known and known[one].locked_at]
        return [
            (one.isoformat(), period_label(one, self.goal.frequency, first_month))
            for one in found[:3]
        ]

    def _choice(self, start: date) -> tuple[str, str]:
        found = self._known().get(start)
        name = period_label(start, self.goal.frequency, self.organisation.fiscal_year_start)
        if found is not None and found.locked_at is not None:
            name = gettext("%(period)s · closed") % {"period": name}
        elif found is not None and found.own_value is not None:
            value = formats.value(found.own_value, self.goal, (get_language() or "vi")[:2])
            name = gettext("%(period)s · reported %(value)s") % {"period": name, "value": value}
        return start.isoformat(), name

    def _known(self) -> dict[date, KpiPeriod]:
        return {p.starts: p for p in self.goal.periods.all()}

    def _period_due(self) -> date:
        """The period that just ended, if nobody reported it, else the one that runs."""
        known = self._known()
        current = self.periods[-1]
        before = self.periods[-2] if len(self.periods) > 1 else current
        found = known.get(before)
        unreported = found is None or (found.own_value is None and found.locked_at is None)
        return (
            before
            if unreported and asked_since(self.goal, self.organisation) < current
            else current
        )

    def _ask_value(self) -> None:
        goal, standing = self.goal, self.goal.standing
        if goal.metric_kind == MetricKind.MILESTONES:
            milestones = list(goal.milestones.all())
            self.fields["milestones"] = forms.TypedMultipleChoiceField(
                label=_("Milestones reached"),
                choices=[(m.position, m.title) for m in milestones],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[m.position for m in milestones if m.reached],
            )
        elif goal.metric_kind == MetricKind.YES_NO:
            self.fields["value"] = forms.ChoiceField(
                label=_("Reached?"),
                choices=[("1", _("Met")), ("0", _("Not met yet"))],
                widget=forms.RadioSelect,
            )
            if standing.own_value is not None:
                self.fields["value"].initial = "1" if standing.own_value else "0"
        elif goal.aggregation == "ratio":
            for name, label in (("numerator", _("Numerator")), ("denominator", _("Denominator"))):
                self.fields[name] = DecimalField(label=label)
            self._begin_with_period()
        elif goal.direction:
            self.fields["value"] = DecimalField(label=_("Actual"))
            self.fields["value"].initial = standing.own_value
            if goal.kind == Kind.KPI:
                self._begin_with_period()
        if goal.metric_kind == MetricKind.TEXT:
            self.fields["text_value"] = _words(_("Where it stands"))
            self.fields["text_value"].required = True

    def _begin_with_period(self) -> None:
        start = self.fields["period"].initial if "period" in self.fields else None
        found = self._known().get(date.fromisoformat(start)) if start else None
        if found is None:
            return
        for name in ("value", "numerator", "denominator"):
            if name in self.fields:
                self.fields[name].initial = getattr(found, f"own_{name}")
        if "numerator" in self.fields and found.own_numerator is not None:
            # A period keeps it in the measure's unit; people report what they counted.
            factor = ratio_factor(self.goal.metric_kind)
            self.fields["numerator"].initial = EXACT.divide(found.own_numerator, factor)

    def _begin_with(self, record: CheckIn) -> None:
        """What the record says stands in the form that corrects it."""
        for name in ("numerator", "denominator", "text_value", "note", "pace", "confidence"):
            if name in self.fields:
                self.fields[name].initial = getattr(record, name)
        if "value" in self.fields:
            yes_no = self.goal.metric_kind == MetricKind.YES_NO
            self.fields["value"].initial = (
                ("1" if record.value else "0") if yes_no else record.value
            )
        for name in WORDS:
            self.fields[name].initial = record.words.get(name, "")
        self.fields["next_on"].initial = record.next_on
        if "milestones" in self.fields:
            self.fields["milestones"].initial = record.milestones or []
        if "for_day" in self.fields:
            self.fields["for_day"].initial = record.for_day
        if "period" in self.fields:
            start = self._start_of(record.for_day).isoformat()
            field = self.fields["period"]
            field.initial = start
            if start not in dict(field.choices):  # type: ignore[attr-defined]
                field.choices = [self._choice(self._start_of(record.for_day)), *field.choices]  # type: ignore[attr-defined]

    def _start_of(self, day: date) -> date:
        return period_of(day, self.goal.frequency, self.organisation.fiscal_year_start)[0]

    # -- what was answered ---------------------------------------------------------------

    def clean_measure_version(self) -> int:
        """What the form was filled in over; -1, which is never current, where it does not say."""
        text = str(self.cleaned_data["measure_version"] or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def report(self) -> dict[str, Any]:
        """The values for `actions.record`."""
        got = self.cleaned_data
        names = ("numerator", "denominator", "text_value", "note", "pace", "confidence", "next_on")
        values = {name: got[name] for name in names if got.get(name) not in (None, "")}
        if "value" in self.fields:
            value = got.get("value")
            if self.goal.metric_kind == MetricKind.YES_NO:
                value = Decimal(value) if value else None
            values["value"] = value
        if "milestones" in self.fields:
            values["milestones"] = got["milestones"]
        values["words"] = {name: got[name] for name in WORDS if got.get(name)}
        values["for_day"] = self._for_day()
        return values

    def _for_day(self) -> date | None:
        """The day reported for: of a period that runs it is today, of one that ended its last."""
        if "period" not in self.fields:
            day: date | None = self.cleaned_data.get("for_day")
            return day
        start = date.fromisoformat(self.cleaned_data["period"])
        end = period_of(start, self.goal.frequency, self.organisation.fiscal_year_start)[1]
        return min(end, self.today)

    def take(self, refusal: Refusal) -> None:
        """Reasons about the day stand at the period, where a period is asked."""
        for reason in refusal.errors:
            name = reason.field
            if name == "for_day" and "period" in self.fields:
                name = "period"
            self.add_error(
                name if name in self.fields else None,
                forms.ValidationError(reason.message, code=reason.code),
            )
