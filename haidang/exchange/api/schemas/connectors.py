"""Connectors, their runs, what is pushed to them and what they hold back."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import (
    LINE,
    NOT_BLANK,
    Answer,
    Count,
    Day,
    DayOut,
    DecimalOut,
    ExactDecimal,
    Flag,
    Moment,
    PublicId,
    Reason,
    Shape,
    example,
)
from haidang.exchange.api.schemas.goals import GoalRef
from haidang.exchange.api.schemas.people import Ref
from haidang.goals.models import Frequency
from haidang.kpis.models import Asks, Every

ConnectorName = Annotated[str, Field(max_length=120), LINE, NOT_BLANK]
#: What a source is told, by the names that its kind has.
Told = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=20_000)]],
    Field(max_length=60),
]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["06:00"])]
Weekday = Annotated[int, Field(ge=0, le=6, strict=True)]
MonthDay = Annotated[int, Field(ge=1, le=28, strict=True)]
ForeignText = Annotated[str, Field(max_length=200), LINE]


class SettingChoiceOut(Answer):
    value: str
    label: str


class SourceSettingOut(Answer):
    __doc__ = N_("One thing that a source has to be told.")

    name: str
    label: str
    form: str = Field(description=N_("line, text, secret, choice, whole or file"))
    required: bool
    help: str
    choices: list[SettingChoiceOut]
    start: str = Field(description=N_("What counts where it is not told."))


class SourceKindOut(Answer):
    kind: str
    label: str
    about: str
    settings: list[SourceSettingOut]


class SourceKindsOut(Answer):
    items: list[SourceKindOut]


class ForeignNameOut(Answer):
    name: str = Field(description=N_("As the other system says it; empty: its only number."))
    kpi: GoalRef


class ConnectorOut(Answer):
    __doc__ = N_("What is asked of another system. Of its secrets only the names are told.")

    id: int
    name: str
    kind: str
    is_on: bool
    keeper: Ref = Field(description=N_("On whose behalf it writes."))
    frequency: str
    asks: str = Field(description=N_("running or last: which period."))
    below: GoalRef | None = Field(description=N_("Names are suggested among the KPIs below it."))
    settings: dict[str, str]
    secrets: list[str] = Field(description=N_("The names of those that are kept."))
    has_file: bool = Field(description=N_("Whether a file was handed over."))
    every: str = Field(description=N_("off, day, week or month"))
    at: str = Field(description=N_("In the time of the organisation, 06:00."))
    weekday: int = Field(description=N_("0: Monday"))
    month_day: int
    jump: DecimalOut | None = Field(
        description=N_("The largest change that is believed, in percent of the last value.")
    )
    lowest: DecimalOut | None
    highest: DecimalOut | None
    next_at: Moment | None
    failing_since: Moment | None
    retired_at: Moment | None = Field(description=N_("Set: it asks nobody any more."))
    version: int
    names: list[ForeignNameOut] = Field(description=N_("Of KPIs that you see."))


class ConnectorsOut(Answer):
    items: list[ConnectorOut]


class ConnectorIn(Shape):
    model_config = example(
        {
            "kind": "http",
            "name": "Revenue by salesperson",
            "settings": {
                "url": "https://erp.company.vn/api/revenue?from={starts}&to={ends}",
                "auth": "bearer",
                "rows": "data",
                "name": "who",
                "value": "revenue",
            },
            "secrets": {"secret": "the token"},
            "jump": "50",
            "every": "day",
            "at": "06:00",
        },
        {"kind": "push", "name": "Revenue from the shops", "keeper": "P-7"},
    )

    kind: Annotated[str, Field(max_length=16)] = Field(examples=["http"])
    name: ConnectorName
    keeper: PublicId | None = Field(
        default=None, description=N_("On whose behalf it writes; without one, you.")
    )
    frequency: Frequency = Frequency.MONTH
    asks: Asks = Asks.LAST
    below: PublicId | None = None
    settings: Told = Field(default_factory=dict)
    secrets: Told = Field(default_factory=dict, description=N_("Sealed; never told again."))
    file: str | None = Field(default=None, description=N_("A file that is handed over, in base64."))
    jump: ExactDecimal | None = None
    lowest: ExactDecimal | None = None
    highest: ExactDecimal | None = None
    every: Every = Every.OFF
    at: Clock = "06:00"
    weekday: Weekday = 0
    month_day: MonthDay = 1


class ConnectorChanges(Shape):
    __doc__ = N_("Only what is sent changes; of settings and secrets too.")

    model_config = example(
        {"jump": "30", "every": "week", "weekday": 0},
        {"settings": {"url": "https://erp.company.vn/v2"}, "secrets": {"secret": "the token"}},
    )

    name: ConnectorName = ""
    keeper: PublicId = ""
    frequency: Frequency = Frequency.MONTH
    asks: Asks = Asks.LAST
    below: PublicId | None = None
    settings: Told = Field(default_factory=dict)
    secrets: Told = Field(
        default_factory=dict,
        description=N_(
            "Those typed anew. They all have to be, where the address changes or is protected "
            "less, and to revive a connector."
        ),
    )
    file: str | None = None
    jump: ExactDecimal | None = None
    lowest: ExactDecimal | None = None
    highest: ExactDecimal | None = None
    every: Every = Every.OFF
    at: Clock = "06:00"
    weekday: Weekday = 0
    month_day: MonthDay = 1


class ConnectorStateIn(Shape):
    model_config = example({"is_on": True})

    is_on: Flag = Field(examples=[True])


class ForeignNameIn(Shape):
    name: ForeignText = Field(
        description=N_("As the other system says it; empty: its only number.")
    )
    kpi: PublicId


class ForeignNamesIn(Shape):
    model_config = example({"names": [{"name": "Nguyễn Thị Mai", "kpi": "KPI-7"}]})

    names: Annotated[list[ForeignNameIn], Field(max_length=900)]


class ConnectorGoneOut(Answer):
    gone: str = Field(description=N_("deleted, or retired where it has brought something"))
    connector: ConnectorOut | None = Field(description=N_("As it is retired."))


class TrialLineOut(Answer):
    name: str
    kpi: GoalRef | None = Field(description=N_("Null: none, or one that you do not see."))
    day: DayOut | None
    value: DecimalOut | None
    numerator: DecimalOut | None
    denominator: DecimalOut | None
    what: str = Field(description=N_("new, same, held or wrong: what would become of it."))
    code: str = Field(description=N_("Why it would not be taken, or low, high, jump."))
    message: str
    percent: DecimalOut | None = Field(description=N_("Of the jump."))
    stood: DecimalOut | None = Field(description=N_("The last value before it."))
    raw: str


class TrialOut(Answer):
    __doc__ = N_("What a run would do now; nothing of it was written.")

    starts: DayOut
    ends: DayOut
    code: str = Field(description=N_("Why nothing could be read; empty: something was."))
    message: str
    detail: str = Field(description=N_("What the other system says of it."))
    notes: list[str]
    absent: list[str] = Field(description=N_("Names that the answer does not mention."))
    lines: list[TrialLineOut] = Field(description=N_("The first 500."))
    answer: str = Field(description=N_("The beginning of the answer, as it came."))


class RunLineOut(Answer):
    __doc__ = N_("A row that was not taken.")

    name: str
    day: str
    value: str
    code: str
    message: str


class RunOut(Answer):
    id: int
    connector: int
    why: str = Field(description=N_("schedule, hand, push or retry"))
    by: Ref | None
    starts: DayOut
    ends: DayOut
    began_at: Moment
    ended_at: Moment | None = Field(description=N_("Null: it is running."))
    outcome: str = Field(description=N_("running, good, partly or failed"))
    recorded: int
    unchanged: int
    held_back: int
    not_taken: int
    absent: int = Field(description=N_("Names that the answer does not mention."))
    code: str
    message: str = Field(description=N_("Why nothing could be read."))
    notes: list[str]
    lines: list[RunLineOut] = Field(
        description=N_("The first 500 rows that were not taken; for administrators.")
    )
    answer: str = Field(
        description=N_("The beginning of the answer; for administrators, of a run alone.")
    )
    kept_until: Moment | None = Field(
        description=N_("When its answer and the rows that were not taken were thrown away.")
    )


class RunsOut(Answer):
    items: list[RunOut]
    next: str | None = Field(description=N_("The cursor of the next page; null at the end."))


class DeliveredOut(Answer):
    __doc__ = N_("A record with the row of the other system that it was read from.")

    kpi: GoalRef
    starts: DayOut
    check_in: int
    value: DecimalOut | None
    numerator: DecimalOut | None
    denominator: DecimalOut | None
    name: str
    raw: str


class DeliveredListOut(Answer):
    items: list[DeliveredOut]
    next: str | None = Field(description=N_("The cursor of the next page; null at the end."))


class PushedRow(Shape):
    model_config = example({"name": "KD01", "day": "2026-10-31", "value": "12.5"})

    name: Annotated[str, Field(max_length=200)] = ""
    day: Day | None = Field(
        default=None, description=N_("Any day of the period; null: the one that it asks for.")
    )
    value: ExactDecimal | None = None
    numerator: ExactDecimal | None = None
    denominator: ExactDecimal | None = None


class PushedRows(Shape):
    model_config = example(
        {
            "rows": [
                {"name": "Nguyễn Thị Mai", "day": "2026-10-31", "value": "3.1"},
                {"name": "Phan Đức Anh", "day": "2026-10-31", "value": "2.4"},
            ]
        }
    )

    rows: Annotated[list[PushedRow], Field(min_length=1, max_length=10_000)]


class QuarantinedOut(Answer):
    id: int
    kpi: GoalRef
    connector: str
    run: int
    starts: DayOut
    ends: DayOut
    value: DecimalOut | None
    numerator: DecimalOut | None
    denominator: DecimalOut | None
    stood: DecimalOut | None = Field(description=N_("The last value before it."))
    why: str = Field(description=N_("low, high or jump"))
    percent: DecimalOut | None = Field(description=N_("Of the jump."))
    verdict: str = Field(description=N_("waiting, accepted, refused or replaced"))
    decided_by: Ref | None
    decided_at: Moment | None
    reason: str
    check_in: int | None


class QuarantineOut(Answer):
    items: list[QuarantinedOut]
    next: str | None = Field(description=N_("The cursor of the next page; null at the end."))


class VerdictIn(Shape):
    model_config = example({"verdict": "accepted", "reason": "One large contract."})

    verdict: Literal["accepted", "refused"]
    reason: Annotated[Reason, NOT_BLANK]
    seen: Count | None = Field(
        default=None,
        description=N_(
            "To accept: the record that stands in the period (0: none). Absent, what stood when "
            "the value came."
        ),
    )
