"""What others do shows on an open strategy map."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.goals import actions as goals
from haidang.goals.models import Alignment, Goal, Standing
from haidang.strategy.tests.map_company import Company
from haidang.strategy.tests.map_fixtures import with_account
from tests.browser.map_pages import FAULTS, at, open_map, some, until
from tests.worlds import World, fresh

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.support.browsing import Complaints

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["open_map", "some"]


def test_changes_of_others_repaint_their_cards_alone(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, "#k=0.9&c=KR-5,100,50&at=KR-5", reduced_motion="reduce")
    card = page.locator("[role=treeitem][data-id='KR-5']")
    card.focus()
    places = "strategyMap.graph.nodes.map(n => [n.id, n.x, n.y])"
    before = page.evaluate(places)
    goal = some.by_id("KR-5")
    Goal.objects.filter(pk=goal.pk).update(title="Tiêu đề mới")
    Standing.objects.filter(pk=goal.pk).update(progress=421_000_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    tell = """ids => document.dispatchEvent(
      new CustomEvent("haidang:goals", { detail: { ids: new Set(ids) } }))"""
    page.evaluate(tell, ["KR-5", "O-9999"])
    page.locator("[role=treeitem][data-id='KR-5'] .mc-percent", has_text="42,1%").wait_for(
        timeout=1000
    )
    assert card.locator(".mc-title").inner_text() == "Tiêu đề mới"
    assert at(page) == "KR-5"
    assert page.evaluate(places) == before
    assert len([url for url in asked if "/map/data/" in url]) == 1


def test_one_question_at_a_time_and_none_is_lost(
    some: Company, open_map: Callable[..., Page], complaints: Complaints
) -> None:
    """Answers could overtake each other; and the server may be away for a moment."""
    page = open_map(some, "#k=0.9&c=KR-5,100,50&at=KR-5", reduced_motion="reduce")
    asked: list[str] = []
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route.request.url.rpartition("ids=")[2])
        waiting.append(route)

    page.route("**/map/data/?*ids=*", hold)
    tell = """ids => document.dispatchEvent(
      new CustomEvent("haidang:goals", { detail: { ids: new Set(ids) } }))"""
    Standing.objects.filter(pk=some.by_id("KR-5").pk).update(progress=421_000_000)
    page.evaluate(tell, ["KR-5"])
    page.evaluate(tell, ["O-20"])
    page.evaluate(tell, ["KR-5"])
    page.wait_for_timeout(100)
    assert asked == ["KR-5"]
    waiting.pop().continue_()
    page.locator("[role=treeitem][data-id='KR-5'] .mc-percent", has_text="42,1%").wait_for()
    for _ in range(40):
        if len(asked) == 2:
            break
        page.wait_for_timeout(25)
    assert asked[1].split("%2C") == ["O-20", "KR-5"]
    Standing.objects.filter(pk=some.by_id("KR-5").pk).update(progress=640_000_000)
    waiting.pop().abort()
    page.wait_for_timeout(100)
    assert {text.partition(":")[0] for text in complaints} == {"console error", "script"}
    complaints.clear()
    page.unroute("**/map/data/?*ids=*")
    page.evaluate(tell, [])  # the stream is back
    page.locator("[role=treeitem][data-id='KR-5'] .mc-percent", has_text="64%").wait_for()


def test_a_new_goal_appears_without_losing_the_place(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, "#k=0.9&c=KR-5,100,50&at=KR-5", reduced_motion="reduce")
    page.locator("[role=treeitem][data-id='KR-5']").focus()
    where = """() => { const m = strategyMap, n = m.graph.byId.get("KR-5");
      return [n.x * m.camera.k + m.camera.x, n.y * m.camera.k + m.camera.y]; }"""
    before = page.evaluate(where)
    child = some.by_id("KR-5")
    new = Goal.objects.get(pk=some.by_id("O-20").pk)
    # Without its key it is saved as another; the stubs know none that has no key yet.
    new.pk, new.public_id, new.number = None, "O-777", 777  # type: ignore[assignment]
    new.save()
    Standing.objects.create(goal=new, organisation_id=some.organisation.pk)
    Alignment.objects.create(
        organisation=some.organisation, child=new, parent=child, relation="cross_team",
        mode="average", since=new.created_at,
    )  # fmt: skip
    page.evaluate(
        """document.dispatchEvent(
          new CustomEvent("haidang:goals", { detail: { ids: new Set(["O-777"]) } }))"""
    )
    until(page, """strategyMap.graph.byId.get("O-777")?.shown""")
    assert page.evaluate("""strategyMap.graph.byId.get("O-777").up.id""") == "KR-5"
    assert page.evaluate(where) == pytest.approx(before, abs=1)
    assert at(page) == "KR-5"
    assert page.evaluate(FAULTS) == []


def test_a_check_in_moves_the_map_of_somebody_else(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    top = world.ultimate(title="Mở rộng thị phần phía Nam")
    pillar = world.pillar(top, title="Tăng trưởng")
    objective = world.objective(pillar, title="Thương hiệu")
    result = world.key_result(objective, title="Nhà phân phối tiềm năng")
    page = make_context(with_account(world.dung)).new_page()
    page.goto("/map/?cycle=all#k=0.8&c=UG-1,200,300")
    page.locator("#map-box[data-ready]").wait_for()
    number = page.locator(f"[data-id='{top.public_id}'] .mc-percent")
    assert number.inner_text() == "–"
    page.wait_for_timeout(1000)  # the stream opens
    world.check_in(result, 50)
    for goal in (result, objective, pillar, top):
        moved = page.locator(f"[data-id='{goal.public_id}'] .mc-percent", has_text="50%")
        moved.wait_for(timeout=3000)
    assert page.evaluate("strategyMap.graph.byId.get('UG-1').progress") == 500_000_000


def test_what_others_do_to_the_tree_shows_within_a_second(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    top = world.ultimate(title="Mở rộng thị phần phía Nam")
    pillar, other = world.pillar(top, title="Tăng trưởng"), world.pillar(top, title="Vận hành")
    objective = world.objective(pillar, title="Thương hiệu")
    folded = world.objective(other, title="Kho vận")
    world.objective(folded, title="Nằm dưới", level="unit", unit=world.sales)
    page = make_context(with_account(world.dung)).new_page()
    page.goto(
        f"/map/?cycle=all#k=0.8&c={objective.public_id},100,50&at={objective.public_id}"
        f"&t={folded.public_id}&f=1"
    )
    page.locator("#map-box[data-ready]").wait_for()
    page.wait_for_timeout(1000)  # the stream opens
    page.locator(f"[role=treeitem][data-id='{objective.public_id}']").focus()
    place = """() => { const { at, camera: { x, y, k }, lit } = strategyMap;
      return [at.x * k + x, at.y * k + y, k, !!lit]; }"""
    before = page.evaluate(place)

    def shows(goal: Goal, condition: str) -> None:
        node = f"strategyMap.graph.byId.get('{goal.public_id}')"
        for _ in range(40):
            if page.evaluate(f"(node => {condition})({node})"):
                break
            page.wait_for_timeout(25)
        else:
            raise AssertionError(condition)
        assert page.evaluate(place) == pytest.approx(before, abs=1)
        assert at(page) == objective.public_id
        assert page.evaluate(f"strategyMap.toggled.has('{folded.public_id}')")
        assert page.locator("#map-focus").get_attribute("aria-pressed") == "true"

    made = world.objective(objective, title="Mới", level="unit", unit=world.sales)
    shows(made, f"node?.up?.id === '{objective.public_id}' && node.shown")
    alone = world.objective(title="Chưa nối")
    shows(alone, "node && !node.up && node.shown")
    world.link(made, folded, "supports")
    shows(made, "node.links.length === 1")
    goals.unlink(world.an, world.edge(made, folded))
    shows(made, "node.links.length === 0")
    goals.move_link(world.an, world.edge(made, objective), fresh(other))
    shows(made, f"node.up?.id === '{other.public_id}'")
    world.drop(made)
    shows(made, "!node")
