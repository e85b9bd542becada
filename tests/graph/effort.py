"""How hard to search: `make test` looks briefly, CI=true twice as long, and
HYPOTHESIS_PROFILE=thorough much longer than both.

By default the examples are the same each time, so that a failure is of the change at hand;
the thorough search takes new ones.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

_COMMON: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
_PROFILES = {
    "brief": settings(max_examples=12, stateful_step_count=40, derandomize=True, **_COMMON),
    "quick": settings(max_examples=25, stateful_step_count=40, derandomize=True, **_COMMON),
    "unshrunk": settings(
        max_examples=150, stateful_step_count=40, phases=[Phase.generate], **_COMMON
    ),
    "thorough": settings(max_examples=600, stateful_step_count=80, print_blob=True, **_COMMON),
}
_USUAL = "quick" if os.environ.get("CI") == "true" else "brief"
EFFORT = _PROFILES[os.environ.get("HYPOTHESIS_PROFILE", _USUAL)]
