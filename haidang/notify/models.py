"""What somebody wants to be told by e-mail, and what they were told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from haidang.people.models import Person

FRIDAY = 4


class Preference(models.Model):
    """What a person wants to be told; who has no row has the defaults."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    #: The day of the week, 0 (Monday) to 6, on which due check-ins are told; null: never.
    reports_on = models.PositiveSmallIntegerField(null=True, default=FRIDAY)
    #: Whether what waits for a decision is told.
    decisions = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reports_on=None) | Q(reports_on__lte=6), name="notify_weekday"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.reports_on}, {self.decisions}"


class Letter(models.Model):
    """The one letter of a person's day: claimed before it is sent, so that two workers send
    one. A claim that came to nothing is taken back, and the letter is tried again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()  # of the person's own calendar
    #: Keys of all that the person has been told of and that still waits.
    said = models.JSONField(default=list)
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    #: The mail server will not take letters for this address: not again today.
    refused = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="notify_one_letter_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"
