"""JSON over HTTP: asked as it is told, and read or refused with the reason."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.kpis.connectors.sources.base import Fetched, SourceError, Wanted
from haidang.kpis.connectors.sources.http import Http, _lines
from haidang.kpis.connectors.sources.rows import Manner, readings_of
from haidang.kpis.tests.sources.serving import INSIDE, Handler, serving
from haidang.lib.errors import Invalid

OCTOBER = Wanted(date(2026, 10, 1), date(2026, 10, 31), ("An", "Bình"))
ROWS = {
    "data": [
        {"who": "An", "month": "2026-10", "revenue": 1200000000.55},
        {"who": "Bình", "month": "2026-10", "revenue": "1.250,5"},
        {"who": "An", "month": "2026-09", "revenue": 1},
    ]
}
TO_ROWS = {"rows": "data", "name": "who", "day": "month", "value": "revenue", "decimals": "comma"}


def fetch(
    answer: Any,
    settings: dict[str, str],
    secrets: dict[str, str] | None = None,
    wanted: Wanted = OCTOBER,
    path: str = "/",
    asked: list[Handler] | None = None,
) -> Fetched:
    say: Callable[[Handler], None] = answer if callable(answer) else lambda its: its.say(answer)
    with serving(say) as server:
        told = {"url": server.url + path, "method": "GET", "auth": "none", **settings}
        Http().check({**told, "url": "https://data.example.vn" + path}, secrets or {})
        try:
            return Http().fetch(told, secrets or {}, wanted, INSIDE)
        finally:
            if asked is not None:
                asked += server.asked


def error_of(answer: Any, settings: dict[str, str], **more: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetch(answer, settings, **more)
    return caught.value


def test_rows_by_name_and_period() -> None:
    found = fetch(ROWS, TO_ROWS)
    assert [(one.name, one.day, one.value) for one in found.readings] == [
        ("An", date(2026, 10, 1), Decimal("1200000000.55")),
        ("Bình", date(2026, 10, 1), Decimal("1250.5")),
    ]
    assert found.readings[0].raw == json.dumps(ROWS["data"][0], ensure_ascii=False)
    assert json.loads(found.raw) == ROWS
    assert len(found.notes) == 1


def test_one_value() -> None:
    found = fetch({"total": {"value": 12.5}}, {"value": "total.value"})
    assert [(one.name, one.day, one.value) for one in found.readings] == [
        ("", None, Decimal("12.5"))
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("sum(rows[].v)", "6.6"), ("rows[?k=='b'].v", "3.3"), ("max_by(rows, &v).v", "3.3")),
        *(("length(rows)", "3"), ("rows[?v > `2.5`].v", "3.3"), ("sum(rows[?k!='b'].v)", "3.3")),
    ],
)
def test_paths_work_on_exact_numbers(path: str, value: str) -> None:
    rows = [{"k": "a", "v": 1.1}, {"k": "c", "v": 2.2}, {"k": "b", "v": 3.3}]
    assert fetch({"rows": rows}, {"value": path}).readings[0].value == Decimal(value)


def test_numerator_and_denominator() -> None:
    found = fetch({"won": 3, "all": 7}, {"numerator": "won", "denominator": "all"})
    assert (found.readings[0].numerator, found.readings[0].denominator) == (3, 7)


def test_what_is_asked() -> None:
    asked: list[Handler] = []
    path = "/v1?from={starts}&to={ends}&before={after}&m={month}/{year}&k={secret}"
    settings = {"value": "v", "auth": "bearer", "headers": "X-Shop: 7\n\nAccept-Language: vi"}
    fetch({"v": 1}, settings, {"secret": " k&y "}, path=path, asked=asked)
    assert asked[0].path == (
        "/v1?from=2026-10-01&to=2026-10-31&before=2026-11-01&m=10/2026&k=k%26y"
    )
    assert asked[0].headers["authorization"] == "Bearer k&y"
    assert (asked[0].headers["x-shop"], asked[0].headers["accept"]) == ("7", "application/json")


def test_each_name_is_asked_for() -> None:
    asked: list[Handler] = []
    found = fetch(lambda its: its.say({"v": len(its.path)}), {"value": "v"},
                  path="/by/{name}", asked=asked)  # fmt: skip
    assert [one.path for one in asked] == ["/by/An", "/by/B%C3%ACnh"]
    assert [(one.name, one.value) for one in found.readings] == [("An", 6), ("Bình", 13)]


def test_a_name_cannot_leave_its_place() -> None:
    asked: list[Handler] = []
    wanted = replace(OCTOBER, names=('../../x?y=1#"', 'a"b'))
    body = '{"who": "{name}", "from": "{starts}"}'
    fetch({"v": 1}, {"value": "v", "method": "POST", "body": body}, wanted=wanted,
          path="/by/{name}", asked=asked)  # fmt: skip
    assert asked[0].path == "/by/..%2F..%2Fx%3Fy%3D1%23%22"
    assert json.loads(asked[1].body) == {"who": 'a"b', "from": "2026-10-01"}
    assert asked[0].headers["content-type"] == "application/json"


def test_names_are_asked_for_and_none_is_mapped() -> None:
    wanted = replace(OCTOBER, names=())
    assert error_of({}, {"value": "v"}, wanted=wanted, path="/{name}").code == "settings"


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ({"auth": "basic", "user": "an"}, "authorization",
         "Basic " + base64.b64encode("an:mật".encode()).decode()),
        ({"auth": "header", "header": "X-API-Key"}, "x-api-key", "mật"),
    ],
)  # fmt: skip
def test_ways_in(settings: dict[str, str], name: str, value: str) -> None:
    asked: list[Handler] = []
    fetch({"v": 1}, {"value": "v", **settings}, {"secret": "mật"}, asked=asked)
    assert asked[0].headers[name].encode("latin-1").decode() == value


def test_a_secret_that_was_rotated_is_not_told_to_anybody() -> None:
    def answer(its: Handler) -> None:
        its.say({"said": its.headers["authorization"]}, 401)

    error = error_of(answer, {"value": "v", "auth": "bearer"}, secrets={"secret": "old-key-1"})
    assert error.code == "refused"
    assert not error.passing
    assert "old-key-1" not in error.detail
    found = fetch({"v": 1, "key": "old-key-1"}, {"value": "v"}, {"secret": "old-key-1"})
    assert "old-key-1" not in found.raw


@pytest.mark.parametrize(
    ("answer", "settings", "code"),
    [
        ({"v": None}, {"value": "v"}, "empty"),
        ({}, {"value": "data.v"}, "empty"),
        ({"v": "tốt"}, {"value": "v"}, "value"),
        ({"v": {"a": 1}}, {"value": "v"}, "value"),
        ({"v": True}, {"value": "v"}, "value"),
        ({"v": [1, 2]}, {"value": "v"}, "many"),
        ({"v": "x"}, {"value": "sum(v)"}, "shape"),
        ({"v": 10**30}, {"value": "v"}, "value"),
        ({"rows": {"a": 1}}, {"rows": "rows", "value": "v"}, "shape"),
        ({"rows": [{"v": 1}, {"v": 2}]}, {"rows": "rows", "value": "v"}, "many"),
        ({"rows": [{"v": 1}] * 1001}, {"rows": "rows", "value": "v"}, "large"),
        (b'{"v": NaN}', {"value": "v"}, "shape"),
        (b'{"v": 1e999}', {"value": "v"}, "value"),
        (b'{"v": 1, "v": 2}', {"value": "v"}, "shape"),
        (b"not json", {"value": "v"}, "shape"),
        (b"", {"value": "v"}, "shape"),
        (lambda its: its.say(b"<html>Log in", 200, "text/html"), {"value": "v"}, "shape"),
        (
            lambda its: its.say(b" <!DOCTYPE html>", 200, "application/json"),
            {"value": "v"},
            "shape",
        ),
        (lambda its: its.say({}, 500), {"value": "v"}, "status"),
    ],
)
def test_answers_that_cannot_be_taken(answer: Any, settings: dict[str, str], code: str) -> None:
    assert error_of(answer, settings).code == code


def test_rows_of_one_name_are_parts_where_it_is_said() -> None:
    rows = [{"n": "An", "v": 1.1}, {"n": "An", "v": 2.2}]
    settings = {"rows": "@", "name": "n", "value": "v"}
    assert error_of(rows, settings).code == "many"
    assert fetch(rows, {**settings, "several": "add"}).readings[0].value == Decimal("3.3")


def test_in_billions() -> None:
    settings = {"value": "v", "scale": "1000000000"}
    assert fetch({"v": 2350000000.5}, settings).readings[0].value == Decimal("2.3500000005")
    ratio = {"numerator": "a", "denominator": "b", "scale": "1000"}
    found = fetch({"a": 1000, "b": 2000}, ratio).readings[0]
    assert (found.numerator, found.denominator, found.value) == (1000, 2000, None)


def test_no_row_is_no_reading() -> None:
    assert fetch({"rows": []}, {"rows": "rows", "value": "v"}).readings == []


PATHS = (
    "@", "a", "b[0].c", "*", "@[]", "sum(@)", "sum(a)", "max(@)", "max_by(@, &a)", "sort(@)",
    "sort_by(@, &c)", "avg(*)", "join(',', @)", "to_number(@)", "to_string(@)", "keys(@)",
    "values(@)", "length(@)", "map(&a, @)", "@[?a > `1`]", "@[?a == `1e400`].b", "[a, b]",
    "{a: @, b: c}", "abs(a)", "ceil(a)", "floor(a)", "reverse(@)", "contains(@, 'a')",
    "merge(@, @)", "not_null(a, b)", "type(@)", "@[::0]", "@[1:999999999999]", "a || b && !c",
)  # fmt: skip
trees = st.recursive(
    st.none() | st.booleans() | st.sampled_from(["", "1", "1e9", "nan", "x", "2026-10"])
    | st.sampled_from([Decimal(1), Decimal("-0.5"), Decimal("1e999"), Decimal(10) ** 30]),
    lambda below: st.lists(below, max_size=3)
    | st.dictionaries(st.sampled_from("abc"), below, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(trees, st.sampled_from(PATHS), st.sampled_from(PATHS), st.booleans())
def test_any_path_goes_with_any_answer_or_is_refused(
    tree: Any, first: str, second: str, in_rows: bool
) -> None:
    settings = {"url": "https://x.vn", "value": second, "name": "a", "day": "b"}
    settings |= {"rows": first} if in_rows else {"value": first}
    with suppress(SourceError):  # and nothing else
        readings_of(_lines(settings, tree, ""), OCTOBER, Manner(add=in_rows, named=True))


GOOD = {"url": "https://data.example.vn/x", "method": "GET", "auth": "none", "value": "v"}


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"url": ""}, ["url"]),
        ({"url": "ftp://x.vn"}, ["url"]),
        ({"url": "http://[::1"}, ["url"]),
        ({"url": "https://{name}.vn/"}, ["url"]),
        ({"url": "https://a.vn@{name}/"}, ["url"]),
        ({"url": "https://a.vn/" + "x" * 9999}, ["url"]),
        ({"method": "DELETE"}, ["method"]),
        ({"auth": "bearer"}, ["secret"]),
        ({"auth": "basic"}, ["secret", "user"]),
        ({"auth": "header", "header": "Host"}, ["secret", "header"]),
        ({"headers": "no colon"}, ["headers"]),
        ({"headers": "Host: x.vn"}, ["headers"]),
        ({"headers": "\n".join(f"X-{n}: 1" for n in range(31))}, ["headers"]),
        ({"body": "{}"}, ["body"]),
        ({"method": "POST", "body": "{"}, ["body"]),
        ({"value": "a b"}, ["value"]),
        ({"value": ""}, ["value"]),
        ({"value": "x" * 1001}, ["value"]),
        ({"value": "[@,@]|[]|[@,@]|[]|[@,@]|[]|[@,@]|[]"}, ["value"]),
        ({"value": "[" + ",".join("a" * 11) + "]"}, ["value"]),
        ({"value": "a." * 400 + "a"}, ["value"]),
        ({"value": "a\x00"}, ["value"]),
        ({"numerator": "a"}, ["denominator"]),
        ({"numerator": "a", "denominator": "b"}, ["value"]),
        ({"value": "", "denominator": "b"}, ["numerator"]),
        ({"decimals": "both"}, ["decimals"]),
        ({"rows": "["}, ["rows"]),
    ],
)
def test_settings_that_cannot_work(settings: dict[str, str], fields: Sequence[str]) -> None:
    with pytest.raises(Invalid) as caught:
        Http().check({**GOOD, **settings}, {})
    assert [one.field for one in caught.value.errors] == list(fields)


def test_all_of_it_is_missing() -> None:
    with pytest.raises(Invalid) as caught:
        Http().check({}, {})
    assert {one.field for one in caught.value.errors} == {"url", "method", "auth", "value"}
