"""The newest of an organisation's events, found where they are.

PostgreSQL, asked for the newest rows of one organisation, walks the primary key backward until
it has met enough of them: past all that others wrote since. What is here leaves it no key to
walk but the organisation's, or the subjects', own.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import F, QuerySet

from haidang.activity.models import Event


def latest_of(organisation_id: int) -> QuerySet[Event]:
    """All events of an organisation, the newest first, along `activity_by_organisation`.

    A range of one organisation, because the order by what is known to be equal would be left
    out, and with it the index. SQLite takes the index of what is equal.
    """
    if connection.vendor == "sqlite":
        return Event.objects.filter(organisation_id=organisation_id).order_by("-id")
    within = Event.objects.filter(organisation_id__range=(organisation_id, organisation_id))
    return within.order_by("organisation_id", "-id")


def latest_about(
    organisation_id: int, subject_kind: str, subject_ids: Collection[int]
) -> QuerySet[Event]:
    """The events of some of an organisation's things, the newest first, along
    `activity_by_subject`; they are sorted, so their number is to be bounded by what they are
    about or by a day. SQLite merges them in their order."""
    about = Event.objects.filter(
        organisation_id=organisation_id, subject_kind=subject_kind, subject_id__in=subject_ids
    )
    return about.order_by("-id" if connection.vendor == "sqlite" else (F("id") + 0).desc())


def latest_since(organisation_id: int, since: datetime) -> QuerySet[Event]:
    """The events of an organisation from a moment on, the newest first, along
    `activity_by_day`."""
    return Event.objects.filter(organisation_id=organisation_id, at__gte=since).order_by(
        "-at", "-id"
    )
