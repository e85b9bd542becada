"""Connectors to the company's own systems, their runs, what they delivered and held back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from haidang.checkins.models import CheckIn
from haidang.goals.models import Frequency, Goal
from haidang.lib.fields import ExactDecimalField
from haidang.people.models import Organisation, Person


class Every(models.TextChoices):
    OFF = "off", _("Only by hand")
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")


class Asks(models.TextChoices):
    RUNNING = "running", _("The running period")
    LAST = "last", _("The period that ended last")


class Connector(models.Model):
    """What is asked of another system, for which KPIs, when, and what of it is believed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16)  # of the source: a name of `connectors.registry`
    settings = models.JSONField(default=dict)  # name of a setting > text
    secrets = models.JSONField(default=dict)  # name of a setting > sealed text
    upload = models.TextField(blank=True)  # a file that was handed over, base64
    #: On whose behalf it writes: their rights decide which KPIs it reports.
    keeper = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.MONTH)
    asks = models.CharField(max_length=8, choices=Asks.choices, default=Asks.LAST)
    #: Names are suggested among the KPIs below this one.
    below = models.ForeignKey(Goal, null=True, on_delete=models.SET_NULL, related_name="+")

    jump = ExactDecimalField(null=True)  # percent against the last value
    lowest = ExactDecimalField(null=True)
    highest = ExactDecimalField(null=True)

    every = models.CharField(max_length=8, choices=Every.choices, default=Every.OFF)
    at = models.TimeField()  # in the organisation's time
    weekday = models.PositiveSmallIntegerField(default=0)  # 0: Monday
    month_day = models.PositiveSmallIntegerField(default=1)  # 1 to 28

    is_on = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)  # by the schedule
    retry_at = models.DateTimeField(null=True)  # after a passing error
    attempt = models.PositiveSmallIntegerField(default=0)  # failed in a row
    failing_since = models.DateTimeField(null=True)  # given up, until a run succeeds
    #: It asks nobody any more, and its secrets are gone; what it brought stays.
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, month_day__gte=1, month_day__lte=28),
                name="connector_days",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "name"], name="connector_by_name"),
            models.Index(fields=["next_at"], name="connector_next", condition=Q(is_on=True)),
        ]

    def __str__(self) -> str:
        return self.name


class ForeignName(models.Model):
    """What the other system calls what a KPI measures. The empty name: its only number."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=400, blank=True)  # by what it is compared
    kpi = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connector", "key"], name="foreign_name_once"),
            models.UniqueConstraint(fields=["connector", "kpi"], name="foreign_name_for_one_kpi"),
        ]

    def __str__(self) -> str:
        return self.name


class Why(models.TextChoices):
    SCHEDULE = "schedule", _("By schedule")
    HAND = "hand", _("By hand")
    PUSH = "push", _("Pushed")
    RETRY = "retry", _("Tried again")


class Outcome(models.TextChoices):
    RUNNING = "running", _("Running")
    GOOD = "good", _("Everything taken")
    PARTLY = "partly", _("Taken in part")
    FAILED = "failed", _("Failed")


class Run(models.Model):
    """One time that a connector asked, or was told: what came of it, line by line."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="runs")
    why = models.CharField(max_length=8, choices=Why.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField()  # of the period that was asked for
    ends = models.DateField()
    attempt = models.PositiveSmallIntegerField(default=1)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.RUNNING)
    recorded = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)  # stood already
    quarantined = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)  # names that the answer does not mention
    code = models.CharField(max_length=24, blank=True)  # why nothing could be read
    said = models.JSONField(default=dict)  # language > the same in words
    detail = models.TextField(blank=True)  # what the other side said
    #: What could not be taken: name, day, value, code, said, raw (the first 500).
    lines = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    raw = models.TextField(blank=True)  # the answer as it came, cut
    #: When the answer, and what could not be taken, were thrown away; null: they are here.
    kept_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connector"], condition=Q(ended_at__isnull=True), name="run_one_at_once"
            )
        ]
        indexes = [
            models.Index(fields=["connector", "-id"], name="run_of_a_connector"),
            models.Index(fields=["ended_at"], name="run_by_its_end"),
        ]

    def __str__(self) -> str:
        return f"{self.connector_id} {self.began_at} {self.outcome}"

    @property
    def words(self) -> str:
        """Why nothing could be read, in the reader's language."""
        code = (get_language() or "vi")[:2]
        return self.said.get(code) or self.said.get("en") or ""


class Delivered(models.Model):
    """The way of a number back to the run and the row that it was read from."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="delivered")
    kpi = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    starts = models.DateField()
    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    raw = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_in"], name="delivered_once")]
        indexes = [models.Index(fields=["run", "kpi"], name="delivered_by_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kpi_id} {self.starts}"


class Verdict(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    REPLACED = "replaced", _("Replaced by a later value")


class Quarantined(models.Model):
    """A value that the contract holds back until a person has looked at it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="held_back")
    kpi = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    name = models.CharField(max_length=200, blank=True)
    value = ExactDecimalField(null=True)
    numerator = ExactDecimalField(null=True)
    denominator = ExactDecimalField(null=True)
    stood = ExactDecimalField(null=True)  # the last value before it (ten places)
    why = models.CharField(max_length=8)  # low, high, jump
    percent = ExactDecimalField(null=True)  # of the jump
    raw = models.TextField(blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.WAITING)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    check_in = models.ForeignKey(CheckIn, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "starts"],
                condition=Q(verdict="waiting"),
                name="quarantined_one_waits",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "verdict", "id"], name="quarantined_that_waits"),
            models.Index(fields=["check_in"], name="quarantined_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.starts} {self.verdict}"
