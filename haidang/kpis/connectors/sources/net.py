"""Which addresses may be asked."""

from __future__ import annotations

import ipaddress
import socket

from django.utils.translation import gettext_lazy as _

from haidang.kpis.connectors.sources.base import SourceError

#: Where clouds tell a machine its own secrets: never asked.
_METADATA = {"169.254.169.254", "fd00:ec2::254", "100.100.100.200"}


def allowed_addresses(host: str, port: int, inside: bool) -> list[str]:
    """The addresses of a host that may be asked; raises SourceError("address") for none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceError(
            "address", _("There is no computer of this name."), detail=host[:200], passing=True
        ) from None
    addresses = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
    for text in addresses:
        address = ipaddress.ip_address(text)
        mapped = getattr(address, "ipv4_mapped", None) or address
        if str(mapped) in _METADATA or (not inside and not mapped.is_global):
            raise SourceError(
                "address",
                _(
                    "This address lies inside the network. Whoever installed the program can "
                    "allow that (HAIDANG_CONNECTORS_INSIDE)."
                ),
                detail=host[:200],
            )
    return addresses
