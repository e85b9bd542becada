"""Fields of the organisation's own: how one is defined, and how goals are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.answers import LONGEST_LINE, LONGEST_LINK, LONGEST_TEXT, PREFIX
from haidang.goals.actions.fields import LONGEST, MOST_FIELDS
from haidang.goals.forms import rows
from haidang.goals.models import CustomField, FieldType, Kind
from haidang.goals.models.field import DEFINED
from haidang.people import queries as people
from haidang.people.access import person_for
from haidang.people.models import Person
from haidang.web.forms import DayField, DecimalField, LineField, PickField, TextField, WholeField

#: type > (what it is for, its icon).
TYPES: Mapping[str, tuple[Any, str]] = {
    FieldType.TEXT: (_("A line of words, such as a project's code."), "forms"),
    FieldType.LONG_TEXT: (_("Several lines, such as an assumption."), "notes"),
    FieldType.NUMBER: (_("A number with its unit, such as a budget."), "hash"),
    FieldType.DAY: (_("A day, such as that of a review."), "calendar"),
    FieldType.CHOICE: (_("One of a list, such as a priority."), "circle-dot"),
    FieldType.CHOICES: (_("Any of a list, such as markets."), "checklist"),
    FieldType.LINK: (_("An https address, such as of a document."), "link"),
    FieldType.PERSON: (_("Somebody, such as the sponsor."), "user"),
}


def _name(label: Any, longest: int) -> LineField:
    return LineField(label=label, max_length=longest, required=False)


class FieldForm(forms.Form):
    """A field as it is defined; of what type its answers are never changes."""

    use_required_attribute = False

    name_vi = _name(_("Name, in Vietnamese"), LONGEST["name"])
    name_en = _name(_("Name, in English"), LONGEST["name"])
    help_vi = _name(_("Help, in Vietnamese"), LONGEST["help"])
    help_en = _name(_("Help, in English"), LONGEST["help"])

    def __init__(
        self, answer: str, data: Any = None, *, field: CustomField | None = None, place: int = 1
    ) -> None:
        first: dict[str, Any] = {"kinds": [Kind.OBJECTIVE, Kind.KEY_RESULT]}
        if field is not None:
            first = field.facts() | {"version": field.version}
        super().__init__(data, initial=first | {"place": place})
        self.type = answer
        for name in ("name_vi", "name_en"):  # one of the two is needed
            self.fields[name].depends = True  # type: ignore[attr-defined]
        self.typed: list[rows.Row] = []  # the options of a choice
        if answer == FieldType.NUMBER:
            self.fields["unit"] = LineField(
                label=_("Unit of measure"), max_length=LONGEST["unit"], required=False
            )
            self.fields["decimals"] = WholeField(
                label=_("Decimals"), low=0, high=10, required=False
            )
        self.fields["kinds"] = forms.MultipleChoiceField(
            label=_("Asked of"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple
        )
        self.fields["required"] = forms.BooleanField(
            label=_("Has to be filled in"),
            required=False,
            help_text=_("When a goal is made or edited the next time; a check-in never asks."),
        )
        self.fields["place"] = WholeField(
            label=_("Place"), low=1, high=MOST_FIELDS, required=False,
            help_text=_("1 comes first."),
        )  # fmt: skip
        if answer in (FieldType.CHOICE, FieldType.CHOICES):
            self.fields["options"] = forms.Field(label=_("Options"), required=False)
            options = self.initial.get("options") or []
            self.typed = (
                rows.read(data, "option", rows.OPTION)
                if data is not None
                else [rows.Row(at, dict(option)) for at, option in enumerate(options)]
            )
        if field is not None:
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, max_value=2**31
            )

    @property
    def option_rows(self) -> list[rows.Row]:
        return rows.with_blanks(self.typed, rows.OPTION)

    def facts(self) -> dict[str, Any]:
        """What the actions take."""
        got = self.cleaned_data
        found = {name: got[name] for name in (*DEFINED, "place") if name in got}
        if "options" in self.fields:
            found["options"] = [row.values for row in self.typed]
        return found


def question(person: Person, field: CustomField) -> forms.Field:
    """The form field that asks a goal for it, named `fields.<key>`."""
    options: dict[str, Any] = {
        "label": field.name, "help_text": field.help, "required": field.required,
    }  # fmt: skip
    if field.type == FieldType.NUMBER:
        made: forms.Field = DecimalField(**options)
        made.unit = field.unit  # type: ignore[attr-defined]
        return made
    if field.type == FieldType.DAY:
        return DayField(**options)
    if field.type == FieldType.CHOICE:
        return forms.ChoiceField(choices=[("", "–"), *field.option_names().items()], **options)
    if field.type == FieldType.CHOICES:
        return forms.MultipleChoiceField(
            choices=list(field.option_names().items()),
            widget=forms.CheckboxSelectMultiple,
            **options,
        )
    if field.type == FieldType.PERSON:
        return PickField(
            find=lambda public_id: person_for(person, public_id),
            offer=lambda: people.offered_people(person),
            **options,
        )
    if field.type == FieldType.LONG_TEXT:
        return TextField(max_length=LONGEST_TEXT, **options)
    if field.type == FieldType.LINK:
        widget = forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"})
        return LineField(max_length=LONGEST_LINK, widget=widget, **options)
    return LineField(max_length=LONGEST_LINE, **options)


def first_answers(fields: list[CustomField], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a goal says, as its form shows it."""
    found: dict[str, Any] = {}
    for field in fields:
        stored = answers.get(field.key)
        if stored is None:
            continue
        if field.type == FieldType.NUMBER:
            stored = Decimal(stored)
        elif field.type == FieldType.DAY:
            stored = date.fromisoformat(stored)
        found[PREFIX + field.key] = stored
    return found
