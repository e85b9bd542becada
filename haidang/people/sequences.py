"""Numbers that can be said aloud, one series per organisation and kind."""

from __future__ import annotations

from django.db.models import F

from haidang.people.models import Sequence


def take(organisation_id: int, name: str, count: int = 1) -> int:
    """Reserve `count` numbers in the caller's transaction and return the first of them."""
    row = Sequence.objects.filter(organisation_id=organisation_id, name=name)
    if not row.update(last=F("last") + count):
        Sequence.objects.get_or_create(organisation_id=organisation_id, name=name)
        row.update(last=F("last") + count)
    return row.values_list("last", flat=True).get() - count + 1
