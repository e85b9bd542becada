"""Writing to the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from haidang.activity.models import Event
from haidang.lib.insert import append, made

_source = ContextVar("source", default="person")


@contextmanager
def coming_from(source: str) -> Iterator[None]:
    """What is logged inside came from there, unless it says otherwise itself."""
    before = _source.set(source)
    try:
        yield
    finally:
        _source.reset(before)


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
    source: str | None = None,
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
        source=source or _source.get(),
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject=subject,
        touched=list(touched),
        data=data or {},
    )


def log(**what: Any) -> None:
    """Append one `event`, in the caller's transaction."""
    append(event(**what))
