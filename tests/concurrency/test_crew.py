"""16 people checking in under one pillar while 8 relink at random, in four processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from haidang.checkins.models import CheckIn
from haidang.checkins.recompute import recompute
from haidang.goals.models import Alignment, Goal, Standing
from tests.concurrency.together import together, without_guard
from tests.oracle.compare import differences
from tests.support.serving import database_url
from tests.worlds import World, fresh

PROCESSES, WRITERS, RELINKERS = 4, 16, 8
SECONDS = 6


class Company:
    """One pillar, objectives and key results in several levels below it."""

    def __init__(self) -> None:
        self.world = world = World()
        pillar = world.pillar(world.ultimate())
        tops = [world.objective(pillar) for _ in range(3)]
        answered = [world.key_result(top) for top in tops]
        lower = [world.objective(answered[n % 3] if n % 2 else tops[n % 3]) for n in range(6)]
        self.leaves = [world.key_result(each) for each in (*tops, *lower)]
        self.leaves.append(world.kpi(pillar, target=50))
        sums = [world.key_result(tops[0]) for _ in range(3)]
        for each in sums[1:]:
            world.link(each, sums[0])
        self.leaves += sums[1:]
        self.nodes = [pillar, *tops, *answered, *lower]

    def work(self, seconds: float, *, guarded: bool = True) -> list[dict[str, Any]]:
        """Send the crews in and wait for what each has to say."""
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "haidang.config.settings_test",
        }
        crews = []
        for seed in range(PROCESSES):
            orders = {
                "actor": self.world.an.pk,
                "leaves": [goal.pk for goal in self.leaves],
                "nodes": [goal.pk for goal in self.nodes],
                "write": WRITERS // PROCESSES,
                "relink": RELINKERS // PROCESSES,
                "seconds": seconds,
                "seed": seed,
                "guarded": guarded,
            }
            crew = subprocess.Popen(
                [sys.executable, "-m", "tests.concurrency.crew"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert crew.stdin is not None
            crew.stdin.write(json.dumps(orders))
            crew.stdin.close()
            crews.append(crew)
        answers = []
        for crew in crews:
            with crew:
                assert crew.stdout is not None
                text = crew.stdout.read()
            assert crew.returncode == 0, text
            answers.append(json.loads(text))
        return answers

    def trouble(self, answers: list[dict[str, Any]]) -> list[str]:
        """Everything that must not be: errors that reached somebody, lost records, circles,
        numbers that are off."""
        found = [trouble for answer in answers for trouble in answer["trouble"]]
        said = [tuple(pair) for answer in answers for pair in answer["acknowledged"]]
        there = set(CheckIn.objects.values_list("goal_id", "id"))
        found += [f"acknowledged and lost: {pair}" for pair in said if pair not in there]
        edges = list(Alignment.objects.values_list("child_id", "parent_id"))
        if is_circular(edges):
            return [*found, f"a circle: {edges}"]
        found += differences(self.world.organisation.pk)
        found += map(str, recompute(self.world.organisation.pk, check=True))
        live = Counter(CheckIn.objects.filter(live=True).values_list("goal_id", flat=True))
        for goal in self.leaves:
            if Standing.objects.get(pk=goal.pk).own_reports != live[goal.pk]:
                found.append(f"{goal.public_id}: reports are miscounted")
        return found


def is_circular(edges: list[tuple[int, int]]) -> bool:
    """Whether leaf after leaf can be taken off until nothing is left."""
    left = set(edges)
    while True:
        parents = {parent for _, parent in left}
        free = {edge for edge in left if edge[0] not in parents}
        if not free:
            return bool(left)
        left -= free


@pytest.fixture
def company(transactional_db: None) -> Company:
    return Company()


def test_a_crew_at_work_leaves_every_number_right(company: Company) -> None:
    answers = company.work(SECONDS)
    assert company.trouble(answers) == []
    done = sum((Counter(answer["done"]) for answer in answers), Counter())
    assert done["check in"] > 50, done
    assert done["link"] + done["move"] > 10, done
    refused = sum((Counter(answer["refused"]) for answer in answers), Counter())
    assert refused["cycle"] > 0, "nobody tried to make a circle"
    assert max(answer["slowest"] for answer in answers) < 15


def test_the_crew_notices_when_the_guard_is_gone(company: Company) -> None:
    """Without the organisation's lock (SQLite: without the write lock from the start)."""
    for _ in range(5):
        if company.trouble(company.work(2, guarded=False)):
            return
    pytest.fail("writers that do not wait for each other broke nothing: what is proved?")


def test_a_race_notices_when_the_guard_is_gone(transactional_db: None) -> None:
    from haidang.goals import actions as goals
    from haidang.lib.errors import Invalid

    world = World()

    def link(child: Goal, parent: Goal) -> Any:
        below, above = fresh(child), fresh(parent)
        return lambda: goals.link(world.an, below, goals.LinkRequest(above))

    with without_guard():
        for _ in range(60):
            a, b = world.objective(), world.objective()
            lost = [o for o in together(link(a, b), link(b, a)) if isinstance(o, Exception)]
            if len(lost) != 1 or type(lost[0]) is not Invalid:
                return
    pytest.fail("two links made a circle neither time: what is proved?")


def test_circles_are_found() -> None:
    assert not is_circular([(1, 2), (2, 3), (1, 3), (4, 3)])
    assert is_circular([(1, 2), (2, 3), (3, 1), (4, 3)])
