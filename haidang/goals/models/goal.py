"""One table of nodes, read through proxies by kind."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.db.models import F, Q

from haidang.goals import fulltext
from haidang.goals.models.cycle import Cycle
from haidang.goals.models.kinds import (
    KEY_RESULT_DIRECTIONS,
    KPI_DIRECTIONS,
    MEASURED,
    Aggregation,
    Commitment,
    Direction,
    Frequency,
    Horizon,
    Kind,
    Level,
    MetricKind,
    Perspective,
    PlanCurve,
    Rule,
    State,
    Visibility,
)
from haidang.lib.fields import ExactDecimalField
from haidang.lib.text import folded
from haidang.people.models import Organisation, Person, Unit
from haidang.web.terms import gettext_lazy as _


class Tag(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)
    folded_name = models.CharField(max_length=40)

    class Meta:
        ordering = ["folded_name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "folded_name"], name="tag_name")
        ]

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """A node of the graph. Its kind never changes; what moves with every check-in is `Standing`.

    Metric fields are of key results and KPIs; for a KPI `baseline`, `target`, `low`, `high`
    are the defaults of a period that has none of its own.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="goals")
    kind = models.CharField(max_length=12, choices=Kind.choices, editable=False)
    number = models.PositiveIntegerField()
    public_id = models.CharField(max_length=16)
    title = models.CharField(max_length=300)
    folded_title = models.CharField(max_length=300, editable=False)
    #: What is searched in (`goals.fulltext`): the words of title and id, and of the other texts.
    words = models.TextField(editable=False, default="")
    more_words = models.TextField(editable=False, default="")
    description = models.TextField(blank=True)
    why = models.TextField(blank=True)
    success = models.TextField(blank=True)  # what success looks like
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="goals_owned"
    )
    data_owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="kpis_fed"
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="goals"
    )
    visibility = models.CharField(
        max_length=12, choices=Visibility.choices, default=Visibility.ORGANISATION
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    level = models.CharField(max_length=12, choices=Level.choices, blank=True)
    commitment = models.CharField(max_length=12, choices=Commitment.choices, blank=True)
    horizon = models.CharField(max_length=12, choices=Horizon.choices, blank=True)
    perspective = models.CharField(max_length=12, choices=Perspective.choices, blank=True)
    rank = models.PositiveIntegerField(default=0)
    #: Of an objective; a key result carries its objective's.
    cycle = models.ForeignKey(
        Cycle, null=True, blank=True, on_delete=models.PROTECT, related_name="goals"
    )
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)  # of a key result: its deadline
    tags = models.ManyToManyField(Tag, blank=True, related_name="goals")
    #: What the organisation asks beside (`CustomField`): its key > the answer. Decimals, days
    #: and links as text, a person by the public id, options by their keys.
    fields = models.JSONField(default=dict, blank=True)

    metric_kind = models.CharField(max_length=12, choices=MetricKind.choices, blank=True)
    metric_unit = models.CharField(max_length=24, blank=True)  # "tỷ ₫", "NPP", "h"
    #: How many base units one unit is (tỷ ₫: 1,000,000,000; h: 3,600 s).
    metric_scale = ExactDecimalField(null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    direction = models.CharField(max_length=12, choices=Direction.choices, blank=True)
    baseline = ExactDecimalField(null=True, blank=True)
    target = ExactDecimalField(null=True, blank=True)
    low = ExactDecimalField(null=True, blank=True)
    high = ExactDecimalField(null=True, blank=True)
    tolerance = ExactDecimalField(null=True, blank=True)
    relative_change = ExactDecimalField(null=True, blank=True)  # 0.2 is +20% on the baseline
    rule = models.CharField(max_length=8, choices=Rule.choices, default=Rule.CHILDREN)
    plan_curve = models.CharField(
        max_length=12, choices=PlanCurve.choices, default=PlanCurve.WORKING_DAYS
    )
    #: Of a monthly plan: {"2026-01": "0.25", ...}, share of the way at the month's end.
    plan = models.JSONField(default=dict, blank=True)
    frequency = models.CharField(max_length=8, choices=Frequency.choices, blank=True)
    aggregation = models.CharField(max_length=8, choices=Aggregation.choices, blank=True)
    #: Attainment by steps: [["0.9", "0.4"], ["0.95", "0.6"], ["1", "1"]] (from A/T, gives).
    steps = models.JSONField(default=list, blank=True)
    #: A KPI calculated from others: "sum", "difference", "product", "ratio" of its
    #: `computes` children in their order, or "expression": by a formula of them.
    calculation = models.CharField(max_length=12, blank=True)
    expression = models.CharField(max_length=500, blank=True, default="")  # (KPI-12 - KPI-13) / 2
    cadence_days = models.PositiveSmallIntegerField(default=7)  # a check-in is due this often
    #: Of a KPI, in words: how its number is worked out, and from where it comes.
    formula = models.TextField(blank=True, default="")
    source = models.CharField(max_length=300, blank=True, default="")
    #: So many days after the end of a period its actual must be there; None: nobody said.
    freshness_days = models.PositiveSmallIntegerField(null=True, blank=True)

    version = models.PositiveIntegerField(default=1)  # of the definition: guards edits
    score = ExactDecimalField(null=True, blank=True)  # at close, 0.0 to 1.0
    closed_on = models.DateField(null=True, blank=True)
    #: The owner proposed to close it (with a score); the approver has not confirmed yet.
    close_proposed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_score = ExactDecimalField(null=True, blank=True)
    reason = models.TextField(blank=True)  # of the last return, drop or close
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "public_id"], name="goal_public_id"),
            models.CheckConstraint(
                name="goal_kind_facts",
                condition=(
                    Q(kind=Kind.ULTIMATE, cycle=None, metric_kind="", direction="", rule="children")
                    | Q(kind=Kind.PILLAR, cycle=None, metric_kind="", direction="", rule="children")
                    | Q(
                        kind=Kind.OBJECTIVE,
                        cycle__isnull=False,
                        metric_kind="",
                        direction="",
                        rule="children",
                        level__in=Level.values,
                        commitment__in=Commitment.values,
                    )
                    | (
                        Q(kind=Kind.KEY_RESULT, cycle__isnull=False, frequency="", aggregation="")
                        & (Q(direction="") | Q(direction__in=KEY_RESULT_DIRECTIONS))
                    )
                    | Q(
                        kind=Kind.KPI,
                        cycle=None,
                        direction__in=KPI_DIRECTIONS,
                        frequency__in=Frequency.values,
                        aggregation__in=Aggregation.values,
                        level__in=Level.values,
                    )
                ),
            ),
            models.CheckConstraint(
                name="goal_dates",
                condition=Q(starts=None) | Q(ends=None) | Q(starts__lte=F("ends")),
            ),
            models.CheckConstraint(
                name="goal_range",
                condition=~Q(direction=Direction.RANGE)
                | Q(low__isnull=False, high__isnull=False, tolerance__isnull=False),
            ),
            models.CheckConstraint(
                name="goal_data_owner", condition=Q(data_owner=None) | Q(kind=Kind.KPI)
            ),
            models.CheckConstraint(
                name="goal_score", condition=Q(score=None) | Q(state=State.CLOSED)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "kind", "state", "rank", "id"], name="goal_by_kind"
            ),
            models.Index(fields=["organisation", "kind", "state", "level"], name="goal_by_level"),
            models.Index(fields=["organisation", "cycle", "state"], name="goal_by_cycle"),
            models.Index(fields=["owner", "state"], name="goal_by_owner"),
            models.Index(fields=["unit", "state"], name="goal_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fold()
        super().save(*args, **kwargs)

    def fold(self) -> None:
        """Bring what is searched in up to date; for paths that write rows without `save`."""
        self.folded_title = folded(self.title)[:300]
        self.words = fulltext.marked(self.organisation_id, self.public_id, self.title)
        self.more_words = fulltext.indexed(
            self.description, self.why, self.success, *answered_words(self.fields)
        )

    @property
    def is_measured(self) -> bool:
        return self.kind in MEASURED


#: Answers that are no words: numbers, days, ids of persons.
_NO_WORDS = re.compile(r"-?[0-9.]+|[0-9]{4}-[0-9]{2}-[0-9]{2}|P-[0-9]+", re.ASCII)


def answered_words(fields: dict[str, Any]) -> list[str]:
    """The words among what was answered to an organisation's own fields."""
    answers = (one for value in fields.values() for one in _several(value))
    return [one for one in answers if not _NO_WORDS.fullmatch(one)]


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


class _KindManager(models.Manager["Goal"]):
    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> models.QuerySet[Goal]:
        return super().get_queryset().filter(kind=self.kind)


class UltimateGoal(Goal):
    objects = _KindManager(Kind.ULTIMATE)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True


class Pillar(Goal):
    objects = _KindManager(Kind.PILLAR)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True


class Objective(Goal):
    objects = _KindManager(Kind.OBJECTIVE)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True


class KeyResult(Goal):
    objects = _KindManager(Kind.KEY_RESULT)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True


class KPI(Goal):
    objects = _KindManager(Kind.KPI)  # type: ignore[assignment,misc]

    class Meta:
        proxy = True


class Milestone(models.Model):
    """A step of a key result measured by milestones; its weight counts when it is reached."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    weight = models.PositiveIntegerField(default=1)
    due = models.DateField(null=True, blank=True)
    reached = models.BooleanField(default=False)  # says the current record

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "position"], name="milestone_position")
        ]


class ParticipantRole(models.TextChoices):
    CONTRIBUTOR = "contributor", _("Contributor")
    DELEGATE = "delegate", _("Delegate")
    NAMED = "named", _("Named reader")
    FOLLOWER = "follower", _("Follower")
    STAKEHOLDER = "stakeholder", _("Stakeholder")


class Participant(models.Model):
    """A person's part in a goal, beside ownership. A delegate's has dates."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="takes_part")
    role = models.CharField(max_length=12, choices=ParticipantRole.choices)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goal", "person", "role"], name="participant_once")
        ]
        indexes = [models.Index(fields=["person", "role"], name="participant_by_person")]


class GoalVersion(models.Model):
    """A goal's definition as it stood in a span of time; the latest has no end."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    facts = models.JSONField()  # every field of the definition, decimals as strings

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "version"], name="goal_version_once"),
            models.UniqueConstraint(
                fields=["goal"], condition=Q(until=None), name="goal_version_current"
            ),
        ]
        indexes = [models.Index(fields=["goal", "since"], name="goal_version_since")]
