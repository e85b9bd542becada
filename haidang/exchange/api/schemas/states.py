"""What is sent with a goal's change of state."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_noop as N_
from pydantic import Field

from haidang.exchange.api.fields import ExactDecimal, PublicId, Reason, Shape, example


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
