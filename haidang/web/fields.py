"""Form fields for what people type in this country: numbers with comma or dot, days, ids.

Their texts are read by `lib.input`; a wrong one becomes an error next to the field, and what
was typed stays in it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.lib import input as read
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line
from haidang.web import formats

M = TypeVar("M", bound=Model)


def _language() -> str:
    return (get_language() or "vi")[:2]


def _told(refusal: Invalid) -> ValidationError:
    return ValidationError([ValidationError(e.message, code=e.code) for e in refusal.errors])


class DecimalField(forms.CharField):
    """An exact number, typed with comma or dot; None when left empty and not required."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "decimal"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Decimal):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            return read.parse_decimal(text, _language())
        except Invalid as refusal:
            raise _told(refusal) from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, (Decimal, int)):
            return formats.plain(Decimal(value), _language())
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class WholeField(forms.CharField):
    """A whole number between two bounds, both included."""

    def __init__(self, *, low: int, high: int, **options: Any) -> None:
        self.low, self.high = low, high
        attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "decimal"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, int):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            return read.parse_whole(text, _language(), low=self.low, high=self.high)
        except Invalid as refusal:
            raise _told(refusal) from None


class DayInput(forms.TextInput):
    """A day as text; the page puts a calendar beside it (`x-date`)."""

    is_date = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> Any:
        if isinstance(value, date):
            return f"{value.day:02}/{value.month:02}/{value.year:04}"
        return super().format_value(value)


class DayField(forms.CharField):
    """A day, `31/12/2026` or `2026-12-31`; None when left empty and not required."""

    widget = DayInput

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, date):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            return read.parse_date(text)
        except Invalid as refusal:
            raise _told(refusal) from None


#: How many things a plain list offers, where the page cannot search on the server.
OFFERED = 200


class PickField(forms.Field, Generic[M]):
    """One thing by its public id, out of those that the person may see.

    Without scripts it is a list of the chosen and the first `OFFERED` of `rows`; the picker
    of the page searches all of them on the server.
    """

    widget = forms.Select
    many = False
    default_error_messages = {"not_found": _("There is nobody and nothing of that id.")}

    def __init__(
        self,
        rows: QuerySet[M],
        *,
        label_of: Callable[[M], str] = str,
        empty: Any = "–",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.rows, self.label_of, self.empty = rows, label_of, empty
        self.found: dict[str, M] = {}

    def _id(self, thing: Any) -> str:
        if isinstance(thing, Model):
            return str(getattr(thing, "public_id", ""))
        return clean_line(str(thing))[:32]

    def fetch(self, ids: Iterable[Any]) -> dict[str, M]:
        """The things of these public ids, in one query for those not known yet."""
        wanted = dict.fromkeys(self._id(i).upper() for i in ids if i)
        missing = [i for i in wanted if i not in self.found]
        if missing:
            for thing in self.rows.filter(public_id__in=missing):
                self.found[self._id(thing)] = thing
        return {i: self.found[i] for i in wanted if i in self.found}

    def know(self, things: Iterable[Any]) -> None:
        """Take things that are at hand already, so that they are not asked for again."""
        for thing in things:
            if isinstance(thing, self.rows.model):
                self.found.setdefault(self._id(thing), thing)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Model):
            return value
        public_id = self._id(value).upper()
        if not public_id:
            return None
        thing = self.fetch([public_id]).get(public_id)
        if thing is None:
            raise ValidationError(self.error_messages["not_found"], code="not_found")
        return thing

    def prepare_value(self, value: Any) -> Any:
        return self._id(value) if value else ""

    def offer(self, chosen: Iterable[Any]) -> None:
        """Fill the list of the widget: what is chosen, then the first of the others."""
        known = self.fetch(c for c in chosen if c)
        for thing in self.rows[:OFFERED]:
            known.setdefault(self._id(thing), thing)
        choices = [(i, self.label_of(t)) for i, t in known.items()]
        self.widget.choices = choices if self.many else [("", self.empty), *choices]


class PickManyField(PickField[M]):
    """Several things by their public ids."""

    widget = forms.SelectMultiple
    many = True

    def to_python(self, value: Any) -> Any:
        given: Sequence[Any] = value if isinstance(value, (list, tuple)) else []
        ids = list(dict.fromkeys(self._id(v).upper() for v in given if v))[:200]
        found = self.fetch(ids)
        if len(found) < len(ids):
            raise ValidationError(self.error_messages["not_found"], code="not_found")
        return [found[i] for i in ids]

    def prepare_value(self, value: Any) -> Any:
        return [self._id(v) for v in value or () if v]


class Form(forms.Form):
    """A form that takes the reasons of a refusal, and fills the lists of its pickers."""

    use_required_attribute = False

    def take(self, refusal: Any) -> None:
        """Put each reason of a `Refusal` next to its field, or above the form."""
        for reason in refusal.errors:
            name = reason.field if reason.field in self.fields else None
            self.add_error(name, ValidationError(reason.message, code=reason.code))

    def offer(self) -> None:
        """Fill the lists of all pickers with what is chosen now and what may be chosen."""
        for name, field in self.fields.items():
            if isinstance(field, PickField):
                first = self.get_initial_for_field(field, name)
                field.know(first if isinstance(first, (list, tuple)) else [first])
                value = self[name].value()
                field.offer(value if isinstance(value, (list, tuple)) else [value])
