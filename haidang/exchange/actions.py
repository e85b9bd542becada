"""Keeping answers: once with their effect, and not longer than a day."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from haidang.exchange.models import StoredAnswer
from haidang.people.models import Person

#: How long a repeated request gets the first one's answer.
KEPT = timedelta(hours=24)


def claim(actor: Person, key_digest: str, request_digest: str) -> StoredAnswer:
    """The row of a key, new (status 0) or with the answer that was given.

    Must run in the transaction that does the work: a second request with the same key
    waits on the unique index until the first commits (and then reads its answer) or
    rolls back (and then does the work itself).
    """
    now = timezone.now()
    mine = StoredAnswer.objects.filter(person=actor)
    mine.filter(created_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            return StoredAnswer.objects.create(
                organisation_id=actor.organisation_id,
                person=actor,
                key_digest=key_digest,
                request_digest=request_digest,
                created_at=now,
            )
    except IntegrityError:
        return mine.get(key_digest=key_digest)


def keep(row: StoredAnswer, status: int, headers: dict[str, str], body: str) -> None:
    """Store what was answered, in the same transaction."""
    row.status, row.headers, row.body = status, headers, body
    row.save(update_fields=["status", "headers", "body"])


def purge() -> int:
    """Delete what is older than a day; how many rows went."""
    return StoredAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
