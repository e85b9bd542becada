"""What is sent of goals: made one by one or in rows, edited, linked."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    LINE,
    AnswerIn,
    Count,
    Day,
    ExactDecimal,
    FieldKey,
    Flag,
    GoalName,
    HereName,
    LongText,
    Name,
    PublicId,
    Reason,
    Shape,
    ShortLine,
    Title,
    Weight,
    example,
)
from haidang.goals.models import (
    Commitment,
    Frequency,
    Horizon,
    Kind,
    Level,
    Mode,
    Relation,
    Rule,
    Visibility,
)
from haidang.goals.models.kinds import Aggregation, Direction, MetricKind, Perspective, PlanCurve

PersonIdList = Annotated[list[PublicId], Field(max_length=200)]


class MilestoneIn(Shape):
    position: Annotated[int, Field(ge=0, le=32_767)] | None = Field(
        default=None,
        description=N_("Which of the goal's milestones it is; without it, the one of that title."),
    )
    title: Name = Field(examples=["TP.HCM"])
    weight: Weight = 1
    due: Day | None = None


class LinkIn(Shape):
    model_config = example({"parent": "SP-1", "mode": "average", "weight": 30})

    parent: PublicId = Field(examples=["SP-1"])
    relation: Relation | None = Field(
        default=None, description=N_("Guessed from the two goals when left out.")
    )
    mode: Mode | None = Field(
        default=None, description=N_("The relation's own default when left out.")
    )
    weight: Weight | None = Field(
        default=None, description=N_("The mean of its siblings' when left out.")
    )
    position: Count = Field(
        default=0, description=N_("Order among the inputs of a calculated KPI.")
    )


class GoalFacts(Shape):
    __doc__ = N_("What people say of a goal; each kind has its own of these fields.")

    title: Title = ""
    description: LongText = ""
    why: LongText = ""
    success: LongText = Field(default="", description=N_("What success looks like."))
    owner: PublicId | None = Field(
        default=None,
        description=N_("Of a new individual goal: oneself when left out."),
    )
    data_owner: PublicId | None = Field(
        default=None, description=N_("Of a KPI: who delivers its values.")
    )
    unit: PublicId | None = None
    visibility: Visibility = Field(
        default=Visibility.ORGANISATION,
        description=N_("Left out of a new goal: what the organisation has set for its level."),
    )
    level: Level | None = Field(default=None, description=N_("Of objectives and KPIs."))
    commitment: Commitment | None = Field(default=None, description=N_("Of objectives."))
    horizon: Horizon | None = Field(default=None, description=N_("Of objectives."))
    perspective: Perspective | None = Field(default=None, description=N_("Of pillars and KPIs."))
    rank: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] = 0
    cycle: PublicId | None = Field(default=None, description=N_("Of objectives."))
    starts: Day | None = None
    ends: Day | None = None
    tags: Annotated[list[ShortLine], Field(max_length=20)] = []
    contributors: PersonIdList = []
    named: PersonIdList = Field(
        default=[], description=N_("People who may see it besides those its visibility names.")
    )
    metric_kind: MetricKind | None = None
    metric_unit: Annotated[str, Field(max_length=24), LINE] = Field(
        default="", examples=["tỷ ₫", "NPP"]
    )
    decimals: Annotated[int, Field(ge=0, le=10, strict=True)] = 0
    direction: Direction | None = None
    baseline: ExactDecimal | None = None
    target: ExactDecimal | None = None
    low: ExactDecimal | None = None
    high: ExactDecimal | None = None
    tolerance: ExactDecimal | None = None
    relative_change: ExactDecimal | None = Field(
        default=None, description=N_("A share of the baseline: 0.2 is +20%.")
    )
    milestones: Annotated[list[MilestoneIn], Field(max_length=100)] = []
    plan_curve: PlanCurve | None = None
    plan: dict[
        Annotated[str, Field(pattern=r"^(199\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$")], ExactDecimal
    ] = Field(
        default={},
        description=N_("Of a monthly plan: the share of the way at each month's end."),
        max_length=240,
        examples=[{"2026-01": "0.25"}],
    )
    frequency: Frequency | None = Field(default=None, description=N_("Of a KPI."))
    aggregation: Aggregation | None = Field(default=None, description=N_("Of a KPI."))
    steps: Annotated[list[tuple[ExactDecimal, ExactDecimal]], Field(max_length=20)] = Field(
        default=[],
        description=N_("Of a KPI by steps: from which actual/target on, the attainment it gives."),
        examples=[[["0.9", "0.4"], ["0.95", "0.6"], ["1", "1"]]],
    )
    calculation: ShortLine = Field(
        default="",
        description=N_(
            "Of a KPI calculated from others: sum, difference, product or ratio of its inputs, "
            "or expression."
        ),
    )
    expression: Annotated[str, Field(max_length=500), LINE] = Field(
        default="",
        description=N_(
            "Of a KPI calculated by a formula: KPIs by their public ids, or by their titles "
            "with _ between the words; + - * / ( ) min max abs."
        ),
        examples=["(KPI-12 - KPI-13) / KPI-12"],
    )
    formula: Annotated[str, Field(max_length=1_000)] = Field(
        default="", description=N_("Of a KPI, in words: how its number is worked out.")
    )
    source: Annotated[str, Field(max_length=300), LINE] = Field(
        default="",
        description=N_("Of a KPI: the system or list from which its number is taken."),
    )
    freshness_days: Annotated[int, Field(ge=0, le=366, strict=True)] | None = Field(
        default=None,
        description=N_(
            "Of a KPI: so many days after a period its actual has to be there; later it is "
            "outdated. Null: by `cadence_days`."
        ),
    )
    cadence_days: Annotated[int, Field(ge=1, le=366, strict=True)] = Field(
        default=7, description=N_("A check-in is due this often.")
    )
    fields: dict[FieldKey, AnswerIn] = Field(
        default={},
        description=N_(
            "Answers to the organisation's own fields by their keys; those that are not named "
            "stay, null takes one away."
        ),
        max_length=60,
        examples=[{"budget": "1500.5", "markets": ["north", "south"]}],
    )


OBJECTIVE = {
    "kind": "objective",
    "title": "Tối đa hóa hiệu suất khai thác khách hàng",
    "level": "unit",
    "unit": "U-3",
    "owner": "P-2",
    "cycle": "C-2",
    "commitment": "committed",
    "parents": [{"parent": "SP-1"}],
}
KEY_RESULT = {
    "kind": "key_result",
    "title": "Ít nhất 100 nhà phân phối tiềm năng",
    "parents": [{"parent": "O-3", "relation": "composition"}],
    "metric_kind": "count",
    "metric_unit": "NPP",
    "direction": "increase",
    "baseline": "0",
    "target": "100",
}
KPI = {
    "kind": "kpi",
    "title": "Doanh thu phía Nam",
    "level": "unit",
    "unit": "U-3",
    "owner": "P-2",
    "metric_kind": "currency",
    "metric_unit": "tỷ ₫",
    "direction": "higher",
    "frequency": "month",
    "aggregation": "sum",
    "target": "25",
    "parents": [{"parent": "SP-1"}],
}


class GoalCreate(GoalFacts):
    model_config = example(OBJECTIVE, KEY_RESULT, KPI)

    kind: Kind
    title: Title
    parents: Annotated[list[LinkIn], Field(max_length=20)] = Field(
        default=[],
        description=N_("A key result needs its objective here, by composition."),
    )
    submit: Flag = Field(
        default=False, description=N_("Submit a draft for approval in the same step.")
    )


class LinkHereIn(LinkIn):
    parent: GoalName = Field(
        examples=["SP-1", "#launch"],
        description=N_("A goal by its id, or one earlier in this request by `#` and its name."),
    )


class GoalRow(GoalCreate):
    name: HereName | None = Field(
        default=None, description=N_("By which later rows of this request name it (`#name`).")
    )
    # A row's parents say more than a goal's: a list is invariant to the type checker.
    parents: Annotated[list[LinkHereIn], Field(max_length=20)] = Field(  # type: ignore[assignment]
        default=[],
        description=N_("A key result needs its objective here, by composition."),
    )


class GoalRows(Shape):
    model_config = example(
        {
            "rows": [
                {**OBJECTIVE, "name": "launch"},
                {**KEY_RESULT, "parents": [{"parent": "#launch", "relation": "composition"}]},
            ]
        }
    )

    rows: Annotated[list[GoalRow], Field(min_length=1, max_length=500)]


class GoalEdit(GoalFacts):
    __doc__ = N_("Only what is sent changes; null and empty lists empty a field.")

    model_config = example({"target": "120", "reason": "Thêm một thị trường"}, {"tags": ["CRM"]})

    reason: Reason = Field(
        default="", description=N_("Needed to change the measure or dates of an approved goal.")
    )


class RuleIn(Shape):
    model_config = example({"rule": "both"})

    rule: Rule = Field(description=N_("Which terms make its number."), examples=["both"])
