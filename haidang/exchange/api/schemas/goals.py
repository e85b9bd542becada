"""Goals of every kind, their measures and their numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    LINE,
    MAX_INTEGER,
    PROGRESS,
    PROGRESS_DECIMAL,
    Answer,
    AnswerIn,
    Count,
    Day,
    DayOut,
    DecimalOut,
    ExactDecimal,
    FieldKey,
    Flag,
    GoalName,
    HereName,
    IdOut,
    Line,
    LongText,
    Moment,
    Name,
    PublicId,
    Reason,
    Shape,
    ShortLine,
    Title,
    Weight,
    example,
)
from haidang.exchange.api.pages import Paging
from haidang.exchange.api.schemas.people import Ref
from haidang.goals.actions.many import MOST as MOST_CHANGED
from haidang.goals.models import (
    Commitment,
    Frequency,
    Horizon,
    Kind,
    Level,
    Mode,
    Relation,
    Rule,
    State,
    Visibility,
)
from haidang.goals.models.goal import (
    Aggregation,
    Direction,
    MetricKind,
    Perspective,
    PlanCurve,
)

NEXT = N_("The cursor of the next page; null at the end.")
PersonIdList = Annotated[list[PublicId], Field(max_length=200)]


class GoalRef(Answer):
    __doc__ = N_("A goal as it is named elsewhere.")

    id: IdOut
    kind: str
    title: str


class MilestoneOut(Answer):
    position: int
    title: str
    weight: int
    due: DayOut | None
    reached: bool


class ParentOut(Answer):
    __doc__ = N_("A link from the goal to one above it that the person may see.")

    parent: GoalRef
    relation: str
    mode: str
    weight: int
    position: int
    proposed_mode: str = Field(description=N_("A mode that waits for the parent's side."))
    since: Moment


class StandingOut(Answer):
    __doc__ = N_("Where a goal stands.")

    progress: int | None = Field(description=PROGRESS, examples=[633333333])
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL, examples=["0.633333333"])
    raw: DecimalOut | None = Field(
        description=N_("Unclamped progress of its own measure, within ±1,000.")
    )
    actual: DecimalOut | None = Field(
        description=N_("Its own value and those of its value children, in its unit.")
    )
    terms_measured: int = Field(description=N_("Terms that have data; of `terms_total`."))
    terms_total: int
    own_value: DecimalOut | None
    own_day: DayOut | None
    confidence: int | None
    checked_in_at: Moment | None


class GoalOut(Answer):
    __doc__ = N_("A goal. Fields that its kind does not have are empty or null.")

    id: IdOut
    kind: str
    title: str
    description: str
    why: str
    success: str
    state: str
    visibility: str
    level: str
    commitment: str
    horizon: str
    perspective: str
    rank: int
    owner: Ref | None
    data_owner: Ref | None
    unit: Ref | None
    cycle: Ref | None
    starts: DayOut | None
    ends: DayOut | None
    tags: list[str]
    contributors: list[Ref]
    named: list[Ref]
    metric_kind: str
    metric_unit: str
    metric_scale: DecimalOut | None = Field(
        description=N_("How many base units one unit is (tỷ ₫: 1000000000).")
    )
    decimals: int
    direction: str
    baseline: DecimalOut | None
    target: DecimalOut | None
    low: DecimalOut | None
    high: DecimalOut | None
    tolerance: DecimalOut | None
    relative_change: DecimalOut | None = Field(
        description=N_("A share of the baseline: 0.2 is +20%.")
    )
    milestones: list[MilestoneOut]
    rule: str
    plan_curve: str
    plan: dict[str, str]
    frequency: str
    aggregation: str
    steps: list[tuple[str, str]]
    calculation: str
    expression: str = Field(description=N_("The formula by which it is calculated, if it is."))
    formula: str = Field(description=N_("In words: how its number is worked out."))
    source: str = Field(description=N_("The system or list from which its number is taken."))
    freshness_days: int | None = Field(
        description=N_("So many days after a period its actual has to be there; later, outdated.")
    )
    cadence_days: int
    fields: dict[str, str | list[str]] = Field(
        description=N_(
            "Answers to the organisation's own fields by their keys: numbers as text, a person by "
            "id, options by key."
        )
    )
    parents: list[ParentOut]
    standing: StandingOut
    score: DecimalOut | None
    proposed_score: DecimalOut | None = Field(
        description=N_("What the owner proposed at closing, until it is confirmed.")
    )
    closed_on: DayOut | None
    reason: str
    created_at: Moment
    created_by: Ref | None
    proposed_by: Ref | None
    close_proposed_by: Ref | None
    may: list[str] | None = Field(
        description=N_("What the person may do to it; null in lists."),
    )
    version: int = Field(description=N_("Of the definition: guards edits."))
    measure_version: int = Field(description=N_("Of the measure: guards check-ins."))


class GoalsOut(Answer):
    items: list[GoalOut]
    next: str | None = Field(description=NEXT)


class OptionOut(Answer):
    key: str
    name_vi: str
    name_en: str


class GoalFieldOut(Answer):
    __doc__ = N_("A field of the organisation's own, by whose key goals answer it.")

    key: str
    type: str = Field(
        description=N_("text, long_text, number, day, choice, choices, link or person.")
    )
    name_vi: str
    name_en: str
    help_vi: str
    help_en: str
    unit: str = Field(description=N_("Of a number."))
    decimals: int = Field(description=N_("Of a number, as it is shown."))
    options: list[OptionOut] = Field(description=N_("Of a choice."))
    kinds: list[str] = Field(description=N_("The kinds of goals that are asked."))
    required: bool
    retired: bool = Field(description=N_("It is asked no longer; answers stay readable."))


class GoalFieldsOut(Answer):
    items: list[GoalFieldOut]


class GoalFilters(Paging):
    __doc__ = N_(
        "All given filters must hold; a filter given several times takes any of its values."
    )

    kind: list[Kind] = Field(default=[])
    state: list[State] = Field(default=[])
    level: list[Level] = Field(default=[])
    cycle: PublicId | None = None
    unit: PublicId | None = Field(default=None, description=N_("The unit and everything below it."))
    owner: PublicId | None = None
    parent: PublicId | None = Field(default=None, description=N_("Goals linked right below it."))
    tag: Line | None = None
    q: Line | None = Field(
        default=None, description=N_("Words of the title, with or without diacritics, or an id.")
    )


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


class GoalMade(Answer):
    id: IdOut
    name: str | None
    kind: str
    state: str


class GoalsMade(Answer):
    items: list[GoalMade]


class GoalEdit(GoalFacts):
    __doc__ = N_("Only what is sent changes; null and empty lists empty a field.")

    model_config = example({"target": "120", "reason": "Thêm một thị trường"}, {"tags": ["CRM"]})

    reason: Reason = Field(
        default="", description=N_("Needed to change the measure or dates of an approved goal.")
    )


class RuleIn(Shape):
    model_config = example({"rule": "both"})

    rule: Rule = Field(description=N_("Which terms make its number."), examples=["both"])


class Reasoned(Shape):
    model_config = example({"reason": "Chỉ tiêu chưa rõ"})

    reason: Reason = ""


class Closing(Shape):
    model_config = example({"score": "0.8", "reason": "Hết quý"})

    score: ExactDecimal | None = Field(
        default=None, description=N_("0.0 to 1.0; its progress when left out.")
    )
    reason: Reason = ""


class Leaving(Shape):
    model_config = example({"reason": "Đổi hướng", "children": "relink", "relink_to": "O-4"})

    reason: Reason = Field(default="", description=N_("Needed to give a goal up."))
    children: Literal["", "along", "relink"] = Field(
        default="", description=N_("What becomes of the goals below it.")
    )
    relink_to: PublicId | None = None


class HistoryPointOut(Answer):
    __doc__ = N_("The numbers at the end of a day (by when they were recorded).")

    day: DayOut
    progress: int | None = Field(description=PROGRESS)
    progress_decimal: str | None = Field(description=PROGRESS_DECIMAL)
    raw: DecimalOut | None
    actual: DecimalOut | None
    terms_measured: int
    terms_total: int


class HistoryOut(Answer):
    items: list[HistoryPointOut]
    next: str | None = Field(description=NEXT)


class HistoryFilters(Paging):
    since: Day | None = None
    until: Day | None = None


ChangedFact = (
    Literal["owner", "unit", "visibility", "cycle", "ends", "tags"]
    | Literal["submit", "approve", "drop", "archive"]
)


class ChangedGoal(Shape):
    id: PublicId
    version: Annotated[int, Field(ge=1, le=MAX_INTEGER)] = Field(
        description=N_("The version of the definition that was seen.")
    )


class GoalChanges(Shape):
    __doc__ = N_("One change of many goals.")

    model_config = example(
        {"goals": [{"id": "O-12", "version": 3}], "what": "owner", "value": "P-7"},
        {"goals": [{"id": "O-12", "version": 3}], "what": "tags", "add": ["Tết"], "preview": True},
        {"goals": [{"id": "O-12", "version": 3}], "what": "drop", "reason": "Trùng với O-3"},
    )

    goals: Annotated[list[ChangedGoal], Field(min_length=1, max_length=MOST_CHANGED)]
    what: Literal[
        "owner",
        "unit",
        "visibility",
        "cycle",
        "ends",
        "tags",
        "submit",
        "approve",
        "drop",
        "archive",
    ]
    value: Annotated[str, Field(max_length=40)] | None = Field(
        None, description=N_("Of a fact: an id, a day or a word; null: none.")
    )
    add: Annotated[list[Name], Field(max_length=20)] = []
    remove: Annotated[list[Name], Field(max_length=20)] = []
    reason: Annotated[str, Field(max_length=2000)] = ""
    leave_out: Annotated[list[PublicId], Field(max_length=MOST_CHANGED)] = Field(
        [], description=N_("Goals that may stay as they are where they are refused.")
    )
    preview: bool = Field(False, description=N_("Only say what would become of each."))


class GoalOutcome(Answer):
    __doc__ = N_("What becomes of one goal.")

    id: str
    old: Any = Field(description=N_("What it had, as the log keeps it."))
    new: Any
    same: bool = Field(description=N_("It was so already."))
    code: str = Field(description=N_("Of why it may not be changed; blank where it may."))
    message: str
    also: list[str] = Field(description=N_("Key results that go with it."))


class GoalOutcomes(Answer):
    items: list[GoalOutcome]
