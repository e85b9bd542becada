"""Which fields a measure has, and the words for its choices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from haidang.goals.models import Kind
from haidang.goals.models.kinds import Direction, MetricKind
from haidang.goals.words import DIRECTIONS
from haidang.lib.decimals import EXACT, canonical
from haidang.web.forms import DecimalField

_NUMERIC = [
    (MetricKind.NUMBER, _("A number")),
    (MetricKind.PERCENT, _("Percent")),
    (MetricKind.CURRENCY, _("Money")),
    (MetricKind.COUNT, _("A count of things")),
    (MetricKind.DURATION, _("Time")),
]
#: In the form, a key result without a measure of its own.
NOTHING = "none"
#: What a measure may be made of, in plain words.
METRIC_KINDS: dict[str, list[tuple[str, Any]]] = {
    Kind.KEY_RESULT: [
        *_NUMERIC,
        (MetricKind.YES_NO, _("Yes or no")),
        (MetricKind.MILESTONES, _("Milestones")),
        (MetricKind.TEXT, _("Words only")),
        (NOTHING, _("Nothing of its own: others answer it")),
    ],
    Kind.KPI: [*_NUMERIC, (MetricKind.YES_NO, _("Yes or no"))],
}
KEY_RESULT_CHOICES = [
    (d, DIRECTIONS[d])
    for d in (
        Direction.INCREASE,
        Direction.DECREASE,
        Direction.AT_LEAST,
        Direction.AT_MOST,
        Direction.RANGE,
        Direction.RELATIVE,
    )
]
KPI_CHOICES = [
    (d, DIRECTIONS[d])
    for d in (
        Direction.HIGHER,
        Direction.LOWER,
        Direction.RANGE,
        Direction.STEPS,
        Direction.LINEAR,
    )
]
#: How a calculated KPI takes its value from its inputs.
CALCULATED: dict[str, Any] = {
    "sum": _("Sum of its inputs"),
    "difference": _("First input minus the others"),
    "product": _("Product of its inputs"),
    "ratio": _("First input divided by the others"),
    "expression": _("By a formula"),
}
#: Units that a kind of measure is usually written in.
UNITS: dict[str, list[str]] = {
    MetricKind.PERCENT: ["%"],
    MetricKind.CURRENCY: ["tỷ ₫", "triệu ₫", "₫", "USD"],
    MetricKind.DURATION: ["h", "phút", "ngày", "tuần"],
    MetricKind.COUNT: ["khách hàng", "NPP", "buổi", "lượt", "người", "sự kiện"],
    MetricKind.NUMBER: ["điểm", "tấn", "lít", "km"],
}
_BY_DIRECTION: dict[str, set[str]] = {
    Direction.INCREASE: {"baseline", "target", "plan_curve"},
    Direction.DECREASE: {"baseline", "target", "plan_curve"},
    Direction.AT_LEAST: {"target"},
    Direction.AT_MOST: {"target"},
    Direction.RANGE: {"low", "high", "tolerance"},
    Direction.RELATIVE: {"baseline", "relative_change", "plan_curve"},
    Direction.HIGHER: {"target"},
    Direction.LOWER: {"target"},
    Direction.STEPS: {"target", "steps"},
    Direction.LINEAR: {"baseline", "target"},
}


def shown_fields(kind: str, metric_kind: str, direction: str) -> frozenset[str]:
    """The fields that have a meaning for a measure of this kind and direction."""
    always = {"metric_kind"}
    if kind == Kind.KPI:
        always |= {"frequency", "aggregation", "calculation"}
    if metric_kind == MetricKind.MILESTONES:
        return frozenset(always | {"milestones", "plan_curve"})
    if metric_kind not in UNITS:
        return frozenset(always)
    numeric = {"metric_unit", "decimals", "direction"}
    return frozenset(always | numeric | _BY_DIRECTION.get(direction, set()))


class PercentField(DecimalField):
    """A share, typed as a percentage: 20 is 0.2."""

    def to_python(self, value: Any) -> Decimal | None:
        number = super().to_python(value)
        return None if number is None else canonical(number.scaleb(-2, context=EXACT))

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return EXACT.multiply(value, Decimal(100))
        return value
