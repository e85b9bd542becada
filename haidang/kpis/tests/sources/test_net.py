"""What other systems answer, and never finish answering."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from haidang.kpis.connectors.sources import net
from haidang.kpis.connectors.sources.base import Limits, SourceError
from haidang.kpis.connectors.sources.net import Conversation
from haidang.kpis.tests.sources.serving import INSIDE, Handler, raw_serving, serving


def ask(url: str, limits: Limits = INSIDE, **more: Any) -> net.Answer:
    with Conversation(limits, ["s3cret"]) as talk:
        return talk.ask(more.pop("method", "GET"), url, **more)


def error_of(url: str, limits: Limits = INSIDE, **more: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        ask(url, limits, **more)
    return caught.value


def test_an_answer() -> None:
    with serving(lambda its: its.say({"a": 1})) as server:
        answer = ask(f"{server.url}/x?y=1", secret={"authorization": "Bearer s3cret"})
    assert (answer.status, answer.kind, answer.body) == (200, "application/json", b'{"a": 1}')
    asked = server.asked[0]
    assert asked.path == "/x?y=1"
    assert asked.headers["host"] == server.url.removeprefix("http://")
    assert asked.headers["authorization"] == "Bearer s3cret"
    assert "cookie" not in asked.headers


def test_the_inside_is_not_reached() -> None:
    with serving(lambda its: its.say({})) as server:
        error = error_of(server.url, replace(INSIDE, inside=False))
    assert error.code == "address"
    assert server.asked == []


def test_no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(lambda its: its.say({})) as server:
        assert ask(server.url).status == 200


def test_no_cookie_comes_back() -> None:
    with serving(lambda its: its.say({}, Set_Cookie="a=b")) as server, Conversation(INSIDE) as talk:
        talk.ask("GET", server.url)
        talk.ask("GET", server.url)
    assert "cookie" not in server.asked[1].headers


# --- where connections go ---------------------------------------------------------------


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """What names resolve to, one answer after the other; gives what was asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_more: Any, **_named: Any) -> list[Any]:
        with suppress(ValueError):
            ipaddress.ip_address(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_that_changes_its_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpcore

    asked = resolving(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    connected: list[str] = []

    def connect(_self: Any, host: str, port: int, **_more: Any) -> Any:
        connected.append(host)
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    assert error_of("http://data.example/", replace(INSIDE, inside=False)).code == "connect"
    assert asked == ["data.example"]
    assert connected == ["8.8.8.8"]  # what was checked, not what is resolved anew


def test_a_dead_address_leaves_its_turn_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda its: its.say({})) as server:
        resolving(monkeypatch, ["127.0.0.2", "127.0.0.1"])  # nobody listens at the first
        assert ask(f"http://data.example:{server.server_port}/").status == 200
    assert server.asked[0].headers["host"] == f"data.example:{server.server_port}"


def certificate(folder: Any, name: str) -> tuple[ssl.SSLContext, str]:
    """Of a server by a name, signed by itself; and the file to trust it by."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, str(folder / "cert.pem")


@pytest.mark.parametrize(
    ("name", "trusted", "ok"),
    [("data.example", True, True), ("data.example", False, False), ("else.example", True, False)],
)
def test_tls_is_for_the_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, name: str, trusted: bool, ok: bool
) -> None:
    context, file = certificate(tmp_path, name)
    resolving(monkeypatch, ["127.0.0.1"])
    ours = ssl.create_default_context(cafile=file if trusted else None)
    monkeypatch.setattr(net, "_trusted", lambda: ours)
    with serving(lambda its: its.say({}), tls=context) as server:
        url = f"https://data.example:{server.server_port}/"
        if ok:
            assert ask(url).status == 200
        else:
            error = error_of(url)
            assert error.code == "connect"
            assert not error.passing
            assert "TLS" in str(error.message)


def test_the_authorities_of_the_world_are_trusted() -> None:
    assert len(net._trusted().get_ca_certs()) > 50


# --- redirects --------------------------------------------------------------------------


def sends_on(to: Callable[[Handler], str | None], status: int = 302) -> Callable[[Handler], None]:
    def answer(its: Handler) -> None:
        there = to(its)
        its.say({"ok": True}) if there is None else its.say(b"", status, location=there)

    return answer


def test_three_redirects_are_followed() -> None:
    def to(its: Handler) -> str | None:
        step = int(its.path.strip("/") or 0)
        return None if step == 3 else f"/{step + 1}"

    with serving(sends_on(to)) as server:
        answer = ask(server.url, secret={"authorization": "Bearer s3cret"})
    assert answer.body == b'{"ok": true}'
    assert all(one.headers["authorization"] for one in server.asked)


def test_a_fourth_is_not() -> None:
    with serving(sends_on(lambda its: "/again")) as server:
        assert error_of(server.url).code == "address"
    assert len(server.asked) == 4


def test_another_host_hears_no_secret() -> None:
    with (
        serving(lambda its: its.say({})) as other,
        serving(sends_on(lambda its: other.url)) as server,
    ):
        ask(server.url, headers={"x-of": "ours"}, secret={"x-api-key": "s3cret"})
    assert server.asked[0].headers["x-api-key"] == "s3cret"
    assert "x-api-key" not in other.asked[0].headers
    assert "x-of" not in other.asked[0].headers


@pytest.mark.parametrize(
    "there",
    [
        *("http://169.254.169.254/latest/meta-data/", "http://metadata.google.internal/"),
        *("file:///etc/passwd", "gopher://127.0.0.1/", "http://0x7f.1/", "http://user:x@b.vn/"),
    ],
)
def test_a_redirect_to_where_nobody_goes(there: str) -> None:
    with serving(sends_on(lambda its: there)) as server:
        assert error_of(server.url).code == "address"


def test_a_redirect_into_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public host that sends on to an address inside."""
    real = net.allowed_addresses

    def allowed(host: str, port: int, inside: bool, seconds: float) -> list[str]:
        return ["127.0.0.1"] if host == "public.example" else real(host, port, inside, seconds)

    monkeypatch.setattr(net, "allowed_addresses", allowed)
    with (
        serving(lambda its: its.say({"secret": 1})) as inner,
        serving(sends_on(lambda its: inner.url)) as server,
    ):
        url = f"http://public.example:{server.server_port}/"
        error = error_of(url, replace(INSIDE, inside=False))
    assert error.code == "address"
    assert len(server.asked) == 1
    assert inner.asked == []


def test_never_from_encrypted_to_plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    context, file = certificate(tmp_path, "data.example")
    resolving(monkeypatch, ["127.0.0.1"])
    ours = ssl.create_default_context(cafile=file)
    monkeypatch.setattr(net, "_trusted", lambda: ours)
    with (
        serving(lambda its: its.say({})) as plain,
        serving(sends_on(lambda its: plain.url), tls=context) as server,
    ):
        assert error_of(f"https://data.example:{server.server_port}/").code == "address"
    assert plain.asked == []


@pytest.mark.parametrize(("status", "method"), [(302, "GET"), (303, "GET"), (307, "POST")])
def test_what_is_sent_along_goes_on_to_the_same_host_only(status: int, method: str) -> None:
    to = sends_on(lambda its: None if its.path == "/there" else "/there", status)
    with serving(to) as server:
        ask(server.url, method="POST", body=b"{}")
    assert server.asked[1].command == method
    assert server.asked[1].body == (b"{}" if method == "POST" else b"")
    with (
        serving(lambda its: its.say({})) as other,
        serving(sends_on(lambda its: other.url, status)) as server,
        suppress(SourceError),
    ):
        ask(server.url, method="POST", body=b"s3cret")
    assert [one.body for one in other.asked] == ([] if status == 307 else [b""])


# --- errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "passing"),
    [
        *((500, "status", True), (502, "status", True), (503, "status", True)),
        *((429, "status", True), (404, "status", False), (422, "status", False)),
        *((401, "refused", False), (403, "refused", False)),
    ],
)
def test_errors_of_the_other_side(status: int, code: str, passing: bool) -> None:
    with serving(lambda its: its.say(b'{"error": "key s3cret is old"}', status)) as server:
        error = error_of(server.url)
    assert (error.code, error.passing) == (code, passing)
    assert error.detail == '{"error": "key *** is old"}'
    assert str(status) in str(error.message)


