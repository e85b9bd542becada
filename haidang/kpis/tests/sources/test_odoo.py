"""Revenue from Odoo, by both of its APIs."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from haidang.kpis.connectors.sources import xmlrpc
from haidang.kpis.connectors.sources.base import Fetched, SourceError, Wanted
from haidang.kpis.connectors.sources.odoo import Odoo as Source
from haidang.kpis.tests.sources.odoo_server import (
    AN,
    BINH,
    DATABASE,
    KEY,
    LOGIN,
    OTHER_AN,
    THEIRS,
    USD,
    WEAK_KEY,
    Odoo,
    invoice,
    order,
)
from haidang.kpis.tests.sources.serving import INSIDE, Handler, serving
from haidang.lib.errors import Invalid

OCTOBER = Wanted(date(2026, 10, 1), date(2026, 10, 31))
ORDERS = [
    order(AN, "2026-10-05 03:00:00", 1_000_000_000.55),
    order(AN, "2026-09-30 17:00:00", 0.1),  # midnight of 1 October in Vietnam
    order(AN, "2026-09-30 16:59:59", 5.0),
    order(AN, "2026-10-31 16:59:59", 0.2),
    order(AN, "2026-10-31 17:00:00", 7.0),
    order(BINH, "2026-10-06 00:00:00", 12.5, state="done"),
    order(BINH, "2026-10-06 00:00:00", 99.0, state="draft"),
    order(BINH, "2026-10-06 00:00:00", 99.0, state="cancel"),
    order(False, "2026-10-07 00:00:00", 3.25),
]
INVOICES = [
    invoice(AN, "2026-10-01", 100.0),
    invoice(AN, "2026-10-31", -30.5),
    invoice(BINH, "2026-10-15", 70.0),
    invoice(BINH, "2026-10-15", 1000.0, state="draft"),
    invoice(BINH, "2026-10-15", 1000.0, move_type="in_invoice"),
    invoice(BINH, "2026-09-30", 1000.0),
    invoice(BINH, "2026-11-01", 1000.0),
]
BOTH = pytest.mark.parametrize("api", ["xmlrpc", "json2"])


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def fetch(
    api: str, query: str, odoo: Callable[[Handler], None] | None = None, key: str = KEY, **more: str
) -> Fetched:
    server_of = odoo or Odoo(sale_order=ORDERS, account_move=INVOICES)
    with serving(server_of) as server:
        settings = {"url": server.url + "/", "api": api, "database": DATABASE, "user": LOGIN,
                    "query": query, "by": "person", **more}  # fmt: skip
        Source().check({**settings, "url": "https://odoo.example"}, {"secret": key})
        return Source().fetch(settings, {"secret": key}, OCTOBER, INSIDE)


def error_of(*words: Any, **more: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetch(*words, **more)
    return caught.value


def values(found: Fetched) -> dict[str, Decimal | None]:
    return {one.name: one.value for one in found.readings}


@BOTH
def test_confirmed_orders_by_salesperson(api: str) -> None:
    found = fetch(api, "orders")
    assert values(found) == {AN[1]: Decimal("1000000000.85"), BINH[1]: Decimal("12.5")}
    assert [one.day for one in found.readings] == [None, None]
    assert "3.25" in str(found.notes[0])
    assert AN[1] in found.raw
    assert KEY not in found.raw


@BOTH
def test_in_billions(api: str) -> None:
    found = fetch(api, "orders", scale="1000000000")
    assert values(found) == {AN[1]: Decimal("1.0000000008"), BINH[1]: Decimal("0.0000000125")}
    assert values(fetch(api, "orders", scale="1000", by="total"))[""] == Decimal("1000000.0166")


@BOTH
def test_invoices_less_refunds(api: str) -> None:
    assert values(fetch(api, "invoices")) == {AN[1]: Decimal("69.5"), BINH[1]: Decimal(70)}


@BOTH
@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("total", {"": "139.5"}),
        ("team", {"Miền Bắc": "139.5"}),
        ("person_id", {"2": "69.5", "3": "70"}),
    ],
)
def test_other_groups(api: str, by: str, expected: dict[str, str]) -> None:
    found = values(fetch(api, "invoices", by=by))
    assert found == {name: Decimal(value) for name, value in expected.items()}


@BOTH
def test_a_month_without_sales(api: str) -> None:
    none = Odoo(sale_order=[], account_move=[])
    assert fetch(api, "invoices", none).readings == []
    assert values(fetch(api, "invoices", none, by="total")) == {"": 0}


@BOTH
def test_another_time_zone(api: str) -> None:
    found = fetch(api, "orders", timezone="UTC", by="total")
    assert values(found) == {"": Decimal("1000000023.5")}


@BOTH
def test_two_persons_of_one_name(api: str) -> None:
    two = Odoo(account_move=[invoice(AN, "2026-10-01", 1.0), invoice(OTHER_AN, "2026-10-01", 2.0)])
    two.records["account.move"].append(invoice(BINH, "2026-10-01", 3.0))
    told = [(one.name, AN[1] in str(one.wrong)) for one in fetch(api, "invoices", two).readings]
    assert told == [(AN[1], True), (AN[1], True), (BINH[1], False)]
    assert values(fetch(api, "invoices", two, by="person_id")) == {"2": 1, "9": 2, "3": 3}


@BOTH
def test_currencies_are_not_added_up(api: str) -> None:
    orders = Odoo(sale_order=[*ORDERS, order(AN, "2026-10-05 03:00:00", 1.0, currency_id=USD)])
    error = error_of(api, "orders", odoo=orders)
    assert (error.code, "USD, VND" in str(error.message)) == ("many", True)
    invoices = Odoo(account_move=[*INVOICES, invoice(AN, "2026-10-05", 1.0, company_id=THEIRS)])
    error = error_of(api, "invoices", odoo=invoices)
    assert (error.code, "LAK, VND" in str(error.message)) == ("many", True)
    assert values(fetch(api, "invoices", invoices, company="4")) == {AN[1]: 1}


@BOTH
def test_companies_of_one_currency_are_added_up(api: str) -> None:
    odoo = Odoo(account_move=[*INVOICES, invoice(AN, "2026-10-05", 1.0, company_id=THEIRS)])
    odoo.records["res.company"][1]["currency_id"] = odoo.records["res.company"][0]["currency_id"]
    assert values(fetch(api, "invoices", odoo))[AN[1]] == Decimal("70.5")


# --- what Odoo rejects ------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        ({"key": "old"}, "refused", "let us in"),
        ({"key": WEAK_KEY}, "refused", "may not read"),
        ({"odoo": Odoo()}, "status", "installed"),
        ({"odoo": Odoo(account_move=[{"state": "posted"}])}, "status", "error"),
    ],
)
def test_rejections(api: str, more: dict[str, Any], code: str, told: str) -> None:
    error = error_of(api, "invoices", **more)
    assert error.code == code
    assert told in str(error.message)
    assert "Traceback" not in error.detail


def test_a_wrong_user() -> None:
    assert error_of("xmlrpc", "orders", user="nobody@huongsen.example").code == "refused"


def test_a_wrong_database() -> None:
    error = error_of("xmlrpc", "orders", database="elsewhere")
    assert (error.code, "“elsewhere”" in str(error.message)) == ("settings", True)
    error = error_of("json2", "orders", database="elsewhere")
    assert (error.code, error.detail) == ("status", "No database is selected")


def test_a_field_that_does_not_exist_is_named() -> None:
    error = error_of("xmlrpc", "invoices", odoo=Odoo(account_move=[{"state": "posted"}]))
    assert error.detail == "ValueError: Invalid field 'move_type' on model 'account.move'"


@BOTH
def test_what_is_no_odoo(api: str) -> None:
    def other(its: Handler) -> None:
        its.say(b"<!DOCTYPE html>Welcome", 200, "text/html")

    assert error_of(api, "orders", odoo=other).code == "shape"
    assert error_of(api, "orders", odoo=lambda its: its.say({}, 404)).code == "status"
    assert error_of(api, "orders", odoo=lambda its: its.say({}, 502)).passing


@pytest.mark.parametrize(
    "answer",
    [
        *({"a": 1}, [1], [{"invoice_user_id": [1, "x"]}], "x", None, [[]]),
        [{"invoice_user_id": "x", "company_id": [1, "x"], "amount_untaxed_signed:sum": 1}],
        [{"invoice_user_id": [1], "company_id": [1, "x"], "amount_untaxed_signed:sum": 1}],
        [{"invoice_user_id": False, "company_id": False, "amount_untaxed_signed:sum": "x"}],
        [{"invoice_user_id": False, "company_id": False, "amount_untaxed_signed:sum": 1e40}],
        [{"invoice_user_id": False, "company_id": ["x", "y"], "amount_untaxed_signed:sum": 1}],
    ],
)
def test_answers_of_another_form(answer: Any) -> None:
    error = error_of("json2", "invoices", odoo=lambda its: its.say(answer))
    assert error.code == "shape"


@BOTH
def test_a_sum_beyond_bounds(api: str) -> None:
    huge = [invoice(AN, f"2026-10-{n:02}", 9e23, company_id=(n, "x")) for n in (1, 2)]
    odoo = Odoo(account_move=huge)
    odoo.records["res.company"] = [{"id": n, "currency_id": (23, "VND")} for n in (1, 2)]
    assert error_of(api, "invoices", odoo=odoo).code == "value"


def test_companies_that_nobody_can_read() -> None:
    site = Odoo(account_move=[*INVOICES, invoice(AN, "2026-10-05", 1.0, company_id=THEIRS)])

    def answer(its: Handler) -> None:
        its.say({}) if "res.company" in its.path else site(its)

    assert error_of("json2", "invoices", odoo=answer).code == "shape"


def test_too_many_groups() -> None:
    many = [invoice((n, f"N{n}"), "2026-10-01", 1.0) for n in range(1, 1100)]
    assert error_of("json2", "invoices", odoo=Odoo(account_move=many)).code == "large"


# --- XML --------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))
    + "]><methodResponse><params><param><value><string>&i;</string></value></param></params>"
    "</methodResponse>"
).encode()
OUTSIDE = (
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><methodResponse>&x;</methodResponse>'
)


def answer_with(inner: str) -> bytes:
    head = "<methodResponse><params><param><value>"
    return f"{head}{inner}</value></param></params></methodResponse>".encode()


@pytest.mark.parametrize(
    "body",
    [
        *(BOMB, OUTSIDE, BOMB.decode().encode("utf-16"), b"", b"<", b"{}", b"<html></html>"),
        *(answer_with("<double>NaN</double>"), answer_with("<int>x</int>"), b"<methodResponse/>"),
        *(answer_with("<int>" + "1" * 9999 + "</int>"), answer_with("<double>1,5</double>")),
        answer_with("<array><data><value>" * 500 + "</value></data></array>" * 500),
        answer_with("<struct><member><value><int>1</int></value></member></struct>"),
        answer_with("<int>1</int></value></param><param><value><int>2</int>"),
        b'<!DOCTYPE a [<!ENTITY x "7">]>' + answer_with("<int>&x;</int>"),
        b"<!DOCTYPE methodResponse>" + answer_with("<int>1</int>"),
        answer_with("<unheard>1</unheard>"),
        b'<?xml version="1.0" encoding="x-none"?><methodResponse/>',
    ],
)  # fmt: skip
def test_xml_that_is_no_answer(body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        xmlrpc.answer_of(body)
    assert caught.value.code == "shape"


def test_doubles_are_exact() -> None:
    found = xmlrpc.answer_of(answer_with("<double>12345678901234567.89</double>"))
    assert found == Decimal("12345678901234567.89")


def test_a_packed_bomb_of_xml() -> None:
    def answer(its: Handler) -> None:
        its.say(gzip.compress(b" " * 30_000_000), kind="text/xml", content_encoding="gzip")

    assert error_of("xmlrpc", "orders", odoo=answer).code == "large"


# --- settings ---------------------------------------------------------------------------

GOOD = {"url": "https://odoo.example", "api": "xmlrpc", "database": "d", "user": "u",
        "query": "orders", "by": "person"}  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"url": "odoo.example"}, ["url"]),
        ({"url": "https://odoo.example/web?db=x"}, ["url"]),
        ({"api": "json"}, ["api"]),
        ({"database": "", "user": " "}, ["database", "user"]),
        ({"company": "Hương Sen"}, ["company"]),
        ({"timezone": "Asia/Hanoi"}, ["timezone"]),
        ({"timezone": "../../etc/passwd"}, ["timezone"]),
        ({"query": ""}, ["query"]),
        ({"by": "day"}, ["by"]),
        ({"scale": "0"}, ["scale"]),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, str], fields: Sequence[str]) -> None:
    with pytest.raises(Invalid) as caught:
        Source().check({**GOOD, **settings}, {"secret": "k"})
    assert [one.field for one in caught.value.errors] == list(fields)


def test_a_key_is_needed() -> None:
    with pytest.raises(Invalid) as caught:
        Source().check(GOOD, {})
    assert caught.value.errors[0].field == "secret"
