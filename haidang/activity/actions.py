"""Writing to the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from haidang.activity.models import Event
from haidang.lib.insert import append


def log(
    *,
    organisation_id: int,
    at: datetime,
    verb: str,
    subject_kind: str,
    subject_id: int | None,
    subject: str,
    actor_id: int | None = None,
    on_behalf_of_id: int | None = None,
    source: str = "person",
    touched: Iterable[int] = (),
    data: dict[str, Any] | None = None,
    beside: Iterable[Model] = (),
) -> None:
    """Append one event, in the caller's transaction.

    New rows `beside` it, with keys from `next_key`, are written in the same statement.
    """
    event = Event(
        organisation_id=organisation_id,
        at=at,
        actor_id=actor_id,
        on_behalf_of_id=on_behalf_of_id,
        verb=verb,
        source=source,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject=subject,
        touched=list(touched),
        data=data or {},
    )
    append(event, *beside)