def test_a_page_as_an_error_is_not_quoted() -> None:
    page = b"<!DOCTYPE html><title>oh</title>" + b"x" * 5000
    with serving(lambda its: its.say(page, 500, "text/html")) as server:
        assert error_of(server.url).detail == ""


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = error_of(f"http://127.0.0.1:{port}/")
    assert (error.code, error.passing) == ("connect", True)


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_what_is_no_http(said: bytes) -> None:
    with raw_serving(lambda line: line.sendall(said)) as url:
        assert error_of(url).code == "connect"


def test_an_answer_that_breaks_off() -> None:
    said = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"
    with raw_serving(lambda line: line.sendall(said)) as url:
        assert error_of(url).passing


# --- time and size ----------------------------------------------------------------------

QUICK = replace(INSIDE, seconds=0.3)


def slow(url: str) -> None:
    began = time.monotonic()
    error = error_of(url, QUICK)
    assert (error.code, error.passing) == ("timeout", True)
    assert time.monotonic() - began < 1.5
    assert "0.3" in str(error.message)


def test_no_answer_at_all() -> None:
    with raw_serving(lambda line: time.sleep(1)) as url:
        slow(url)


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n"])
def test_a_byte_at_a_time(begun: bytes) -> None:
    def drip(line: Any) -> None:
        line.sendall(begun)
        with suppress(OSError):
            for _turn in range(40):
                line.sendall(b"H")
                time.sleep(0.05)

    with raw_serving(drip) as url:
        slow(url)


