"""Records: append-only reports of a goal's value, each with the target as it then was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from haidang.goals.models import Goal, KpiPeriod
from haidang.lib.fields import ExactDecimalField
from haidang.people.models import Organisation, Person


class Source(models.TextChoices):
    PERSON = "person", pgettext_lazy("source of a number", "Person")
    API = "api", _("API")
    CONNECTOR = "connector", _("Connector")
    IMPORT = "import", _("Import")
    SURVEY = "survey", _("Survey")


class CheckIn(models.Model):
    """One report. Never changed but for `live`, which ends when it is superseded or voided."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="check_ins")
    for_day = models.DateField()
    period = models.ForeignKey(
        KpiPeriod, null=True, on_delete=models.PROTECT, related_name="check_ins"
    )
    value = ExactDecimalField(null=True)
    numerator = ExactDecimalField(null=True)
    denominator = ExactDecimalField(null=True)
    milestones = models.JSONField(null=True)  # positions reached
    text_value = models.TextField(blank=True)  # of a free-text measure
    confidence = models.PositiveSmallIntegerField(null=True)  # 0 to 10
    pace = models.CharField(max_length=8, blank=True)  # fast, normal, slow
    note = models.TextField(blank=True)
    #: The long form: achieved, late, obstacle, cause, remedy, next_step.
    words = models.JSONField(default=dict, blank=True)
    next_on = models.DateField(null=True)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="check_ins")
    on_behalf_of = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="check_ins_for_them"
    )
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.PERSON)
    recorded_at = models.DateTimeField()
    baseline_then = ExactDecimalField(null=True)
    target_then = ExactDecimalField(null=True)
    low_then = ExactDecimalField(null=True)
    high_then = ExactDecimalField(null=True)
    tolerance_then = ExactDecimalField(null=True)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="successor"
    )
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__lte=10), name="check_in_confidence"
            ),
            models.CheckConstraint(
                condition=~Q(id=models.F("supersedes_id")), name="check_in_not_own_successor"
            ),
        ]
        indexes = [
            models.Index(
                fields=["goal", "-for_day", "-id"], name="check_in_live", condition=Q(live=True)
            ),
            models.Index(fields=["goal", "-recorded_at"], name="check_in_by_goal"),
            models.Index(fields=["organisation", "-recorded_at"], name="check_in_by_organisation"),
        ]


class Voiding(models.Model):
    """A record was declared void, by whom and why; it stays readable and counts nothing."""

    check_in = models.OneToOneField(CheckIn, on_delete=models.PROTECT, related_name="voiding")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
