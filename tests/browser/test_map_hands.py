"""What hands do with the map: drag a card to another parent, look further, keep and print."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from haidang.goals.models import Alignment, Goal
from haidang.strategy.map.drawing.forest import decode, is_open
from haidang.strategy.map.drawing.layout import arrange
from haidang.strategy.models import SavedView
from haidang.strategy.tests.map_company import Company, company
from haidang.strategy.tests.map_fixtures import door, with_account
from tests.browser.map_pages import OPEN, open_map, some, until
from tests.worlds import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["door", "open_map", "some"]

#: Where a card is to be taken, in the window.
GRASP = """id => { const { graph, camera: { x, y, k, left, top } } = strategyMap,
  n = graph.byId.get(id); return [n.x * k + x + left + 60 * k, n.y * k + y + top + 40 * k]; }"""


def test_a_card_is_dragged_to_another_parent_and_back(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    top = world.ultimate(title="Mở rộng thị phần phía Nam")
    left, right = (world.pillar(top, title=t) for t in ("Tăng trưởng", "Vận hành"))
    aim, other = world.objective(left, title="Thương hiệu"), world.objective(right, title="Kho")
    world.check_in(world.key_result(aim), 30)
    world.check_in(world.key_result(other), 80)
    page = make_context(with_account(world.an), reduced_motion="reduce").new_page()
    page.goto(f"/map/?cycle=all#k=0.5&c={aim.public_id},100,50")
    page.locator("#map-box[data-ready]").wait_for()
    up = f"strategyMap.graph.byId.get('{aim.public_id}').up.id"

    def lift(goal: Goal, onto: Goal) -> None:
        page.mouse.move(*page.evaluate(GRASP, goal.public_id))
        page.mouse.down()
        page.locator("#map-box[data-lift]").wait_for()
        page.mouse.move(*page.evaluate(GRASP, onto.public_id), steps=5)

    page.mouse.move(*page.evaluate(GRASP, aim.public_id))
    until(page, "!!strategyMap.seek")  # what hands need has come

    # A pillar under its own grandchild: shown as closed, and told why.
    lift(left, aim)
    page.locator(".map-mark.no").wait_for()
    assert "vòng tròn" in page.locator(".map-ghost").inner_text()
    page.mouse.up()
    page.locator(".toast", has_text="vòng tròn").wait_for()
    assert page.locator("dialog[open]").count() == 0
    # Let down beside everything, or given up: nothing is asked.
    lift(aim, right)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".map-ghost").is_hidden()

    lift(aim, right)
    page.locator(".map-mark:not(.no)").wait_for()
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("cấp trên mới").wait_for()
    row = dialog.get_by_role("row", name=re.compile(right.public_id)).inner_text()
    assert "80%" in row
    assert "55%" in row
    assert Alignment.objects.filter(child=aim, parent=left).exists()
    dialog.get_by_role("button", name="Chuyển").click()
    until(page, f"{up} === '{right.public_id}'")
    assert Alignment.objects.filter(child=aim, parent=right, mode="average").exists()
    page.get_by_role("button", name="Hoàn tác").click()
    until(page, f"{up} === '{left.public_id}'")
    assert Alignment.objects.filter(child=aim).get().parent == left
    # By its key; the offer goes with what it offered.
    lift(aim, right)
    page.locator(".map-mark:not(.no)").wait_for()
    page.mouse.up()
    dialog.get_by_role("button", name="Chuyển").click()
    until(page, f"{up} === '{right.public_id}'")
    page.keyboard.press("Control+z")
    until(page, f"{up} === '{left.public_id}'")
    assert page.get_by_role("button", name="Hoàn tác").count() == 0

    # The same by keyboard, from the panel.
    page.get_by_role("treeitem").first.focus()
    page.keyboard.type("thuong")
    page.keyboard.press("Enter")
    page.locator("#map-panel").get_by_role("link", name="Chuyển xuống dưới").focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("dialog").get_by_role("combobox")
    field.fill("van hanh")
    page.get_by_role("option", name=re.compile("Vận hành")).wait_for()
    field.press("Enter")
    dialog.get_by_role("button", name="Chuyển").press("Enter")
    until(page, f"{up} === '{right.public_id}'")
    assert page.locator("#map-panel").is_visible()


def test_a_goal_is_checked_in_and_edited_beside_the_map(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    result = world.key_result(world.objective(world.ultimate(title="Dẫn đầu")), title="Cũ")
    page = make_context(with_account(world.an), reduced_motion="reduce").new_page()
    name = result.public_id
    page.goto(f"/map/?cycle=all#k=0.9&c={name},100,50&at={name}&p=1")
    panel = page.locator("#map-panel")
    panel.get_by_role("link", name="Check-in").click()
    value = panel.locator("form.quick [name=value]")
    until(page, "document.activeElement.name === 'value'")
    value.fill("40")
    value.press("Enter")
    node = f"strategyMap.graph.byId.get('{name}')"
    until(page, f"{node}.progress === 400000000")
    panel.get_by_role("link", name="Sửa").click()
    title = page.get_by_role("dialog").locator("[name=title]")
    title.wait_for()
    # What is saved with stands at the dialog's lower edge, and nothing shows below it.
    below = """() => {
      const foot = document.querySelector("dialog[open] .sticky-foot");
      const body = foot.closest(".dialog-body");
      return body.getBoundingClientRect().bottom - foot.getBoundingClientRect().bottom; }"""
    assert page.evaluate(below) == pytest.approx(0, abs=0.5)
    title.fill("Tên mới")
    page.keyboard.press("Escape")
    assert title.is_visible()  # what was typed is not lost at one press
    page.get_by_role("dialog").get_by_role("button", name="Lưu").click()
    until(page, f"{node}.title === 'Tên mới'")
    assert "/map/" in page.url


def test_what_is_half_typed_beside_the_map_waits_for_its_goal(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    objective = world.objective(world.ultimate(title="Dẫn đầu"))
    one, two = (world.key_result(objective, title=title) for title in ("Một", "Hai"))
    page = make_context(with_account(world.an), reduced_motion="reduce").new_page()
    page.goto(f"/map/?cycle=all#k=0.9&c={one.public_id},100,50&at={one.public_id}&p=1")
    panel = page.locator("#map-panel")
    panel.get_by_role("link", name="Check-in").click()
    note = panel.locator("form.quick [name=note]")
    note.fill("đang gõ dở")
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.keyboard.press("Enter")
    assert note.input_value() == "đang gõ dở"
    page.evaluate(f"strategyMap.select(strategyMap.graph.byId.get('{two.public_id}'))")
    panel.locator("h2", has_text="Hai").wait_for()
    assert note.count() == 0
    panel.locator(f"[data-go='{objective.public_id}']").first.click()
    panel.locator(".id", has_text=objective.public_id).first.wait_for()
    page.evaluate(f"strategyMap.select(strategyMap.graph.byId.get('{one.public_id}'))")
    panel.locator("h2", has_text="Một").wait_for()
    assert note.input_value() == "đang gõ dở"
    panel.locator("form.quick [name=value]").fill("40")
    note.press("Enter")
    until(page, f"strategyMap.graph.byId.get('{one.public_id}').progress === 400000000")
    assert one.check_ins.get().note == "đang gõ dở"


def test_on_a_phone_the_sheet_beside_the_map_scrolls_in_itself(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    result = world.key_result(world.objective(world.ultimate(title="Dẫn đầu")), title="Một")
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    page = make_context(with_account(world.an), reduced_motion="reduce", **phone).new_page()
    name = result.public_id
    page.goto(f"/map/?cycle=all#k=0.9&c={name},100,50&at={name}&p=1")
    panel = page.locator("#map-panel")
    panel.get_by_role("link", name="Check-in").tap()
    until(page, "document.activeElement.name === 'value'")
    inside = """() => {
      const panel = document.getElementById("map-panel"), outer = panel.getBoundingClientRect();
      const inner = panel.lastElementChild.getBoundingClientRect();
      const value = document.activeElement.getBoundingClientRect();
      return [document.getElementById("map").scrollTop, inner.bottom <= outer.bottom + 1,
        value.top >= outer.top && value.bottom <= outer.bottom]; }"""
    assert page.evaluate(inside) == [0, True, True]
    panel.get_by_role("button", name="Đóng").tap()
    panel.wait_for(state="hidden")


@pytest.mark.parametrize("size", [50, 400])
def test_the_server_puts_everything_where_the_browser_does(
    size: int, transactional_db: None, open_map: Callable[..., Page]
) -> None:
    page = open_map(company(size))
    data = json.loads(page.locator("#map-data").text_content() or "{}")
    names = page.evaluate("strategyMap.words.area")
    places = """() => { const { graph, layout: { width, height } } = strategyMap;
      return [width, height, Object.fromEntries(graph.nodes.filter(n => n.shown)
        .map(n => [n.id, [n.x, n.y, n.w, n.h]]))]; }"""
    for levels in ("99", "2"):
        if levels != "99":
            page.select_option("#map-levels", levels)
        forest = decode(data)
        layout = arrange(forest, is_open(int(levels), ()), names)
        wide, high, cards = page.evaluate(places)
        assert (layout.width, layout.height) == pytest.approx((wide, high))
        ours = {n.id: [n.x, n.y, n.w, n.h] for n in forest.nodes if n.shown}
        assert ours.keys() == cards.keys()
        for key, place in ours.items():
            assert place == pytest.approx(cards[key]), key


@pytest.mark.parametrize("state", ["active", "closed"])
def test_search_flies_to_what_the_view_had_not_loaded(
    state: str, some: Company, open_map: Callable[..., Page]
) -> None:
    far = some.by_id("KR-20")
    far.title = "Đồng hành cùng nông dân"
    far.state = state
    far.save()
    page = open_map(some, "?limit=12", reduced_motion="reduce")
    assert not page.evaluate("strategyMap.graph.byId.has('KR-20')")
    # Where motion is reduced the colours are read as they are, too.
    assert page.evaluate("new Set(strategyMap.painter.health).size") == 6
    box = page.get_by_role("combobox", name="Tìm trên bản đồ")
    box.fill("dong hanh")
    page.get_by_role("option", name=re.compile("Đồng hành")).wait_for()
    box.press("Enter")
    until(page, "document.activeElement?.node?.id === 'KR-20'")
    assert "also=KR-20" in page.url
    page.reload()
    page.locator("#map-box[data-ready]").wait_for()
    assert page.evaluate("strategyMap.graph.byId.get('KR-20').shown")


def test_a_view_is_kept_opened_and_printed(
    some: Company, open_map: Callable[..., Page], door: Callable[..., Client]
) -> None:
    page = open_map(some, "?kind=objective#k=0.6&c=O-3,10,20&d=3&at=O-3", reduced_motion="reduce")
    page.locator("#map-menu summary").click()
    page.get_by_role("link", name="Lưu góc nhìn này").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tên góc nhìn").fill("Mục tiêu, ba cấp")
    dialog.get_by_role("button", name="Lưu").click()
    page.locator(".crumbs", has_text="Mục tiêu, ba cấp").wait_for()
    kept = SavedView.objects.get()
    assert kept.query == "kind=objective"
    assert "d=3" in kept.place
    page.locator("#map-box[data-ready]").wait_for()
    assert page.evaluate("[strategyMap.depth, strategyMap.at.id]") == [3, "O-3"]
    page.evaluate(OPEN)

    page.locator("#map-menu summary").click()
    page.get_by_role("link", name="In hoặc PDF").click()
    page.locator(".sheet svg text").first.wait_for()
    assert "d=3" in page.url
    told = page.locator(".sheet-head").inner_text()
    assert "Mục tiêu" in told
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    assert b"/Subtype /Image" not in sheet  # vectors alone
    box = re.search(rb"/MediaBox ?\[([\d. ]+)\]", sheet)
    assert box is not None
    a3 = [0, 0, 420 / 25.4 * 72, 297 / 25.4 * 72]
    assert [float(n) for n in box[1].split()] == pytest.approx(a3, abs=2)
