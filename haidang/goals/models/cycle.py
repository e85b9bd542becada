"""Cycles: quarters, spans of months, years and strategic periods; they nest."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haidang.people.models import Organisation


class CycleKind(models.TextChoices):
    QUARTER = "quarter", _("Quarter")
    MONTHS = "months", _("Months")
    YEAR = "year", _("Year")
    STRATEGIC = "strategic", _("Several years")


class CycleState(models.TextChoices):
    PLANNING = "planning", _("Planning")
    ACTIVE = "active", _("Active")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")


class Cycle(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="cycles")
    number = models.PositiveIntegerField()
    public_id = models.CharField(max_length=16)  # "C-3"
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=CycleKind.choices)
    state = models.CharField(max_length=12, choices=CycleState.choices, default=CycleState.PLANNING)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    starts = models.DateField()
    ends = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["starts", "-ends", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "public_id"], name="cycle_public_id"),
            models.CheckConstraint(condition=Q(starts__lte=F("ends")), name="cycle_dates"),
            models.CheckConstraint(condition=~Q(id=F("parent_id")), name="cycle_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name
