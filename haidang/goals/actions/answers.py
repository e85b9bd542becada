"""What a goal answers to the fields of its organisation, made whole and checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from haidang.goals.models.field import CustomField, FieldType
from haidang.goals.rules.periods import FIRST, LAST
from haidang.lib.decimals import canonical, in_bounds, text
from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line, clean_text
from haidang.people.models import Person

LONGEST_LINE = 300
LONGEST_TEXT = 5_000
LONGEST_LINK = 1_000
#: What names an answer where facts are named: `fields.budget`.
PREFIX = "fields."

OwnFields = Mapping[str, CustomField]
Add = Callable[[str | None, str, Any], None]
_is_link = URLValidator(schemes=["https"])


class _Wrong(Exception):
    """Why an answer cannot be taken: a code and a sentence."""


def own_fields(organisation_id: int) -> OwnFields:
    """What the organisation asks and has asked, by key: one query."""
    rows = CustomField.objects.filter(organisation_id=organisation_id)
    return {field.key: field for field in rows}


def merged_answers(now: Mapping[str, Any], changes: Any) -> dict[str, Any]:
    """The answers with changes by key; raises Invalid for what is no set of answers."""
    if not isinstance(changes, Mapping):
        raise Invalid(_("Give the fields by their keys."), code="not_an_object", field="fields")
    return {**now, **changes}


def checked_answers(
    kind: str,
    given: Any,
    answered: Mapping[str, Any] | None,
    known: OwnFields,
    add: Add,
) -> dict[str, Any]:
    """Answers as they are stored; every reason goes to `add` at `fields.<key>`.

    `given` is all that the goal is to answer, in any form that a door gives; `answered` what
    it answers now (None: a new goal). What stays as it is, is not asked about: a field that
    was retired keeps its answers. An empty answer takes it away.
    """
    given = merged_answers({}, given)
    kept = answered or {}
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key in kept and value == kept[key]:
            found[key] = value
            continue
        field = known.get(key)
        if field is None or not field.asks(kind):
            if key not in kept or not is_blank(value):
                add(PREFIX + str(key)[:40], "unknown_field", _("This goal is not asked that."))
            continue
        if is_blank(value):
            continue
        try:
            value = _CHECKS[FieldType(field.type)](field, value)
        except _Wrong as wrong:
            add(PREFIX + key, wrong.args[0], wrong.args[1])
            continue
        if not is_blank(value):
            found[key] = value
    for field in known.values():
        missing = field.key not in found and is_blank(given.get(field.key))
        if field.required and field.asks(kind) and missing:
            add(PREFIX + field.key, "required", _("Please fill this in."))
    return {field: found[field] for field in sorted(found)}


def told(
    names: Collection[str],
    of: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> dict[str, Any]:
    """The facts of these names for the log, with each answer that differs as one of its own."""
    found = {name: of.get(name) for name in names if name != "fields"}
    if "fields" in names:
        old, new = before["fields"], after["fields"]
        for key in old.keys() | new.keys():
            if old.get(key) != new.get(key):
                found[PREFIX + key] = of["fields"].get(key)
    return found


def is_blank(value: Any) -> bool:
    """Whether that is no answer."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())


def _line(longest: int) -> Callable[[CustomField, Any], str]:
    def check(field: CustomField, value: Any) -> str:
        clean = clean_text if field.type == FieldType.LONG_TEXT else clean_line
        if not isinstance(value, str):
            raise _Wrong("not_text", _("Please enter text."))
        words = clean(value[: longest * 4])
        if len(words) > longest:
            raise _Wrong("too_long", _("At most %(most)s characters.") % {"most": longest})
        return words

    return check


def _number(_field: CustomField, value: Any) -> str:
    if isinstance(value, bool | float) or not isinstance(value, Decimal | int | str):
        raise _Wrong("not_a_number", _("A number, as text or whole: “1500.5”."))
    try:
        number = Decimal(value if not isinstance(value, str) else value.strip()[:60])
    except InvalidOperation:
        raise _Wrong("not_a_number", _("A number, as text or whole: “1500.5”.")) from None
    if not number.is_finite() or not in_bounds(number):
        raise _Wrong("out_of_bounds", _("At most 24 digits before the point and 10 after."))
    return text(canonical(number))


def _day(_field: CustomField, value: Any) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except (ValueError, TypeError):
        raise _Wrong("not_a_day", _("A day such as 2026-12-31.")) from None
    if not FIRST <= day <= LAST:
        raise _Wrong("out_of_bounds", _("Years from 1990 to 2199."))
    return day.isoformat()


def _choice(field: CustomField, value: Any) -> str:
    if not isinstance(value, str) or value not in {option["key"] for option in field.options}:
        raise _Wrong("choice", _("Please choose one of the list."))
    return value


def _choices(field: CustomField, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > 200:
        raise _Wrong("choice", _("Please choose among the list."))
    for one in value:
        _choice(field, one)
    return [option["key"] for option in field.options if option["key"] in value]


def _link(field: CustomField, value: Any) -> str:
    address = _line(LONGEST_LINK)(field, value)
    try:
        _is_link(address)
    except ValidationError:
        raise _Wrong("link", _("An address that begins with https://.")) from None
    return address


def _person(field: CustomField, value: Any) -> str:
    if isinstance(value, Person) and value.organisation_id == field.organisation_id:
        return value.public_id
    public_id = value
    if (
        not isinstance(public_id, str)
        or not Person.objects.filter(
            organisation_id=field.organisation_id, public_id=public_id[:16]
        ).exists()
    ):
        raise _Wrong("not_found", _("There is nobody of that id."))
    return public_id


_CHECKS: Mapping[FieldType, Callable[[CustomField, Any], Any]] = {
    FieldType.TEXT: _line(LONGEST_LINE),
    FieldType.LONG_TEXT: _line(LONGEST_TEXT),
    FieldType.NUMBER: _number,
    FieldType.DAY: _day,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.LINK: _link,
    FieldType.PERSON: _person,
}
