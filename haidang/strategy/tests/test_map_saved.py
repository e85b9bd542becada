"""Saved views: kept, opened, shared, renamed, deleted, and what they do not tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from haidang.goals.models import Goal
from haidang.people.models import Person, RoleGrant
from haidang.strategy.actions import saved_views
from haidang.strategy.map import place
from haidang.strategy.models import SavedView
from haidang.strategy.tests.map_company import Company, company

pytestmark = pytest.mark.django_db
Door = Callable[[Person], Client]


def kept(owner: Person, name: str = "Bán hàng", **facts: object) -> SavedView:
    given = {"query": "kind=kpi", "place": "k=0.500&c=O-1,5,6&at=O-1", "is_shared": False} | facts
    return saved_views.save_view(owner, name, **given)  # type: ignore[arg-type]


def test_a_view_is_kept_under_a_name(small: Company, door: Door) -> None:
    client = door(small.strategist)
    sent = {
        "name": "  Bán   hàng ",
        "query": "?kind=kpi&limit=7&evil=1&text=%00a",
        "place": "#k=0.8&c=O-1,10,-20&t=O-2.<b>&x=1&f=1",
        "is_shared": "on",
        "form_key": "a" * 20,
    }
    answer = client.post("/map/views/", sent)
    view = SavedView.objects.get()
    assert answer["Location"] == f"/map/views/{view.pk}/"
    assert (view.name, view.is_shared, view.owner_id) == ("Bán hàng", True, small.strategist.pk)
    assert view.query == "kind=kpi&text=a"
    assert view.place == "k=0.8&c=O-1,10,-20&t=O-2&f=1"
    client.post("/map/views/", sent)
    assert SavedView.objects.count() == 1  # sent twice, kept once


def test_it_is_opened_by_a_link(small: Company, door: Door) -> None:
    view = kept(small.strategist)
    answer = door(small.strategist).get(f"/map/views/{view.pk}/")
    assert answer["Location"] == f"/map/?kind=kpi&saved={view.pk}#k=0.500&c=O-1,5,6&at=O-1"
    page = door(small.strategist).get("/map/").content.decode()
    assert f"/map/views/{view.pk}/" in page


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"name": " "}, 422), ({"name": "x" * 81}, 422), ({}, 422), ({"name": "Bán hàng"}, 409)],
)
def test_names_that_cannot_be(
    sent: dict[str, str], status: int, small: Company, door: Door
) -> None:
    kept(small.strategist)
    answer = door(small.strategist).post("/map/views/", sent | {"query": "kind=kpi"})
    assert answer.status_code == status
    assert "kind=kpi" in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_what_is_private_is_missing_to_others(small: Company, door: Door) -> None:
    mine, shared = kept(small.people[3]), kept(small.people[3], "Chung", is_shared=True)
    other = door(small.people[4])
    assert other.get(f"/map/views/{mine.pk}/").status_code == 404
    assert other.get(f"/map/views/{shared.pk}/").status_code == 302
    page = other.get("/map/views/").content.decode()
    assert "Chung" in page
    assert "Bán hàng" not in page
    assert other.post(f"/map/views/{shared.pk}/edit/", {"name": "X"}).status_code == 403
    assert other.post(f"/map/views/{shared.pk}/deletion/").status_code == 403
    stranger = company(60, seed=2).people[2]
    assert door(stranger).get(f"/map/views/{shared.pk}/").status_code == 404
    assert SavedView.objects.get(pk=shared.pk).name == "Chung"


def test_a_shared_view_tells_nothing_of_hidden_goals(small: Company, door: Door) -> None:
    secret = small.by_id("O-3")
    Goal.objects.filter(pk=secret.pk).update(visibility="private", title="Bí mật")
    reader = next(p for p in small.people[2:] if p.pk != secret.owner_id)
    where = "k=1&c=O-3,1,2&t=O-3.O-1&at=O-3&f=1&p=1"
    view = kept(small.strategist, query="root=O-3", place=where, is_shared=True)
    client = door(reader)
    answer = client.get(f"/map/views/{view.pk}/")
    assert "O-3" not in answer["Location"]
    assert answer["Location"] == f"/map/?saved={view.pk}#t=O-1"
    page = client.get(f"/map/?saved={view.pk}").content.decode()
    assert "Bí mật" not in page
    assert "O-3" not in client.get("/map/views/").content.decode()
    # The address itself, copied out of the browser of who sees all of it.
    copied = client.get(f"/map/?root=O-3&saved={view.pk}", follow=True)
    assert copied.redirect_chain[-1] == (f"/map/?saved={view.pk}#t=O-1", 302)
    assert "Nhánh của góc nhìn này không mở" in copied.content.decode()
    assert client.get("/map/?root=O-3").status_code == 404
    assert client.get(f"/map/?root=O-3&saved={view.pk + 1}").status_code == 404


def test_guests_see_their_own_alone_and_readers_share_nothing(small: Company, door: Door) -> None:
    guest, viewer = small.people[5], small.people[6]
    for person, role in ((guest, "guest"), (viewer, "viewer")):
        RoleGrant.objects.create(person=person, role=role, since="2026-01-01T00:00Z")
    shared = kept(small.strategist, is_shared=True)
    assert door(guest).get(f"/map/views/{shared.pk}/").status_code == 404
    client = door(viewer)
    assert client.get(f"/map/views/{shared.pk}/").status_code == 302
    client.post("/map/views/", {"name": "Của tôi", "is_shared": "on"})
    assert not SavedView.objects.get(name="Của tôi").is_shared


def test_its_maker_renames_and_shares_it(small: Company, door: Door) -> None:
    view = kept(small.people[3])
    client = door(small.people[3])
    assert client.get(f"/map/views/{view.pk}/edit/").status_code == 200
    client.post(f"/map/views/{view.pk}/edit/", {"name": "Mới", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("Mới", True, "kind=kpi")


def test_its_maker_deletes_it_and_a_strategist_what_is_shared(small: Company, door: Door) -> None:
    owner = small.people[3]
    shared, mine = kept(owner, is_shared=True), kept(owner, "Riêng")
    strategist = door(small.strategist)
    assert strategist.post(f"/map/views/{mine.pk}/deletion/").status_code == 404
    assert strategist.post(f"/map/views/{shared.pk}/deletion/").status_code == 302
    assert door(owner).post(f"/map/views/{mine.pk}/deletion/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_person_keeps_so_many(
    small: Company, monkeypatch: pytest.MonkeyPatch, door: Door
) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    kept(small.strategist)
    assert door(small.strategist).post("/map/views/", {"name": "Hai"}).status_code == 409


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        ("k=0.8&c=O-1,2,3&d=2&t=O-1.KR-2&at=UG-1&f=1&p=1", None),
        ("k=nan&c=O-1&d=-1&at=<b>&f=2", ""),
        ("t=" + ".".join(["O-1"] * 9000), None),
        ("%00&&&==", ""),
    ],
)
def test_a_place_is_what_the_map_could_have_written(told: str, stands: str | None) -> None:
    found = place.clean(told)
    assert len(found) <= place.MOST
    assert (
        found == (told if len(told) < place.MOST else found) if stands is None else stands == found
    )
