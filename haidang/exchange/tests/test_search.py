"""/search: what Ctrl+K finds, for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from haidang.exchange.tests.conftest import KEY_RESULT, Program, composed
from haidang.people.models import Person, Unit

As = Callable[..., Program]
Facts = dict[str, Any]


def find(api: Program, words: str, **filters: Any) -> Facts:
    more = "".join(f"&{name}={value}" for name, value in filters.items())
    response = api.get(f"search?q={words}{more}")
    assert response.status_code == 200, response.content.decode()
    found: Facts = response.json()
    return found


def test_finds_goals_people_and_units_without_diacritics(
    admin: Program, an: Person, sales_unit: Unit, objective: Facts
) -> None:
    (goal,) = find(admin, "mo rong thi")["goals"]
    assert goal == {
        "id": objective["id"],
        "kind": "objective",
        "title": "Mở rộng thị trường",
        "state": "active",
        "owner": {"id": an.public_id, "name": an.name},
        "unit": {"id": sales_unit.public_id, "name": "Kinh doanh"},
    }
    (person,) = find(admin, "nguyen")["people"]
    assert (person["id"], person["unit"]["name"]) == (an.public_id, "Kinh doanh")
    (unit,) = find(admin, "KINH")["units"]
    assert unit == {
        "id": sales_unit.public_id,
        "kind": sales_unit.kind,
        "name": "Kinh doanh",
        "code": "",
    }
    assert find(admin, "khongco") == {"goals": [], "people": [], "units": []}


def test_the_one_of_that_id_comes_first_then_the_strategy(
    admin: Program, objective: Facts, key_result: Facts
) -> None:
    admin.made("goals", {"kind": "pillar", "title": "Nhà phân phối"})
    found = find(admin, "nha phan phoi")["goals"]
    assert [g["kind"] for g in found] == ["pillar", "key_result"]
    assert find(admin, key_result["id"].lower())["goals"][0]["id"] == key_result["id"]
    assert len(find(admin, "nha phan phoi", limit=1)["goals"]) == 1


def test_within_rights(
    as_: As, an: Person, dung: Person, emma: Person, objective: Facts, admin: Program
) -> None:
    facts = KEY_RESULT | {"title": "Bí mật", "visibility": "private", "owner": an.public_id}
    made = as_(an).made("goals", facts | {"parents": [composed(objective)]})
    assert [g["id"] for g in find(as_(an), "bi mat")["goals"]] == [made["id"]]
    for other in (as_(dung), admin, as_(emma)):
        assert find(other, "bi mat")["goals"] == []
        assert find(other, made["id"])["goals"] == []
    assert find(as_(emma), "kinh doanh")["units"] == []


def test_asks_for_words(admin: Program) -> None:
    for query in ("", "q=", "q=%20", f"q={'x' * 121}", "q=a&limit=21", "q=a&kind=goal"):
        assert admin.get(f"search?{query}").status_code == 422, query
    assert admin.get("search?q=%00%25_").status_code == 200
