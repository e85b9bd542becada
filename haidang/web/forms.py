"""Form fields that read what people type: decimals, days, clean text, things picked by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from haidang.lib.errors import Invalid, Refusal, Stale
from haidang.lib.input import parse_date, parse_decimal, parse_whole
from haidang.lib.text import clean_line, clean_text
from haidang.web import formats


def _language() -> str:
    return get_language() or "vi"


def _refused(invalid: Invalid) -> ValidationError:
    return ValidationError(invalid.message, code=invalid.code)


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put an action's reasons next to the fields that they are about (else on top)."""
    for error in refusal.errors:
        field = error.field if error.field in form.fields else None
        form.add_error(field, ValidationError(error.message, code=error.code))


def over_what_stands(form: forms.BaseForm, stale: Stale) -> None:
    """Let what was typed be sent again, over the version that stands now."""
    current = stale.current
    version = current["version"] if isinstance(current, Mapping) else current.version
    data = form.data.copy()  # type: ignore[attr-defined]  # a form is bound to a QueryDict here
    data["version"] = str(version)
    form.data = data


class DecimalInput(forms.TextInput):
    """A text input that brings up the keyboard of numbers and takes comma and dot."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", "class": "decimal", **(attrs or {})}
        )

    def format_value(self, value: Any) -> str | None:
        return formats.plain(value, _language()) if isinstance(value, Decimal | int) else value


class DecimalField(forms.Field):
    """An exact decimal, or None when it is empty and not required."""

    widget = DecimalInput

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or not str(value).strip():
            return None
        try:
            return parse_decimal(str(value), _language())
        except Invalid as invalid:
            raise _refused(invalid) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class WholeField(forms.Field):
    """A whole number between two bounds, both included."""

    widget = DecimalInput

    def __init__(self, *, low: int, high: int, **options: Any) -> None:
        self.low, self.high = low, high
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        if value is None or not str(value).strip():
            return None
        try:
            return parse_whole(str(value), _language(), low=self.low, high=self.high)
        except Invalid as invalid:
            raise _refused(invalid) from None


class DayInput(forms.TextInput):
    """A day typed as 31/12/2026, or picked from the browser's calendar (`<x-date>`)."""

    is_date = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "inputmode": "numeric",
                "autocomplete": "off",
                "placeholder": _("dd/mm/yyyy"),
                "maxlength": 10,
                **(attrs or {}),
            }
        )

    def format_value(self, value: Any) -> str | None:
        return formats.day(value, "vi") if isinstance(value, date) else value


class DayField(forms.Field):
    """A day, or None when it is empty and not required."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value
        if not str(value).strip():
            return None
        try:
            return parse_date(str(value))
        except Invalid as invalid:
            raise _refused(invalid) from None


class _CleanField(forms.Field):
    """Text in NFC without characters that lie about themselves; longer than fits is refused."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(**options)

    @staticmethod
    def clean_up(value: str) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> str:
        # Far too long is not worth normalising.
        raw = str(value or "")[: self.max_length * 4 + 1]
        text = self.clean_up(raw)
        if len(text) > self.max_length:
            raise ValidationError(
                ngettext(
                    "At most %(most)d character; this has more.",
                    "At most %(most)d characters; this has more.",
                    self.max_length,
                )
                % {"most": self.max_length},
                code="max_length",
            )
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"maxlength": str(self.max_length)}


class LineField(_CleanField):
    """One line of text."""

    widget = forms.TextInput
    clean_up = staticmethod(clean_line)


class TextField(_CleanField):
    """Several lines of text."""

    widget = forms.Textarea(attrs={"rows": 3})
    clean_up = staticmethod(clean_text)


Find = Callable[[str], Any]
Offer = Callable[[], Iterable[tuple[str, str]]]


class _Picks:
    """A select whose options are the few offered ones and whatever is chosen now."""

    find: Find
    name_of: Callable[[Any], str]
    offer: Offer
    allow_multiple_selected: bool
    is_required: bool

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> list[Any]:
        known: dict[str, str] = dict(self.offer())
        for chosen in value:
            if chosen and chosen not in known and (thing := self.find(chosen)) is not None:
                known[chosen] = self.name_of(thing)
        blank = [] if self.allow_multiple_selected else [("", "")]
        self.choices = [*blank, *known.items()]
        groups: list[Any] = super().optgroups(name, value, attrs)  # type: ignore[misc]
        return groups


class PickOne(_Picks, forms.Select):  # type: ignore[misc]
    """A select that `<x-picker>` turns into a search."""


class PickMany(_Picks, forms.SelectMultiple):  # type: ignore[misc]
    """A select of several that `<x-picker>` turns into a search."""


class PickField(forms.Field):
    """Things chosen by name out of many; shown by `ui.picker(field, url)`.

    `find(public_id)` gives the thing, or None (or a Refusal) when the person may not pick
    it; `name_of` is what it is called; `offer` gives the few (public id, name) that can be
    chosen without JavaScript. The value is the thing or None; with `multiple` a list.
    """

    def __init__(
        self,
        *,
        find: Find,
        name_of: Callable[[Any], str] = str,
        offer: Offer = tuple,
        multiple: bool = False,
        **options: Any,
    ) -> None:
        self.multiple = multiple
        self._find = find
        widget = PickMany() if multiple else PickOne()
        widget.find, widget.name_of, widget.offer = self.find, name_of, offer
        super().__init__(widget=widget, **options)

    def find(self, public_id: str) -> Any:
        try:
            return self._find(public_id)
        except Refusal:
            return None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple) or hasattr(value, "all"):
            things = value.all() if hasattr(value, "all") else value
            return [getattr(thing, "public_id", thing) for thing in things]
        return getattr(value, "public_id", value)

    def to_python(self, value: Any) -> Any:
        given = value if isinstance(value, list | tuple) else [value]
        # A set of ids in the order in which they came; 200 are more than anybody picks.
        ids = list(dict.fromkeys(str(one)[:40] for one in given if one))[:200]
        found = [self.find(public_id) for public_id in ids]
        if any(thing is None for thing in found):
            raise ValidationError(
                _("This cannot be chosen. Please pick one from the list."), code="not_found"
            )
        if self.multiple:
            return found
        return found[0] if found else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, after = self.prepare_value(initial), data
        if self.multiple:
            return list(before or []) != list(after or [])
        return (before or "") != (after or "")


def errors_of(form: forms.BaseForm) -> Mapping[str, list[str]]:
    """Every reason of a form by field, as plain sentences (for JSON answers)."""
    return {name: [str(reason) for reason in reasons] for name, reasons in form.errors.items()}
