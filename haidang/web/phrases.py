"""Sentences of Django that our pages show, said in our words in Vietnamese."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

PHRASES = [
    gettext_noop("This field is required."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
]


def too_short(least: int) -> str:
    """Named here so that it is translated: Django's own translation of a plural is not found
    beside catalogues that count differently."""
    return ngettext(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        least,
    )
