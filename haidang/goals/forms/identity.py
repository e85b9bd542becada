"""What an organisation is for, as it is written; and the values that an objective cites."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.goals.actions.identity import LONGEST_NAME, LONGEST_WORDS
from haidang.goals.models import CoreValue
from haidang.goals.rules.identity import ICONS, MOST_VALUES, said
from haidang.web.forms import LineField, TextField, WholeField

#: What each sign is called.
SIGNS: dict[str, Any] = {
    "heart-handshake": _("Hands that hold a heart"),
    "star": _("Star"),
    "bulb": _("Light bulb"),
    "shield-check": _("Shield"),
    "users-group": _("People"),
    "trophy": _("Trophy"),
    "scale": _("Scales"),
    "compass": _("Compass"),
    "sun": _("Sun"),
    "mountain": _("Mountain"),
    "bolt": _("Lightning"),
    "rosette-discount-check": _("Seal"),
    "book": _("Book"),
    "sparkles": _("Sparkles"),
    "world": _("Globe"),
    "target": _("Target board"),
}


def _words(label: Any, rows: int = 3) -> TextField:
    return TextField(
        label=label,
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)


class IdentityForm(forms.Form):
    """Vision and mission; `version` guards them."""

    use_required_attribute = False

    version = _version()
    vision_vi = _words(_("Vision, in Vietnamese"))
    vision_en = _words(_("Vision, in English"))
    mission_vi = _words(_("Mission, in Vietnamese"))
    mission_en = _words(_("Mission, in English"))

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name != "version"}


class ValueForm(forms.Form):
    """One core value."""

    use_required_attribute = False

    name_vi = LineField(label=_("Name, in Vietnamese"), max_length=LONGEST_NAME, required=False)
    name_en = LineField(label=_("Name, in English"), max_length=LONGEST_NAME, required=False)
    words_vi = _words(_("What it means, in Vietnamese"))
    words_en = _words(_("What it means, in English"))
    icon = forms.ChoiceField(
        label=_("Sign"), choices=[("", _("None")), *((name, SIGNS[name]) for name in ICONS)],
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    place = WholeField(
        label=_("Place"), low=1, high=MOST_VALUES, required=False, help_text=_("1 comes first.")
    )

    def __init__(self, *args: Any, value: CoreValue | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("name_vi", "name_en"):  # one of the two is needed
            self.fields[name].depends = True  # type: ignore[attr-defined]
        if value is not None:
            self.fields["version"] = _version()

    def facts(self) -> dict[str, Any]:
        """What the actions take; an empty place leaves it where it is."""
        return {name: self.cleaned_data.get(name) for name in self.fields if name != "version"}


class ValuesField(forms.MultipleChoiceField):
    """Core values, each by its public id; the value is a list of them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, values: Iterable[CoreValue], **options: Any) -> None:
        self.known = {value.public_id: value for value in values}
        language = get_language() or "vi"
        choices = [
            (public_id, said(value.name_vi, value.name_en, language).text)
            for public_id, value in self.known.items()
        ]
        super().__init__(choices=choices, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return [getattr(one, "public_id", one) for one in value or ()]

    def clean(self, value: Any) -> list[Any]:
        return [self.known[public_id] for public_id in super().clean(value)]
