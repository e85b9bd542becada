"""A cycle as it is created and edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.goals.access import cycles_visible
from haidang.goals.models import Cycle, CycleKind
from haidang.people.models import Person
from haidang.web.forms import DayField, LineField


class CycleForm(forms.Form):
    use_required_attribute = False

    name = LineField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=CycleKind.choices, widget=forms.RadioSelect)
    starts = DayField(label=_("From"))
    ends = DayField(label=_("To"))

    def __init__(
        self, person: Person, *args: Any, cycle: Cycle | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        rows = cycles_visible(person).order_by("-starts", "ends")
        self.known = {c.public_id: c for c in rows if cycle is None or c.pk != cycle.pk}
        self.fields["parent"] = forms.ChoiceField(
            label=_("Lies within"),
            choices=[("", "–"), *((i, c.name) for i, c in self.known.items())],
            required=False,
        )
        if cycle is not None:
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, max_value=2**31
            )

    def facts(self) -> dict[str, Any]:
        """What the actions take."""
        got = {name: self.cleaned_data.get(name) for name in ("name", "kind", "starts", "ends")}
        return got | {"parent": self.known.get(self.cleaned_data.get("parent") or "")}
