"""Which hosts are asked, however they are written."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from haidang.kpis.connectors.sources.addresses import allowed_addresses, place_of
from haidang.kpis.connectors.sources.base import SourceError


def code_of(call: Any) -> str:
    with pytest.raises(SourceError) as caught:
        call()
    return caught.value.code


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What a name resolves to."""
    known: dict[str, list[str]] = {}

    def getaddrinfo(host: str, port: int, **_more: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


INSIDE = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1"),
    *("198.18.0.1", "192.0.2.1", "::1", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1"),
    *("::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:0a00:0001::1", "2001:db8::1"),
]
NEVER = [
    *("169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "240.0.0.1"),  # noqa: S104
    *("255.255.255.255", "::", "fe80::1", "ff02::1", "::ffff:169.254.169.254"),
    *("64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1", "fd00:ec2::254", "100.100.100.200"),
    *(
        "168.63.129.16",
        "::169.254.169.254",
        "metadata.google.internal",
        "METADATA.google.internal.",
    ),
]


@pytest.mark.parametrize("host", INSIDE)
def test_the_inside_is_refused(host: str) -> None:
    assert code_of(lambda: allowed_addresses(host, 80, inside=False)) == "address"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd12:3456::1", "::ffff:10.0.0.1"]
)
def test_the_inside_where_it_is_allowed(host: str) -> None:
    assert len(allowed_addresses(host, 80, inside=True)) == 1


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("host", NEVER)
def test_what_is_never_asked(host: str, inside: bool) -> None:
    assert code_of(lambda: allowed_addresses(host, 80, inside)) == "address"


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8"])
def test_public_addresses(host: str) -> None:
    assert len(allowed_addresses(host, 443, inside=False)) == 1


@pytest.mark.parametrize(
    "host",
    [
        *("0x7f.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "017700000001", "127.0.1"),
        *("1.2.3.4.5", "256.1.1.1", "", ".", "a..b", "-a.vn", "a b.vn", "a%00.vn", "a" * 300),
        *("fe80::1%eth0", "::1%lo", "[::1]", "x.0x1"),
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_odd_ways_to_write_a_host(host: str, inside: bool) -> None:
    assert code_of(lambda: allowed_addresses(host, 80, inside)) in ("address", "connect")


def test_full_width_digits_are_the_address_that_they_look_like(names: Any) -> None:
    assert place_of("http://１27.0.0.1/").host == "127.0.0.1"
    assert code_of(lambda: allowed_addresses("１27.0.0.1", 80, inside=False)) == "address"


def test_one_address_inside_refuses_the_name(names: dict[str, list[str]]) -> None:
    names["data.example"] = ["8.8.8.8", "10.0.0.1"]
    assert code_of(lambda: allowed_addresses("data.example", 80, inside=False)) == "address"
    assert allowed_addresses("data.example", 80, inside=True) == ["8.8.8.8", "10.0.0.1"]


def test_a_name_that_leads_to_the_secrets_of_the_cloud(names: dict[str, list[str]]) -> None:
    names["data.example"] = ["169.254.169.254"]
    assert code_of(lambda: allowed_addresses("data.example", 80, inside=True)) == "address"
    names["data.example"] = ["fe80::1%eth0"]
    assert code_of(lambda: allowed_addresses("data.example", 80, inside=True)) == "address"


def test_a_name_that_nobody_knows(names: dict[str, list[str]]) -> None:
    with pytest.raises(SourceError) as caught:
        allowed_addresses("nowhere.example", 80, inside=False)
    assert (caught.value.code, caught.value.passing) == ("connect", True)


def test_a_name_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(2))
    began = time.monotonic()
    assert code_of(lambda: allowed_addresses("slow.example", 80, False, 0.1)) == "connect"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://Data.Example.VN", ("https", "data.example.vn", 443, "/")),
        (" http://a.vn:8069/x?y=1#z ", ("http", "a.vn", 8069, "/x?y=1")),
        ("http://a.vn/Tháng 10?q=a b&c=[\"x\"]",
         ("http", "a.vn", 80, "/Th%C3%A1ng%2010?q=a%20b&c=[%22x%22]")),
        ("http://a.vn?x=%20", ("http", "a.vn", 80, "/?x=%20")),
        ("http://[::1]:81/", ("http", "::1", 81, "/")),
        ("https://bán-hàng.vn/", ("https", "xn--bn-hng-ltae.vn", 443, "/")),
    ],
)  # fmt: skip
def test_addresses_taken_apart(url: str, place: tuple[Any, ...]) -> None:
    assert tuple(place_of(url)) == place


@pytest.mark.parametrize(
    "url",
    [
        *("", "data.example.vn", "ftp://a.vn", "file:///etc/passwd", "gopher://a.vn", "http://"),
        *("http:///x", "http://a.vn:0/", "http://a.vn:99999/", "http://a.vn:x/", "javascript:1"),
        *("http://a:b@c.vn/", "http://a.vn\\@b.vn/", "http://a.vn/\x00", "http://a.vn/\r\nX: y"),
        *("http://[::1", "http://[fe80::1%25eth0]/", "http://0x7f.1/", "http://a.vn/" + "x" * 5000),
        "http://a.vn/\ud800",
    ],
)
def test_what_is_no_address(url: str) -> None:
    assert code_of(lambda: place_of(url)) == "address"
