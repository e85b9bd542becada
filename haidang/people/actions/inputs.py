"""What people type about persons and units, checked: every door uses these."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from haidang.lib.errors import Invalid
from haidang.lib.text import clean_line

#: Longer than any field, shorter than what normalising could be abused for.
LONGEST = 10_000


def line(value: Any, field: str, *, longest: int = 200, required: bool = True) -> str:
    """One clean line of at most `longest` characters, or Invalid at `field`."""
    text = "" if value is None else value
    if not isinstance(text, str):
        raise Invalid(_("Please enter text."), code="not_text", field=field)
    if len(text) > LONGEST:
        raise too_long(field, longest)
    text = clean_line(text)
    if required and not text:
        raise Invalid(_("Please fill this in."), code="required", field=field)
    if len(text) > longest:
        raise too_long(field, longest)
    return text


def too_long(field: str, longest: int) -> Invalid:
    return Invalid(
        _("Please keep this to %(count)s characters.") % {"count": longest},
        code="too_long",
        field=field,
    )


def email(value: Any, field: str = "email", *, required: bool = True) -> str:
    """An e-mail address in lower case, or Invalid at `field`."""
    text = line(value, field, longest=254, required=required).lower()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        raise Invalid(
            _("This is not an e-mail address. Example: an@congty.vn."), code="email", field=field
        ) from None
    return text


def choice(value: Any, allowed: Any, field: str) -> str:
    """One of the allowed values, or Invalid at `field`."""
    if not isinstance(value, str) or value not in allowed:
        raise Invalid(_("Please choose one of the values offered."), code="choice", field=field)
    return value
