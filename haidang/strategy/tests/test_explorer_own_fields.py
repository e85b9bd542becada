"""Fields of the organisation's own in the table of goals: columns, filters, files."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from haidang.goals import actions
from haidang.goals.models import CustomField, Goal
from haidang.lib.decimals import order_text
from haidang.people.models import Person
from tests.support.pages import Enter, body_of

pytestmark = pytest.mark.django_db
OPTIONS = [{"name_vi": "Bắc", "name_en": "North"}, {"name_vi": "Nam", "name_en": "South"}]


def field(actor: Person, kind: str, name: str, **facts: Any) -> CustomField:
    kinds = ["objective", "key_result", "kpi"]
    return actions.create_field(actor, {"type": kind, "name_en": name, "kinds": kinds, **facts})


@pytest.fixture
def goals(
    administrator: Person, an: Person, objective: Goal, key_result: Goal, kpi: Goal
) -> list[Goal]:
    field(administrator, "number", "Budget", unit="triệu ₫")
    field(administrator, "day", "Review")
    field(administrator, "choice", "Market", options=OPTIONS)
    field(administrator, "choices", "Markets", options=OPTIONS)
    field(administrator, "person", "Sponsor")
    field(administrator, "link", "2026")  # a key that is no number
    said: list[dict[str, Any]] = [
        {
            "budget": "1500.5", "review": "2026-12-31", "market": "north", "markets": ["north"],
            "sponsor": an, "f_2026": "https://a.example.vn",
        },
        {
            "budget": "-20", "review": "2026-06-30", "market": "south",
            "markets": ["north", "south"],
        },
        {"budget": "12345678901234567890.0000000002"},
    ]  # fmt: skip
    found = [objective, key_result, kpi]
    for goal, fields in zip(found, said, strict=True):
        actions.edit_goal(administrator, goal, None, {"fields": fields})
    return found


@pytest.fixture
def client(an: Person, enter: Enter) -> Client:
    return enter(an)


def shown(client: Client, query: str) -> set[str]:
    page = body_of(client.get(f"/explorer/?{query}"))
    return set(re.findall(r'name="goal" form="picked" value="([A-Z]+-\d+):', page))


def ids(goals: list[Goal], *places: int) -> set[str]:
    return {goals[place].public_id for place in places}


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("field:market=north", [0]),
        ("field:markets=north", [0, 1]),
        ("field:markets=south", [1]),
        ("field:budget:from=0", [0, 2]),
        ("field:budget:from=1500,5&field:budget:to=1500,5", [0]),
        ("field:budget:to=-20", [1]),
        ("field:budget:from=12345678901234567890.0000000002", [2]),
        ("field:budget:from=12345678901234567890.0000000003", []),
        ("field:review:from=01/07/2026", [0]),
        ("field:review:to=2026-06-30", [1]),
        ("field:market=south&field:budget:from=0", []),
        ("field:market=nothing", [0, 1, 2]),  # means nothing, filters nothing
        ("field:budget:from=x&field:review:to=32/13/2026&field:none=1", [0, 1, 2]),
        ("field:sponsor=P-1", [0, 1, 2]),
    ],
)
def test_filters(client: Client, goals: list[Goal], query: str, places: list[int]) -> None:
    assert shown(client, query) == ids(goals, *places)


def in_order(client: Client, query: str) -> list[str]:
    page = body_of(client.get(f"/explorer/?{query}"))
    return re.findall(r'name="goal" form="picked" value="([A-Z]+-\d+):', page)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("sort=field:budget", [1, 0, 2]),
        ("sort=-field:budget", [2, 0, 1]),
        ("sort=field:review", [1, 0, 2]),
        ("sort=-field:review", [0, 1, 2]),  # without an answer: last in either direction
        ("sort=field:market", [0, 1, 2]),
        ("sort=-field:market", [1, 0, 2]),
        ("sort=field:budget&group=kind", [0, 1, 2]),
    ],
)
@pytest.mark.parametrize("size", [50, 1])
def test_sorting_and_every_page_of_it(
    client: Client,
    goals: list[Goal],
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    places: list[int],
    size: int,
) -> None:
    monkeypatch.setattr("haidang.strategy.explorer.goals.PAGE", size)
    wanted = [goals[place].public_id for place in places]
    found = in_order(client, query)
    while len(found) < len(wanted):
        more = in_order(client, f"{query}&after={found[-1]}")
        assert more
        found += more
    assert found == wanted
    if size == 1:
        assert in_order(client, f"{query}&before={wanted[-1]}") == [wanted[-2]]


def test_what_has_no_order_does_not_sort(client: Client, goals: list[Goal]) -> None:
    page = body_of(client.get("/explorer/?columns=field:budget,field:markets"))
    assert "sort=field:budget" in page
    assert "sort=field:markets" not in page
    assert len(shown(client, "sort=field:markets&columns=field:markets")) == len(goals)


def test_numbers_of_somebody_elses_words(client: Client, goals: list[Goal], emma: Person) -> None:
    """The same key holds words in another organisation: no statement breaks on them."""
    actions.create_field(emma, {"type": "text", "name_en": "Budget", "kinds": ["ultimate"]})
    facts = {"title": "Của Emma", "fields": {"budget": "rất nhiều"}}
    actions.create_goal(emma, "ultimate", facts)
    assert shown(client, "field:budget:from=1") == ids(goals, 0, 2)


def test_columns(client: Client, goals: list[Goal], an: Person) -> None:
    page = body_of(client.get("/explorer/"))
    assert 'value="field:budget"' in page  # offered, not shown
    assert "1.500,5" not in page
    columns = "columns=owner,field:budget,field:review,field:markets,field:sponsor,field:f_2026"
    page = body_of(client.get(f"/explorer/?{columns}"))
    for words in ("1.500,5\u00a0triệu ₫", "31/12/2026", "Bắc, Nam", "a.example.vn", an.name):
        assert words in page, words
    narrowed = body_of(client.get(f"/explorer/?{columns}&field:market=north"))
    assert "field:market=north" in narrowed  # the sorting keeps it


def test_files(client: Client, goals: list[Goal]) -> None:
    columns = "columns=field:budget,field:review,field:markets&field:market=south"
    sheet = client.get(f"/explorer/export/?format=csv&{columns}").content.decode("utf-8-sig")
    head, row = sheet.strip().splitlines()
    assert head.split(",")[2:] == ["Budget", "Review", "Markets"]
    assert "-20" in row
    assert "2026-06-30" in row
    assert "Bắc, Nam" in row


def test_the_same_number_of_queries(
    client: Client, administrator: Person, goals: list[Goal]
) -> None:
    query = "/explorer/?columns=field:budget,field:sponsor,field:markets&field:budget:from=-99"

    def cost() -> int:
        client.get(query)
        with CaptureQueriesContext(connection) as queries:
            client.get(query)
        return len(queries)

    few = cost()
    cycle = goals[0].cycle
    for n in range(6):
        fields = {"budget": n, "sponsor": administrator.public_id, "markets": ["north"]}
        facts = {"title": f"Thêm {n}", "level": "company", "cycle": cycle, "fields": fields}
        actions.create_goal(administrator, "objective", facts)
    assert cost() == few


def test_text_that_sorts_as_numbers_do() -> None:
    numbers = ["-100000000000000000000000", "-20", "-0.1", "0", "0.0000000001", "3", "20", "100"]
    keys = [order_text(number) for number in numbers]
    assert keys == sorted(keys, key=str)
    assert len(set(keys)) == len(keys)
    assert [order_text(word) for word in ("", "x", None, "NaN", "1e99")] == [None] * 5
