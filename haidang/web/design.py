"""The facts of the design page: one of everything, in every state (debug mode only)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from haidang.web.charts import Period
from haidang.web.forms import DayField, DecimalField, LineField, PickField, TextField

HEALTHS = ["on_track", "at_risk", "off_track", "done", "not_started", "no_data"]


@dataclass
class Someone:
    name: str
    public_id: str = "P-1"


@dataclass
class Something:
    """A goal as far as the components look at it."""

    kind: str
    public_id: str
    title: str
    owner: Someone
    health: str
    progress: int | None
    expected: int | None
    actual: Decimal | None
    target: Decimal | None
    metric_unit: str = ""
    metric_kind: str = "number"
    decimals: int = 1
    trend: list[int | None] = field(default_factory=list)


PEOPLE = [
    Someone("Nguyễn Thị Thuỳ Dương"),
    Someone("Lê Hoàng Ẩn", "P-2"),
    Someone("Trần Quốc Tuấn", "P-3"),
    Someone("Phạm Minh Đạt", "P-4"),
    Someone("Vũ Ngọc Yến", "P-5"),
    Someone("Đặng Hữu Phước", "P-6"),
]


def _trend(*percents: int) -> list[int | None]:
    return [percent * 10_000_000 for percent in percents]


KEY_RESULTS = [
    Something(
        "key_result",
        "KR-1042",
        "Rút ngắn thời gian phê duyệt khoản vay từ 9 ngày xuống còn 4 ngày làm việc",
        PEOPLE[0],
        "on_track",
        680_000_000,
        600_000_000,
        Decimal("5.6"),
        Decimal(4),
        "ngày",
        trend=_trend(2, 8, 15, 22, 30, 38, 44, 55, 61, 68),
    ),
    Something(
        "key_result",
        "KR-1043",
        "Tăng tỷ lệ hồ sơ số hoá ngay lần nộp đầu tiên lên 85%",
        PEOPLE[2],
        "at_risk",
        520_000_000,
        600_000_000,
        Decimal(71),
        Decimal(85),
        "%",
        "percent",
        trend=_trend(5, 12, 20, 26, 25, 33, 41, 44, 50, 52),
    ),
    Something(
        "key_result",
        "KR-1044",
        "Giảm số khiếu nại về thủ tục xuống dưới 120 vụ mỗi tháng",
        PEOPLE[3],
        "off_track",
        310_000_000,
        600_000_000,
        Decimal(214),
        Decimal(120),
        "vụ",
        trend=_trend(40, 44, 36, 28, 33, 38, 37, 30, 27, 31),
    ),
    Something(
        "key_result",
        "KR-1045",
        "Doanh thu cho vay mới đạt 300 tỷ đồng",
        PEOPLE[4],
        "done",
        1_000_000_000,
        600_000_000,
        Decimal(312_400_000_000),
        Decimal(300_000_000_000),
        "₫",
        "currency",
        trend=_trend(3, 14, 29, 41, 52, 60, 77, 88, 96, 100),
    ),
    Something(
        "key_result",
        "KR-1046",
        "Ra mắt chương trình khách hàng thân thiết ở ba thành phố",
        PEOPLE[5],
        "no_data",
        None,
        250_000_000,
        None,
        Decimal(3),
        "thành phố",
    ),
]

KINDS = ["ultimate", "pillar", "objective", "key_result", "kpi"]
GOALS = [
    SimpleNamespace(kind="ultimate", public_id="UG-1", title="Mở rộng thị phần phía Nam 2025"),
    SimpleNamespace(kind="pillar", public_id="SP-2", title="Tăng trưởng thị phần phía Nam"),
    SimpleNamespace(
        kind="objective",
        public_id="O-128",
        title="Nâng cao trải nghiệm vay vốn của doanh nghiệp vừa và nhỏ trên toàn bộ điểm chạm số",
    ),
    SimpleNamespace(kind="kpi", public_id="KPI-17", title="Doanh thu phía Nam"),
]


class DesignForm(forms.Form):
    """One of every kind of input."""

    title = LineField(label=_("Title"), max_length=300, initial="Nâng cao trải nghiệm vay vốn")
    value = DecimalField(label=_("Actual"), initial=Decimal("5.6"))
    ends = DayField(
        label=_("Deadline"), initial=date(2026, 12, 31), help_text=_("The last day that counts.")
    )
    cycle = forms.ChoiceField(
        label=_("Cycle"), choices=[("1", "Quý 4/2026"), ("2", "Quý 1/2027")], required=False
    )
    why = TextField(
        label=_("Why it matters"), max_length=4000, required=False, help_text=_("One sentence.")
    )
    owner = PickField(
        label=_("Owner"),
        find=lambda key: next((one for one in PEOPLE if one.public_id == key), None),
        name_of=lambda one: one.name,
        offer=lambda: [(one.public_id, one.name) for one in PEOPLE],
        initial=PEOPLE[0],
    )
    contributors = PickField(
        label=_("Contributors"),
        find=lambda key: next((one for one in PEOPLE if one.public_id == key), None),
        name_of=lambda one: one.name,
        offer=lambda: [(one.public_id, one.name) for one in PEOPLE],
        multiple=True,
        required=False,
        initial=[PEOPLE[1], PEOPLE[2]],
    )
    confidence = forms.ChoiceField(
        label=_("Confidence"),
        choices=[("8", _("High")), ("5", _("Medium")), ("2", _("Low"))],
        widget=forms.RadioSelect,
        initial="8",
    )
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        choices=[("organisation", _("Everyone in the organisation")), ("private", _("Private"))],
        widget=forms.RadioSelect,
        initial="organisation",
    )
    agree = forms.BooleanField(
        label=_("Remind me every week"), required=False, help_text=_("On the morning it is due.")
    )


class WrongForm(DesignForm):
    """The same with a reason beside each field."""

    def clean(self) -> dict[str, Any]:
        self.add_error(None, ValidationError(_("The deadline is outside the cycle.")))
        return self.cleaned_data


def _line() -> dict[str, Any]:
    starts = date(2026, 7, 1)
    steps = [2, 3, 6, 7, 8, 11, 17, 23, 29, 31, 36, 38, 39, 41, 43, 47, 50, 52]
    days = [starts + timedelta(weeks=n) for n in range(27)]
    return {
        "starts": starts,
        "ends": days[-1],
        "points": [(day, step * 10_000_000) for day, step in zip(days, steps, strict=False)],
        "expected": [(starts, 0), (days[-1], 1_000_000_000)],
        "forecast": [(days[17], 520_000_000), (days[-1], 840_000_000)],
    }


def facts() -> dict[str, Any]:
    """What the design page shows."""
    typed = {"title": "", "value": "1e30", "ends": "29/02/2025", "owner": "P-99"}
    wrong = WrongForm({f"wrong-{name}": text for name, text in typed.items()}, prefix="wrong")
    months = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]
    came = [24, 22, 27, 31, 29, 33, 30, 35, 36, None, None, None]
    plan = [25, 25, 25, 27, 27, 28, 30, 32, 34, 36, 38, 40]
    billions = 10**9
    return {
        "healths": HEALTHS,
        "people": PEOPLE,
        "key_results": KEY_RESULTS,
        "kinds": KINDS,
        "goals": GOALS,
        "form": DesignForm(),
        "wrong": wrong,
        "disabled": DecimalField(label=_("Actual"), disabled=True),
        "line": _line(),
        "money": SimpleNamespace(metric_unit="₫", metric_kind="currency", decimals=0),
        "periods": [
            Period(
                f"T{int(label)}",
                None if actual is None else Decimal(actual * billions),
                Decimal(target * billions),
            )
            for label, actual, target in zip(months, came, plan, strict=True)
        ],
        "ranges": [
            Period(
                f"Q{n}",
                None if value is None else Decimal(value),
                None,
                health,
                Decimal(25),
                Decimal(35),
            )
            for n, value, health in [
                (1, 30, "on_track"),
                (2, 22, "at_risk"),
                (3, 41, "off_track"),
                (4, None, ""),
            ]
        ],
        "count": SimpleNamespace(metric_unit="h", metric_kind="duration", decimals=0),
        "numbers": [
            (Decimal("1234567.89"), SimpleNamespace(metric_unit="", metric_kind="", decimals=2)),
            (
                Decimal(300_000_000_000),
                SimpleNamespace(metric_unit="₫", metric_kind="currency", decimals=0),
            ),
            (
                Decimal(3_100_000),
                SimpleNamespace(metric_unit="₫", metric_kind="currency", decimals=0),
            ),
            (Decimal("63.3"), SimpleNamespace(metric_unit="%", metric_kind="percent", decimals=1)),
            (Decimal(1), SimpleNamespace(metric_unit="", metric_kind="yes_no", decimals=0)),
            (None, SimpleNamespace(metric_unit="", metric_kind="", decimals=0)),
        ],
        "swatches": [
            "bg",
            "side",
            "panel",
            "raised",
            "sunken",
            "hover",
            "press",
            "line",
            "line-strong",
            "control",
            "ink",
            "ink-2",
            "ink-3",
            "accent",
            "accent-tint",
            "danger",
            "on",
            "risk",
            "off",
            "done",
            "none",
        ],
    }
