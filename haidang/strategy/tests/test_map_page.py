"""The map as a page, as data, as an outline, and one goal beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from haidang.goals.models import Alignment, Goal, Standing
from haidang.people.models import Person
from haidang.strategy.tests.map_company import Company, company

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]


def inlined(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="map-data">(.*?)</script>', text)
    assert found is not None
    return json.loads(found[1])


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/map/").status_code == 302
    assert client.get("/map/data/", headers={"accept": "application/json"}).status_code == 401
    assert client.get("/map/panel/UG-1/", headers={"hx-request": "true"}).status_code == 401


@pytest.mark.parametrize("path", ["/map/", "/map/data/", "/map/panel/UG-1/"])
def test_nothing_is_written_here(path: str, small: Company, door: Door) -> None:
    assert door(small.strategist).post(path).status_code == 405


def test_the_page_has_its_data_in_it(small: Company, door: Door) -> None:
    client = door(small.strategist)
    page = client.get("/map/")
    assert page.status_code == 200
    sent = inlined(page.content.decode())
    assert sent == client.get("/map/data/").json()
    assert len(sent["id"]) == len(small.goals)


def test_titles_cannot_leave_their_script(small: Company, door: Door) -> None:
    Goal.objects.filter(pk=small.by_id("O-1").pk).update(title="</script><b>&\u2028 x")
    page = door(small.strategist).get("/map/").content.decode()
    assert "</script><b>" not in page
    assert "</script><b>&\u2028 x" in inlined(page)["title"]


def test_the_same_content_is_not_sent_again(small: Company, door: Door) -> None:
    client = door(small.strategist)
    first = client.get("/map/data/")
    tag = first["ETag"]
    again = client.get("/map/data/", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert not again.content
    Standing.objects.filter(pk=small.by_id("KR-1").pk).update(progress=123_456_789)
    changed = client.get("/map/data/", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    assert 123_456_789 in changed.json()["progress"]


def test_it_is_sent_compressed(small: Company, door: Door) -> None:
    sent = door(small.strategist).get("/map/data/", headers={"accept-encoding": "gzip"})
    assert sent["Content-Encoding"] == "gzip"
    assert len(sent.content) < 8_000


def test_single_goals_as_they_stand_now(small: Company, door: Door) -> None:
    client = door(small.strategist)
    sent = client.get("/map/data/?ids=kr-1,SP-1,KR-99999,<b>").json()
    assert sorted(sent["id"]) == ["KR-1", "SP-1"]
    place = sent["id"].index("SP-1")
    assert sent["parents"][place] == ["UG-1"]
    helper = next(g for g in small.goals if g.parent_links.filter(relation="supports").exists())
    beside = helper.parent_links.get(relation="supports").parent.public_id
    sent = client.get(f"/map/data/?ids={helper.public_id}").json()
    assert beside in sent["parents"][0]
    Goal.objects.filter(pk=small.by_id("KR-1").pk).update(visibility="private")
    other = next(p for p in small.people[1:] if p.pk != small.by_id("KR-1").owner_id)
    assert door(other).get("/map/data/?ids=KR-1").json()["id"] == []


@pytest.mark.parametrize(
    "query",
    [
        "root=O-1", "unit=U-2", "cycle=C-1", "cycle=all", "health=done", "kind=kpi",
        "text=khach+hang", "tag=t%E1%BA%BFt", "limit=10", "text=%00%ED%A0%80", "unit=%27--",
        "person=me", "person=P-1%00", "team=U-3", "also=KR-1", "also=%3Cb%3E", "saved=x",
        "text=" + "x" * 5000, "limit=99999999999999999999", "ids=" + ",".join(["O-1"] * 900),
    ],
)  # fmt: skip
def test_any_filter_is_answered(query: str, small: Company, door: Door) -> None:
    client = door(small.strategist)
    assert client.get(f"/map/data/?{query}").status_code == 200
    assert client.get(f"/map/?{query}").status_code == 200
    assert client.get(f"/map/?{query}&view=outline").status_code == 200


@pytest.mark.parametrize("root", ["O-9999", "nonsense", "O-1' OR 1=1"])
def test_a_branch_that_is_not_there(root: str, small: Company, door: Door) -> None:
    client = door(small.strategist)
    assert client.get("/map/", {"root": root}).status_code == 404
    assert client.get("/map/data/", {"root": root}).status_code == 404


def test_the_outline_says_the_same(small: Company, door: Door) -> None:
    page = door(small.strategist).get("/map/?view=outline").content.decode()
    for goal in small.goals:
        assert goal.public_id in page
    assert "Đúng tiến độ" in page
    assert 'href="/goals/O-1/"' in page
    assert re.search(r"kỳ vọng \d+%", page)
    assert "<script" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    cut = door(small.strategist).get("/map/?view=outline&limit=12").content.decode()
    assert "mục tiêu cấp dưới" in cut


def test_lanes_are_called_by_their_names(small: Company, door: Door) -> None:
    client = door(small.strategist)
    account = small.strategist.account
    assert account is not None
    account.language = "en"
    account.save(update_fields=["language"])
    page = client.get("/map/").content.decode()
    bands = page.split('id="map-bands"', 1)[1].split('class="map-tools', 1)[0]
    assert re.findall(r"<span>(.*?)</span>", bands) == [
        "Ultimate Goal", "Pillars", "Company goals and what is below",
    ]  # fmt: skip


def test_without_goals_it_offers_a_beginning(administrator: Person, door: Door) -> None:
    page = door(administrator).get("/map/").content.decode()
    assert "Chưa có mục tiêu nào" in page
    assert inlined(page)["id"] == []


def test_a_goal_beside_the_map(small: Company, door: Door) -> None:
    aim = next(g for g in small.goals if g.kind == "objective" and g.child_links.count() > 1)
    page = door(small.strategist).get(f"/map/panel/{aim.public_id}/").content.decode()
    assert aim.title in page
    for link in aim.child_links.select_related("child"):
        assert f'data-go="{link.child.public_id}"' in page
    above = aim.parent_links.select_related("parent").first()
    assert above is not None
    assert f'data-go="{above.parent.public_id}"' in page
    assert "Kỳ vọng hôm nay" in page


def test_the_panel_masks_what_is_not_open(small: Company, door: Door) -> None:
    aim = next(g for g in small.goals if g.kind == "objective" and g.child_links.count() > 1)
    link = aim.child_links.select_related("child").first()
    assert link is not None
    Standing.objects.filter(pk=aim.pk).update(average_total=aim.child_links.count())
    Goal.objects.filter(pk=link.child_id).update(visibility="private", title="Bí mật")
    reader = next(p for p in small.people[1:] if p.pk != link.child.owner_id)
    page = door(reader).get(f"/map/panel/{aim.public_id}/").content.decode()
    assert "Bí mật" not in page
    assert link.child.public_id not in page
    assert "không mở cho anh/chị" in page
    assert door(reader).get(f"/map/panel/{link.child.public_id}/").status_code == 404


def test_the_panel_shares_out_what_counts_alone(small: Company, door: Door) -> None:
    pillar = next(g for g in small.goals if g.kind == "pillar" and g.child_links.count() > 1)
    link = pillar.child_links.select_related("child").first()
    assert link is not None
    below = pillar.child_links.count()
    Goal.objects.filter(pk=link.child_id).update(state="closed")
    Alignment.objects.filter(parent=pillar).update(mode="average", weight=1)
    Standing.objects.filter(goal__parent_links__parent=pillar).update(progress=500_000_000)
    Standing.objects.filter(pk=pillar.pk).update(
        average_total=below - 1, average_weight=below - 1, own_progress=None
    )
    page = door(small.strategist).get(f"/map/panel/{pillar.public_id}/").content.decode()
    counted, beside = page.split("Có liên kết, không tính")
    assert link.child.public_id not in counted
    assert link.child.public_id in beside
    assert "Không tính (đã đóng)" in beside
    assert "không mở cho anh/chị" not in page
    shares = [int(share) for share in re.findall(r"(\d+)% của con số", counted)]
    assert sum(shares) in (99, 100), page


def test_what_a_page_costs(db: None, door: Door) -> None:
    def count(size: int, path: str) -> int:
        client = door(company(size).strategist)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    for path in ("/map/", "/map/data/", "/map/?view=outline", "/map/panel/SP-1/"):
        few = count(60, path)
        assert count(300, path) == few, path
        assert few <= 32, path
