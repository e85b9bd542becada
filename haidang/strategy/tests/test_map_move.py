"""Hanging a goal elsewhere from the map: where it cannot go, the preview, the move, the undo."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from haidang.goals.models import Goal
from haidang.people.models import Person
from haidang.strategy.tests.map_fixtures import with_account
from tests.worlds import World

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]
SCRIPT = {"hx-request": "true"}


class Story:
    """Two pillars; an objective with a number hangs below the first."""

    def __init__(self) -> None:
        self.world = world = World()
        self.top = world.ultimate(title="Dẫn đầu phía Nam")
        self.left, self.right = (world.pillar(self.top, title=t) for t in ("Trái", "Phải"))
        self.child = world.objective(self.left, title="Thương hiệu")
        self.other = world.objective(self.right, title="Kho vận")
        self.result = world.key_result(self.child)
        world.check_in(self.result, 30)
        world.check_in(world.key_result(self.other), 80)

    def parents(self) -> set[str]:
        links = Goal.objects.get(pk=self.child.pk).parent_links
        return set(links.values_list("parent__public_id", flat=True))


@pytest.fixture
def story(db: None) -> Story:
    return Story()


def way(goal: Goal, name: str = "move") -> str:
    return f"/map/{name}/{goal.public_id}/"


def told(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer["HX-Trigger"])["map:moved"]
    return found


def test_where_it_cannot_go_is_told_with_the_reason(story: Story, door: Door) -> None:
    client = door(story.world.an)
    found = client.get(way(story.left, "places")).json()
    reasons = {key: why for why, ids in found["refused"] for key in ids}
    assert found["from"] == story.top.public_id
    assert "vòng tròn" in reasons[story.result.public_id]
    assert story.top.public_id in reasons
    assert story.right.public_id not in reasons
    never = client.get(way(story.result, "places")).json()["never"]
    assert "kết quả then chốt" in never.lower()
    assert door(story.world.dung).get(way(story.left, "places")).status_code == 403
    assert client.get("/map/places/O-999/").status_code == 404


def test_hidden_goals_are_not_named_among_the_forbidden(story: Story, door: Door) -> None:
    Goal.objects.filter(pk=story.result.pk).update(visibility="private", owner=story.world.chi)
    found = door(story.world.an).get(way(story.left, "places")).content.decode()
    assert story.result.public_id not in found


def test_the_preview_tells_and_saves_nothing(story: Story, door: Door) -> None:
    query = {"from": story.left.public_id, "to": story.right.public_id}
    client = door(story.world.an)
    page = client.get(way(story.child), query, headers=SCRIPT).content.decode()
    for goal in (story.left, story.right):
        assert goal.public_id in page
    assert "55%" in page  # the new parent: the mean of 80 and 30
    assert "cấp trên mới" in page
    assert story.parents() == {story.left.public_id}
    whole = client.get(way(story.child), query).content.decode()
    assert "<html" in whole
    assert "55%" in whole


def test_asked_first_where_to(story: Story, door: Door) -> None:
    page = door(story.world.an).get(way(story.child), headers=SCRIPT).content.decode()
    assert "x-picker" in page
    assert 'method="post"' not in page


def test_a_move_and_its_undo(story: Story, door: Door) -> None:
    client = door(story.world.an)
    before = story.world.progress(story.top)
    sent = {"from": story.left.public_id, "to": story.right.public_id}
    answer = client.post(way(story.child), sent, headers=SCRIPT)
    assert answer.status_code == 200
    assert story.parents() == {story.right.public_id}
    assert story.world.progress(story.right) == 550_000_000
    undo = told(answer)["undo"]
    assert undo["to"] == story.left.public_id
    back = client.post(way(story.child), {**undo, "undo": "1"}, headers=SCRIPT)
    assert told(back)["undo"] is None
    assert story.parents() == {story.left.public_id}
    assert story.world.progress(story.top) == before


def test_one_link_more_and_its_undo(story: Story, door: Door) -> None:
    client = door(story.world.an)
    answer = client.post(way(story.child), {"to": story.right.public_id}, headers=SCRIPT)
    assert story.parents() == {story.left.public_id, story.right.public_id}
    client.post(way(story.child), {**told(answer)["undo"], "undo": "1"}, headers=SCRIPT)
    assert story.parents() == {story.left.public_id}


def test_without_a_script_it_is_a_page_and_leads_back(story: Story, door: Door) -> None:
    sent = {"from": story.left.public_id, "to": story.right.public_id}
    answer = door(story.world.an).post(way(story.child), sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/map/?also=")


@pytest.mark.parametrize("method", ["get", "post"])
def test_below_its_own_grandchild_is_refused_in_words(
    method: str, story: Story, door: Door
) -> None:
    send = getattr(door(story.world.an), method)
    sent = {"from": story.top.public_id, "to": story.child.public_id}
    answer = send(way(story.left), sent, headers=SCRIPT)
    assert answer.status_code == 422
    assert "vòng tròn" in answer.content.decode()
    assert story.world.edge(story.left, story.top)


def test_somebody_was_faster(story: Story, door: Door) -> None:
    client = door(story.world.an)
    sent = {"from": story.left.public_id, "to": story.right.public_id}
    client.post(way(story.child), sent, headers=SCRIPT)
    again = client.post(way(story.child), sent | {"to": story.other.public_id}, headers=SCRIPT)
    assert again.status_code == 409
    assert "Trong lúc đó" in again.content.decode()
    assert story.parents() == {story.right.public_id}


@pytest.mark.parametrize("to", ["O-99999", "nonsense", "", "O-1' --"])
def test_a_parent_that_is_not_there(to: str, story: Story, door: Door) -> None:
    client = door(story.world.an)
    assert client.get(way(story.child), {"to": to}).status_code in (200, 422)
    assert client.post(way(story.child), {"to": to}).status_code == 404
    assert story.parents() == {story.left.public_id}


def test_who_may_not_link_moves_nothing(story: Story, door: Door) -> None:
    sent = {"from": story.left.public_id, "to": story.right.public_id}
    with_account(story.world.dung)
    client = door(story.world.dung)
    assert client.get(way(story.child), sent).status_code == 403
    assert client.post(way(story.child), sent).status_code == 403
    assert story.parents() == {story.left.public_id}


@pytest.mark.parametrize(
    "terms", [{"mode": "x"}, {"relation": "\0"}, {"weight": "9" * 40}, {"weight": "²"}]
)
def test_an_undo_edited_by_hand(terms: dict[str, str], story: Story, door: Door) -> None:
    sent = {"from": story.left.public_id, "to": story.right.public_id, "undo": "1"}
    answer = door(story.world.an).post(way(story.child), sent | terms, headers=SCRIPT)
    assert answer.status_code == 200
    assert story.parents() == {story.right.public_id}
