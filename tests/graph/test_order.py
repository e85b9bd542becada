"""The same facts in another order give the same numbers, to the last digit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.goals import actions as goals
from haidang.goals.models import Goal, KpiPeriod, Standing
from haidang.lib.errors import Refusal
from tests.graph.effort import EFFORT
from tests.oracle.compare import differences
from tests.worlds import World, fresh

D = Decimal
#: Of a standing: what says when and by which record, and not how much.
PASSING = {"goal_id", "organisation_id", "own_record_id", "checked_in_at", "measure_version"}
PASSING |= {"confidence"}

values = st.one_of(
    st.integers(-20, 150).map(D),
    st.decimals(-20, 150, places=4),
    st.sampled_from([D("1e-10"), D(10) ** 23, D("-0.3333333333")]),
)
#: (child, parent) by their place among the company's goals, in no order a circle.
ADDING = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (5, 4), (4, 6), (5, 6), (4, 7), (5, 7), (7, 6)]
AVERAGED = [*ADDING, (10, 0), (11, 0), (11, 1), (10, 5), (11, 10), (11, 3), (8, 6), (9, 6)]
goal_numbers = st.integers(0, 9)

facts = st.lists(
    st.one_of(
        st.tuples(st.just("link"), st.sampled_from(ADDING), st.just("value"), st.just(1)),
        st.tuples(
            st.just("link"),
            st.sampled_from(AVERAGED),
            st.sampled_from(["average", "average", "none"]),
            st.integers(0, 9),
        ),
        st.tuples(st.just("report"), goal_numbers, st.integers(0, 200), values),
        st.tuples(st.just("report"), goal_numbers, st.integers(0, 200), values),
        st.tuples(st.just("aim"), goal_numbers, st.integers(1, 500)),
        st.tuples(st.just("close"), st.integers(10, 11)),
    ),
    min_size=12,
    max_size=40,
    unique_by=lambda fact: fact[:3] if fact[0] == "report" else fact[:2],
)


class Company:
    """The same goals each time; only what is said of them, and when, differs."""

    def __init__(self) -> None:
        self.world = world = World()
        top = world.objective()
        quarter = world.objective(cycle=world.quarters[0])
        money = {"metric_kind": "currency", "metric_unit": "tỷ ₫"}
        millions = money | {"metric_unit": "triệu ₫"}
        self.goals: list[Goal] = [
            *(world.key_result(top) for _ in range(3)),
            world.key_result(quarter, baseline=None),
            world.key_result(top, **money, baseline=None, direction="at_least"),
            world.key_result(quarter, **millions, baseline=10),
            world.kpi(**money, target=25),
            world.kpi(**millions, direction="lower", target=3),
            world.kpi(frequency="quarter", target=70, aggregation="average"),
            world.kpi(direction="range", low=5, high=60, tolerance=3, target=None),
            world.objective(),
            world.objective(cycle=world.quarters[0]),
        ]
        for goal in self.goals[:9]:
            world.rule(goal, "both")  # so that it does not depend on what comes first

    def say(self, fact: tuple[Any, ...]) -> None:
        world, what = self.world, fact[0]
        if what == "link":
            child, parent = (self.goals[number] for number in fact[1])
            world.link(child, parent, None, fact[2], fact[3])
            return
        goal = self.goals[fact[1]]
        if what == "report":
            world.check_in(goal, fact[3], date(2025, 1, 1) + timedelta(days=fact[2]))
        elif what == "aim" and goal.kind == "key_result":
            world.edit(goal, target=fact[2])
        elif what == "close":
            goal = fresh(goal)
            goals.close(world.chi, goal, goal.version)

    def rows(self) -> list[Any]:
        order = {goal.pk: number for number, goal in enumerate(self.goals)}
        found: list[Any] = []
        for row in Standing.objects.values():
            if row["goal_id"] in order:
                kept = {k: v for k, v in row.items() if k not in PASSING}
                found.append((order[row["goal_id"]], sorted(kept.items())))
        for period in KpiPeriod.objects.values():
            kept = {k: v for k, v in period.items() if k not in {"id", "goal_id", "own_record_id"}}
            found.append((order[period["goal_id"]], sorted(kept.items())))
        return sorted(found, key=str)


def told(sequence: list[tuple[Any, ...]]) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """The rows after these facts, and the facts that were accepted."""
    done = []
    with transaction.atomic():
        company = Company()
        for fact in sequence:
            try:
                company.say(fact)
                done.append(fact)
            except Refusal:
                continue
        assert differences(company.world.organisation.pk) == []
        rows = company.rows()
        transaction.set_rollback(True)
    return rows, done


@pytest.mark.django_db
@settings(EFFORT, max_examples=max(10, EFFORT.max_examples // 2))
@given(facts=facts, chance=st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(facts: list[tuple[Any, ...]], chance: Random) -> None:
    once, accepted = told(facts)
    other = chance.sample(accepted, len(accepted))
    again, _ = told(sorted(other, key=lambda fact: fact[0] == "close"))
    assert again == once
