"""The edges of the graph: what a child means to its parent and does to its number."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haidang.goals.models.goal import Goal
from haidang.goals.models.kinds import Kind
from haidang.people.models import Organisation, Person


class Relation(models.TextChoices):
    COMPOSITION = "composition", _("Composition")
    STRATEGY = "strategy", _("Strategy")
    CASCADE = "cascade", _("Cascade")
    COMPUTES = "computes", _("Computes")
    SUPPORTS = "supports", _("Supports")
    CROSS_TEAM = "cross_team", _("Cross-team")
    DECOMPOSES = "decomposes", _("Decomposes")
    IMPROVES = "improves", _("Improves")
    DEPENDS_ON = "depends_on", _("Depends on")


class Mode(models.TextChoices):
    AVERAGE = "average", _("Its progress counts")
    VALUE = "value", _("Its actual adds up")
    NONE = "none", _("Shown only")


_O, _KR, _KPI, _P, _UG = Kind.OBJECTIVE, Kind.KEY_RESULT, Kind.KPI, Kind.PILLAR, Kind.ULTIMATE

#: Which (child, parent) kinds each relation joins. Supports joins any two goals.
ALLOWED: dict[str, set[tuple[str, str]]] = {
    Relation.COMPOSITION: {(_KR, _O)},
    Relation.STRATEGY: {(_P, _UG), (_O, _P), (_KPI, _P), (_O, _UG)},
    Relation.CASCADE: {(_O, _O), (_KPI, _KPI), (_KR, _KR), (_KR, _KPI), (_O, _KR)},
    Relation.COMPUTES: {(_KPI, _KPI)},
    Relation.SUPPORTS: {(a, b) for a in Kind.values for b in Kind.values},
    Relation.CROSS_TEAM: {(_O, _KR)},
    Relation.DECOMPOSES: {(_O, _O), (_O, _KR)},
    Relation.IMPROVES: {(_O, _KPI)},
    Relation.DEPENDS_ON: {(_O, _O)},
}


class Alignment(models.Model):
    """An edge child > parent. While `proposed_mode` waits for acceptance, `mode` is none."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    child = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="parent_links")
    parent = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="child_links")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    weight = models.PositiveIntegerField(default=1)  # 0 to 10,000
    position = models.PositiveIntegerField(default=0)  # order among a calculated KPI's inputs
    proposed_mode = models.CharField(max_length=8, choices=Mode.choices, blank=True)
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["child", "parent"], name="alignment_once_per_pair"),
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(relation=Relation.COMPOSITION),
                name="alignment_one_objective",
            ),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="alignment_not_to_itself"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=10_000), name="alignment_weight"
            ),
            models.CheckConstraint(
                condition=~Q(relation__in=[Relation.COMPUTES, Relation.SUPPORTS])
                & ~Q(relation=Relation.DEPENDS_ON)
                | Q(mode=Mode.NONE),
                name="alignment_shown_only",
            ),
        ]
        indexes = [models.Index(fields=["parent", "mode"], name="alignment_by_parent")]

    def __str__(self) -> str:
        return f"{self.child_id} > {self.parent_id}"


class AlignmentSpan(models.Model):
    """How an edge was in a span of time; the latest has no end, a removed one ends."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    child = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    relation = models.CharField(max_length=12)
    mode = models.CharField(max_length=8)
    weight = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "parent"],
                condition=Q(until=None),
                name="alignment_span_current",
            )
        ]
        indexes = [models.Index(fields=["organisation", "since"], name="alignment_span_since")]
