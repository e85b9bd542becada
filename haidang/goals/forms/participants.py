"""Giving somebody a part in a goal, and sharing it with somebody from outside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.participants import GIVEN
from haidang.goals.models import ParticipantRole
from haidang.people import queries
from haidang.people.access import person_for
from haidang.people.models import Person
from haidang.web.forms import DayField, LineField, PickField

_R = ParticipantRole
#: What a part lets somebody do.
PARTS: dict[str, Any] = {
    _R.CONTRIBUTOR: _("Works on it: edits its words and checks in."),
    _R.DELEGATE: _("Checks in for the owner, between two days."),
    _R.STAKEHOLDER: _("Is affected by it, and named for that. Opens nothing."),
    _R.NAMED: _("May read it, whoever else may not."),
}


class ParticipantForm(forms.Form):
    use_required_attribute = False

    role = forms.ChoiceField(
        label=_("As"),
        choices=[(role.value, role.label) for role in GIVEN],
        initial=_R.CONTRIBUTOR.value,
        widget=forms.RadioSelect,
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, actor: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"] = PickField(
            find=lambda public_id: person_for(actor, public_id),
            offer=lambda: queries.offered_people(actor),
            label=_("Who"),
        )


class GuestForm(forms.Form):
    use_required_attribute = False

    name = LineField(label=_("Full name"), max_length=200)
    email = LineField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