def endless(line: Any) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    with suppress(OSError):
        while True:
            line.sendall(b" " * 65_536)


def test_an_answer_without_end() -> None:
    with raw_serving(endless) as url:
        began = time.monotonic()
        assert error_of(url).code == "large"
    assert time.monotonic() - began < 2


def test_two_gigabytes_announced() -> None:
    said = b"HTTP/1.1 200 OK\r\ncontent-length: 2147483648\r\n\r\n"
    with raw_serving(lambda line: line.sendall(said)) as url:
        assert error_of(url).code == "large"


def test_headers_without_end() -> None:
    def talk(line: Any) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):
            while True:
                line.sendall(b"x-a: " + b"b" * 60_000 + b"\r\n")

    with raw_serving(talk) as url:
        assert error_of(url).code == "connect"


def test_packed_answers() -> None:
    with serving(lambda its: its.packed(b'{"a": 1}')) as server:
        assert ask(server.url).body == b'{"a": 1}'


def test_a_bomb() -> None:
    bomb = gzip.compress(bytes(50_000_000), 9)
    with serving(lambda its: its.say(bomb, content_encoding="gzip")) as server:
        ask(server.url + "/", replace(INSIDE, octets=60_000_000))  # everything is loaded
        tracemalloc.start()
        try:
            assert error_of(server.url).code == "large"
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()


def test_packed_nothing_without_end() -> None:
    def talk(line: Any) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n")
        line.sendall(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
        with suppress(OSError):
            while True:  # blocks of no bytes
                line.sendall(b"\0\0\0\xff\xff" * 10_000)

    with raw_serving(talk) as url:
        assert error_of(url).code == "large"


@pytest.mark.parametrize(
    ("body", "packing"),
    [
        (b"no gzip", "gzip"),
        (gzip.compress(b"x" * 999, mtime=0)[:-4], "gzip"),
        (b"x", "br"),
        (gzip.compress(b"x", mtime=0) + b"more", "gzip"),
    ],
)
def test_wrongly_packed(body: bytes, packing: str) -> None:
    with serving(lambda its: its.say(body, content_encoding=packing)) as server:
        assert error_of(server.url).code == "shape"


@pytest.mark.parametrize("cut", [0, 3])
def test_packed_in_several_members(cut: int) -> None:
    body = b"".join(gzip.compress(f"An;{n}\n".encode(), mtime=0) for n in range(3))
    with serving(lambda its: its.say(body[: len(body) - cut], content_encoding="gzip")) as server:
        if cut:
            assert error_of(server.url).code == "shape"
        else:
            assert ask(server.url).body == b"An;0\nAn;1\nAn;2\n"


def test_one_limit_for_several_requests() -> None:
    with serving(lambda its: its.say(b"x" * 600_000)) as server, Conversation(INSIDE) as talk:
        talk.ask("GET", server.url)
        with pytest.raises(SourceError) as caught:
            talk.ask("GET", server.url)
    assert caught.value.code == "large"
