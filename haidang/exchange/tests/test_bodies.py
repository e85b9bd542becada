"""Reading JSON that may be hostile."""

from __future__ import annotations

import contextlib
import json
import time
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.exchange.api import bodies
from haidang.exchange.api.bodies import BodyTooLarge, Malformed, read_json
from haidang.lib.errors import Invalid, Refusal
from tests.support.clock import fair_second


def test_keeps_numbers_exact_and_text_in_nfc() -> None:
    body = '{"a": 0.1, "b": 12345678901234567890, "c": "Tie\\u0302\\u0301n", "d": 1e2, "e": -0}'
    found = read_json(body.encode())
    assert found == {
        "a": Decimal("0.1"),
        "b": 12345678901234567890,
        "c": "Tiến",
        "d": Decimal("1e2"),
        "e": 0,
    }
    assert unicodedata.is_normalized("NFC", found["c"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"{'a': 1}", "malformed"),
        (b'{"a": 1,}', "malformed"),
        (b'{"a": 01}', "malformed"),
        (b"\xff\xfe{\x00}\x00", "malformed"),
        (b'{"a": "\xed\xa0\x80"}', "malformed"),
        (b'{"a": 1} {"b": 2}', "malformed"),
        (b'{"a": "\x01"}', "malformed"),
        (b'{"a": NaN}', "not_finite"),
        (b'{"a": Infinity}', "not_finite"),
        (b'{"a": -Infinity}', "not_finite"),
        (b'{"a": 1, "a": 2}', "duplicate"),
        (b'{"x": {"a": 1, "a": 1}}', "duplicate"),
        (b'{"a": ' + b"9" * 401 + b"}", "decimal_bounds"),
        (b'{"a": 0.' + b"9" * 401 + b"}", "decimal_bounds"),
        (b'{"a": ' + b"9" * 5000 + b"}", "decimal_bounds"),
        (b"[" * 33 + b"]" * 33, "too_deep"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "too_deep"),
        (b"[" * 500_000, "too_deep"),
        (json.dumps(dict.fromkeys(map(str, range(1001)))).encode(), "too_wide"),
    ],
)
def test_refuses(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_json(body)
    assert caught.value.code == code


def test_says_where_a_number_stands_that_cannot_be_kept() -> None:
    body = b'{"a": 1, "b": [2, NaN, {"c": ' + b"9" * 401 + b'}], "d": -Infinity}'
    with pytest.raises(Invalid) as caught:
        read_json(body)
    found = [(error.field, error.code) for error in caught.value.errors]
    assert found == [("b.1", "not_finite"), ("b.2.c", "decimal_bounds"), ("d", "not_finite")]


def test_brackets_in_text_are_no_depth() -> None:
    text = "[{" * 100 + '\\"[['
    assert read_json(json.dumps({"a": text}).encode()) == {"a": text}
    assert read_json(b"[" * 32 + b"]" * 32)


def test_takes_away_what_lies_in_text() -> None:
    body = '{"a\\u0000": "x\\u0000\\ud800y\\u202e", "b": ["  \\u200f "]}'
    assert read_json(body.encode()) == {"a": "xy", "b": [""]}


def test_keys_that_become_equal_are_given_twice() -> None:
    with pytest.raises(Invalid) as caught:
        read_json(b'{"a": 1, "a\\u0000": 2}')
    assert caught.value.code == "duplicate"


def test_a_byte_order_mark_is_no_harm() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_too_large() -> None:
    with pytest.raises(BodyTooLarge):
        read_json(b" " * (bodies.MAX_BYTES + 1))


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b"\\" * 1_000_000,
        b'"' * 1_000_000,
        b'"' + b'\\"' * 500_000,
        b'\\"' * 500_000,
        b"[]," * 333_000,
        b"-" * 1_000_000,
        b'{"a":' + b" " * 1_000_000,
        b'{"a":"' + b"]" * 1_000_000,
        b"[1," * 30 + b"1" * 900_000,
        b'["' + b'","' * 340_000 + b'"]',
    ],
)
def test_is_never_slow(body: bytes) -> None:
    start = time.process_time()
    with contextlib.suppress(Refusal):
        read_json(body)
    assert time.process_time() - start < fair_second()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_reads_or_refuses_any_json(value: Any) -> None:
    with contextlib.suppress(Malformed, Invalid):
        read_json(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_reads_or_refuses_any_bytes(body: bytes) -> None:
    with contextlib.suppress(Malformed, Invalid):
        read_json(body)
