"""Answers to creations, kept for a day so that a repeated request creates nothing twice; and
files that are being loaded."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

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


class ImportState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    REFUSED = "refused", _("Cannot be read")
    APPLYING = "applying", _("Being saved")
    APPLIED = "applied", _("Saved")


class Import(models.Model):
    """A file that somebody loads: checked in the background, shown, then written or left."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)  # "goals", "people", "units"
    file_name = models.CharField(max_length=200)
    file = models.BinaryField()  # as it was sent; bounded by what a request may hold
    language = models.CharField(max_length=8)
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.CHECKING
    )
    #: Why measures of goals under way change; goes into their versions.
    reason = models.TextField(blank=True)
    problem = models.TextField(blank=True)  # about the file as a whole
    notes = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="import_by_person"),
            models.Index(fields=["made_at"], name="import_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"
