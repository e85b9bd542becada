"""Answers to creations, kept for a day, so that a repeated request creates nothing twice."""

from __future__ import annotations

from django.db import models

from haidang.people.models import Organisation, Person


class StoredAnswer(models.Model):
    """What a person's request with an Idempotency-Key was answered, written with its effect."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    #: SHA-256 of the key that the client chose, and of method, address and body.
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key_digest"], name="stored_answer_key")
        ]
        indexes = [models.Index(fields=["created_at"], name="stored_answer_age")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key_digest[:8]}"
