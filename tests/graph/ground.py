"""What a random organisation stands on: its world, its clock, and the promise that is held.

A refusal is an answer and changes nothing; anything else that goes wrong is a fault. After
every few steps each stored number must equal the oracle's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from unittest import mock
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.models import Alignment, Goal, Standing
from haidang.goals.queries import expected_on, memory, outlook
from haidang.lib.errors import Refusal
from tests.oracle import facts as raw
from tests.oracle.compare import differences, expected_standing
from tests.oracle.oracle import Oracle
from tests.worlds import World, fresh

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
BEGINNING = datetime(2025, 6, 2, 9, 0, tzinfo=HCM)
CHECK_EVERY = 3


class Ground(RuleBasedStateMachine):
    """Each run is one organisation in a transaction that is rolled back at its end."""

    outcomes: ClassVar[Counter[str]] = Counter()  # of all runs: what was done, what refused

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.unchecked = False
        self.broken = False
        self.evenings: list[tuple[date, dict[int, dict[str, Any]]]] = []
        self.now = BEGINNING
        self.clock = mock.patch("django.utils.timezone.now", self.tick)
        self.clock.start()
        memory.forget()  # ids of a run that was taken back come again
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def tick(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def teardown(self) -> None:
        try:
            if not self.broken:
                self.check()
                self.check_evenings()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.clock.stop()

    # --- what there is ---

    def goal(
        self, index: int, *kinds: str, besides: Goal | None = None, **where: Any
    ) -> Goal | None:
        """One of the goals (of these kinds, and like `where`); None when there is none."""
        found = Goal.objects.filter(organisation=self.world.organisation, **where).order_by("id")
        if kinds:
            found = found.filter(kind__in=kinds)
        if besides is not None:
            found = found.exclude(pk=besides.pk)
        ids = list(found.values_list("id", flat=True))
        return fresh(Goal(pk=ids[index % len(ids)])) if ids else None

    def open_goal(self, index: int, *kinds: str) -> Goal | None:
        """Mostly one that is active; now and then any, to be refused."""
        return self.goal(index, *kinds, **({} if index % 8 == 7 else {"state": "active"}))

    def one_in(self, index: int, *states: str) -> Goal | None:
        found = Goal.objects.filter(
            organisation=self.world.organisation, state__in=states
        ).order_by("id")
        count = found.count()
        return fresh(found[index % count]) if count else None

    def edge(self, index: int) -> Alignment | None:
        found = Alignment.objects.filter(organisation=self.world.organisation).order_by("id")
        count = found.count()
        if not count:
            return None
        return found.select_related("child", "parent")[index % count]

    def record(self, index: int) -> CheckIn | None:
        found = CheckIn.objects.filter(organisation=self.world.organisation).order_by("id")
        count = found.count()
        return found.select_related("goal")[index % count] if count else None

    def attempt(self, what: str, action: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Do it; a refusal is counted and must have left nothing behind."""
        self.unchecked = True
        try:
            done = action(*arguments, **named)
        except Refusal as refusal:
            self.outcomes[f"{what}: {refusal.code}"] += 1
            event(f"{what}: refused")
            return None
        self.outcomes[what] += 1
        event(f"{what}: done")
        return done

    # --- beginning ---

    @initialize(fiscal=st.sampled_from([1, 1, 4, 7, 12]))
    def begin(self, fiscal: int) -> None:
        world = self.world = World(fiscal_year_start=fiscal)
        self.lan = world.person("Lan", world.sales, manager=world.chi)
        pillar = world.pillar(world.ultimate())
        top = world.objective(pillar)
        world.key_result(top)
        world.key_result(world.objective(top, cycle=world.quarters[0]))
        world.kpi(pillar)

    # --- time ---

    @rule(count=st.integers(1, 3))
    def next_day(self, count: int) -> None:
        """Remember how the evening stood, and wake up some days later."""
        self.evenings.append((self.now.astimezone(HCM).date(), self.expected()))
        self.now = self.now.replace(hour=9) + timedelta(days=count)

    def expected(self) -> dict[int, dict[str, Any]]:
        facts = raw.read(self.world.organisation.pk)
        return {
            goal: expected_standing(number, facts.nodes[goal])
            for goal, number in Oracle(facts).numbers().items()
        }

    def check_evenings(self) -> None:
        """The history point last written by an evening says what then stood."""
        names = ("progress", "raw", "actual", "terms_measured", "terms_total")
        for evening, standings in self.evenings:
            points: dict[int, dict[str, Any]] = {}
            for row in raw.rows(
                "SELECT h.* FROM goals_historypoint h JOIN goals_goal g ON g.id = h.goal_id"
                " WHERE g.organisation_id = %s AND h.day <= %s ORDER BY h.day",
                self.world.organisation.pk,
                evening,
            ):
                points[row["goal_id"]] = row
            for goal, right in standings.items():
                if not Standing.objects.filter(pk=goal).exists():
                    continue  # deleted since, as a draft may be
                point = points.get(goal)
                if point is None:
                    assert right["progress"] is None, (evening, goal, right)
                    continue
                for name in names:
                    there = raw.number(point[name])
                    assert there == right[name], (evening, goal, name, there, right[name])

    # --- the promise ---

    @invariant()
    def every_number_is_the_oracles(self) -> None:
        self.steps += 1
        if self.unchecked and self.steps % CHECK_EVERY == 0:
            self.check()

    def misremembered(self) -> list[str]:
        """Where what is kept in memory differs from what is computed from all that is below."""
        organisation, today = self.world.organisation, self.now.astimezone(HCM).date()
        ids = list(Goal.objects.filter(organisation=organisation).values_list("pk", flat=True))
        days = [today + timedelta(days=n) for n in (-40, 0, 25)]

        def seen() -> list[Any]:
            lines = [expected_on(organisation, i, days, today) for i in ids]
            return [outlook(organisation, ids, today), *zip(ids, lines, strict=True)]

        with mock.patch("haidang.goals.queries.memory.in_own_snapshot", return_value=True):
            kept = seen()
        return [
            f"remembered {a}, computed {b}" for a, b in zip(kept, seen(), strict=True) if a != b
        ]

    def check(self) -> None:
        if not hasattr(self, "world"):
            return
        self.unchecked = False
        found = [
            *differences(self.world.organisation.pk),
            *recompute(self.world.organisation.pk, check=True),
            *self.misremembered(),
        ]
        if found:
            self.broken = True
            raise AssertionError("\n".join(map(str, found)))
