"""The append-only log of what happened; everything that follows a change reads it."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that somebody did, written in the transaction that did it.

    Organisation, actor and subject are plain values, so that the log outlives what it
    speaks of and this app needs no other. On PostgreSQL the table also has a column
    `xact` (the writing transaction), because ids commit out of order: a reader that
    follows the log stops below the oldest transaction still running.
    """

    organisation_id = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # a person; null for the system itself
    on_behalf_of_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)  # "check_in.recorded", "goal.created", ...
    source = models.CharField(max_length=16, default="person")
    subject_kind = models.CharField(max_length=24)  # "goal", "person", "unit", ...
    subject_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=32)  # its public id, as it is said aloud
    #: Ids of the goals whose number or card changed with it, the subject first.
    touched = models.JSONField(default=list)
    #: Facts for the reader: old and new values, as text; never the words of a goal.
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-id"], name="activity_by_organisation"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="activity_by_subject"),
            models.Index(fields=["organisation_id", "at", "id"], name="activity_by_day"),
            models.Index(
                fields=["organisation_id", "-id"],
                name="activity_without_goals",
                condition=~models.Q(subject_kind="goal"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
