"""The graph of goals: nodes, edges, where each stands, and how all of it was before."""

from haidang.goals.models.alignment import ALLOWED, Alignment, AlignmentSpan, Mode, Relation
from haidang.goals.models.cycle import Cycle, CycleKind, CycleState
from haidang.goals.models.field import CustomField, FieldType
from haidang.goals.models.goal import (
    KPI,
    Goal,
    GoalVersion,
    KeyResult,
    Milestone,
    Objective,
    Participant,
    ParticipantRole,
    Pillar,
    Tag,
    UltimateGoal,
)
from haidang.goals.models.identity import Citation, CoreValue, Identity, IdentityVersion
from haidang.goals.models.kinds import (
    ABOVE_PERSONS,
    GONE,
    OVER,
    Commitment,
    Frequency,
    Horizon,
    Kind,
    Level,
    Rule,
    State,
    Visibility,
)
from haidang.goals.models.standing import HistoryPoint, KpiPeriod, Standing
from haidang.goals.models.target import TargetVersion

__all__ = [
    "ABOVE_PERSONS",
    "ALLOWED",
    "GONE",
    "KPI",
    "OVER",
    "Alignment",
    "AlignmentSpan",
    "Citation",
    "Commitment",
    "CoreValue",
    "CustomField",
    "Cycle",
    "CycleKind",
    "CycleState",
    "FieldType",
    "Frequency",
    "Goal",
    "GoalVersion",
    "HistoryPoint",
    "Horizon",
    "Identity",
    "IdentityVersion",
    "KeyResult",
    "Kind",
    "KpiPeriod",
    "Level",
    "Milestone",
    "Mode",
    "Objective",
    "Participant",
    "ParticipantRole",
    "Pillar",
    "Relation",
    "Rule",
    "Standing",
    "State",
    "Tag",
    "TargetVersion",
    "UltimateGoal",
    "Visibility",
]
