"""The ledger of targets: what the periods of approved KPIs were to reach, version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.goals.models.goal import Goal
from haidang.lib.fields import ExactDecimalField
from haidang.people.models import Organisation, Person


class TargetVersion(models.Model):
    """What a KPI's period was to reach from a moment on. Never changed.

    Version 1 is the original. A period of which the ledger has nothing stands at its original:
    the first entry is made, with what stood, when the target is first changed
    (docs/decisions/the-ledger-begins-with-a-change.md).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="target_versions")
    starts = models.DateField()  # of the period
    version = models.PositiveIntegerField()
    target = ExactDecimalField(null=True)
    baseline = ExactDecimalField(null=True)
    low = ExactDecimalField(null=True)
    high = ExactDecimalField(null=True)
    tolerance = ExactDecimalField(null=True)
    since = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)
    #: Who granted the change, and by which request (`kpis.TargetRequest`); None: no request.
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    request_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["goal", "starts", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "starts", "version"], name="target_version_once"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="target_version_from_one"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(by=None) | ~Q(approved_by=F("by")),
                name="target_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.starts} ({self.version})"
