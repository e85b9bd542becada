"""Where each goal stands: a cache of the records, moved in the transaction that moves them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.goals.models.goal import Goal
from haidang.lib.fields import ExactDecimalField


class Standing(models.Model):
    """The numbers of one goal. Progress is an integer of billionths (1.0 = 1,000,000,000).

    The `average_*`, `value_*` and `baseline_*` columns are exact running sums over the
    counting children, so that one child's move changes the parent without reading its
    other children, and equals a rebuild to the last digit in any order.
    """

    goal = models.OneToOneField(
        Goal, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    organisation_id = models.BigIntegerField()
    measure_version = models.PositiveIntegerField(default=1)  # guards check-ins

    progress = models.BigIntegerField(null=True)  # 0..10^9; null: no data
    raw = ExactDecimalField(null=True)  # unclamped, +-1,000, of its own measure
    actual = ExactDecimalField(null=True)  # own value and value children, in its unit
    own_progress = models.BigIntegerField(null=True)  # the term of its own measure
    terms_measured = models.PositiveIntegerField(default=0)  # coverage: of ...
    terms_total = models.PositiveIntegerField(default=0)

    own_value = ExactDecimalField(null=True)
    own_day = models.DateField(null=True)  # the latest for-day
    own_record_id = models.BigIntegerField(null=True)
    own_reports = models.PositiveIntegerField(default=0)  # live records
    confidence = models.PositiveSmallIntegerField(null=True)
    checked_in_at = models.DateTimeField(null=True)  # the latest live record's recorded-at

    average_weight = models.BigIntegerField(default=0)  # of measured average children
    average_weighted = models.BigIntegerField(default=0)  # sum of weight x progress
    average_measured = models.PositiveIntegerField(default=0)
    average_total = models.PositiveIntegerField(default=0)

    value_sum = ExactDecimalField(default=0)
    value_measured = models.PositiveIntegerField(default=0)  # of a KPI: in its `kpi_year`
    value_total = models.PositiveIntegerField(default=0)
    baseline_sum = ExactDecimalField(default=0)
    baseline_unknown = models.PositiveIntegerField(default=0)

    kpi_year = models.IntegerField(null=True)  # fiscal year of the latest reported period

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(progress=None) | Q(progress__gte=0, progress__lte=1_000_000_000),
                name="standing_progress",
            ),
            models.CheckConstraint(
                condition=Q(average_weight__gte=0, average_weighted__gte=0), name="standing_sums"
            ),
        ]
        indexes = [models.Index(fields=["organisation_id"], name="standing_by_organisation")]


class KpiPeriod(models.Model):
    """A KPI's period: its target and what was reported for it (own and from value children)."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="periods")
    year = models.IntegerField()  # the fiscal year it belongs to
    starts = models.DateField()
    ends = models.DateField()
    target = ExactDecimalField(null=True)
    baseline = ExactDecimalField(null=True)
    low = ExactDecimalField(null=True)
    high = ExactDecimalField(null=True)
    tolerance = ExactDecimalField(null=True)
    locked_at = models.DateTimeField(null=True)

    own_value = ExactDecimalField(null=True)
    own_numerator = ExactDecimalField(null=True)
    own_denominator = ExactDecimalField(null=True)
    own_record_id = models.BigIntegerField(null=True)
    value_sum = ExactDecimalField(default=0)
    numerator_sum = ExactDecimalField(default=0)
    denominator_sum = ExactDecimalField(default=0)
    value_reports = models.PositiveIntegerField(default=0)  # value children that report it
    #: Value children whose first report of the fiscal year it holds: those of a year's
    #: periods add up to the children that report in that year.
    value_firsts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "starts"], name="kpi_period_once"),
            models.CheckConstraint(condition=Q(starts__lte=F("ends")), name="kpi_period_dates"),
        ]
        indexes = [models.Index(fields=["goal", "year", "starts"], name="kpi_period_by_year")]


class HistoryPoint(models.Model):
    """A goal's numbers at the end of a day (its latest so far today), by recorded-at."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="history")
    day = models.DateField()
    progress = models.BigIntegerField(null=True)
    raw = ExactDecimalField(null=True)
    actual = ExactDecimalField(null=True)
    terms_measured = models.PositiveIntegerField()
    terms_total = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["goal", "day"], name="history_once_a_day")]
