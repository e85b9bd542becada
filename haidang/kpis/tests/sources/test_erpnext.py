"""Revenue from ERPNext, by the REST API of Frappe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from haidang.kpis.connectors.sources import erpnext
from haidang.kpis.connectors.sources.base import Fetched, SourceError, Wanted
from haidang.kpis.connectors.sources.erpnext import Erpnext as Source
from haidang.kpis.tests.sources.erpnext_server import KEY, SECRET, Erpnext, document
from haidang.kpis.tests.sources.serving import INSIDE, Handler, serving
from haidang.lib.errors import Invalid

OCTOBER = Wanted(date(2026, 10, 1), date(2026, 10, 31))
AN, BINH = ("Nguyễn Văn An", 100.0), ("Trần Thị Bình", 100.0)
INVOICES = (
    document("SINV-1", "2026-10-01", 1_000_000_000.55, AN),
    document("SINV-2", "2026-10-31", -0.55, AN, is_return=1),
    document("SINV-3", "2026-10-15", 100.0, ("Nguyễn Văn An", 60.0), ("Trần Thị Bình", 40.0)),
    document("SINV-4", "2026-10-15", 12.5, BINH, owner="bình@huongsen.example"),
    document("SINV-5", "2026-10-15", 3.25),
    document("SINV-6", "2026-10-15", 999.0, BINH, docstatus=0),
    document("SINV-7", "2026-10-15", 999.0, BINH, docstatus=2),
    document("SINV-8", "2026-09-30", 999.0, BINH),
    document("SINV-9", "2026-11-01", 999.0, BINH),
)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def fetch(
    server_of: Callable[[Handler], None] | None = None, secret: str = SECRET, **more: str
) -> Fetched:
    with serving(server_of or Erpnext(*INVOICES)) as server:
        settings = {"url": server.url + "/", "key": KEY, "document": "Sales Invoice",
                    "by": "person", **more}  # fmt: skip
        Source().check({**settings, "url": "https://erp.example"}, {"secret": secret})
        return Source().fetch(settings, {"secret": secret}, OCTOBER, INSIDE)


def error_of(*words: Any, **more: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetch(*words, **more)
    return caught.value


def values(found: Fetched) -> dict[str, Decimal | None]:
    return {one.name: one.value for one in found.readings}


def test_invoices_less_returns_by_share_of_the_team() -> None:
    found = fetch()
    assert values(found) == {AN[0]: Decimal(1_000_000_060), BINH[0]: Decimal("52.5")}
    assert "3.25" in str(found.notes[0])
    assert "SINV-3" in found.raw
    assert SECRET not in found.raw


def test_by_who_made_them() -> None:
    found = values(fetch(by="owner"))
    assert found == {"an@huongsen.example": Decimal("1000000103.25"),
                     "bình@huongsen.example": Decimal("12.5")}  # fmt: skip


def test_the_total() -> None:
    assert values(fetch(by="total")) == {"": Decimal("1000000115.75")}
    assert values(fetch(Erpnext(), by="total")) == {"": 0}


def test_in_millions() -> None:
    found = fetch(scale="1000000")
    assert values(found) == {AN[0]: Decimal("1000.00006"), BINH[0]: Decimal("0.0000525")}
    with translation.override("vi"):
        assert "3,25" in str(found.notes[0])


def test_orders() -> None:
    orders = Erpnext(orders=(document("SO-1", "2026-10-02", 5.5, AN),))
    assert values(fetch(orders, document="Sales Order")) == {AN[0]: Decimal("5.5")}


def test_a_month_without_sales() -> None:
    assert fetch(Erpnext()).readings == []


def test_companies_of_several_currencies() -> None:
    both = Erpnext(*INVOICES, document("SINV-X", "2026-10-02", 7.0, AN, company="Hương Sen Lào"))
    error = error_of(both)
    assert (error.code, "LAK, VND" in str(error.message)) == ("many", True)
    assert values(fetch(both, company="Hương Sen Lào")) == {AN[0]: 7}
    both.documents["Company"][1]["default_currency"] = "VND"
    assert values(fetch(both))[AN[0]] == Decimal(1_000_000_067)


@pytest.mark.parametrize("size", [2, 3, 4, 7])
@pytest.mark.parametrize("by", ["person", "total"])
def test_pages_lose_nothing_and_count_nothing_twice(
    monkeypatch: pytest.MonkeyPatch, size: int, by: str
) -> None:
    team = (("Nguyễn Văn An", 60.0), ("Trần Thị Bình", 40.0))
    documents = [
        document(f"SINV-{n:03}", "2026-10-01", 10.0, *(team if n % 3 else (AN,))) for n in range(11)
    ]
    expected = values(fetch(Erpnext(*documents), by=by))
    monkeypatch.setattr(erpnext, "PAGE", size)
    if by == "person" and size == 2:  # as many as the largest team: no document is whole
        assert error_of(Erpnext(*documents)).code == "shape"
    else:
        assert values(fetch(Erpnext(*documents), by=by)) == expected


def test_an_invoice_submitted_between_two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erpnext, "PAGE", 3)
    site = Erpnext(*(document(f"SINV-{n}", "2026-10-01", 1.0, AN) for n in range(2, 9)))

    def answer(its: Handler) -> None:
        site(its)
        site.documents["Sales Invoice"].insert(0, document("SINV-1", "2026-10-01", 1.0, AN))

    assert values(fetch(answer)) == {AN[0]: 7}


def test_pages_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erpnext, "PAGE", 400)
    page = [document(f"SINV-{n}", "2026-10-01", 1.0) for n in range(400)]
    rows = [{**one, "sales_person": None, "allocated_percentage": None} for one in page]
    assert error_of(lambda its: its.say({"data": rows})).code == "large"


def test_a_sum_beyond_bounds() -> None:
    huge = Erpnext(*(document(f"SINV-{n}", "2026-10-01", 9e23, AN) for n in (1, 2)))
    assert error_of(huge).code == "value"


# --- what ERPNext rejects ---------------------------------------------------------------


def test_a_wrong_secret() -> None:
    error = error_of(secret="rotated")
    assert (error.code, error.passing) == ("refused", False)
    assert "Invalid Authorization Token" in error.detail
    assert "rotated" not in error.detail


def test_a_user_who_may_not_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(its: Handler) -> None:
        its.path = its.path.replace("Sales%20Invoice", "Salary%20Slip")
        Erpnext()(its)

    assert error_of(answer).code == "refused"


def test_a_field_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erpnext, "_TEAM", ("sales_team.nickname",))
    error = error_of()
    assert (error.code, "Field not permitted" in error.detail) == ("status", True)


def test_what_is_no_erpnext() -> None:
    assert error_of(lambda its: its.say(b"<html>", 200, "text/html")).code == "shape"
    assert error_of(lambda its: its.say(b"<html>", 404, "text/html")).code == "status"
    assert error_of(lambda its: its.say({}, 503)).passing
    assert error_of(lambda its: its.say([1], 417)).code == "status"
    assert error_of(lambda its: its.say(b"{", 500)).passing


@pytest.mark.parametrize(
    "answer",
    [
        *({}, [], {"data": {}}, {"data": [1]}, {"data": [{"name": 1}]}, {"data": [{"name": "x"}]}),
        {"data": [{"name": "x", "base_net_total": "12"}]},
        {"data": [{"name": "x", "base_net_total": 1e40}]},
        {"data": [{"name": "x", "base_net_total": 1, "allocated_percentage": [1]}]},
        {"data": [{"name": "x", "base_net_total": 1, "sales_person": 7}]},
    ],
)
def test_answers_of_another_form(answer: Any) -> None:
    assert error_of(lambda its: its.say(answer)).code == "shape"


# --- settings ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"url": ""}, ["url"]),
        ({"url": "https://erp.example/app?x=1"}, ["url"]),
        ({"key": "a:b"}, ["key"]),
        ({"key": "a\nb"}, ["key"]),
        ({"document": "Salary Slip"}, ["document"]),
        ({"by": "x"}, ["by"]),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, str], fields: Sequence[str]) -> None:
    good = {"url": "https://erp.example", "key": KEY, "document": "Sales Invoice", "by": "total"}
    with pytest.raises(Invalid) as caught:
        Source().check({**good, **settings}, {"secret": SECRET})
    assert [one.field for one in caught.value.errors] == list(fields)
