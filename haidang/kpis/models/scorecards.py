"""Scorecards: which KPIs count how much for a person or a unit, since when, and what a closed
period counted with."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.goals.models import Goal
from haidang.lib.fields import ExactDecimalField
from haidang.people.models import Organisation, Person, Unit

_ONE_HOLDER = Q(person=None, unit__isnull=False) | Q(person__isnull=False, unit=None)


class Scorecard(models.Model):
    """The lines of a person's or a unit's card from a day on, until the next one begins.

    A card that is set anew replaces those that begin on its day or later; what was replaced
    keeps its rows, with the moment in `until`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="scorecards"
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="scorecards")
    starts = models.DateField()
    ends = models.DateField(null=True)  # of a leaver or a transfer; null: until the next one
    set_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="scorecard_one_holder"),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(starts__lte=F("ends")), name="scorecard_dates"
            ),
            models.UniqueConstraint(
                fields=["person", "starts"], condition=Q(until=None), name="scorecard_of_person"
            ),
            models.UniqueConstraint(
                fields=["unit", "starts"], condition=Q(until=None), name="scorecard_of_unit"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "until"], name="scorecard_standing")]


class ScorecardLine(models.Model):
    """A KPI on a card. Weight, cap and floor are in percent."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="lines")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="scorecard_lines")
    position = models.PositiveSmallIntegerField()
    weight = ExactDecimalField()
    perspective = models.CharField(max_length=12, blank=True)  # where the KPI has none
    cap = ExactDecimalField(null=True)  # null: as the organisation has set
    floor = ExactDecimalField(null=True)
    #: A cumulative target of a part of a period is that part of it; off where the target was
    #: adjusted by hand.
    prorated = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "goal"], name="scorecard_line_once")
        ]


class LongLeave(models.Model):
    """Days on which a person is away for long; why is asked of nobody. One that was taken back
    keeps its row, with the moment in `until`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="long_leaves")
    starts = models.DateField()
    ends = models.DateField()
    set_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts__lte=F("ends")), name="long_leave_dates")
        ]
        indexes = [models.Index(fields=["person", "until"], name="long_leave_of_person")]


class ClosedLine(models.Model):
    """With what a KPI's period counted on a card when the period was closed: never changed.
    It belongs to the `ClosedFigure` of the same KPI, period and version."""

    organisation_id = models.BigIntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    version = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    weight = ExactDecimalField()
    perspective = models.CharField(max_length=12, blank=True)
    cap = ExactDecimalField()
    floor = ExactDecimalField()
    prorated = models.BooleanField()
    #: Working days of the period on the card; 0: it was set for them, and not theirs.
    worked = models.PositiveIntegerField()
    days = models.PositiveIntegerField()  # working days of the period

    class Meta:
        constraints = [models.CheckConstraint(condition=_ONE_HOLDER, name="closed_line_one_holder")]
        indexes = [
            models.Index(fields=["person", "ends"], name="closed_line_of_person"),
            models.Index(fields=["unit", "ends"], name="closed_line_of_unit"),
        ]
