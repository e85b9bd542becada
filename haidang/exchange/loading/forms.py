"""The form that takes a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from haidang.exchange.loading.columns import ACTUALS, GOALS, PEOPLE, UNITS
from haidang.web.terms import gettext_lazy as _

KIND_NAMES = {
    GOALS: _("Goals"),
    PEOPLE: _("People"),
    UNITS: _("Units"),
    ACTUALS: _("Actuals of KPIs"),
}


class UploadForm(forms.Form):
    """A list of one of the kinds that the person may load."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=_("List of"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("Please choose a file."),
            "empty": _("The file is empty."),
        },
    )

    def __init__(self, kinds: Sequence[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, KIND_NAMES[kind]) for kind in kinds]
        if len(kinds) == 1:
            field.widget = forms.HiddenInput()
            self.initial.setdefault("kind", kinds[0])
