"""Merging a unit into another: first which, then who leads it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.people.models import Person, Unit
from haidang.strategy.forms.picks import people_field, unit_field


class IntoForm(forms.Form):
    """The unit that takes the other in; asked in the address, so that its page can be shown
    to somebody before it is done."""

    def __init__(self, *args: Any, actor: Person, unit: Unit, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["into"] = unit_field(actor, besides=unit.pk, label=_("Merge into"))


class MergeForm(IntoForm):
    """The choice once more, and who leads from then on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)

    def __init__(self, *args: Any, actor: Person, unit: Unit, **options: Any) -> None:
        super().__init__(*args, actor=actor, unit=unit, **options)
        self.fields["leaders"] = people_field(
            actor,
            label=_("Leaders from now on"),
            multiple=True,
            required=False,
            help_text=_("They lead everything that comes in, and what is there already."),
        )
