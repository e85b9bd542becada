"""Fills an empty database for the bursts: `python -m tests.durability.build`.

Prints where to knock: tokens, and for each the goals that are its alone.
"""

from __future__ import annotations

import json
from datetime import timedelta

CLIENTS, GOALS_EACH = 8, 3


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from haidang.people.actions import create_token
    from haidang.people.models import Account
    from tests.worlds import World

    world = World()
    pillar = world.pillar(world.ultimate())
    objectives = [world.objective(pillar) for _ in range(3)]
    department = world.kpi(pillar, target=25)
    sums = world.key_result(objectives[0])
    clients = []
    for number in range(CLIENTS):
        person = world.person(f"Người {number}", world.sales)
        person.account = Account.objects.create_user(f"p{number}@huongsen.vn")
        person.save(update_fields=["account"])
        in_a_year = timezone.now() + timedelta(days=300)
        _token, secret = create_token(person, "máy", ["read", "check_in"], in_a_year)
        goals = [
            world.key_result(objectives[number % 3], owner=person),
            world.kpi(department, level="unit", unit=world.sales, owner=person),
            world.key_result(objectives[1], owner=person),
        ]
        world.link(goals[2], sums)
        clients.append({"token": secret, "goals": [goal.public_id for goal in goals]})
    print(json.dumps({"organisation": world.organisation.pk, "clients": clients}))  # noqa: T201


if __name__ == "__main__":
    main()
