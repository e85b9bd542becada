"""What people say about a KPI's period."""

from __future__ import annotations

from django.db import models

from haidang.goals.models import Goal
from haidang.people.models import Organisation, Person


class PeriodComment(models.Model):
    """Words on a KPI's period. Who wrote them takes them back; that they were there stays."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="period_comments")
    starts = models.DateField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()  # empty once it was taken back
    written_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["goal", "starts", "id"], name="period_comment_in_order")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.starts}"
