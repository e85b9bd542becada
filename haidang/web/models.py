"""What the pages themselves remember."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SentForm(models.Model):
    """A form that made something, written in the same transaction: the second of two equal
    requests finds it, and what it made. Forgotten after a day."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField(max_length=32)
    answer = models.CharField(max_length=64)  # the public id of what was made
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="sent_form_once")]

    def __str__(self) -> str:
        return self.answer
