"""Writing to the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from haidang.activity.models import Event
from haidang.lib.insert import append, made


def event(
    *,
    organisation_id: int,
    verb: str,
    subject_kind: str,
    subject_id: int | None,
    subject: str,
    at: datetime,
    actor_id: int | None = None,
    on_behalf_of_id: int | None = None,
    source: str = "person",
    touched: Iterable[int] = (),
    data: dict[str, Any] | None = None,
) -> Event:
    """An event, for who writes it together with what it tells of, which may still change."""
    return made(
        Event,
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


def log(**what: Any) -> None:
    """Append one `event`, in the caller's transaction."""
    append(event(**what))
