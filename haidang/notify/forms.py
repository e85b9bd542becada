"""What one chooses to be told."""

from __future__ import annotations

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _


class PreferenceForm(forms.Form):
    reports_on = forms.TypedChoiceField(
        label=_("Check-ins that are due"),
        help_text=_("Once a week, on this day: those due on it, and those that are late."),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[*WEEKDAYS.items(), ("", _("Never"))],
    )
    decisions = forms.BooleanField(
        label=_("What waits for you"),
        help_text=_(
            "Goals to approve, closings to confirm, links to accept, goals proposed or returned to "
            "you. Each is told once, when it comes up."
        ),
        required=False,
    )
