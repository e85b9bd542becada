"""Going about the strategy map in a browser: keyboard, wheel, fingers, focus, search, links."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.goals.models import Goal
from haidang.strategy.tests.map_company import Company
from tests.browser.map_pages import DRAWN, at, open_map, some, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["open_map", "some"]


def test_the_tree_is_walked_by_keyboard(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some)
    tree = page.get_by_role("tree")
    tree.get_by_role("treeitem").wait_for(state="attached")  # after the first picture
    assert tree.get_by_role("treeitem").count() == 1
    tree.get_by_role("treeitem").focus()
    assert at(page) == "UG-1"
    keys = page.keyboard
    keys.press("ArrowDown")
    assert at(page) == "SP-1"
    item = page.locator("[role=treeitem]:focus")
    facts = [
        item.get_attribute(f"aria-{name}") for name in ("level", "setsize", "posinset", "expanded")
    ]
    assert facts == ["2", "4", "1", "true"]
    keys.press("ArrowLeft")
    assert item.get_attribute("aria-expanded") == "false"
    keys.press("ArrowDown")
    assert at(page) == "SP-2"
    keys.press("ArrowUp")
    keys.press("ArrowRight")
    assert item.get_attribute("aria-expanded") == "true"
    keys.press("ArrowRight")
    assert page.evaluate("document.activeElement.node.up.id") == "SP-1"
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    assert at(page) == "SP-1" or at(page) == "UG-1"
    keys.press("End")
    last = page.evaluate("strategyMap.layout.order.at(-1).id")
    assert at(page) == last
    keys.press("Home")
    assert at(page) == "UG-1"
    keys.type("van hanh")
    assert at(page) == "SP-3"
    assert page.locator("[role=treeitem][tabindex='0']").count() == 1


def test_enter_opens_a_goal_and_leaves_the_map(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some)
    page.get_by_role("treeitem").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = page.locator("#map-panel")
    panel.get_by_role("heading", level=2).wait_for()
    assert panel.get_by_role("heading", level=2).inner_text() == some.by_id("SP-1").title
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert page.locator("#map-canvas").is_visible()
    panel.locator("[data-go]").last.click()
    chosen = page.evaluate("strategyMap.at.id")
    assert chosen != "SP-1"
    page.locator("#map-panel .id", has_text=chosen).wait_for()
    page.locator("#map-panel h2").focus()
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert at(page) == chosen


def test_focus_shows_only_what_hangs_together(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some)
    page.get_by_role("treeitem").focus()
    page.keyboard.type("tr")  # the pillar on customers
    page.wait_for_timeout(800)
    node = page.evaluate("""() => { const n = strategyMap.at;
      return { id: n.id, kids: n.kids.map(k => k.id) }; }""")
    page.keyboard.press(" ")
    lit = set(page.evaluate("[...strategyMap.lit].map(n => n.id)"))
    assert {node["id"], "UG-1", *node["kids"]} <= lit
    assert len(lit) < 30
    assert page.get_by_role("button", name="Tập trung").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.evaluate("strategyMap.lit") is None


def test_escape_has_one_order(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, reduced_motion="reduce")
    page.get_by_role("treeitem").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#map-panel h2").wait_for()
    focus = page.get_by_role("button", name="Tập trung")
    focus.click()
    legend = page.locator(".map-drop summary", has_text="Chú giải")
    legend.click()
    page.keyboard.press("Escape")
    assert page.locator(".map-drop[open]").count() == 0
    assert legend.evaluate("summary => summary === document.activeElement")
    search = page.get_by_role("combobox", name="Tìm trên bản đồ")
    search.fill("khach")
    search.press("Escape")
    assert page.locator("#map-hits").is_hidden()
    assert search.input_value() == ""
    assert page.locator("#map-panel").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#map-panel").is_hidden()
    assert focus.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert focus.get_attribute("aria-pressed") == "false"
    assert page.evaluate("strategyMap.at.id") == "SP-1"
    page.keyboard.press("Escape")
    assert page.evaluate("strategyMap.at") is None
    # Where a dialog is open, it is the dialog that closes.
    focus.click()
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    assert page.locator("#keys-dialog").is_hidden()
    assert focus.get_attribute("aria-pressed") == "true"


def test_the_keys_of_the_map_are_in_the_list(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, reduced_motion="reduce")
    page.keyboard.press("?")
    listed = page.locator("#keys-dialog").inner_text()
    for label in ("Mở bên cạnh bản đồ", "Dời bản đồ", "Tìm trên bản đồ", "Toàn bản đồ"):
        assert label in listed
    page.keyboard.press("Escape")
    before = page.evaluate("strategyMap.camera.k")
    page.keyboard.press("+")
    assert page.evaluate("strategyMap.camera.k") > before
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "map-search"


def test_in_focus_mode_only_what_hangs_together_is_linked(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, reduced_motion="reduce")
    page.evaluate("strategyMap.camera.zoom(.5 / strategyMap.camera.k)")
    linked = page.evaluate("""strategyMap.graph.links.filter(l => l.from.shown && l.to.shown)
      .map(l => [l.from.id, l.to.id])""")
    assert len(page.evaluate(DRAWN)["bezierCurveTo"]) == len(linked) > 2
    box = page.get_by_role("combobox", name="Tìm trên bản đồ")
    box.fill(linked[0][0])
    box.press("Enter")
    assert box.input_value() == ""
    page.get_by_role("button", name="Tập trung").click()
    lit = set(page.evaluate("[...strategyMap.lit].map(n => n.id)"))
    assert set(linked[0]) <= lit
    among = [ends for ends in linked if set(ends) <= lit]
    assert len(page.evaluate(DRAWN)["bezierCurveTo"]) == len(among) < len(linked)
    # What was chosen is still ringed, though the button has the keyboard now.
    assert page.evaluate("strategyMap.ring.id") == linked[0][0]


def test_zoom_and_pan_by_keys_buttons_and_wheel(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, reduced_motion="reduce")
    view = "[strategyMap.camera.x, strategyMap.camera.y, strategyMap.camera.k]"
    whole = page.evaluate(view)
    page.get_by_role("treeitem").focus()
    page.keyboard.press("+")
    assert page.evaluate(view)[2] > whole[2]
    page.keyboard.press("-")
    page.keyboard.press("0")
    assert page.evaluate(view) == pytest.approx(whole, abs=1)
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate(view)[0] < whole[0] - 100
    page.get_by_role("button", name="Phóng to").click()
    near = page.evaluate(view)[2]
    assert near > whole[2]
    page.mouse.move(700, 500)
    # The point under the pointer stays where it is.
    point = "(700 - strategyMap.camera.left - strategyMap.camera.x) / strategyMap.camera.k"
    before = page.evaluate(point)
    page.mouse.wheel(0, -200)
    until(page, f"strategyMap.camera.k > {near}")
    assert page.evaluate(point) == pytest.approx(before, abs=2)
    held = page.evaluate(view)
    page.mouse.down()
    page.mouse.move(760, 540, steps=4)
    page.mouse.up()
    moved = page.evaluate(view)
    assert moved[0] - held[0] == pytest.approx(60, abs=8)
    assert moved[1] - held[1] == pytest.approx(40, abs=8)
    assert page.locator("#map-panel").is_hidden()


def test_search_ignores_marks_and_flies(some: Company, open_map: Callable[..., Page]) -> None:
    Goal.objects.filter(pk=some.by_id("KR-20").pk).update(title="Đồng hành cùng nông dân Ẩm thực")
    page = open_map(some, reduced_motion="reduce")
    box = page.get_by_role("combobox", name="Tìm trên bản đồ")
    box.fill("am thuc dong hanh")
    option = page.locator("#map-hits [role=option]")
    option.wait_for()  # what searches comes with the first touch
    assert option.count() == 1
    assert "Đồng hành cùng nông dân" in option.inner_text()
    box.press("Enter")
    assert at(page) == "KR-20"
    assert box.input_value() == ""
    card = page.locator("[role=treeitem]:focus")
    place = card.bounding_box()
    assert place is not None
    assert 0 < place["x"] < 1440
    assert 0 < place["y"] < 900
    box.fill("không có gì như thế")
    assert "Không có gì trên bản đồ" in page.locator("#map-hits").inner_text()


def test_a_view_is_a_link(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, reduced_motion="reduce")
    page.get_by_role("treeitem").focus()
    page.keyboard.type("con nguoi")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(800)
    page.keyboard.press(" ")
    page.wait_for_url("**f=1**")
    page.wait_for_timeout(300)
    link = page.url
    near = link.split("c=")[1].split(",")[0]
    state = f"""() => {{ const {{ camera, at, lit, toggled, graph }} = strategyMap;
      const n = graph.byId.get("{near}");
      return [n.x * camera.k + camera.x, n.y * camera.k + camera.y, camera.k,
        at.id, lit.size, [...toggled]]; }}"""
    first = page.evaluate(state)
    page.goto("about:blank")
    page.goto(link)
    page.locator("#map-box[data-ready]").wait_for()
    second = page.evaluate(state)
    assert second[3:] == first[3:]
    assert second[:3] == pytest.approx(first[:3], abs=3)


def test_on_a_phone_it_is_moved_by_fingers(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("strategyMap.camera.k") >= 0.3
    pinch = """() => {
      const box = document.getElementById("map-box");
      const send = (type, pointerId, clientX, clientY) => box.dispatchEvent(new PointerEvent(
        type, { pointerId, clientX, clientY, pointerType: "touch", bubbles: true }));
      box.setPointerCapture = () => {};
      send("pointerdown", 1, 150, 400); send("pointerdown", 2, 250, 400);
      send("pointermove", 1, 100, 400); send("pointermove", 2, 300, 400);
      send("pointerup", 1, 100, 400); send("pointerup", 2, 300, 400);
      return strategyMap.camera.k; }"""
    before = page.evaluate("strategyMap.camera.k")
    assert page.evaluate(pinch) == pytest.approx(before * 2, rel=0.1)
    x, y = page.evaluate(
        """() => { const m = strategyMap, [wx, wy] = m.camera.middle;
          const n = m.graph.nodes.find(n => n.shown && n.w < 300 && Math.abs(n.x - wx) < 300
            && Math.abs(n.y - wy) < 300), { x, y, k, left, top } = m.camera;
          m.camera.centre(n.x + 140, n.y + 56);
          return [m.camera.width / 2 + left, m.camera.height / 2 + top]; }"""
    )
    page.touchscreen.tap(x, y)
    page.locator("#map-panel h2").wait_for()
    assert page.evaluate("strategyMap.at.shown")
    # The goal stands above its panel.
    above = """(() => { const { at, panel, camera: { y, k, top } } = strategyMap;
      return (at.y + at.h) * k + y + top <= panel.getBoundingClientRect().top; })()"""
    until(page, above)
