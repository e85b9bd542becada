"""What an organisation is for: vision, mission, core values, and which objectives cite them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from haidang.goals.models.goal import Goal
from haidang.people.models import Organisation


class Identity(models.Model):
    """Vision and mission, in either language; a blank one is shown in the other."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="identity"
    )
    vision_vi = models.TextField(blank=True)
    vision_en = models.TextField(blank=True)
    mission_vi = models.TextField(blank=True)
    mission_en = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)  # of these words: guards edits


class CoreValue(models.Model):
    """A core value. A removed one stays for what cited it and for the history."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="core_values"
    )
    number = models.PositiveIntegerField()
    public_id = models.CharField(max_length=16)  # "V-3"
    rank = models.PositiveIntegerField(default=0)  # 1 comes first; 0 of a removed one
    name_vi = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    words_vi = models.TextField(blank=True)
    words_en = models.TextField(blank=True)
    icon = models.CharField(max_length=40, blank=True)  # of `rules.identity.ICONS`
    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "public_id"], name="core_value_public_id"
            ),
            models.CheckConstraint(
                condition=~Q(name_vi="") | ~Q(name_en=""), name="core_value_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name_vi or self.name_en


class IdentityVersion(models.Model):
    """Vision, mission and values as they stood in a span of time; the latest has no end."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="identity_versions"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    facts = models.JSONField()  # the words of `Identity`, and "values" in their order

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(until=None), name="identity_version_current"
            )
        ]


class Citation(models.Model):
    """An objective cites a core value in a span of time; the latest has no end."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="citations")
    value = models.ForeignKey(CoreValue, on_delete=models.CASCADE, related_name="citations")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "value"], condition=Q(until=None), name="citation_current"
            )
        ]
