"""The forest that a map is made of, and what it is narrowed to."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from haidang.strategy.map import filters, rules
from haidang.strategy.map.rules import Edge


def edge(child: int, parent: int, relation: str, mode: str = "average", position: int = 0) -> Edge:
    return Edge(child, parent, relation, mode, 1, position, child * 100 + parent)


def test_a_goal_stands_under_what_it_is_made_for() -> None:
    edges = [
        edge(9, 1, "supports", "none"),
        edge(9, 2, "cascade"),
        edge(9, 3, "cross_team", "none"),
        edge(9, 4, "strategy", position=5),
        edge(9, 5, "composition", position=7),
        edge(8, 1, "depends_on", "none"),
        edge(7, 2, "cascade", position=2),
        edge(7, 3, "cascade", position=1),
    ]
    parents = {child: found.parent for child, found in rules.primary_parents(edges).items()}
    assert parents == {9: 5, 7: 3}


@pytest.mark.parametrize(
    ("relation", "mode", "drawn"),
    [
        ("cascade", "value", rules.COUNTS),
        ("cascade", "none", rules.HELPS),
        ("supports", "none", rules.HELPS),
        ("depends_on", "none", rules.WAITS),
    ],
)
def test_a_link_is_drawn_as_what_it_does(relation: str, mode: str, drawn: int) -> None:
    assert edge(1, 2, relation, mode).does == drawn


def test_matches_bring_the_way_up() -> None:
    assert rules.with_ancestors([4, 9], {4: 3, 3: 1, 9: 3, 5: 1}) == {4, 3, 1, 9}


def test_reading_order() -> None:
    below = {1: [2, 5], 2: [3, 4]}
    assert rules.preorder([1, 6], lambda node: below.get(node, [])) == [1, 2, 3, 4, 5, 6]


def test_filters_keep_what_can_be_meant() -> None:
    asked = filters.read(
        QueryDict("kind=objective&health=off_track&text=%00 mục  tiêu &root=kr-7&limit=50&tag=Tết")
    )
    assert asked == filters.Filters(
        kind="objective",
        health="off_track",
        text="mục tiêu",
        root="KR-7",
        limit=50,
        tag="tet",
    )
    assert asked.narrow
    assert asked.count == 4
    assert filters.read(QueryDict(asked.query())) == filters.Filters(
        kind="objective", health="off_track", text="mục tiêu", root="KR-7", tag="tet"
    )


@pytest.mark.parametrize("limit", ["0", "-5", "1e3", "99999999999", "²", "", "x"])
def test_the_cap_cannot_be_lifted(limit: str) -> None:
    assert 1 <= filters.read(QueryDict(f"limit={limit}")).limit <= rules.CAP


def test_nonsense_narrows_nothing() -> None:
    asked = filters.read(QueryDict("kind=nonsense&health=perfect"))
    assert asked == filters.Filters()
    assert asked.query() == ""
