"""Asking other systems over HTTP, so that nothing of what they answer can harm.

Every connection goes to an address that was checked as it was resolved (`addresses`), TLS is
for the name all the same; redirects are followed by hand, each checked anew; the time counts
for the whole, not for each byte; what is read is counted, packed and unpacked. No proxy of the
environment, no cookies.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.addresses import Place, allowed_addresses, place_of
from haidang.kpis.connectors.sources.base import Limits, SourceError

if TYPE_CHECKING:
    import httpcore

__all__ = ["Answer", "Conversation", "allowed_addresses", "is_page", "page_instead"]

MOST_REDIRECTS = 3
#: Characters of a refusal of the other side that are kept.
MOST_SAID = 500
_AGENT = "Haidang (+connectors)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the bytes unpacked, and the media type without its parameters."""

    status: int
    kind: str
    body: bytes


class Conversation:
    """Requests that share one limit of time and of bytes; to be closed (`with`).

    `secrets` are cut out of whatever the other side says before it is kept.
    """

    def __init__(self, limits: Limits, secrets: Iterable[str] = ()) -> None:
        import httpcore

        self.limits = limits
        self._secrets = sorted({s for s in secrets if len(s) > 2}, key=len, reverse=True)
        self._ends = time.monotonic() + limits.seconds
        self._room = limits.octets
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(), network_backend=_backend(self), retries=0
        )

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.close()

    def left(self) -> float:
        """Seconds that are left; raises SourceError("timeout") when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self.too_slow()
        return left

    def too_slow(self) -> SourceError:
        return SourceError(
            "timeout",
            format_lazy(
                _("There was no whole answer within {seconds} seconds."),
                seconds=f"{self.limits.seconds:g}",
            ),
            passing=True,
        )

    def without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secret: Mapping[str, str] | None = None,
        body: bytes | None = None,
        errors_are_answers: bool = False,
    ) -> Answer:
        """One request and its redirects; raises SourceError.

        `headers` and `secret` (those that let in) go to the place of `url` only, never to
        another one that it redirects to. With `errors_are_answers`, a status from 400 on is
        given back to who knows what the system means by it.
        """
        start = place = place_of(url)
        for _time in range(MOST_REDIRECTS + 1):
            own = {**(headers or {}), **(secret or {})} if _is_home(start, place) else {}
            answer, location = self._once(method, place, own, body)
            if location is None:
                if answer.status >= 400 and not errors_are_answers:
                    raise self.refusal(place.host, answer)
                return answer
            place = self._redirected(start, place, location)
            if method not in ("GET", "HEAD"):
                if answer.status not in (307, 308):
                    method, body = "GET", None
                elif place.origin != start.origin:
                    raise _misdirected(start.host)
        raise _misdirected(start.host)

    def _redirected(self, start: Place, place: Place, location: str) -> Place:
        base = f"{place.scheme}://{_bracketed(place.host)}:{place.port}{place.target}"
        there = place_of(urljoin(base, location))
        if place.scheme == "https" and there.scheme == "http":
            raise _misdirected(start.host)
        return there

    def _once(
        self, method: str, place: Place, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[Answer, str | None]:
        import httpcore

        sent = {"accept": "*/*", "accept-encoding": "gzip", "user-agent": _AGENT}
        sent |= {name.lower(): value for name, value in headers.items()}
        port = None if place.port == (443 if place.scheme == "https" else 80) else place.port
        sent["host"] = _bracketed(place.host) + (f":{port}" if port else "")
        try:
            with self._pool.stream(
                method,
                httpcore.URL(
                    scheme=place.scheme.encode(),
                    host=place.host.encode(),
                    port=place.port,
                    target=place.target.encode(),
                ),
                headers=[(name.encode(), value.encode()) for name, value in sent.items()],
                content=body,
                extensions={
                    "timeout": dict.fromkeys(("connect", "read", "write", "pool"), self.left())
                },
            ) as response:
                found = {n.lower().decode("latin-1"): v.decode("latin-1")
                         for n, v in response.headers}  # fmt: skip
                if response.status in (301, 302, 303, 307, 308) and "location" in found:
                    return Answer(response.status, "", b""), found["location"]
                kind = found.get("content-type", "").partition(";")[0].strip().lower()
                return Answer(response.status, kind, self._read(response, found)), None
        except httpcore.TimeoutException:
            raise self.too_slow() from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise SourceError(
                "connect",
                format_lazy(
                    _("“{host}” does not answer on port {port}."), host=place.host, port=place.port
                ),
                detail=self.without_secrets(str(error))[:MOST_SAID],
                passing=True,
            ) from None

    def _read(self, response: httpcore.Response, headers: Mapping[str, str]) -> bytes:
        packing = headers.get("content-encoding", "identity").strip().lower()
        if packing not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise SourceError(
                "shape", _("The answer is packed in a way that nobody asked for."), detail=packing
            )
        length = headers.get("content-length", "")
        if length.isdecimal() and len(length) < 20 and int(length) > self._room:
            raise self._too_large()
        unpack = None if packing in ("identity", "") else _Unpacking()
        pieces: list[bytes] = []
        packed, most_packed = 0, self._room
        for piece in response.iter_stream():
            self.left()
            packed += len(piece)
            if packed > most_packed:
                raise self._too_large()
            if unpack is not None:
                piece = self._unpacked(unpack, piece)
            self._room -= len(piece)
            if self._room < 0:
                raise self._too_large()
            pieces.append(piece)
        if unpack is not None and packed and not unpack.is_whole:
            raise _cut_short()
        return b"".join(pieces)

    def _unpacked(self, unpack: _Unpacking, piece: bytes) -> bytes:
        try:
            found = unpack.feed(piece, self._room)
        except zlib.error:
            raise _cut_short() from None
        if len(found) > self._room:
            raise self._too_large()
        return found

    def _too_large(self) -> SourceError:
        return SourceError(
            "large",
            format_lazy(
                _("The answer is larger than {most} MB. Please ask for less."),
                most=f"{self.limits.octets / 1_000_000:g}",
            ),
        )

    def refusal(self, host: str, answer: Answer, said: str | None = None) -> SourceError:
        """What a status from 400 on means; `said` is the reason of the other side, where it is
        known in which part of the answer it stands."""
        if said is None:
            said = (
                "" if is_page(answer) else answer.body[: 4 * MOST_SAID].decode("utf-8", "replace")
            )
        detail = self.without_secrets(" ".join(said.split()))[:MOST_SAID]
        status = answer.status
        if status in (401, 403, 407):
            return SourceError(
                "refused",
                format_lazy(
                    _(
                        "“{host}” does not let us in (status {status}). The password or the"
                        " token may be wrong, expired or replaced."
                    ),
                    host=host,
                    status=status,
                ),
                detail=detail,
            )
        return SourceError(
            "status",
            format_lazy(_("“{host}” answered with error {status}."), host=host, status=status),
            detail=detail,
            passing=status in (408, 425, 429) or status >= 500,
        )


class _Unpacking:
    """gzip of one or several members (RFC 1952, 2.2), or zlib."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=47)

    @property
    def is_whole(self) -> bool:
        return self._member.eof

    def feed(self, piece: bytes, room: int) -> bytes:
        """What the piece unpacks to; more than `room` bytes are not unpacked to their end."""
        found = b""
        while piece and len(found) <= room:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            found += self._member.decompress(piece, room + 1 - len(found))
            piece = self._member.unconsumed_tail or self._member.unused_data
        return found


