"""What one chooses to be told."""

from __future__ import annotations

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from haidang.notify.models import Preference

NEVER = "never"


def _day(text: str) -> int | None:
    return None if text == NEVER else int(text)


class PreferenceForm(forms.Form):
    decisions = forms.BooleanField(
        label=_("What waits for you"),
        help_text=_(
            "Goals to approve, closings to confirm, links to accept, goals proposed or returned to "
            "you. Each is told once, when it comes up."
        ),
        required=False,
    )
    reports_on = forms.TypedChoiceField(
        label=_("Check-ins that are due"),
        help_text=_("Once a week, on this day: those due on it, and those that are late."),
        coerce=_day,
        choices=[*WEEKDAYS.items(), (NEVER, _("Never"))],
    )

    @classmethod
    def of(cls, chosen: Preference) -> PreferenceForm:
        """The form with what stands."""
        on = NEVER if chosen.reports_on is None else chosen.reports_on
        return cls(initial={"decisions": chosen.decisions, "reports_on": on})
