"""The organisation's facts, thresholds, calendar and defaults, a form for each."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Level, Visibility
from haidang.strategy.queries.settings import Stretch
from haidang.web.forms import DayField, DecimalField, LineField, WholeField

#: Days that one entry of the calendar may cover.
LONGEST_STRETCH = 60


class OrganisationForm(forms.Form):
    use_required_attribute = False

    name = LineField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=django_settings.LANGUAGES,
        help_text=_("Of new accounts and of mails; everybody chooses their own."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Where a day begins and ends for everybody.")
    )
    currency = LineField(
        label=_("Currency"), max_length=3, help_text=_("Three letters, such as VND or EUR.")
    )
    fiscal_year_start = forms.TypedChoiceField(
        label=_("The fiscal year begins in"), coerce=int, choices=list(MONTHS.items())
    )

    def __init__(self, *args: Any, fixed_year: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        year = self.fields["fiscal_year_start"]
        year.help_text = _("Quarters, half-years and years of KPIs are counted from it.")
        if fixed_year:
            year.disabled = True
            year.help_text = _(
                "Quarters, half-years and years of KPIs are counted from it. It stays, as KPIs"
                " have such periods already, with targets."
            )


class ThresholdsForm(forms.Form):
    """Shares in percent; the settings hold fractions of 1."""

    use_required_attribute = False

    on_track = DecimalField(label=_("On track from"))
    at_risk = DecimalField(label=_("At risk from"))
    committed = DecimalField(label=_("A committed goal succeeds from"))
    aspirational = DecimalField(label=_("An aspirational goal succeeds from"))

    KEYS: Mapping[str, str] = {
        "on_track": "health.on_track",
        "at_risk": "health.at_risk",
        "committed": "score.committed",
        "aspirational": "score.aspirational",
    }

    @classmethod
    def first(cls, found: Mapping[str, Any]) -> dict[str, Any]:
        first: dict[str, Any] = {name: Decimal(found[key]) for name, key in cls.KEYS.items()}
        for name in ("on_track", "at_risk"):
            first[name] = (first[name] * 100).normalize() + 0
        return first

    def wanted(self) -> dict[str, str]:
        """The settings, by key."""
        got = dict(self.cleaned_data)
        for name in ("on_track", "at_risk"):
            got[name] = got[name] / 100
        return {key: format(got[name], "f") for name, key in self.KEYS.items()}


class CalendarForm(forms.Form):
    use_required_attribute = False

    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    add_from = DayField(label=_("Add a holiday, from"), required=False)
    add_until = DayField(label=_("Until"), required=False, help_text=_("Empty: that one day."))

    def __init__(self, *args: Any, off: list[Stretch], **options: Any) -> None:
        super().__init__(*args, **options)
        self.off = off
        self.fields["remove"] = forms.MultipleChoiceField(
            label=_("Remove"),
            required=False,
            choices=[(one.key, one.key) for one in off],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        first, last = got.get("add_from"), got.get("add_until")
        if last and not first and "add_from" not in self.errors:
            self.add_error("add_from", _("Please give the first day."))
        if first and last and not first <= last <= first + timedelta(days=LONGEST_STRETCH):
            self.add_error(
                "add_until",
                _("It ends before it begins.")
                if last < first
                else _("At most %(n)s days at once.") % {"n": LONGEST_STRETCH},
            )
        return got

    def holidays(self, now: list[str]) -> list[str]:
        """The days off with what is added and without what is removed."""
        got = self.cleaned_data
        removed = {
            tuple(date.fromisoformat(part) for part in key.split("/")) for key in got["remove"]
        }
        kept = {
            day
            for day in map(date.fromisoformat, now)
            if not any(first <= day <= last for first, last in removed)
        }
        if got["add_from"]:
            last = got["add_until"] or got["add_from"]
            length = (last - got["add_from"]).days + 1
            kept |= {got["add_from"] + timedelta(days=n) for n in range(length)}
        return sorted(day.isoformat() for day in kept)


class ClosingForm(forms.Form):
    """When the periods of KPIs close by themselves."""

    use_required_attribute = False

    closing_day = WholeField(
        label=_("Day of the following month"),
        required=False,
        low=1,
        high=28,
        help_text=_("1 to 28; empty: somebody closes them by hand."),
    )

    @classmethod
    def first(cls, found: Mapping[str, Any]) -> dict[str, Any]:
        return {"closing_day": found["kpi.closing_day"] or None}

    def wanted(self) -> dict[str, int]:
        return {"kpi.closing_day": self.cleaned_data["closing_day"] or 0}


class TargetsForm(forms.Form):
    """Whether approved targets of KPIs change by a request."""

    use_required_attribute = False

    target_approval = forms.BooleanField(
        label=_("An approved target changes only once a second person has granted it"),
        required=False,
    )

    @classmethod
    def first(cls, found: Mapping[str, Any]) -> dict[str, Any]:
        return {"target_approval": found["kpi.target_approval"]}

    def wanted(self) -> dict[str, bool]:
        return {"kpi.target_approval": self.cleaned_data["target_approval"]}


class ScorecardsForm(forms.Form):
    """How scorecards count, in percent, and whether units are ranked."""

    use_required_attribute = False

    cap = DecimalField(label=_("Cap"))
    floor = DecimalField(label=_("Floor"))
    outstanding = DecimalField(label=_("A+ from"))
    good = DecimalField(label=_("A from"))
    met = DecimalField(label=_("B from"))
    improve = DecimalField(label=_("C from"))
    ranking = forms.BooleanField(
        label=_("Everybody reads the scores of units in the order of their height"), required=False
    )

    BANDS: Mapping[str, str] = {"outstanding": "A+", "good": "A", "met": "B", "improve": "C"}

    @classmethod
    def first(cls, found: Mapping[str, Any]) -> dict[str, Any]:
        bands = found["scorecard.bands"]
        return {
            "cap": Decimal(found["scorecard.cap"]),
            "floor": Decimal(found["scorecard.floor"]),
            "ranking": found["scorecard.ranking"],
            **{name: Decimal(bands[band]) for name, band in cls.BANDS.items()},
        }

    def wanted(self) -> dict[str, Any]:
        """The settings, by key."""
        got = self.cleaned_data
        return {
            "scorecard.cap": format(got["cap"], "f"),
            "scorecard.floor": format(got["floor"], "f"),
            "scorecard.bands": {band: format(got[n], "f") for n, band in self.BANDS.items()},
            "scorecard.ranking": got["ranking"],
        }


class VisibilityForm(forms.Form):
    """Who sees new goals of each level, where nobody says otherwise."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for level in Level:
            self.fields[level.value] = forms.ChoiceField(
                label=level.label, choices=Visibility.choices
            )
