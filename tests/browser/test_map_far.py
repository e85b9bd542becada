"""The strategy map from far away, in a real browser: it reads like a map."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from haidang.strategy.tests.map_company import Company, company
from haidang.strategy.tests.map_fixtures import with_account
from tests.browser.map_pages import DRAWN, OPEN, open_map, some, until
from tests.worlds import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["open_map", "some"]

#: The view in which everything is seen, never nearer than names are written over tiles.
FAR = """() => { const { camera } = strategyMap, [x, y, k] = camera.fit();
  camera.set(x, y, Math.min(.29, k)); strategyMap.painter.draw(); }"""


@pytest.mark.parametrize("size", [60, 260, 1200])
def test_names_seen_from_far_lie_over_nothing_else(
    size: int, transactional_db: None, open_map: Callable[..., Page]
) -> None:
    page = open_map(company(size))
    page.evaluate("""() => { const { camera } = strategyMap, [x, y, k] = camera.fit();
      camera.set(x, y, Math.min(.29, k)); }""")
    drawn = page.evaluate(DRAWN)
    plates = [box for box in drawn["fillRect"] if box["fill"] == "#ffffff"]
    places = page.evaluate("""() => {
      const { graph, camera: { x, y, k } } = strategyMap;
      return graph.nodes.filter(n => n.shown).map(n => ({ id: n.id, title: n.title, kind: n.kind,
        x: n.x * k + x, y: n.y * k + y, w: n.w * k, h: n.h * k }));
    }""")
    pillars = [place for place in places if place["kind"] == 1]
    assert len(plates) > len(pillars)
    for plate in plates:
        under = [
            place["id"]
            for place in places
            if plate["x"] < place["x"] + place["w"] - 1
            and place["x"] < plate["x"] + plate["w"] - 1
            and plate["y"] < place["y"] + place["h"] - 1.5
            and place["y"] < plate["y"] + plate["h"] - 1.5
        ]
        assert len(under) <= 1, under  # none: an area without a pillar
    for text in drawn["fillText"]:
        assert not text["text"] or any(
            box["x"] <= text["x"]
            and text["x"] + text["w"] <= box["x"] + box["w"] + 1
            and box["y"] <= text["y"] - 4
            and text["y"] + 4 <= box["y"] + box["h"]
            for box in plates
        ), text
    said = [text["text"] for text in drawn["fillText"]]
    for pillar in pillars:
        assert pillar["title"].split()[0] in " ".join(said)
    assert sum(text.endswith("%") for text in said) > len(pillars)
    names = page.locator("#map-bands span")
    lanes = ["Mục tiêu tổng thể", "Trụ cột", "Mục tiêu công ty và cấp dưới"]
    assert names.all_inner_texts() == lanes
    assert all(name.is_visible() for name in names.all())


def test_from_far_it_reads_as_a_map(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some)
    assert page.evaluate("strategyMap.camera.k") < 0.3
    page.mouse.move(600, 400)
    page.locator("#map-tip").wait_for(state="visible")
    hovered = page.evaluate("strategyMap.pointed.title")
    assert page.locator("#map-tip b").inner_text() == hovered
    page.mouse.click(600, 400)
    until(page, "strategyMap.camera.k > .39")


def test_a_ring_goes_round_the_name(some: Company, open_map: Callable[..., Page]) -> None:
    page = open_map(some, reduced_motion="reduce")
    page.evaluate(FAR)
    plates = """() => { const { graph, camera: { x, y, k } } = strategyMap;
      return graph.nodes.filter(n => n.plate).map(({ id, plate: p }) =>
        ({ id, x: p.x * k + x, y: p.y * k + y, w: p.w * k, h: p.h * k })); }"""
    known = {plate["id"]: plate for plate in page.evaluate(plates)}
    drawn = [box for box in page.evaluate(DRAWN)["fillRect"] if box["fill"] == "#ffffff"]
    assert len(known) > 3
    for plate in known.values():
        assert any(
            all(box[side] == pytest.approx(plate[side], abs=0.6) for side in "xywh")
            for box in drawn
        ), plate
    head = known["UG-1"]
    ring = page.evaluate(
        """() => { const m = strategyMap, { top, ratio: r } = m.painter, found = [];
          m.ring = m.graph.byId.get("UG-1"); m.repaint = () => {};
          top.roundRect = (x, y, w, h) => { const { a, d, e, f } = top.getTransform();
            found.push({ x: (x * a + e) / r, y: (y * d + f) / r, w: w * a / r, h: h * d / r }); };
          m.painter.draw(); delete top.roundRect; return found; }"""
    )
    assert len(ring) == 1
    assert ring[0]["x"] == pytest.approx(head["x"] - 3, abs=0.6)
    assert ring[0]["w"] == pytest.approx(head["w"] + 6, abs=0.6)
    # What is pointed at is what is read there, also beside the tile.
    x, y = head["x"] + 4, head["y"] + head["h"] / 2
    assert page.evaluate(f"strategyMap.hit({x}, {y})[0].id") == "UG-1"


def test_several_ultimate_goals_stand_apart(
    transactional_db: None, make_context: Callable[..., BrowserContext]
) -> None:
    world = World()
    tops = [world.ultimate(title=f"Mục tiêu tổng thể số {number}") for number in range(1, 5)]
    for top in tops[:2]:
        world.pillar(top, title="Trụ cột")
    page = make_context(with_account(world.chi), viewport={"width": 1440, "height": 900}).new_page()
    page.goto("/map/")
    page.locator("#map-box[data-ready]").wait_for()
    page.evaluate(OPEN)
    page.evaluate(FAR)
    heads = page.evaluate(
        """() => strategyMap.layout.heads.map(({ x, w, plate: p }) => [x, x + w, p.x, p.x + p.w])
          .sort((a, b) => a[0] - b[0])"""
    )
    assert len(heads) == 4
    for (_, right, _, plate_right), (left, _, plate_left, _) in pairwise(heads):
        assert left - right > 16
        assert plate_left >= plate_right
