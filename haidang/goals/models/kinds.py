"""What a goal can be: kinds, states, and how a number of it is measured; each with its word."""

from __future__ import annotations

from django.db import models

from haidang.web.terms import gettext_lazy as _


class Kind(models.TextChoices):
    ULTIMATE = "ultimate", _("Ultimate Goal")
    PILLAR = "pillar", _("Strategic Pillar")
    OBJECTIVE = "objective", _("Objective")
    KEY_RESULT = "key_result", _("Key result")
    KPI = "kpi", _("KPI")


#: What a public id begins with.
PREFIX = {
    Kind.ULTIMATE: "UG",
    Kind.PILLAR: "SP",
    Kind.OBJECTIVE: "O",
    Kind.KEY_RESULT: "KR",
    Kind.KPI: "KPI",
}


class Level(models.TextChoices):
    COMPANY = "company", _("Company")
    UNIT = "unit", _("Unit")
    INDIVIDUAL = "individual", _("Individual")


#: Levels of which there are few goals, however many people there are.
ABOVE_PERSONS = (Level.COMPANY, Level.UNIT)


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")
    DROPPED = "dropped", _("Dropped")
    ARCHIVED = "archived", _("Archived")


#: Where a goal is given up or put away: it counts nowhere, and nothing counts in it.
GONE = (State.DROPPED, State.ARCHIVED)
#: Where nothing is done for a goal any more.
OVER = (State.CLOSED, *GONE)


class Visibility(models.TextChoices):
    ORGANISATION = "organisation", _("Everyone in the organisation")
    UNIT = "unit", _("The unit and the leaders above it")
    PARTICIPANTS = "participants", _("Participants only")
    PRIVATE = "private", _("Private")


class Commitment(models.TextChoices):
    COMMITTED = "committed", _("Committed")
    ASPIRATIONAL = "aspirational", _("Aspirational")


class Horizon(models.TextChoices):
    STRATEGIC = "strategic", _("Strategic")
    TACTICAL = "tactical", _("Tactical")


class Rule(models.TextChoices):
    """Which terms make a node's number (the one rule)."""

    OWN = "own", _("Its own reports")
    CHILDREN = "children", _("The goals below it")
    BOTH = "both", _("Its own reports and the goals below it")


class Frequency(models.TextChoices):
    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF = "half", _("Half-year")
    YEAR = "year", _("Year")


class MetricKind(models.TextChoices):
    NUMBER = "number", _("Number")
    PERCENT = "percent", _("Percent")
    CURRENCY = "currency", _("Currency")
    DURATION = "duration", _("Duration")
    COUNT = "count", _("Count")
    YES_NO = "yes_no", _("Yes / no")
    MILESTONES = "milestones", _("Milestones")
    TEXT = "text", _("Free text")


class Direction(models.TextChoices):
    """How a value becomes progress. The last two groups are of key results or of KPIs only."""

    INCREASE = "increase", _("Increase")
    DECREASE = "decrease", _("Decrease")
    AT_LEAST = "at_least", _("At least")
    AT_MOST = "at_most", _("At most")
    RANGE = "range", _("Within range")
    RELATIVE = "relative", _("Relative change")
    PASS_FAIL = "pass_fail", _("Pass / fail")
    MILESTONES = "milestones", _("Milestones")
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    STEPS = "steps", _("Steps")
    LINEAR = "linear", _("Linear from the baseline")


KEY_RESULT_DIRECTIONS = [
    Direction.INCREASE,
    Direction.DECREASE,
    Direction.AT_LEAST,
    Direction.AT_MOST,
    Direction.RANGE,
    Direction.RELATIVE,
    Direction.PASS_FAIL,
    Direction.MILESTONES,
]
KPI_DIRECTIONS = [
    Direction.HIGHER,
    Direction.LOWER,
    Direction.RANGE,
    Direction.PASS_FAIL,
    Direction.STEPS,
    Direction.LINEAR,
]


class Aggregation(models.TextChoices):
    """How the periods of a KPI become one number."""

    SUM = "sum", _("Cumulative")
    AVERAGE = "average", _("Average")
    LAST = "last", _("Last value")
    MAX = "max", _("Highest")
    MIN = "min", _("Lowest")
    RATIO = "ratio", _("Ratio of sums")


class PlanCurve(models.TextChoices):
    WORKING_DAYS = "working_days", _("Linear over working days")
    CALENDAR = "calendar", _("Linear over calendar days")
    MILESTONES = "milestones", _("By milestones")
    MONTHLY = "monthly", _("Monthly plan")


class Perspective(models.TextChoices):
    NONE = "", _("None")
    FINANCIAL = "financial", _("Financial")
    CUSTOMER = "customer", _("Customer")
    PROCESS = "process", _("Internal process")
    LEARNING = "learning", _("Learning and growth")


MEASURED = [Kind.KEY_RESULT, Kind.KPI]
