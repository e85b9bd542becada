"""The planted fault: check-ins whose statements are committed one by one.

`python -m tests.durability.careless ORGANISATION` reports until it is killed, and says so
after each.
"""

from __future__ import annotations

import random
import sys
from contextlib import nullcontext
from datetime import date
from decimal import Decimal


def main() -> None:
    import django

    django.setup()
    from haidang.checkins import actions as check_ins
    from haidang.goals.models import Goal
    from haidang.lib import database

    careful = database.writing
    for module in list(sys.modules.values()):
        if getattr(module, "writing", None) is careful:
            module.writing = lambda **_how: nullcontext()
    goals = Goal.objects.filter(organisation_id=int(sys.argv[1]), rule="own", kind="key_result")
    owned = list(goals.select_related("owner__organisation", "organisation", "standing", "unit"))
    while True:
        goal = random.choice(owned)
        check_ins.record(
            goal.owner,
            goal,
            for_day=date(2025, 2, 10),
            value=Decimal(random.randint(0, 100)),
        )
        print("done", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
