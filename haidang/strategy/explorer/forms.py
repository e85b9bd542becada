"""What is asked when many goals are changed at once."""

from __future__ import annotations

from typing import Any

from django import forms

from haidang.goals.access import cycle_for, cycles_visible
from haidang.goals.actions import Change
from haidang.goals.models import CycleState, Visibility
from haidang.lib.text import clean_line
from haidang.people import queries as people
from haidang.people.access import person_for, unit_for
from haidang.people.models import Person
from haidang.web.forms import DayField, LineField, PickField, TextField
from haidang.web.terms import gettext_lazy as _

#: What can be done to many goals > (what the menu calls it, its icon).
CHANGES: dict[str, tuple[Any, str]] = {
    "owner": (_("Owner"), "user"),
    "unit": (_("Unit"), "users-group"),
    "visibility": (_("Visibility"), "eye"),
    "tags": (_("Tags"), "tag"),
    "cycle": (_("Cycle"), "calendar"),
    "ends": (_("Deadline"), "calendar-event"),
    "submit": (_("Submit for approval"), "send"),
    "approve": (_("Approve"), "circle-check"),
    "drop": (_("Drop"), "target-off"),
    "archive": (_("Archive"), "archive"),
}


class ChangeForm(forms.Form):
    """The fields of one of `CHANGES`; some have none."""

    use_required_attribute = False

    def __init__(self, person: Person, what: str, data: Any = None) -> None:
        super().__init__(data)
        self.what = what
        if what == "owner":
            self.fields["value"] = PickField(
                label=_("New owner"),
                find=lambda public_id: person_for(person, public_id),
                offer=lambda: people.offered_people(person),
            )
        elif what == "unit":
            self.fields["value"] = PickField(
                label=_("New unit"),
                find=lambda public_id: unit_for(person, public_id),
                offer=lambda: [(n.unit.public_id, n.unit.name) for n in people.unit_lines(person)],
            )
        elif what == "visibility":
            self.fields["value"] = forms.ChoiceField(
                label=_("Who may see them"), choices=Visibility.choices
            )
        elif what == "tags":
            self.fields["add"] = LineField(
                label=_("Add"), max_length=900, required=False, help_text=_("Separated by commas.")
            )
            self.fields["remove"] = LineField(
                label=_("Take away"), max_length=900, required=False,
                help_text=_("Separated by commas."),
            )  # fmt: skip
        elif what == "cycle":
            open_ones = cycles_visible(person).exclude(state=CycleState.CLOSED)
            self.fields["value"] = PickField(
                label=_("New cycle"),
                find=lambda public_id: cycle_for(person, public_id),
                offer=lambda: open_ones.order_by("-starts", "ends").values_list(
                    "public_id", "name"
                )[:60],
            )
        elif what == "ends":
            self.fields["value"] = DayField(label=_("New deadline"))
        if what in ("cycle", "ends", "drop"):
            self.fields["reason"] = TextField(
                label=_("Why?"),
                max_length=2000,
                error_messages={"required": _("Please say why.")},
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=""
                if what == "drop"
                else _("Dates of approved goals change with a reason; it stands in their history."),
            )

    def clean(self) -> dict[str, Any]:
        got = super().clean() or self.cleaned_data
        if self.what == "tags" and not self.errors and not (got.get("add") or got.get("remove")):
            self.add_error("add", _("Please name a tag to add or to take away."))
        return got

    def change(self) -> Change:
        """What the valid form says."""
        got = self.cleaned_data
        return Change(
            self.what,
            got.get("value"),
            add=_names(got.get("add", "")),
            remove=_names(got.get("remove", "")),
            reason=got.get("reason", ""),
        )


def _names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := clean_line(part))]
