"""What a closed period said when it was closed, and who asked to open it again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Goal
from haidang.lib.fields import ExactDecimalField
from haidang.people.models import Organisation, Person


class Closing(models.Model):
    """One act of closing a period of many KPIs; it goes on where it was cut off."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    frequency = models.CharField(max_length=8)
    starts = models.DateField()
    ends = models.DateField()
    unit_id = models.BigIntegerField(null=True)  # only the KPIs of it and below
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    total = models.PositiveIntegerField()  # KPIs that were open when it began
    done = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)  # of them, without a report
    began_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when the latest batch was written
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "frequency", "starts"], name="closing_of_a_period")
        ]


class ClosedFigure(models.Model):
    """A KPI's period as it stood when it was closed: never changed, never read together with
    what stands now. A period that is closed again has a figure of the next version.

    People and the unit are kept by name and public id, as text.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="closed_figures")
    number = models.PositiveIntegerField()  # of the KPI: the order of lists
    public_id = models.CharField(max_length=16)
    frequency = models.CharField(max_length=8)
    starts = models.DateField()
    ends = models.DateField()
    year = models.IntegerField()
    version = models.PositiveIntegerField()

    title = models.CharField(max_length=300)
    owner_id_then = models.CharField(max_length=16, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    data_owner_id_then = models.CharField(max_length=16, blank=True)
    data_owner_name = models.CharField(max_length=200, blank=True)
    unit_id_then = models.CharField(max_length=16, blank=True)
    unit_name = models.CharField(max_length=200, blank=True)

    definition = models.PositiveIntegerField()  # the version of the KPI's definition
    direction = models.CharField(max_length=12)
    aggregation = models.CharField(max_length=8)
    calculation = models.CharField(max_length=12, blank=True)
    rule = models.CharField(max_length=8)
    steps = models.JSONField(default=list)
    metric_kind = models.CharField(max_length=12)
    metric_unit = models.CharField(max_length=24, blank=True)
    metric_scale = ExactDecimalField(null=True)
    decimals = models.PositiveSmallIntegerField()

    target = ExactDecimalField(null=True)
    baseline = ExactDecimalField(null=True)
    low = ExactDecimalField(null=True)
    high = ExactDecimalField(null=True)
    tolerance = ExactDecimalField(null=True)

    actual = ExactDecimalField(null=True)  # null: closed as missing
    numerator = ExactDecimalField(null=True)
    denominator = ExactDecimalField(null=True)
    attainment = ExactDecimalField(null=True)  # 1 is as targeted; nine places
    #: What the actual was made of: the own report, and the sums of the KPIs below.
    own_value = ExactDecimalField(null=True)
    own_numerator = ExactDecimalField(null=True)
    own_denominator = ExactDecimalField(null=True)
    record_id = models.BigIntegerField(null=True)  # the own report's check-in
    value_sum = ExactDecimalField()
    numerator_sum = ExactDecimalField()
    denominator_sum = ExactDecimalField()
    value_reports = models.PositiveIntegerField()

    closed_at = models.DateTimeField()
    closed_by_id_then = models.CharField(max_length=16, blank=True)  # empty: by itself
    closed_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "starts", "version"], name="closed_figure_version"
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "frequency", "starts", "number", "version"],
                name="closed_figure_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.starts} ({self.version})"


class Answer(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ReopeningRequest(models.Model):
    """Somebody asks to open a KPI's closed period again; somebody else decides."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="reopenings")
    starts = models.DateField()
    ends = models.DateField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField()
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.WAITING)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)  # or withdrawn
    answer_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "starts"],
                condition=Q(answer="waiting"),
                name="reopening_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
                name="reopening_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "answer", "id"], name="reopening_that_waits")
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.starts} {self.answer}"
