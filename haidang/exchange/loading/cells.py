"""What a cell says, as the fact that its column holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from haidang.exchange.loading import own
from haidang.exchange.loading.columns import OWN, Header, column_of
from haidang.exchange.loading.lines import Line
from haidang.exchange.loading.words import offered, value_of
from haidang.goals.actions.facts import LATEST
from haidang.goals.models import CustomField, FieldType
from haidang.lib.decimals import text as digits_of
from haidang.lib.errors import Invalid
from haidang.lib.input import parse_date, parse_decimal, parse_whole
from haidang.lib.tables.table import FAULTS, Broken, Fault, Row, Value
from haidang.lib.text import clean_line, clean_text

#: Far more than any column holds; not worth looking at letter by letter.
_LONGEST = 100_000
#: What a spreadsheet shows where it has no value, and writes into a CSV.
_ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"}
_LINES = {"why", "success", "description", "formula"}
_NUMBERS = {"baseline", "target", "low", "high", "tolerance"}
#: Columns of whole numbers from 0, and the highest of each.
_WHOLE = {"weight": 10_000, "freshness_days": LATEST}
_DAYS = {"starts", "ends", "joined_on"}


def text_of(value: Value) -> str:
    """A cell as a text, whatever the spreadsheet took it for."""
    if value is None:
        return ""
    if isinstance(value, Broken):
        return value.shown
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return digits_of(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return value


class Reader:
    """Reads the lines of a list of one kind; numbers as `language` writes them."""

    def __init__(
        self, kind: str, header: Header, language: str, fields: own.Fields = own.NOTHING
    ) -> None:
        self.kind, self.header, self.language = kind, header, language
        self.fields = fields

    def facts(self, row: Row, line: Line) -> dict[str, Any]:
        """What the cells that are not empty say, by column; reasons go to the line.

        References (a person, a unit, a parent) stay texts.
        """
        found: dict[str, Any] = {}
        for key, place in self.header.places.items():
            value = row.at(place)
            if value is None or value == "" or key == "messages":
                continue
            if isinstance(value, Broken):
                line.wrong(self.kind, key, FAULTS[value.fault])
                continue
            if isinstance(value, str) and value.strip() in _ERRORS:
                line.wrong(self.kind, key, FAULTS[Fault.ERROR])
                continue
            try:
                fact = self._fact(key, value)
            except Invalid as invalid:
                line.wrong(self.kind, key, invalid.message)
                continue
            if fact != "":
                found[key] = fact
        for value in row.values[max(self.header.places.values()) + 1 :]:
            if isinstance(value, str) and value.strip() and len(row.values) > self._width:
                line.wrong(self.kind, None, _("This line has more cells than the header."))
                break
        return found

    @property
    def _width(self) -> int:
        return max(self.header.places.values()) + 1 + len(self.header.unknown)

    def _fact(self, key: str, value: Value) -> Any:
        if isinstance(value, str) and len(value) > _LONGEST:
            raise Invalid(_("This text is far too long."))
        if key.startswith(OWN):
            return self._own(self.fields[key.removeprefix(OWN)], value)
        if key in _LINES:
            return clean_text(text_of(value))
        words = column_of(self.kind, key).words
        if words:
            return _choice(words, clean_line(text_of(value)))
        for keys, read in _READERS.items():
            if key in keys:
                return read(value, self.language)
        if key in _WHOLE:
            return _whole(value, self.language, high=_WHOLE[key])
        return clean_line(text_of(value))

    def _own(self, field: CustomField, value: Value) -> Any:
        """What a cell says to a field of the organisation's own; a person stays a text."""
        if field.type == FieldType.NUMBER:
            return _number(value, self.language)
        if field.type == FieldType.DAY:
            return _day(value, self.language)
        if field.type == FieldType.LONG_TEXT:
            return clean_text(text_of(value))
        text = clean_line(text_of(value))
        if field.type == FieldType.CHOICE:
            return own.choice(field, text) if text else ""
        if field.type == FieldType.CHOICES:
            return own.choices(field, parts(text_of(value))) or ""
        return text


def _choice(words: str, text: str) -> str:
    if not text:
        return ""
    found = value_of(words, text)
    if found is None:
        raise Invalid(
            _("“%(text)s” is none of the values: %(values)s.")
            % {"text": _short(text), "values": ", ".join(offered(words))}
        )
    return found


def _number(value: Value, language: str) -> Any:
    if isinstance(value, Decimal):
        text = digits_of(value)
        # Written out with a point, and never taken for thousands.
        return parse_decimal(text + "0" if len(text.partition(".")[2]) == 3 else text, language)
    text = clean_line(text_of(value))
    text = text.removesuffix("%").strip()
    return parse_decimal(text, language) if text else ""


def _day(value: Value, _language: str) -> Any:
    if isinstance(value, date):
        return parse_date(value.isoformat())
    if isinstance(value, Decimal):
        raise Invalid(_("This is not a day. Please write it as 31/12/2026."))
    text = clean_line(text_of(value))
    if text.endswith(" 00:00:00"):
        text = text.removesuffix(" 00:00:00")
    return parse_date(text) if text else ""


def _whole(value: Value, language: str, *, high: int) -> Any:
    text = clean_line(text_of(value))
    return parse_whole(text, language, low=0, high=high) if text else ""


_Read = Callable[[Value, str], Any]
_READERS: Mapping[frozenset[str], _Read] = {frozenset(_NUMBERS): _number, frozenset(_DAYS): _day}


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def parts(text: str) -> list[str]:
    """References in one cell, separated by semicolons or line ends."""
    pieces = text.replace("\n", ";").split(";")
    return list(dict.fromkeys(piece for one in pieces if (piece := clean_line(one))))
