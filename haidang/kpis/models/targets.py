"""Requests to change approved targets: one asks, another decides."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Goal
from haidang.people.models import Organisation, Person


class TargetAnswer(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TargetRequest(models.Model):
    """Somebody asks for other targets, of one KPI or of those that add up to it; somebody else
    decides about all of them together. While it waits, what stands counts."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    #: The KPI at which it was asked: the one that changes, or the one whose target is allocated.
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="target_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField()
    answer = models.CharField(
        max_length=9, choices=TargetAnswer.choices, default=TargetAnswer.WAITING
    )
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)  # or withdrawn
    answer_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="target_request_by_a_second_person",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "answer", "id"], name="target_request_that_waits")
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.answer}"


class TargetChange(models.Model):
    """What a request wants of one period of a KPI. `waits` is true until it is answered."""

    request = models.ForeignKey(TargetRequest, on_delete=models.CASCADE, related_name="changes")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    starts = models.DateField(null=True)  # null: the usual target
    #: field > [what stood when it was asked, what is wanted]: decimals as text, or null.
    fields = models.JSONField()
    waits = models.BooleanField(default=True)

    class Meta:
        ordering = ["goal", "starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "starts"], condition=Q(waits=True), name="target_asked_once"
            ),
            models.UniqueConstraint(
                fields=["goal"],
                condition=Q(waits=True, starts=None),
                name="usual_target_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.starts}"
