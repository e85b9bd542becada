"""What the log tells of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from haidang.activity.actions import log
from haidang.people.models import Person


def log_person(
    actor: Person | None,
    person: Person,
    verb: str,
    at: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Say what was done to somebody; without an actor, the server's operator did it."""
    log(
        organisation_id=person.organisation_id,
        at=at,
        verb=verb,
        subject_kind="person",
        subject_id=person.pk,
        subject=person.public_id,
        actor_id=actor.pk if actor else None,
        source=None if actor else "operator",
        data=data,
    )
