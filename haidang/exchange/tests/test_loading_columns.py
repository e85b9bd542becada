"""Columns by the names that people write above them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from haidang.exchange.loading.columns import GOALS, header_of, how_well
from haidang.lib.errors import Invalid
from haidang.lib.tables import files
from haidang.lib.tables.table import Table
from haidang.lib.tests.made import csv_of


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def read(data: bytes) -> Table:
    return files.read(data, lambda values: how_well(GOALS, values), most=100)


def header(*names: str) -> Any:
    return header_of(GOALS, read(csv_of([names, ["x"] * len(names)])).header)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Title", "title"),
        ("  TIÊU ĐỀ (*) ", "title"),
        ("tieu de", "title"),
        ("Người phụ trách", "owner"),
        ("nguoi phu trach", "owner"),
        ("OKR or KPI", "kind"),
        ("Committed / Aspirational", "commitment"),
        ("Đơn vị tính", "metric_unit"),
        ("Phòng ban", "unit"),
        ("Mục tiêu cấp trên", "parent"),
    ],
)
def test_names_of_columns(name: str, key: str) -> None:
    assert key in header("ID", name).places


def test_columns_in_any_order_and_unknown_ones_named() -> None:
    found = header("Mood", "Target", "Title", "Colour")
    assert found.places == {"target": 1, "title": 2}
    assert found.unknown == ["Mood", "Colour"]


def test_a_column_that_stands_twice() -> None:
    with pytest.raises(Invalid) as caught:
        header("Title", "Tiêu đề")
    assert caught.value.code == "column_twice"


def test_no_column_that_says_what_it_is() -> None:
    with pytest.raises(Invalid) as caught:
        header("Target", "Owner")
    assert caught.value.code == "no_column"
    assert "“Title”" in str(caught.value.message)
