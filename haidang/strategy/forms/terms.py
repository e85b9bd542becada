"""What the organisation calls its things."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import get_language, gettext, override

from haidang.people.actions import TERM_FACTS
from haidang.web.forms import LineField
from haidang.web.terms import LONGEST, PLURALS, TERMS


class Row(NamedTuple):
    """A term: the program's word for it, and the (language, field) of one's own."""

    term: str
    name: str
    fields: list[tuple[str, Any]]


class TermsForm(forms.Form):
    """A word per term and language (and how many are called); empty keeps the program's."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in TERM_FACTS:
            plain = program_word(name)
            self.fields[name] = LineField(
                label=plain,
                max_length=LONGEST,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": plain, "autocomplete": "off"}),
            )

    def rows(self) -> list[Row]:
        language = (get_language() or "vi")[:2]
        return [
            Row(
                term,
                program_word(f"{term}_{language}"),
                [
                    (code, self[name])
                    for code in PLURALS
                    for name in (f"{term}_{code}", f"{term}_{code}_many")
                    if name in self.fields
                ],
            )
            for term in TERMS
        ]


def program_word(name: str) -> str:
    """What the program itself calls a fact of TERM_FACTS, in its language."""
    term, language = name.removesuffix("_many").rsplit("_", 1)
    with override(language):
        return gettext(TERMS[term][name.endswith("_many")])
