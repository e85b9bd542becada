"""The strategy map in a real browser: layout, keyboard, links, live changes, no JavaScript."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from haidang.goals import actions as goals
from haidang.goals.models import Alignment, Goal, Standing
from haidang.strategy.tests.map_company import Company, company
from haidang.strategy.tests.map_fixtures import with_account
from haidang.web import bundles
from tests.browser.map_pages import DRAWN, OPEN, open_map, some, until
from tests.support.axe import SOURCE as AXE
from tests.worlds import World, fresh

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["open_map", "some"]

#: Two cards that lie over each other, and cards outside the panel of their company goal.
FAULTS = """() => {
  const { graph, layout } = strategyMap, shown = graph.nodes.filter(n => n.shown), found = [];
  const meet = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  const pairs = (all, name) => all.forEach((a, i) => all.slice(i + 1).forEach(b => {
    if (meet(a, b)) found.push(name(a) + " over " + name(b));
  }));
  pairs(shown, n => n.id);
  pairs(layout.regions, r => r.key);
  for (const { top, rows, x, y, w, h } of layout.blocks) for (const n of [top, ...rows]) {
    if (n.x < x || n.y < y || n.x + n.w > x + w + .5 || n.y + n.h > y + h + .5) found.push(n.id);
  }
  return found;
}"""


def at(page: Page) -> str | None:
    return page.evaluate("document.activeElement?.node?.id")


@pytest.mark.parametrize("size", [60, 600])
def test_nothing_lies_over_anything(size: int, open_map: Callable[..., Page]) -> None:
    page = open_map(company(size))
    assert page.evaluate(FAULTS) == []
    wide, high = page.evaluate("[strategyMap.layout.width, strategyMap.layout.height]")
    assert 0.8 < wide / high < 2.6
    for levels in ("1", "2", "3"):
        page.select_option("#map-levels", levels)
        assert page.evaluate(FAULTS) == []


def test_the_layout_is_the_same_each_time(some: Company, open_map: Callable[..., Page]) -> None:
    places = "strategyMap.graph.nodes.map(n => [n.id, n.x, n.y])"
    page = open_map(some)
    first = page.evaluate(places)
    page.reload()
    page.locator("#map-box[data-ready]").wait_for()
    assert page.evaluate(places) == first


def test_folding_keeps_the_card_where_it_is(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, reduced_motion="reduce")
    until(page, "strategyMap.began")  # before its first rest a map writes no address
    name = page.evaluate(
        """() => { const m = strategyMap, n = m.graph.nodes.find(n => n.depth === 3 && n.count > 2);
          m.camera.reveal(n, .8); return n.id; }"""
    )
    where = f"""() => {{ const m = strategyMap, n = m.graph.byId.get("{name}");
      return [n.x * m.camera.k + m.camera.x, n.y * m.camera.k + m.camera.y, n.kids[0].shown]; }}"""
    before = page.evaluate(where)
    for shown in (False, True):
        page.evaluate(f"""strategyMap.toggle(strategyMap.graph.byId.get("{name}"))""")
        x, y, kids = page.evaluate(where)
        assert kids is shown
        assert abs(x - before[0]) < 1
        assert abs(y - before[1]) < 1
    card = page.locator(f"[role=treeitem][data-id='{name}']")
    page.evaluate(OPEN)
    fold = card.locator(".mc-more")
    box = fold.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert card.get_attribute("aria-expanded") == "false"
    assert card.locator(".mc-strip").is_visible()
    below = page.evaluate(f"""strategyMap.graph.byId.get("{name}").count""")
    assert fold.inner_text() == f"+{below}"
    page.wait_for_url(f"**t={name}**")


def test_the_tree_is_walked_by_keyboard(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some)
    tree = page.get_by_role("tree")
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


def test_a_count_does_not_hide_progress(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some)
    page.select_option("#map-levels", "2")
    page.evaluate("strategyMap.camera.set(60, 80, .5)")
    found = page.evaluate(DRAWN)
    heights = {round(box["h"], 1) for box in found["roundRect"]}
    bars = [box for box in found["roundRect"] if abs(box["h"] - 4) < 0.1]
    counts = [box for box in found["roundRect"] if abs(box["h"] - 13) < 0.1]
    assert len(counts) > 3, heights
    for count in counts:
        for bar in bars:
            assert (
                bar["x"] >= count["x"] + count["w"]
                or bar["x"] + bar["w"] <= count["x"]
                or bar["y"] >= count["y"] + count["h"]
                or bar["y"] + bar["h"] <= count["y"]
            )


def test_it_fills_its_page(some: Company, open_map: Callable[..., Page]) -> None:
    for width, height in ((1440, 900), (390, 844)):
        page = open_map(some, viewport={"width": width, "height": height})
        right, bottom, bar = page.evaluate("""() => {
          const { right, bottom } = document.getElementById("map").getBoundingClientRect();
          return [right, bottom, document.querySelector(".side").getBoundingClientRect().top]; }""")
        assert right == width
        assert bottom == pytest.approx(bar or height, abs=1)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_wide_heading_keeps_its_words_on_the_screen(
    some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(some, reduced_motion="reduce")
    page.evaluate("""() => { const m = strategyMap, n = m.graph.nodes.find(n => n.w > 850);
      m.camera.set(-100 - n.x * 1.6, 200 - n.y * 1.6, 1.6); m.select(n, { reveal: false }); }""")
    page.wait_for_timeout(300)
    for part in ("id", "title", "percent"):
        box = page.locator(f"[role=treeitem][tabindex='0'] .mc-{part}").bounding_box()
        assert box is not None
        assert box["x"] >= 228
        assert box["x"] + min(box["width"], 40) <= 1440


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


def test_without_javascript_it_is_an_outline(
    some: Company, make_context: Callable[..., BrowserContext]
) -> None:
    person = with_account(some.strategist)
    page = make_context(person, java_script_enabled=False).new_page()
    page.goto("/map/?kind=kpi")
    page.wait_for_url("**view=outline**")
    assert "kind=kpi" in page.url
    page.get_by_role("heading", name="Bản đồ chiến lược").wait_for()
    assert page.locator(".mo li").count() > 10
    summary = page.locator(".mo summary", has_text="SP-1").first
    assert summary.evaluate("summary => getComputedStyle(summary).listStyleType") == "none"
    assert "kỳ vọng" in page.locator(".mo-line").first.inner_text()
    summary.click()
    page.get_by_role("link", name=some.by_id("SP-2").title).first.wait_for()


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        (1440, "light"),
        pytest.param(1440, "dark", marks=pytest.mark.a11y_matrix),
        pytest.param(390, "light", marks=pytest.mark.a11y_matrix),
        pytest.param(390, "dark", marks=pytest.mark.a11y_matrix),
    ],
)
def test_it_is_accessible(
    width: int, theme: str, some: Company, open_map: Callable[..., Page]
) -> None:
    page = open_map(
        some,
        "#k=0.8&c=O-3,100,50&at=O-3&p=1",
        viewport={"width": width, "height": 844},
        color_scheme=theme,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page.locator("#map-panel h2").wait_for()
    page.wait_for_timeout(400)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    check = """async () => (await axe.run(document)).violations.map(
      v => [v.id, v.nodes.map(n => [n.html.slice(0, 200), n.failureSummary])])"""
    assert page.evaluate(check) == []
    page.locator("#map-close").click()
    for drop in page.locator(".map-drop summary").all():
        drop.click()
        assert page.evaluate(check) == []
    page.goto("/map/?view=outline")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(check) == []


def test_it_is_small_and_quick_enough_to_notice_nothing(
    some: Company, open_map: Callable[..., Page]
) -> None:
    script = gzip.compress(bundles.joined("strategy/map.js").encode(), 9)
    assert len(script) <= 16_384
    assert len(gzip.compress(bundles.joined("strategy/map.css").encode(), 9)) <= 4_500
    page = open_map(company(1900))
    took = page.evaluate(
        """() => { const m = strategyMap, all = [];
          for (let i = 0; i < 5; i++) {
            const t = performance.now();
            m.layout = null;
            m.arrange();
            all.push(performance.now() - t);
          }
          return Math.min(...all); }"""
    )
    assert took < 100
    assert json.loads(page.locator("#map-data").text_content() or "{}")["id"]


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
