"""Sentences of django-allauth that our pages show: it speaks no Vietnamese, so we do."""

from __future__ import annotations

from django.utils.translation import gettext_noop

PHRASES = [
    gettext_noop("You must type the same password each time."),
    gettext_noop("Master key"),
    gettext_noop("Backup key"),
]
