"""/goals/{id}/subtree?as_of= and /goals/as-of/{day}: what stood there on the day itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import AlignmentSpan, Goal, GoalVersion, HistoryPoint
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]
DAY = timedelta(days=1)


def a_day_later() -> None:
    """As if all that is known had been recorded a day earlier."""
    for rows in (GoalVersion.objects, AlignmentSpan.objects):
        rows.update(since=F("since") - DAY, until=F("until") - DAY)
    for point in HistoryPoint.objects.order_by("day"):  # one a day: the earliest makes room
        HistoryPoint.objects.filter(pk=point.pk).update(day=point.day - DAY)


def day(ago: int) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def got(program: Program, path: str, status: int = 200) -> Facts:
    response = program.get(path)
    assert response.status_code == status, response.content.decode()
    found: Facts = response.json()
    return found


class Company:
    """Somebody works on a strategy: every day a few things, by chance."""

    def __init__(self, program: Program, cycle: Facts, seed: int) -> None:
        self.program, self.cycle, self.dice = program, cycle, random.Random(seed)
        self.top = program.made("goals", {"kind": "ultimate", "title": "Dẫn đầu"})
        self.above = [self.top["id"]]
        self.objectives: list[str] = []
        self.measures: list[str] = []
        for n in range(2):
            parents = [{"parent": self.top["id"]}]
            made = program.made("goals", {"kind": "pillar", "title": f"T{n}", "parents": parents})
            self.above.append(made["id"])
        self.objective()

    def objective(self) -> None:
        body = {
            "kind": "objective", "title": f"Mục tiêu {len(self.objectives)}", "level": "company",
            "cycle": self.cycle["id"], "parents": [{"parent": self.dice.choice(self.above)}],
        }  # fmt: skip
        made = self.program.made("goals", body)
        self.objectives.append(made["id"])
        under = KEY_RESULT | {"parents": [composed(made)]}
        self.measures.append(self.program.made("goals", under)["id"])

    def report(self) -> None:
        goal = self.dice.choice(self.measures)
        self.program.post(f"goals/{goal}/check-ins", {"value": self.dice.randint(0, 100)}, etag="*")

    def rename(self) -> None:
        goal = self.dice.choice([*self.above, *self.objectives, *self.measures])
        self.program.patch(f"goals/{goal}", {"title": f"X{self.dice.random()}"}, etag="*")

    def link(self) -> None:
        child, parent = (
            self.dice.choice(self.objectives),
            self.dice.choice([*self.above, *self.objectives]),
        )
        relation = self.dice.choice([None, None, "supports"])
        self.program.post(f"goals/{child}/parents", {"parent": parent, "relation": relation})

    def relink(self) -> None:
        child = self.dice.choice(self.objectives)
        links = got(self.program, f"goals/{child}/parents")["items"]
        if links:
            path = f"goals/{child}/parents/{self.dice.choice(links)['parent']['id']}"
            what = self.dice.choice(["away", "weight", "move", "mode"])
            if what == "away":
                self.program.delete(path, etag="*")
            elif what == "move":
                self.program.patch(path, {"parent": self.dice.choice(self.above)}, etag="*")
            elif what == "mode":
                self.program.patch(path, {"mode": "none"}, etag="*")
            else:
                self.program.patch(path, {"weight": self.dice.randint(1, 9)}, etag="*")

    def drop(self) -> None:
        goal = self.dice.choice(self.objectives)
        body = {"reason": "Đổi hướng", "children": "along"}
        self.program.post(f"goals/{goal}/drop", body, etag="*")

    def work(self) -> None:
        some = [
            self.objective, self.objective, self.report, self.report, self.rename, self.link,
            self.link, self.relink, self.relink, self.drop,
        ]  # fmt: skip
        self.objective()
        for _ in range(4):
            self.dice.choice(some)()


@pytest.mark.parametrize("seed", [1, 2])
def test_is_what_was_live_on_that_day(admin: Program, cycle: Facts, seed: int) -> None:
    company = Company(admin, cycle, seed)
    path = f"goals/{company.top['id']}/subtree"
    lived: list[tuple[Facts, Facts, dict[str, Any]]] = []
    for _ in range(5):
        company.work()
        goals = {
            g["id"]: (g["title"], g["state"], g["standing"]["progress"], g["standing"]["actual"])
            for g in got(admin, "goals?limit=200")["items"]
        }
        lived.append((got(admin, path), got(admin, f"{path}?depth=2"), goals))
        a_day_later()
    shapes = {len(whole["items"]) + 100 * len(whole["cross"]) for whole, _two, _goals in lived}
    assert len(shapes) >= 3  # it moved
    for ago, (whole, two, goals) in enumerate(reversed(lived), 1):
        assert got(admin, f"{path}?as_of={day(ago)}") == whole | {"as_of": day(ago)}
        assert got(admin, f"{path}?as_of={day(ago)}&depth=2") == two | {"as_of": day(ago)}
        listed = {
            g["id"]: (g["definition"]["title"], g["definition"]["state"], g["progress"],
                      g["actual"])
            for g in got(admin, f"goals/as-of/{day(ago)}?limit=200")["items"]
        }  # fmt: skip
        assert listed == goals
    before = day(len(lived) + 1)
    got(admin, f"{path}?as_of={before}", 404)
    assert got(admin, f"goals/as-of/{before}")["items"] == []
    assert got(admin, f"{path}?as_of={day(0)}") == got(admin, path) | {"as_of": day(0)}


def test_the_list_is_narrowed_by_what_was_then(
    admin: Program, an: Person, chi: Person, sales_unit: Unit, objective: Facts, key_result: Facts
) -> None:
    a_day_later()
    path = f"goals/{objective['id']}"
    moved = {"owner": chi.public_id, "title": "Khác"}
    assert admin.patch(path, moved, etag="*").status_code == 200

    def ids(query: str, ago: int = 1) -> list[str]:
        return [one["id"] for one in got(admin, f"goals/as-of/{day(ago)}?{query}")["items"]]

    both = [objective["id"], key_result["id"]]
    assert ids("") == both
    assert ids("kind=objective") == [objective["id"]]
    assert ids(f"owner={an.public_id}&kind=objective") == [objective["id"]]
    assert ids(f"owner={an.public_id}&kind=objective", 0) == []
    assert ids(f"owner={chi.public_id}", 0) == [objective["id"]]
    assert objective["id"] in ids(f"unit={sales_unit.public_id}")
    assert ids("unit=U-1")[0] == objective["id"]
    assert objective["id"] in ids(f"cycle={objective['cycle']['id']}")
    assert ids("state=active") == both
    assert ids("state=draft&state=closed") == []
    first = got(admin, f"goals/as-of/{day(1)}?limit=1")
    assert [one["id"] for one in first["items"]] == both[:1]
    assert ids(f"limit=1&cursor={first['next']}") == both[1:]
    (one,) = (g for g in got(admin, f"goals/as-of/{day(1)}?kind=objective")["items"])
    assert one == got(admin, f"{path}/as-of/{day(1)}")
    for query in ("owner=P-99", "unit=U-99", "cycle=C-99", "state=x"):
        got(admin, f"goals/as-of/{day(1)}?{query}", 422)
    for odd in ("yesterday", "2026-02-30"):
        got(admin, f"goals/as-of/{odd}", 404)
        got(admin, f"{path}/subtree?as_of={odd}", 422)


def test_within_ones_rights_of_today(
    as_: As, dung: Person, admin: Program, objective: Facts, key_result: Facts
) -> None:
    a_day_later()
    Goal.objects.filter(public_id=key_result["id"]).update(visibility="private")
    program = as_(dung)
    path = f"goals/{objective['id']}/subtree?as_of={day(1)}"
    assert [one["id"] for one in got(program, path)["items"]] == [objective["id"]]
    listed = got(program, f"goals/as-of/{day(1)}")["items"]
    assert [one["id"] for one in listed] == [objective["id"]]
    got(program, f"goals/{key_result['id']}/subtree?as_of={day(1)}", 404)


def test_too_many_are_refused(
    admin: Program, objective: Facts, key_result: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("haidang.exchange.api.routes.numbers.MOST_BRANCHES", 1)
    for query in ("", f"?as_of={day(0)}"):
        refused = got(admin, f"goals/{objective['id']}/subtree{query}", 422)
        assert refused["errors"][0]["field"] == "depth"
        assert (refused["code"], refused["errors"][0]["in"]) == ("too_many", "query")


def test_costs_the_same_for_few_and_many(admin: Program, objective: Facts) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            got(admin, path)
        return len(caught)

    paths = (
        f"goals/{objective['id']}/subtree?as_of={day(0)}",
        f"goals/as-of/{day(0)}?limit=200",
    )
    admin.made("goals", KEY_RESULT | {"parents": [composed(objective)]})
    few = [cost(path) for path in paths]
    for _ in range(12):
        admin.made("goals", KEY_RESULT | {"parents": [composed(objective)]})
    assert [cost(path) for path in paths] == few
    assert max(few) <= 16
