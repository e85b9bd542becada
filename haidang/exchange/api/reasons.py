"""What went wrong with a value, in the person's language, by the validator's own code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.web import formats

#: By pydantic's error type, or by the code that our own validators raise.
REASONS: dict[str, str | Promise] = {
    "missing": _("This is needed."),
    "blank": _("This is needed."),
    "extra_forbidden": _("There is no field of this name."),
    "unknown_parameter": _("There is no parameter of this name."),
    "string_type": _("Send text."),
    "string_unicode": _("Send text."),
    "string_too_long": _("At most %(max_length)s characters."),
    "string_too_short": _("At least %(min_length)s characters."),
    "string_pattern_mismatch": _("This is not written as it should be."),
    "public_id": _("Send the id of it, such as KR-1042."),
    "int_type": _("Send a whole number."),
    "int_parsing": _("Send a whole number."),
    "int_parsing_size": _("The number is too large."),
    "int_from_float": _("Send a whole number."),
    "greater_than_equal": _("At least %(ge)s."),
    "less_than_equal": _("At most %(le)s."),
    "bool_type": _("Send true or false."),
    "bool_parsing": _("Send true or false."),
    "literal_error": _("One of %(expected)s."),
    "enum": _("One of %(expected)s."),
    "none_required": _("Send null."),
    "list_type": _("Send a list."),
    "too_long": _("At most %(max_length)s entries."),
    "too_short": _("At least %(min_length)s entries."),
    "dict_type": _("Send an object."),
    "model_type": _("Send an object."),
    "model_attributes_type": _("Send an object."),
    "decimal_type": _('Send a number as text, such as "3.1".'),
    "decimal_parsing": _('This is no number; it should be like "3.1".'),
    "decimal_comma": _('Write the number with a dot and without group signs, such as "3.1".'),
    "decimal_bounds": _(
        "A number has more digits than can be kept (24 before the point, 10 after)."
    ),
    "not_finite": _("Send a finite number."),
    "date_format": _("Send a day as YYYY-MM-DD."),
    "date_unknown": _("There is no such day."),
    "date_bounds": _("Send a day between 1990 and 2199."),
}
_CHOICE = re.compile(r"'([^']*)'")
UNKNOWN = _("This cannot be taken here.")


def reason(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence for a code; facts are the validator's own (bounds, choices)."""
    message = str(REASONS.get(code, UNKNOWN))
    if "expected" in facts:  # "'a', 'b' or 'c'", in English
        facts = {**facts, "expected": ", ".join(_CHOICE.findall(str(facts["expected"])))}
    language = get_language() or "en"
    bounds = {k: formats.number(v, language) for k, v in facts.items() if isinstance(v, int)}
    try:
        return message % {**facts, **bounds}
    except (KeyError, ValueError):
        return str(UNKNOWN)
