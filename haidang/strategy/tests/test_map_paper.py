"""The map as a file and on paper."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from haidang.goals.models import Goal
from haidang.people.models import Person
from haidang.strategy.map.drawing import text
from haidang.strategy.tests.map_company import Company, company

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(client: Client, query: str = "") -> ET.Element:
    answer = client.get(f"/map/svg/{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert "attachment" in answer["Content-Disposition"]
    return ET.fromstring(answer.content)  # noqa: S314  our own


def words(picture: ET.Element) -> str:
    return " ".join("".join(one.itertext()) for one in picture.iter(f"{SVG}text"))


def test_every_goal_is_drawn_once(small: Company, door: Door) -> None:
    picture = drawn(door(small.strategist))
    said = words(picture)
    for goal in small.goals:
        assert goal.public_id in said
    assert picture.find(f"{SVG}title") is not None
    assert "Hương Sen" in (picture.findtext(f"{SVG}title") or "")
    left, top, wide, high = map(float, picture.attrib["viewBox"].split())
    for box in picture.iter(f"{SVG}rect"):
        at = {name: float(box.attrib[name]) for name in ("x", "y", "width", "height")}
        assert left <= at["x"] <= at["x"] + at["width"] <= left + wide
        assert top <= at["y"] <= at["y"] + at["height"] <= top + high
    assert not list(picture.iter(f"{SVG}style"))
    assert not list(picture.iter(f"{SVG}image"))


def test_titles_cannot_leave_their_text(small: Company, door: Door) -> None:
    evil = "</text><script>&amp;\x0b\ud7ff"
    Goal.objects.filter(pk=small.by_id("O-1").pk).update(title=evil)
    picture = drawn(door(small.strategist))
    assert not list(picture.iter(f"{SVG}script"))
    assert "</text><script>&amp;" in words(picture)


def test_it_is_the_view_that_stands(small: Company, door: Door) -> None:
    client = door(small.strategist)
    folded = words(drawn(client, "?d=1"))
    assert "SP-1" in folded
    assert "KR-1 " not in folded + " "
    narrowed = drawn(client, "?kind=kpi")
    assert "KPI" in (narrowed.findtext(f"{SVG}desc") or "")
    lit = drawn(client, "?at=SP-1&f=1")
    assert any(one.get("opacity") == ".25" for one in lit.iter(f"{SVG}g"))


@pytest.mark.parametrize("query", ["?d=x&t=%00&at=%3Cb%3E&k=nan", "?unit=U-999", "?text=khongco"])
def test_any_address_is_answered(query: str, small: Company, door: Door) -> None:
    client = door(small.strategist)
    drawn(client, query)
    assert client.get(f"/map/print/{query}").status_code == 200


def test_what_is_hidden_is_not_drawn(small: Company, door: Door) -> None:
    secret = small.by_id("O-3")
    Goal.objects.filter(pk=secret.pk).update(visibility="private", title="Bí mật")
    reader = next(p for p in small.people[2:] if p.pk != secret.owner_id)
    client = door(reader)
    for path in ("/map/svg/", "/map/print/"):
        assert "Bí mật" not in client.get(path).content.decode()


def test_the_sheet_says_what_it_shows(small: Company, door: Door) -> None:
    unit = small.units[2]
    page = door(small.strategist).get(f"/map/print/?unit={unit.public_id}&health=at_risk")
    text_ = page.content.decode()
    for said in (unit.name, "Có rủi ro", "Hương Sen", "<svg"):
        assert said in text_
    assert "style=" not in text_


def test_two_thousand_goals_are_drawn_in_time(db: None, door: Door) -> None:
    picture = drawn(door(company(700).strategist))
    assert len(list(picture.iter(f"{SVG}g"))) > 600


def test_lines_break_where_they_must() -> None:
    lines = text.wrap("Nâng cao tỷ lệ khách hàng quay trở lại sau lần mua đầu tiên", 14, 160, 3)
    assert len(lines) == 3
    assert all(text.width(line, 14) <= 160 for line in lines)
    assert text.wrap("ngắn", 14, 160, 2) == ["ngắn"]
    assert text.wrap("", 14, 160, 2) == []
    assert text.cut("Mộtchữrấtdàikhôngcókhoảngtrắng", 14, 60).endswith("…")
    assert text.width("Ẩẫ", 10) == text.width("Aa", 10)
