"""What is asked when a goal changes its state."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import goal_for
from haidang.goals.models import Goal
from haidang.people.models import Person
from haidang.web.forms import DecimalField, PickField, TextField

LONGEST_REASON = 5000


class VersionedForm(forms.Form):
    """A form that says over which version of the definition it was filled in."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)


class ReasonForm(VersionedForm):
    reason = TextField(
        label=_("Why?"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Please say why.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ClosureForm(VersionedForm):
    score = DecimalField(label=_("Score"), required=False)
    reason = TextField(
        label=_("What was learnt"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LeaveForm(VersionedForm):
    """Dropping or archiving: why, and what becomes of the goals below."""

    reason = TextField(
        label=_("Why?"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Please say why.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    children = forms.ChoiceField(
        label=_("The goals below it"),
        choices=[
            ("along", _("go along with it")),
            ("relink", _("are linked to another parent")),
        ],
        error_messages={
            "required": _("Goals hang below it: let them go along, or link them to another parent.")
        },
        widget=forms.RadioSelect,
    )

    def __init__(
        self, person: Person, goal: Goal, *args: Any, hanging: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["children"].required = hanging
        self.fields["relink_to"] = PickField(
            label=_("The other parent"),
            required=False,
            find=lambda public_id: goal_for(person, public_id),
            name_of=lambda one: f"{one.public_id} {one.title}",
        )
        self.fields["relink_to"].depends = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        missing = not got.get("relink_to") and "relink_to" not in self.errors
        if got.get("children") == "relink" and missing:
            self.add_error("relink_to", _("Please choose the other parent."))
        return got
