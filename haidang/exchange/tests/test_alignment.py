"""Links between goals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.goals.models import Alignment
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]


@pytest.fixture
def make(admin: Program, cycle: Facts, sales_unit: Unit) -> Callable[..., Facts]:
    def made(title: str, **facts: Any) -> Facts:
        base = {
            "kind": "objective",
            "title": title,
            "level": "unit",
            "unit": sales_unit.public_id,
            "cycle": cycle["id"],
        }
        return admin.made("goals", base | facts)

    return made


def test_links_show_both_ends(admin: Program, make: Callable[..., Facts]) -> None:
    top, below = make("Trên"), make("Dưới")
    response = admin.post(f"goals/{below['id']}/parents", {"parent": top["id"]})
    assert response.status_code == 201
    path = f"goals/{below['id']}/parents/{top['id']}"
    assert response["Location"] == f"/api/v1/{path}"
    link = response.json()
    assert (link["relation"], link["mode"], link["weight"]) == ("cascade", "average", 1)
    assert link["child"]["id"] == below["id"]
    assert admin.get(path).json() == link
    parents = admin.get(f"goals/{below['id']}/parents").json()["items"]
    assert [p["parent"]["id"] for p in parents] == [top["id"]]
    children = admin.get(f"goals/{top['id']}/children").json()
    assert [c["child"]["id"] for c in children["items"]] == [below["id"]]
    assert children["hidden"] == 0


def test_a_counting_link_waits_for_the_parents_side(
    as_: As, an: Person, chi: Person, dung: Person, objective: Facts, make: Callable[..., Facts]
) -> None:
    top = make("Của Chi", owner=chi.public_id)
    child = as_(an)
    asked = child.post(f"goals/{objective['id']}/parents", {"parent": top["id"]}).json()
    assert (asked["mode"], asked["proposed_mode"]) == ("none", "average")
    assert asked["proposed_by"]["id"] == an.public_id
    path = f"goals/{objective['id']}/parents/{top['id']}"
    assert child.post(f"{path}/acceptance").status_code == 403
    assert as_(dung).post(f"{path}/acceptance").status_code == 403
    agreed = as_(chi).post(f"{path}/acceptance").json()
    assert (agreed["mode"], agreed["proposed_mode"]) == ("average", "")
    assert as_(chi).post(f"{path}/acceptance").status_code == 409


def test_declined_it_is_shown_only(
    as_: As, an: Person, chi: Person, objective: Facts, make: Callable[..., Facts]
) -> None:
    top = make("Của Chi", owner=chi.public_id)
    as_(an).post(f"goals/{objective['id']}/parents", {"parent": top["id"]})
    path = f"goals/{objective['id']}/parents/{top['id']}"
    declined = as_(chi).post(f"{path}/refusal").json()
    assert (declined["mode"], declined["proposed_mode"]) == ("none", "")


def test_weights_modes_and_moves_are_guarded(admin: Program, make: Callable[..., Facts]) -> None:
    one, two, below = make("Một"), make("Hai"), make("Dưới")
    admin.made(f"goals/{below['id']}/parents", {"parent": one["id"]})
    path = f"goals/{below['id']}/parents/{one['id']}"
    assert admin.patch(path, {"weight": 3}).status_code == 428
    etag = admin.etag(path)
    assert admin.patch(path, {"weight": 3}, etag=etag).json()["weight"] == 3
    late = admin.patch(path, {"weight": 4}, etag=etag)
    assert late.status_code == 412
    assert late.json()["current"]["weight"] == 3
    changed = admin.change("PATCH", path, {"mode": "none", "relation": "supports"}).json()
    assert (changed["mode"], changed["relation"]) == ("none", "supports")
    moved = admin.change("PATCH", path, {"parent": two["id"]}).json()
    assert moved["parent"]["id"] == two["id"]
    assert admin.get(path).status_code == 404
    new = f"goals/{below['id']}/parents/{two['id']}"
    assert admin.delete(new).status_code == 428
    assert admin.change("DELETE", new).status_code == 204
    assert admin.get(new).status_code == 404


def test_no_circles_through_a_key_result_either(
    admin: Program, objective: Facts, key_result: Facts, make: Callable[..., Facts]
) -> None:
    itself = admin.post(f"goals/{objective['id']}/parents", {"parent": objective["id"]})
    assert itself.json()["errors"][0]["code"] == "cycle"
    below = make("Dưới", parents=[{"parent": key_result["id"]}])
    circle = admin.post(f"goals/{objective['id']}/parents", {"parent": below["id"]})
    assert circle.status_code == 422
    (entry,) = circle.json()["errors"]
    assert (entry["field"], entry["code"]) == ("parent", "cycle")


def test_at_most_one_link_between_two(admin: Program, make: Callable[..., Facts]) -> None:
    top, below = make("Trên"), make("Dưới")
    admin.made(f"goals/{below['id']}/parents", {"parent": top["id"]})
    again = admin.post(
        f"goals/{below['id']}/parents", {"parent": top["id"], "relation": "supports"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "already_linked")
    assert Alignment.objects.count() == 1


def test_money_and_percent_do_not_add_up(
    admin: Program, objective: Facts, make: Callable[..., Facts]
) -> None:
    base = KEY_RESULT | {"parents": [composed(objective)]}
    percent = admin.made("goals", base | {"metric_kind": "percent", "metric_unit": "%"})
    money = admin.made("goals", base | {"metric_kind": "currency", "metric_unit": "tỷ ₫"})
    refused = admin.post(f"goals/{percent['id']}/parents", {"parent": money["id"], "mode": "value"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "mode"
    assert refused.json()["errors"][0]["code"] in {"dimension", "not_additive"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parent": "O-999"}, "parent"),
        ({"parent": None}, "parent"),
        ({"weight": -1}, "weight"),
        ({"weight": 10_001}, "weight"),
        ({"weight": 2.5}, "weight"),
        ({"weight": "2"}, "weight"),
        ({"relation": "composition"}, "relation"),
        ({"relation": "improves"}, "relation"),
        ({"relation": "supports", "mode": "average"}, "mode"),
        ({"mode": "value"}, "mode"),
        ({"position": 10**12}, "position"),
        ({"note": "x"}, "note"),
    ],
)
def test_bad_links(admin: Program, make: Callable[..., Facts], change: Facts, field: str) -> None:
    top, below = make("Trên"), make("Dưới")
    response = admin.post(f"goals/{below['id']}/parents", {"parent": top["id"]} | change)
    assert response.status_code == 422, response.content
    assert response.json()["errors"][0]["field"] in (field, None)
    assert not Alignment.objects.exists()


def test_a_private_child_is_counted_but_not_named(
    as_: As, an: Person, binh: Person, admin: Program, cycle: Facts, objective: Facts
) -> None:
    mine = as_(an)
    secret = mine.made(
        "goals",
        {
            "kind": "objective",
            "title": "Bí mật",
            "level": "individual",
            "owner": an.public_id,
            "cycle": cycle["id"],
            "visibility": "private",
            "parents": [{"parent": objective["id"], "mode": "average"}],
        },
    )
    for other in (as_(binh), admin):
        children = other.get(f"goals/{objective['id']}/children").json()
        assert (children["items"], children["hidden"]) == ([], 1)
        path = f"goals/{secret['id']}/parents/{objective['id']}"
        assert other.get(path).status_code == 404
        assert "Bí mật" not in other.get(f"goals/{objective['id']}/number").content.decode()
        assert secret["id"] not in other.get(f"goals/{objective['id']}/subtree").content.decode()
    # Who keeps the parent weighs it without learning what it is.
    path = f"goals/{secret['id']}/parents/{objective['id']}"
    weighed = admin.patch(path, {"weight": 7}, etag="*")
    assert weighed.status_code == 200
    assert (weighed.json()["child"], weighed.json()["weight"]) == (None, 7)


def test_others_may_not_link(
    as_: As, dung: Person, emma: Person, objective: Facts, make: Callable[..., Facts]
) -> None:
    top = make("Trên")
    path = f"goals/{objective['id']}/parents"
    assert as_(dung).post(path, {"parent": top["id"]}).status_code == 403
    assert as_(emma).post(path, {"parent": top["id"]}).status_code == 404
