"""Which hosts may be asked: public ones, and those inside where the installation allows it."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import SourceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST = 4_000
#: Where clouds tell a machine its own secrets. Nobody's numbers are there, so they are refused
#: even where the inside may be asked: link-local ones (AWS, Google, Azure, Oracle, OpenStack)
#: by their range, the others one by one.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # the wire server of Azure
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google
    )
)
_METADATA_HOSTS = frozenset({"metadata.google.internal", "metadata", "instance-data"})
#: IPv6 addresses that carry an IPv4 one in their last four bytes (RFC 6052, RFC 8215).
_CARRYING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
#: Addresses of the first kinds of IPv6, which carry an IPv4 one and are no longer in use.
_COMPATIBLE = ipaddress.ip_network("::/96")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
#: What browsers take for a number (WHATWG URL, "ends in a number"): 0x7f.1, 017700000001.
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
#: Characters that programs read differently, so that what is checked is not what is asked.
_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f\\]")


class Place(NamedTuple):
    """An address taken apart: `scheme` is http or https, `host` in its plain form (ASCII, lower
    case, IPv6 without brackets), `target` what is asked there (path and query, encoded)."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)


def place_of(url: str) -> Place:
    """An address taken apart; raises SourceError("address") for what is none of http(s)."""
    url = url.strip()
    try:
        if len(url) > _LONGEST or _AMBIGUOUS.search(url):
            raise ValueError
        parts = urlsplit(url)
        port = parts.port
        host = _plain_host(parts.hostname or "")
        target = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*[]-._")
        if parts.query:
            target += "?" + quote(parts.query, safe="/%:=&?~+!$,;'@()*[]-._")
    except ValueError:
        raise _unusable() from None
    if parts.scheme not in ("http", "https"):
        raise _unusable()
    if "@" in parts.netloc:
        raise SourceError(
            "address",
            _("The address has a user name or a password in it. They have fields of their own."),
        )
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    if not 1 <= port <= 65_535:
        raise _unusable()
    return Place(parts.scheme, host, port, target)


def _unusable() -> SourceError:
    return SourceError(
        "address",
        _("This address cannot be used. It should look like https://data.company.vn/revenue."),
    )


def _plain_host(host: str) -> str:
    """Raises ValueError for a host that is none, or is written so that programs disagree."""
    host = host.rstrip(".").lower()
    if ":" in host:
        if "%" in host:  # a zone (fe80::1%eth0) means something on one machine only
            raise ValueError
        return str(ipaddress.IPv6Address(host))
    if not host.isascii():
        host = host.encode("idna").decode("ascii").lower()  # UnicodeError is a ValueError
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError
    if _NUMERIC.fullmatch(labels[-1]):
        return str(ipaddress.IPv4Address(host))  # only as 203.0.113.7: no 0x7f.1, 2130706433
    return host


def allowed_addresses(host: str, port: int, inside: bool, seconds: float = 10.0) -> list[str]:
    """The numeric addresses of a host, all of which may be asked; it is resolved once.

    One address that may not be asked refuses the host: who can name one can choose when it is
    answered. Raises SourceError: "address", "connect" for a host that nobody knows, "timeout".
    """
    try:
        plain = _plain_host(host)
    except ValueError:
        raise _unusable() from None
    if plain in _METADATA_HOSTS:
        raise _never(plain)
    found = _resolved(plain, port, seconds)
    for text in found:
        _refuse(plain, text, inside)
    return found


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # whatever it is, who waits is to hear of it
            answers.put(error)

    # Resolving takes no limit of time; whoever waits for it does.
    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.01))
    except queue.Empty:
        answer = TimeoutError()
    if isinstance(answer, Exception):
        raise SourceError(
            "connect",
            _("There is no computer of this name."),
            detail=host[:200],
            passing=True,
        )
    return list(dict.fromkeys(str(one[4][0]) for one in answer))


def _refuse(host: str, text: str, inside: bool) -> None:
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:  # an IPv6 address with a zone
        raise _never(host) from None
    for one in (address, *_carried(address)):  # both: what it says, and what it stands for
        if _is_never(one):
            raise _never(host)
        if not inside and not _is_public(one):
            raise SourceError(
                "address",
                _(
                    "This address lies inside the network. Whoever installed the program can "
                    "allow that (HAIDANG_CONNECTORS_INSIDE)."
                ),
                detail=host[:200],
            )


def _carried(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 one stands for."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    low = int(address) & 0xFFFF_FFFF
    if any(address in net for net in _CARRYING) or (address in _COMPATIBLE and low > 1):
        found.append(ipaddress.IPv4Address(low))
    return [one for one in found if one is not None]


def _is_never(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return False  # judged by what it carries
    if address.is_loopback:
        return False  # inside, and reserved in IPv6 too
    return (
        address in _METADATA
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (address.is_reserved and not any(address in net for net in _CARRYING))
        or (address.version == 4 and int(address) >> 24 == 0)
    )


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped or address in _CARRYING[0]
    ):
        return True  # judged by what it carries
    return address.is_global and not getattr(address, "is_site_local", False)


def _never(host: str) -> SourceError:
    return SourceError(
        "address", format_lazy(_("“{host}” is an address that is never asked."), host=host)
    )
