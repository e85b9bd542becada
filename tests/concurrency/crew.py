"""A crew of people at work at once, in processes of their own: `python -m tests.concurrency.crew`.

Reads its orders as JSON from the standard input and answers with what it did. Each worker
is a thread with its own connection; a refusal is an answer, anything else is trouble.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

FIRST_DAY = date(2025, 1, 1)


def main() -> None:
    import django

    django.setup()
    orders = json.load(sys.stdin)
    from tests.concurrency.together import without_guard

    with nullcontext() if orders["guarded"] else without_guard():
        json.dump(Crew(orders).work(), sys.stdout)


class Crew:
    def __init__(self, orders: dict[str, Any]) -> None:
        self.orders = orders
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.trouble: list[str] = []
        self.acknowledged: list[tuple[int, int]] = []  # goal, record
        self.slowest = 0.0
        self.note = threading.Lock()

    def work(self) -> dict[str, Any]:
        self.deadline = time.monotonic() + self.orders["seconds"]
        threads = [
            threading.Thread(target=self.shift, args=(role, self.orders["seed"] * 100 + n))
            for role in ("write", "relink")
            for n in range(self.orders[role])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {
            "done": self.done,
            "refused": self.refused,
            "trouble": self.trouble,
            "acknowledged": self.acknowledged,
            "slowest": self.slowest,
        }

    def shift(self, role: str, seed: int) -> None:
        from django.db import connection

        from haidang.lib.errors import Busy, Refusal

        chance = random.Random(f"{role} {seed}")
        try:
            while time.monotonic() < self.deadline:
                began = time.monotonic()
                try:
                    what = self.write(chance) if role == "write" else self.relink(chance)
                    with self.note:
                        self.done[what] += 1
                except Busy:
                    self.complain()
                except Refusal as refusal:
                    with self.note:
                        self.refused[refusal.code] += 1
                except Exception:
                    self.complain()
                with self.note:
                    self.slowest = max(self.slowest, time.monotonic() - began)
        finally:
            connection.close()

    def complain(self) -> None:
        with self.note:
            self.trouble.append(traceback.format_exc())

    def write(self, chance: random.Random) -> str:
        from haidang.checkins import actions as check_ins
        from haidang.checkins.models import CheckIn
        from haidang.people.models import Person
        from tests.worlds import Goal, fresh

        actor = Person.objects.select_related("organisation").get(pk=self.orders["actor"])
        goal = fresh(Goal(pk=chance.choice(self.orders["leaves"])))
        value = Decimal(chance.randint(-5, 120))
        if chance.random() < 0.15:
            found = CheckIn.objects.filter(goal=goal, live=True).order_by("?").first()
            if found is not None and chance.random() < 0.7:
                check_ins.correct(actor, found, for_day=found.for_day, value=value)
                return "correct"
            if found is not None:
                check_ins.void(actor, found, "nhập nhầm")
                return "void"
        record = check_ins.record(
            actor,
            goal,
            measure_version=None,
            for_day=FIRST_DAY + timedelta(days=chance.randrange(300)),
            value=value,
        )
        with self.note:
            self.acknowledged.append((goal.pk, record.pk))
        return "check in"

    def relink(self, chance: random.Random) -> str:
        from haidang.goals import actions as goals
        from haidang.goals.models import Alignment
        from haidang.people.models import Person
        from tests.worlds import Goal, fresh

        actor = Person.objects.select_related("organisation").get(pk=self.orders["actor"])
        nodes = self.orders["nodes"]
        what = chance.choice(["link", "link", "move", "unlink", "weigh"])
        if what == "link":
            child, parent = (fresh(Goal(pk=pk)) for pk in chance.sample(nodes, 2))
            goals.link(actor, child, goals.LinkRequest(parent, weight=chance.randint(0, 5)))
            return what
        found = (
            Alignment.objects.filter(child_id__in=nodes, parent_id__in=nodes)
            .select_related("child", "parent")
            .order_by("?")
            .first()
        )
        if found is None:
            return "nothing"
        if what == "move":
            goals.move_link(actor, found, fresh(Goal(pk=chance.choice(nodes))))
        elif what == "unlink":
            goals.unlink(actor, found)
        else:
            goals.change_link(actor, found, weight=chance.randint(0, 9))
        return what


if __name__ == "__main__":
    main()