def is_page(answer: Answer) -> bool:
    """Whether it is a page for people where data were asked for."""
    return "html" in answer.kind or answer.body[:200].lstrip()[:14].lower().startswith(
        (b"<!doctype html", b"<html")
    )


def page_instead() -> SourceError:
    return SourceError(
        "shape",
        _("A web page came instead of data. Often that is the page for signing in."),
    )


def _is_home(start: Place, place: Place) -> bool:
    """The same place, or the same host encrypted."""
    return place.origin == start.origin or (
        place.host == start.host
        and (start.scheme, start.port, place.scheme, place.port) == ("http", 80, "https", 443)
    )


def _misdirected(host: str) -> SourceError:
    return SourceError(
        "address",
        format_lazy(
            _("“{host}” sends us on, too often or to where we do not follow. Please enter the"
              " final address."),
            host=host,
        ),
    )  # fmt: skip


def _cut_short() -> SourceError:
    return SourceError("shape", _("The answer was cut short on its way."), passing=True)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Authorities of the system, where a company adds its own, and those of Mozilla."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _backend(talk: Conversation) -> httpcore.NetworkBackend:
    """Connections to checked addresses, each step within what is left of the time."""
    import httpcore

    plain = httpcore.SyncBackend()

    class Stream(httpcore.NetworkStream):
        def __init__(self, stream: httpcore.NetworkStream) -> None:
            self._stream = stream

        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            return self._stream.read(max_bytes, talk.left())

        def write(self, buffer: bytes, timeout: float | None = None) -> None:
            self._stream.write(buffer, talk.left())

        def close(self) -> None:
            self._stream.close()

        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore.NetworkStream:
            try:
                return Stream(self._stream.start_tls(ssl_context, server_hostname, talk.left()))
            except httpcore.ConnectError as error:
                if not isinstance(error.__cause__ or error.__context__, ssl.SSLError):
                    raise
                raise SourceError(
                    "connect",
                    format_lazy(
                        _("The connection to “{host}” cannot be encrypted: its certificate is"
                          " wrong, or it does not speak TLS."),
                        host=server_hostname or "",
                    ),
                    detail=str(error)[:MOST_SAID],
                ) from None  # fmt: skip

        def get_extra_info(self, info: str) -> Any:
            return self._stream.get_extra_info(info)

    class Checked(httpcore.NetworkBackend):
        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            addresses = allowed_addresses(host, port, talk.limits.inside, talk.left())
            for place, address in enumerate(addresses, 1):
                # Each address gets its share, so that a dead first one leaves time for others.
                share = talk.left() / (len(addresses) - place + 1)
                try:
                    return Stream(plain.connect_tcp(address, port, timeout=share))
                except (httpcore.ConnectError, httpcore.ConnectTimeout):
                    if place == len(addresses):
                        raise
            raise httpcore.ConnectError(host)

    return Checked()
